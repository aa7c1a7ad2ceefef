"""What a customer sees of his case: put together once, for the page and for JSON alike."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.template.defaultfilters import linebreaks_filter
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from huiyin.cases.models import Case, Feedback
from huiyin.contact import offers, words
from huiyin.contact.letters import about
from huiyin.contact.models import Message
from huiyin.kernel.models import FactRow
from huiyin.policy.versions import version as policy_version

ADDRESS = re.compile(r"(https?://[A-Za-z0-9._~:/?#@!$&*+=%-]*[A-Za-z0-9/_=-])")
PROMISES = ("respond", "answer", "propose", "result")
DOUBLES = ("result_sms",)
"""Short copies of letters that stand on the page in full."""


def reader() -> str:
    """Return the language the page is read in."""
    return get_language() or "zh-hans"


def step_times(case: Case) -> dict[str, datetime]:
    """Return when each step was reached last."""
    rows = FactRow.objects.filter(subject=case.id, kind="case.moved").order_by("seq").values_list("body__after", "at")
    return {"received": case.received_at, **dict(rows)}


def promise(case: Case) -> dict[str, Any] | None:
    """Return the promise that runs and falls due first: kind, due, warn_at, paused."""
    fields = ("deadlines__kind", "deadlines__due_at", "deadlines__warn_at", "deadlines__state")
    running = Case.objects.filter(
        id=case.id, deadlines__clock="promise", deadlines__state__in=["running", "paused"], deadlines__kind__in=PROMISES
    )
    row = running.order_by("deadlines__due_at").values_list(*fields).first()
    return None if row is None else {"kind": row[0], "due": row[1], "warn_at": row[2], "paused": row[3] == "paused"}


def messages(case: Case) -> list[dict[str, Any]]:
    """Return the timeline as the customer may see it: his first words, then everything said to and by him."""
    first = Feedback.objects.filter(token=case.token).values_list("text", "received_at", "channel").first()
    entries = (
        []
        if first is None
        else [{"kind": "in", "at": first[1], "who": gettext("You"), "text": first[0], "channel": first[2]}]
    )
    rows = (
        Message.objects.filter(case=case, audience__contains=["customer"])
        .exclude(template__in=DOUBLES)
        .order_by("at", "id")
    )
    shop = policy_version(case.policy_version).meta.shop.in_(reader())
    entries += [
        {
            "kind": row.direction,
            "at": row.at,
            "who": gettext("You") if row.direction == "in" else shop,
            "title": row.subject,
            "text": row.body,
        }
        for row in rows
    ]
    return entries


def with_links(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return timeline entries with the addresses in our own letters made links; what the customer wrote stays plain."""
    return [{**entry, "html": linked(entry["text"])} if entry["kind"] == "out" else entry for entry in entries]


def linked(text: str) -> SafeString:
    """Return text as paragraphs in which addresses are links, also where no space stands before them, as in Chinese."""
    parts = ADDRESS.split(text)
    shown = [
        format_html('<a href="{}" rel="nofollow">{}</a>', part, part) if place % 2 else escape(part)
        for place, part in enumerate(parts)
    ]
    return linebreaks_filter(SafeString("").join(shown), autoescape=False)


def proposal(case: Case) -> dict[str, Any] | None:
    """Return the proposal before the customer, or the one he agreed to; None where there is none."""
    offer = offers.last_of(case.id)
    if offer is None:
        return None
    policy = policy_version(case.policy_version)
    labels = policy.remedy_kinds
    answer_by = offer.offered_at + timedelta(days=policy.silence.days) if offer.offered_at else None
    return {
        "id": offer.id, "state": offer.state, "words": offer.words, "amount": str(offer.amount), "answer_by": answer_by,
        "items": [
            {
                "kind": item.kind, "label": labels[item.kind].label.in_(reader()) if item.kind in labels else item.kind, "amount": str(item.amount),
                "points": item.points, "what": item.note, "basis": item.basis, "executed_at": item.executed_at,
            }
            for item in offer.items
        ],
    }  # fmt: skip


def progress(case: Case) -> dict[str, Any]:
    """Return everything the progress page shows, in plain values."""
    known = about([case.id])[case.id]
    survey = offers.survey_of(case.id) if case.closed_at is not None else ""
    return {
        "number": case.number, "subject": case.subject, "state": case.state, "outcome": case.outcome, "received_at": case.received_at, "closed_at": case.closed_at,
        "steps": step_times(case), "done": words.done_so_far(case.state, reader()), "next_step": words.next_step(case.state, reader()),
        "promise": promise(case), "waiting_for_you": case.paused_at is not None and case.closed_at is None, "agent": known.owner_name or "",
        "messages": messages(case), "proposal": proposal(case), "survey_url": reverse("care:survey", args=[survey]) if survey else "",
        "may_withdraw": case.state in {"received", "confirmed", "investigating", "proposing"},
    }  # fmt: skip
