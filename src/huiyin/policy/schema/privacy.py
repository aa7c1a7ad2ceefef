"""How long what is kept, who sees contacts, when requests are answered (LE-3)."""

from typing import Literal

from huiyin.policy.schema.base import Part, Positive, Text

Record = Literal["case", "attachment", "recording", "message", "access_log", "quarantine", "survey", "recall", "ledger"]


class Retention(Part):
    """Days a kind of record is kept after its matter ended; longer duties of law prevail."""

    days: Positive
    because: Text


class Privacy(Part):
    """The rules of personal information."""

    retention: dict[Record, Retention]
    request_working_days: dict[Literal["access", "copy", "correct", "delete", "explain", "object"], Positive]
    full_contacts_roles: tuple[str, ...]
    mask_after_closed_days: Positive
    notice: Text


class PrivacyPolicy(Part):
    """The root key of privacy.yaml."""

    privacy: Privacy
