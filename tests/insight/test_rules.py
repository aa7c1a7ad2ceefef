"""Intervals against the worked examples, and the spans people name."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from huiyin.insight.charts import shade
from huiyin.insight.rules import between, last_week, poisson, preset, public_count, week, week_name, wilson
from huiyin.kernel.errors import BadInput

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)


def test_wilson_80_of_100() -> None:
    low, high = wilson(80, 100)
    assert (round(low, 3), round(high, 3)) == (0.711, 0.867)


def test_poisson_12_in_40000_orders() -> None:
    low, high = poisson(12)
    assert (round(low / 4, 2), round(high / 4, 2)) == (1.55, 5.24)


@given(st.integers(0, 2000))
def test_poisson_is_the_exact_interval(count: int) -> None:
    low, high = poisson(count)
    assert low == pytest.approx(stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0, rel=2e-4, abs=1e-9)
    assert high == pytest.approx(stats.chi2.ppf(0.975, 2 * count + 2) / 2, rel=2e-4)


@given(st.integers(1, 5000), st.data())
def test_wilson_holds_the_share(counted: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, counted))
    low, high = wilson(hits, counted)
    assert 0 <= low <= hits / counted + 1e-12
    assert hits / counted - 1e-12 <= high <= 1


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [("today", "2026-03-10", "2026-03-10"), ("7d", "2026-03-04", "2026-03-10"), ("30d", "2026-02-09", "2026-03-10"), ("90d", "2025-12-11", "2026-03-10"),
     ("month", "2026-03-01", "2026-03-10"), ("last_month", "2026-02-01", "2026-02-28"), ("quarter", "2026-01-01", "2026-03-10"), ("year", "2026-01-01", "2026-03-10")],
)  # fmt: skip
def test_named_periods(name: str, first: str, last: str) -> None:
    period = preset(name, NOW, ZONE)
    assert (str(period.first), str(period.last)) == (first, last)


def test_a_period_is_of_the_shop_s_days_not_of_utc() -> None:
    period = between(date(2026, 3, 10), date(2026, 3, 10), ZONE)
    assert period.start == datetime(2026, 3, 9, 16, tzinfo=UTC)
    assert period.end == datetime(2026, 3, 10, 16, tzinfo=UTC)
    assert period.before().end == period.start


def test_weeks_across_the_year_s_end() -> None:
    assert str(week("2026-W01", ZONE).first) == "2025-12-29"
    assert week_name(date(2025, 12, 29)) == "2026-W01"
    assert week("2026W12", ZONE) == week("2026-W12", ZONE)
    assert str(last_week(NOW, ZONE).first) == "2026-03-02"
    assert (
        str(last_week(datetime(2026, 3, 8, 16, 30, tzinfo=UTC), ZONE).first) == "2026-03-02"
    )  # already Monday in the shop


@pytest.mark.parametrize("name", ["2026-W54", "2025-W53", "2026-12", "W12", "", "２０２６-W01", "0000-W01"])
def test_what_is_no_week(name: str) -> None:
    with pytest.raises(BadInput, match="not a week"):
        week(name, ZONE)


def test_periods_that_cannot_be() -> None:
    with pytest.raises(BadInput, match="before it begins"):
        between(date(2026, 3, 2), date(2026, 3, 1), ZONE)
    with pytest.raises(BadInput, match="three years"):
        between(date(2020, 1, 1), date(2026, 1, 1), ZONE)
    with pytest.raises(BadInput, match="no period"):
        preset("eternity", NOW, ZONE)


def test_small_groups_are_not_told() -> None:
    assert [public_count(count, 10) for count in (0, 1, 9, 10, 11)] == [0, None, None, 10, 11]


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_shades_rise_with_the_count(one: int, other: int) -> None:
    top = max(one, other)
    assert (shade(one, top) <= shade(other, top)) if one <= other else (shade(one, top) >= shade(other, top))
    assert shade(top, top) == (1.0 if top >= 5 else shade(top, top))
    assert shade(0, top) == 0
