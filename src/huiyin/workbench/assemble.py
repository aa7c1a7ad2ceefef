"""What the page of a case shows, gathered from the stages with a fixed, small number of queries."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from huiyin.care.models import Survey, Visit
from huiyin.cases.facts import SurveyAnswered, VisitDone
from huiyin.cases.models import Case, Feedback, Order
from huiyin.cases.words import deadline_words
from huiyin.clock.models import Deadline, Extension
from huiyin.contact.models import Message
from huiyin.contact.rules import emotion_of
from huiyin.kernel.errors import NotFound
from huiyin.kernel.facts import REGISTRY, Fact
from huiyin.kernel.models import FactRow
from huiyin.people.actors import Actor
from huiyin.people.models import User
from huiyin.people.permissions import may
from huiyin.policy.schema import Policy
from huiyin.policy.versions import version as policy_version
from huiyin.remedy.models import Proposal, ProposalItem
from huiyin.workbench import todo
from huiyin.workbench.cards import sees_personal, shown_name
from huiyin.workbench.history import Known
from huiyin.workbench.timeline import grouped, timeline

RECENT: Final = 120


def _case(number: str, actor: Actor) -> Case:
    order = Order.objects.filter(number=OuterRef("order_number")).values(
        row=JSONObject(
            placed_at="placed_at", signed_at="signed_at", amount="amount", items="items", brand="brand", merchant="merchant", supplier="supplier",
            carrier="carrier", tracking="tracking", region="region", store="store",
        )
    )  # fmt: skip
    found = (
        Case.objects.visible_to(actor)
        .select_related("customer", "owner")
        .defer("search")
        .annotate(order_row=Subquery(order[:1]))
    )
    case = found.filter(number=number).first()
    if case is None:
        raise NotFound("There is no such case, or it is not yours to see.")
    return case


def _afterwards(facts: Sequence[Fact]) -> dict[int, str]:
    """Return what the customer said after closing, by the place of the last fact that tells of it."""
    surveys = {one.survey_id: place for place, one in enumerate(facts) if isinstance(one, SurveyAnswered)}
    visits = {one.visit_id: place for place, one in enumerate(facts) if isinstance(one, VisitDone)}
    found: dict[int, str] = {}
    if surveys:
        rated = Survey.objects.filter(id__in=surveys).exclude(words="").values_list("id", "words")
        found |= {surveys[key]: words for key, words in rated}
    if visits:
        visited = Visit.objects.filter(id__in=visits).exclude(words="").values_list("id", "words")
        found |= {visits[key]: words for key, words in visited}
    return found


def page(number: str, actor: Actor, now: datetime, *, whole: bool = False) -> dict[str, Any]:
    """Return the context of the case page; the last 120 entries of the timeline, or with `whole` all of them.

    Raises:
        NotFound: there is no such case, or this person may not see it.
    """
    case = _case(number, actor)
    policy = policy_version(case.policy_version)
    feedback = list(
        Feedback.objects.filter(case=case)
        .order_by("id")
        .only("id", "number", "received_at", "channel", "text", "source", "details")
    )
    messages = list(Message.objects.filter(case=case).order_by("at", "id"))
    rows = list(FactRow.objects.filter(subject=case.pk).order_by("seq").values_list("body", flat=True))
    facts = [Fact.read(body) for body in rows if body["kind"] in REGISTRY]
    deadlines = _deadlines(case)
    proposals = _proposals(case)
    sees = sees_personal(actor)
    known = Known(policy, _names(facts, messages, proposals, deadlines), shown_name(case.customer, sees=sees))
    entries = timeline(feedback, messages, facts, known, _afterwards(facts))
    cut = 0 if whole else max(0, len(entries) - RECENT)
    clocks = _clocks(deadlines, known, case.paused_at)
    moves = todo.moves(case, actor, proposals[0] if proposals else None)
    return {
        "case": case, "policy": policy, "now": now, "you": case.owner_id == actor.user_id, "groups": grouped(entries[cut:]), "hidden": cut, "clocks": clocks, "customer_name": known.customer,
        "times": todo.times(facts), "order": _order(case.order_row), "feedback": feedback, "proposals": _shown_proposals(proposals, known, actor, case),  # type: ignore[attr-defined]
        "moves": moves, "may": todo.permissions(case, actor), "advice": todo.advice(case, policy, proposals[0] if proposals else None),
        "phrases": _phrases(case, policy), "playbook": policy.playbook(case.code), "strategies": [policy.strategies[flag] for flag in case.flags if flag in policy.strategies],
        "top_response": policy.triage.top_response if case.level <= policy.triage.top_response.level and set(case.flags) & set(policy.triage.top_response.flags) else None,
        "codes": todo.codes(policy), "judgement": _judgement(case, policy), "waiting_extension": next((one for clock in clocks for one in clock["extensions"] if one["open"]), None),
        "extendable": [clock for clock in clocks if clock["extendable"]], "legal_clocks": [(key, one.label) for key, one in policy.statute_clocks.items()],
        "last_word": todo.last_word(messages), "corrected": case.judged_by.startswith("user:"), "judge": known.who(case.judged_by),
    }  # fmt: skip


def _deadlines(case: Case) -> list[Deadline]:
    asked = (
        Extension.objects.filter(deadline_id=OuterRef("pk"))
        .order_by("id")
        .values(
            row=JSONObject(
                id="id",
                length="length",
                reason="reason",
                asked_by="asked_by_id",
                granted="granted",
                answer="answer",
                decided_by="decided_by_id",
                decided_at="decided_at",
            )
        )
    )
    return list(case.deadlines.exclude(state="cancelled").annotate(asked=ArraySubquery(asked)).order_by("due_at", "id"))


def _order(row: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return an order read as JSON, with its times as times."""
    if row is None:
        return None
    return {
        **row,
        "placed": parse_datetime(row["placed_at"]),
        "signed": parse_datetime(row["signed_at"]) if row["signed_at"] else None,
    }


def _proposals(case: Case) -> list[Proposal]:
    items = (
        ProposalItem.objects.filter(proposal_id=OuterRef("pk"))
        .order_by("id")
        .values(
            row=JSONObject(
                id="id",
                kind="kind",
                amount="amount",
                points="points",
                basis="basis",
                note="note",
                executed_at="executed_at",
                evidence="evidence",
            )
        )
    )
    return list(Proposal.objects.filter(case=case).annotate(lines=ArraySubquery(items)).order_by("-id"))


def _names(
    facts: Iterable[Fact], messages: Iterable[Message], proposals: Iterable[Proposal], deadlines: Iterable[Deadline]
) -> dict[int, str]:
    tags = {fact.by for fact in facts} | {message.author for message in messages}
    ids = {int(tag[5:]) for tag in tags if tag.startswith("user:") and tag[5:].isdecimal()}
    ids |= {owner for fact in facts if (owner := getattr(fact, "owner_id", None)) is not None}
    ids |= {one for proposal in proposals for one in (proposal.made_by_id, proposal.approved_by_id) if one is not None}
    ids |= {
        one
        for row in deadlines
        for asked in row.asked  # type: ignore[attr-defined]
        for one in (asked["asked_by"], asked["decided_by"])
        if one is not None
    }
    return (
        {
            pk: name or username
            for pk, name, username in User.objects.filter(id__in=ids).values_list("id", "name", "username")
        }
        if ids
        else {}
    )


def _clocks(deadlines: Sequence[Deadline], known: Known, paused_at: datetime | None) -> list[dict[str, Any]]:
    policy = known.policy
    made = []
    for row in deadlines:
        asked = [
            {
                **one,
                "who": known.names.get(one["asked_by"], ""),
                "open": one["decided_at"] is None,
                "deadline": deadline_words(row.kind, policy),
            }
            for one in row.asked  # type: ignore[attr-defined]
        ]
        running = row.state in {"running", "paused"}
        promise = row.kind.partition(":")[0]
        made.append(
            {
                "id": row.pk, "clock": row.clock, "kind": row.kind, "label": deadline_words(row.kind, policy), "due_at": row.due_at, "warn_at": row.warn_at, "paused": row.state == "paused" and (paused_at or True),
                "met_at": row.met_at, "running": running, "because": row.because, "rule": row.rule, "extensions": asked, "extended": row.extensions, "missed": row.missed_at is not None,
                "nature": policy.statute_clocks[row.kind].nature if row.kind in policy.statute_clocks else "",
                "extendable": running and row.clock == "promise" and promise in policy.extensions.promises and not any(one["open"] for one in asked),
            }
        )  # fmt: skip
    return made


def _shown_proposals(proposals: Sequence[Proposal], known: Known, actor: Actor, case: Case) -> list[dict[str, Any]]:
    return [
        {
            "row": one, "items": one.lines, "maker": known.who(one.maker) if one.maker else known.names.get(one.made_by_id or 0, ""), "own": one.maker == actor.tag,  # type: ignore[attr-defined]
            "approver": known.who(one.approver) if one.approver else "", "left": [line for line in one.lines if line["executed_at"] is None],  # type: ignore[attr-defined]
            "may_approve": one.state == "waiting" and one.maker != actor.tag and may(actor, "proposal.approve", case),
        }
        for one in proposals
    ]  # fmt: skip


def _phrases(case: Case, policy: Policy) -> list[str]:
    strength = float(case.judgement.get("strength") or 0)
    emotion = emotion_of(sentiment=case.sentiment, strength=strength, level=case.level, flags=case.flags)
    said = policy.soothing.get(emotion, {}).get(case.state, ())  # type: ignore[call-overload]
    return [phrase.in_(case.locale) for phrase in said]


def _judgement(case: Case, policy: Policy) -> dict[str, Any]:
    judged = case.judgement
    needed = policy.triage.threshold_auto
    names = {"kind": _("Kind"), "category": _("Category"), "level": _("Level"), "sentiment": _("Sentiment")}
    sure = [
        {
            "label": names[key],
            "share": float(judged["confidence"][key]),
            "low": float(judged["confidence"][key]) < getattr(needed, key),
        }
        for key in names
        if key in judged.get("confidence", {})
    ]
    guesses = [{"code": int(code), "share": float(share)} for code, share in judged.get("guesses", ())]
    return {
        "sure": sure,
        "reasons": list(judged.get("reasons", ())),
        "guesses": [one for one in guesses if one["code"] != case.code][:3],
        "model": judged.get("model", ""),
    }
