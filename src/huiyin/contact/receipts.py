"""Telling customers at once that they were heard, with number, promise and link (mission IN-3)."""

from collections.abc import Sequence
from datetime import datetime

from huiyin.cases.facts import DeadlinesSet, FeedbackJoined, MessageQueued
from huiyin.contact import words
from huiyin.contact.letters import About, Draft, about, queue, when, write
from huiyin.contact.models import Message
from huiyin.contact.telling import next_by


def acknowledge(batch: Sequence[DeadlinesSet], now: datetime) -> list[MessageQueued]:
    """Send the receipt of each new case: it is written when the first promise is known, so that it can name it."""
    promised = {fact.case_id: _promises(fact) for fact in batch}
    new = [case_id for case_id, promises in promised.items() if "respond" in promises]
    keys = Message.objects.filter(key__in=[_key(case_id) for case_id in new]).values_list("key", flat=True)
    greeted = set(keys)
    cases = about([case_id for case_id in new if _key(case_id) not in greeted])
    return queue((draft for case in cases.values() for draft in _receipts(case, promised[case.id], now)), now)


def _key(case_id: int) -> str:
    return f"receipt:{case_id}"


def _promises(fact: DeadlinesSet) -> dict[str, datetime]:
    return {kind: due for clock, kind, due, _ in fact.deadlines if clock == "promise"}


def _receipts(case: About, promised: dict[str, datetime], now: datetime) -> list[Draft]:
    solution = promised.get("propose") or promised.get("answer") or promised["respond"]
    values = {
        "respond_by": when(case, promised["respond"], now),
        "propose_by": when(case, solution, now),
        "next_step": words.next_step("received", case.locale),
    }
    way = case.ways()[0]
    if case.kind == "praise":
        return [
            write(
                case,
                "acknowledgement_praise",
                values,
                key=_key(case.id),
                now=now,
                channel="email" if way == "email" else "page",
            )
        ]
    receipt = write(
        case,
        "acknowledgement_sms" if way == "sms" else "acknowledgement",
        values,
        key=_key(case.id),
        now=now,
        channel=way,
    )
    return (
        [receipt, write(case, "safety_first", values, key=f"safety:{case.id}", now=now, channel=way)]
        if _top(case)
        else [receipt]
    )


def _top(case: About) -> bool:
    """Whether the top response of the policy holds: then he is told at once how to keep safe."""
    rule = case.policy.triage.top_response
    return case.level <= rule.level and not set(rule.flags).isdisjoint(case.flags)


def acknowledge_joined(batch: Sequence[FeedbackJoined], now: datetime) -> list[MessageQueued]:
    """Tell a customer who spoke again where his open case stands. It goes to the contact we know, not to whoever wrote."""
    cases = about({fact.case_id for fact in batch})
    drafts = []
    for fact in batch:
        case = cases[fact.case_id]
        values = {
            "state": case.policy.states[case.state].label.in_(case.locale),  # type: ignore[index]
            "done": words.done_so_far(case.state, case.locale),
            "next_step": words.next_step(case.state, case.locale),
            "next_by": next_by(case, now),
        }
        drafts.append(write(case, "progress", values, key=f"joined:{fact.feedback_id}", now=now))
    return queue(drafts, now)
