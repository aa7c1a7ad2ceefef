"""HTTP API of `cases`: the list, and the verbs of the case itself. One verb a path; each answers the case as it is then."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from huiyin.cases import actions
from huiyin.cases.keyset import NEWEST, cut
from huiyin.cases.models import Case
from huiyin.cases.queries import Filters, listed
from huiyin.cases.queries import search as find
from huiyin.kernel import clock
from huiyin.people.api import actor
from huiyin.people.permissions import require

router = Router(tags=["cases"])
MOST = 200


class CaseOut(Schema):
    """A case as lists and verbs show it. Times are ISO 8601 with offset."""

    number: str
    subject: str
    kind: str
    code: int
    level: int
    flags: list[str]
    sentiment: str
    state: str
    outcome: str
    department: str
    owner: str | None
    owner_id: int | None
    channel: str
    priority: int
    order_number: str
    received_at: datetime
    due_at: datetime | None
    due_kind: str
    paused_at: datetime | None
    closed_at: datetime | None
    needs_person: bool
    reopened: int
    version: int


class CasePage(Schema):
    """Cases, newest first, and the cursor of the next page; empty at the end."""

    cases: list[CaseOut]
    after: str


class Narrow(Schema):
    """What the list is narrowed down to."""

    state: str = Field("", description="one of the six steps, closed, or open for every step but the end")
    department: str = ""
    owner: int | None = Field(None, ge=1, le=2**62)
    level: int | None = Field(None, ge=1, le=4)
    kind: str = ""
    code: int | None = Field(None, ge=1000, le=9999)
    flag: str = ""
    q: str = Field("", max_length=200, description="number, order, contact, customer's name, or words")
    after: str = Field("", max_length=200, description="cursor of the page before")
    limit: int = Field(50, ge=1, le=MOST)


class NoteIn(Schema):
    """A remark for the history."""

    note: str = ""


class CloseIn(Schema):
    """How the case ended: resolved, partly, or unresolved (which takes reasons)."""

    outcome: str
    reason: str = ""


class ReasonIn(Schema):
    """A reason."""

    reason: str


class CorrectIn(Schema):
    """What is to be different in the judgement; nothing confirms it as it is."""

    kind: str | None = None
    code: int | None = None
    level: int | None = None
    need: str | None = None
    sentiment: str | None = None
    flags: list[str] | None = None
    reason: str = ""


class ResponsibilityIn(Schema):
    """Who caused it, the nature of the cause, and the chain of whys."""

    responsible: str = ""
    cause: str = ""
    note: str = ""


def plain(case: Case) -> dict[str, Any]:
    """Return a case as the API shows it; `owner` is the colleague's name."""
    names = CaseOut.model_fields.keys() - {"owner"}
    return {**{name: getattr(case, name) for name in names}, "owner": str(case.owner) if case.owner_id else None}


@router.get("/cases", response=CasePage)
def cases(request: HttpRequest, narrow: Query[Narrow]) -> dict[str, Any]:
    """List the cases the caller may see, newest first, page by page."""
    who = actor(request)
    require(who, "case.view")
    filters = Filters(
        state=narrow.state, department=narrow.department, owner=narrow.owner, level=narrow.level, kind=narrow.kind, code=narrow.code, flag=narrow.flag,
    )  # fmt: skip
    if narrow.q.strip():
        page = find(who, narrow.q, filters, size=narrow.limit, older=narrow.after)
    else:
        page = cut(filters.narrow(listed(who)), NEWEST, size=narrow.limit, older=narrow.after)
    return {"cases": [plain(case) for case in page.rows], "after": page.older}


@router.post("/cases/{number}/confirm", response=CaseOut)
def confirm(request: HttpRequest, number: str) -> dict[str, Any]:
    """Confirm that the matter is understood."""
    return plain(actions.confirm(number, by=actor(request), now=clock.now()))


@router.post("/cases/{number}/investigate", response=CaseOut)
def investigate(request: HttpRequest, number: str, body: NoteIn | None = None) -> dict[str, Any]:
    """Begin to find out what happened."""
    return plain(actions.investigate(number, note=body.note if body else "", by=actor(request), now=clock.now()))


@router.post("/cases/{number}/close", response=CaseOut)
def close(request: HttpRequest, number: str, body: CloseIn) -> dict[str, Any]:
    """Close a case that is handled, or, with reasons, one that cannot be resolved."""
    return plain(actions.close(number, outcome=body.outcome, reason=body.reason, by=actor(request), now=clock.now()))


@router.post("/cases/{number}/reopen", response=CaseOut)
def reopen(request: HttpRequest, number: str, body: ReasonIn) -> dict[str, Any]:
    """Take a closed case up again."""
    return plain(actions.reopen(number, reason=body.reason, by=actor(request), now=clock.now()))


@router.post("/cases/{number}/correct", response=CaseOut)
def correct(request: HttpRequest, number: str, body: CorrectIn) -> dict[str, Any]:
    """Put the judgement right, or confirm it."""
    change = {name: value for name, value in body.model_dump(exclude={"reason"}).items() if value is not None}
    return plain(actions.correct(number, change=change, reason=body.reason, by=actor(request), now=clock.now()))


@router.post("/cases/{number}/responsibility", response=CaseOut)
def responsibility(request: HttpRequest, number: str, body: ResponsibilityIn) -> dict[str, Any]:
    """Note who caused it and why."""
    done = actions.set_responsibility(
        number, responsible=body.responsible, cause=body.cause, note=body.note, by=actor(request), now=clock.now()
    )
    return plain(done)
