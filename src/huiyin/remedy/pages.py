"""The customer's answer to a proposal, from his progress page or as JSON."""

from collections.abc import Callable

from django.contrib import messages as toasts
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from huiyin.cases.public import number_of, sent, slow_down, text_of, wants_json
from huiyin.cases.tokens import case_of_token
from huiyin.kernel import clock
from huiyin.kernel.errors import Conflict, HuiyinError, NotFound
from huiyin.remedy import actions, queries
from huiyin.remedy.models import Proposal


def _answered(request: HttpRequest, token: str, answer: Callable[[int, str], Proposal], thanks: str) -> HttpResponse:
    slow_down(request, "answer", clock.now(), per_minute=10, burst=20)
    try:
        body = sent(request)
        proposal = answer(_which(token, number_of(body, "proposal")), text_of(body, "words") or text_of(body, "text"))
    except HuiyinError as error:
        if wants_json(request):
            return JsonResponse(error.problem(), status=error.status, content_type="application/problem+json")
        if not isinstance(error, NotFound):
            toasts.error(request, error.words())
        return redirect("contact:progress", token=token)
    if wants_json(request):
        return JsonResponse({"proposal": proposal.pk, "state": proposal.state})
    toasts.success(request, thanks)
    return redirect("contact:progress", token=token)


def _which(token: str, named: int | None) -> int:
    """The proposal the page showed; a program that names none means the one that is before the customer."""
    if named is not None:
        return named
    offered = queries.offered(case_of_token(token, clock.now()))
    if offered is None:
        raise Conflict("There is no proposal before you at the moment.")
    return offered.pk


@never_cache
@csrf_exempt  # the token in the address is the only key; no cookie gives any right here
@require_POST
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Agree."""
    return _answered(
        request,
        token,
        lambda number, _words: actions.accept(token, proposal_id=number, now=clock.now()),
        _("Thank you. We carry it out now."),
    )


@never_cache
@csrf_exempt  # as above
@require_POST
def refuse(request: HttpRequest, token: str) -> HttpResponse:
    """Refuse, with or without words."""
    return _answered(
        request,
        token,
        lambda number, words: actions.refuse(token, proposal_id=number, now=clock.now(), words=words),
        _("We understand. Your case stays open and we look for another solution."),
    )


@never_cache
@csrf_exempt  # as above
@require_POST
def discuss(request: HttpRequest, token: str) -> HttpResponse:
    """Say what would be better."""
    return _answered(
        request,
        token,
        lambda number, words: actions.discuss(token, proposal_id=number, now=clock.now(), words=words),
        _("Thank you for telling us. We come back to you about it."),
    )
