"""What lies aside: quarantined entries, feedback and facts the loop could not work on; and what a person can do with them."""

from datetime import datetime

from django.db import transaction

from huiyin.cases.models import Feedback
from huiyin.intake.actions import Receipt, accept
from huiyin.intake.models import Quarantined
from huiyin.intake.rules import Item
from huiyin.kernel import wake
from huiyin.kernel.errors import BadInput, Conflict, NotFound
from huiyin.kernel.models import PendingFact
from huiyin.people.actors import Actor
from huiyin.people.permissions import require


@transaction.atomic
def mend(entry_id: int, item: Item, *, by: Actor, now: datetime) -> Receipt:
    """Accept a quarantined entry as the feedback a person says it is.

    Raises:
        Forbidden, NotFound; Conflict: somebody has dealt with it already.
    """
    entry = _open(entry_id, by)
    receipt = accept(item, source=by.tag, key=f"quarantine:{entry.pk}", now=now)
    entry.feedback = Feedback.objects.get(number=receipt.number)
    _resolve(entry, "accepted", "", by, now)
    return receipt


@transaction.atomic
def discard(entry_id: int, *, reason: str, by: Actor, now: datetime) -> None:
    """Put a quarantined entry away for a reason; its raw source is kept.

    Raises:
        BadInput: no reason is given; Forbidden, NotFound, Conflict as above.
    """
    if not reason.strip():
        raise BadInput("Please say why this is no feedback.", field="reason")
    _resolve(_open(entry_id, by), "discarded", reason.strip()[:2000], by, now)


def _open(entry_id: int, by: Actor) -> Quarantined:
    require(by, "quarantine.retry")
    entry = Quarantined.objects.select_for_update().filter(pk=entry_id).first()
    if entry is None:
        raise NotFound("There is no such entry.")
    if entry.resolved_at is not None:
        raise Conflict("Somebody has dealt with this entry already.")
    return entry


def _resolve(entry: Quarantined, resolution: str, note: str, by: Actor, now: datetime) -> None:
    entry.resolution, entry.note, entry.resolved_by, entry.resolved_at = resolution, note, by.tag, now
    entry.save(update_fields=["resolution", "note", "resolved_by", "resolved_at", "feedback"])


@transaction.atomic
def retry_feedback(feedback_id: int, *, by: Actor, now: datetime) -> None:
    """Let the loop try a feedback again at once. Raises Forbidden, NotFound."""
    require(by, "quarantine.retry")
    if not Feedback.objects.filter(pk=feedback_id, drained_at__isnull=True).update(not_before=now):
        raise NotFound("The loop has worked on this meanwhile.")
    wake.after_commit("loop")


@transaction.atomic
def retry_all(*, by: Actor, now: datetime) -> int:
    """Let the loop try everything again that it set aside, after a fault of the house is mended; return how much that is."""
    require(by, "quarantine.retry")
    count = Feedback.objects.filter(drained_at__isnull=True, attempts__gt=0).update(not_before=now)
    count += PendingFact.objects.filter(attempts__gt=0).update(not_before=now)
    wake.after_commit("loop")
    wake.after_commit("facts")
    return count


@transaction.atomic
def retry_fact(fact_id: int, *, by: Actor, now: datetime) -> None:
    """Let the loop follow a fact again at once. Raises Forbidden, NotFound."""
    require(by, "quarantine.retry")
    if not PendingFact.objects.filter(pk=fact_id).update(not_before=now):
        raise NotFound("The loop has worked on this meanwhile.")
    wake.after_commit("facts")
