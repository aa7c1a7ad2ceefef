"""One type behind which round-the-clock hours, business hours and every country's working days stand (CL-2).

All moments are aware datetimes; results are UTC. Hours are real elapsed time, also when the clocks are put forward or
back: an opening falls on the first of a repeated hour, a closing on the second, and a time that is skipped stands for
the moment of the change.
"""

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from threading import Lock
from typing import NamedTuple
from zoneinfo import ZoneInfo

from huiyin.clock.days import Days, Kind
from huiyin.kernel.errors import BadInput
from huiyin.policy.schema.calendar import DAY, WEEK, Calendar, minutes

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_FARTHEST = 60
"""Years a search may run on before it is called endless."""

Spans = tuple[tuple[int, int], ...]
"""Opening and closing in minutes after midnight of the day they belong to."""


def wall_moment(zone: ZoneInfo, day: date, minute: int, *, closing: bool = False) -> datetime:
    """The moment, in UTC, at which the clocks of `zone` show `minute` minutes after midnight of `day`."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    moment = wall.replace(tzinfo=zone, fold=int(closing)).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall:
        return moment
    return _change(zone, wall)


def _change(zone: ZoneInfo, skipped: datetime) -> datetime:
    """When the clocks jump over a time that no clock shows, to the second, in UTC."""
    early = skipped.replace(tzinfo=zone, fold=1).astimezone(UTC)
    late = skipped.replace(tzinfo=zone, fold=0).astimezone(UTC)
    after = late.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(late - early) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == after:
            late = middle
        else:
            early = middle
    return late


class _Table(NamedTuple):
    """Open spans in order: when they open and close, and the open time gone by before and until the end of each."""

    opens: list[int]
    closes: list[int]
    before: list[int]
    until: list[int]


class _Timeline:
    """Open time from the first day of a year on, in microseconds since 1970, lengthened year by year as needed.
    Many threads may read while one lengthens: the table is replaced whole, never changed."""

    def __init__(self, calendar: "WorkCalendar", first: int) -> None:
        self.calendar, self.first, self.next = calendar, first, first
        self.table = _Table([], [], [], [])
        self._lock = Lock()
        if calendar.has_nights and first > date.min.year:
            self.table = self._longer([date(first - 1, 12, 31)])
        self.lengthen(first)

    def lengthen(self, year: int) -> None:
        """Take in this year, which is the next one, unless another thread just did."""
        if year > self.first + _FARTHEST:
            raise BadInput("Calendar “{name}” has too little open time for so long a limit.", name=self.calendar.name)
        with self._lock:
            if year == self.next:
                start = date(year, 1, 1)
                length = (date(year, 12, 31) - start).days + 1
                self.table = self._longer([start + timedelta(offset) for offset in range(length)])
                self.next += 1

    def _longer(self, days: list[date]) -> _Table:
        opens, closes, before, until = (list(column) for column in self.table)
        zone = self.calendar.zone
        for day in days:
            for opening, closing in self.calendar.spans(day):
                begin = _ticks(wall_moment(zone, day, opening))
                end = _ticks(wall_moment(zone, day, closing, closing=True))
                if closes:
                    begin = max(begin, closes[-1])
                if end > begin:
                    passed = until[-1] if until else 0
                    opens.append(begin)
                    closes.append(end)
                    before.append(passed)
                    until.append(passed + end - begin)
        return _Table(opens, closes, before, until)

    def passed(self, moment: int) -> int:
        """Open time from the beginning of the timeline to a moment."""
        while (year := self.next) <= _year_of(moment, self.calendar.zone):
            if self.table.closes and moment <= self.table.closes[-1]:
                break
            self.lengthen(year)
        table = self.table
        place = bisect_right(table.opens, moment) - 1
        if place < 0:
            return 0
        return min(table.before[place] + moment - table.opens[place], table.until[place])

    def reach(self, passed: int) -> int:
        """The first moment by which so much open time (more than none) has gone by."""
        year, table = self.next, self.table
        while not table.until or passed > table.until[-1]:
            self.lengthen(year)
            year, table = self.next, self.table
        place = bisect_left(table.until, passed)
        return table.opens[place] + passed - table.before[place]

    def opening(self, moment: int) -> int:
        """The moment itself when open, else the next opening."""
        while True:
            year, table = self.next, self.table
            place = bisect_right(table.opens, moment) - 1
            if place >= 0 and moment < table.closes[place]:
                return moment
            if place + 1 < len(table.opens):
                return table.opens[place + 1]
            self.lengthen(year)


def _ticks(moment: datetime) -> int:
    return (moment - _EPOCH) // _TICK


def _moment(ticks: int) -> datetime:
    return _EPOCH + timedelta(microseconds=ticks)


def _year_of(ticks: int, zone: ZoneInfo) -> int:
    return _moment(ticks).astimezone(zone).year


class WorkCalendar:
    """Working time. `spec` None: round the clock, every day a working day."""

    def __init__(self, name: str, spec: Calendar | None, zone: str | None = None) -> None:
        self.name, self.spec = name, spec
        self.zone = ZoneInfo(spec.timezone if spec else zone or "UTC")
        self.days = Days(name, spec)
        whole = spec is None or spec.week is None
        self._by_kind: dict[Kind, Spans] = {
            Kind.WORKDAY: ((0, DAY),),
            Kind.WEEKEND: (),
            Kind.HOLIDAY: _spans(spec.holiday) if spec else (),
            Kind.MAKEUP: ((0, DAY),) if whole or spec is None else _spans(spec.makeup_hours),
        }
        week = spec.week if spec else None
        self._week: tuple[Spans, ...] | None = (
            None if week is None else tuple(_spans(week.get(day, ())) for day in WEEK)
        )
        every = [*self._by_kind.values(), *(self._week or ())]
        self.has_nights = any(closing > DAY for spans in every for _, closing in spans)
        self._timeline = lru_cache(maxsize=64)(lambda year: _Timeline(self, year))
        self.last_moment = lru_cache(maxsize=4096)(self._last_moment)

    # days

    def is_workday(self, day: date) -> bool:
        """Whether it is a working day; UnpublishedYear when nobody can know."""
        return self.days.kind(day).works

    def add_workdays(self, day: date, n: int) -> date:
        """The n-th working day after `day` (which is not counted), before it for a negative n. Zero gives `day`
        itself when it is a working day, else the next one."""
        if n < 0:
            return self.days.before(day, -n)
        if n == 0 and self.is_workday(day):
            return day
        return self.days.after(day, n or 1)

    def workdays_between(self, first: date, last: date) -> int:
        """How many working days lie after `first`, up to and including `last`."""
        return self.days.between(first, last)

    def spans(self, day: date) -> Spans:
        """Openings and closings that belong to a day, in minutes after its midnight."""
        kind = self.days.kind(day)
        if self._week is not None and kind in (Kind.WORKDAY, Kind.WEEKEND):
            return self._week[day.weekday()]
        return self._by_kind[kind]

    def local(self, moment: datetime) -> datetime:
        """The moment as clocks of this calendar show it."""
        return moment.astimezone(self.zone)

    def _last_moment(self, day: date) -> datetime:
        """When business of a day ends, at the latest its last second; the last second when it has no hours."""
        closing = max((closing for _, closing in self.spans(day)), default=DAY)
        if closing >= DAY:
            return wall_moment(self.zone, day, DAY) - timedelta(seconds=1)
        return wall_moment(self.zone, day, closing, closing=True)

    def first_moment(self, day: date) -> datetime:
        """When business of a day begins; midnight when it has no hours."""
        return wall_moment(self.zone, day, min((opening for opening, _ in self.spans(day)), default=0))

    # hours

    def is_open(self, moment: datetime) -> bool:
        """Whether the moment lies in working time."""
        return self.next_opening(moment) == moment

    def next_opening(self, moment: datetime) -> datetime:
        """The moment itself when in working time, else the next opening."""
        if self.spec is None:
            return moment.astimezone(UTC)
        return _moment(self._from(moment).opening(_ticks(moment)))

    def add_time(self, start: datetime, length: timedelta) -> datetime:
        """The moment by which `length` (≥ 0) of working time has passed since `start`. A limit that ends exactly at
        closing ends there; no length at all gives the next opening."""
        if length < timedelta(0):
            raise BadInput("A length of time cannot be negative.")
        if self.spec is None:
            return start.astimezone(UTC) + length
        timeline = self._from(start)
        if not length:
            return _moment(timeline.opening(_ticks(start)))
        return _moment(timeline.reach(timeline.passed(_ticks(start)) + length // _TICK))

    def open_seconds_between(self, first: datetime, last: datetime) -> float:
        """Seconds of working time from `first` to `last`, negative when turned round."""
        if self.spec is None:
            return (last - first).total_seconds()
        if last < first:
            return -self.open_seconds_between(last, first)
        timeline = self._from(first)
        begun = timeline.passed(_ticks(first))
        return (timeline.passed(_ticks(last)) - begun) / 1_000_000

    def _from(self, moment: datetime) -> _Timeline:
        return self._timeline(moment.astimezone(self.zone).year)


def _spans(hours: tuple[str, ...]) -> Spans:
    return tuple(minutes(span) for span in hours)


@lru_cache(maxsize=8)
def round_the_clock(zone: str = "UTC") -> WorkCalendar:
    """Plain hours; `zone` only says how its times are shown."""
    return WorkCalendar("clock", None, zone)
