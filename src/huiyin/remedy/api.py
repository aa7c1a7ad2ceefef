"""HTTP API of `remedy`: proposals, one verb a path. Money is written as decimal strings."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from huiyin.cases.models import Case
from huiyin.kernel import clock
from huiyin.kernel.errors import NotFound
from huiyin.people.api import actor
from huiyin.people.permissions import require
from huiyin.remedy import actions, queries
from huiyin.remedy.models import Proposal
from huiyin.remedy.suggest import Suggestion

router = Router(tags=["remedy"])


class ItemIn(Schema):
    """One remedy: kind, amount in CNY, points, on which basis, what exactly."""

    kind: str
    amount: str = "0"
    points: int = 0
    basis: str = ""
    note: str = ""


class ProposalIn(Schema):
    """A solution. With `offer` it is put before the customer as soon as it may be."""

    words: str
    items: list[ItemIn]
    below_floor: str = ""
    loss: str | None = None
    offer: bool = True


class ReasonIn(Schema):
    """A reason."""

    reason: str = ""


class ExecuteIn(Schema):
    """What was carried out, by the numbers of the items, and the evidence; no items: all that are left."""

    items: list[int] | None = None
    evidence: str = ""


def plain(proposal: Proposal) -> dict[str, Any]:
    """Return a proposal as the API shows it."""
    return {
        "id": proposal.pk, "state": proposal.state, "words": proposal.words, "amount": str(proposal.amount),
        "floor": str(proposal.floor) if proposal.floor is not None else None, "floor_basis": proposal.floor_basis, "below_floor": proposal.below_floor,
        "needs_role": proposal.needs_role, "because": proposal.because, "made_by": proposal.maker, "made_at": proposal.made_at, "approved_by": proposal.approver,
        "offered_at": proposal.offered_at, "answered_at": proposal.answered_at, "answer": proposal.answer, "executed_at": proposal.executed_at,
        "items": [
            {"id": item.pk, "kind": item.kind, "amount": str(item.amount), "points": item.points, "basis": item.basis, "note": item.note,
             "executed_at": item.executed_at, "evidence": item.evidence}
            for item in proposal.items.order_by("id")
        ],
    }  # fmt: skip


@router.get("/cases/{number}/suggestions", response=list[dict[str, Any]])
def suggestions(request: HttpRequest, number: str) -> list[dict[str, Any]]:
    """Return up to three ways to settle the case from the handbook, with amounts, reasons and the authority needed."""
    case = _visible(request, number)
    return [_suggested(one) for one in queries.suggestions(case, actor(request), clock.now())]


def _suggested(one: Suggestion) -> dict[str, Any]:
    return {
        "words": one.words.model_dump(), "amount": str(one.amount), "floor": str(one.floor) if one.floor is not None else None, "below_floor": one.below_floor,
        "needs_role": one.authority.needs_role, "because": [said.model_dump() for said in (*one.because, *one.authority.because)],
        "items": [
            {"kind": item.kind, "what": item.what.model_dump(), "basis": item.basis.model_dump(), "amount": str(item.amount) if item.amount is not None else None,
             "points": item.points, "ask": item.ask, "when": item.when.model_dump() if item.when else None}
            for item in one.items
        ],
    }  # fmt: skip


@router.get("/cases/{number}/floors", response=list[dict[str, Any]])
def floors(request: HttpRequest, number: str) -> list[dict[str, Any]]:
    """Return the statutory amounts that may apply, with article and arithmetic. A person concludes."""
    return queries.floors(_visible(request, number))


@router.get("/cases/{number}/proposals", response=list[dict[str, Any]])
def proposals(request: HttpRequest, number: str) -> list[dict[str, Any]]:
    """Return the proposals of a case, the latest first."""
    return [plain(proposal) for proposal in Proposal.objects.filter(case=_visible(request, number)).order_by("-id")]


@router.post("/cases/{number}/propose", response=dict[str, Any])
def propose(request: HttpRequest, number: str, body: ProposalIn) -> dict[str, Any]:
    """Draw up a solution."""
    items = [
        actions.Item(item.kind, actions.money(item.amount), item.points, item.basis, item.note) for item in body.items
    ]
    loss: Decimal | None = actions.money(body.loss) if body.loss is not None else None
    made = actions.make_proposal(
        number,
        words=body.words,
        items=items,
        below_floor=body.below_floor,
        loss=loss,
        offer=body.offer,
        by=actor(request),
        now=clock.now(),
    )
    return plain(made)


@router.post("/cases/{number}/approve", response=dict[str, Any])
def approve(request: HttpRequest, number: str, body: ReasonIn | None = None) -> dict[str, Any]:
    """Approve the waiting proposal. Nobody approves his own."""
    return plain(
        actions.approve_proposal(number, reason=body.reason if body else "", by=actor(request), now=clock.now())
    )


@router.post("/cases/{number}/send-back", response=dict[str, Any])
def send_back(request: HttpRequest, number: str, body: ReasonIn) -> dict[str, Any]:
    """Send the waiting proposal back, with reasons."""
    return plain(actions.send_back(number, reason=body.reason, by=actor(request), now=clock.now()))


@router.post("/cases/{number}/offer", response=dict[str, Any])
def offer(request: HttpRequest, number: str) -> dict[str, Any]:
    """Put the ready proposal before the customer."""
    return plain(actions.offer(number, by=actor(request), now=clock.now()))


@router.post("/cases/{number}/withdraw-proposal", response=dict[str, Any])
def withdraw_proposal(request: HttpRequest, number: str, body: ReasonIn) -> dict[str, Any]:
    """Take a proposal back before the customer has answered."""
    return plain(actions.withdraw_proposal(number, reason=body.reason, by=actor(request), now=clock.now()))


@router.post("/cases/{number}/execute", response=dict[str, Any])
def execute(request: HttpRequest, number: str, body: ExecuteIn | None = None) -> dict[str, Any]:
    """Note what people carried out, with evidence. What the ledger carries out by itself needs no call."""
    given = body or ExecuteIn()
    return plain(
        actions.carry_out(number, item_ids=given.items, evidence=given.evidence, by=actor(request), now=clock.now())
    )


def _visible(request: HttpRequest, number: str) -> Case:
    case = Case.objects.filter(number=number).first() if number.isprintable() else None
    if case is None:
        raise NotFound("There is no such case, or it is not yours to see.")
    require(actor(request), "case.view", case)
    return case
