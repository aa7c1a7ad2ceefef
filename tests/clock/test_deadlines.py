"""Promises of the default policy as moments, worked out by hand."""

from typing import Any

import pytest

from huiyin.clock.days import UnpublishedYear
from huiyin.clock.rules import deadlines_and_gaps, deadlines_for, result_deadline, span_of, step_deadlines
from huiyin.clock.said import Due
from huiyin.kernel.errors import BadInput
from huiyin.policy.schema import Policy
from huiyin.policy.schema.span import Span

from .places import at

Case = dict[str, Any]


def case(level: int, **marks: Any) -> Case:
    return {"kind": "complaint", "code": None, "level": level, "channel": "web", "flags": frozenset(), **marks}


def dues(policy: Policy, marks: Case, received: str) -> dict[str, Due]:
    return {due.kind: due for due in deadlines_for(policy, **marks, received_at=at(received))}


# level, received, first reply, solution. Hours run round the clock; level 4's five working days end at office closing.
BY_LEVEL = [
    (1, "2026-03-01 10:00", "2026-03-01 12:00", "2026-03-02 10:00"),  # + 2 h, + 24 h
    (1, "2025-12-31 23:30", "2026-01-01 01:30", "2026-01-01 23:30"),  # over the year's end
    (1, "2024-02-28 23:00", "2024-02-29 01:00", "2024-02-29 23:00"),  # into the leap day
    (2, "2026-02-28 22:30", "2026-03-01 02:30", "2026-03-02 22:30"),  # + 4 h, + 48 h over the month's end
    (2, "2024-02-28 09:00", "2024-02-28 13:00", "2024-03-01 09:00"),  # 48 h with a leap day between
    (2, "2025-02-27 09:00", "2025-02-27 13:00", "2025-03-01 09:00"),  # and without
    (3, "2025-12-31 20:00", "2026-01-01 02:00", "2026-01-03 20:00"),  # + 6 h, + 72 h: holidays do not stop hours
    (3, "2026-02-15 12:00", "2026-02-15 18:00", "2026-02-18 12:00"),  # in Spring Festival
    (4, "2026-03-02 10:00", "2026-03-02 18:00", "2026-03-09 18:00"),  # Mon: Tue, Wed, Thu, Fri, Mon
    (4, "2026-03-07 10:00", "2026-03-07 18:00", "2026-03-13 18:00"),  # Saturday: Mon … Fri
    (4, "2025-01-24 10:00", "2025-01-24 18:00", "2025-02-07 18:00"),  # Sun 26, 27, 02-05, 06, 07
    (4, "2025-01-27 10:00", "2025-01-27 18:00", "2025-02-10 18:00"),  # 02-05, 06, 07, Sat 08, 10
    (4, "2025-09-26 20:00", "2025-09-27 04:00", "2025-10-10 18:00"),  # Sun 28, 29, 30, 10-09, 10
    (4, "2025-09-30 10:00", "2025-09-30 18:00", "2025-10-14 18:00"),  # 10-09, 10, Sat 11, 13, 14
    (4, "2026-02-13 10:00", "2026-02-13 18:00", "2026-02-27 18:00"),  # Sat 14, 24, 25, 26, 27
    (4, "2026-02-24 10:00", "2026-02-24 18:00", "2026-03-02 18:00"),  # 25, 26, 27, Sat 28, 03-02
    (4, "2026-09-18 10:00", "2026-09-18 18:00", "2026-09-24 18:00"),  # Sun 20, 21, 22, 23, 24
    (4, "2026-09-30 10:00", "2026-09-30 18:00", "2026-10-13 18:00"),  # 10-08, 09, Sat 10, 12, 13
    (4, "2026-10-03 10:00", "2026-10-03 18:00", "2026-10-13 18:00"),  # from within National Day: the same five
    (4, "2026-04-30 10:00", "2026-04-30 18:00", "2026-05-11 18:00"),  # 05-06, 07, 08, Sat 09, 11
    (4, "2025-12-31 10:00", "2025-12-31 18:00", "2026-01-08 18:00"),  # Sun 01-04, 05, 06, 07, 08
]


@pytest.mark.parametrize(("level", "received", "respond", "propose"), BY_LEVEL)
def test_by_level(policy: Policy, level: int, received: str, respond: str, propose: str) -> None:
    found = dues(policy, case(level), received)
    assert (found["respond"].due_at, found["propose"].due_at) == (at(respond), at(propose))
    assert found["respond"].rule == f"deadlines/{level}/respond"
    assert all(due.clock == "promise" and due.started_at == at(received) for due in found.values())


# marks, kind of promise, hours after receipt, rule that holds
STANDARDS = [
    (case(4, code=1001), "answer", 24, "standards/product_quality"),
    (case(1, code=4001), "answer", 48, "standards/service_quality"),
    (case(3, code=4001), "answer", 24, "standards/general_direction"),  # 24 h direction before 48 h service quality
    (case(2, code=2301), "answer", 24, "standards/general_direction"),
    (case(3, flags=frozenset({"legal"})), "respond", 2, "standards/urgent"),  # 2 h before 6 h
    (case(1, flags=frozenset({"safety"})), "respond", 2, "deadlines/1/respond"),  # the same: the level's own
    (case(4, kind="consultation"), "answer", 24, "standards/consultation"),
    (case(4, kind="consultation"), "propose", 48, "standards/common_question"),  # 48 h before five working days
    (case(1, kind="consultation"), "propose", 24, "deadlines/1/propose"),  # 24 h before 48 h
    (case(4, channel="email"), "respond", 8, "deadlines/4/respond"),  # 8 h before 24 h
]


@pytest.mark.parametrize(("marks", "promise", "after", "rule"), STANDARDS)
def test_the_earlier_holds(policy: Policy, marks: Case, promise: str, after: int, rule: str) -> None:
    found = dues(policy, marks, "2026-03-02 10:00")[promise]
    assert (found.due_at - at("2026-03-02 10:00")).total_seconds() == after * 3600
    assert found.rule == rule


def test_arithmetic_in_words(policy: Policy) -> None:
    found = dues(policy, case(3, flags=frozenset({"legal"})), "2026-09-30 10:00")
    assert [said.en for said in found["respond"].because] == [
        "An urgent complaint is answered within 2 hours",
        "2026-09-30 10:00 + 2 hours = 2026-09-30 12:00",
        "level 3: first human reply within 6 hours: until 2026-09-30 16:00; the earlier holds",
    ]
    assert found["respond"].because[1].zh == "2026-09-30 10:00 + 2小时 = 2026-09-30 12:00"
    by_days = dues(policy, case(4), "2026-09-30 10:00")["propose"].because[1]
    assert by_days.en == (
        "working day 5 after 2026-09-30 = 2026-10-13; not counted: 10-01…10-07, 10-11; "
        "make-up working days: 10-10; until 18:00 that day"
    )
    assert by_days.in_("zh-hans").startswith("2026-09-30 次日起第5个工作日 = 2026-10-13；不计 10-01…10-07, 10-11")


def test_praise_is_only_answered(policy: Policy) -> None:
    assert set(dues(policy, case(4, kind="praise"), "2026-03-02 10:00")) == {"respond", "step:confirm"}


def test_safety_starts_a_legal_clock_at_once(policy: Policy) -> None:
    found = dues(policy, case(1, flags=frozenset({"safety"})), "2026-03-02 10:00")["safety_report"]
    assert (found.clock, found.due_at, found.calendar) == ("statute", at("2026-03-02 10:00"), "clock")
    assert "safety_report" not in dues(policy, case(1), "2026-03-02 10:00")


def test_steps(policy: Policy) -> None:
    assert dues(policy, case(2), "2026-03-02 10:00")["step:confirm"].due_at == at("2026-03-02 12:00")
    (investigate,) = step_deadlines(policy, state="confirmed", level=1, entered_at=at("2026-03-02 10:00"))
    assert (investigate.kind, investigate.due_at) == ("step:investigate", at("2026-03-03 00:00"))  # + 14 h
    (execute,) = step_deadlines(policy, state="executing", level=2, entered_at=at("2026-09-30 10:00"))
    assert execute.due_at == at("2026-10-09 18:00")  # 10-08, 10-09
    assert step_deadlines(policy, state="closed", level=2, entered_at=at("2026-09-30 10:00")) == ()


@pytest.mark.parametrize(
    ("handled", "due"),
    [
        ("2026-03-02 10:00", "2026-03-05 18:00"),  # Tue, Wed, Thu
        ("2026-09-30 10:00", "2026-10-10 18:00"),  # 10-08, 09, Sat 10
        ("2025-01-24 10:00", "2025-02-05 18:00"),  # Sun 26, 27, 02-05
        ("2026-02-13 23:00", "2026-02-25 18:00"),  # Sat 14, 24, 25
    ],
)
def test_the_result_is_told_within_three_working_days(policy: Policy, handled: str, due: str) -> None:
    found = result_deadline(policy, **case(2), handled_at=at(handled))
    assert found is not None
    assert (found.kind, found.due_at, found.calendar) == ("result", at(due), "office")
    assert result_deadline(policy, **case(4, kind="praise"), handled_at=at(handled)) is None


@pytest.mark.parametrize(
    ("level", "promise", "received", "warned"),
    [
        (1, "respond", "2026-03-02 10:00", "2026-03-02 11:30"),  # a quarter of 2 h before
        (1, "propose", "2026-03-02 10:00", "2026-03-03 04:00"),  # a quarter of 24 h before
        (3, "propose", "2026-03-02 10:00", "2026-03-04 22:00"),  # a quarter would be 18 h; at most 12 h
        (4, "propose", "2026-09-30 10:00", "2026-10-12 09:00"),  # opening of the working day before 10-13
    ],
)
def test_warnings(policy: Policy, level: int, promise: str, received: str, warned: str) -> None:
    assert dues(policy, case(level), received)[promise].warn_at == at(warned)


def test_an_unpublished_year_takes_only_what_needs_it(policy: Policy) -> None:
    received = at("2026-12-30 10:00")
    with pytest.raises(UnpublishedYear, match="2027"):
        deadlines_for(policy, **case(4), received_at=received)
    found, gaps = deadlines_and_gaps(policy, **case(4), received_at=received)
    assert [due.kind for due in found] == ["respond", "step:confirm"]
    assert [gap.year for gap in gaps] == [2027]
    assert len(deadlines_for(policy, **case(3), received_at=received)) == 4  # hours need no calendar


def test_bad_input(policy: Policy) -> None:
    with pytest.raises(BadInput, match="There is no level 5; levels are 1, 2, 3, 4"):
        deadlines_for(policy, **case(5), received_at=at("2026-03-02 10:00"))
    with pytest.raises(BadInput, match="does not say in which time zone"):
        deadlines_for(policy, **case(1), received_at=at("2026-03-02 10:00").replace(tzinfo=None))
    with pytest.raises(BadInput, match="no time limit"):
        span_of(policy, "standards/nothing")
    with pytest.raises(BadInput, match="no time limit"):
        span_of(policy, "deadlines/x/respond")


def test_rules_lead_back_to_their_length(policy: Policy) -> None:
    for due in deadlines_for(policy, **case(3, code=1001), received_at=at("2026-03-02 10:00")):
        span = span_of(policy, due.rule)
        assert isinstance(span, Span)
        assert due.started_at + span.length == due.due_at
