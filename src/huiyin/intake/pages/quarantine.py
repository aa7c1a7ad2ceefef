"""What lies aside, shown safely: entries that cannot be read, and what the loop could not work on."""

import json
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.intake import queries, shelf
from huiyin.intake.encodings import encoding_of
from huiyin.intake.forms import MendForm
from huiyin.intake.models import Quarantined
from huiyin.intake.pages.desk import actor_for, case_address
from huiyin.kernel import clock
from huiyin.people.permissions import may
from huiyin.policy.versions import active

PAGE: Final = 50
SHOWN: Final = 20_000
HEX_WIDTH: Final = 16
HEX_BYTES: Final = 4096


def _tabs() -> list[dict[str, Any]]:
    return [
        {
            "key": "open",
            "url": reverse("intake:quarantine"),
            "label": gettext("Cannot be read"),
            "count": queries.quarantined().count(),
        },
        {
            "key": "stuck",
            "url": reverse("intake:stuck"),
            "label": gettext("Stuck in the loop"),
            "count": queries.stuck_feedback().count() + queries.stuck_facts().count(),
        },
        {"key": "done", "url": reverse("intake:quarantine") + "?done=1", "label": gettext("Dealt with")},
    ]


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Entries that wait for a person, the latest first."""
    actor_for(request, "quarantine.view")
    done = "done" in request.GET
    rows = queries.quarantined(open_only=not done)
    before = request.GET.get("older", "")
    if before.isdigit():
        rows = rows.filter(pk__lt=int(before[:18]))
    page = list(rows[: PAGE + 1])
    older = str(page[PAGE - 1].pk) if len(page) > PAGE else ""
    return render(
        request,
        "intake/quarantine.html",
        {"entries": page[:PAGE], "older": older, "tabs": _tabs(), "current": "done" if done else "open"},
    )


@login_required
@require_safe
def stuck(request: HttpRequest) -> HttpResponse:
    """Feedback and facts that the loop set aside, with what went wrong."""
    who = actor_for(request, "quarantine.view")
    values = {
        "feedback": queries.stuck_feedback()[:PAGE],
        "facts": queries.stuck_facts()[:PAGE],
        "tabs": _tabs(),
        "may_retry": may(who, "quarantine.retry"),
    }
    return render(request, "intake/stuck.html", values)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry with its raw source; a POST accepts it as the feedback a person says it is."""
    who = actor_for(request, "quarantine.retry" if request.method == "POST" else "quarantine.view")
    found = Quarantined.objects.select_related("feedback").filter(pk=pk).first()
    if found is None:
        raise Http404
    _, policy = active()
    raw = bytes(found.raw)
    text = readable(raw)
    now = clock.now()
    data = request.POST if request.method == "POST" else None
    form = MendForm(data, policy=policy, now=now, initial=_guess(text, found.channel))
    if form.is_valid() and form.item is not None:
        receipt = shelf.mend(pk, form.item, by=who, now=now)
        messages.success(request, gettext("Accepted under number %(number)s.") % {"number": receipt.number})
        return redirect("intake:quarantine")
    values = {
        "entry": found, "text": text[:SHOWN] if text is not None else None, "hex": hex_lines(raw[:HEX_BYTES]), "size": len(raw), "form": form,
        "may_retry": may(who, "quarantine.retry") and found.resolved_at is None, "case_url": case_address(found.feedback.number) if found.feedback else "",
    }  # fmt: skip
    return render(request, "intake/quarantined.html", values, status=422 if request.method == "POST" else 200)


@login_required
@require_POST
def put_away(request: HttpRequest, pk: int) -> HttpResponse:
    """Discard an entry for a reason."""
    who = actor_for(request, "quarantine.retry")
    shelf.discard(pk, reason=request.POST.get("reason", ""), by=who, now=clock.now())
    messages.success(request, gettext("Put away. Its source is kept."))
    return redirect("intake:quarantine")


@login_required
@require_POST
def again_all(request: HttpRequest) -> HttpResponse:
    """Try everything again."""
    count = shelf.retry_all(by=actor_for(request, "quarantine.retry"), now=clock.now())
    messages.success(request, gettext("Tried again now: %(count)s.") % {"count": count})
    return redirect("intake:stuck")


@login_required
@require_POST
def again_feedback(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a feedback again."""
    shelf.retry_feedback(pk, by=actor_for(request, "quarantine.retry"), now=clock.now())
    messages.success(request, gettext("It is tried again now."))
    return redirect("intake:stuck")


@login_required
@require_POST
def again_fact(request: HttpRequest, pk: int) -> HttpResponse:
    """Follow a fact again."""
    shelf.retry_fact(pk, by=actor_for(request, "quarantine.retry"), now=clock.now())
    messages.success(request, gettext("It is tried again now."))
    return redirect("intake:stuck")


def readable(raw: bytes) -> str | None:
    """Return the source as text, unreadable bytes as replacement signs; None for what is no text."""
    if raw[:4096].count(0) * 4 > len(raw[:4096]) or sum(byte < 9 for byte in raw[:4096]) > 8:
        return None
    return raw.decode(encoding_of(raw) if raw else "utf-8", "replace")


def hex_lines(raw: bytes) -> list[str]:
    """Return bytes as people read them: place, hexadecimal digits, signs."""
    lines = []
    for place in range(0, len(raw), HEX_WIDTH):
        part = raw[place : place + HEX_WIDTH]
        signs = "".join(chr(byte) if 32 <= byte < 127 else "·" for byte in part)
        lines.append(f"{place:06x}  {part.hex(' '):<{HEX_WIDTH * 3}} {signs}")
    return lines


def _guess(text: str | None, channel: str) -> dict[str, str]:
    """Fill the form in with what the source says, where it says something."""
    values: dict[str, str] = {"channel": channel, "text": text or ""}
    try:
        found = json.loads(text or "")
    except ValueError:
        return values
    if isinstance(found, dict):
        names = ("text", "order_number", "customer_name", "customer_phone", "customer_email")
        values |= {name: found[name] for name in names if isinstance(found.get(name), str)}
        customer = found.get("customer")
        if isinstance(customer, dict):
            values |= {
                f"customer_{name}": str(customer[name]) for name in ("name", "phone", "email") if customer.get(name)
            }
    return values
