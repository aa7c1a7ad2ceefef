"""Errors as the reader can use them: a page for people, words for htmx, a problem document (RFC 9457) for programs.

The pages are rendered without the request, so that they need neither the database nor a session.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext, gettext_noop

from huiyin.kernel.errors import HuiyinError

TITLES = {
    400: gettext_noop("This request could not be understood"),
    403: gettext_noop("This page is not open to you"),
    404: gettext_noop("There is nothing here"),
    500: gettext_noop("That was our fault"),
}


def wants_json(request: HttpRequest) -> bool:
    """Tell whether a program asks: by the path of the API or by what it says it accepts."""
    return (
        request.path.startswith("/api/")
        or request.get_preferred_type(["text/html", "application/json"]) == "application/json"
    )


def domain_error(request: HttpRequest, error: HuiyinError) -> HttpResponse:
    """Answer an error of the house, whose words are meant for the reader."""
    if wants_json(request):
        return JsonResponse(error.problem(), status=error.status, content_type="application/problem+json")
    if request.headers.get("HX-Request"):
        return HttpResponse(error.words(), status=error.status, content_type="text/plain; charset=utf-8")
    words = {"status": error.status, "title": gettext(error.title), "detail": error.words()}
    return HttpResponse(render_to_string("problem.html", words), status=error.status)


def _answer(request: HttpRequest, status: int) -> HttpResponse:
    if wants_json(request):
        problem: dict[str, Any] = {"type": "about:blank", "title": gettext(TITLES[status]), "status": status}
        return JsonResponse(problem, status=status, content_type="application/problem+json")
    if request.headers.get("HX-Request"):
        return HttpResponse(gettext(TITLES[status]), status=status, content_type="text/plain; charset=utf-8")
    return HttpResponse(render_to_string(f"{status}.html"), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    return _answer(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403."""
    return _answer(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404."""
    return _answer(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500."""
    return _answer(request, 500)
