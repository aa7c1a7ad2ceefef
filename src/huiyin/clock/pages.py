"""Late and near: what supervisors look at to keep promises."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from huiyin.cases.queries import people_who_take
from huiyin.clock import queries
from huiyin.kernel import clock
from huiyin.people.actions import actor_of
from huiyin.people.permissions import Scope, may, require, scope_of
from huiyin.policy.versions import active

PAGE = 40
WITHIN = ("2", "8", "24", "72")
TABS = ("late", "near", "applications", "waiting")


@login_required
def late(request: HttpRequest) -> HttpResponse:
    """What is late and how far it was escalated, what is near, who asks for more time, what waits for the customer."""
    actor = actor_of(request.user)  # type: ignore[arg-type]
    require(actor, "late.view")
    now = clock.now()
    show = request.GET.get("show", "late")
    show = show if show in TABS else "late"
    everywhere = scope_of(actor, "late.view") is Scope.ALL
    department = request.GET.get("department", "") if everywhere else ""
    hours = request.GET.get("within", "8")
    within = timedelta(hours=int(hours if hours in WITHIN else "8"))
    cursors = {"older": request.GET.get("older", ""), "newer": request.GET.get("newer", "")}
    context: dict[str, Any] = {
        "show": show, "now": now, "everywhere": everywhere, "department": department, "within": hours, "hours": WITHIN, "departments": active()[1].departments.items(),
        "back": request.get_full_path(), "may_assign": may(actor, "case.assign"), "may_decide": may(actor, "extension.approve"), "tabs": _tabs(request),
    }  # fmt: skip
    if show == "late":
        context["page"] = queries.late(actor, now, department, size=PAGE, **cursors)
    elif show == "near":
        context["page"] = queries.near(actor, now, within, department, size=PAGE, **cursors)
    elif show == "waiting":
        context["page"] = queries.waiting(actor, department, size=PAGE, **cursors)
    else:
        context["applications"] = queries.applications(actor, department)
    if context["may_assign"] and show != "applications" and context["page"].rows:
        context["targets"] = people_who_take(actor)
    open_cases = queries.overseen(actor, department)
    counts = {
        "late": queries.shown(open_cases.filter(due_at__lt=now)),
        "applications": len(queries.applications(actor, department))
        if show != "applications"
        else len(context["applications"]),
    }
    for tab in context["tabs"]:
        tab["label"] = f"{tab['label']} {counts[tab['key']]}" if tab["key"] in counts else tab["label"]
    return render(request, "clock/late.html", context)


def _tabs(request: HttpRequest) -> list[dict[str, Any]]:
    labels = {
        "late": _("Late"),
        "near": _("Near"),
        "applications": _("More time asked for"),
        "waiting": _("Waiting for the customer"),
    }
    made = []
    for key in TABS:
        query = request.GET.copy()
        for name in ("older", "newer"):
            query.pop(name, None)
        query["show"] = key
        made.append({"key": key, "label": labels[key], "url": f"?{query.urlencode()}"})
    return made
