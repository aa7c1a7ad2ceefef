"""Reads of contact: the timeline, the outbox, notices, and the look-up by number and contact."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import get_language, gettext

from huiyin.cases.customers import read_sender
from huiyin.cases.models import Case, Feedback
from huiyin.cases.tokens import expired
from huiyin.contact.models import Message
from huiyin.contact.notices import unseen
from huiyin.contact.words import NOTICES, promised
from huiyin.kernel.privacy import blind_index
from huiyin.people.actors import Actor
from huiyin.policy.versions import active

OUTBOX_STATES = ("held", "failed", "pending")
CONTACT_OF = {"email": "email", "sms": "phone", "phone": "phone"}


def token_for(number: str, contact: str, now: datetime) -> str | None:
    """Return the token of the feedback with this number if it was left with this phone or e-mail, else None.

    The contact is compared with the one given with that very feedback, or, for the feedback that began the case, with
    the customer's: who joined another's case by knowing the order gets no further than his own words.
    """
    row = Feedback.objects.filter(number=number).select_related("case__customer").first()
    sought = blind_index(contact)
    if row is None or not sought or (row.case is not None and expired(row.case, now)):
        return None
    sender = read_sender(row.sender)
    known = [blind_index(sender.phone), blind_index(sender.email)]
    if row.case is not None and row.case.token == row.token and row.case.customer is not None:
        known += [row.case.customer.phone_index, row.case.customer.email_index]
    return row.token if any(mark and hmac.compare_digest(mark, sought) for mark in known) else None


@dataclass(frozen=True, slots=True)
class OutboxPage:
    """A page of the outbox; `older` is the key of the next one."""

    rows: list[dict[str, Any]]
    older: str
    sees_contacts: bool


def outbox(actor: Actor, state: str, *, older: str = "", size: int = 50) -> OutboxPage:
    """Return messages of cases this person may see that are held, failed or pending, the newest first.

    The contact stands beside them only for roles that see personal data.
    """
    wanted = state if state in OUTBOX_STATES else "held"
    found = (
        Message.objects.filter(state=wanted, case__in=Case.objects.visible_to(actor))
        .select_related("case__customer")
        .order_by("-id")
    )
    if older.isdecimal():
        found = found.filter(id__lt=int(older))
    messages = list(found[: size + 1])
    role = active()[1].roles.get(actor.role)
    sees = role is not None and role.sees_personal_data
    rows = [{"message": message, "to": _contact(message) if sees else ""} for message in messages[:size]]
    return OutboxPage(rows=rows, older=str(messages[size - 1].pk) if len(messages) > size else "", sees_contacts=sees)


def _contact(message: Message) -> str:
    customer = message.case.customer
    return str(getattr(customer, CONTACT_OF.get(message.channel, ""), "")) if customer is not None else ""


def timeline(case: Case) -> list[Message]:
    """Return everything said in a case, notes included, the oldest first: for staff."""
    return list(Message.objects.filter(case=case).order_by("at", "id"))


def notices(actor: Actor, limit: int = 100) -> list[dict[str, Any]]:
    """Return a person's unseen notices in words, the newest first."""
    policy, locale = active()[1], get_language() or "zh-hans"
    return [
        {
            "id": notice.pk,
            "case": notice.case,
            "kind": notice.kind,
            "text": gettext(NOTICES.get(notice.kind, notice.kind)),
            "words": promised(policy, notice.words, locale) if notice.kind in {"near", "missed"} else notice.words,
            "at": notice.at,
        }
        for notice in unseen(actor)[:limit]
    ]


def count_unseen(actor: Actor) -> int:
    """Return how many notices a person has not seen; counted up to 100."""
    return len(unseen(actor).values_list("id")[:100])
