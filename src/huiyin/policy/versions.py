"""The policy in force, earlier versions, and publishing a new one with four eyes."""

import time
from datetime import datetime
from functools import lru_cache

from django.db import transaction
from django.db.models import Max

from huiyin.kernel.errors import BadInput, Conflict, Forbidden, NotFound
from huiyin.policy.load import default_source, digest, examine, load_source
from huiyin.policy.models import PolicyVersion
from huiyin.policy.schema import Policy

FRESH_SECONDS = 5.0
KEPT = 32

_active: tuple[float, int, Policy] | None = None
_read: dict[str, Policy] = {}
"""Policies by the digest of their source: reading one takes a tenth of a second, and the same text is the same policy."""


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
    found = PolicyVersion.objects.get(number=number)
    if found.digest not in _read:
        if len(_read) >= KEPT:
            _read.clear()
        _read[found.digest] = load_source(found.source)
    return _read[found.digest]


def ensure_default(now: datetime) -> None:
    """Publish the default policy as version 1 where there is none yet."""
    if not PolicyVersion.objects.exists():
        source = default_source()
        PolicyVersion.objects.get_or_create(
            number=1,
            defaults={
                "source": source, "digest": digest(source), "status": "published", "note": "默认手册 · The default handbook",
                "created_by": "system", "created_at": now, "published_by": "system", "published_at": now,
            },
        )  # fmt: skip
    forget()


@transaction.atomic
def draft(source: dict[str, str], *, by: str, note: str, now: datetime) -> int:
    """Keep a policy for somebody else to approve and return its number. A draft is never changed; a better one is a new draft.

    Raises:
        BadInput: the policy has errors, named with file and line, or says nothing new.
    """
    _checked(source)
    if PolicyVersion.objects.filter(status="published", digest=digest(source)).exists():
        raise BadInput("This is word for word the policy that is in force.")
    _one_at_a_time()
    base = PolicyVersion.objects.filter(status="published").values_list("number", flat=True).first()
    number = (PolicyVersion.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    PolicyVersion.objects.create(
        number=number, source=source, digest=digest(source), status="draft", based_on=base, note=note[:400], created_by=by, created_at=now
    )  # fmt: skip
    return number


@transaction.atomic
def approve(number: int, *, by: str, now: datetime) -> None:
    """Put a draft in force. Cases opened before keep their version.

    Raises:
        Forbidden: the author himself approves, or somebody without a name.
        Conflict: it is no draft any more.
        BadInput: the policy has errors for the program as it is today.
    """
    _one_at_a_time()
    found = PolicyVersion.objects.filter(number=number).first()
    if found is None:
        raise NotFound("There is no such version of the policy.")
    if found.status != "draft":
        raise Conflict("This version is not a draft any more.")
    _four_eyes(found.created_by, by)
    _checked(found.source)
    PolicyVersion.objects.filter(status="published").update(status="retired")
    PolicyVersion.objects.filter(number=number).update(status="published", published_by=by, published_at=now)
    forget()


def withdraw(number: int) -> None:
    """Lay a draft aside. Raises Conflict when it is no draft any more."""
    if not PolicyVersion.objects.filter(number=number, status="draft").update(status="withdrawn"):
        raise Conflict("This version is not a draft any more.")


@transaction.atomic
def publish(source: dict[str, str], *, by: str, approver: str, note: str, now: datetime) -> int:
    """Draft and approve at once, by two people; return the number. Raises what `draft` and `approve` raise."""
    _four_eyes(by, approver)
    number = draft(source, by=by, note=note, now=now)
    approve(number, by=approver, now=now)
    return number


def _four_eyes(author: str, approver: str) -> None:
    first, second = (" ".join(name.split()).casefold() for name in (author, approver))
    if not first or not second or first == second:
        raise Forbidden("A policy is published with four eyes: somebody else has to approve it.")


def _checked(source: dict[str, str]) -> None:
    policy, problems = examine(source)
    if policy is None or problems:
        raise BadInput("The policy has errors:\n{problems}", problems="\n".join(str(problem) for problem in problems))


def _one_at_a_time() -> None:
    PolicyVersion.objects.select_for_update().order_by("number").first()


def forget() -> None:
    """Let the next `active()` look into the database."""
    global _active
    _active = None
