"""Judging a file line by line: whatever a line holds, it gets a line in answer."""

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import msgspec

from huiyin.cases.judgement import Judgement
from huiyin.policy.schema import Policy
from huiyin.triage.judge import Judge

BATCH = 1000
BATCH_BYTES = 8_000_000
LONGEST_LINE = 16_000_000
Item = tuple[int, Any, str | None, str]
"""Line number, id, text (None when the line is broken), and why it is broken."""


def answers(source: BinaryIO, judge: Judge, policy: Policy) -> Iterator[tuple[bytes, int]]:
    """Yield a JSON line in answer to each line of the source, and the bytes read for it. Blank lines are passed over."""
    for batch, size in _batches(_lines(source)):
        items = [parse(number, line) for number, line in batch]
        judgements = iter(judge.judge([text for _, _, text, _ in items if text is not None], policy))
        for place, (number, name, text, why) in enumerate(items):
            answer = (
                {"id": name, "line": number, "error": {"detail": why}}
                if text is None
                else {"id": name, **told(next(judgements))}
            )
            yield msgspec.json.encode(answer) + b"\n", size if place == 0 else 0


def told(judgement: Judgement) -> dict[str, Any]:
    """Return a judgement as the interface shows it; praise has no category."""
    return {
        "kind": judgement.kind,
        "category": None if judgement.kind == "praise" else judgement.code,
        "level": judgement.level,
        "sentiment": judgement.sentiment,
        "need": judgement.need,
        "flags": judgement.flags,
        "confidence": judgement.confidence,
        "reasons": judgement.reasons,
    }


def parse(number: int, line: bytes) -> Item:
    """Return what a line holds, or why it cannot be judged."""
    if len(line) > LONGEST_LINE:
        return number, None, None, f"the line is longer than {LONGEST_LINE:,} bytes"
    try:
        value = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return number, None, None, f"this is not JSON in UTF-8: {error}"
    if not isinstance(value, dict):
        return number, None, None, 'expected an object like {"id": "1", "text": "…"}'
    name, text = value.get("id"), value.get("text")
    if not isinstance(text, str):
        return number, name, None, '"text" is missing or not a string'
    if not text.strip():
        return number, name, None, '"text" is empty'
    return number, name, text, ""


def _lines(source: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield number and content of the lines that are not blank; of a line that is far too long only its beginning is kept."""
    number = 0
    while line := source.readline(LONGEST_LINE + 2):
        number += 1
        whole = line
        while not whole.endswith(b"\n") and (whole := source.readline(LONGEST_LINE)):
            pass
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if line.strip():
            yield number, line


def _batches(lines: Iterable[tuple[int, bytes]]) -> Iterator[tuple[list[tuple[int, bytes]], int]]:
    batch: list[tuple[int, bytes]] = []
    size = 0
    for number, line in lines:
        batch.append((number, line))
        size += len(line)
        if len(batch) >= BATCH or size >= BATCH_BYTES:
            yield batch, size
            batch, size = [], 0
    if batch:
        yield batch, size
