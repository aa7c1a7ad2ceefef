"""What an account brings along: its language, and the duty to replace a password that was given to it."""

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation

from huiyin.kernel.errors import Forbidden

Answer = Callable[[HttpRequest], HttpResponse]

OPEN_BEFORE_CHANGE: Final = frozenset(
    {"account_change_password", "account_logout", "set_language", "healthz", "readyz"}
)


class OwnLanguage:
    """Speaks the language kept with the account; a visitor's comes from his cookie or browser."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and translation.check_for_language(request.user.locale):
            translation.activate(request.user.locale)
            request.LANGUAGE_CODE = translation.get_language() or request.user.locale
        return self.get_response(request)


class OwnPassword:
    """Lets nobody past a one-time password: everything else waits until it is replaced."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Send people to the password page, and refuse their programs."""
        user = request.user
        if not user.is_authenticated or not user.must_change_password:
            return None
        match = request.resolver_match
        if match is not None and match.view_name in OPEN_BEFORE_CHANGE:
            return None
        if request.path.startswith("/api/"):
            error = Forbidden("Replace your one-time password first: sign in with a browser.")
            return JsonResponse(error.problem(), status=error.status, content_type="application/problem+json")
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": reverse("account_change_password")})
        return redirect("account_change_password")
