"""Who is visited, when, and when a case goes on."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.care.rules import drawn, first_visit, goes_on, next_reminder, next_visit, reachable_by
from huiyin.policy.load import load_default

POLICY = load_default()
CLOSED = datetime(2026, 3, 10, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("level", "kind", "outcome", "days", "channel"),
    [
        (1, "complaint", "resolved", 1, "phone"),
        (2, "complaint", "partly", 3, "phone"),
        (3, "complaint", "unresolved", 7, "sms"),
        (2, "consultation", "answered", None, None),
        (2, "complaint", "withdrawn", None, None),
    ],
)
def test_first_visit(level: int, kind: str, outcome: str, days: int | None, channel: str | None) -> None:
    found = first_visit(
        POLICY, number="HY1", kind=kind, level=level, outcome=outcome, closed_at=CLOSED, has_phone=True, has_email=True
    )
    expected = None if days is None else (CLOSED + timedelta(days=days), channel)
    assert (None if found is None else (found.due_at, found.channel)) == expected


def test_visits_take_another_way_or_none() -> None:
    assert reachable_by("phone", has_phone=False, has_email=True) == "email"
    assert reachable_by("app", has_phone=True, has_email=True) == "phone"
    assert reachable_by("phone", has_phone=False, has_email=False) is None


def test_visits_are_repeated_and_tried_again() -> None:
    at = CLOSED
    assert next_visit(POLICY, level=1, result="satisfied", round_=0, attempt=1, done_at=at) == (
        1,
        1,
        at + timedelta(days=7),
    )
    assert next_visit(POLICY, level=1, result="satisfied", round_=1, attempt=1, done_at=at) == (
        2,
        1,
        at + timedelta(days=30),
    )
    assert next_visit(POLICY, level=1, result="satisfied", round_=2, attempt=1, done_at=at) is None
    assert next_visit(POLICY, level=2, result="unreachable", round_=0, attempt=1, done_at=at) == (
        0,
        2,
        at + timedelta(days=1),
    )
    assert next_visit(POLICY, level=2, result="unreachable", round_=0, attempt=3, done_at=at) is None
    assert next_visit(POLICY, level=1, result="dissatisfied", round_=0, attempt=1, done_at=at) is None


@given(st.text(min_size=1, max_size=20))
def test_a_sample_is_the_same_every_time(number: str) -> None:
    assert drawn(number, 100)
    assert not drawn(number, 0)
    assert drawn(number, 20) == drawn(number, 20)


def test_a_sample_has_the_wanted_size() -> None:
    share = sum(drawn(f"HY{number:06d}", 20) for number in range(5000)) / 5000
    assert 0.18 < share < 0.22


@pytest.mark.parametrize(
    ("rating", "satisfied", "days", "expected"),
    [
        (1, None, 1, True),
        (2, None, 30, True),
        (3, None, 1, False),
        (2, None, 31, False),
        (None, False, 1, True),
        (None, None, 1, False),
        (None, True, 1, False),
    ],
)
def test_unhappy_cases_go_on(rating: int | None, satisfied: bool | None, days: int, expected: bool) -> None:
    assert (
        goes_on(POLICY, closed_at=CLOSED, now=CLOSED + timedelta(days=days), rating=rating, satisfied=satisfied)
        is expected
    )
    assert goes_on(POLICY, closed_at=None, now=CLOSED, rating=1) is False


def test_one_reminder() -> None:
    assert next_reminder(POLICY, CLOSED, 0) == CLOSED + timedelta(days=3)
    assert next_reminder(POLICY, CLOSED, 1) is None
