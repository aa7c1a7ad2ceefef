"""From a start and a length of time in words to a moment, a warning and the arithmetic between them."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from huiyin.clock.calendar import WorkCalendar, round_the_clock, wall_moment
from huiyin.clock.days import Kind
from huiyin.clock.said import Said, listed, shown
from huiyin.kernel.errors import BadInput
from huiyin.policy.schema.clock import ClockPolicy, Reminders
from huiyin.policy.schema.span import Span

_KEPT = 64
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_benches: dict[int, tuple[ClockPolicy, "Bench"]] = {}

Measured = tuple[datetime, datetime, Said]
"""When it is due, when to warn, and how it was computed."""


@dataclass(frozen=True, slots=True)
class _Days:
    due: datetime
    warn: datetime
    said: Said


class Bench:
    """The calendars of one policy, ready to measure with. Get it by `bench(policy)`; it is kept and shared."""

    def __init__(self, policy: ClockPolicy) -> None:
        self.policy = policy
        self.calendars = {name: WorkCalendar(name, spec) for name, spec in policy.calendars.items()}
        self.default = self.calendars[policy.default_calendar]
        self.zone: ZoneInfo = self.default.zone
        self.clock = round_the_clock(self.zone.key)
        self._days = lru_cache(maxsize=8192)(self._working_days)

    def calendar(self, name: str | None = None) -> WorkCalendar:
        """A calendar by name, the default one, or round the clock for “clock”; BadInput when there is none."""
        if name == "clock":
            return self.clock
        if name is None:
            return self.default
        if name not in self.calendars:
            known = ", ".join(["clock", *self.calendars])
            raise BadInput("There is no calendar “{name}”; there are: {known}.", name=name, known=known)
        return self.calendars[name]

    def calendar_of(self, span: Span) -> WorkCalendar:
        """The calendar a length of time is counted by."""
        return self.clock if span.fixed else self.calendar(span.calendar)

    def measure(self, start: datetime, span: Span) -> Measured:
        """When `span` after `start` is, when to warn of it, and why."""
        if span.measured:
            return self._hours(start, span)
        calendar = self.calendar(span.calendar)
        day = calendar.local(start).date()
        if span.unit == "working days":
            days = self._days(calendar.name, day, span.amount)
            return days.due, max(days.warn, start), days.said
        last = add_natural(day, span)
        due = wall_moment(calendar.zone, last, 24 * 60) - timedelta(seconds=1)
        warn = wall_moment(calendar.zone, last - timedelta(days=self.policy.reminders.days_before), 0)
        words = span.words
        said = Said(f"{day} 次日起{words.zh} = {last}", f"{words.en} from the day after {day} = {last}")
        return due, max(warn, start), said

    def _hours(self, start: datetime, span: Span) -> Measured:
        calendar, length, words = self.calendar_of(span), span.length, span.words
        due = calendar.add_time(start, length)
        left = _warning(self.policy.reminders, length)
        warn = due - left if span.fixed else calendar.add_time(start, length - left)
        begun, ended = shown(start, calendar.zone), shown(due, calendar.zone)
        if span.fixed:
            return due, warn, Said(f"{begun} + {words.zh} = {ended}", f"{begun} + {words.en} = {ended}")
        where = calendar.spec.label if calendar.spec else words
        return (
            due,
            warn,
            Said(f"{begun} + {words.zh}（{where.zh}） = {ended}", f"{begun} + {words.en} ({where.en}) = {ended}"),
        )

    def _working_days(self, name: str, day: date, amount: int) -> _Days:
        calendar = self.calendar(name)
        last = calendar.add_workdays(day, amount)
        warn_day = calendar.add_workdays(last, -self.policy.reminders.days_before) if amount > 1 else last
        due = calendar.last_moment(last)
        said, until = counted(calendar, day, last, amount), shown(due, calendar.zone)[11:]
        told = Said(f"{said.zh}；至当日 {until}", f"{said.en}; until {until} that day")
        return _Days(due, calendar.first_moment(max(warn_day, day)), told)


def counted(calendar: WorkCalendar, day: date, last: date, amount: int) -> Said:
    """How working days were counted: from which day to which, which days were left out, which are make-up days."""
    between = [day + timedelta(offset) for offset in range(1, (last - day).days + 1)]
    left_out = listed([one for one in between if not calendar.is_workday(one)])
    makeup = listed([one for one in between if calendar.days.kind(one) is Kind.MAKEUP])
    zh, en = f"{day} 次日起第{amount}个工作日 = {last}", f"working day {amount} after {day} = {last}"
    if left_out:
        zh, en = f"{zh}；不计 {left_out}", f"{en}; not counted: {left_out}"
    if makeup:
        zh, en = f"{zh}；调休上班 {makeup}", f"{en}; make-up working days: {makeup}"
    return Said(zh, en)


def _warning(reminders: Reminders, length: timedelta) -> timedelta:
    """How long before the end to warn: a share of the length within bounds, and never before the start."""
    left = min(max(length * reminders.share, reminders.least.length), reminders.most.length)
    return min(left, length)


def add_natural(day: date, span: Span) -> date:
    """The last day of a period in natural days, months or years; the first day is not counted (民法典 201, 202: the
    same number of the month, or the month's last day where there is none)."""
    if span.unit == "days":
        return day + timedelta(days=span.amount)
    if span.unit not in ("months", "years"):
        raise ValueError(f"{span} is not counted in natural days")
    months = day.month - 1 + (span.amount if span.unit == "months" else span.amount * 12)
    year, month = day.year + months // 12, months % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def bench(policy: ClockPolicy) -> Bench:
    """The calendars of a policy. A policy is frozen, so the same object always has the same ones."""
    kept = _benches.get(id(policy))
    if kept is None:
        if len(_benches) >= _KEPT:
            _benches.clear()
        kept = _benches[id(policy)] = (policy, Bench(policy))
    return kept[1]


def aware(moment: datetime) -> datetime:
    """The moment in UTC; BadInput when it does not say in which zone it is, or lies centuries away."""
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise BadInput("The time {moment} lies too far from today.", moment=moment)
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise BadInput("The time {moment} does not say in which time zone it is.", moment=moment)
    return moment.astimezone(UTC)
