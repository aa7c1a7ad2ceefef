"""The calendar and the order book of the simulated shop."""

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.policy.schema import Policy
from huiyin.simulate.days import busyness, drawn, mark_after, windows
from huiyin.simulate.orders import OrderBook
from huiyin.simulate.shop import _data
from huiyin.simulate.voices import Voices

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SHOP = _data("shop")


@given(st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 1, 1)), st.sampled_from([15, 60]))  # noqa: DTZ001 - bounds are naive by contract
def test_marks_lie_ahead_and_on_the_clock(moment: datetime, minutes: int) -> None:
    every = timedelta(minutes=minutes)
    mark = mark_after(moment.replace(tzinfo=UTC), every)
    assert timedelta(0) <= mark - moment.replace(tzinfo=UTC) < every
    assert (mark.minute % minutes, mark.second, mark.microsecond) == (0, 0, 0)


@pytest.mark.parametrize("mean", [0.2, 3.0, 25.0, 400.0])
def test_events_come_as_often_as_asked(mean: float) -> None:
    chance = random.Random(1)
    average = sum(drawn(chance, mean) for _ in range(2000)) / 2000
    assert average == pytest.approx(mean, rel=0.12)


def test_the_eleventh_of_november_is_the_busiest_day() -> None:
    year = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    assert max(year, key=lambda day: busyness(day, SHOP)) == date(2026, 11, 11)


def test_a_night_shift_runs_past_midnight() -> None:
    (begin, end) = windows({"mon": ["22:00-06:00"]}, date(2026, 11, 23), ZONE)[0]
    assert (begin.hour, end.hour, end - begin) == (22, 6, timedelta(hours=8))


def book(seed: int = 3) -> OrderBook:
    days = [date(2026, 11, 1) + timedelta(days=number) for number in range(23)]
    return OrderBook(SHOP, days, buyers=50, zone=ZONE, now=NOW, chance=random.Random(seed))


def test_the_order_book_is_repeatable_and_ends_now() -> None:
    orders = [order for orders in book().of_day.values() for order in orders]
    assert orders == [order for orders in book().of_day.values() for order in orders]
    assert orders != [order for orders in book(4).of_day.values() for order in orders]
    assert max(order.placed_at for order in orders) <= NOW
    assert len({order.number for order in orders}) == len(orders)
    assert all(order.carrier == "冷链优鲜" for order in orders if order.goods["kind"] == "fresh" and not order.store)


def test_the_bad_batch_strikes_its_buyers_only() -> None:
    kettle = next(problem for problem in SHOP["problems"] if problem["name"] == "kettle")
    struck = list(book().struck_by(kettle))
    assert struck
    assert {(order.goods["name"], order.batch) for order in struck} == {(kettle["goods"], kettle["batch"])}


def test_every_word_of_a_customer_has_a_code_of_the_policy(policy: Policy) -> None:
    sayings = _data("sayings")
    for lines in sayings["goods"].values():
        assert all(policy.has_code(code) and level in policy.levels for code, level, _, _ in lines)
    assert {goods["kind"] for goods in SHOP["goods"]} <= set(sayings["goods"])


def test_customers_speak_the_language_they_are_said_to() -> None:
    voices = Voices(SHOP, _data("sayings"), random.Random(5))
    order = next(iter(book().of_day[date(2026, 11, 5)]))
    for english in (False, True):
        for _ in range(200):
            said = voices.speak(order, english=english)
            assert said.locale == ("en" if english else "zh-hans")
            assert "{" not in said.text or "{goods}" not in said.text


def test_everybody_has_a_place_in_the_policy(policy: Policy) -> None:
    for row in SHOP["staff"]:
        assert row["role"] in policy.roles
        assert row["department"] in {"", *policy.departments}
        assert row["shift"] in policy.shifts
        assert set(row.get("skills", ())) <= set(policy.skills)
    assert {row["department"] for row in SHOP["staff"]} >= set(policy.departments)
    assert set(SHOP["channels"]) <= set(policy.channels)
