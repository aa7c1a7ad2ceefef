"""No money without authority; nobody approves his own; floors hold (invariant 4), as properties of the rules."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.policy.load import load_default
from huiyin.policy.schema.remedy import Silence
from huiyin.remedy.rules import (
    Granted,
    Matter,
    authority_for,
    crosses,
    early_allowed,
    floor_of,
    floors_that_may_apply,
    limits_of,
    may_approve,
    next_silent_step,
    rank,
    total_of,
    within,
    worth_of_points,
)

POLICY = load_default()
CODES = [code.code for code in POLICY.codes]
ROLES = [*POLICY.ladder, "member", "legal", "auditor"]
money = st.decimals(min_value=0, max_value=30000, places=2)
granted = st.builds(
    Granted, in_case=money, today=money, this_month=st.decimals(min_value=0, max_value=400000, places=2)
)


def yuan(text: str) -> Decimal:
    return Decimal(text)


@given(role=st.sampled_from(ROLES), code=st.sampled_from(CODES), amount=money, given_before=granted)
def test_no_money_without_authority(role: str, code: int, amount: Decimal, given_before: Granted) -> None:
    verdict = authority_for(POLICY, role=role, code=code, amount=amount, granted=given_before)
    if amount == 0:
        assert verdict.needs_role == ""
        return
    if verdict.needs_role == "" and not verdict.beyond_all:
        assert within(POLICY, role=role, code=code, amount=amount, granted=given_before)
        assert amount <= POLICY.four_eyes_above
        assert given_before.this_month + amount <= POLICY.budget.monthly
    if verdict.needs_role:
        assert limits_of(POLICY, verdict.needs_role, code)[0] >= given_before.in_case + amount
        assert rank(POLICY, verdict.needs_role) >= rank(POLICY, role)
    if verdict.beyond_all:
        assert all(limits_of(POLICY, name, code)[0] < given_before.in_case + amount for name in POLICY.ladder)
    assert verdict.because


@given(code=st.sampled_from(CODES), amount=money)
def test_as_few_steps_as_possible(code: int, amount: Decimal) -> None:
    verdict = authority_for(POLICY, role="agent", code=code, amount=amount, granted=Granted())
    if verdict.needs_role and amount <= POLICY.four_eyes_above:
        lower = POLICY.ladder[1 : rank(POLICY, verdict.needs_role)]
        assert all(limits_of(POLICY, name, code)[0] < amount for name in lower)


@pytest.mark.parametrize(
    ("role", "code", "amount", "needs"),
    [
        ("agent", 5001, "100", ""),
        ("agent", 5001, "100.01", "supervisor"),
        ("agent", 2001, "150", ""),  # logistics: 150 a case
        ("agent", 3001, "50.01", "supervisor"),  # payment: 50 a case
        ("agent", 1401, "0.01", "supervisor"),  # safety is nothing for the first line
        ("agent", 1005, "200", ""),
        ("agent", 5001, "1000.01", "manager"),
        ("supervisor", 5001, "1000", ""),
        ("supervisor", 1401, "2000", ""),
        ("manager", 5001, "5000", ""),
        ("manager", 5001, "5000.01", "manager"),  # four eyes: another manager
        ("member", 5001, "1", "supervisor"),  # the first rung that may approve at all
        ("agent", 5001, "0", ""),
    ],
)
def test_default_limits(role: str, code: int, amount: str, needs: str) -> None:
    assert authority_for(POLICY, role=role, code=code, amount=yuan(amount), granted=Granted()).needs_role == needs


def test_limits_of_case_and_day_add_up() -> None:
    spent = Granted(in_case=yuan("60"))
    assert authority_for(POLICY, role="agent", code=5001, amount=yuan("40"), granted=spent).needs_role == ""
    assert (
        authority_for(POLICY, role="agent", code=5001, amount=yuan("40.01"), granted=spent).needs_role == "supervisor"
    )
    day = Granted(today=yuan("1950"))
    assert authority_for(POLICY, role="agent", code=5001, amount=yuan("50"), granted=day).needs_role == ""
    assert authority_for(POLICY, role="agent", code=5001, amount=yuan("51"), granted=day).needs_role == "supervisor"


def test_beyond_the_budget_the_top_decides() -> None:
    full = Granted(this_month=yuan("299990"))
    assert authority_for(POLICY, role="agent", code=5001, amount=yuan("10"), granted=full).needs_role == ""
    assert authority_for(POLICY, role="agent", code=5001, amount=yuan("11"), granted=full).needs_role == "manager"


def test_more_than_anybody_may_grant() -> None:
    assert authority_for(POLICY, role="manager", code=5001, amount=yuan("20000.01"), granted=Granted()).beyond_all


def test_approvers_stand_high_enough_and_have_room() -> None:
    ask = {"needs_role": "supervisor", "code": 5001, "amount": yuan("500")}
    assert may_approve(POLICY, role="supervisor", granted=Granted(), **ask)
    assert may_approve(POLICY, role="manager", granted=Granted(), **ask)
    assert not may_approve(POLICY, role="agent", granted=Granted(), **ask)
    assert not may_approve(POLICY, role="auditor", granted=Granted(), **ask)
    assert not may_approve(POLICY, role="supervisor", granted=Granted(today=yuan("19600")), **ask)


def test_points_count_at_their_best_exchange() -> None:
    assert worth_of_points(POLICY, 1000) == yuan("25.00")  # 2,000 points are worth at most 50 yuan
    assert worth_of_points(POLICY, 0) == yuan("0.00")


@pytest.mark.parametrize(
    ("code", "price", "loss", "expected"),
    [
        (1301, "99", None, "599.00"),  # fraud: 99 back and at least 500
        (1301, "2000", None, "8000.00"),  # fraud: 2,000 back and three times as much
        (1401, "20", None, "1020.00"),  # unsafe food: 20 back and at least 1,000
        (1501, "150", None, "1650.00"),
        (1401, "50", "800", "3250.00"),  # 50 back, 800 made good, three times the loss
        (1001, "99", None, None),
        (1402, "99", "30000", None),  # known harm is a range: a person decides
    ],
)
def test_floors_by_code(code: int, price: str, loss: str | None, expected: str | None) -> None:
    matter = Matter(
        "complaint",
        code,
        1,
        "web",
        frozenset(),
        date(2026, 3, 10),
        yuan(price),
        yuan(price),
        yuan(loss) if loss else None,
    )
    floor = floor_of(floors_that_may_apply(POLICY, matter))
    assert (str(total_of(floor)) if floor else None) == expected


def test_no_floor_without_a_price() -> None:
    assert floors_that_may_apply(POLICY, Matter("complaint", 1301, 1, "web", frozenset(), date(2026, 3, 10))) == ()


def test_silence_reminds_then_ends() -> None:
    start = datetime.fromisoformat("2026-03-10T02:00:00+00:00")
    steps = [next_silent_step(POLICY.silence, start, reminders) for reminders in range(4)]
    assert steps == [
        (start + timedelta(days=1), "remind"),
        (start + timedelta(days=3), "remind"),
        (start + timedelta(days=7), "close"),
        None,
    ]
    going_on = Silence(remind_after_days=(1,), days=7, then="remind", because=POLICY.silence.because)
    assert next_silent_step(going_on, start, 3) == (start + timedelta(days=21), "remind")


def test_early_measures_and_budget_line() -> None:
    assert early_allowed(POLICY, ["safety", "legal"])
    assert not early_allowed(POLICY, ["legal"])
    assert crosses(yuan("239999"), yuan("240000"), yuan("300000"), yuan("80"))
    assert not crosses(yuan("240000"), yuan("250000"), yuan("300000"), yuan("80"))
