"""What the shop promises in time: deadlines, reminders, escalation, pauses, extensions, legal clocks (CL-1 … CL-6)."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from huiyin.policy.schema.base import Check, Count, Fault, Part, Positive, Share, Text, Word
from huiyin.policy.schema.calendar import Calendar
from huiyin.policy.schema.span import Delay, Limit, Span, Within
from huiyin.policy.schema.vocabulary import Kind, Level, State
from huiyin.policy.schema.work import When

Promised = Literal["respond", "answer", "propose", "result"]
LEVELS: tuple[Level, ...] = (1, 2, 3, 4)


class Promise(Part):
    """What a customer is promised at one level. `respond`: first human reply, and `propose`: a solution, both
    counted from receipt. `result`: the result told, counted from the end of handling."""

    respond: Limit
    propose: Limit
    result: Limit


class Standard(Part):
    """A promise laid on top of the levels for some cases; where two apply, the earlier holds.
    `promise` "answer" is an answer in substance (what we found, which way it goes), after the first reply."""

    label: Text
    when: When
    promise: Promised
    within: Limit


class StageLimit(Part):
    """How long one step of the flow may take: from entering `starts` until `ends`, by level."""

    label: Text
    starts: State
    ends: str
    within: dict[Level, Limit]


class Reminders(Part):
    """When the owner is warned. Deadlines in hours: when `share` of the time is left, but at least `least` and at
    most `most` before. Deadlines in days: at opening of the day that is `days_before` working days before."""

    share: Share
    least: Delay
    most: Delay
    days_before: Count


class Rung(Part):
    """A step of the escalation ladder: who is told, how long after the warning or the missed deadline.
    Without a role it is whoever has the case."""

    role: str | None = None
    label: Text
    at: Literal["warning", "deadline"]
    after: dict[Level, Delay]


class Pauses(Part):
    """Waiting for the customer stops the promise clock (never the statute's): why, how often, how long."""

    reasons: dict[str, Word]
    max_times: Positive
    max_length: Limit
    remind_after: Limit


class Extensions(Part):
    """More time, only on application with reasons and approval from above (CL-4). `approvers`: the role that
    decides the first, second … extension of a deadline."""

    reasons: dict[str, Word]
    promises: tuple[Promised | Literal["step"], ...]
    max_times: dict[Level, Count]
    max_length: dict[Level, Limit]
    approvers: Annotated[tuple[str, ...], Field(min_length=1)]


class StatuteRow(Part):
    """One wording of a legal time limit and the days it is in force; an amended article is a new row.

    `law` names an entry of law.instruments. `roll`: a last day that is no working day moves to the next one.
    `verified`: checked against a public copy of the text itself.
    """

    in_force_from: date
    in_force_to: date | None = None
    law: str
    article: str | None = None
    within: Within
    roll: bool = False
    verified: bool
    note: Text | None = None

    def in_force(self, on: date) -> bool:
        """Whether it applies on this day."""
        return self.in_force_from <= on and (self.in_force_to is None or on <= self.in_force_to)


class StatuteClock(Part):
    """A legal time limit. It never pauses; only where `not_counted` says so are days left out.

    `starts`: the event it is counted from; the day of the event itself is not counted.
    `nature`: duty (we must act by then), right (the customer may act until then), burden (a presumption lasts until
    then), keep (records may go on the day after).
    `warn_before`: days before the last day on which it turns amber; red is the day after the last day.
    """

    label: Text
    starts: str
    nature: Literal["duty", "right", "burden", "keep"]
    when: When = When()
    rows: Annotated[tuple[StatuteRow, ...], Field(min_length=1)]
    warn_before: Count = 1
    not_counted: Text | None = None


class ClockPolicy(Part):
    """The root keys of clock.yaml and calendars.yaml."""

    calendars: dict[str, Calendar]
    default_calendar: str
    deadlines: dict[Level, Promise]
    promises: dict[Kind, tuple[Promised, ...]]
    standards: dict[str, Standard]
    stage_limits: dict[str, StageLimit]
    reminders: Reminders
    escalation: Annotated[tuple[Rung, ...], Field(min_length=1)]
    pauses: Pauses
    extensions: Extensions
    statute_clocks: dict[str, StatuteClock]


def _level_table(path: tuple[str | int, ...], table: dict[Level, Span]) -> Iterator[Fault]:
    """Every level present, and no serious level given more time than a lighter one."""
    for level in LEVELS:
        if level not in table:
            yield Fault(path, f"level {level} is missing")
        elif level > 1 and level - 1 in table and table[level].rough_minutes < table[level - 1].rough_minutes:  # type: ignore[index]
            yield Fault(
                (*path, level),
                f"level {level} gets less time ({table[level]}) than level {level - 1} "
                f"({table[level - 1]}), which is more serious",  # type: ignore[index]
            )


def _deadlines_rise(policy: ClockPolicy) -> Iterator[Fault]:
    for level in LEVELS:
        if level not in policy.deadlines:
            yield Fault(("deadlines",), f"level {level} is missing")
    for name in ("respond", "propose", "result"):
        before: Span | None = None
        for level, promise in sorted(policy.deadlines.items()):
            span: Span = getattr(promise, name)
            if before and span.rough_minutes < before.rough_minutes:
                reason = f"level {level} gets less time ({span}) than a more serious level ({before})"
                yield Fault(("deadlines", level, name), reason)
            before = span
    for level, promise in policy.deadlines.items():
        if promise.propose.rough_minutes < promise.respond.rough_minutes:
            yield Fault(("deadlines", level, "propose"), "a solution would be due before the first reply")


def _steps_rise(policy: ClockPolicy) -> Iterator[Fault]:
    for name, step in policy.stage_limits.items():
        yield from _level_table(("stage_limits", name, "within"), step.within)


def _ladder_rises(policy: ClockPolicy) -> Iterator[Fault]:
    for place, rung in enumerate(policy.escalation):
        path = ("escalation", place)
        yield from _level_table((*path, "after"), rung.after)
        if place == 0:
            continue
        before = policy.escalation[place - 1]
        if before.at == "deadline" and rung.at == "warning":
            yield Fault((*path, "at"), f'"{rung.label.en}" would be told before "{before.label.en}", who stands lower')
        for level in LEVELS if before.at == rung.at else ():
            if level in rung.after and level in before.after and rung.after[level].length < before.after[level].length:
                yield Fault((*path, "after", level), f'"{rung.label.en}" would be told before "{before.label.en}"')
        if any(rung.role == lower.role for lower in policy.escalation[:place]):
            yield Fault((*path, "role"), f'"{rung.label.en}" stands on the ladder twice')


def _extensions_whole(policy: ClockPolicy) -> Iterator[Fault]:
    for level in LEVELS:
        for field in ("max_times", "max_length"):
            if level not in getattr(policy.extensions, field):
                yield Fault(("extensions", field), f"level {level} is missing")
    most = max(policy.extensions.max_times.values(), default=0)
    if most > len(policy.extensions.approvers):
        reason = f"{most} extensions are allowed but only {len(policy.extensions.approvers)} approvers are named"
        yield Fault(("extensions", "approvers"), reason)


def _statutes_apart(policy: ClockPolicy) -> Iterator[Fault]:
    for name, clock in policy.statute_clocks.items():
        for place, row in enumerate(clock.rows):
            path = ("statute_clocks", name, "rows", place)
            if row.in_force_to and row.in_force_to < row.in_force_from:
                yield Fault((*path, "in_force_to"), "it goes out of force before it comes into force")
            for other in clock.rows[:place]:
                if other.in_force(row.in_force_from) or row.in_force(other.in_force_from):
                    yield Fault(path, "it is in force on the same days as a row before it; close that one first")


def _spans(policy: ClockPolicy) -> Iterator[tuple[tuple[str | int, ...], Span]]:
    for level, promise in policy.deadlines.items():
        for name in ("respond", "propose", "result"):
            yield ("deadlines", level, name), getattr(promise, name)
    for key, standard in policy.standards.items():
        yield ("standards", key, "within"), standard.within
    for key, step in policy.stage_limits.items():
        for level, span in step.within.items():
            yield ("stage_limits", key, "within", level), span
    for level, span in policy.extensions.max_length.items():
        yield ("extensions", "max_length", level), span
    yield ("pauses", "max_length"), policy.pauses.max_length
    yield ("pauses", "remind_after"), policy.pauses.remind_after
    for key, clock in policy.statute_clocks.items():
        for place, row in enumerate(clock.rows):
            yield ("statute_clocks", key, "rows", place, "within"), row.within


def _calendars_known(policy: ClockPolicy) -> Iterator[Fault]:
    known = ", ".join(policy.calendars)
    if policy.default_calendar not in policy.calendars:
        yield Fault(("default_calendar",), f'there is no calendar "{policy.default_calendar}" (there are: {known})')
    if "clock" in policy.calendars:
        yield Fault(("calendars", "clock"), 'the name "clock" is taken: it means hours round the clock')
    for path, span in _spans(policy):
        if span.calendar and span.calendar not in policy.calendars:
            yield Fault(path, f'there is no calendar "{span.calendar}" (there are: {known})')


_SPANS = ("deadlines", "standards", "stage_limits", "pauses", "extensions", "statute_clocks")

CHECKS = (
    Check(("calendars", "default_calendar", *_SPANS), _calendars_known),
    Check(("deadlines",), _deadlines_rise),
    Check(("stage_limits",), _steps_rise),
    Check(("escalation",), _ladder_rises),
    Check(("extensions",), _extensions_whole),
    Check(("statute_clocks",), _statutes_apart),
)

REFERENCES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("role", "roles", ("escalation/*/role", "extensions/approvers/*")),
    ("flag", "flags", ("standards/*/when/flags/*", "statute_clocks/*/when/flags/*")),
)
"""Who refers to what, for huiyin.policy.schema.references."""

CODE_SETS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("standards", ("*", "when", "codes")),
    ("statute_clocks", ("*", "when", "codes")),
)
