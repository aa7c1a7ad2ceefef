"""HTTP API of `dispatch`: who has a case. One verb a path; each answers the case as it is then."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from huiyin.cases.api import CaseOut, ReasonIn, plain
from huiyin.dispatch import actions
from huiyin.kernel import clock
from huiyin.people.api import actor

router = Router(tags=["dispatch"])


class AssignIn(Schema):
    """To whom: a department, and a person of it by number; no person means the department's queue."""

    department: str
    owner: int | None = None
    reason: str = ""


class WhyIn(Schema):
    """A reason, if there is one to give."""

    reason: str = ""


@router.post("/cases/{number}/assign", response=CaseOut)
def assign(request: HttpRequest, number: str, body: AssignIn) -> dict[str, Any]:
    """Give the case to a department or a person."""
    done = actions.assign_to(
        number, department=body.department, owner_id=body.owner, reason=body.reason, by=actor(request), now=clock.now()
    )
    return plain(done)


@router.post("/cases/{number}/take", response=CaseOut)
def take(request: HttpRequest, number: str) -> dict[str, Any]:
    """Take the case out of the queue."""
    return plain(actions.take(number, by=actor(request), now=clock.now()))


@router.post("/cases/{number}/release", response=CaseOut)
def release(request: HttpRequest, number: str, body: WhyIn | None = None) -> dict[str, Any]:
    """Put the case back into the queue."""
    return plain(actions.release(number, reason=body.reason if body else "", by=actor(request), now=clock.now()))


@router.post("/cases/{number}/dispute", response=CaseOut)
def dispute(request: HttpRequest, number: str, body: ReasonIn) -> dict[str, Any]:
    """Say that the case belongs elsewhere: the supervisor decides."""
    return plain(actions.dispute(number, reason=body.reason, by=actor(request), now=clock.now()))
