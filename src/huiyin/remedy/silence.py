"""The rule for silence: a proposal the customer does not answer is brought to his mind, and then what the policy says happens (RE-4)."""

from datetime import datetime
from typing import Any

from django.db.models import Min

from huiyin.cases.facts import ProposalSilent
from huiyin.cases.models import Case
from huiyin.cases.moves import end
from huiyin.policy.versions import version as policy_version
from huiyin.remedy.models import Proposal
from huiyin.remedy.rules import next_silent_step


def send_due(limit: int, now: datetime) -> tuple[int, list[Any]]:
    """Act on up to `limit` proposals whose time has come; return how many, and the facts of it. The caller's transaction."""
    due = Proposal.objects.filter(state="offered", remind_at__lte=now)
    wanted = list(due.order_by("remind_at", "id").values_list("case_id", flat=True)[:limit])
    if not wanted:
        return 0, []
    cases = {
        case.id: case
        for case in Case.objects.select_for_update(skip_locked=True, of=("self",)).filter(id__in=wanted).order_by("id")
    }
    facts: list[Any] = []
    rows = list(due.filter(case_id__in=cases).select_for_update(of=("self",)).order_by("remind_at", "id"))
    for proposal in rows:
        facts += _act(proposal, cases[proposal.case_id], now)
    return len(rows), facts


def _act(proposal: Proposal, case: Case, now: datetime) -> list[Any]:
    policy = policy_version(case.policy_version)
    offered_at = proposal.offered_at or now
    step = next_silent_step(policy.silence, offered_at, proposal.reminders)
    then = step[1] if step is not None and case.closed_at is None else ""
    proposal.reminders += 1
    following = next_silent_step(policy.silence, offered_at, proposal.reminders) if then == "remind" else None
    proposal.remind_at = max(following[0], now) if following is not None else None
    proposal.save(update_fields=["reminders", "remind_at"])
    if then == "close" and case.state == "proposing":
        return end(
            case, "withdraw", outcome="withdrawn", by="system", now=now, reason=policy.silence.because.in_(case.locale)
        )
    return (
        [ProposalSilent(case_id=case.id, at=now, proposal_id=proposal.pk, reminder=proposal.reminders, then=then)]
        if then in {"remind", "call"}
        else []
    )


def next_due() -> datetime | None:
    """Return when the next proposal is to be acted on."""
    waiting = Proposal.objects.filter(state="offered", remind_at__isnull=False)
    first: datetime | None = waiting.aggregate(first=Min("remind_at"))["first"]
    return first
