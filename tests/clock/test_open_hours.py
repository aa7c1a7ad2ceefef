"""Business hours, counted by hand: lunch, nights, make-up days, and clocks put forward and back."""

from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

import pytest

from huiyin.clock.calendar import WorkCalendar, round_the_clock
from huiyin.clock.days import UnpublishedYear
from huiyin.kernel.errors import BadInput

from .places import (
    BERLIN,
    BERLIN_NIGHT,
    BERLIN_OFFICE,
    NEW_YORK,
    NEW_YORK_OFFICE,
    NIGHT,
    OFFICE,
    SHANGHAI,
    at,
    calendar,
    hours,
)

# Office: 09–12 and 13–18, eight hours a day.
CHINA = [
    ("2026-03-02 09:00", 3, "2026-03-02 12:00"),  # exactly until lunch
    ("2026-03-02 09:00", 4, "2026-03-02 14:00"),  # three before lunch, one after
    ("2026-03-02 11:30", 1, "2026-03-02 13:30"),  # half before, half after lunch
    ("2026-03-02 12:15", 0.5, "2026-03-02 13:30"),  # received at lunch
    ("2026-03-02 17:30", 1, "2026-03-03 09:30"),  # over night
    ("2026-03-02 06:00", 1, "2026-03-02 10:00"),  # before opening
    ("2026-03-06 17:00", 8, "2026-03-09 17:00"),  # Fri 1 h, Mon 3 + 4 h
    ("2026-03-07 10:00", 2, "2026-03-09 11:00"),  # Saturday
    ("2026-02-13 17:00", 8, "2026-02-14 17:00"),  # Fri 1 h, make-up Saturday 7 h
    ("2026-02-13 17:00", 9, "2026-02-14 18:00"),  # until closing before Spring Festival
    ("2026-02-13 17:00", 10, "2026-02-24 10:00"),  # one hour after it
    ("2025-09-30 16:00", 4, "2025-10-09 11:00"),  # 2 h, National Day, 2 h
    ("2026-09-30 16:00", 4, "2026-10-08 11:00"),
    ("2026-09-30 16:00", 32, "2026-10-12 16:00"),  # 2 + 8 + 8 + 8 (make-up Sat 10-10) + 6 (3 h, lunch, 3 h)
    ("2025-12-31 17:00", 2, "2026-01-04 10:00"),  # into the make-up Sunday after New Year
    ("2024-02-28 17:00", 9, "2024-02-29 18:00"),  # leap day
    ("2026-03-02 17:59:59.5", 0.001, "2026-03-03 09:00:03.1"),  # 3.6 s, of which 0.5 s before closing
]


@pytest.mark.parametrize(("start", "length", "expected"), CHINA)
def test_office_hours(start: str, length: float, expected: str) -> None:
    assert OFFICE.add_time(at(start), hours(length)) == at(expected)


NIGHTS = [
    (NIGHT, SHANGHAI, "2026-03-02 23:00", 2, "2026-03-03 01:00"),  # over midnight
    (NIGHT, SHANGHAI, "2026-03-03 05:00", 2, "2026-03-03 23:00"),  # 1 h until six, 1 h from ten in the evening
    (NIGHT, SHANGHAI, "2026-03-03 12:00", 8, "2026-03-04 06:00"),  # one whole night
    (NIGHT, SHANGHAI, "2025-12-31 23:00", 3, "2026-01-01 02:00"),  # over the year's end
    (NIGHT, SHANGHAI, "2026-01-01 03:00", 4, "2026-01-01 23:00"),  # the night of the old year still runs
    # Berlin: 2026-03-29 02:00 becomes 03:00, 2026-10-25 03:00 becomes 02:00.
    (BERLIN_NIGHT, BERLIN, "2026-03-28 22:00", 6, "2026-03-29 05:00"),  # 4 h, then an hour is missing, 2 h
    (BERLIN_NIGHT, BERLIN, "2026-03-28 22:00", 8, "2026-03-29 23:00"),  # that night has 7 h
    (BERLIN_NIGHT, BERLIN, "2026-10-24 22:00", 4.5, "2026-10-25 02:30"),  # the first 02:30
    (BERLIN_NIGHT, BERLIN, "2026-10-24 22:00", 5.5, "2026-10-25 02:30~"),  # the second
    (BERLIN_NIGHT, BERLIN, "2026-10-24 22:00", 6, "2026-10-25 03:00"),
    (BERLIN_NIGHT, BERLIN, "2026-10-24 22:00", 9, "2026-10-25 06:00"),  # that night has 9 h
    (BERLIN_OFFICE, BERLIN, "2026-03-27 16:00", 2, "2026-03-30 10:00"),  # over the change: hours of work are hours
    (BERLIN_OFFICE, BERLIN, "2026-10-23 16:00", 2, "2026-10-26 10:00"),
    (BERLIN_OFFICE, BERLIN, "2026-04-02 16:00", 2, "2026-04-07 10:00"),  # Good Friday to Easter Monday
    (NEW_YORK_OFFICE, NEW_YORK, "2026-03-06 16:00", 2, "2026-03-09 10:00"),
    (NEW_YORK_OFFICE, NEW_YORK, "2026-11-25 16:00", 2, "2026-11-27 10:00"),  # Thanksgiving
]


@pytest.mark.parametrize(("where", "zone", "start", "length", "expected"), NIGHTS)
def test_nights_and_changes(where: WorkCalendar, zone: ZoneInfo, start: str, length: float, expected: str) -> None:
    assert where.add_time(at(start, zone), hours(length)) == at(expected, zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("zone", "start", "expected"),
    [
        (BERLIN, "2026-03-28 12:00", "2026-03-29 13:00"),  # 23 hours later clocks show noon again
        (BERLIN, "2026-10-24 12:00", "2026-10-25 11:00"),
        (NEW_YORK, "2026-03-07 12:00", "2026-03-08 13:00"),
        (NEW_YORK, "2026-10-31 12:00", "2026-11-01 11:00"),
        (SHANGHAI, "2026-03-28 12:00", "2026-03-29 12:00"),
    ],
)
def test_twenty_four_hours_are_elapsed_time(zone: ZoneInfo, start: str, expected: str) -> None:
    assert round_the_clock().add_time(at(start, zone), hours(24)) == at(expected, zone).astimezone(UTC)


def test_a_closing_that_no_clock_shows_is_the_moment_of_the_change() -> None:
    # New York 2026-03-08: 02:00 becomes 03:00. Open 00:00–02:30, so only two hours that night.
    where = calendar(NEW_YORK, None, "00:00-02:30", every_day=True)
    assert where.add_time(at("2026-03-08 00:30", NEW_YORK), hours(1.5)) == at("2026-03-08 03:00", NEW_YORK)
    assert where.add_time(at("2026-03-08 00:30", NEW_YORK), hours(2)) == at("2026-03-09 00:30", NEW_YORK)


def test_a_repeated_opening_is_the_first_and_a_repeated_closing_the_second() -> None:
    # New York 2026-11-01: 02:00 becomes 01:00. Open 01:30–03:00: from the first 01:30 it is 2.5 h.
    where = calendar(NEW_YORK, None, "01:30-03:00", every_day=True)
    assert where.add_time(at("2026-11-01 00:00", NEW_YORK), hours(2)) == at("2026-11-01 02:30", NEW_YORK)
    where = calendar(NEW_YORK, None, "00:00-01:30", every_day=True)
    start, end = at("2026-11-01 00:00", NEW_YORK), at("2026-11-01 04:00", NEW_YORK)
    assert where.open_seconds_between(start.astimezone(UTC), end.astimezone(UTC)) == 2.5 * 3600


def test_no_time_at_all_is_the_next_opening() -> None:
    assert OFFICE.add_time(at("2026-03-02 10:00"), timedelta(0)) == at("2026-03-02 10:00")
    assert OFFICE.add_time(at("2026-03-02 12:00"), timedelta(0)) == at("2026-03-02 13:00")
    assert OFFICE.next_opening(at("2026-02-14 18:00")) == at("2026-02-24 09:00")
    assert OFFICE.is_open(at("2026-03-02 09:00"))
    assert not OFFICE.is_open(at("2026-03-02 18:00"))


def test_measuring() -> None:
    assert OFFICE.open_seconds_between(at("2026-03-06 17:00"), at("2026-03-09 10:00")) == 2 * 3600
    assert OFFICE.open_seconds_between(at("2026-03-09 10:00"), at("2026-03-06 17:00")) == -2 * 3600
    assert OFFICE.open_seconds_between(at("2026-02-15 00:00"), at("2026-02-24 09:00")) == 0
    assert OFFICE.open_seconds_between(at("2025-12-31 17:00"), at("2026-01-04 10:00")) == 2 * 3600


def test_ends_of_days() -> None:
    day = date(2026, 3, 2)
    assert OFFICE.last_moment(day) == at("2026-03-02 18:00")
    assert OFFICE.first_moment(day) == at("2026-03-02 09:00")
    assert NIGHT.last_moment(day) == at("2026-03-02 23:59:59")
    assert calendar(SHANGHAI, "CN").last_moment(day) == at("2026-03-02 23:59:59")


def test_hours_that_reach_into_an_unpublished_year() -> None:
    assert OFFICE.add_time(at("2026-12-31 16:00"), hours(2)) == at("2026-12-31 18:00")
    with pytest.raises(UnpublishedYear):
        OFFICE.add_time(at("2026-12-31 16:00"), hours(2.5))


def test_nonsense_is_refused() -> None:
    with pytest.raises(BadInput, match="cannot be negative"):
        OFFICE.add_time(at("2026-03-02 10:00"), timedelta(seconds=-1))
    seldom = calendar(SHANGHAI, None, extra_days={}, week={"mon": ["09:00-09:01"]})
    with pytest.raises(BadInput, match="too little open time"):
        seldom.add_time(at("2026-03-02 10:00"), hours(1000))
