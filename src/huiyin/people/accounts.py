"""Accounts: who makes them, changes them, gives one-time passwords and switches them off.

Whoever may edit only his own department gives no role that reaches further than his own, and nobody changes his own place:
otherwise the right to edit people would be the right to everything.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from axes.utils import reset as unlock
from django.db import transaction

from huiyin.kernel.errors import BadInput, Conflict, Forbidden
from huiyin.people.actors import Actor
from huiyin.people.models import User
from huiyin.people.permissions import Scope, require, scope_of
from huiyin.policy.schema import Policy
from huiyin.policy.versions import active

USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,59}")


@dataclass(frozen=True)
class Place:
    """What the house knows of a person: keys of the policy's roles, departments, skills and shifts."""

    name: str
    role: str
    department: str = ""
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    shift: str = ""
    email: str = ""
    away_until: datetime | None = None


@transaction.atomic
def create_person(username: str, place: Place, *, by: Actor) -> tuple[User, str]:
    """Make an account; return it and its one-time password.

    Raises:
        BadInput: the name is taken or not usable, or the place names something the policy does not have.
        Forbidden: the actor may not make this account.
    """
    require(by, "people.edit")
    _known(place)
    if not USERNAME.fullmatch(username):
        raise BadInput("A user name starts with a letter and has 2 to 60 small letters, figures, dots or dashes.")
    if User.objects.filter(username__iexact=username).exists():
        raise BadInput("There is an account “{username}” already.", username=username)
    _may_give(by, place.role, place.department)
    person = User(username=username)
    _settle(person, place)
    return person, give_password(person, by=by)


@transaction.atomic
def change_person(person: User, place: Place, *, active_account: bool, by: Actor) -> None:
    """Give a person another place, or switch his account off and on.

    Raises:
        Conflict: he still has open cases, or is the last who may manage people.
        BadInput, Forbidden: as for a new account; nobody changes his own role, department or account.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    _may_change(by, person)
    _known(place)
    _may_give(by, place.role, place.department)
    moved = (person.role, person.department, person.is_active) != (place.role, place.department, active_account)
    if moved and by.user_id == person.pk:
        raise Forbidden("Nobody changes his own role, department or account. Ask a colleague who may.")
    if person.is_active and not active_account:
        _no_open_cases(person)
    if person.is_active and (not active_account or not _manages(place.role)):
        _not_the_last(person)
    person.is_active = active_account
    _settle(person, place)
    person.save()


@transaction.atomic
def give_password(person: User, password: str | None = None, *, by: Actor) -> str:
    """Give a one-time password, made here unless given, unlock the account, and return the password. Raises Forbidden."""
    _may_change(by, person)
    password = password or secrets.token_urlsafe(12)
    person.set_password(password)
    person.must_change_password = True
    person.save()
    unlock(username=person.username)
    return password


def drop_second_factor(person: User, *, by: Actor) -> None:
    """Let a person whose phone is lost sign in by password alone, until he sets up a new one. Raises Forbidden."""
    _may_change(by, person)
    person.authenticator_set.all().delete()  # type: ignore[attr-defined]


def reachable(by: Actor, policy: Policy) -> list[str]:
    """Return the roles this actor may give to people; keys of machines have a role of their own."""
    return [role for role in policy.roles if role != "integrator" and _within(by, role, policy)]


def _within(by: Actor, role: str, policy: Policy) -> bool:
    reach = scope_of(by, "people.edit")
    if reach in {Scope.NONE, Scope.ALL}:
        return reach is Scope.ALL
    return all(scope_of(by, permission) >= Scope[far.upper()] for permission, far in policy.roles[role].may.items())


def _may_give(by: Actor, role: str, department: str) -> None:
    require(by, "people.edit")
    _, policy = active()
    if scope_of(by, "people.edit") is not Scope.ALL and department != by.department:
        raise Forbidden("You manage the people of your own department only.")
    if not _within(by, role, policy):
        raise Forbidden("This role may do more than you may. Ask an administrator.")


def _may_change(by: Actor, person: User) -> None:
    if person.pk is None or person.role not in active()[1].roles:
        require(by, "people.edit")
        return
    _may_give(by, person.role, person.department)


def _known(place: Place) -> None:
    _, policy = active()
    for key, known in (
        (place.role, policy.roles),
        (place.department, policy.departments),
        (place.shift, policy.shifts),
    ):
        if key and key not in known:
            raise BadInput("There is no “{key}”. The policy knows: {known}.", key=key, known=", ".join(known))
    unknown = sorted(set(place.skills) - set(policy.skills))
    if unknown:
        raise BadInput(
            "There is no “{key}”. The policy knows: {known}.", key=unknown[0], known=", ".join(policy.skills)
        )


def _settle(person: User, place: Place) -> None:
    person.name, person.role, person.department, person.shift = (
        place.name or person.username,
        place.role,
        place.department,
        place.shift,
    )
    person.skills, person.languages, person.email = list(place.skills), list(place.languages), place.email
    person.away_until = place.away_until


def _no_open_cases(person: User) -> None:
    open_cases = person.cases.filter(closed_at__isnull=True).count()
    if open_cases:
        raise Conflict(
            "This person still has {open_cases} open cases. Give them to somebody else first.", open_cases=open_cases
        )


def _manages(role: str) -> bool:
    return active()[1].reach(role, "people.edit") == "all"


def _not_the_last(person: User) -> None:
    if not _manages(person.role):
        return
    roles = [role for role in active()[1].roles if _manages(role)]
    others = User.objects.select_for_update().filter(role__in=roles, is_active=True).exclude(pk=person.pk)
    if not list(others.values_list("pk", flat=True)[:1]):
        raise Conflict("This is the last account that may manage people. Make another one first.")
