"""The timeline of a case: what was said and what happened, newest last."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from django.utils.translation import gettext as _

from huiyin.cases.models import Feedback
from huiyin.contact.models import Message
from huiyin.kernel.facts import Fact
from huiyin.workbench.history import Known, line

STATUS: Final = {"pending": "queued", "sent": "sent", "failed": "failed", "held": "queued"}
SPOKEN: Final = "spoken"
QUIET: Final = frozenset(
    {
        "deadlines.set", "deadline.near", "deadline.met", "deadline.missed", "deadline.unknown", "contacts.shown",
        "visit.planned", "survey.due",
    }
)  # fmt: skip
"""Facts that fold into one line when several stand in a row."""


def timeline(
    feedback: Sequence[Feedback],
    messages: Sequence[Message],
    facts: Sequence[Fact],
    known: Known,
    afterwards: Mapping[int, str] | None = None,
) -> list[dict[str, Any]]:
    """Return everything that was said and that happened, newest last.

    Args:
        afterwards: what the customer said in surveys and visits, by the place of its fact in `facts`.
    """
    entries: list[tuple[datetime, int, dict[str, Any]]] = []
    said_by = known.customer or _("Customer")
    entries += [
        (
            row.received_at,
            0,
            {
                "kind": "in",
                "who": said_by,
                "at": row.received_at,
                "channel": row.channel,
                "text": row.text,
                "title": "",
            },
        )
        for row in feedback
    ]
    for place, fact in enumerate(facts):
        said = line(fact, known)
        if said is not None:
            entry = {
                "kind": "fact",
                "at": fact.at,
                "who": known.who(fact.by),
                "title": said.text,
                "icon": said.icon,
                "reasons": list(said.reasons),
                "quiet": fact.kind in QUIET,
            }
            entries.append((fact.at, 1, entry))
        if words := (afterwards or {}).get(place):
            survey = fact.kind == "survey.answered"
            told = {"who": said_by, "channel": "survey"} if survey else {"who": known.who(fact.by), "channel": ""}
            entry = {"kind": "in" if survey else "note", "at": fact.at, "text": words, "title": "", **told}
            entries.append((fact.at, 1, entry))
    entries += [(message.at, 2, _said(message, known)) for message in messages]
    return [entry for _at, _rank, entry in sorted(entries, key=lambda one: one[:2])]


def grouped(entries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the entries in groups: several quiet facts in a row (clocks, mostly) fold into one line that opens."""
    groups: list[dict[str, Any]] = []
    for quiet, run in groupby(entries, key=lambda entry: bool(entry.get("quiet"))):
        found = list(run)
        groups.append({"entries": found, "folded": quiet and len(found) > 2, "last": found[-1], "more": len(found) - 1})
    return groups


def _said(message: Message, known: Known) -> dict[str, Any]:
    spoken = message.template == SPOKEN
    return {
        "kind": {"in": "in", "out": "out"}.get(message.direction, "note"), "who": known.who(message.author), "at": message.at, "text": message.body,
        "title": message.subject if message.template and message.direction == "out" else "",
        "channel": "phone" if spoken else "" if message.direction == "note" else _("progress page") if message.channel == "page" else message.channel,
        "status": "" if message.direction != "out" or spoken else STATUS.get(message.state, ""),
    }  # fmt: skip
