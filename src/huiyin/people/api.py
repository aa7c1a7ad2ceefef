"""Who is behind an API request: a key in the Authorization header, or the session of a signed-in person."""

from typing import Any, cast

from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer
from ninja.security.base import AuthBase

from huiyin.people.actions import actor_of, actor_of_key
from huiyin.people.actors import Actor


class ApiKeyOrSession(HttpBearer):
    """Signs in by API key; without one, by the session, whose unsafe requests must carry the CSRF token."""

    def __call__(self, request: HttpRequest) -> Any:
        """Return the actor, or None for a stranger."""
        if "Authorization" in request.headers:
            return super().__call__(request)
        return _session(request)

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Return who the key belongs to."""
        return actor_of_key(token)


class _Session(APIKeyCookie):
    param_name = "sessionid"

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        return actor_of(request.user) if request.user.is_authenticated else None


_session: AuthBase = _Session(csrf=True)


def actor(request: HttpRequest) -> Actor:
    """Return the actor of an authenticated API request."""
    return cast("Actor", request.auth)  # type: ignore[attr-defined]
