"""The customer's answer to a proposal, by the token of his page: accept, refuse, discuss (RE-4)."""

from datetime import datetime

from django.db import transaction

from huiyin.cases import facts
from huiyin.cases.models import Case
from huiyin.cases.moves import begin_again, moved
from huiyin.cases.tokens import locked_case_of_token
from huiyin.kernel.errors import BadInput, Conflict
from huiyin.kernel.facts import Fact, record
from huiyin.remedy.models import Proposal

WORDS = 4000


@transaction.atomic
def accept(token: str, *, proposal_id: int, now: datetime) -> Proposal:
    """Accept the proposal he was shown. Doing so twice is doing it once; a case closed on his silence goes on.

    Raises:
        NotFound: the token opens nothing.
        Conflict: this proposal is not before him (any more).
    """
    case = locked_case_of_token(token, now)
    proposal = _shown(case, proposal_id)
    if proposal.state in {"accepted", "executed"}:
        return proposal
    brought = _at_proposing(case, proposal, now)
    _answer(proposal, "accepted", "", now)
    record(*brought, facts.ProposalAccepted(case_id=case.id, at=now, by="customer", proposal_id=proposal.pk))
    return proposal


@transaction.atomic
def refuse(token: str, *, proposal_id: int, now: datetime, words: str = "") -> Proposal:
    """Refuse the proposal; the case stays open and another solution is looked for. Raises NotFound, Conflict as `accept`."""
    case = locked_case_of_token(token, now)
    proposal = _shown(case, proposal_id)
    if proposal.state == "refused":
        return proposal
    brought = _at_proposing(case, proposal, now)
    _answer(proposal, "refused", words, now)
    record(*brought, facts.ProposalRefused(case_id=case.id, at=now, by="customer", proposal_id=proposal.pk))
    return proposal


@transaction.atomic
def discuss(token: str, *, proposal_id: int, now: datetime, words: str) -> Proposal:
    """Ask for something else. Raises BadInput when he does not say what, NotFound and Conflict as `accept`."""
    if not words.strip():
        raise BadInput("Please tell us what you would prefer.", field="words")
    case = locked_case_of_token(token, now)
    proposal = _shown(case, proposal_id)
    if proposal.state == "discussed":
        return proposal
    brought = _at_proposing(case, proposal, now)
    _answer(proposal, "discussed", words, now)
    record(*brought, facts.ProposalDiscussed(case_id=case.id, at=now, by="customer", proposal_id=proposal.pk))
    return proposal


def _shown(case: Case, proposal_id: int) -> Proposal:
    proposal = (
        Proposal.objects.select_for_update(of=("self",))
        .filter(case=case, id=proposal_id, offered_at__isnull=False)
        .first()
    )
    if proposal is None:
        raise Conflict("There is no such proposal. Reload the page: it may have changed meanwhile.")
    return proposal


def _at_proposing(case: Case, proposal: Proposal, now: datetime) -> list[Fact]:
    """Make sure that the case is at “propose”: it may have been closed on his silence, or his answer is faster than the loop."""
    if proposal.state != "offered":
        raise Conflict("This proposal is not before you any more. Reload the page: it may have changed meanwhile.")
    brought: list[Fact] = []
    if case.closed_at is not None:
        brought += begin_again(case, reason="the customer answered the proposal", by="customer", now=now)
    if case.state != "proposing":
        brought.append(moved(case, "propose", by="system", now=now))
    return brought


def _answer(proposal: Proposal, state: str, words: str, now: datetime) -> None:
    proposal.state, proposal.answer, proposal.answered_at, proposal.remind_at = state, words.strip()[:WORDS], now, None
    proposal.save(update_fields=["state", "answer", "answered_at", "remind_at"])
