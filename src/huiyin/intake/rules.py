"""What a feedback item may look like, and how it is made safe to keep. Pure: dictionaries in, an `Item` or a clear error out."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from huiyin.kernel.errors import BadInput, TooLarge
from huiyin.kernel.ids import digest
from huiyin.policy.schema import Policy

CUSTOMER_FIELDS = ("name", "phone", "email", "external_id", "preferred_contact")
DETAIL_FIELDS = ("order_number", "product", "subject", "reason", "demand", "occurred_at", "occurred_where")
FIELDS = frozenset({"text", "channel", "external_id", "customer", "locale", "extra", "store", *DETAIL_FIELDS})
CONTACT_WAYS = frozenset({"", "phone", "sms", "email", "app", "chat", "social", "letter"})
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
EMAIL = re.compile(r"[^\s@<>\"',;]{1,64}@[^\s@<>\"',;]{1,190}\.[^\s@<>\"',;.]{2,63}")
PHONE = re.compile(r"\+?[\d\-\s()]{5,24}")
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Item:
    """A feedback item fit to be kept."""

    text: str
    channel: str
    locale: str
    external_id: str = ""
    sender: dict[str, str] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)

    def content(self) -> str:
        """Return the digest of everything that was said."""
        return digest([self.text, self.channel, self.external_id, self.sender, self.details])


def clean(value: object, name: str, longest: int) -> str:
    """Return text without control signs and broken halves of signs.

    Raises:
        BadInput: the value is not text or a number.
        TooLarge: it is longer than `longest` characters.
    """
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise BadInput("“{field}” must be text.", field=name)
    text = unicodedata.normalize("NFC", LONE_SURROGATE.sub("\ufffd", CONTROL.sub(" ", str(value)))).strip()
    if len(text) > longest:
        raise TooLarge(
            "“{field}” has {length} characters; at most {most} are allowed.", field=name, length=len(text), most=longest
        )
    return text


def read_item(raw: object, *, policy: Policy, channel: str, now: datetime) -> Item:
    """Check one feedback item as it came in over the API, a form or a file row.

    Args:
        raw: an object with the fields of the interface; only `text` is required.
        channel: used when the item names none.

    Raises:
        BadInput: with the field's name and what is wrong.
        TooLarge: a field is longer than the policy's `intake.limits`.
    """
    if not isinstance(raw, Mapping):
        raise BadInput("An item must be an object with the field “text”.")
    unknown = sorted(str(key) for key in raw if key not in FIELDS)
    if unknown:
        raise BadInput("Unknown field “{field}”. Put data of your own into “extra”.", field=unknown[0][:60])
    limits = policy.intake.limits
    text = clean(raw.get("text"), "text", limits.text_characters)
    if not text:
        raise BadInput("“text” is empty: please say what happened.", field="text")
    details = {name: clean(raw.get(name), name, limits.field_characters) for name in (*DETAIL_FIELDS, "store")}
    details["occurred_at"] = _moment(details["occurred_at"], policy, now)
    extra = _extra(raw.get("extra"), limits.field_characters)
    return Item(
        text=text,
        channel=_channel(raw.get("channel"), policy, channel),
        locale=_locale(raw.get("locale"), text),
        external_id=clean(raw.get("external_id"), "external_id", 200),
        sender=_sender(raw.get("customer"), limits.field_characters),
        details={key: value for key, value in details.items() if value} | ({"extra": extra} if extra else {}),
    )


def _channel(value: object, policy: Policy, default: str) -> str:
    name = clean(value, "channel", 40) or default
    if name not in policy.channels:
        raise BadInput(
            "There is no channel “{channel}”. Known: {known}.",
            field="channel",
            channel=name,
            known=", ".join(policy.channels),
        )
    return name


def _locale(value: object, text: str) -> str:
    name = clean(value, "locale", 20).lower()
    if name:
        return "zh-hans" if name.startswith("zh") else "en"
    return "zh-hans" if re.search("[\u4e00-\u9fff]", text) else "en"


def _sender(value: object, longest: int) -> dict[str, str]:
    if value is None or value == "":
        return {}
    if not isinstance(value, Mapping):
        raise BadInput("“customer” must be an object such as {“name”: …, “phone”: …}.", field="customer")
    unknown = sorted(str(key) for key in value if key not in CUSTOMER_FIELDS)
    if unknown:
        raise BadInput("Unknown field “{field}”.", field=f"customer.{unknown[0][:60]}")
    found = {name: clean(value.get(name), f"customer.{name}", min(longest, 200)) for name in CUSTOMER_FIELDS}
    if found["email"] and not EMAIL.fullmatch(found["email"]):
        raise BadInput("The e-mail address does not look right. Example: name@example.com", field="customer.email")
    if found["phone"] and not PHONE.fullmatch(found["phone"]):
        raise BadInput("The phone number may hold digits, spaces, + - ( ) only.", field="customer.phone")
    if found["preferred_contact"] not in CONTACT_WAYS:
        raise BadInput(
            "Preferred contact must be one of: {known}.",
            field="customer.preferred_contact",
            known=", ".join(sorted(CONTACT_WAYS - {""})),
        )
    return {name: text for name, text in found.items() if text}


def _moment(text: str, policy: Policy, now: datetime) -> str:
    if not text:
        return ""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(policy.meta.timezone))
        fits = EARLIEST <= moment <= now + timedelta(days=1)
    except (ValueError, OverflowError):
        raise BadInput(
            "“occurred_at” must be a date or time such as 2026-03-01 or 2026-03-01T14:30.", field="occurred_at"
        ) from None
    if not fits:
        raise BadInput("“occurred_at” must lie between the year 2000 and today.", field="occurred_at")
    return moment.isoformat()


def _extra(value: object, longest: int) -> dict[str, str]:
    if value is None or value == "":
        return {}
    if not isinstance(value, Mapping):
        raise BadInput("“extra” must be an object.", field="extra")
    if len(value) > 100:
        raise TooLarge("“extra” may hold at most 100 entries.", field="extra")
    return {clean(key, "extra", 60): _plain(entry, str(key)[:60], longest) for key, entry in value.items()}


def _plain(value: object, name: str, longest: int) -> str:
    return clean(str(value) if isinstance(value, Mapping | list | bool) else value, f"extra.{name}", longest)
