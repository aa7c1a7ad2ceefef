"""Limits on guessing that hold over all processes: passwords are counted by django-axes, codes of the second factor here."""

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from huiyin.kernel import clock
from huiyin.kernel.errors import TooMany
from huiyin.kernel.limits import spend

CODES_AT_ONCE = 8
CODES_A_MINUTE = 1


def counted_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Return the name failures are counted by: one account, however its name is written."""
    return str((credentials or {}).get("username") or "").lower()


class _Counted:
    user: Any

    def clean_code(self) -> Any:
        try:
            spend(f"factor:{self.user.pk}", per_minute=CODES_A_MINUTE, burst=CODES_AT_ONCE, now=clock.now())
        except TooMany as error:
            raise ValidationError(error.words()) from None
        return super().clean_code()  # type: ignore[misc]


class CodeForm(_Counted, AuthenticateForm):  # type: ignore[misc]
    """Asks for the second factor when signing in."""


class CodeAgainForm(_Counted, ReauthenticateForm):  # type: ignore[misc]
    """Asks for it again before the account's protection is changed."""
