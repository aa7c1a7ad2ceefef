"""Making, approving, offering and withdrawing proposals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.db import transaction

from huiyin.cases import facts
from huiyin.cases.locks import lock_for
from huiyin.cases.models import Case
from huiyin.cases.rules import MOVES
from huiyin.kernel.errors import BadInput, Conflict, Forbidden
from huiyin.kernel.facts import Fact, record
from huiyin.people.actors import Actor
from huiyin.people.models import User
from huiyin.policy.schema import Policy
from huiyin.policy.versions import active
from huiyin.policy.versions import version as policy_version
from huiyin.remedy import queries, rules
from huiyin.remedy.models import Proposal, ProposalItem

MOST = Decimal("9999999.99")
WORDS = 4000


@dataclass(frozen=True, slots=True)
class Item:
    """One remedy to be offered. Amount in CNY, two places."""

    kind: str
    amount: Decimal = Decimal("0.00")
    points: int = 0
    basis: str = ""
    note: str = ""


def money(value: object) -> Decimal:
    """Return an amount of CNY as given in a form or as JSON.

    Raises:
        BadInput: it is no amount, negative, or has more than two decimal places.
    """
    try:
        amount = Decimal(str(value).strip() or "0")
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 <= amount <= MOST or amount != amount.quantize(Decimal("0.01")):
        raise BadInput(
            "An amount is a number such as 99 or 1280.50: not negative, at most two decimal places.", field="amount"
        )
    return amount.quantize(Decimal("0.01"))


def _checked(items: Sequence[Item]) -> list[Item]:
    if not items:
        raise BadInput("A proposal needs at least one remedy.", field="items")
    if len(items) > 20:
        raise BadInput("A proposal has at most 20 remedies.", field="items")
    for item in items:
        if item.kind not in rules.KINDS:
            raise BadInput(
                "There is no remedy “{kind}”. Known: {known}.",
                kind=item.kind[:40],
                known=", ".join(sorted(rules.KINDS)),
                field="items",
            )
        if item.points < 0 or item.points > 10_000_000 or (item.points > 0) != (item.kind == "points"):
            raise BadInput("Points belong to the remedy “points”, and it needs a number of them.", field="items")
        if item.amount and item.kind in rules.WORD_KINDS | {"points"}:
            raise BadInput("“{kind}” carries no amount of money.", kind=item.kind, field="items")
        if item.kind in {"refund", "compensation", "coupon"} and not item.amount:
            raise BadInput("“{kind}” needs an amount.", kind=item.kind, field="items")
    return [
        Item(item.kind, money(item.amount), item.points, item.basis.strip()[:300], item.note.strip()[:300])
        for item in items
    ]


@transaction.atomic
def make_proposal(
    number: str,
    *,
    words: str,
    items: Sequence[Item],
    by: Actor,
    now: datetime,
    below_floor: str = "",
    loss: Decimal | None = None,
    offer: bool = False,
) -> Proposal:
    """Draw up a solution. Within the maker's authority it is ready at once, else it waits for whoever the ladder names.

    Args:
        words: the explanation the customer reads.
        below_floor: why the article of a statutory floor that may apply does not, where the amount stays below it.
        loss: the customer's loss in CNY where it is known; some floors are computed from it.
        offer: put it before the customer as soon as it is ready.

    Raises:
        BadInput: something is missing or no amount; or the amount stays below a floor that may apply and no reason is given.
        Conflict: another proposal is running, the case is not at a step for it, or the amount is more than anybody may grant.
    """
    case = lock_for(number, by, "proposal.make")
    checked = _checked(items)
    if not words.strip():
        raise BadInput("Please explain to the customer what was found and why this is the solution.", field="words")
    if case.state not in MOVES["propose"].before:
        raise Conflict("The case is not at a step where a solution is proposed.", state=case.state)
    if queries.running(case) is not None:
        raise Conflict("There is a proposal already. Withdraw it before making another.")
    _take_turns(by)
    proposal = _draw_up(case, checked, words.strip()[:WORDS], by, now, below_floor.strip()[:400], loss)
    proposal.offer_when_ready = offer
    proposal.save()
    ProposalItem.objects.bulk_create(
        [
            ProposalItem(
                proposal=proposal,
                kind=item.kind,
                amount=item.amount,
                points=item.points,
                basis=item.basis,
                note=item.note,
            )
            for item in checked
        ]
    )
    brought: list[Fact] = [
        facts.ProposalMade(
            case_id=case.id,
            at=now,
            by=by.tag,
            proposal_id=proposal.pk,
            amount=str(proposal.amount),
            needs_role=proposal.needs_role,
        )
    ]
    if proposal.state == "ready":
        brought += _budget(proposal, now)
        if offer:
            brought.append(_put_before_customer(proposal, by, now))
    record(*brought)
    return proposal


def _take_turns(by: Actor) -> None:
    """One grant of a person after the other, so that two at once cannot both fit into his limit for the day."""
    if by.user_id is not None:
        list(User.objects.select_for_update(no_key=True).filter(id=by.user_id).values_list("id"))


def _draw_up(
    case: Case, items: Sequence[Item], words: str, by: Actor, now: datetime, below_floor: str, loss: Decimal | None
) -> Proposal:
    _, policy = active()
    amount = rules.total(item.amount for item in items)
    counted = amount + rules.worth_of_points(policy, sum(item.points for item in items))
    floor = rules.floor_of(
        rules.floors_that_may_apply(policy_version(case.policy_version), queries.matter_of(case, loss))
    )
    least = rules.total_of(floor) if floor is not None else None
    if floor is not None and least is not None and amount < least and not below_floor:
        raise BadInput(
            "{article} may apply: at least CNY {floor} ({arithmetic}). Offer that much, or give the reason why the article does not apply here.",
            field="below_floor", floor=str(least), article=floor.article_name.model_dump(), arithmetic=floor.arithmetic.model_dump(),
        )  # fmt: skip
    verdict = rules.authority_for(
        policy, role=by.role, code=case.code, amount=counted, granted=queries.granted(case, by, policy, now)
    )
    if verdict.beyond_all:
        raise Conflict(
            "This is more than anybody on the approval ladder may grant. The policy would have to be changed first."
        )
    return Proposal(
        case=case, state="waiting" if verdict.needs_role else "ready", words=words, amount=amount, counted=counted, floor=least,
        floor_basis={} if floor is None else {
            "basis": floor.basis, "article": floor.article_name.model_dump(), "arithmetic": floor.arithmetic.model_dump(), "refund": str(floor.refund), "floor": str(floor.floor),
        },
        below_floor=below_floor, needs_role=verdict.needs_role, because=[said.model_dump() for said in verdict.because], made_by_id=by.user_id, maker=by.tag, made_at=now,
    )  # fmt: skip


def _budget(proposal: Proposal, now: datetime) -> list[Fact]:
    """Tell people once when the month's spending passes the share of the budget the policy names."""
    _, policy = active()
    after = queries.granted(proposal.case, Actor(tag=""), policy, now).this_month
    if not rules.crosses(after - proposal.counted, after, policy.budget.monthly, policy.budget.warn_at_percent):
        return []
    return [facts.BudgetNear(case_id=proposal.case_id, at=now, spent=str(after), monthly=str(policy.budget.monthly))]


def _put_before_customer(proposal: Proposal, by: Actor, now: datetime) -> Fact:
    if proposal.case.closed_at is not None:
        raise Conflict("The case is closed; reopen it first.")
    proposal.state, proposal.offered_at = "offered", now
    step = rules.next_silent_step(policy_version(proposal.case.policy_version).silence, now, 0)
    proposal.remind_at = step[0] if step else None
    proposal.save(update_fields=["state", "offered_at", "remind_at"])
    return facts.ProposalOffered(case_id=proposal.case_id, at=now, by=by.tag, proposal_id=proposal.pk)


def _running(case: Case, *states: str) -> Proposal:
    proposal = Proposal.objects.select_for_update(of=("self",)).filter(case=case, state__in=states).first()
    if proposal is None:
        raise Conflict("There is no such proposal any more. Reload the page: it may have moved on meanwhile.")
    proposal.case = case
    return proposal


@transaction.atomic
def approve_proposal(number: str, *, by: Actor, now: datetime, reason: str = "") -> Proposal:
    """Approve the waiting proposal of a case.

    Raises:
        Forbidden: it is his own, or more than he may grant.
        Conflict: none is waiting.
    """
    case = lock_for(number, by, "proposal.approve")
    proposal = _running(case, "waiting")
    if proposal.maker == by.tag:
        raise Forbidden("Nobody approves his own proposal. Ask a colleague with the authority.")
    _take_turns(by)
    _, policy = active()
    _check_authority(policy, proposal, by, now)
    proposal.state, proposal.approved_by_id, proposal.approver, proposal.approved_at = "ready", by.user_id, by.tag, now
    proposal.save(update_fields=["state", "approved_by", "approver", "approved_at"])
    brought: list[Fact] = [
        facts.ProposalApproved(
            case_id=case.id, at=now, by=by.tag, proposal_id=proposal.pk, approved=True, reason=reason[:400]
        ),
        *_budget(proposal, now),
    ]
    if proposal.offer_when_ready:
        brought.append(_put_before_customer(proposal, by, now))
    record(*brought)
    return proposal


def _check_authority(policy: Policy, proposal: Proposal, by: Actor, now: datetime) -> None:
    given = queries.granted(proposal.case, by, policy, now)
    if not rules.may_approve(
        policy,
        role=by.role,
        needs_role=proposal.needs_role,
        code=proposal.case.code,
        amount=proposal.counted,
        granted=given,
    ):
        per_case, per_day = rules.limits_of(policy, by.role, proposal.case.code)
        raise Forbidden(
            "This is beyond your authority (CNY {per_case} a case, {per_day} a day). It needs the role “{needs_role}” or above.",
            per_case=per_case,
            per_day=per_day,
            needs_role=proposal.needs_role,
        )


@transaction.atomic
def send_back(number: str, *, reason: str, by: Actor, now: datetime) -> Proposal:
    """Refuse to approve the waiting proposal, with reasons. Raises BadInput without them, Conflict when none is waiting."""
    case = lock_for(number, by, "proposal.approve")
    proposal = _running(case, "waiting")
    if not reason.strip():
        raise BadInput("Please say what should be changed.", field="reason")
    proposal.state = "withdrawn"
    proposal.save(update_fields=["state"])
    record(
        facts.ProposalApproved(
            case_id=case.id, at=now, by=by.tag, proposal_id=proposal.pk, approved=False, reason=reason.strip()[:400]
        )
    )
    return proposal


@transaction.atomic
def offer(number: str, *, by: Actor, now: datetime) -> Proposal:
    """Put the ready proposal before the customer. Raises Conflict when none is ready."""
    case = lock_for(number, by, "proposal.make")
    proposal = _running(case, "ready")
    record(_put_before_customer(proposal, by, now))
    return proposal


@transaction.atomic
def withdraw_proposal(number: str, *, reason: str, by: Actor, now: datetime) -> Proposal:
    """Take a proposal back before the customer has answered. Raises BadInput without a reason, Conflict when there is none."""
    case = lock_for(number, by, "proposal.make")
    proposal = _running(case, "waiting", "ready", "offered")
    if not reason.strip():
        raise BadInput("Please say why it is taken back.", field="reason")
    proposal.state, proposal.remind_at = "withdrawn", None
    proposal.save(update_fields=["state", "remind_at"])
    record(
        facts.ProposalWithdrawn(
            case_id=case.id, at=now, by=by.tag, proposal_id=proposal.pk, reason=reason.strip()[:400]
        )
    )
    return proposal
