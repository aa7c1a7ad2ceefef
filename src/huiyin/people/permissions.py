"""Who may do what: the one place that decides it, from the roles of the active policy.

A permission has a scope: one's own cases, one's department's, or all. The system itself may do everything; the customer acts
through his token and is checked there.
"""

from enum import IntEnum
from typing import Protocol

from huiyin.kernel.errors import Forbidden, NotFound
from huiyin.people.actors import Actor
from huiyin.policy.versions import active


class Scope(IntEnum):
    """How far a permission reaches."""

    NONE = 0
    OWN = 1
    DEPARTMENT = 2
    ALL = 3


_SCOPES = {"own": Scope.OWN, "department": Scope.DEPARTMENT, "all": Scope.ALL}


class Placed(Protocol):
    """Something that belongs to a person and a department: a case."""

    owner_id: int | None
    department: str
    co_departments: list[str]


def scope_of(actor: Actor, permission: str) -> Scope:
    """Return how far this actor's permission reaches (policy key `roles`)."""
    if actor.role == "system":
        return Scope.ALL
    _, policy = active()
    return _SCOPES.get(policy.reach(actor.role, permission) or "", Scope.NONE)


def may(actor: Actor, permission: str, thing: Placed | None = None) -> bool:
    """Tell whether the actor may do this: at all (no thing), or to this very thing."""
    scope = scope_of(actor, permission)
    if thing is None or scope in {Scope.NONE, Scope.ALL}:
        return scope is not Scope.NONE
    if actor.user_id is not None and thing.owner_id == actor.user_id:
        return True
    return (
        scope is Scope.DEPARTMENT
        and bool(actor.department)
        and (thing.department == actor.department or actor.department in thing.co_departments)
    )


def require(actor: Actor, permission: str, thing: Placed | None = None) -> None:
    """Refuse what the actor may not do.

    Raises:
        NotFound: he may not even see the thing, so he is not told that it exists.
        Forbidden: he may see it, but not do this.
    """
    if may(actor, permission, thing):
        return
    if thing is not None and not may(actor, "case.view", thing):
        raise NotFound("There is no such case, or it is not yours to see.")
    raise Forbidden("Your role does not allow this. Ask your supervisor if you need it.")
