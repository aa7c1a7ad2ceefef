"""Errors for people: each knows its HTTP status, a stable code, and words that say what to do.

The message is a plain literal with named places, ``BadInput("There is no code {code}.", code=7)``: so it can be collected,
translated and checked. `str(error)` is English, for programs, logs and the terminal; `error.words()` speaks the reader's language.
"""

import re
from typing import Any, ClassVar

_PLACE = re.compile(r"\{(\w+)\}")


def gettext_noop(message: str) -> str:
    """Mark words for translation. Django's own looks into its settings, which the small commands do without."""
    return message


class HuiyinError(Exception):
    """Something the caller can mend. `details` fill the places of the message and stand in the problem document."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad-request"
    title: ClassVar[str] = gettext_noop("The request cannot be carried out")

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details

    def __str__(self) -> str:
        return self._filled(self.message, "en")

    def words(self) -> str:
        """Return the message in the language that is active."""
        from django.conf import settings  # the small commands raise errors and do without Django
        from django.utils.translation import get_language, gettext

        if not settings.configured or not self.message:
            return str(self)
        return self._filled(gettext(self.message), get_language() or "en")

    def problem(self) -> dict[str, Any]:
        """Return the RFC 9457 problem document, in English."""
        return {
            **{name: _plain(value) for name, value in self.details.items()},
            "type": f"urn:huiyin:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": str(self),
        }

    def _filled(self, message: str, locale: str) -> str:
        return _PLACE.sub(lambda found: _said(self.details.get(found[1], found[0]), locale), message)


def _said(value: Any, locale: str) -> str:
    """A value in words; a text of the policy has them in each language."""
    if isinstance(value, dict) and value.keys() == {"zh", "en"}:
        return str(value["zh" if locale.startswith("zh") else "en"])
    return str(value.in_(locale)) if hasattr(value, "in_") else str(value)


def _plain(value: Any) -> Any:
    """A value as JSON has it; anything else by its words."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, (str, int, float, bool)) else _said(value, "en")


class BadInput(HuiyinError):
    """What was sent cannot be understood or is out of range."""

    status, code, title = 422, "bad-input", gettext_noop("The input is not usable")


class TooLarge(HuiyinError):
    """More was sent than the policy allows at once."""

    status, code, title = 413, "too-large", gettext_noop("The input is too large")


class NotFound(HuiyinError):
    """There is no such thing, or the caller may not know of it."""

    status, code, title = 404, "not-found", gettext_noop("Not found")


class Forbidden(HuiyinError):
    """The caller may not do this."""

    status, code, title = 403, "forbidden", gettext_noop("Not allowed")


class Conflict(HuiyinError):
    """The thing has changed meanwhile, or its state does not allow the move."""

    status, code, title = 409, "conflict", gettext_noop("Not possible in the present state")


class TooMany(HuiyinError):
    """The caller came too often."""

    status, code, title = 429, "too-many-requests", gettext_noop("Too many requests")
