"""Smaller parts of the workbench that load by themselves: the customer's card, the news, whom a case can be given to."""

from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

from django.db.models import Count
from django.utils.translation import gettext as _

from huiyin.care.queries import due_visits
from huiyin.cases.models import Case, Customer
from huiyin.cases.queries import people_who_take
from huiyin.cases.words import deadline_words
from huiyin.contact.notices import unseen
from huiyin.contact.words import NOTICES
from huiyin.people.actors import Actor
from huiyin.people.models import User
from huiyin.people.permissions import may
from huiyin.policy.versions import active
from huiyin.policy.versions import version as policy_version
from huiyin.workbench.masks import masked_contact, masked_name

HANDFUL: Final = 8
VISITS_AHEAD: Final = timedelta(days=1)


def sees_personal(actor: Actor) -> bool:
    """Tell whether the role sees personal data (policy key `roles.*.sees_personal_data`)."""
    role = active()[1].roles.get(actor.role)
    return role is not None and role.sees_personal_data


def shown_name(customer: Customer | None, *, sees: bool) -> str:
    """Return the customer's name as this person may see it; "" when he gave none."""
    if customer is None or not customer.name:
        return ""
    return customer.name if sees else masked_name(customer.name)


def customer_card(case: Case, actor: Actor, *, shown: bool) -> dict[str, Any]:
    """Return the customer's card: contacts in full where he was asked for them, else masked, and his last cases that one may see."""
    customer = case.customer
    sees = sees_personal(actor)
    others: list[Case] = []
    contacts: list[tuple[str, str]] = []
    if customer is not None:
        fields = ("id", "number", "subject", "state", "closed_at", "outcome", "received_at", "level")
        others = list(
            Case.objects.visible_to(actor)
            .filter(customer=customer)
            .exclude(pk=case.pk)
            .only(*fields)
            .order_by("-id")[:8]
        )
        contacts = [
            (kind, value if shown else masked_contact(value))
            for kind, value in (("phone", customer.phone), ("email", customer.email))
            if value
        ]
    return {
        "case": case, "customer": customer, "name": shown_name(customer, sees=sees), "contacts": contacts, "sees": sees, "shown": shown,
        "open": [one for one in others if one.closed_at is None], "past": [one for one in others if one.closed_at is not None],
    }  # fmt: skip


def news(actor: Actor, now: datetime) -> dict[str, Any]:
    """Return the unseen notices and the due visits of this person, a handful of each and whether there are more."""
    notices = list(unseen(actor).select_related("case")[: HANDFUL + 1])
    for notice in notices:
        policy = policy_version(notice.case.policy_version)
        notice.text = _(NOTICES.get(notice.kind, notice.kind))  # type: ignore[attr-defined]
        notice.more = deadline_words(notice.words, policy) if notice.kind in {"near", "missed"} else notice.words  # type: ignore[attr-defined]
    visits = list(due_visits(actor, now + VISITS_AHEAD)[: HANDFUL + 1]) if may(actor, "visit.record") else []
    return {
        "notices": notices[:HANDFUL],
        "more_notices": len(notices) > HANDFUL,
        "visits": visits[:HANDFUL],
        "more_visits": len(visits) > HANDFUL,
        "now": now,
    }


def people_to_give_to(actor: Actor) -> list[tuple[str, list[User]]]:
    """Return departments with their people who take cases, each with his number of open cases."""
    found = people_who_take(actor)
    counted = dict(
        Case.objects.open()
        .filter(owner_id__in=[person.pk for person in found])
        .values_list("owner_id")
        .annotate(n=Count("id"))
        .order_by()
        .values_list("owner_id", "n")
    )
    for person in found:
        person.open_cases = counted.get(person.pk, 0)  # type: ignore[attr-defined]
    return [(name, list(group)) for name, group in groupby(found, key=lambda person: person.department)]
