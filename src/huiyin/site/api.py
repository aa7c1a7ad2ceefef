"""The HTTP API: one object that every stage's router is mounted on, with errors as RFC 9457 problem documents."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from huiyin.cases.api import router as cases
from huiyin.clock.api import router as clock
from huiyin.contact.api import router as contact
from huiyin.dispatch.api import router as dispatch
from huiyin.intake.api import router as intake
from huiyin.kernel.errors import BadInput, HuiyinError, NotFound, TooLarge
from huiyin.people.api import ApiKeyOrSession
from huiyin.remedy.api import router as remedy
from huiyin.workbench.api import router as workbench

api = NinjaAPI(
    title="Huiyin",
    version="1",
    description="Push feedback in, read cases, move them on. Errors are RFC 9457 problem documents.",
    auth=ApiKeyOrSession(),
    urls_namespace="api",
    docs_url=None,
    openapi_url="openapi.json",
)
for router in (intake, cases, workbench, clock, dispatch, remedy, contact):
    api.add_router("", router)


def problem(error: HuiyinError) -> HttpResponse:
    """Return the problem document of an error of the house."""
    answer = JsonResponse(error.problem(), status=error.status, content_type="application/problem+json")
    if "retry_after" in error.details:
        answer["Retry-After"] = str(error.details["retry_after"])
    return answer


@api.exception_handler(HuiyinError)
def _house(request: HttpRequest, error: HuiyinError) -> HttpResponse:
    return problem(error)


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(NotFound("There is nothing at this address."))


@api.exception_handler(RequestDataTooBig)
def _big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return problem(TooLarge("The request is too large."))


@api.exception_handler(AuthenticationError)
def _stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    body = {"type": "urn:huiyin:problem:unauthenticated", "title": "Not signed in", "status": 401,
            "detail": "Send an API key: Authorization: Bearer hy_… (huiyin apikey create prints one)."}  # fmt: skip
    answer = JsonResponse(body, status=401, content_type="application/problem+json")
    answer["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    found: list[dict[str, Any]] = error.errors
    faults = [
        {"field": ".".join(str(part) for part in fault["loc"][1:]) or "body", "reason": fault["msg"]} for fault in found
    ]
    words = "; ".join(f"{fault['field']}: {fault['reason']}" for fault in faults[:3])
    return problem(BadInput("The request does not have the expected form: {words}", words=words, errors=faults))


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    body = {"type": "about:blank", "title": str(error), "status": error.status_code, "detail": str(error)}
    return JsonResponse(body, status=error.status_code, content_type="application/problem+json")
