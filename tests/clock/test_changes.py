"""Pauses, extensions and escalation, worked out by hand."""

from datetime import timedelta

import pytest

from huiyin.clock.rules import (
    Paused,
    approver_of,
    deadlines_for,
    escalation_times,
    extend,
    extension_refusals,
    pause_ends,
    shift_by_pause,
)
from huiyin.clock.said import Due
from huiyin.kernel.errors import BadInput
from huiyin.policy.schema import Policy
from huiyin.policy.schema.clock import Standard
from huiyin.policy.schema.span import Span
from huiyin.policy.schema.work import When

from .places import NAME, at


def due(policy: Policy, level: int, received: str, kind: str = "propose", *flags: str) -> Due:
    found = deadlines_for(
        policy,
        kind="complaint",
        code=None,
        level=level,
        channel="web",
        flags=frozenset(flags),
        received_at=at(received),
    )
    return next(one for one in found if one.kind == kind)


@pytest.fixture(scope="module")
def in_business_hours(policy: Policy) -> Policy:
    """An answer within eight business hours of the office, 09–12 and 13–18."""
    eight = Standard(label=NAME, when=When(), promise="answer", within=Span.parse("8 business hours"))
    return policy.model_copy(update={"standards": {"eight": eight}})


@pytest.mark.parametrize(
    ("level", "received", "since", "until", "moved"),
    [
        # 48 h from 03-02 10:00 is 03-04 10:00; twelve hours of waiting
        (2, "2026-03-02 10:00", "2026-03-02 20:00", "2026-03-03 08:00", "2026-03-04 22:00"),
        # waiting until after it was due: the 14 hours left at the beginning are left at the end
        (2, "2026-03-02 10:00", "2026-03-03 20:00", "2026-03-06 20:00", "2026-03-07 10:00"),
        # due 10-13; left after 10-08: 09, Sat 10, 12, 13; after 10-10: 12, 13, 14, 15
        (4, "2026-09-30 10:00", "2026-10-08 10:00", "2026-10-10 10:00", "2026-10-15 18:00"),
        # within one day no working day is lost
        (4, "2026-09-30 10:00", "2026-10-08 10:00", "2026-10-08 17:00", "2026-10-13 18:00"),
        # over the holidays none either: no working day lies between
        (4, "2026-09-30 10:00", "2026-10-01 10:00", "2026-10-07 10:00", "2026-10-13 18:00"),
        # missed before the pause began
        (2, "2026-03-02 10:00", "2026-03-04 10:00", "2026-03-06 10:00", "2026-03-04 10:00"),
        # a pause that began before receipt counts from receipt
        (2, "2026-03-02 10:00", "2026-03-01 10:00", "2026-03-02 12:00", "2026-03-04 12:00"),
    ],
)
def test_a_pause_moves_the_promise(
    policy: Policy, level: int, received: str, since: str, until: str, moved: str
) -> None:
    before = due(policy, level, received)
    after = shift_by_pause(policy, before, Paused(at(since), at(until)))
    assert after.due_at == at(moved)
    assert (len(after.because) > len(before.because)) == (after != before)


def test_a_pause_in_business_hours(in_business_hours: Policy) -> None:
    # From Mon 10:00: 2 + 5 h that day, 1 h on Tue → 10:00. Left on Mon 16:00: 2 + 1 h; from Wed 11:00: 1 h, lunch, 2 h.
    before = due(in_business_hours, 2, "2026-03-02 10:00", "answer")
    assert (before.due_at, before.calendar) == (at("2026-03-03 10:00"), "office")
    assert before.because[1].en == "2026-03-02 10:00 + 8 business hours (Office hours) = 2026-03-03 10:00"
    assert before.warn_at == at("2026-03-02 17:00")  # a quarter, 2 h: 6 h from 10:00 is 17:00
    after = shift_by_pause(in_business_hours, before, Paused(at("2026-03-02 16:00"), at("2026-03-04 11:00")))
    assert after.due_at == at("2026-03-04 15:00")
    assert after.warn_at == at("2026-03-04 12:00")  # one hour was left until the warning


def test_a_warning_already_given_stays(policy: Policy) -> None:
    before = due(policy, 2, "2026-03-02 10:00")  # warned 03-03 22:00
    after = shift_by_pause(policy, before, Paused(at("2026-03-03 23:00"), at("2026-03-04 02:00")))
    assert (after.warn_at, after.due_at) == (before.warn_at, before.due_at + timedelta(hours=3))


def test_the_statute_never_pauses(policy: Policy) -> None:
    legal = due(policy, 1, "2026-03-02 10:00", "safety_report", "safety")
    assert shift_by_pause(policy, legal, Paused(at("2026-03-02 09:00"), at("2026-03-09 09:00"))) is legal


def test_a_pause_ends_by_itself(policy: Policy) -> None:
    assert pause_ends(policy, at("2026-03-02 10:00")) == at("2026-03-09 23:59:59")  # 7 days


@pytest.mark.parametrize(
    ("level", "received", "by", "moved"),
    [
        (2, "2026-03-02 10:00", "24 hours", "2026-03-05 10:00"),
        (4, "2026-09-30 10:00", "2 working days", "2026-10-15 18:00"),  # after 10-13: 14, 15
        (2, "2026-09-28 12:00", "1 working day", "2026-10-08 18:00"),  # due Wed 09-30 12:00
    ],
)
def test_extension(policy: Policy, level: int, received: str, by: str, moved: str) -> None:
    before = due(policy, level, received)
    after = extend(policy, before, Span.parse(by))
    assert after.due_at == at(moved)
    assert after.because[-1].en.startswith(f"extended by {by}")
    assert after.warn_at >= before.warn_at


def test_when_an_extension_is_refused(policy: Policy) -> None:
    promise = due(policy, 2, "2026-03-02 10:00")
    day, too_much = Span.parse("24 hours"), Span.parse("49 hours")
    assert extension_refusals(policy, promise, level=2, granted=0, by=day) == ()
    assert [text.en for text in extension_refusals(policy, promise, level=2, granted=2, by=too_much)] == [
        "Extended 2 times of 2 allowed",
        "At most 48 hours at a time",
    ]
    reply = due(policy, 2, "2026-03-02 10:00", "respond")
    assert [text.zh for text in extension_refusals(policy, reply, level=2, granted=0, by=day)] == ["这一时限不能延期"]
    legal = due(policy, 1, "2026-03-02 10:00", "safety_report", "safety")
    assert "A legal time limit cannot be extended" in {
        text.en for text in extension_refusals(policy, legal, level=1, granted=0, by=day)
    }
    step = due(policy, 2, "2026-03-02 10:00", "step:confirm")
    assert extension_refusals(policy, step, level=2, granted=0, by=day) == ()


def test_who_approves(policy: Policy) -> None:
    assert [approver_of(policy, granted) for granted in range(4)] == ["supervisor", "manager", "manager", "manager"]


def test_the_ladder_in_order(policy: Policy) -> None:
    # Level 2, due 03-04 10:00, warned 12 h before; manager after 2 h, executive after 8 h.
    rungs = escalation_times(policy, due(policy, 2, "2026-03-02 10:00"), 2)
    assert [(rung.index, rung.role, rung.at) for rung in rungs] == [
        (0, None, at("2026-03-03 22:00")),
        (1, "supervisor", at("2026-03-04 10:00")),
        (2, "manager", at("2026-03-04 12:00")),
        (3, "executive", at("2026-03-04 18:00")),
    ]


def test_a_rule_the_policy_has_lost(policy: Policy) -> None:
    lost = due(policy.model_copy(), 2, "2026-03-02 10:00", "answer")
    with pytest.raises(BadInput, match="no time limit “standards/general_direction”"):
        shift_by_pause(
            policy.model_copy(update={"standards": {}}), lost, Paused(at("2026-03-02 12:00"), at("2026-03-02 13:00"))
        )
