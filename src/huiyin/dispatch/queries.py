"""Reading the work: queues, what somebody has, and how it is spread."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Q

from huiyin.cases.keyset import DUE, URGENT, Page, cut
from huiyin.cases.models import Case, CaseQuerySet
from huiyin.cases.queries import Filters, listed, people_who_take
from huiyin.people.actors import Actor
from huiyin.people.models import User
from huiyin.people.permissions import Scope, scope_of

MOST = 200


def queue(actor: Actor, filters: Filters, *, waiting: bool, size: int, older: str = "", newer: str = "") -> Page[Case]:
    """Return a page of open cases: those waiting for somebody to take them by priority, or all by due time."""
    rows = filters.narrow(listed(actor)).open()
    if waiting:
        return cut(rows.unowned(), URGENT, size=size, older=older, newer=newer)
    return cut(rows, DUE, size=size, older=older, newer=newer)


@dataclass(frozen=True)
class Mine:
    """One's own open cases: those to work on by due time, and those that wait for the customer."""

    working: list[Case]
    paused: list[Case]


def mine(actor: Actor) -> Mine:
    """Return the open cases of this person, the first due first; at most 200."""
    rows = list(listed(actor).open().filter(owner_id=actor.user_id).order_by("due_at", "id")[:MOST])
    return Mine(
        [case for case in rows if case.paused_at is None], [case for case in rows if case.paused_at is not None]
    )


@dataclass
class Load:
    """What one person has."""

    person: User
    open: int = 0
    late: int = 0
    paused: int = 0
    serious: int = 0
    away: bool = False


@dataclass
class Place:
    """A department: its queue and its people."""

    name: str
    waiting: int = 0
    late: int = 0
    serious: int = 0
    oldest: datetime | None = None
    people: list[Load] = field(default_factory=list)

    @property
    def open(self) -> int:
        """Open cases of its people."""
        return sum(load.open for load in self.people)


def board(actor: Actor, now: datetime) -> list[Place]:
    """Return the departments this actor may reassign in, with their queues and the load of each person who takes cases."""
    rows = _within(actor, Case.objects.open())
    places: dict[str, Place] = {}
    counted = (
        rows.unowned()
        .values("department")
        .annotate(n=Count("id"), late=Count("id", filter=Q(due_at__lt=now)), serious=Count("id", filter=Q(level=1)))
        .order_by()
    )
    for queued in counted:
        places[queued["department"]] = Place(queued["department"], queued["n"], queued["late"], queued["serious"])
    for person in people_who_take(actor):
        place = places.setdefault(person.department, Place(person.department))
        place.people.append(Load(person, away=person.away_until is not None and person.away_until > now))
    loads = {load.person.pk: load for place in places.values() for load in place.people}
    owned = (
        Case.objects.open()
        .filter(owner_id__in=list(loads))
        .values("owner_id")
        .annotate(
            n=Count("id"),
            late=Count("id", filter=Q(due_at__lt=now)),
            paused=Count("id", filter=Q(paused_at__isnull=False)),
            serious=Count("id", filter=Q(level=1)),
        )
        .order_by()
    )
    for row in owned:
        load = loads[row["owner_id"]]
        load.open, load.late, load.paused, load.serious = row["n"], row["late"], row["paused"], row["serious"]
    for place in places.values():
        place.people.sort(key=lambda load: (-load.open, load.person.pk))
    return sorted(places.values(), key=lambda place: (-place.waiting, place.name))


def _within(actor: Actor, rows: CaseQuerySet) -> CaseQuerySet:
    return rows if scope_of(actor, "case.assign") is Scope.ALL else rows.filter(department=actor.department)


def of_person(
    actor: Actor, person_id: int | None, department: str, *, size: int, older: str = "", newer: str = ""
) -> Page[Case]:
    """Return the open cases of a person, or those waiting in a department's queue, by due time."""
    rows = listed(actor).open()
    rows = rows.filter(owner_id=person_id) if person_id is not None else rows.unowned().filter(department=department)
    return cut(rows, DUE, size=size, older=older, newer=newer)
