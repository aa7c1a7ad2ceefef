"""What is known of money: the matter of a case, what has been granted, and what waits for approval."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import DecimalField, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from huiyin.cases.models import Case, Order
from huiyin.people.actors import Actor
from huiyin.policy.schema import Policy
from huiyin.policy.versions import active
from huiyin.policy.versions import version as policy_version
from huiyin.remedy.models import Proposal
from huiyin.remedy.rules import Granted, Matter, floors_that_may_apply
from huiyin.remedy.suggest import Suggestion, suggest

RUNNING = ("waiting", "ready", "offered", "accepted")
GRANTED = ("ready", "offered", "accepted", "executed")


def matter_of(case: Case, loss: Decimal | None = None) -> Matter:
    """Return what the rules look at; the price is that of the article in question, else the whole order's value."""
    zone = ZoneInfo(policy_version(case.policy_version).meta.timezone)
    order = Order.objects.filter(number=case.order_number).first() if case.order_number else None
    price = case.order_value
    for item in order.items if order is not None else ():
        if item.get("product") == case.product and item.get("price") not in {None, ""}:
            price = Decimal(str(item["price"])).quantize(Decimal("0.01"))
    return Matter(
        kind=case.kind, code=case.code, level=case.level, channel=case.channel, flags=frozenset(case.flags), received_on=case.received_at.astimezone(zone).date(),
        price=price, order_total=case.order_value, loss=loss,
    )  # fmt: skip


def _sum(which: Q) -> Coalesce:
    return Coalesce(Sum("counted", filter=which), Value(Decimal("0.00"), output_field=DecimalField()))


def granted(case: Case, by: Actor, policy: Policy, now: datetime) -> Granted:
    """Return what has been granted in this case, today by this person's authority, and this month by the house.

    Days and months are those of the policy's time zone; what was refused or taken back does not count.
    """
    local = now.astimezone(ZoneInfo(policy.meta.timezone))
    day = local.replace(hour=0, minute=0, second=0, microsecond=0)
    month = day.replace(day=1)
    here, lately = Q(case=case), Q(made_at__gte=month)
    own = Q(maker=by.tag, approver="", made_at__gte=day) | Q(approver=by.tag, approved_at__gte=day)
    found = Proposal.objects.filter(here | own | lately, state__in=GRANTED)
    return Granted(**found.aggregate(in_case=_sum(here), today=_sum(own), this_month=_sum(lately)))


def suggestions(case: Case, by: Actor, now: datetime) -> tuple[Suggestion, ...]:
    """Return up to three proposals for this case as this person could make them."""
    policy = policy_version(case.policy_version)
    return suggest(policy, matter_of(case), role=by.role, granted=granted(case, by, active()[1], now))


def floors(case: Case) -> list[dict[str, object]]:
    """Return the statutory amounts that may apply, as plain data with words in both languages."""
    found = floors_that_may_apply(policy_version(case.policy_version), matter_of(case))
    return [
        {
            "basis": floor.basis, "refund": str(floor.refund), "floor": str(floor.floor), "up_to": str(floor.up_to) if floor.up_to is not None else None,
            "article": floor.article_name.model_dump(), "arithmetic": floor.arithmetic.model_dump(),
        }
        for floor in found
    ]  # fmt: skip


def running(case: Case) -> Proposal | None:
    """Return the proposal of a case that is waiting, ready, offered or accepted; there is one at most."""
    return Proposal.objects.filter(case=case, state__in=RUNNING).prefetch_related("items").first()


def offered(case: Case) -> Proposal | None:
    """Return the proposal the customer is asked about."""
    return Proposal.objects.filter(case=case, state="offered").prefetch_related("items").first()


def waiting_for(actor: Actor) -> QuerySet[Proposal]:
    """Return the proposals that wait for approval in cases this person may see, the oldest first."""
    return (
        Proposal.objects.filter(state="waiting", case__in=Case.objects.visible_to(actor))
        .exclude(maker=actor.tag)
        .select_related("case")
        .order_by("made_at")
    )
