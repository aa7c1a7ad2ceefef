"""How we write and speak to customers, and what we publish (CO-1 … CO-6, LE-5)."""

from typing import Annotated, Literal

from pydantic import Field

from huiyin.policy.schema.base import Part, Positive, Text
from huiyin.policy.schema.vocabulary import ContactWay, Level


class ToneRule(Part):
    """Words a reply should do without, or must have, and why (CO-3). `must` rules complain when none is there."""

    label: Text
    must: bool = False
    zh: tuple[str, ...]
    en: tuple[str, ...]
    because: Text


class Delivery(Part):
    """What happens to a message that does not arrive (CO-2)."""

    attempts: Positive
    retry_minutes: tuple[Positive, ...]
    fallback: tuple[ContactWay, ...]
    quiet_hours: Annotated[str, Field(pattern=r"^\d\d:\d\d-\d\d:\d\d$")]


class Push(Part):
    """Which events are pushed to staff, by which of the connected services (CO-5)."""

    events: tuple[Literal["top_response", "near", "missed", "warning", "incident", "budget", "quarantine"], ...]
    repeat_minutes: Positive


class Disclosure(Part):
    """What the public page says: how to reach us and where else one can turn (LE-5)."""

    hotline: str
    hotline_hours: Text
    email: str
    promise: Text
    outside: tuple[Text, ...]


class Contact(Part):
    """The rules of contact with customers."""

    progress_link_days: Positive
    result_within_working_days: Positive
    progress_every_working_days: Positive
    written_levels: tuple[Level, ...]
    written_flags: tuple[str, ...]
    sms_characters: Positive
    languages: tuple[str, ...]
    prefer: tuple[ContactWay, ...]
    delivery: Delivery
    push: Push
    tone: dict[str, ToneRule]
    disclosure: Disclosure


class ContactPolicy(Part):
    """The root key of contact.yaml."""

    contact: Contact
