"""Legal time limits as dates. They never pause; only days the article itself leaves out are added (CL-6).

The day of the event is not counted (民法典 201). Where the row says so, a last day that is no working day moves to the
next one (民法典 203). The wording in force on the day of the event decides.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from huiyin.clock.calendar import WorkCalendar, wall_moment
from huiyin.clock.measure import add_natural, aware, bench, counted
from huiyin.clock.said import Due, Said
from huiyin.kernel.errors import BadInput
from huiyin.policy.schema import Policy
from huiyin.policy.schema.base import Text
from huiyin.policy.schema.clock import ClockPolicy, StatuteClock, StatuteRow

LEGAL_CALENDAR = "legal"


@dataclass(frozen=True, slots=True)
class Period:
    """A legal period in days. Amber begins on `amber`, red on `red`, the day after `last_day`; records whose duty to
    be kept it is may go on `red`."""

    key: str
    nature: str
    began: date
    last_day: date
    amber: date
    red: date
    row: StatuteRow
    because: tuple[Said, ...]

    def colour(self, today: date) -> str:
        """green, amber or red."""
        return "red" if today >= self.red else "amber" if today >= self.amber else "green"


def row_in_force(clock: StatuteClock, on: date) -> StatuteRow | None:
    """The wording in force on a day, if any."""
    return next((row for row in clock.rows if row.in_force(on)), None)


def legal_calendar(policy: ClockPolicy) -> WorkCalendar:
    """The calendar legal working days and holidays are counted by: “legal”, or else the policy's default."""
    return bench(policy).calendar(LEGAL_CALENDAR if LEGAL_CALENDAR in policy.calendars else None)


def period(policy: Policy, key: str, began: date, *, not_counted: int = 0) -> Period:
    """The period of a legal clock that an event on the day `began` starts.

    `not_counted`: natural days the article leaves out (tests, appraisal). Raises BadInput for an unknown clock, one
    without a wording in force on that day, or days left out where the article leaves out none; UnpublishedYear when
    working days of an unpublished year are needed.
    """
    clock = policy.statute_clocks.get(key)
    if clock is None:
        raise BadInput(
            "There is no legal clock “{key}”; there are: {known}.", key=key, known=", ".join(policy.statute_clocks)
        )
    row = row_in_force(clock, began)
    if row is None:
        raise BadInput("No wording of “{label}” is in force on {began}.", label=clock.label, began=began)
    if not_counted and clock.not_counted is None:
        raise BadInput("The law leaves no days out of “{label}”.", label=clock.label)
    calendar = bench(policy).calendar(row.within.calendar) if row.within.calendar else legal_calendar(policy)
    last, said = _last_day(calendar, row, began)
    because = [_cited(policy, clock, row), said]
    if not_counted:
        last += timedelta(days=not_counted)
        left_out = clock.not_counted.in_ if clock.not_counted else str
        because.append(
            Said(
                f"{left_out('zh')}{not_counted}天不计 → {last}", f"{not_counted} {left_out('en')} not counted → {last}"
            )
        )
    if (row.roll or (not_counted and row.within.unit == "working days")) and not calendar.is_workday(last):
        rolled = calendar.add_workdays(last, 1)
        because.append(_rolled(last, rolled))
        last = rolled
    amber = max(last - timedelta(days=clock.warn_before), began)
    return Period(key, clock.nature, began, last, amber, last + timedelta(days=1), row, tuple(because))


def _last_day(calendar: WorkCalendar, row: StatuteRow, began: date) -> tuple[date, Said]:
    span = row.within
    words = span.words
    if span.fixed:  # as a date; `statute_deadlines` counts from the moment
        last = began + timedelta(days=int(span.length / timedelta(days=1)))
        if not span.amount:
            return last, Said(f"{began}：立即", f"{began}: at once")
        return last, Said(f"{began} + {words.zh} = {last}", f"{began} + {words.en} = {last}")
    if span.unit == "working days":
        last = calendar.add_workdays(began, span.amount)
        return last, counted(calendar, began, last, span.amount)
    last = add_natural(began, span)
    return last, Said(f"{began} 次日起{words.zh} = {last}", f"{words.en} from the day after {began} = {last}")


def _cited(policy: Policy, clock: StatuteClock, row: StatuteRow) -> Said:
    cited = policy.law.cite(row.law, row.article)
    words = row.within.words if row.within.amount else Text(zh="立即", en="at once")
    mark_zh, mark_en = ("", "") if row.verified else ("（据二手文本）", " (from a secondary copy)")
    return Said(
        f"{clock.label.zh}：{cited.zh}可能适用{mark_zh}，{words.zh}",
        f"{clock.label.en}: {cited.en} may apply{mark_en}, {words.en}",
    )


def _rolled(last: date, rolled: date) -> Said:
    names = ("一", "二", "三", "四", "五", "六", "日")
    return Said(
        f"末日 {last} 星期{names[last.weekday()]}非工作日，顺延至 {rolled}（民法典第203条）",
        f"the last day {last} ({last:%a}) is no working day, so it moves to {rolled} (Civil Code, art 203)",
    )


def statute_deadlines(policy: Policy, key: str, at: datetime, *, not_counted: int = 0) -> tuple[Due, ...]:
    """The deadline of a legal clock that an event at the moment `at` starts, as a tuple of one, or of none when no
    wording is in force then. It is due at the end of the last day, or to the minute where the law counts in hours."""
    start, clock = aware(at), policy.statute_clocks[key]
    zone = legal_calendar(policy).zone
    began = start.astimezone(zone).date()
    if row_in_force(clock, began) is None:
        return ()
    found = period(policy, key, began, not_counted=not_counted)
    if found.row.within.fixed:
        due = warn = start + found.row.within.length
    else:
        due = wall_moment(zone, found.last_day, 24 * 60) - timedelta(seconds=1)
        warn = max(wall_moment(zone, found.amber, 0), start)
    name = "clock" if found.row.within.fixed else found.row.within.calendar or LEGAL_CALENDAR
    return (Due("statute", key, start, due, warn, name, f"statute_clocks/{key}", found.because),)


def statutes_starting(
    policy: Policy, event: str, *, kind: str, code: int | None, level: int, channel: str, flags: frozenset[str]
) -> tuple[str, ...]:
    """The legal clocks an event starts for a case with these marks; give them to `statute_deadlines`."""
    group = policy.code(code).group if code is not None and policy.has_code(code) else None
    return tuple(
        key
        for key, clock in policy.statute_clocks.items()
        if clock.starts == event
        and clock.when.holds(kind=kind, code=code, group=group, flags=flags, level=level, channel=channel)
    )
