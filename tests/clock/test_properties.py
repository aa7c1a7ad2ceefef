"""What must hold for every calendar, start and length."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from huiyin.clock.calendar import WorkCalendar, round_the_clock
from huiyin.clock.rules import Paused, deadlines_for, escalation_times, shift_by_pause
from huiyin.clock.said import Due
from huiyin.policy.load import load_default

from .places import (
    BERLIN,
    BERLIN_NIGHT,
    BERLIN_OFFICE,
    NEW_YORK,
    NEW_YORK_OFFICE,
    NIGHT,
    OFFICE,
    SHANGHAI,
    calendar,
)

POLICY = load_default()
CALENDARS = [
    OFFICE,
    NIGHT,
    BERLIN_OFFICE,
    BERLIN_NIGHT,
    NEW_YORK_OFFICE,
    calendar(NEW_YORK, None, "00:00-02:30", "22:30-24:00", every_day=True),
    calendar(BERLIN, "DE-BY", "02:30-02:45", "09:00-12:00", "13:00-18:00"),
    calendar(SHANGHAI, "CN"),
    round_the_clock(),
]
A_CALENDAR = st.sampled_from(CALENDARS)
# Far enough from the last published year that no length below leaves it.
A_MOMENT = st.integers(0, 940 * 86_400_000_000).map(
    lambda ticks: datetime(2024, 1, 2, tzinfo=UTC) + timedelta(microseconds=ticks)
)
A_LENGTH = st.timedeltas(timedelta(0), timedelta(hours=300))
A_DAY = st.dates(date(2024, 1, 2), date(2026, 8, 1))


@given(A_CALENDAR, A_MOMENT, A_LENGTH)
def test_add_then_measure_is_identity(where: WorkCalendar, start: datetime, length: timedelta) -> None:
    end = where.add_time(start, length)
    assert timedelta(seconds=where.open_seconds_between(start, end)) == length


@given(A_CALENDAR, A_MOMENT, A_LENGTH)
def test_a_result_never_lies_inside_closed_time(where: WorkCalendar, start: datetime, length: timedelta) -> None:
    end = where.add_time(start, length)
    at_closing = length > timedelta(0) and where.is_open(end - timedelta(microseconds=1))
    assert where.is_open(end) or at_closing


@given(A_CALENDAR, A_MOMENT, A_LENGTH, A_LENGTH)
def test_longer_is_later(where: WorkCalendar, start: datetime, one: timedelta, other: timedelta) -> None:
    shorter, longer = sorted((one, other))
    if shorter > timedelta(0):  # no length at all stands for the next opening
        assert where.add_time(start, shorter) <= where.add_time(start, longer)


@given(A_CALENDAR, A_MOMENT, A_LENGTH, A_LENGTH)
def test_a_later_start_ends_later(where: WorkCalendar, start: datetime, later: timedelta, length: timedelta) -> None:
    assert where.add_time(start, length) <= where.add_time(start + later, length)


@given(A_CALENDAR, A_MOMENT, A_LENGTH, A_LENGTH)
def test_two_steps_are_one(where: WorkCalendar, start: datetime, one: timedelta, other: timedelta) -> None:
    assert where.add_time(where.add_time(start, one), other) == where.add_time(start, one + other) or not other


@given(A_CALENDAR, A_DAY, st.integers(1, 60))
def test_working_days_there_and_back(where: WorkCalendar, day: date, n: int) -> None:
    later = where.add_workdays(day, n)
    assert where.is_workday(later)
    assert where.workdays_between(day, later) == n
    assert where.add_workdays(day, n + 1) > later
    assert where.add_workdays(day + timedelta(1), n) >= later
    if where.is_workday(day):
        assert where.add_workdays(later, -n) == day


LEVELS = st.sampled_from([1, 2, 3, 4])
FLAGS = st.frozensets(st.sampled_from(["safety", "legal", "group", "repeat"]))
CODES = st.sampled_from([None, 1001, 1402, 2301, 4001, 5503, 5999])
KINDS = st.sampled_from(["complaint", "consultation", "suggestion", "praise"])


def promises(kind: str, code: int | None, level: int, flags: frozenset[str], start: datetime) -> tuple[Due, ...]:
    return deadlines_for(POLICY, kind=kind, code=code, level=level, channel="web", flags=flags, received_at=start)


@given(KINDS, CODES, LEVELS, FLAGS, A_MOMENT)
def test_every_deadline_is_whole(
    kind: str, code: int | None, level: int, flags: frozenset[str], start: datetime
) -> None:
    found = promises(kind, code, level, flags, start)
    assert "respond" in {due.kind for due in found}
    assert len({due.kind for due in found}) == len(found)
    for due in found:
        assert due.started_at == start
        assert due.started_at <= due.warn_at <= due.due_at
        assert len(due.because) >= 2
        times = [rung.at for rung in escalation_times(POLICY, due, level)]
        assert times == sorted(times)
        assert times[0] == due.warn_at


@given(CODES, LEVELS, FLAGS, A_MOMENT, st.timedeltas(timedelta(0), timedelta(days=9)))
def test_received_later_is_due_later(
    code: int | None, level: int, flags: frozenset[str], start: datetime, later: timedelta
) -> None:
    early, late = (promises("complaint", code, level, flags, moment) for moment in (start, start + later))
    for one, other in zip(early, late, strict=True):
        assert one.kind == other.kind
        assert one.due_at <= other.due_at


@given(CODES, st.sampled_from([1, 2, 3]), A_MOMENT, st.timedeltas(timedelta(0), timedelta(hours=80)), A_LENGTH)
def test_a_pause_of_hours_is_a_shift(
    code: int | None, level: int, start: datetime, after: timedelta, length: timedelta
) -> None:
    for due in promises("complaint", code, level, frozenset(), start):
        since = start + after
        moved = shift_by_pause(POLICY, due, Paused(since, since + length))
        runs = due.clock == "promise" and since < due.due_at
        assert moved.due_at - due.due_at == (length if runs else timedelta(0))


@given(A_MOMENT, st.timedeltas(timedelta(0), timedelta(days=9)), A_LENGTH)
def test_a_pause_of_days_keeps_the_days_left(start: datetime, after: timedelta, length: timedelta) -> None:
    due = next(one for one in promises("complaint", None, 4, frozenset(), start) if one.kind == "propose")
    since, until = start + after, start + after + length
    moved = shift_by_pause(POLICY, due, Paused(since, until))
    assert moved.due_at >= due.due_at
    if since < due.due_at and length:
        days = [moment.astimezone(SHANGHAI).date() for moment in (since, due.due_at, until, moved.due_at)]
        left = OFFICE.workdays_between(days[0], days[1])
        if left:
            assert OFFICE.workdays_between(days[2], days[3]) == left
        else:  # paused on its very last day: due on the day it goes on, or the next working day
            assert OFFICE.workdays_between(days[2] - timedelta(1), days[3]) == 1
