"""The only place where cases are locked: always in order of their ids, so that two actions never wait for each other in a ring."""

from collections.abc import Collection

from huiyin.cases.models import Case
from huiyin.kernel.errors import NotFound
from huiyin.people.actors import Actor
from huiyin.people.permissions import require


def lock(ids: Collection[int]) -> dict[int, Case]:
    """Lock the cases with these ids until the transaction ends and return them by id."""
    return {case.id: case for case in Case.objects.select_for_update(of=("self",)).filter(id__in=ids).order_by("id")}


def lock_for(number: str, actor: Actor, permission: str) -> Case:
    """Lock one case for an action of `actor`.

    Raises:
        NotFound: there is no such case, or he may not see it.
        Forbidden: he may see it but not do this.
    """
    case = Case.objects.select_for_update(of=("self",)).filter(number=number).first()
    if case is None:
        raise NotFound("There is no such case, or it is not yours to see.")
    require(actor, permission, case)
    return case
