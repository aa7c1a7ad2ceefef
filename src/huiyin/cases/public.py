"""What every page a customer opens by a token shares: limits against guessing, and JSON or a form, whichever was sent."""

import json
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from huiyin.kernel.errors import BadInput
from huiyin.kernel.limits import spend

JSON_TYPE = "application/json"


def wants_json(request: HttpRequest) -> bool:
    """Whether the caller is a program: it asks for JSON rather than for a page."""
    return request.get_preferred_type(["text/html", JSON_TYPE]) == JSON_TYPE


def slow_down(request: HttpRequest, door: str, now: datetime, *, per_minute: float = 60, burst: int = 120) -> None:
    """Limit how often one address knocks at a door. Raises TooMany."""
    spend(f"{door}:{request.META.get('REMOTE_ADDR', '')}", per_minute=per_minute, burst=burst, now=now)


def sent(request: HttpRequest) -> dict[str, Any]:
    """Return what was posted, from a form or as a JSON object.

    Raises:
        BadInput: the body is no JSON object though it says so.
    """
    if request.content_type != JSON_TYPE:
        return {key: request.POST[key] for key in request.POST}
    try:
        body = json.loads(request.body or b"{}")
    except ValueError:
        raise BadInput("The request body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise BadInput("The request body must be a JSON object.")
    return body


def text_of(values: dict[str, Any], name: str) -> str:
    """Return a text that was posted, "" where there is none. Raises BadInput when it is something else."""
    value = values.get(name, "")
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadInput("“{name}” must be text.", name=name, field=name)
    return value


def number_of(values: dict[str, Any], name: str) -> int | None:
    """Return a whole number that was posted, None where there is none. Raises BadInput when it is something else."""
    value = values.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise BadInput("“{name}” must be a whole number.", name=name, field=name)
    try:
        return int(value)
    except ValueError:
        raise BadInput("“{name}” must be a whole number.", name=name, field=name) from None
