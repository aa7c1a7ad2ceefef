"""Reads of the intake: who is ringing, what was promised, what lies aside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from huiyin.cases.customers import read_sender
from huiyin.cases.facts import DeadlinesSet
from huiyin.cases.models import Case, Customer, Feedback, Order
from huiyin.intake.links import progress_url
from huiyin.intake.models import Quarantined
from huiyin.kernel.models import FactRow, PendingFact
from huiyin.kernel.privacy import blind_index
from huiyin.people.actors import Actor
from huiyin.policy.schema import Policy
from huiyin.policy.schema.templates import fill

SHORTEST_PHONE = 5


def customer_of_phone(phone: str) -> Customer | None:
    """Return the customer with this telephone number, the one known longest."""
    if len(phone.strip()) < SHORTEST_PHONE:
        return None
    return Customer.objects.filter(phone_index=blind_index(phone)).order_by("id").first()


def recent_cases(customer: Customer, actor: Actor, most: int = 5) -> Sequence[Case]:
    """Return the customer's latest cases, as far as the actor may see them."""
    return list(Case.objects.visible_to(actor).filter(customer=customer).order_by("-id")[:most])


def order(number: str) -> Order | None:
    """Return an order by its number."""
    return Order.objects.filter(number=number.strip()).first() if number.strip() else None


def feedback_by_token(token: str) -> Feedback | None:
    """Return the feedback with this token, its case with it."""
    return Feedback.objects.select_related("case").filter(token=token).first()


def promises(case: Case) -> dict[str, datetime]:
    """Return what the customer was promised, by kind (respond, propose …), as it stands in the case's history."""
    found: dict[str, datetime] = {}
    for body in (
        FactRow.objects.filter(subject=case.pk, kind=DeadlinesSet.kind).order_by("seq").values_list("body", flat=True)
    ):
        found |= {kind: due for clock, kind, due, _ in DeadlinesSet.read(body).deadlines if clock == "promise"}
    return found


def in_words(when: datetime | None, locale: str, zone: ZoneInfo) -> str:
    """Return a moment as it is said to a customer."""
    if when is None:
        return "……"
    local = when.astimezone(zone)
    return (
        f"{local.month}月{local.day}日 {local:%H:%M}"
        if locale.startswith("zh")
        else f"{local:%H:%M} on {local.day} {local:%B}"
    )


@dataclass(frozen=True, slots=True)
class Spoken:
    """The words an agent says at the end, in the customer's language; `ready` once the real promise is known."""

    text: str
    ready: bool


SPOKEN = frozenset({"phone", "counter", "store"})
"""Channels whose acknowledgement is spoken by the agent."""


def script(feedback: Feedback, agent: str, policy: Policy) -> Spoken:
    """Return the closing words for a feedback taken by telephone or at the counter, with what is really promised."""
    spoken = policy.channels[feedback.channel].acknowledge if feedback.channel in SPOKEN else None  # type: ignore[index]
    name = spoken or "acknowledgement_phone"
    case, locale = feedback.case, feedback.locale
    promised = promises(case) if case is not None else {}
    zone = ZoneInfo(policy.meta.timezone)
    details = feedback.details
    values = {
        "shop": policy.meta.shop.in_(locale),
        "customer": read_sender(feedback.sender).name or ("您好" if locale.startswith("zh") else "Dear customer"),
        "number": feedback.number,
        "subject": (case.subject if case is not None else "") or str(details.get("subject") or feedback.text[:40]),
        "order": str(details.get("order_number") or "—"),
        "received_at": in_words(feedback.received_at, locale, zone),
        "progress_url": progress_url(feedback.token),
        "hotline": policy.contact.disclosure.hotline,
        "agent": agent,
        "respond_by": in_words(promised.get("respond"), locale, zone),
        "propose_by": in_words(promised.get("propose"), locale, zone),
    }
    return Spoken(fill(policy.templates[name].body.in_(locale), values), ready="propose" in promised)


def quarantined(*, open_only: bool = True) -> QuerySet[Quarantined]:
    """Return quarantined entries, the latest first, without their raw source."""
    rows = Quarantined.objects.defer("raw").order_by("-id")
    return rows.filter(resolved_at__isnull=True) if open_only else rows.filter(resolved_at__isnull=False)


def stuck_feedback() -> QuerySet[Feedback]:
    """Return feedback the loop could not work on."""
    return Feedback.objects.filter(drained_at__isnull=True, attempts__gt=0).order_by("id")


def stuck_facts() -> QuerySet[PendingFact]:
    """Return recorded facts the loop could not follow."""
    return PendingFact.objects.filter(attempts__gt=0).order_by("id")
