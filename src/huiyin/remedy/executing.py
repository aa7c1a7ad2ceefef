"""Carrying out what was agreed: through the ledger at once, by people with evidence; never before the customer has agreed (RE-4, RE-7)."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from huiyin.cases import facts
from huiyin.cases.locks import lock_for
from huiyin.cases.models import Case
from huiyin.kernel.errors import BadInput, Conflict, NotFound
from huiyin.kernel.facts import Fact, record
from huiyin.people.actors import Actor
from huiyin.policy.versions import version as policy_version
from huiyin.remedy.models import LedgerEntry, Proposal, ProposalItem
from huiyin.remedy.rules import HAND_KINDS, early_allowed


def reference(item: ProposalItem) -> str:
    """Return the idempotency key of carrying out an item: the same however often it is tried."""
    return f"item:{item.pk}"


def execute(batch: Sequence[facts.ProposalAccepted], now: datetime) -> list[Fact]:
    """Carry out accepted proposals: money, coupons and points through the ledger, words by having been said; the rest waits for people."""
    accepted = (
        Proposal.objects.filter(id__in=[fact.proposal_id for fact in batch], state="accepted")
        .select_related("case")
        .prefetch_related("items")
    )
    brought: list[Fact] = []
    for proposal in accepted:
        due = [item for item in proposal.items.all() if item.executed_at is None and item.kind not in HAND_KINDS]
        brought += _carry_out(proposal, due, by=_under(proposal), evidence="", now=now)
        brought += _finish(proposal, now)
    return brought


def _under(proposal: Proposal) -> str:
    """Under whose authority money is given: the approver's, else the maker's."""
    return proposal.approver or proposal.maker


def _carry_out(
    proposal: Proposal, items: Iterable[ProposalItem], *, by: str, evidence: str, now: datetime
) -> list[Fact]:
    """Carry out items of a proposal whose case is locked: an entry in the ledger for each that has a value, once.

    Raises:
        Conflict: the customer has not agreed, and it is no safety measure.
    """
    early = proposal.state != "accepted"
    if early and not (
        proposal.state in {"ready", "offered"}
        and early_allowed(policy_version(proposal.case.policy_version), proposal.case.flags)
    ):
        raise Conflict("Nothing is carried out before the customer has agreed.")
    brought: list[Fact] = []
    spent = Decimal("0.00")
    for item in items:
        if item.amount or item.points:
            LedgerEntry.objects.create(
                case=proposal.case, customer_id=proposal.case.customer_id, proposal_item=item, kind=item.kind, amount=item.amount, points=item.points,
                reference=reference(item), at=now, by=by,
            )  # fmt: skip
            spent += item.amount
        item.executed_at, item.evidence = now, evidence or (reference(item) if item.amount or item.points else "")
        item.save(update_fields=["executed_at", "evidence"])
        brought.append(
            facts.ItemExecuted(
                case_id=proposal.case_id,
                at=now,
                by=by,
                proposal_id=proposal.pk,
                item_id=item.pk,
                remedy=item.kind,
                amount=str(item.amount),
                early=early,
            )
        )
    if spent:
        Case.objects.filter(id=proposal.case_id).update(spent=F("spent") + spent)
    return brought


def _finish(proposal: Proposal, now: datetime) -> list[Fact]:
    """The proposal is executed when its last item is."""
    if (
        proposal.state != "accepted"
        or ProposalItem.objects.filter(proposal=proposal, executed_at__isnull=True).exists()
    ):
        return []
    proposal.state, proposal.executed_at = "executed", now
    proposal.save(update_fields=["state", "executed_at"])
    return [
        facts.RemedyExecuted(
            case_id=proposal.case_id, at=now, by=_under(proposal), proposal_id=proposal.pk, amount=str(proposal.amount)
        )
    ]


@transaction.atomic
def carry_out(
    number: str, *, by: Actor, now: datetime, evidence: str = "", item_ids: Collection[int] | None = None
) -> Proposal:
    """Note what people carried out (goods back, repair, new article …), with evidence: these items, or all that are left.

    Safety measures may be carried out before the customer has answered. Doing it twice is doing it once.

    Raises:
        BadInput: evidence is missing.
        Conflict: nothing was agreed yet.
        NotFound: an item does not belong to the proposal.
    """
    case = lock_for(number, by, "case.work")
    proposal = (
        Proposal.objects.select_for_update(of=("self",))
        .filter(case=case, state__in=["ready", "offered", "accepted", "executed"])
        .order_by("-id")
        .first()
    )
    if proposal is None:
        raise Conflict("Nothing has been agreed with the customer yet.")
    proposal.case = case
    items = list(ProposalItem.objects.filter(proposal=proposal).order_by("id"))
    if item_ids is not None and not set(item_ids) <= {item.pk for item in items}:
        raise NotFound("There is no such remedy in this proposal.")
    left = [item for item in items if item.executed_at is None and (item_ids is None or item.pk in item_ids)]
    if not left:
        return proposal
    if any(item.kind in HAND_KINDS for item in left) and not evidence.strip():
        raise BadInput(
            "Please note the evidence: a tracking number, a receipt, what was handed over.", field="evidence"
        )
    brought = _carry_out(proposal, left, by=by.tag, evidence=evidence.strip()[:300], now=now)
    record(*brought, *_finish(proposal, now))
    return proposal


def lapse(batch: Sequence[facts.CaseClosed], now: datetime) -> list[Fact]:
    """A case is closed: a proposal nobody has answered is taken back, unless it was closed on the customer's silence, for then the offer stands."""
    closed = [fact.case_id for fact in batch if not (fact.outcome == "withdrawn" and fact.by == "system")]
    lapsed = list(
        Proposal.objects.filter(case_id__in=closed, state__in=["waiting", "ready", "offered"]).values_list(
            "id", "case_id"
        )
    )
    Proposal.objects.filter(id__in=[row[0] for row in lapsed]).update(state="withdrawn", remind_at=None)
    return [
        facts.ProposalWithdrawn(case_id=case_id, at=now, proposal_id=proposal_id, reason="the case was closed")
        for proposal_id, case_id in lapsed
    ]
