"""Every indicator equals a naive count over random shops, and every number equals the list of cases behind it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiyin.insight.measures import BESIDE, MEASURES, WAITING
from huiyin.insight.queries import View, ages, cases_of, incoming, measure, measure_by
from huiyin.insight.rules import Period, between
from huiyin.insight.slices import Slice
from huiyin.policy.schema import KNOWN_INDICATORS

from .conftest import ZONE, insert
from .naive import Shop, expected

NOW = datetime.fromisoformat("2026-06-17T10:00:00+08:00")
KEYS = sorted(MEASURES)


def moments(low: int, high: int) -> st.SearchStrategy[datetime]:
    return st.integers(low * 24, high * 24).map(lambda hours: NOW - timedelta(hours=hours))


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    received = draw(moments(0, 150))
    later = st.none() | st.integers(0, 1200).map(lambda hours: received + timedelta(hours=hours))
    closed = draw(later)
    reopened = closed is not None and draw(st.booleans())
    row = {name: draw(later) for name in (
        "first_reply_at", "handled_at", "respond_due_at", "propose_due_at", "propose_met_at", "resolve_due_at", "result_due_at", "result_met_at", "promised_at",
        "offered_at", "answered_at", "surveyed_at", "rated_at", "visited_at", "due_at",
    )}  # fmt: skip
    return row | {
        "received_at": received, "first_closed_at": closed, "closed_at": None if reopened else closed, "reopened": int(reopened),
        "reopened_at": closed + timedelta(hours=draw(st.integers(0, 1000))) if closed is not None and reopened else None,
        "kind": draw(st.sampled_from(["complaint", "consultation"])), "code": draw(st.sampled_from([1001, 2001, 3001])), "level": draw(st.integers(1, 4)),
        "channel": draw(st.sampled_from(["web", "phone"])), "department": draw(st.sampled_from(["quality", "service"])),
        "merchant": draw(st.sampled_from(["", "A"])), "customer_id": draw(st.none() | st.integers(900_001, 900_004)),
        "outcome": draw(st.sampled_from(["resolved", "partly", "unresolved"])) if closed else "", "rating": draw(st.none() | st.integers(1, 5)),
        "satisfied": draw(st.none() | st.booleans()), "accepted": draw(st.none() | st.booleans()), "informed": draw(st.booleans()),
        "unsure": draw(st.booleans()), "corrected": draw(st.booleans()), "contacts": draw(st.integers(0, 2)), "feedbacks": draw(st.integers(1, 2)),
        "hops": draw(st.integers(0, 3)), "spent": Decimal(draw(st.integers(0, 9999))) / 100,
    }  # fmt: skip


@st.composite
def shops(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[dict[str, Any]], Period]:
    cases = draw(st.lists(rows(), max_size=14))
    for number, row in enumerate(cases):
        row["case_id"] = 700_000 + number
        if number and draw(st.booleans()):
            row["repeat_of"] = 700_000 + draw(st.integers(0, number - 1))
    orders = draw(
        st.lists(
            st.fixed_dictionaries({"placed_at": moments(0, 150), "customer_id": st.integers(900_001, 900_004)}),
            max_size=6,
        )
    )
    first = (NOW - timedelta(days=draw(st.integers(0, 140)))).date()
    return cases, orders, between(first, first + timedelta(days=draw(st.integers(0, 60))), ZONE)


@pytest.fixture
def house(policy: Any) -> Iterator[Any]:
    return policy


def put(cases: list[dict[str, Any]], orders: list[dict[str, Any]]) -> list[dict[str, Any]]:
    from huiyin.cases.models import Customer, Order

    whole = insert(cases, NOW)
    people = {order["customer_id"] for order in orders}
    known = set(Customer.objects.filter(id__in=people).values_list("id", flat=True))
    Customer.objects.bulk_create(
        [Customer(id=one, name="", phone="", email="", created_at=NOW) for one in people - known]
    )
    Order.objects.bulk_create([Order(number=f"O{place}", amount=1, **order) for place, order in enumerate(orders)])
    return whole


class Undo(Exception):
    """Takes an example's rows away again."""


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(shop=shops())
def test_indicators_equal_a_naive_count_and_their_lists(house: Any, shop: tuple[Any, Any, Period]) -> None:
    cases, orders, period = shop
    try:
        with transaction.atomic():
            whole = put(cases, orders)
            naive = Shop(whole, orders, period.start, period.end, NOW, house.silence.days)
            view = View(Slice(), period, NOW)
            found = measure(KEYS, view)
            for key in KEYS:
                counted, hits, value = expected(naive, key)
                assert (found[key].counted, found[key].hits) == (counted, hits), key
                assert found[key].value == (None if value is None else pytest.approx(value)), key
                assert len(cases_of(key, view)) == counted, key
                if MEASURES[key].how == "share":
                    assert len(cases_of(key, view, "hit")) == hits, key
                    assert len(cases_of(key, view, "miss")) == counted - hits, key
            raise Undo
    except Undo:
        pass


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(shop=shops())
def test_splits_and_filters_agree(house: Any, shop: tuple[Any, Any, Period]) -> None:
    cases, orders, period = shop
    keys = [key for key in KEYS if key != "complaint_rate"]
    try:
        with transaction.atomic():
            whole = put(cases, orders)
            for name, values in {
                "channel": ["web", "phone"],
                "level": [1, 2, 3, 4],
                "code": [1001, 2001, 3001],
                "department": ["quality", "service"],
            }.items():
                split = measure_by(keys, View(Slice(), period, NOW), name)
                for value in values:
                    view = View(Slice(filters=((name, value),)), period, NOW)
                    alone = measure(keys, view)
                    assert all(split.get(value, {}).get(key, alone[key]) == alone[key] for key in keys)
            came = incoming(View(Slice(), period, NOW))
            assert (
                sum(came["day"].values())
                == sum(came["heat"].values())
                == len([r for r in whole if period.start <= r["received_at"] < min(period.end, NOW)])
            )
            for (weekday, hour), count in came["heat"].items():
                here = View(Slice(filters=(("hour", hour), ("weekday", weekday))), period, NOW)
                assert len(cases_of("received", here)) == count
            for low, high, count, late in ages(View(Slice(), period, NOW)):
                here = View(Slice(filters=(("age", (low, high)),)), period, NOW)
                assert (len(cases_of("backlog", here)), len(cases_of("backlog_late_share", here, "hit"))) == (
                    count,
                    late,
                )
            raise Undo
    except Undo:
        pass


def test_every_indicator_of_the_policy_has_a_measure_or_says_what_it_waits_for() -> None:
    assert set(MEASURES) - BESIDE | set(WAITING) == set(KNOWN_INDICATORS)
    assert not set(MEASURES) & set(WAITING)


def test_open_and_overdue_counts_as_missed(fill: Any, now: datetime) -> None:
    hour = timedelta(hours=1)
    fill(
        {
            "received_at": now - 9 * hour,
            "resolve_due_at": now - 3 * hour,
            "first_closed_at": now - 4 * hour,
            "closed_at": now - 4 * hour,
            "outcome": "resolved",
        },
        {"received_at": now - 9 * hour, "resolve_due_at": now - 3 * hour},
        {"received_at": now - 9 * hour, "resolve_due_at": now + 3 * hour},
    )
    period = between(now.date(), now.date(), ZONE)
    found = measure(["resolved_in_time"], View(Slice(), period, now))["resolved_in_time"]
    assert (found.counted, found.hits, found.value) == (2, 1, 50.0)


def test_by_week_counts_each_case_in_the_week_of_its_own_moment(fill: Any, now: datetime) -> None:
    fill(
        {"rated_at": now - timedelta(hours=1), "rating": 5},
        {"rated_at": now - timedelta(days=7), "rating": 1},
        {"rated_at": now - timedelta(days=7), "rating": 4},
    )
    period = between(now.date() - timedelta(days=20), now.date(), ZONE)
    found = measure_by(["csat"], View(Slice(), period, now), "week")
    assert [(str(week), value["csat"].value) for week, value in found.items()] == [
        ("2026-03-02", 50.0),
        ("2026-03-09", 100.0),
    ]
    with pytest.raises(ValueError, match="one period column"):
        measure_by(["csat", "handled"], View(Slice(), period, now), "week")
