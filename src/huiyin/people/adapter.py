"""Accounts are made by administrators: nobody signs up, and a password given by somebody else is replaced at once."""

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from huiyin.people.models import User


class StaffAccounts(DefaultAccountAdapter):  # type: ignore[misc]
    """How allauth treats the accounts of the house."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False."""
        return False

    def clean_password(self, password: str, user: User | None = None) -> str:
        """Refuse the password the person has already, besides what the validators refuse."""
        cleaned: str = super().clean_password(password, user=user)
        if user is not None and user.check_password(cleaned):
            raise ValidationError(_("This is your present password. Choose a new one."))
        return cleaned

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Go on to work: whoever replaced his one-time password came for something else than another form."""
        return reverse("start")

    def set_password(self, user: User, password: str) -> None:
        """Keep a password the person chose himself."""
        user.set_password(password)
        user.must_change_password = False
        user.save(update_fields=["password", "must_change_password"])
