"""Importing files, used by the page and by the terminal: rows in chunks, each chunk durable together with what is told of it."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from django.conf import settings
from django.db import OperationalError, transaction
from django.utils import translation
from procrastinate.contrib.django import app as jobs
from psycopg.errors import DeadlockDetected

from huiyin.intake.actions import accept_many
from huiyin.intake.encodings import original, shown
from huiyin.intake.models import Import, ImportFault, Quarantined
from huiyin.intake.reading import File, Row, open_file
from huiyin.intake.rules import Item, read_item
from huiyin.kernel.errors import Conflict, HuiyinError
from huiyin.people.actors import Actor
from huiyin.people.permissions import require
from huiyin.policy.schema import Policy
from huiyin.policy.versions import active

CHUNK = 1000
TRIES = 5
SOURCE = "file"
"""One source for all files: a row that came in with one file is recognised in the next."""

T = TypeVar("T")


@dataclass
class Keys:
    """Idempotency keys of a file's rows: their own ids, or their content and how often it stood in the file so far."""

    times: Counter[str] = field(default_factory=Counter)
    ids: dict[str, tuple[str, int]] = field(default_factory=dict)

    def of(self, item: Item, own_id: str, line: int) -> str:
        """Return the key of a row; "" where its external id serves as one.

        Raises:
            Conflict: the id stood in the file before, with other content.
        """
        content = item.content()[:32]
        if own_id:
            first, where = self.ids.setdefault(own_id, (content, line))
            if first != content:
                raise Conflict(
                    "The id “{id}” stands in row {row} already, for a different feedback.", id=own_id[:60], row=where
                )
            return f"id:{own_id}:{content}"
        if item.external_id:
            return ""
        self.times[content] += 1
        return f"row:{content}:{self.times[content]}"


@transaction.atomic
def begin(content: bytes, name: str, *, by: Actor, now: datetime) -> Import:
    """Keep an uploaded file and put its import into the queue of jobs; both stand or fall together.

    Raises:
        Forbidden: the role may not import files.
        BadInput: the file cannot be read at all; TooLarge: it is larger than the policy allows.
    """
    require(by, "intake.import")
    one = open_import(content, name, by=by, now=now, keep=True)
    jobs.configure_task("intake.import", queue="intake", lock=f"import:{one.pk}").defer(import_id=one.pk)
    return one


def open_import(content: bytes, name: str, *, by: Actor | None, now: datetime, keep: bool) -> Import:
    """Write down that a file is to be imported; `keep` its bytes for a job that reads them later."""
    _, policy = active()
    file = open_file(content, name, policy.intake.limits)
    return Import.objects.create(
        name=name[-200:], format=file.format, size=len(content), content=content if keep else b"",
        by_id=by.user_id if by else None, created_at=now, rows=file.expected,
    )  # fmt: skip


def run(one: Import, content: bytes, *, now: datetime, told: Callable[[Import], None] = lambda _: None) -> None:
    """Take every row of the file into the intake. `told` is called after each chunk.

    Reasons are written down in the language that is active.

    May be called again after a crash: it goes on after the last chunk that was durable. A file that turns out to be unreadable
    ends as failed, with the reason; what was read before stays.
    """
    _, policy = active()
    done_before = one.seen
    try:
        file = open_file(content, one.name, policy.intake.limits)
        one.state = "running"
        told(one)
        keys, rows, seen = Keys(), file.rows(), 0
        while chunk := list(islice(rows, CHUNK)):
            read = [_read(row, keys, policy, now) for row in chunk]
            seen += len(chunk)
            if seen > done_before:
                again(lambda: _take(one, file, read, now))  # noqa: B023 - called at once
                told(one)
        _finish(one, "done", "", now)
    except HuiyinError as error:
        _finish(one, "failed", error.words(), now)
    told(one)


def again(work: Callable[[], T]) -> T:
    """Do `work` again when the database broke it off because two senders waited for each other's keys."""
    for left in reversed(range(TRIES)):
        try:
            return work()
        except OperationalError as error:
            if not left or not isinstance(error.__cause__, DeadlockDetected):
                raise
    raise AssertionError  # the last try has returned or raised


def house_words(error: HuiyinError) -> str:
    """Return what is wrong in the language of the house, for what all of its staff look at."""
    with translation.override(settings.LANGUAGE_CODE):
        return error.words()


@dataclass(frozen=True, slots=True)
class _Read:
    row: Row
    item: Item | None
    key: str
    fault: HuiyinError | None


def _read(row: Row, keys: Keys, policy: Policy, now: datetime) -> _Read:
    if row.item is None:
        return _Read(row, None, "", row.fault)
    raw: dict[str, Any] = dict(row.item)
    if row.own_id:
        raw["external_id"] = row.own_id
    if isinstance(raw.get("channel"), str):
        raw["channel"] = _channel(raw["channel"], policy)
    try:
        item = read_item(raw, policy=policy, channel="file", now=now)
        return _Read(row, item, keys.of(item, row.own_id, row.line), None)
    except HuiyinError as error:
        return _Read(row, None, "", error)


def _channel(word: str, policy: Policy) -> str:
    """Return the channel that is called so in the policy, in either language."""
    said = word.strip().casefold()
    return next(
        (
            name
            for name, door in policy.channels.items()
            if said in {name, door.label.zh.casefold(), door.label.en.casefold()}
        ),
        word,
    )


@transaction.atomic
def _take(one: Import, file: File, read: list[_Read], now: datetime) -> None:
    fit = [(part, part.item) for part in read if part.item is not None]
    results = accept_many([(item, part.key) for part, item in fit], source=SOURCE, now=now)
    faults = [(part.row, part.fault.words()) for part in read if part.fault is not None]
    for (part, _), result in zip(fit, results, strict=True):
        if isinstance(result, Conflict):
            faults.append((part.row, result.words()))
        elif result.repeated:
            one.repeated += 1
        else:
            one.accepted += 1
    one.seen += len(read)
    one.failed += len(faults)
    ImportFault.objects.bulk_create(
        ImportFault(of=one, sheet=row.sheet[:60], line=row.line, reason=reason, raw=shown(row.source))
        for row, reason in sorted(faults, key=lambda fault: fault[0].line)
    )
    Quarantined.objects.bulk_create(
        Quarantined(received_at=now, channel="file", source=f"import:{one.pk}", raw=original(part.row.source, file.encoding),
                    reason=f"{one.name}, {part.row.line}: {house_words(part.row.fault)}")
        for part in read if part.row.fault is not None
    )  # fmt: skip
    one.save(update_fields=["state", "seen", "accepted", "repeated", "failed"])


def _finish(one: Import, state: str, error: str, now: datetime) -> None:
    one.state, one.error, one.finished_at, one.rows, one.content = state, error, now, one.seen, b""
    one.save(update_fields=["state", "error", "finished_at", "rows", "content", "seen"])


def faults_of(one: Import) -> Iterator[ImportFault]:
    """Yield the rows that were not taken, in the order of the file."""
    return ImportFault.objects.filter(of=one).order_by("id").iterator(chunk_size=2000)


def summary(one: Import) -> dict[str, Any]:
    """Return what became of a file as plain values."""
    return {
        "file": one.name, "format": one.format, "rows": one.seen, "accepted": one.accepted, "repeated": one.repeated, "failed": one.failed, "error": one.error,
        "faults": [({"sheet": fault.sheet} if fault.sheet else {}) | {"line": fault.line, "reason": fault.reason} for fault in faults_of(one)],
    }  # fmt: skip
