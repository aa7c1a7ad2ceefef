"""Concrete proposals from the handbook."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.policy.load import load_default
from huiyin.policy.schema import Amount
from huiyin.remedy.rules import KINDS, Granted, Matter
from huiyin.remedy.suggest import amount_of, suggest

POLICY = load_default()


def matter(code: int, price: str | None = "299.00", kind: str = "complaint", loss: str | None = None) -> Matter:
    paid = Decimal(price) if price else None
    return Matter(kind, code, 2, "web", frozenset(), date(2026, 3, 10), paid, paid, Decimal(loss) if loss else None)


@given(
    code=st.sampled_from([code.code for code in POLICY.codes]),
    price=st.none() | st.decimals(min_value=1, max_value=50000, places=2),
    kind=st.sampled_from(["complaint", "consultation", "suggestion", "praise"]),
    role=st.sampled_from(["agent", "supervisor", "manager", "member"]),
)
def test_every_code_has_a_usable_suggestion(code: int, price: Decimal | None, kind: str, role: str) -> None:
    found = suggest(
        POLICY, Matter(kind, code, 2, "web", frozenset(), date(2026, 3, 10), price, price), role=role, granted=Granted()
    )
    assert 1 <= len(found) <= 3
    for one in found:
        assert one.items
        assert all(item.kind in KINDS for item in one.items)
        assert all(item.amount is None or item.amount >= 0 for item in one.items)
        assert all(item.basis.zh and item.basis.en for item in one.items)
        assert one.because
        assert all((item.amount is None) == bool(item.ask) for item in one.items)


def test_broken_goods_offer_return_exchange_repair() -> None:
    found = suggest(POLICY, matter(1001), role="agent", granted=Granted())
    assert [one.items[0].kind for one in found] == ["return", "exchange", "repair"]
    assert found[0].amount == Decimal("299.00")
    assert found[0].authority.needs_role == "supervisor"
    assert found[1].authority.needs_role == ""


def test_counterfeits_reach_the_floor() -> None:
    (first, *_) = suggest(POLICY, matter(1301, "99.00"), role="manager", granted=Granted())
    assert first.floor == Decimal("599.00")
    assert first.amount == Decimal("599.00")
    assert not first.below_floor
    assert any("55(1)" in said.en for said in first.because)


def test_unknown_price_asks_instead_of_guessing() -> None:
    (first, *_) = suggest(POLICY, matter(1001, None), role="agent", granted=Granted())
    assert first.items[0].amount is None
    assert first.items[0].ask == "item_price"


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (Amount(fixed=Decimal(10)), "10.00"),
        (Amount(percent=Decimal(20), of="item_price", most=Decimal(50)), "50.00"),
        (Amount(percent=Decimal(1), of="item_price", least=Decimal(5)), "5.00"),
        (Amount(percent=Decimal("33.33"), of="item_price"), "99.66"),  # 99.6567 to the cent
        (Amount(of="item_price"), "299.00"),
    ],
)
def test_amounts(amount: Amount, expected: str) -> None:
    assert amount_of(amount, {"item_price": Decimal("299.00")}) == (Decimal(expected), "")
