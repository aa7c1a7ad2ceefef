"""After closing: who is visited and when, who is asked to rate us, when a case goes on. Pure (CA-R1, CA-R2)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from huiyin.policy.schema import Policy

SETTLED = frozenset({"resolved", "partly", "unresolved"})
NEEDED_CONTACT = {"phone": "phone", "sms": "phone", "email": "email"}


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """A visit: when, and by which way."""

    due_at: datetime
    channel: str


def drawn(number: str, percent: float) -> bool:
    """Tell whether a case is in a sample of so many percent: the same answer for the same case at any time."""
    place = int.from_bytes(hashlib.sha256(number.encode()).digest()[:4]) / 2**32
    return place * 100 < percent


def reachable_by(wanted: str, *, has_phone: bool, has_email: bool) -> str | None:
    """Return the way a visit can take: the one wanted, else phone, else e-mail; None when nobody can be reached."""
    has = {"phone": has_phone, "email": has_email}
    ways = (wanted, "phone", "email")
    return next((way for way in ways if has.get(NEEDED_CONTACT.get(way, ""), False)), None)


def first_visit(
    policy: Policy,
    *,
    number: str,
    kind: str,
    level: int,
    outcome: str,
    closed_at: datetime,
    has_phone: bool,
    has_email: bool,
) -> PlannedVisit | None:
    """Return the first visit after a case was closed, or None (policy keys `care.visits`, `visit_kinds`, `visit_share_percent`)."""
    rule = policy.care.visits.get(level)  # type: ignore[call-overload]
    share = float(policy.care.visit_share_percent.get(level, 0))  # type: ignore[call-overload]
    if rule is None or outcome not in SETTLED or kind not in policy.care.visit_kinds or not drawn(number, share):
        return None
    way = reachable_by(rule.channel, has_phone=has_phone, has_email=has_email)
    return PlannedVisit(closed_at + timedelta(days=rule.after_days), way) if way else None


def next_visit(
    policy: Policy, *, level: int, result: str, round_: int, attempt: int, done_at: datetime
) -> tuple[int, int, datetime] | None:
    """Return (round, attempt, due) of the visit after this one, or None.

    Unreachable: again the next day, as often as the policy's `attempts`. Satisfied: the next of `repeat_after_days`.
    Dissatisfied: the case is opened again, and its next closing plans anew.
    """
    rule = policy.care.visits.get(level)  # type: ignore[call-overload]
    if rule is None or result == "dissatisfied":
        return None
    if result == "unreachable":
        return (round_, attempt + 1, done_at + timedelta(days=1)) if attempt < rule.attempts else None
    if round_ < len(rule.repeat_after_days):
        return (round_ + 1, 1, done_at + timedelta(days=rule.repeat_after_days[round_]))
    return None


def next_reminder(policy: Policy, sent_at: datetime, reminders: int) -> datetime | None:
    """Return when to remind of a survey after so many reminders, or None (policy key `care.survey.remind_after_days`)."""
    days = policy.care.survey.remind_after_days
    return sent_at + timedelta(days=days[reminders]) if reminders < len(days) else None


def goes_on(
    policy: Policy,
    *,
    closed_at: datetime | None,
    now: datetime,
    rating: int | None = None,
    satisfied: bool | None = None,
) -> bool:
    """Tell whether an unhappy customer's closed case is taken up again (policy keys `care.reopen_at_or_below`, `reopen_within_days`)."""
    if closed_at is None or now > closed_at + timedelta(days=policy.care.reopen_within_days):
        return False
    return satisfied is False or (rating is not None and rating <= policy.care.reopen_at_or_below)
