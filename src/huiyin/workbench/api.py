"""HTTP API: one case with what the stages know of it."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from huiyin.cases.api import plain
from huiyin.cases.models import Case
from huiyin.clock.api import deadline
from huiyin.kernel.errors import NotFound
from huiyin.people.api import actor
from huiyin.people.permissions import require
from huiyin.remedy.api import plain as proposal
from huiyin.remedy.models import Proposal

router = Router(tags=["cases"])
WORDS = ("demand", "need", "urgency", "policy_version", "product", "brand", "merchant", "supplier", "carrier", "region", "store", "co_departments", "hops",
         "pause_reason", "handled_at", "responsible", "cause", "cause_note", "judged_by", "judgement", "locale")  # fmt: skip


@router.get("/cases/{number}", response=dict[str, Any])
def case(request: HttpRequest, number: str) -> dict[str, Any]:
    """Return a case with its judgement, deadlines (and the arithmetic of each) and proposals."""
    who = actor(request)
    require(who, "case.view")
    found = Case.objects.visible_to(who).select_related("owner").defer("search").filter(number=number).first()
    if found is None:
        raise NotFound("There is no such case, or it is not yours to see.")
    return {
        **plain(found), **{name: getattr(found, name) for name in WORDS},
        "order_value": str(found.order_value) if found.order_value is not None else None, "spent": str(found.spent),
        "deadlines": [deadline(row) for row in found.deadlines.exclude(state="cancelled").order_by("due_at", "id")],
        "proposals": [proposal(row) for row in Proposal.objects.filter(case=found).prefetch_related("items").order_by("-id")],
    }  # fmt: skip
