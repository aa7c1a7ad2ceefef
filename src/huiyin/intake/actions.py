"""Accepting feedback: one INSERT makes it durable; only then is it acknowledged. A retry finds what is already there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from django.db import connection, transaction

from huiyin.intake.models import Quarantined
from huiyin.intake.rules import Item
from huiyin.kernel import wake
from huiyin.kernel.errors import Conflict
from huiyin.kernel.ids import new_token
from huiyin.kernel.privacy import seal
from huiyin.policy.versions import active


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the sender gets: the public number, the token of the progress page, and whether it was here before."""

    number: str
    token: str
    repeated: bool = False


_INSERT = """
WITH new AS MATERIALIZED (
    SELECT nextval('cases_feedback_id_seq') AS id, t.*
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bytea[], %s::jsonb[], %s::text[], %s::text[], %s::text[])
        AS t(token, channel, locale, text, sender, details, external_id, key, digest)
)
INSERT INTO cases_feedback (id, number, token, received_at, channel, locale, text, sender, details, external_id, idempotency_key,
                            content_digest, source, attempts, error)
SELECT id, 'HY' || %s || lpad(id::text, greatest(6, length(id::text)), '0'), token, %s, channel, locale, text, sender, details, external_id, key,
       digest, %s, 0, ''
FROM new
ON CONFLICT (idempotency_key) DO NOTHING
RETURNING token, number
"""


def accept(item: Item, *, source: str, key: str = "", now: datetime) -> Receipt:
    """Make one feedback durable and return its receipt; the same key again returns the same receipt.

    Raises:
        Conflict: the key was used before for something else.
    """
    (result,) = accept_many([(item, key)], source=source, now=now)
    if isinstance(result, Conflict):
        raise result
    return result


def accept_many(items: Sequence[tuple[Item, str]], *, source: str, now: datetime) -> list[Receipt | Conflict]:
    """Make many feedbacks durable at once, each with its idempotency key ("" for none), in one statement.

    Keys belong to their source: two integrations may use the same ones. Without a key the item's external id serves as one.
    """
    if not items:
        return []
    rows = [_row(item, key, source) for item, key in items]
    seen: dict[str, int] = {}
    fresh: list[int] = []
    for index, row in enumerate(rows):
        if row[7] is None or row[7] not in seen:
            fresh.append(index)
            if row[7] is not None:
                seen[row[7]] = index
    _, policy = active()
    day = now.astimezone(ZoneInfo(policy.meta.timezone)).strftime("%y%m%d")
    with transaction.atomic(), connection.cursor() as cursor:
        columns = [list(column) for column in zip(*(rows[index] for index in fresh), strict=True)]
        cursor.execute(_INSERT, [*columns, day, now, source[:80]])
        numbers = dict(cursor.fetchall())
        wake.after_commit("loop")
    return _receipts(rows, numbers)


def _row(item: Item, key: str, source: str) -> tuple[str, str, str, str, bytes | None, str, str, str | None, str]:
    from_key = f"{source}:{key}"[:255] if key else f"{source}:id:{item.external_id}"[:255] if item.external_id else None
    sender = msgspec.json.encode(item.sender).decode() if item.sender else ""
    details = msgspec.json.encode(item.details).decode()
    return (
        new_token(),
        item.channel,
        item.locale,
        item.text,
        _seal(sender),
        details,
        item.external_id,
        from_key,
        item.content(),
    )


def _seal(text: str) -> bytes | None:
    return seal(text) if text else None


def _receipts(
    rows: Sequence[tuple[str, str, str, str, bytes | None, str, str, str | None, str]], numbers: dict[str, str]
) -> list[Receipt | Conflict]:
    earlier = _earlier([row[7] for row in rows if row[0] not in numbers and row[7] is not None])
    results: list[Receipt | Conflict] = []
    for row in rows:
        token, key, content = row[0], row[7], row[8]
        if token in numbers:
            results.append(Receipt(number=numbers[token], token=token))
            continue
        number, first_token, first_content = earlier[key or ""]
        if content == first_content:
            results.append(Receipt(number=number, token=first_token, repeated=True))
        else:
            results.append(
                Conflict(
                    "This idempotency key (or external id) was used before for a different feedback. Use a new one.",
                    number=number,
                )
            )
    return results


def _earlier(keys: Sequence[str]) -> dict[str, tuple[str, str, str]]:
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT idempotency_key, number, token, content_digest FROM cases_feedback WHERE idempotency_key = ANY(%s)",
            [list(keys)],
        )
        return {key: (number, token, content) for key, number, token, content in cursor.fetchall()}


def quarantine(raw: bytes, *, reason: str, channel: str, source: str, now: datetime) -> Quarantined:
    """Keep something that cannot be read, with its raw bytes, where people see it."""
    return Quarantined.objects.create(received_at=now, channel=channel, source=source[:120], raw=raw, reason=reason)
