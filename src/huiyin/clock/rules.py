"""The promises of the policy as moments: deadlines, escalation, pauses, extensions (CL-1, CL-3, CL-4).

Pure: the same policy, marks and start give the same result for the live system, the what-if replay and the simulator.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from huiyin.clock.days import UnpublishedYear
from huiyin.clock.measure import Bench, aware, bench
from huiyin.clock.plans import Marks, Rule, earliest, plans, step_rule
from huiyin.clock.said import Due, Said, shown
from huiyin.clock.statute import statute_deadlines
from huiyin.kernel.errors import BadInput
from huiyin.policy.schema import Policy
from huiyin.policy.schema.base import Text
from huiyin.policy.schema.span import Span

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the escalation ladder for one deadline: who is told when. Role None is whoever has the case."""

    index: int
    role: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Paused:
    """A time during which we waited for the customer."""

    since: datetime
    until: datetime


def deadlines_for(
    policy: Policy,
    *,
    kind: str,
    code: int | None,
    level: int,
    channel: str,
    flags: frozenset[str],
    received_at: datetime,
) -> tuple[Due, ...]:
    """Every deadline that starts at receipt: respond, answer, propose, step:confirm and legal ones.

    Raises UnpublishedYear when one of them needs a year without a published calendar; `deadlines_and_gaps` gives the
    others all the same. Raises BadInput for a level the policy does not know or a time without zone.
    """
    found, gaps = deadlines_and_gaps(
        policy, kind=kind, code=code, level=level, channel=channel, flags=flags, received_at=received_at
    )
    if gaps:
        raise gaps[0]
    return found


def deadlines_and_gaps(
    policy: Policy,
    *,
    kind: str,
    code: int | None,
    level: int,
    channel: str,
    flags: frozenset[str],
    received_at: datetime,
) -> tuple[tuple[Due, ...], tuple[UnpublishedYear, ...]]:
    """As `deadlines_for`, but deadlines that cannot be computed for want of a published year come as errors beside
    the others, so that a case is never left without the deadlines that are known."""
    start, ready = aware(received_at), plans(policy)
    if level not in policy.deadlines:
        raise BadInput("There is no level {level}; levels are {listed}.", level=level, listed=_listed(policy))
    marks: Marks = (kind, code, level, channel, flags)
    found: list[Due] = []
    gaps: list[UnpublishedYear] = []
    for name, rules in ready.rules(marks):
        if name != "result":
            _try(found, gaps, ready.bench, name, rules, start)
    for step, limit in policy.stage_limits.items():
        if limit.starts == "received":
            _try(found, gaps, ready.bench, f"step:{step}", (step_rule(policy, step, level),), start)
    for key in ready.legal(marks):
        try:
            found.extend(statute_deadlines(policy, key, start))
        except UnpublishedYear as gap:
            gaps.append(gap)
    return tuple(found), tuple(gaps)


def _listed(policy: Policy) -> str:
    return ", ".join(str(level) for level in sorted(policy.deadlines))


def _try(
    found: list[Due],
    gaps: list[UnpublishedYear],
    with_bench: Bench,
    name: str,
    rules: tuple[Rule, ...],
    start: datetime,
) -> None:
    try:
        found.append(earliest(with_bench, name, rules, start))
    except UnpublishedYear as gap:
        gaps.append(gap)


def step_deadlines(policy: Policy, *, state: str, level: int, entered_at: datetime) -> tuple[Due, ...]:
    """The limits of the steps that begin when a case enters `state`, as ``step:investigate`` and the like."""
    start = aware(entered_at)
    return tuple(
        earliest(bench(policy), f"step:{step}", (step_rule(policy, step, level),), start)
        for step, limit in policy.stage_limits.items()
        if limit.starts == state
    )


def result_deadline(
    policy: Policy,
    *,
    kind: str,
    code: int | None,
    level: int,
    channel: str,
    flags: frozenset[str],
    handled_at: datetime,
) -> Due | None:
    """By when the result must be told, counted from the end of handling; None where none is promised."""
    ready = plans(policy)
    for name, rules in ready.rules((kind, code, level, channel, flags)):
        if name == "result":
            return earliest(ready.bench, name, rules, aware(handled_at))
    return None


def escalation_times(policy: Policy, due: Due, level: int) -> tuple[Rung, ...]:
    """Who is told when, in order; index 0 is the owner's warning. Each rung is to fire once."""
    rungs: list[Rung] = []
    for index, rung in enumerate(policy.escalation):
        base = due.warn_at if rung.at == "warning" else due.due_at
        at = base + rung.after[level].length  # type: ignore[index]
        rungs.append(Rung(index, rung.role, max(at, rungs[-1].at) if rungs else at))
    return tuple(rungs)


def span_of(policy: Policy, rule: str) -> Span:
    """The length of time a rule key such as ``standards/email`` stands for; BadInput when the policy has none."""
    span: Span | None = None
    match rule.split("/"):
        case ["deadlines", level, name]:
            promise = _at_level(policy.deadlines, level)
            span = getattr(promise, name, None)
        case ["standards", key] if key in policy.standards:
            span = policy.standards[key].within
        case ["stage_limits", step, level] if step in policy.stage_limits:
            span = _at_level(policy.stage_limits[step].within, level)
    if span is None:
        raise BadInput("The policy has no time limit “{rule}”.", rule=rule)
    return span


def _at_level(table: Mapping[Any, T], level: str) -> T | None:
    return table.get(int(level)) if level.isdecimal() else None


def shift_by_pause(policy: Policy, due: Due, paused: Paused) -> Due:
    """The deadline after a pause: the working time left when it began is left again when it ends.

    Limits in days keep the working days left. The statute's clock, and a deadline already missed when the pause
    began, stay as they are. A warning already given is not given again.
    """
    since, until = max(aware(paused.since), due.started_at), aware(paused.until)
    if due.clock != "promise" or since >= due.due_at or until <= since:
        return due
    span = span_of(policy, due.rule)
    calendar = bench(policy).calendar(due.calendar)

    def moved(moment: datetime) -> datetime:
        if moment <= since:
            return moment
        if span.measured:
            left = timedelta(seconds=calendar.open_seconds_between(since, moment))
            return calendar.add_time(until, left)
        first, last = calendar.local(since).date(), calendar.local(moment).date()
        if span.unit != "working days":
            return moment + (calendar.local(until).date() - first)
        days = calendar.workdays_between(first, last)
        day = calendar.add_workdays(calendar.local(until).date(), days)
        return calendar.last_moment(day) if moment == due.due_at else calendar.first_moment(day)

    new_due = max(moved(due.due_at), due.due_at)
    zone = bench(policy).zone
    begun, ended, new = shown(since, zone), shown(until, zone), shown(new_due, zone)
    said = Said(
        f"等待顾客 {begun} 至 {ended}，顺延至 {new}",
        f"waited for the customer from {begun} to {ended}, so it moves to {new}",
    )
    return replace(due, due_at=new_due, warn_at=max(moved(due.warn_at), due.warn_at), because=(*due.because, said))


def extension_refusals(policy: Policy, due: Due, *, level: int, granted: int, by: Span) -> tuple[Text, ...]:
    """Why a deadline may not be extended (again) by so much; empty when it may. `granted`: extensions so far."""
    rules = policy.extensions
    allowed = rules.max_times[level]  # type: ignore[index]
    most = rules.max_length[level]  # type: ignore[index]
    name = due.kind.partition(":")[0]
    reasons: list[Text] = []
    if due.clock != "promise":
        reasons.append(Text(zh="法定时限不能延期", en="A legal time limit cannot be extended"))
    elif name not in rules.promises:
        reasons.append(Text(zh="这一时限不能延期", en="This deadline cannot be extended"))
    if granted >= allowed:
        reasons.append(
            Text(zh=f"已延期{granted}次，上限{allowed}次", en=f"Extended {granted} times of {allowed} allowed")
        )
    if extend(policy, due, by).due_at > extend(policy, due, most).due_at:
        reasons.append(Text(zh=f"每次最多延长{most.words.zh}", en=f"At most {most.words.en} at a time"))
    return tuple(reasons)


def approver_of(policy: Policy, granted: int) -> str:
    """The role that decides the next extension, after so many granted."""
    approvers = policy.extensions.approvers
    return approvers[min(granted, len(approvers) - 1)]


def extend(policy: Policy, due: Due, by: Span) -> Due:
    """The deadline moved on by `by`, counted from where it stood; a new warning comes near the end of the added time."""
    new_due, warn, said = bench(policy).measure(due.due_at, by)
    new_due = max(new_due, due.due_at)
    words = by.words
    told = Said(f"批准延期{words.zh}：{said.zh}", f"extended by {words.en}: {said.en}")
    return replace(due, due_at=new_due, warn_at=max(warn, due.warn_at), because=(*due.because, told))


def pause_ends(policy: Policy, paused_at: datetime) -> datetime:
    """When a pause ends by itself at the latest."""
    return bench(policy).measure(aware(paused_at), policy.pauses.max_length)[0]
