"""Errors for people: each knows its HTTP status, a stable code, and words that say what to do."""

from typing import Any


class HuiyinError(Exception):
    """Something the caller can mend. `str(error)` is fit to be shown to him."""

    status = 400
    code = "bad-request"
    title = "The request cannot be carried out"

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.details = details

    def problem(self) -> dict[str, Any]:
        """Return the RFC 9457 problem document."""
        return {
            "type": f"urn:huiyin:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": str(self),
            **self.details,
        }


class BadInput(HuiyinError):
    """What was sent cannot be understood or is out of range."""

    status, code, title = 422, "bad-input", "The input is not usable"


class TooLarge(HuiyinError):
    """More was sent than the policy allows at once."""

    status, code, title = 413, "too-large", "The input is too large"


class NotFound(HuiyinError):
    """There is no such thing, or the caller may not know of it."""

    status, code, title = 404, "not-found", "Not found"


class Forbidden(HuiyinError):
    """The caller may not do this."""

    status, code, title = 403, "forbidden", "Not allowed"


class Conflict(HuiyinError):
    """The thing has changed meanwhile, or its state does not allow the move."""

    status, code, title = 409, "conflict", "Not possible in the present state"


class TooMany(HuiyinError):
    """The caller came too often."""

    status, code, title = 429, "too-many-requests", "Too many requests"
