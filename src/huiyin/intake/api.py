"""Pushing feedback in: one at a time, or ten thousand as JSON Lines."""

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router

from huiyin.intake import batch
from huiyin.intake.actions import accept
from huiyin.intake.importing import again
from huiyin.intake.links import progress_url
from huiyin.intake.reading import parse_line
from huiyin.intake.rules import CUSTOMER_FIELDS, DETAIL_FIELDS, read_item
from huiyin.kernel import clock
from huiyin.kernel.errors import BadInput, HuiyinError, TooLarge
from huiyin.kernel.limits import spend
from huiyin.people.api import actor
from huiyin.people.permissions import require
from huiyin.policy.schema.intake import Rate
from huiyin.policy.versions import active

LONGEST_KEY: Final = 200
_TEXT: Final = {"type": "string"}
ITEM: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["text"],
    "additionalProperties": False,
    "properties": {
        "text": {"type": "string", "minLength": 1, "description": "What the customer said, in his own words"},
        "channel": {"type": "string", "description": "A channel of the policy; api or batch when left out"},
        "external_id": {
            "type": "string",
            "maxLength": 200,
            "description": "Your own id; the same id again makes no second feedback",
        },
        "customer": {
            "type": "object",
            "additionalProperties": False,
            "properties": dict.fromkeys(CUSTOMER_FIELDS, _TEXT),
        },
        **dict.fromkeys((*DETAIL_FIELDS, "store"), _TEXT),
        "occurred_at": {"type": "string", "description": "ISO date or time, from the year 2000 until now"},
        "locale": {"type": "string", "description": "zh-hans or en; found from the text when left out"},
        "extra": {"type": "object", "description": "Anything else, at most 100 entries"},
    },
}
RECEIPT: Final = {
    "type": "object",
    "required": ["number", "token", "progress_url"],
    "properties": dict.fromkeys(("number", "token", "progress_url"), _TEXT),
}
PROBLEM: Final = {
    "description": "Problem document (RFC 9457)",
    "content": {"application/problem+json": {"schema": {"type": "object"}}},
}
REFUSALS: Final = {401: PROBLEM, 403: PROBLEM, 409: PROBLEM, 413: PROBLEM, 422: PROBLEM, 429: PROBLEM}
KEY_HEADER: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": LONGEST_KEY},
}

router = Router(tags=["intake"])


def _body_of(request: HttpRequest, most: int) -> bytes:
    """Return the body, looking at its announced length before reading it.

    Raises:
        TooLarge: it is longer than `most` bytes.
        BadInput: there is none.
    """
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if announced.isdigit() and int(announced) > most:
        raise TooLarge("The body has {size} bytes; at most {most} are allowed.", size=int(announced), most=most)
    body = request.body
    if not body:
        raise BadInput("The body is empty. Send it with its Content-Length.")
    return body


def _key_of(request: HttpRequest) -> str:
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise BadInput("The Idempotency-Key may have {most} printable characters at most.", most=LONGEST_KEY)
    return key


def _spend(name: str, rate: Rate | None) -> None:
    if rate is not None:
        spend(name, per_minute=rate.count * 60 / rate.seconds, burst=rate.count, now=clock.now())


@router.post(
    "/feedback",
    summary="Push one feedback in",
    openapi_extra={
        "parameters": [KEY_HEADER],
        "requestBody": {"required": True, "content": {"application/json": {"schema": ITEM}}},
        "responses": {
            202: {"description": "It is durable", "content": {"application/json": {"schema": RECEIPT}}},
            **REFUSALS,
        },
    },
)
def push(request: HttpRequest) -> HttpResponse:
    """Make one feedback durable, then answer 202 with its number. The same `Idempotency-Key` (or external_id) again gives the same answer."""
    who, now = actor(request), clock.now()
    require(who, "feedback.create")
    _, policy = active()
    _spend(f"api:{who.tag}", policy.intake.rates.get("api"))
    key = _key_of(request)
    raw = parse_line(_body_of(request, policy.intake.limits.body_bytes))
    if isinstance(raw, HuiyinError):
        raise raw
    item = read_item(raw, policy=policy, channel="api", now=now)
    receipt = again(lambda: accept(item, source=who.tag, key=key, now=now))
    return JsonResponse(
        {"number": receipt.number, "token": receipt.token, "progress_url": progress_url(receipt.token)}, status=202
    )


@router.post(
    "/feedback/batch",
    summary="Push many feedbacks in, as JSON Lines",
    openapi_extra={
        "parameters": [KEY_HEADER],
        "requestBody": {"required": True, "content": {"application/x-ndjson": {"schema": {"type": "string"}}}},
        "responses": {
            200: {
                "description": "A result for each line, in order",
                "content": {"application/x-ndjson": {"schema": {"type": "string"}}},
            },
            **REFUSALS,
        },
    },
)
def push_many(request: HttpRequest) -> HttpResponse:
    """Take every line that can be taken; each gets a result in order: number and token, or what is wrong with it.

    A line's `external_id` makes its retry harmless; for lines without one an `Idempotency-Key` does, together with the line's place.
    """
    who, now = actor(request), clock.now()
    require(who, "feedback.create")
    _, policy = active()
    _spend(f"batch:{who.tag}", policy.intake.rates.get("batch"))
    key = _key_of(request)
    limits = policy.intake.limits
    body = _body_of(request, min(limits.file_bytes, settings.DATA_UPLOAD_MAX_MEMORY_SIZE))
    answer = batch.take(body, policy=policy, source=who.tag, key=key, now=now)
    return HttpResponse(answer, content_type="application/x-ndjson")
