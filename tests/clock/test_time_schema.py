"""What the policy may say about time, and what it is told when it says nonsense."""

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from huiyin.policy.load import default_source, load_default
from huiyin.policy.schema import CHECKS, Policy
from huiyin.policy.schema.calendar import Calendar, minutes
from huiyin.policy.schema.span import Delay, Limit, Span, Within

from .places import NAME


@pytest.mark.parametrize(
    ("text", "amount", "unit", "calendar"),
    [
        ("30 minutes", 30, "minutes", None),
        ("1 hour", 1, "hours", None),
        ("2h", 2, "hours", None),
        ("90 min", 90, "minutes", None),
        (" 8  business hours", 8, "business hours", None),
        ("8 business hours in night_desk", 8, "business hours", "night_desk"),
        ("5 Working Days", 5, "working days", None),
        ("10 working days in legal", 10, "working days", "legal"),
        ("5 wd", 5, "working days", None),
        ("7 days", 7, "days", None),
        ("6 months", 6, "months", None),
        ("3 years", 3, "years", None),
    ],
)
def test_lengths_of_time(text: str, amount: int, unit: str, calendar: str | None) -> None:
    span = TypeAdapter(Within).validate_python(text)
    assert (span.amount, span.unit, span.calendar) == (amount, unit, calendar)
    assert Span.parse(str(span)) == span


@pytest.mark.parametrize(
    "text", ["", "two hours", "-1 hours", "1.5 hours", "3 fortnights", "2 hours in office", "٣ hours"]
)
def test_lengths_nobody_understands(text: str) -> None:
    with pytest.raises(ValidationError, match=r"is not a length of time|names a calendar"):
        TypeAdapter(Within).validate_python(text)


def test_limits_and_delays() -> None:
    with pytest.raises(ValidationError, match="can never be kept"):
        TypeAdapter(Limit).validate_python("0 hours")
    with pytest.raises(ValidationError, match="in minutes or hours here"):
        TypeAdapter(Delay).validate_python("1 working day")
    assert Span.parse("1 hour").words.en == "1 hour"
    assert Span.parse("2 hours").words.zh == "2小时"


def test_hours_of_a_day() -> None:
    assert minutes("22:00-06:00") == (1320, 1800)
    assert minutes("00:00-24:00") == (0, 1440)


BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"week": {"mon": ["9:00-12:00"]}}, "is not a time span"),
    ({"week": {"mon": ["09:00-25:00"]}}, "is not a time span"),
    ({"week": {"mon": ["09:00-09:00"]}}, "ends when it begins"),
    ({"week": {"mon": ["09:00-13:00", "12:00-18:00"]}}, "09:00-13:00 and 12:00-18:00 overlap"),
    ({"week": {"mon": ["05:00-12:00", "22:00-06:00"]}}, "runs into 05:00-12:00 of the day after"),
    ({"week": {"mon": ["22:00-06:00"], "tue": ["05:00-12:00"]}}, "runs into the morning of tue"),
    ({"week": {"mon": ["22:00-06:00"]}, "makeup": ["05:00-12:00"]}, "runs into the morning of makeup"),
    ({"week": {"mon": []}}, "no weekday has any working hours"),
    ({"week": None}, "give the working hours by weekday"),
    ({"timezone": "Asia/Nowhere"}, "no time zone"),
    ({"country": "China"}, "pattern"),
    ({"extra_days": {"2026-02-30": "rest"}}, "date"),
    ({"extra_days": {"2026-02-20": "holiday"}}, "work"),
]


@pytest.mark.parametrize(("change", "words"), BROKEN)
def test_broken_calendars(change: dict[str, Any], words: str) -> None:
    spec = {"label": NAME, "timezone": "Asia/Shanghai", "week": {"mon": ["09:00-12:00"]}, **change}
    with pytest.raises(ValidationError, match=words):
        Calendar.model_validate(spec)


def faults(policy: Policy) -> list[str]:
    return [f"{'/'.join(map(str, fault.path))}: {fault.reason}" for check in CHECKS for fault in check.run(policy)]


def test_the_default_policy_is_sound() -> None:
    assert faults(load_default()) == []
    assert {"clock.yaml", "calendars.yaml", "law.yaml"} <= default_source().keys()


def _without_level(policy: Policy) -> dict[str, Any]:
    return {"deadlines": {level: promise for level, promise in policy.deadlines.items() if level != 3}}


def _serious_waits_longer(policy: Policy) -> dict[str, Any]:
    slow = policy.deadlines[1].model_copy(update={"respond": Span.parse("9 hours")})
    return {"deadlines": {**policy.deadlines, 1: slow}}


def _solution_before_reply(policy: Policy) -> dict[str, Any]:
    return {"deadlines": {**policy.deadlines, 4: policy.deadlines[4].model_copy(update={"propose": Span.parse("7 h")})}}


def _unknown_calendar(policy: Policy) -> dict[str, Any]:
    email = policy.standards["email"].model_copy(update={"within": Span.parse("8 business hours in moon")})
    return {"standards": {**policy.standards, "email": email}}


def _ladder_upside_down(policy: Policy) -> dict[str, Any]:
    return {"escalation": tuple(reversed(policy.escalation))}


def _told_twice(policy: Policy) -> dict[str, Any]:
    return {"escalation": (*policy.escalation, policy.escalation[-1])}


def _too_few_approvers(policy: Policy) -> dict[str, Any]:
    return {"extensions": policy.extensions.model_copy(update={"approvers": ("supervisor",)})}


def _two_wordings_at_once(policy: Policy) -> dict[str, Any]:
    clock = policy.statute_clocks["seven_day_return"]
    doubled = clock.model_copy(update={"rows": clock.rows * 2})
    return {"statute_clocks": {**policy.statute_clocks, "seven_day_return": doubled}}


def _unknown_law(policy: Policy) -> dict[str, Any]:
    clock = policy.statute_clocks["seven_day_return"]
    other = clock.model_copy(update={"rows": (clock.rows[0].model_copy(update={"law": "moon_law"}),)})
    return {"statute_clocks": {**policy.statute_clocks, "seven_day_return": other}}


CHANGES: list[tuple[Callable[[Policy], dict[str, Any]], str]] = [
    (_without_level, "deadlines: level 3 is missing"),
    (
        _serious_waits_longer,
        "deadlines/2/respond: level 2 gets less time (4 hours) than a more serious level (9 hours)",
    ),
    (_solution_before_reply, "deadlines/4/propose: a solution would be due before the first reply"),
    (_unknown_calendar, 'standards/email/within: there is no calendar "moon"'),
    (_ladder_upside_down, 'escalation/3/at: "Owner" would be told before "Supervisor", who stands lower'),
    (_told_twice, 'escalation/4/role: "Executive" stands on the ladder twice'),
    (_too_few_approvers, "extensions/approvers: 2 extensions are allowed but only 1 approvers are named"),
    (_two_wordings_at_once, "statute_clocks/seven_day_return/rows/1: it is in force on the same days"),
    (_unknown_law, 'statute_clocks/seven_day_return/rows/0/law: there is no instrument "moon_law"'),
]


@pytest.mark.parametrize(("change", "words"), CHANGES)
def test_rules_between_the_parts(change: Callable[[Policy], dict[str, Any]], words: str) -> None:
    policy = load_default()
    found = faults(policy.model_copy(update=change(policy)))
    assert any(fault.startswith(words) for fault in found), found
