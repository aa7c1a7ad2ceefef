"""The page of one case, its fragments, and the one view all its forms are sent to."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from huiyin.cases.actions import show_contacts
from huiyin.cases.models import Case
from huiyin.kernel import clock
from huiyin.kernel.errors import Conflict, HuiyinError, NotFound
from huiyin.people.actions import actor_of
from huiyin.people.actors import Actor
from huiyin.people.permissions import require
from huiyin.workbench import assemble, cards, presence, proposing
from huiyin.workbench.verbs import VERBS


def _actor(request: HttpRequest) -> Actor:
    return actor_of(request.user)  # type: ignore[arg-type]


def _seen(number: str, actor: Actor) -> Case:
    """Return a case this actor may see, with customer and owner. Raises NotFound."""
    case = (
        Case.objects.visible_to(actor).select_related("customer", "owner").defer("search").filter(number=number).first()
    )
    if case is None:
        raise NotFound("There is no such case, or it is not yours to see.")
    return case


@login_required
def case_page(request: HttpRequest, number: str) -> HttpResponse:
    """Everything about a case, and what to do now."""
    actor = _actor(request)
    require(actor, "case.view")
    whole = request.GET.get("history") == "all"
    return render(request, "workbench/case.html", assemble.page(number, actor, clock.now(), whole=whole))


@login_required
@require_POST
def verb(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Carry out one verb and go back to the case; a refusal is said there, and what was typed is kept."""
    actor = _actor(request)
    require(actor, "case.view")
    if name not in VERBS:
        raise Http404
    fields = request.GET.copy()
    fields.update(request.POST)
    try:
        _not_stale(number, actor, fields)
        done = VERBS[name](number, fields, actor, clock.now())
    except NotFound:
        raise
    except HuiyinError as error:
        messages.error(request, error.words())
    else:
        undo = done.undo_url(number)
        messages.success(request, done.words, extra_tags=f"undo={undo}" if undo else "")
    back = fields.get("back", "")
    if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return redirect(back)
    visible = Case.objects.visible_to(actor).filter(number=number).exists()
    return redirect(reverse("workbench:case", args=[number]) if visible else reverse("dispatch:mine"))


def _not_stale(number: str, actor: Actor, fields: QueryDict) -> None:
    """Refuse a form of a page that the case has moved on from."""
    version = fields.get("version", "")
    now = Case.objects.visible_to(actor).filter(number=number).values_list("version", flat=True).first()
    if version.isdecimal() and now is not None and int(version) != now:
        raise Conflict(
            "Somebody else was faster: this case has changed. Look at it as it is now; what you typed is kept."
        )


@login_required
def here(request: HttpRequest, number: str) -> HttpResponse:
    """Who else has the case open, and whether it has moved on since this page was loaded."""
    actor = _actor(request)
    case = _seen(number, actor)
    names = presence.beat(case.pk, actor.user_id or 0, clock.now())
    version = request.GET.get("version", "")
    return render(
        request,
        "workbench/here.html",
        {"names": names, "changed": version.isdecimal() and int(version) != case.version, "number": number},
    )


@login_required
def customer(request: HttpRequest, number: str) -> HttpResponse:
    """The customer's card: contacts masked until somebody who may asks for them (which the history keeps), and the last cases."""
    actor = _actor(request)
    case = _seen(number, actor)
    shown = request.method == "POST"
    if shown:
        show_contacts(number, by=actor, now=clock.now())
    return render(request, "workbench/customer.html", cards.customer_card(case, actor, shown=shown))


@login_required
def people(request: HttpRequest, number: str) -> HttpResponse:
    """Whom the case can be given to, with the load of each: the options of the assignment form."""
    actor = _actor(request)
    case = _seen(number, actor)
    require(actor, "case.assign", case)
    return render(request, "workbench/people.html", {"groups": cards.people_to_give_to(actor), "case": case})


@login_required
def news(request: HttpRequest) -> HttpResponse:
    """What this person should know: unseen notices, and follow-up visits that are due."""
    actor = _actor(request)
    require(actor, "case.view")
    return render(request, "workbench/news.html", cards.news(actor, clock.now()))


@login_required
def propose(request: HttpRequest, number: str) -> HttpResponse:
    """Draw up a proposal: from what the handbook suggests, or freely."""
    actor = _actor(request)
    case = _seen(number, actor)
    require(actor, "proposal.make", case)
    now: datetime = clock.now()
    form = proposing.ProposalForm(request.POST or None, case=case)
    if request.method == "POST":
        try:
            done = proposing.draw_up(case, form, by=actor, now=now)
        except HuiyinError as error:
            form.add_error(
                error.details.get("field") if error.details.get("field") in form.fields else None, error.words()
            )
            form.floor = error.details if error.details.get("field") == "below_floor" else None
        else:
            if done:
                messages.success(request, done)
                return redirect("workbench:case", number)
    return render(
        request, "workbench/propose.html", proposing.context(case, form, actor, now), status=422 if form.errors else 200
    )
