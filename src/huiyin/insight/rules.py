"""Spans of time, intervals of uncertainty and small numbers: the arithmetic of analysis, without a database."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from huiyin.kernel.errors import BadInput

Z95: Final = 1.959963984540054
PRESETS: Final = ("today", "7d", "30d", "90d", "month", "last_month", "quarter", "year")
LONGEST: Final = timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days of the shop: `first` through `last`, both included."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def start(self) -> datetime:
        """The first moment, in UTC."""
        return datetime.combine(self.first, time(), self.zone).astimezone(UTC)

    @property
    def end(self) -> datetime:
        """The first moment after the period, in UTC."""
        return datetime.combine(self.last + timedelta(days=1), time(), self.zone).astimezone(UTC)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def before(self) -> "Period":
        """The period of the same length that ends the day before this one begins."""
        length = timedelta(days=self.days)
        return Period(self.first - length, self.last - length, self.zone)

    def each_day(self) -> list[date]:
        """All its days in order."""
        return [self.first + timedelta(days=number) for number in range(self.days)]


def between(first: date, last: date, zone: ZoneInfo) -> Period:
    """Return a period. Raises BadInput when it runs backwards or is longer than three years."""
    if last < first:
        raise BadInput("The period ends ({last}) before it begins ({first}).", last=last, first=first)
    if last - first > LONGEST:
        raise BadInput("Choose a period of at most three years.")
    return Period(first, last, zone)


def preset(name: str, now: datetime, zone: ZoneInfo) -> Period:
    """Return a named period as seen at `now`. Raises BadInput when there is no such name."""
    today = now.astimezone(zone).date()
    if name == "last_month":
        last = today.replace(day=1) - timedelta(days=1)
        return Period(last.replace(day=1), last, zone)
    begins = {
        "today": today, "7d": today - timedelta(days=6), "30d": today - timedelta(days=29), "90d": today - timedelta(days=89),
        "month": today.replace(day=1), "quarter": today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1), "year": today.replace(month=1, day=1),
    }  # fmt: skip
    if name not in begins:
        raise BadInput("There is no period “{name}”; choose one of {known}.", name=name, known=", ".join(PRESETS))
    return Period(begins[name], today, zone)


def week(name: str, zone: ZoneInfo) -> Period:
    """Return an ISO week such as 2026-W12, Monday to Sunday. Raises BadInput."""
    found = re.fullmatch(r"(\d{4})-?W(\d{1,2})", name, re.ASCII)
    try:
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1) if found else None
    except ValueError:
        monday = None
    if monday is None:
        raise BadInput("“{name}” is not a week; write it as 2026-W12.", name=name)
    return Period(monday, monday + timedelta(days=6), zone)


def week_name(day: date) -> str:
    """Return the ISO week a day belongs to."""
    year, number, _ = day.isocalendar()
    return f"{year}-W{number:02d}"


def last_week(now: datetime, zone: ZoneInfo) -> Period:
    """Return the last week that is over."""
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday() + 7)
    return Period(monday, monday + timedelta(days=6), zone)


@dataclass(frozen=True, slots=True)
class Value:
    """A measured number: `hits` of `counted` cases, the number in the indicator's unit, and a 95 % interval where one is due.

    `value` is None when nothing was there to count.
    """

    counted: int
    hits: int
    value: float | None
    low: float | None = None
    high: float | None = None


NOTHING: Final = Value(0, 0, None)


def wilson(hits: int, counted: int) -> tuple[float, float]:
    """Return the 95 % Wilson score interval of a share (law.md: 80 of 100 → 0.711–0.867)."""
    if counted <= 0:
        return 0.0, 1.0
    share, square = hits / counted, Z95 * Z95
    middle = (share + square / (2 * counted)) / (1 + square / counted)
    half = Z95 * math.sqrt(share * (1 - share) / counted + square / (4 * counted * counted)) / (1 + square / counted)
    return max(0.0, middle - half), min(1.0, middle + half)


def poisson(count: int) -> tuple[float, float]:
    """Return the exact 95 % interval of a Poisson count (law.md: 12 in 40,000 → 3.0 per 10,000; 1.55–5.24).

    Above 200 the Wilson–Hilferty form is used, which then agrees to four digits.
    """
    if count > 200:
        low = count * (1 - 1 / (9 * count) - Z95 / (3 * math.sqrt(count))) ** 3
        more = count + 1
        return low, more * (1 - 1 / (9 * more) + Z95 / (3 * math.sqrt(more))) ** 3
    low = 0.0 if count == 0 else _mean_where(lambda mean: 1 - _at_most(count - 1, mean), 0.025, rising=True)
    return low, _mean_where(lambda mean: _at_most(count, mean), 0.025, rising=False)


def _at_most(count: int, mean: float) -> float:
    return (
        math.fsum(math.exp(index * math.log(mean) - mean - math.lgamma(index + 1)) for index in range(count + 1))
        if mean > 0
        else 1.0
    )


def _mean_where(chance: Callable[[float], float], wanted: float, *, rising: bool) -> float:
    low, high = 0.0, 400.0
    for _ in range(80):
        middle = (low + high) / 2
        if (chance(middle) < wanted) == rising:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def public_count(count: int, smallest: int) -> int | None:
    """Return a count fit for the public: None when the group is so small that somebody might be recognised."""
    return count if count == 0 or count >= smallest else None
