"""Keys for machines, and who is behind a request."""

import hashlib
import secrets
from datetime import datetime

from huiyin.kernel.errors import BadInput, NotFound
from huiyin.people.actors import Actor
from huiyin.people.models import ApiKey, User
from huiyin.policy.versions import active

PREFIX = "hy_"


def create_api_key(*, name: str, role: str, now: datetime, by: str = "") -> str:
    """Create a key and return it; only its digest is kept.

    Raises:
        BadInput: the policy has no such role, or a key of this name exists.
    """
    _, policy = active()
    if role not in policy.roles:
        raise BadInput("There is no “{key}”. The policy knows: {known}.", key=role, known=", ".join(policy.roles))
    if ApiKey.objects.filter(name=name).exists():
        raise BadInput("There is a key named “{name}” already. Choose another name.", name=name)
    key = PREFIX + secrets.token_urlsafe(32)
    ApiKey.objects.create(name=name, role=role, digest=_digest(key), created_at=now, created_by=by)
    return key


def revoke_api_key(*, name: str, now: datetime) -> None:
    """Make a key useless. Raises NotFound."""
    if not ApiKey.objects.filter(name=name, revoked_at__isnull=True).update(revoked_at=now):
        raise NotFound("There is no key named “{name}” in use.", name=name)


def revoke_api_key_by_id(pk: int, *, now: datetime) -> str:
    """Make a key useless and return its name. Raises NotFound."""
    key = ApiKey.objects.filter(pk=pk, revoked_at__isnull=True).first()
    if key is None:
        raise NotFound("There is no such key in use.")
    revoke_api_key(name=key.name, now=now)
    return key.name


def actor_of_key(key: str) -> Actor | None:
    """Return who signs in with this key, or None."""
    found = ApiKey.objects.filter(digest=_digest(key), revoked_at__isnull=True).first()
    return None if found is None else Actor(tag=f"key:{found.pk}", role=found.role, name=found.name)


def actor_of(user: User) -> Actor:
    """Return the actor a signed-in person is."""
    return Actor(tag=f"user:{user.pk}", role=user.role, department=user.department, user_id=user.pk, name=user.name)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
