"""Who a case goes to: departments, routes, skills, shifts, special strategies (DI-1 … DI-5, CA-3)."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator, Field

from huiyin.policy.schema.base import LEVELS, Check, CodeSet, Fault, Part, Positive, Text, Word, holds
from huiyin.policy.schema.vocabulary import Channel, Kind, Level, Weekday


def _window(text: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]|24):[0-5]\d", text):
        raise ValueError(f'"{text}" is not a time span such as 09:00-12:00')
    return text


Window = Annotated[str, AfterValidator(_window)]
"""``09:00-12:00``; an end before the start runs past midnight."""


class Department(Part):
    """A department or special team. `capacity` is the number of open cases it carries well."""

    label: Text
    duty: Text
    special: bool = False
    lead_role: str
    capacity: Positive


class When(Part):
    """What a route looks at; an empty condition holds for everything. All given conditions must hold;
    of `flags` one is enough."""

    kinds: tuple[Kind, ...] = ()
    codes: CodeSet = ()
    groups: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()
    channels: tuple[Channel, ...] = ()

    @property
    def everything(self) -> bool:
        """Whether this is the catch-all."""
        return not (self.kinds or self.codes or self.groups or self.flags or self.levels or self.channels)

    def holds(
        self, *, kind: str, code: int | None, group: str | None, flags: frozenset[str], level: int, channel: str
    ) -> bool:
        """Whether a case with these marks takes this route."""
        return (
            (not self.kinds or kind in self.kinds)
            and (not self.codes or holds(self.codes, code))
            and (not self.groups or group in self.groups)
            and (not self.flags or not flags.isdisjoint(self.flags))
            and (not self.levels or level in self.levels)
            and (not self.channels or channel in self.channels)
        )


class Route(Part):
    """One line of the dispatch table; the first that holds wins. No department means: the code's own."""

    name: str
    when: When = When()
    department: str | None = None
    co_departments: tuple[str, ...] = ()
    skill: str | None = None
    because: Text


class Shift(Part):
    """Named weekly working hours."""

    label: Text
    week: dict[Weekday, tuple[Window, ...]]


class Dispatch(Part):
    """Limits on how work is handed out (DI-3, DI-4)."""

    max_open_per_person: Positive
    unclaimed_minutes: dict[Level, Positive]
    max_hops: Positive
    disputed_to: str
    out_of_office_after_hours: Positive


class Strategy(Part):
    """What happens besides the normal flow when a flag is set (DI-2): a team and its own playbook."""

    label: Text
    team: str
    lead_role: str
    tell_roles: tuple[str, ...] = ()
    steps: Annotated[tuple[Text, ...], Field(min_length=1)]


class WorkPolicy(Part):
    """The root keys of work.yaml."""

    departments: dict[str, Department]
    skills: dict[str, Word]
    routes: tuple[Route, ...]
    strategies: dict[str, Strategy]
    shifts: dict[str, Shift]
    dispatch: Dispatch
    responsibility: tuple[Text, ...]

    def route(
        self, *, kind: str, code: int | None, group: str | None, flags: frozenset[str], level: int, channel: str
    ) -> Route:
        """The first route that holds; the loader made sure the last one always does."""
        marks = {"kind": kind, "code": code, "group": group, "flags": flags, "level": level, "channel": channel}
        return next(route for route in self.routes if route.when.holds(**marks))  # type: ignore[arg-type]


def _catch_all(policy: WorkPolicy) -> Iterator[Fault]:
    last = len(policy.routes) - 1
    if last < 0 or not policy.routes[last].when.everything:
        path = ("routes", last, "when") if last >= 0 else ("routes",)
        yield Fault(path, "the last route must be a catch-all without conditions, or a case could find no department")
    elif policy.routes[last].department is None:
        yield Fault(("routes", last), "the catch-all must name a department: it takes cases without a code")
    for place, route in enumerate(policy.routes[:-1]):
        if route.when.everything:
            yield Fault(("routes", place), f'route "{route.name}" takes everything, so the routes after it never apply')
    names: set[str] = set()
    for place, route in enumerate(policy.routes):
        if route.name in names:
            yield Fault(("routes", place, "name"), f'there is already a route "{route.name}"')
        names.add(route.name)


def _waiting_falls(policy: WorkPolicy) -> Iterator[Fault]:
    minutes = policy.dispatch.unclaimed_minutes
    path = ("dispatch", "unclaimed_minutes")
    for level in LEVELS:
        if level not in minutes:
            yield Fault(path, f"level {level} has no time after which an unclaimed case goes up")
    for graver, level in pairwise(level for level in LEVELS if level in minutes):
        if minutes[level] < minutes[graver]:
            yield Fault((*path, level), f"level {level} would go up sooner than level {graver}, which is more serious")


CHECKS = (Check(("routes",), _catch_all), Check(("dispatch",), _waiting_falls))
