"""Facts: what happened, in order, chained by hash so that no change to the past goes unseen.

A fact is a frozen `msgspec.Struct`. Its chain is its subject's (the case's): `hash = SHA-256(previous hash ‖ canonical JSON of
the fact)`, the first fact of a subject starting from 32 zero bytes. No personal data stands in a fact: texts are named by id
and digest, so erasing them leaves the chain whole.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, ClassVar, Self, cast

import msgspec
from django.db import connection

from huiyin.kernel import wake
from huiyin.kernel.bulk import copy_rows
from huiyin.kernel.ids import canonical
from huiyin.kernel.models import FactRow

START = bytes(32)
REGISTRY: dict[str, type["Fact"]] = {}

_held: ContextVar["list[Fact] | None"] = ContextVar("held", default=None)


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to the case `case_id`, when, and by whom (`user:7`, `customer`, `system`, `key:3`)."""

    kind: ClassVar[str] = ""
    case_id: int
    at: datetime
    by: str = "system"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.kind:
            REGISTRY[cls.kind] = cls

    def body(self) -> dict[str, Any]:
        """Return the fact as plain JSON values, its kind included."""
        return {"kind": self.kind, **cast("dict[str, Any]", msgspec.to_builtins(self))}

    @classmethod
    def read(cls, body: dict[str, Any]) -> Self:
        """Return the fact a body was made of.

        Raises:
            KeyError: the kind is unknown.
            msgspec.ValidationError: the body does not fit the kind.
        """
        return cast("Self", msgspec.convert(body, REGISTRY[body["kind"]]))


def link(previous: bytes, body: dict[str, Any]) -> bytes:
    """Return the hash of the fact with this body that follows the fact with hash `previous`."""
    return hashlib.sha256(previous + canonical(body)).digest()


def record(*facts: Fact) -> None:
    """Write facts of an action into their histories and let the loop draw what follows from them.

    To be called inside the action's transaction, with the subjects locked: both stand or fall together.
    """
    held = _held.get()
    if held is not None:
        held.extend(facts)
        return
    _record(facts)


def _record(facts: Sequence[Fact]) -> None:
    if not facts:
        return
    _append(facts)
    rows = [(fact.kind, msgspec.json.encode(fact.body()).decode(), fact.at) for fact in facts]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO kernel_pending (kind, body, not_before, attempts, error) VALUES (%s, %s::jsonb, %s, 0, '')",
            rows,
        )
    wake.after_commit("facts")


@contextmanager
def together() -> Iterator[list[Fact]]:
    """Within the block, hold what actions record, and write it in one go at its end: for whoever does many things in one transaction.

    Yields what is held. Whoever catches the error of an action inside has to take out what that action had recorded.
    """
    held: list[Fact] = []
    mark = _held.set(held)
    try:
        yield held
    finally:
        _held.reset(mark)
    _record(held)


def write(facts: Sequence[Fact]) -> None:
    """Write facts into their histories only: for the loop itself, which draws what follows in the same transaction."""
    _append(facts)


def _append(facts: Iterable[Fact]) -> None:
    batch = list(facts)
    if not batch:
        return
    heads = _heads({fact.case_id for fact in batch})
    rows = []
    for fact in batch:
        seq, previous = heads.get(fact.case_id, (0, START))
        body = fact.body()
        hashed = link(previous, body)
        heads[fact.case_id] = (seq + 1, hashed)
        rows.append((fact.case_id, seq + 1, fact.kind, fact.at, fact.by, canonical(body).decode(), hashed))
    copy_rows("kernel_fact", ("subject", "seq", "kind", "at", "by", "body", "hash"), rows)


def _heads(subjects: set[int]) -> dict[int, tuple[int, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.id, f.seq, f.hash FROM unnest(%s::bigint[]) AS s(id) CROSS JOIN LATERAL "
            "(SELECT seq, hash FROM kernel_fact WHERE subject = s.id ORDER BY seq DESC LIMIT 1) f",
            [sorted(subjects)],
        )
        return {subject: (seq, bytes(hashed)) for subject, seq, hashed in cursor.fetchall()}


def history(case_id: int) -> list[Fact]:
    """Return the facts of a case in order."""
    rows = FactRow.objects.filter(subject=case_id).order_by("seq").values_list("body", flat=True)
    return [Fact.read(body) for body in rows]


def broken_at(case_id: int) -> int | None:
    """Check a case's chain; return the sequence number of the first fact that does not fit, or None."""
    previous, expected = START, 1
    for seq, body, hashed in FactRow.objects.filter(subject=case_id).order_by("seq").values_list("seq", "body", "hash"):
        previous = link(previous, body)
        if seq != expected or previous != bytes(hashed):
            return seq
        expected += 1
    return None
