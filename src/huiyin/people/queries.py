"""What the pages of people read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from huiyin.kernel.errors import NotFound
from huiyin.people.actors import Actor
from huiyin.people.models import User
from huiyin.people.permissions import Scope, scope_of

SHOWN = 300
"""So many people a list shows; the filters find the others."""


@dataclass(frozen=True)
class Filters:
    """What a list of people is narrowed to; empty means all."""

    words: str = ""
    department: str = ""
    role: str = ""
    skill: str = ""
    state: str = ""


@dataclass(frozen=True)
class Line:
    """A person with his open cases and whether he is away."""

    person: User
    open_cases: int
    away: bool


def visible_to(actor: Actor) -> QuerySet[User]:
    """Keep the people this actor may see (permission people.view)."""
    scope = scope_of(actor, "people.view")
    if scope is Scope.ALL:
        return User.objects.all()
    if scope is Scope.NONE:
        return User.objects.none()
    return (
        User.objects.filter(department=actor.department)
        if scope is Scope.DEPARTMENT
        else User.objects.filter(pk=actor.user_id or 0)
    )


def person_for(actor: Actor, pk: int) -> User:
    """Return a person the actor may see. Raises NotFound."""
    person = visible_to(actor).filter(pk=pk).first()
    if person is None:
        raise NotFound("There is no such person, or he is not yours to see.")
    return person


def people(actor: Actor, filters: Filters, now: datetime) -> list[Line]:
    """Return at most `SHOWN` people by department and name."""
    rows = visible_to(actor).filter(is_active=filters.state != "off")
    if filters.state == "away":
        rows = rows.filter(away_until__gt=now)
    if filters.words:
        rows = rows.filter(Q(name__icontains=filters.words) | Q(username__icontains=filters.words))
    if filters.department:
        rows = rows.filter(department=filters.department)
    if filters.role:
        rows = rows.filter(role=filters.role)
    if filters.skill:
        rows = rows.filter(skills__contains=[filters.skill])
    found = list(rows.order_by("department", "name", "pk")[:SHOWN])
    loads = open_cases(person.pk for person in found)
    return [
        Line(person, loads.get(person.pk, 0), bool(person.away_until and person.away_until > now)) for person in found
    ]


def open_cases(people_ids: Iterable[int]) -> dict[int, int]:
    """Return the number of open cases by person; who has none is left out."""
    loaded = User.objects.filter(pk__in=list(people_ids), cases__isnull=False, cases__closed_at__isnull=True)
    return dict(loaded.annotate(load=Count("cases")).values_list("pk", "load"))
