"""Statutory floors: every worked example of the catalogue, the days laws change, and what is refused."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.kernel.errors import BadInput
from huiyin.policy.load import load_default
from huiyin.policy.schema.base import Text
from huiyin.policy.schema.law import Law, PlatformPromise
from huiyin.policy.schema.work import When
from huiyin.remedy.floor import statutory_floor

LAW = load_default().law
TODAY = date(2026, 6, 1)

EXAMPLES = [
    # basis, price, loss, on, refund, floor
    ("fraud", "99", "0", "2026-06-01", "99.00", "500.00"),  # 3 × 99 = 297 < 500
    ("fraud", "2000", "0", "2026-06-01", "2000.00", "6000.00"),
    ("fraud", "166.67", "0", "2026-06-01", "166.67", "500.01"),  # just above the minimum
    ("fraud", "0", "0", "2026-06-01", "0.00", "500.00"),
    ("fraud", "99", "0", "2014-03-15", "99.00", "500.00"),  # first day of today's rule
    ("fraud", "99", "0", "2014-03-14", "99.00", "99.00"),  # the day before: once the price, no minimum
    ("unsafe-food", "20", "0", "2026-06-01", "20.00", "1000.00"),  # 10 × 20 = 200 < 1,000
    ("unsafe-food", "150", "0", "2026-06-01", "150.00", "1500.00"),
    ("unsafe-food", "50", "800", "2026-06-01", "50.00", "2400.00"),  # 3 × 800 > 10 × 50
    ("unsafe-food", "20", "0", "2015-10-01", "20.00", "1000.00"),
    ("unsafe-food", "20", "500", "2015-09-30", "20.00", "200.00"),  # ten times the price only
]


@pytest.mark.parametrize(("basis", "price", "loss", "on", "refund", "floor"), EXAMPLES)
def test_examples(basis: str, price: str, loss: str, on: str, refund: str, floor: str) -> None:
    found = statutory_floor(LAW, basis=basis, price=Decimal(price), loss=Decimal(loss), on=date.fromisoformat(on))
    assert (str(found.refund), str(found.floor), found.up_to) == (refund, floor, None)
    assert floor in found.arithmetic.en
    assert floor in found.arithmetic.zh


def test_known_harm_is_a_range_a_person_decides() -> None:
    found = statutory_floor(LAW, basis="known-harm", price=Decimal(99), loss=Decimal(30000), on=TODAY)
    assert (str(found.floor), str(found.up_to), str(found.loss)) == ("0.00", "60000.00", "30000.00")
    assert found.person_decides
    assert found.arithmetic.en == (
        "loss 30000.00 × 2 = 60000.00, up to 60000.00; and the loss 30000.00 made good. A person decides the amount"
    )


def test_the_article_is_named_in_both_languages() -> None:
    found = statutory_floor(LAW, basis="fraud", price=Decimal(99), on=TODAY)
    assert found.article_name.zh == "《消费者权益保护法》第55条第1款"
    assert found.article == "Consumer Rights Protection Law, art 55(1)"
    assert found.arithmetic.zh == "价款 99.00×3 = 297.00，不少于 500.00，取较大者 500.00；另退价款 99.00"
    assert statutory_floor(LAW, basis="fraud", price=Decimal(99), on=date(2010, 1, 1)).article.endswith("art 49")


def with_promise(**change: object) -> Law:
    promise = PlatformPromise(
        label=Text(zh="假一赔十", en="One fake, ten back"),
        basis="fraud",
        price_times=Decimal(10),
        in_force_from=date(2026, 1, 1),
    ).model_copy(update=change)
    return LAW.model_copy(update={"platform_promises": {"ten": promise}})


@pytest.mark.parametrize(
    ("law", "price", "on", "floor"),
    [
        (with_promise(), "99", TODAY, "990.00"),  # 10 × 99 > 500
        (with_promise(), "20", TODAY, "500.00"),  # 10 × 20 < 500: the statute's minimum prevails
        (with_promise(), "99", date(2025, 12, 31), "500.00"),  # not promised yet
        (with_promise(in_force_to=date(2026, 5, 31)), "99", TODAY, "500.00"),  # no longer
        (with_promise(basis="unsafe-food"), "99", TODAY, "500.00"),  # for something else
        (with_promise(when=When(codes=((1301, 1301),))), "99", TODAY, "500.00"),  # only for some cases: given by hand
    ],
)
def test_the_platforms_own_promise(law: Law, price: str, on: date, floor: str) -> None:
    assert str(statutory_floor(law, basis="fraud", price=Decimal(price), on=on).floor) == floor


def test_a_promise_for_this_case() -> None:
    found = statutory_floor(LAW, basis="fraud", price=Decimal(99), on=TODAY, promise_times=Decimal(10))
    assert str(found.floor) == "990.00"
    assert "the platform's promise, made for this case, 99.00 × 10 = 990.00" in found.arithmetic.en


@pytest.mark.parametrize(
    ("basis", "price", "loss", "on", "words"),
    [
        ("murder", "1", "0", TODAY, "There is no basis “murder”; there are: fraud, unsafe-food, known-harm"),
        ("fraud", "-1", "0", TODAY, "price -1 is out of range"),
        ("fraud", "NaN", "0", TODAY, "is not an amount of money|out of range"),
        ("fraud", "Infinity", "0", TODAY, "is not an amount of money"),
        ("fraud", "1E+20", "0", TODAY, "out of range"),
        ("fraud", "1.005", "0", TODAY, "more than two decimal places"),
        ("unsafe-food", "1", "-5", TODAY, "loss -5 is out of range"),
        ("known-harm", "1", "0", TODAY, "the amount of the loss is needed"),
        ("known-harm", "1", "5", date(2014, 3, 14), "No rule on “Harm by a known defect” was in force on 2014-03-14"),
        ("unsafe-food", "1", "0", date(2009, 5, 31), "the first came into force on 2009-06-01"),
    ],
)
def test_refused(basis: str, price: str, loss: str, on: date, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        statutory_floor(LAW, basis=basis, price=Decimal(price), loss=Decimal(loss), on=on)


MONEY = st.decimals(0, 1_000_000, places=2)


@given(st.sampled_from(["fraud", "unsafe-food"]), MONEY, MONEY, MONEY)
def test_dearer_goods_and_greater_loss_never_give_less(
    basis: str, price: Decimal, loss: Decimal, more: Decimal
) -> None:
    less = statutory_floor(LAW, basis=basis, price=price, loss=loss, on=TODAY)
    dearer = statutory_floor(LAW, basis=basis, price=price + more, loss=loss, on=TODAY)
    worse = statutory_floor(LAW, basis=basis, price=price, loss=loss + more, on=TODAY)
    assert less.floor <= min(dearer.floor, worse.floor)
    assert less.floor >= Decimal(500)
    assert less.refund == price
