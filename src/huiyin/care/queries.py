"""The visits that are due, and the customer's file (CA-8)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, QuerySet, Sum

from huiyin.care.models import Survey, Visit
from huiyin.cases.models import Case, Customer
from huiyin.people.actors import Actor
from huiyin.people.permissions import require


def due_visits(actor: Actor, until: datetime) -> QuerySet[Visit]:
    """Return the visits of cases this person may see that are due until a moment, the oldest first."""
    visible = Case.objects.visible_to(actor).filter(closed_at__isnull=False)
    return (
        Visit.objects.filter(done_at__isnull=True, due_at__lte=until, case__in=visible)
        .select_related("case__customer", "owner")
        .order_by("due_at", "id")
    )


@dataclass(frozen=True, slots=True)
class CustomerFile:
    """What is known of a customer from the cases one may see."""

    customer: Customer
    cases: list[Case]
    ratings: list[Survey]
    visits: list[Visit]
    given: list[dict[str, Any]]
    complaints: int
    mean_rating: float | None
    spent: Decimal
    points: int


def customer_file(customer: Customer, actor: Actor, *, limit: int = 50) -> CustomerFile:
    """Return a customer's file: complaints, handling, results, satisfaction, what was given, later visits.

    Raises:
        Forbidden: this person sees no cases at all.
    """
    require(actor, "case.view")
    visible = Case.objects.visible_to(actor).filter(customer=customer)
    counted = visible.aggregate(spent=Sum("spent"), all=Count("id"))
    answered = Survey.objects.filter(case__in=visible, answered_at__isnull=False)
    given = visible.filter(ledger__isnull=False).order_by("-ledger__id")
    return CustomerFile(
        customer=customer,
        cases=list(visible.order_by("-id")[:limit]),
        ratings=list(answered.select_related("case").order_by("-answered_at")[:limit]),
        visits=list(Visit.objects.filter(case__in=visible).select_related("case").order_by("-due_at")[:limit]),
        given=[
            dict(row)
            for row in given.values("number", "ledger__kind", "ledger__amount", "ledger__points", "ledger__at")[:limit]
        ],
        complaints=visible.filter(kind="complaint").count(),
        mean_rating=answered.aggregate(mean=Avg("rating"))["mean"],
        spent=counted["spent"] or Decimal("0.00"),
        points=visible.aggregate(points=Sum("ledger__points"))["points"] or 0,
    )
