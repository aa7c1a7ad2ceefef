"""What kind of day a date is in a country: the published holidays and make-up working days, year by year."""

from bisect import bisect_left, bisect_right
from datetime import date, timedelta
from enum import IntEnum
from functools import lru_cache

from chinese_calendar.constants import holidays as CHINA_REST
from chinese_calendar.constants import workdays as CHINA_MAKEUP

from huiyin.kernel.errors import BadInput
from huiyin.policy.schema.calendar import Calendar

CHINA_YEARS = frozenset(day.year for day in CHINA_REST)
_FARTHEST = 60
"""Years a search may run on before it is called endless."""


class UnpublishedYear(BadInput):
    """A deadline needs the working days of a year nobody has published yet."""

    code = "unpublished-year"
    title = "The calendar of this year is not published"

    def __init__(self, calendar: str, country: str, year: int) -> None:
        self.calendar, self.country, self.year = calendar, country, year
        super().__init__(
            f"The working days of {country} for {year} are not published in calendar “{calendar}”, and they are never "
            f"guessed. Once the official notice is out, update the calendar package, or write the days of {year} "
            f"under extra_days and {year} under published_years of “{calendar}” in calendars.yaml.",
            year=year,
            country=country,
        )


class Kind(IntEnum):
    """Working days are the odd ones."""

    WEEKEND = 0
    WORKDAY = 1
    HOLIDAY = 2
    MAKEUP = 3

    @property
    def works(self) -> bool:
        """Whether it is a working day."""
        return bool(self & 1)


class Year:
    """The days of one year: `kinds` by day of the year, `workdays` as ordinals in order."""

    __slots__ = ("first", "kinds", "workdays")

    def __init__(self, name: str, spec: Calendar | None, year: int) -> None:
        start, end = date(year, 1, 1), date(year, 12, 31)
        self.first = start.toordinal()
        days = [start + timedelta(offset) for offset in range((end - start).days + 1)]
        self.kinds = tuple(_kinds(name, spec, year, days))
        self.workdays = [self.first + place for place, kind in enumerate(self.kinds) if kind.works]


def _kinds(name: str, spec: Calendar | None, year: int, days: list[date]) -> list[Kind]:
    if spec is None:
        return [Kind.WORKDAY] * len(days)
    if spec.country is None:
        open_on = {place for place, hours in enumerate(_week(spec)) if hours}
        kinds = [Kind.WORKDAY if day.weekday() in open_on else Kind.WEEKEND for day in days]
    elif spec.country == "CN":
        kinds = _china(name, spec, year, days)
    else:
        kinds = _elsewhere(name, spec, year, days)
    if not spec.extra_days:
        return kinds
    return [_decided(spec, day, kind) for day, kind in zip(days, kinds, strict=True)]


def _decided(spec: Calendar, day: date, kind: Kind) -> Kind:
    extra = spec.extra_days.get(day)
    if extra is None or (extra == "work" and kind.works):
        return kind
    if extra == "rest":
        return Kind.HOLIDAY
    return Kind.MAKEUP if day.weekday() >= 5 else Kind.WORKDAY


def _china(name: str, spec: Calendar, year: int, days: list[date]) -> list[Kind]:
    if year not in CHINA_YEARS and year not in spec.published_years:
        raise UnpublishedYear(name, "China", year)
    return [
        Kind.HOLIDAY
        if day in CHINA_REST
        else Kind.MAKEUP
        if day in CHINA_MAKEUP
        else Kind.WEEKEND
        if day.weekday() >= 5
        else Kind.WORKDAY
        for day in days
    ]


def _elsewhere(name: str, spec: Calendar, year: int, days: list[date]) -> list[Kind]:
    import holidays  # a quarter of a second, and only shops outside China need it

    assert spec.country is not None
    if spec.published_years and year not in spec.published_years:
        raise UnpublishedYear(name, spec.country, year)
    country, _, part = spec.country.partition("-")
    try:
        rest = holidays.country_holidays(country, subdiv=part or None, years=year)
    except NotImplementedError:
        raise BadInput(
            "There are no holidays for “{country}” of calendar “{name}”; use another code.",
            country=spec.country,
            name=name,
        ) from None
    return [
        Kind.HOLIDAY
        if day in rest
        else (Kind.WEEKEND, Kind.MAKEUP)[rest.is_working_day(day)]
        if rest.is_weekend(day)
        else Kind.WORKDAY
        for day in days
    ]


def _week(spec: Calendar) -> tuple[tuple[str, ...], ...]:
    week = spec.week or {}
    return tuple(week.get(day, ()) for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))


class Days:
    """The working days of one calendar; without a specification every day is one."""

    def __init__(self, name: str, spec: Calendar | None) -> None:
        self.name, self.spec = name, spec
        self.year = lru_cache(maxsize=256)(self._year)

    def _year(self, year: int) -> Year:
        if not date.min.year <= year <= date.max.year:
            raise BadInput("The year {year} lies outside the calendar.", year=year)
        return Year(self.name, self.spec, year)

    def kind(self, day: date) -> Kind:
        """What kind of day it is; UnpublishedYear when nobody can know."""
        year = self.year(day.year)
        return year.kinds[day.toordinal() - year.first]

    def after(self, day: date, n: int) -> date:
        """The n-th working day after `day` (n ≥ 1)."""
        year = self.year(day.year)
        place = bisect_right(year.workdays, day.toordinal()) + n - 1
        for ahead in range(1, _FARTHEST + n // 200):
            if place < len(year.workdays):
                return date.fromordinal(year.workdays[place])
            place -= len(year.workdays)
            year = self.year(day.year + ahead)
        raise BadInput("Calendar “{name}” has too few working days to count {n} of them.", name=self.name, n=n)

    def before(self, day: date, n: int) -> date:
        """The n-th working day before `day` (n ≥ 1)."""
        year = self.year(day.year)
        place = bisect_left(year.workdays, day.toordinal()) - n
        for back in range(1, _FARTHEST + n // 200):
            if place >= 0:
                return date.fromordinal(year.workdays[place])
            year = self.year(day.year - back)
            place += len(year.workdays)
        raise BadInput("Calendar “{name}” has too few working days to count {n} of them.", name=self.name, n=n)

    def between(self, first: date, last: date) -> int:
        """How many working days lie after `first`, up to and including `last`; negative when turned round."""
        if last < first:
            return -self.between(last, first)
        return self._rank(last, first.year) - self._rank(first, first.year)

    def _rank(self, day: date, from_year: int) -> int:
        whole = sum(len(self.year(year).workdays) for year in range(from_year, day.year))
        return whole + bisect_right(self.year(day.year).workdays, day.toordinal())
