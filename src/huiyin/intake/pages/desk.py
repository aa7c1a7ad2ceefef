"""The agent's entry form for the telephone and the counter."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.intake import queries
from huiyin.intake.actions import accept
from huiyin.intake.forms import DeskForm
from huiyin.intake.links import progress_url
from huiyin.kernel import clock
from huiyin.people.actions import actor_of
from huiyin.people.actors import Actor
from huiyin.people.models import User
from huiyin.people.permissions import require
from huiyin.policy.versions import active

LOOKS = 20


def actor_for(request: HttpRequest, permission: str) -> Actor:
    """Return who is signed in, if his role has the permission.

    Raises:
        Forbidden: it has not.
    """
    who = actor_of(cast("User", request.user))
    require(who, permission)
    return who


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Enter what a customer says; sent twice it is entered once."""
    who = actor_for(request, "intake.enter")
    _, policy = active()
    now = clock.now()
    form = DeskForm(request.POST or None, policy=policy, now=now)
    if form.is_valid() and form.item is not None:
        item = form.item
        once = form.cleaned_data["once"]
        receipt = accept(item, source=who.tag, key=f"{once}:{item.content()}" if once else "", now=now)
        messages.success(request, gettext("Entered under number %(number)s.") % {"number": receipt.number})
        return HttpResponseRedirect(reverse("intake:entered", args=[receipt.token]), status=303)
    hints = {name: policy.channels[name].hint for name in form.channels}
    return render(request, "intake/enter.html", {"form": form, "hints": hints}, status=422 if form.is_bound else 200)


@login_required
@require_safe
def customer(request: HttpRequest) -> HttpResponse:
    """Who has this telephone number, and what we know of him."""
    who = actor_for(request, "intake.enter")
    phone = request.GET.get("customer_phone", "")
    found = queries.customer_of_phone(phone)
    cases = queries.recent_cases(found, who) if found is not None else []
    rows = [{"case": case, "url": case_address(case.number)} for case in cases]
    return render(
        request,
        "intake/customer.html",
        {"customer": found, "rows": rows, "asked": len(phone.strip()) >= queries.SHORTEST_PHONE},
    )


@login_required
@require_safe
def order(request: HttpRequest) -> HttpResponse:
    """What the order book says about an order number."""
    actor_for(request, "intake.enter")
    number = request.GET.get("order_number", "").strip()[:200]
    return render(request, "intake/order.html", {"order": queries.order(number), "number": number})


@login_required
@require_safe
def entered(request: HttpRequest, token: str) -> HttpResponse:
    """The number, and the words to say with the promise as it really is."""
    who = actor_for(request, "intake.enter")
    found = queries.feedback_by_token(token)
    if found is None:
        raise Http404
    _, policy = active()
    looked = request.GET.get("looked", "0")
    looks = int(looked) + 1 if looked.isdigit() and len(looked) < 3 else LOOKS
    spoken = queries.script(found, who.name, policy)
    values = {
        "feedback": found, "case": found.case, "spoken": spoken, "link": progress_url(token), "looks": looks,
        "more": not spoken.ready and looks < LOOKS, "case_url": case_address(found.case.number) if found.case is not None else "",
        "joined": found.case is not None and found.case.number != found.number,
    }  # fmt: skip
    return render(request, "intake/spoken.html" if request.headers.get("HX-Request") else "intake/entered.html", values)


def case_address(number: str) -> str:
    """Return the address of a case's page, "" where there is none."""
    try:
        return reverse("cases:case", args=[number])
    except NoReverseMatch:
        return ""
