"""The customer's survey, and the staff's follow-up visits."""

from datetime import timedelta
from typing import Any

from django.contrib import messages as toasts
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiyin.care import actions, queries
from huiyin.care.models import Survey
from huiyin.cases.public import number_of, sent, slow_down, text_of, wants_json
from huiyin.kernel import clock
from huiyin.kernel.errors import BadInput, HuiyinError, NotFound
from huiyin.people.actions import actor_of
from huiyin.people.permissions import require
from huiyin.policy.schema import Policy
from huiyin.policy.versions import active
from huiyin.policy.versions import version as policy_version

FACES = {1: "frown", 2: "frown", 3: "meh", 4: "smile", 5: "heart"}
VISITS_PAGE = 200


@never_cache
@csrf_exempt  # the token in the address is the only key; no cookie gives any right here
@require_http_methods(["GET", "POST"])
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """Rate how a case was handled; the answer can be changed until the survey ends."""
    now = clock.now()
    slow_down(request, "survey", now, per_minute=20, burst=40)
    fault = ""
    try:
        found = actions.survey_of_token(token, now)
        policy = policy_version(found.case.policy_version)
        if request.method == "POST":
            found = _answer(request, token, policy)
            return _thanks(request, found)
    except NotFound as error:
        if wants_json(request):
            return _problem(error)
        return render(request, "care/over.html", {"disclosure": active()[1].contact.disclosure}, status=404)
    except HuiyinError as error:
        if wants_json(request):
            return _problem(error)
        fault = error.words()
    if wants_json(request):
        return JsonResponse(_plain(found, policy))
    return render(request, "care/survey.html", _context(found, policy, token, fault), status=422 if fault else 200)


def _problem(error: HuiyinError) -> HttpResponse:
    return JsonResponse(error.problem(), status=error.status, content_type="application/problem+json")


def _answer(request: HttpRequest, token: str, policy: Policy) -> Survey:
    body = sent(request)
    rating = number_of(body, "rating")
    if rating is None:
        raise BadInput("Please choose one of the five.", field="rating")
    given = body.get("dimensions") if isinstance(body.get("dimensions"), dict) else body
    dimensions = {
        name: value for name in policy.care.survey.dimensions if (value := number_of(given or {}, name)) is not None
    }
    return actions.answer_survey(
        token, rating=rating, dimensions=dimensions, words=text_of(body, "words"), now=clock.now()
    )


def _thanks(request: HttpRequest, found: Survey) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"rating": found.rating, "dimensions": found.dimensions, "words": found.words})
    low = found.rating is not None and found.rating <= policy_version(found.case.policy_version).care.reopen_at_or_below
    return render(
        request, "care/thanks.html", {"survey": found, "low": low, "token": found.token, "progress": found.case.token}
    )


def _plain(found: Survey, policy: Policy) -> dict[str, Any]:
    locale = get_language() or "zh-hans"
    rule = policy.care.survey
    return {
        "number": found.case.number, "rating": found.rating, "dimensions": found.dimensions, "words": found.words,
        "scale": {value: label.in_(locale) for value, label in rule.labels.items()}, "asks": {name: label.in_(locale) for name, label in rule.dimensions.items()},
    }  # fmt: skip


def _context(found: Survey, policy: Policy, token: str, fault: str) -> dict[str, Any]:
    locale = get_language() or "zh-hans"
    rule = policy.care.survey
    scale = [
        {"value": value, "label": rule.labels[value].in_(locale), "icon": FACES[value]} for value in sorted(rule.labels)
    ]
    dimensions = [
        {"name": name, "label": label.in_(locale), "value": found.dimensions.get(name)}
        for name, label in rule.dimensions.items()
    ]
    questions = [question.in_(locale) for question in rule.questions]
    return {
        "survey": found,
        "case": found.case,
        "token": token,
        "scale": scale,
        "dimensions": dimensions,
        "questions": questions,
        "fault": fault,
    }


@login_required
@require_GET
def visits(request: HttpRequest) -> HttpResponse:
    """The follow-up visits that are due, and those of the next days."""
    actor = actor_of(request.user)  # type: ignore[arg-type]
    require(actor, "visit.record")
    now = clock.now()
    rows = list(queries.due_visits(actor, now + timedelta(days=3))[:VISITS_PAGE])
    policy = active()[1]
    role = policy.roles.get(actor.role)
    context = {
        "due": [visit for visit in rows if visit.due_at <= now], "coming": [visit for visit in rows if visit.due_at > now], "now": now,
        "sees_contacts": role is not None and role.sees_personal_data,
    }  # fmt: skip
    return render(request, "care/visits.html", context)


@login_required
@require_POST
def record(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Write down how a visit went."""
    actor = actor_of(request.user)  # type: ignore[arg-type]
    require(actor, "visit.record")
    try:
        actions.record_visit(
            visit_id,
            result=request.POST.get("result", ""),
            words=request.POST.get("words", ""),
            by=actor,
            now=clock.now(),
        )
    except BadInput as error:
        toasts.error(request, error.words())
    else:
        toasts.success(request, _("The visit is recorded."))
    return redirect("care:visits")
