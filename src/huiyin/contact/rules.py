"""How we speak to customers: by which way, in which tone, when. Pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from huiyin.policy.schema import Policy, Text
from huiyin.policy.schema.contact import Delivery

ANGRY_FROM = 0.66
WRITABLE = {"sms": "phone", "email": "email"}
"""Ways by which a written message can leave the house, and the contact each of them needs."""

WEEKDAYS = "一二三四五六日"
_NAMES = re.compile(r"\{([a-z_]+)\}")


def emotion_of(*, sentiment: str, strength: float, level: int, flags: Collection[str]) -> str:
    """Return how the customer probably feels: worried where safety is at stake, angry, disappointed or calm."""
    if "safety" in flags or "vulnerable" in flags or (level == 1 and sentiment == "neg"):
        return "worried"
    if sentiment != "neg":
        return "calm"
    return "angry" if strength >= ANGRY_FROM else "disappointed"


def ways(*, preferred: str, has_phone: bool, has_email: bool, prefer: Sequence[str]) -> tuple[str, ...]:
    """Return the ways a written message can take to the customer, the best first; "page" when there is no other.

    What he asked for comes first (a phone call is announced by text message), then the policy's `contact.prefer`.
    """
    has = {"phone": has_phone, "email": has_email}
    wanted = ["sms" if preferred == "phone" else preferred, *prefer]
    found = tuple(dict.fromkeys(way for way in wanted if way in WRITABLE and has[WRITABLE[way]]))
    return found or ("page",)


def next_way(delivery: Delivery, tried: Collection[str], *, has_phone: bool, has_email: bool) -> str | None:
    """Return the way to fall back on after a message could not be handed over, or None (policy key `contact.delivery.fallback`)."""
    has = {"phone": has_phone, "email": has_email}
    return next((way for way in delivery.fallback if way in WRITABLE and way not in tried and has[WRITABLE[way]]), None)


def retry_at(delivery: Delivery, attempts: int, now: datetime) -> datetime | None:
    """Return when to try again after `attempts` failed hand-overs, or None when it was the last (policy key `contact.delivery`)."""
    if attempts >= delivery.attempts:
        return None
    waits = delivery.retry_minutes
    return now + timedelta(minutes=waits[min(attempts, len(waits)) - 1])


def not_in_quiet_hours(moment: datetime, quiet_hours: str, zone: ZoneInfo) -> datetime:
    """Return the first moment from `moment` on that lies outside the quiet hours "HH:MM-HH:MM" of the local day."""
    begin, end = (_minutes(part) for part in quiet_hours.split("-"))
    local = moment.astimezone(zone)
    minute = local.hour * 60 + local.minute
    quiet = begin <= minute < end if begin <= end else minute >= begin or minute < end
    if not quiet:
        return moment
    day = local.date() + timedelta(days=1 if minute >= end else 0)
    return datetime(day.year, day.month, day.day, end // 60, end % 60, tzinfo=zone).astimezone(moment.tzinfo)


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def wants_telling(*, last_told: datetime | None, started: datetime, due: datetime, now: datetime) -> bool:
    """Tell whether a customer is owed word of the progress when a promise is near or due (mission CL-5).

    He is not when somebody told him something within the last quarter of the promised time.
    """
    return last_told is None or now - last_told > (due - started) / 4


def said_time(moment: datetime, locale: str, zone: ZoneInfo, now: datetime) -> str:
    """Return a moment in words a customer reads: 11月23日（周一）14:30, Mon 23 Nov 14:30; with the year when it is another."""
    local = moment.astimezone(zone)
    other_year = local.year != now.astimezone(zone).year
    if locale.startswith("zh"):
        year = f"{local.year}年" if other_year else ""
        return f"{year}{local.month}月{local.day}日（周{WEEKDAYS[local.weekday()]}）{local:%H:%M}"
    year = f" {local.year}" if other_year else ""
    return f"{local:%a} {local.day} {local:%b}{year} {local:%H:%M}"


def said_day(moment: datetime, locale: str, zone: ZoneInfo) -> str:
    """Return a day in words: 11月23日, 23 Nov."""
    local = moment.astimezone(zone)
    return f"{local.month}月{local.day}日" if locale.startswith("zh") else f"{local.day} {local:%b}"


def shortened(text: str, longest: int) -> str:
    """Return `text` in one line, cut with … to at most `longest` characters."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: max(1, longest - 1)] + "…"


@lru_cache(maxsize=512)
def _split(text: str) -> tuple[str, ...]:
    """Return literals and placeholder names in turn: "a{b}c" → ("a", "b", "c")."""
    return tuple(_NAMES.split(text))


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return `text` with every {name} replaced, like `policy.schema.fill` but split once for many letters.

    Raises:
        KeyError: a value is missing.
    """
    parts = _split(text)
    return "".join(values[part] if place % 2 else part for place, part in enumerate(parts))


def without_sentence(text: str, name: str) -> str:
    """Return a template without the sentence that holds the placeholder {name}: for what does not take place."""
    return re.sub(rf"[^。.!?！？\n]*\{{{name}\}}[^。.!?！？\n]*[。.!?！？]?", "", text)


def with_comfort(body: str, phrase: str) -> str:
    """Return a letter with a soothing phrase as the paragraph after the greeting; a body of one paragraph stays as it is."""
    greeting, gap, rest = body.partition("\n\n")
    if not gap or "\n" in greeting or len(greeting) > 60:
        return body
    return f"{greeting}\n\n{phrase}\n\n{rest}"


@dataclass(frozen=True, slots=True)
class Remark:
    """What the tone check found in a draft: which rule, why, and the words in question (none where something is missing)."""

    rule: str
    label: Text
    because: Text
    found: tuple[str, ...]


def check_tone(policy: Policy, text: str, *, locale: str, kind: str = "complaint") -> tuple[Remark, ...]:
    """Check a reply for blame, vagueness, jargon and the like (policy key `contact.tone`); the sender always decides.

    An apology is asked for in answers to complaints only.
    """
    low = text.lower()
    remarks: list[Remark] = []
    for key, rule in policy.contact.tone.items():
        words = rule.zh if locale.startswith("zh") else rule.en
        found = tuple(word for word in words if _stands_in(word.lower(), low))
        if rule.must and not found and not (key == "apology" and kind != "complaint"):
            remarks.append(Remark(key, rule.label, rule.because, ()))
        elif not rule.must and found:
            remarks.append(Remark(key, rule.label, rule.because, found))
    return tuple(remarks)


def _stands_in(word: str, text: str) -> bool:
    if word.isascii():
        return re.search(rf"(?<![a-z]){re.escape(word.strip())}(?![a-z])", text) is not None
    return word in text
