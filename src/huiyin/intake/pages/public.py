"""The public pages: who we are, telling us, and the receipt. No account, no script needed, made for a phone."""

import hashlib
import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.intake import queries
from huiyin.intake.actions import accept, quarantine
from huiyin.intake.forms import PublicForm
from huiyin.intake.links import progress_url
from huiyin.intake.rules import Item
from huiyin.kernel import clock
from huiyin.kernel.errors import TooMany
from huiyin.kernel.limits import spend
from huiyin.policy.schema import Policy
from huiyin.policy.versions import active
from huiyin.web.navigation import address

LOOKS = 20
"""So often a receipt asks whether the promise is known."""


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Say who we are, with two ways to go: tell us, and see what becomes of it."""
    _, policy = active()
    links = {"progress": address("contact:find_progress"), "transparency": address("insight:public")}
    return render(request, "intake/home.html", {"policy": policy, "said": policy.contact.disclosure, "links": links})


# A visitor without cookies is welcome: the form carries no authority that a foreign site could borrow.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest) -> HttpResponse:
    """The form; a second click or a reload leads to the same receipt."""
    _, policy = active()
    if not policy.channels["web"].open:
        raise Http404
    now = clock.now()
    if request.method != "POST":
        return _form_page(
            request, PublicForm(policy=policy, channels=["web"], now=now, initial=_hints(request)), policy
        )
    form = PublicForm(request.POST, policy=policy, channels=["web"], now=now)
    try:
        _spend(request, policy)
    except TooMany as error:
        return _form_page(request, form, policy, status=429, said=error.words(), wait=error.details.get("retry_after"))
    if not form.is_valid() or form.item is None:
        return _form_page(request, form, policy, status=422)
    return _take(request, form, form.item)


def _take(request: HttpRequest, form: PublicForm, item: Item) -> HttpResponse:
    now = form.now
    if form.cleaned_data["website"]:
        raw = json.dumps(request.POST.dict(), ensure_ascii=False).encode("utf-8", "surrogatepass")
        quarantine(
            raw,
            reason="A field was filled in that people do not see: it may come from a program.",
            channel="web",
            source="web",
            now=now,
        )
        return redirect("intake:kept")
    once = form.cleaned_data["once"]
    receipt = accept(item, source="web", key=f"{once}:{item.content()}" if once else "", now=now)
    if not receipt.repeated:
        messages.success(request, gettext("Received. Thank you for telling us."))
    return HttpResponseRedirect(reverse("intake:received", args=[receipt.token]), status=303)


def _hints(request: HttpRequest) -> dict[str, str]:
    """What a link on an order page or a QR code fills in."""
    return {name: request.GET[name][:200] for name in ("order_number", "product") if name in request.GET}


def _spend(request: HttpRequest, policy: Policy) -> None:
    rate = policy.intake.rates.get("web")
    if rate is not None:
        who = hashlib.sha256(request.META.get("REMOTE_ADDR", "").encode()).hexdigest()[:32]
        spend(f"web:{who}", per_minute=rate.count * 60 / rate.seconds, burst=rate.count, now=clock.now())


def _form_page(request: HttpRequest, form: PublicForm, policy: Policy, status: int = 200, **more: Any) -> HttpResponse:
    hint = policy.channels["web"].hint
    values = {
        "form": form,
        "hint": hint.in_(get_language() or "zh-hans") if hint else "",
        "hotline": policy.contact.disclosure.hotline,
        **more,
    }
    answer = render(request, "intake/feedback.html", values, status=status)
    if more.get("wait"):
        answer["Retry-After"] = str(more["wait"])
    return answer


@require_safe
def received(request: HttpRequest, token: str) -> HttpResponse:
    """The receipt: number, promise and link. It asks for the promise until the loop has made it."""
    found = queries.feedback_by_token(token)
    if found is None:
        raise Http404
    _, policy = active()
    promised = queries.promises(found.case) if found.case is not None else {}
    looked = request.GET.get("looked", "0")
    looks = int(looked) + 1 if looked.isdigit() and len(looked) < 3 else LOOKS
    values = {
        "feedback": found, "case": found.case, "promised": promised, "said": policy.contact.disclosure,
        "link": progress_url(token), "looks": looks, "more": not promised and looks < LOOKS,
        "joined": found.case is not None and found.case.number != found.number,
    }  # fmt: skip
    return render(
        request, "intake/promise.html" if request.headers.get("HX-Request") else "intake/received.html", values
    )


@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    """What is said to a sender whose form a person has to look at first."""
    _, policy = active()
    return render(request, "intake/kept.html", {"said": policy.contact.disclosure})
