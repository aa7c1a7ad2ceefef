"""The pages of work: mine, the department's queue, the next case, and the board of who has what."""

import re
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from huiyin.cases.forms import FilterForm
from huiyin.cases.models import Case
from huiyin.dispatch import actions, queries
from huiyin.kernel import clock
from huiyin.kernel.errors import HuiyinError
from huiyin.people.actions import actor_of
from huiyin.people.actors import Actor
from huiyin.people.permissions import Scope, may, require, scope_of
from huiyin.policy.versions import active
from huiyin.web.navigation import address

PAGE = 40
OFFERED = ("level", "kind", "range", "flag", "channel", "language", "department", "unsure")
ROUND = "next_round"
ROUND_SECONDS = 1800
"""A case that was handed over does not come again so soon, so that “next” leads on."""
SHOWN = ("waiting", "open")


def _actor(request: HttpRequest) -> Actor:
    return actor_of(request.user)  # type: ignore[arg-type]


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """My work: what I have, the first due first, and what waits for the customer."""
    actor = _actor(request)
    if not may(actor, "case.work"):  # everybody arrives here after signing in
        return redirect("dispatch:queue")
    context = {"mine": queries.mine(actor), "now": clock.now(), "news": address("workbench:news"),
               "may_next": may(actor, "queue.next")}  # fmt: skip
    return render(request, "dispatch/mine.html", context)


@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """The queue of one's department, or of all of them for those who may see all."""
    actor = _actor(request)
    require(actor, "case.view")
    everywhere = scope_of(actor, "case.view") is Scope.ALL
    query = request.GET.copy()
    if everywhere:
        query.setdefault("department", actor.department)
    offered = OFFERED if everywhere else tuple(name for name in OFFERED if name != "department")
    form = FilterForm(query, active()[1], offered)
    show = request.GET.get("show") if request.GET.get("show") in SHOWN else "waiting"
    filters = form.filters()
    cursors = {"older": request.GET.get("older", ""), "newer": request.GET.get("newer", "")}
    page = queries.queue(actor, filters, waiting=show == "waiting", size=PAGE, **cursors)
    context = {
        "form": form, "page": page, "show": show, "tabs": _tabs(request), "chips": form.chips(request.GET), "now": clock.now(), "back": request.get_full_path(),
        "may_take": may(actor, "case.take"), "may_next": may(actor, "queue.next"), "everywhere": everywhere, "department": filters.department if everywhere else actor.department,
    }  # fmt: skip
    return render(request, "dispatch/queue.html", context)


def _tabs(request: HttpRequest) -> list[dict[str, str]]:
    labels = {"waiting": _("Waiting to be taken"), "open": _("All open")}
    made = []
    for key, label in labels.items():
        query = request.GET.copy()
        for name in ("older", "newer"):
            query.pop(name, None)
        query["show"] = key
        made.append({"key": key, "label": label, "url": f"?{query.urlencode()}"})
    return made


@login_required
@require_POST
def next_case(request: HttpRequest) -> HttpResponse:
    """Hand over the next case; one that was just looked at does not come again in this round."""
    now = clock.now()
    seen: list[list[int]] = [one for one in request.session.get(ROUND, []) if now.timestamp() - one[1] < ROUND_SECONDS]
    passed = [*(one[0] for one in seen), *_open_now(request)]
    case = actions.next_case(by=_actor(request), now=now, passed=passed)
    if case is None:
        request.session[ROUND] = []
        words = (
            _("You have been through everything: “next” starts again from the top.")
            if passed
            else _("Nothing is waiting. Well done.")
        )
        messages.info(request, words)
        return redirect("dispatch:mine")
    request.session[ROUND] = [*seen, [case.pk, int(now.timestamp())]][-200:]
    return redirect("workbench:case", case.number)


def _open_now(request: HttpRequest) -> list[int]:
    """The case on the page “next” was pressed on: it is not the next one."""
    number = re.search(r"/cases/([^/?#]{1,40})/", request.headers.get("Referer", ""))
    return list(Case.objects.filter(number=number[1]).values_list("id", flat=True)) if number else []


@login_required
@require_POST
def take(request: HttpRequest, number: str) -> HttpResponse:
    """Take a case from the queue; when somebody was faster, the queue says so."""
    try:
        actions.take(number, by=_actor(request), now=clock.now())
    except HuiyinError as error:
        messages.error(request, error.words())
        return redirect(_back(request, reverse("dispatch:queue")))
    messages.success(
        request, _("The case is yours."), extra_tags=f"undo={reverse('workbench:verb', args=[number, 'release'])}"
    )
    return redirect("workbench:case", number)


def _back(request: HttpRequest, otherwise: str) -> str:
    back = request.POST.get("back", "")
    return back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/") else otherwise


@login_required
def board(request: HttpRequest) -> HttpResponse:
    """Who has what, and how long the queues are; several cases can be given to somebody else at once."""
    actor = _actor(request)
    require(actor, "case.assign")
    now = clock.now()
    _number, policy = active()
    places = queries.board(actor, now)
    context: dict[str, Any] = {
        "places": places,
        "now": now,
        "limit": policy.dispatch.max_open_per_person,
        "back": request.get_full_path(),
    }
    person, department = request.GET.get("person", ""), request.GET.get("queue", "")
    if person.isdecimal() or department:
        chosen = next((load.person for place in places for load in place.people if str(load.person.pk) == person), None)
        cursors = {"older": request.GET.get("older", ""), "newer": request.GET.get("newer", "")}
        context |= {
            "chosen": chosen, "chosen_queue": department, "targets": [load.person for place in places for load in place.people if not load.away],
            "page": queries.of_person(actor, chosen.pk if chosen else None, department, size=PAGE, **cursors) if chosen or department else None,
        }  # fmt: skip
    return render(request, "dispatch/board.html", context)


@login_required
@require_POST
def reassign(request: HttpRequest) -> HttpResponse:
    """Give the chosen cases to somebody, or put them into a department's queue: all or none."""
    actor = _actor(request)
    require(actor, "case.assign")
    numbers = request.POST.getlist("number")[:200]
    back = _back(request, reverse("dispatch:board"))
    department, _colon, owner = request.POST.get("to", "").partition(":")
    if not numbers or not department:
        messages.error(request, _("Choose cases and whom to give them to."))
        return redirect(back)
    try:
        given = actions.assign_many(
            numbers,
            department=department,
            owner_id=int(owner) if owner.isdecimal() else None,
            reason=request.POST.get("reason", "") or "rebalanced",
            by=actor,
            now=clock.now(),
        )
    except HuiyinError as error:
        messages.error(request, error.words())
        return redirect(back)
    messages.success(
        request, ngettext("{n} case was given over.", "{n} cases were given over.", len(given)).format(n=len(given))
    )
    return redirect(back)
