"""The customer's progress page, looking it up by number, and the staff's outbox."""

import re
from typing import Any

from django.contrib import messages as toasts
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiyin.cases.models import Case, Feedback
from huiyin.cases.public import sent, slow_down, text_of, wants_json
from huiyin.cases.tokens import case_of_token, expired, is_token
from huiyin.contact import actions, outbox, queries, view
from huiyin.kernel import clock
from huiyin.kernel.errors import HuiyinError, NotFound
from huiyin.kernel.limits import spend
from huiyin.people.actions import actor_of
from huiyin.people.permissions import require
from huiyin.policy.versions import active

OUTBOX_PAGE = 50
NO_NUMBER = re.compile(r"[^A-Z0-9-]")


def gone(request: HttpRequest) -> HttpResponse:
    """Say kindly that a link opens nothing, the same for every reason."""
    if wants_json(request):
        error = NotFound("This link does not open anything (any more). Look up your case by its number.")
        return JsonResponse(error.problem(), status=404, content_type="application/problem+json")
    return render(request, "contact/gone.html", {"disclosure": active()[1].contact.disclosure}, status=404)


@never_cache
@require_GET
def progress(request: HttpRequest, token: str) -> HttpResponse:
    """The progress of a case: steps, promise, messages, proposal. The token is the key; there is no account."""
    now = clock.now()
    slow_down(request, "progress", now)
    try:
        case = case_of_token(token, now)
    except NotFound:
        return _before_or_beside_a_case(request, token)
    shown = view.progress(case)
    if wants_json(request):
        return JsonResponse(shown, json_dumps_params={"ensure_ascii": False})
    policy = active()[1]
    # "messages" belongs to the toasts of the shell
    context = {
        **{name: value for name, value in shown.items() if name != "messages"},
        "timeline": view.with_links(shown["messages"]),
        "case": case,
        "token": token,
        "now": now,
        "disclosure": policy.contact.disclosure,
    }
    return render(request, "contact/progress.html", context)


def _before_or_beside_a_case(request: HttpRequest, token: str) -> HttpResponse:
    """A feedback that is still being read, or that joined a case: its link shows the step and no more."""
    row = Feedback.objects.filter(token=token).select_related("case").first() if is_token(token) else None
    if row is None or (row.case is not None and (row.case.token == token or expired(row.case, clock.now()))):
        return gone(request)
    state = row.case.state if row.case is not None else "received"
    shown: dict[str, Any] = {
        "number": row.number,
        "state": state,
        "joined": row.case is not None,
        "received_at": row.received_at,
        "proposal": None,
    }
    if wants_json(request):
        return JsonResponse(shown)
    return render(
        request, "contact/beside.html", {**shown, "text": row.text, "disclosure": active()[1].contact.disclosure}
    )


def _done(request: HttpRequest, token: str, words: str) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"done": True, "progress_url": reverse("contact:progress", args=[token])})
    toasts.success(request, words)
    return redirect("contact:progress", token=token)


def _refused(request: HttpRequest, token: str, error: HuiyinError) -> HttpResponse:
    """Back to the page with what was wrong; for programs the problem itself."""
    if isinstance(error, NotFound):
        return gone(request)
    if wants_json(request):
        return JsonResponse(error.problem(), status=error.status, content_type="application/problem+json")
    toasts.error(request, error.words())
    return redirect("contact:progress", token=token)


@never_cache
@csrf_exempt  # the token in the address is the only key; no cookie gives any right here
@require_POST
def message(request: HttpRequest, token: str) -> HttpResponse:
    """The customer writes to us: `text`, and `reopen` to have a closed case taken up again."""
    now = clock.now()
    slow_down(request, "write", now, per_minute=6, burst=12)
    try:
        body = sent(request)
        actions.customer_writes(token, text=text_of(body, "text"), now=now, reopen=bool(body.get("reopen")))
    except HuiyinError as error:
        return _refused(request, token, error)
    return _done(request, token, _("Thank you, we have your message."))


@never_cache
@csrf_exempt  # as above
@require_POST
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """The customer takes his matter back."""
    now = clock.now()
    slow_down(request, "write", now, per_minute=6, burst=12)
    try:
        actions.withdraw(token, now=now, reason=text_of(sent(request), "reason"))
    except HuiyinError as error:
        return _refused(request, token, error)
    return _done(request, token, _("Your case is closed as you wished. You can take it up again here."))


@never_cache
@require_http_methods(["GET", "POST"])
def find_progress(request: HttpRequest) -> HttpResponse:
    """Look a case up by its number and the phone or e-mail it was left with; every miss gets the same answer."""
    now = clock.now()
    number = NO_NUMBER.sub("", request.POST.get("number", "").upper())[:40]
    contact = request.POST.get("contact", "").strip()[:200]
    missed = False
    if request.method == "POST":
        slow_down(request, "find", now, per_minute=6, burst=10)
        spend(f"find-number:{number}", per_minute=3, burst=6, now=now)
        token = queries.token_for(number, contact, now)
        if token:
            return redirect("contact:progress", token=token)
        missed = True
    context = {"missed": missed, "number": number, "disclosure": active()[1].contact.disclosure}
    return render(request, "contact/find.html", context, status=404 if missed else 200)


@login_required
@require_GET
def outbox_page(request: HttpRequest) -> HttpResponse:
    """Messages that wait for a person (held), did not arrive (failed), or are on their way (pending)."""
    actor = actor_of(request.user)  # type: ignore[arg-type]
    require(actor, "outbox.view")
    state = request.GET.get("state", "held")
    page = queries.outbox(actor, state, older=request.GET.get("older", ""), size=OUTBOX_PAGE)
    tabs = [
        {"key": key, "url": f"?state={key}", "label": label}
        for key, label in (("held", _("By hand")), ("failed", _("Not delivered")), ("pending", _("On their way")))
    ]
    context = {
        "rows": page.rows,
        "older": page.older,
        "state": state,
        "tabs": tabs,
        "sees_contacts": page.sees_contacts,
        "sends": outbox.providers(),
        "now": clock.now(),
    }
    return render(request, "contact/outbox.html", context)


@login_required
@require_POST
def outbox_action(request: HttpRequest, message_id: int) -> HttpResponse:
    """Mark a message as handed over by hand, or try it again."""
    actor = actor_of(request.user)  # type: ignore[arg-type]
    require(actor, "outbox.view")
    if request.POST.get("do") == "retry":
        outbox.retry(message_id, by=actor, now=clock.now())
        toasts.success(request, _("It is tried again."))
    else:
        outbox.mark_sent(message_id, by=actor, now=clock.now())
        toasts.success(request, _("Marked as sent."))
    back = request.POST.get("state", "held")
    return redirect(f"{reverse('contact:outbox')}?state={back if back in queries.OUTBOX_STATES else 'held'}")


@login_required
@require_POST
def notices_seen(request: HttpRequest) -> HttpResponse:
    """Mark one's notices as seen: all, or those named by `id`."""
    actor = actor_of(request.user)  # type: ignore[arg-type]
    ids = [int(value) for value in request.POST.getlist("id") if value.isdecimal()]
    actions.mark_seen(actor, clock.now(), ids or None)
    back = Case.objects.filter(number=request.POST.get("case", "")).values_list("number", flat=True).first()
    return redirect(reverse("cases:case", args=[back]) if back else reverse("contact:notices"))


@login_required
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """What one has not seen yet."""
    actor = actor_of(request.user)  # type: ignore[arg-type]
    require(actor, "case.view")
    return render(request, "contact/notices.html", {"notices": queries.notices(actor), "now": clock.now()})
