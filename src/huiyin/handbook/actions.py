"""Writing the policy with four eyes: one drafts, another approves."""

from datetime import datetime

from huiyin.kernel.errors import Forbidden, NotFound
from huiyin.people.actors import Actor
from huiyin.people.models import User
from huiyin.people.permissions import require
from huiyin.policy import versions
from huiyin.policy.models import PolicyVersion


def draft(source: dict[str, str], *, base: int, note: str, by: Actor, now: datetime) -> int:
    """Keep a draft and return its number; a draft of one's own that it was made from is laid aside.

    Raises:
        BadInput: the policy has errors, named with file and line.
    """
    require(by, "policy.publish")
    number = versions.draft(source, by=_name(by), note=note, now=now)
    before = PolicyVersion.objects.filter(number=base, status="draft", created_by=_name(by)).first()
    if before is not None:
        versions.withdraw(before.number)
    return number


def approve(number: int, *, by: Actor, now: datetime) -> None:
    """Put somebody else's draft in force. Raises Forbidden, Conflict, BadInput as `versions.approve`."""
    require(by, "policy.publish")
    versions.approve(number, by=_name(by), now=now)


def withdraw(number: int, *, by: Actor) -> None:
    """Lay a draft aside. Raises Conflict when it is no draft any more."""
    require(by, "policy.publish")
    versions.withdraw(number)


def found(number: int) -> PolicyVersion:
    """Return a version. Raises NotFound."""
    version = PolicyVersion.objects.filter(number=number).first()
    if version is None:
        raise NotFound("There is no such version of the policy.")
    return version


def _name(by: Actor) -> str:
    """The account's name, which belongs to one person only and never changes."""
    person = User.objects.filter(pk=by.user_id or 0).first()
    if person is None:
        raise Forbidden("Only a person with an account writes or approves the policy.")
    return person.username
