"""Labelled texts: the corpus in the package, and labelled files of a shop."""

import csv
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

COLUMNS = ["kind", "code", "level", "sentiment", "need", "flags", "text"]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text with what a person says it is; `code` is None for praise."""

    text: str
    kind: str
    code: int | None
    level: int
    sentiment: str
    need: str
    flags: frozenset[str]


def shipped() -> list[Labelled]:
    """Return the texts of the corpus in the package, in the order of its files."""
    return [row for _, text in _sources() for row in parse(text)]


def shipped_digest() -> str:
    """Return the SHA-256 of the corpus and the word lists: the model file remembers what it was made from."""
    whole = hashlib.sha256()
    lexicon = files("huiyin.triage.lexicon")
    lists = sorted(entry.name for entry in lexicon.iterdir() if entry.name.endswith(".yaml"))
    for name, text in [*_sources(), *((name, (lexicon / name).read_text(encoding="utf-8")) for name in lists)]:
        whole.update(f"{name}\n{text}\n".encode())
    return whole.hexdigest()


def _sources() -> list[tuple[str, str]]:
    folder = files("huiyin.triage") / "corpus"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".tsv"))
    return [(name, (folder / name).read_text(encoding="utf-8")) for name in names]


def parse(text: str) -> Iterator[Labelled]:
    """Yield the rows of a tab separated corpus file. ValueError names the line that is wrong."""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.startswith("#") or line.split("\t") == COLUMNS:
            continue
        values = line.rstrip("\r").split("\t")
        if len(values) != len(COLUMNS):
            raise ValueError(f"line {number}: {len(values)} fields instead of {len(COLUMNS)}")
        yield _row(dict(zip(COLUMNS, values, strict=True)), number)


def _row(values: dict[str, Any], number: int) -> Labelled:
    try:
        code = None if values["code"] in {"-", "", None} else int(values["code"])
        flags = values["flags"]
        if isinstance(flags, str):
            flags = [] if flags in {"-", ""} else flags.split(",")
        return Labelled(
            str(values["text"]),
            str(values["kind"]),
            code,
            int(values["level"]),
            str(values["sentiment"]),
            str(values.get("need") or "functional"),
            frozenset(flags),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"line {number}: {error!r} is missing or wrong") from error


def read_file(path: Path) -> list[Labelled]:
    """Return the rows of a labelled TSV, CSV or JSONL file with the corpus' columns. ValueError names the line that is wrong."""
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix == ".tsv":
        return list(parse(text))
    rows: Iterable[dict[str, Any]]
    if path.suffix == ".csv":
        rows = csv.DictReader(text.splitlines())
    else:
        rows = (json.loads(line) for line in text.splitlines() if line.strip())
    return [_row(row, number) for number, row in enumerate(rows, 2 if path.suffix == ".csv" else 1)]
