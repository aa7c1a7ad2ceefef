"""Reading cases: by filters, by words, by contact. Every query starts from what the reader may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q

from huiyin.cases.keyset import NEWEST, Page, cut
from huiyin.cases.models import Case, CaseQuerySet, Customer, Feedback
from huiyin.cases.rules import search_phrases
from huiyin.kernel.privacy import blind_index
from huiyin.people.actors import Actor
from huiyin.people.models import User
from huiyin.people.permissions import Scope, scope_of
from huiyin.policy.versions import active

LIST_FIELDS = (
    "id", "number", "subject", "demand", "kind", "code", "level", "flags", "sentiment", "state", "state_since", "department", "co_departments", "channel", "locale",
    "priority", "due_at", "due_kind", "paused_at", "pause_reason", "received_at", "closed_at", "outcome", "needs_person", "order_number", "version", "policy_version", "hops", "reopened",
    "owner_id", "owner__id", "owner__name", "owner__username",
)  # fmt: skip
"""What a row of a list shows; the wide columns stay in the database."""

EXACT = 300


def listed(actor: Actor) -> CaseQuerySet:
    """Return the cases this actor may see, with what a row of a list shows."""
    return Case.objects.visible_to(actor).select_related("owner").only(*LIST_FIELDS)


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed down to; empty values do not narrow."""

    state: str = ""
    department: str = ""
    owner: int | None = None
    level: int | None = None
    kind: str = ""
    code: int | None = None
    range: int | None = None
    flag: str = ""
    channel: str = ""
    language: str = ""
    unsure: bool = False
    received_from: datetime | None = None
    received_to: datetime | None = None

    def narrow(self, rows: CaseQuerySet) -> CaseQuerySet:
        """Return the rows that fit; state "open" means every step but the end. `range` is the first digit of the code."""
        equal: Mapping[str, Any] = {
            "department": self.department, "owner_id": self.owner, "level": self.level, "kind": self.kind, "code": self.code, "channel": self.channel,
        }  # fmt: skip
        rows = rows.filter(**{name: value for name, value in equal.items() if value not in ("", None)})
        if self.state == "open":
            rows = rows.open()
        elif self.state:
            rows = rows.filter(state=self.state)
        if self.range:
            rows = rows.filter(code__gte=self.range * 1000, code__lt=(self.range + 1) * 1000)
        if self.flag:
            rows = rows.filter(flags__contains=[self.flag])
        if self.language:
            rows = rows.filter(locale__startswith=self.language)
        if self.unsure:
            rows = rows.open().filter(needs_person=True)
        if self.received_from:
            rows = rows.filter(received_at__gte=self.received_from)
        if self.received_to:
            rows = rows.filter(received_at__lt=self.received_to)
        return rows


def people_who_take(actor: Actor) -> list[User]:
    """Return the people this actor can give cases to, by department and name; at most a thousand."""
    taking = [name for name, role in active()[1].roles.items() if "case.take" in role.may]
    people = User.objects.filter(is_active=True, role__in=taking).exclude(department="")
    if scope_of(actor, "case.assign") is not Scope.ALL:
        people = people.filter(department=actor.department)
    return sorted(people.order_by("id")[:1000], key=lambda person: (person.department, str(person)))


def search(actor: Actor, text: str, filters: Filters, *, size: int, older: str = "", newer: str = "") -> Page[Case]:
    """Return the cases a searcher means by one box of text, newest first.

    Understood are: a case or feedback number, an order number, a phone number or e-mail address (through their blind index),
    a customer's whole name, and words: every word must occur, Chinese ones as they stand inside the text.
    """
    rows = filters.narrow(listed(actor))
    wanted = text.strip()
    if wanted:
        named = _by_key(wanted) if _may_be_key(wanted) else []
        rows = rows.filter(_by_words(wanted) | Q(id__in=named) if named else _by_words(wanted))
    return cut(rows, NEWEST, size=size, older=older, newer=newer)


def _may_be_key(text: str) -> bool:
    return len(text) <= 80 and len(text.split()) <= 4


def _by_key(text: str) -> list[int]:
    """Return the ids of the cases a text names exactly: by number, order, contact or name; at most a few hundred, the newest."""
    index = blind_index(text)
    person = Q(external_id=text)
    if index:
        person |= Q(name_index=index) | Q(phone_index=index) | Q(email_index=index)
    people = list(Customer.objects.filter(person).order_by().values_list("id", flat=True)[:EXACT])
    named = Case.objects.filter(number=text.upper()).values_list("id")
    by_feedback = Feedback.objects.filter(number=text.upper(), case__isnull=False).values_list("case_id")
    by_order = Case.objects.filter(order_number=text).order_by("-id").values_list("id")[:EXACT]
    customers = Case.objects.filter(customer_id__in=people).order_by("-id").values_list("id")[:EXACT]
    return [row[0] for row in named.union(by_feedback, by_order, customers)]


def _by_words(text: str) -> Q:
    """Return what holds for cases in whose words every phrase of the text occurs."""
    phrases = search_phrases(text)
    if not phrases:
        return Q(pk__in=[])
    return Q(search=SearchQuery(" & ".join(f"({phrase})" for phrase in phrases), config="simple", search_type="raw"))
