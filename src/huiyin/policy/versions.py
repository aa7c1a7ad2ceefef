"""The policy in force, earlier versions, and publishing a new one with four eyes."""

import time
from datetime import datetime
from functools import lru_cache

from django.db import transaction
from django.db.models import Max

from huiyin.kernel.errors import BadInput, Forbidden
from huiyin.policy.load import default_source, digest, examine, load_source
from huiyin.policy.models import PolicyVersion
from huiyin.policy.schema import Policy

FRESH_SECONDS = 5.0

_active: tuple[float, int, Policy] | None = None


def active() -> tuple[int, Policy]:
    """Return the number of the published version and the policy itself; looked up anew every few seconds.

    Raises:
        BadInput: none is published yet.
    """
    global _active
    moment = time.monotonic()
    if _active is None or moment - _active[0] > FRESH_SECONDS:
        number = PolicyVersion.objects.filter(status="published").values_list("number", flat=True).first()
        if number is None:
            raise BadInput("No policy is published yet. Start with: huiyin up")
        _active = (moment, number, version(number))
    return _active[1], _active[2]


@lru_cache(maxsize=32)
def version(number: int) -> Policy:
    """Return a version of the policy by its number; published versions never change.

    Raises:
        PolicyVersion.DoesNotExist: there is no such version.
    """
    return load_source(PolicyVersion.objects.get(number=number).source)


def ensure_default(now: datetime) -> None:
    """Publish the default policy as version 1 where there is none yet."""
    if not PolicyVersion.objects.exists():
        source = default_source()
        PolicyVersion.objects.get_or_create(
            number=1,
            defaults={
                "source": source, "digest": digest(source), "status": "published", "note": "The default handbook",
                "created_by": "system", "created_at": now, "published_by": "system", "published_at": now,
            },
        )  # fmt: skip
    forget()


@transaction.atomic
def publish(source: dict[str, str], *, by: str, approver: str, note: str, now: datetime) -> int:
    """Make a policy the one in force and return its number. Cases opened before keep their version.

    Raises:
        Forbidden: author and approver are the same person, or one of them has no name.
        BadInput: the policy has errors; they are named with file and line.
    """
    author, second = (" ".join(name.split()).casefold() for name in (by, approver))
    if not author or not second or author == second:
        raise Forbidden("A policy is published with four eyes: somebody else has to approve it.")
    policy, problems = examine(source)
    if policy is None or problems:
        raise BadInput("The policy has errors:\n" + "\n".join(str(problem) for problem in problems))
    PolicyVersion.objects.select_for_update().order_by("number").first()  # one publishes at a time
    PolicyVersion.objects.filter(status="published").update(status="retired")
    number = (PolicyVersion.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    PolicyVersion.objects.create(
        number=number, source=source, digest=digest(source), status="published", note=note[:400],
        created_by=by, created_at=now, published_by=approver, published_at=now,
    )  # fmt: skip
    forget()
    return number


def forget() -> None:
    """Let the next `active()` look into the database."""
    global _active
    _active = None
