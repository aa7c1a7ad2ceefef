"""Telling the people of the house: steps of the loop that leave a notice."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from huiyin.cases import facts
from huiyin.cases.models import Case
from huiyin.contact.models import Notice
from huiyin.kernel.facts import Fact
from huiyin.people.actors import Actor
from huiyin.policy.versions import active
from huiyin.policy.versions import version as policy_version

SERIOUS = 1


def tell_owner(batch: Sequence[facts.CaseAssigned], now: datetime) -> list[Fact]:
    """Tell a person that a case is his; a serious one that nobody has yet is told to the department's lead."""
    levels = dict(
        Case.objects.filter(
            id__in=[fact.case_id for fact in batch if fact.owner_id is None], level=SERIOUS
        ).values_list("id", "level")
    )
    _, policy = active()
    notices = [
        Notice(user_id=fact.owner_id, case_id=fact.case_id, kind="assigned", at=now)
        for fact in batch
        if fact.owner_id is not None and fact.by != f"user:{fact.owner_id}"
    ]
    for fact in batch:
        if fact.case_id in levels and fact.owner_id is None:
            role = policy.departments[fact.department].lead_role
            notices.append(Notice(role=role, department=fact.department, case_id=fact.case_id, kind="queued", at=now))
    Notice.objects.bulk_create(notices, batch_size=1000)
    return []


def tell_management(batch: Sequence[facts.CaseOpened | facts.JudgementCorrected], now: datetime) -> list[Fact]:
    """Start the top response: a serious safety matter is told to management at once (policy key `triage.top_response`)."""
    _, policy = active()
    rule = policy.triage.top_response
    rows = Case.objects.filter(
        id__in=[fact.case_id for fact in batch], level__lte=rule.level, flags__overlap=list(rule.flags)
    ).values_list("id", flat=True)
    known = set(Notice.objects.filter(case_id__in=list(rows), kind="top_response").values_list("case_id", flat=True))
    fresh = [case_id for case_id in rows if case_id not in known]
    Notice.objects.bulk_create(
        [
            Notice(role=role, case_id=case_id, kind="top_response", at=now)
            for case_id in fresh
            for role in rule.tell_roles
        ]
    )
    return []


def remind_owner(batch: Sequence[facts.DeadlineNear], now: datetime) -> list[Fact]:
    """A deadline is close: tell whoever has the case."""
    return _tell_owners(batch, "near", now, {fact.case_id: fact.deadline for fact in batch})


def tell_ladder(batch: Sequence[facts.DeadlineMissed], now: datetime) -> list[Fact]:
    """A deadline was missed: tell the role of this rung, and at the first rung whoever has the case."""
    departments = dict(Case.objects.filter(id__in=[fact.case_id for fact in batch]).values_list("id", "department"))
    Notice.objects.bulk_create(
        [
            Notice(
                role=fact.role,
                department=_department_of(fact.role, departments[fact.case_id]),
                case_id=fact.case_id,
                kind="missed",
                words=fact.deadline,
                at=now,
            )
            for fact in batch
            if fact.role
        ]
    )
    return _tell_owners(
        [fact for fact in batch if fact.rung == 0], "missed", now, {fact.case_id: fact.deadline for fact in batch}
    )


def _department_of(role: str, department: str) -> str:
    """Supervisors answer for their department; those above them for the house."""
    _, policy = active()
    return department if policy.reach(role, "late.view") == "department" else ""


def tell_owner_of_words(batch: Sequence[facts.CustomerWrote | facts.FeedbackJoined], now: datetime) -> list[Fact]:
    """The customer wrote: tell whoever has the case."""
    return _tell_owners(batch, "wrote", now)


def tell_answer(
    batch: Sequence[facts.ProposalAccepted | facts.ProposalRefused | facts.ProposalDiscussed], now: datetime
) -> list[Fact]:
    """The customer answered a proposal: tell whoever has the case."""
    return _tell_owners(batch, batch[0].kind.removeprefix("proposal."), now)


def tell_of_silence(batch: Sequence[facts.ProposalSilent], now: datetime) -> list[Fact]:
    """The customer stays silent and the policy says to call him."""
    return _tell_owners([fact for fact in batch if fact.then == "call"], "silent", now)


def tell_approvers(batch: Sequence[facts.ProposalMade], now: datetime) -> list[Fact]:
    """A proposal needs approval: tell the role that can give it."""
    waiting = [fact for fact in batch if fact.needs_role]
    departments = dict(Case.objects.filter(id__in=[fact.case_id for fact in waiting]).values_list("id", "department"))
    _, policy = active()
    Notice.objects.bulk_create(
        [
            Notice(
                role=fact.needs_role, department=departments[fact.case_id] if policy.reach(fact.needs_role, "proposal.approve") == "department" else "",
                case_id=fact.case_id, kind="approve", words=f"¥{fact.amount}", at=now,
            )
            for fact in waiting
        ]
    )  # fmt: skip
    return []


def tell_sent_back(batch: Sequence[facts.ProposalApproved], now: datetime) -> list[Fact]:
    """A proposal was sent back: tell whoever has the case."""
    back = [fact for fact in batch if not fact.approved]
    return _tell_owners(back, "sent_back", now, {fact.case_id: fact.reason for fact in back})


def tell_budget(batch: Sequence[facts.BudgetNear], now: datetime) -> list[Fact]:
    """The month's budget is nearly used up: tell the roles the policy names (`budget.tell_roles`)."""
    _, policy = active()
    Notice.objects.bulk_create(
        [
            Notice(role=role, case_id=fact.case_id, kind="budget", words=f"¥{fact.spent} / ¥{fact.monthly}", at=now)
            for fact in batch
            for role in policy.budget.tell_roles
        ]
    )
    return []


def tell_owner_of_reopening(batch: Sequence[facts.CaseReopened], now: datetime) -> list[Fact]:
    """A case is open again: tell whoever had it, and the one above him."""
    rows = Case.objects.filter(id__in=[fact.case_id for fact in batch]).values_list(
        "id", "department", "policy_version"
    )
    leads = {
        case_id: (policy_version(number).departments[department].lead_role, department)
        for case_id, department, number in rows
    }
    Notice.objects.bulk_create(
        [
            Notice(
                role=leads[fact.case_id][0],
                department=leads[fact.case_id][1],
                case_id=fact.case_id,
                kind="reopened",
                words=fact.reason[:300],
                at=now,
            )
            for fact in batch
        ]
    )
    return _tell_owners(batch, "reopened", now, {fact.case_id: fact.reason for fact in batch})


def _tell_owners(batch: Iterable[Fact], kind: str, now: datetime, words: dict[int, str] | None = None) -> list[Fact]:
    """Leave one notice a case for its owner; without one, for the department's lead."""
    ids = {fact.case_id for fact in batch}
    if not ids:
        return []
    _, policy = active()
    said = words or {}
    Notice.objects.bulk_create(
        [
            Notice(
                user_id=owner, role="" if owner else policy.departments[department].lead_role, department="" if owner else department,
                case_id=case_id, kind=kind, words=said.get(case_id, "")[:300], at=now,
            )
            for case_id, owner, department in Case.objects.filter(id__in=ids).values_list("id", "owner_id", "department")
        ],
        batch_size=1000,
    )  # fmt: skip
    return []


def unseen(actor: Actor) -> QuerySet[Notice]:
    """Return what this person has not seen yet: his own notices and those for his role, the newest first."""
    mine = Q(user_id=actor.user_id) if actor.user_id is not None else Q(pk__in=[])
    of_role = Q(user__isnull=True, role=actor.role) & (Q(department="") | Q(department=actor.department))
    return Notice.objects.filter(mine | of_role, seen_at__isnull=True).select_related("case").order_by("-id")


def mark_seen(actor: Actor, now: datetime, ids: Collection[int] | None = None) -> int:
    """Mark notices of this person as seen, all of them or these, and return how many."""
    rows = unseen(actor) if ids is None else unseen(actor).filter(id__in=ids)
    return rows.order_by().update(seen_at=now)
