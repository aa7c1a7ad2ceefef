"""`huiyin intake FILE`: a file through the whole loop, from the terminal."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import click
import msgspec
from django.utils import translation
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from huiyin.drains import drain_all, drain_feedback
from huiyin.intake.importing import open_import, run, summary
from huiyin.intake.models import Import
from huiyin.kernel import clock
from huiyin.kernel.errors import HuiyinError, TooLarge
from huiyin.policy.versions import active

LISTED = 50
UNREADABLE = 2


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the summary as one JSON object.")
def intake(file: Path, as_json: bool) -> None:
    """Import FILE (CSV, XLSX or JSON Lines) through the whole loop. Rows that cannot be taken are listed with reasons.

    Exit code: 0 when something was accepted or was here before, 1 when rows failed and nothing was accepted, 2 when the file cannot be read.
    """
    now = clock.now()
    try:
        content = _read(file)
        one = open_import(content, file.name, by=None, now=now, keep=False)
    except HuiyinError as error:
        _refuse(str(error), file, as_json)
    with Progress(*_columns(), console=Console(stderr=True), disable=not sys.stderr.isatty()) as bars:
        rows = bars.add_task("reading", total=one.rows)
        with translation.override("en"):
            run(one, content, now=now, told=lambda told: bars.update(rows, completed=told.seen, total=told.rows))
        _through_the_loop(one, bars)
    if as_json:
        click.echo(msgspec.json.encode(summary(one)).decode())
    else:
        _tell(one)
    sys.exit(
        UNREADABLE
        if one.state == "failed" and not one.seen
        else int(bool(one.failed) and not (one.accepted or one.repeated))
    )


def _columns() -> tuple[TextColumn | BarColumn | MofNCompleteColumn | TimeRemainingColumn, ...]:
    return TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()


def _read(file: Path) -> bytes:
    _, policy = active()
    size, most = file.stat().st_size, policy.intake.limits.file_bytes
    if size > most:
        raise TooLarge("The file has {size} bytes; at most {most} are allowed.", size=size, most=most)
    return file.read_bytes()


def _refuse(reason: str, file: Path, as_json: bool) -> NoReturn:
    if as_json:
        click.echo(
            msgspec.json.encode(
                {"file": file.name, "rows": 0, "accepted": 0, "repeated": 0, "failed": 0, "error": reason, "faults": []}
            ).decode()
        )
    click.echo(f"huiyin: {file.name}: {reason}", err=True)
    sys.exit(UNREADABLE)


def _through_the_loop(one: Import, bars: Progress) -> None:
    """Draw what follows from what was accepted. A worker that runs beside takes its share; nobody does anything twice."""
    loop = bars.add_task("the loop", total=one.accepted)
    drained = _until_nothing(lambda: drain_feedback(clock.now()), lambda count: bars.advance(loop, count))
    bars.update(loop, completed=max(drained, one.accepted))
    drain_all(clock.now())


def _until_nothing(work: Callable[[], int], told: Callable[[int], None]) -> int:
    total = 0
    while count := work():
        total += count
        told(count)
    return total


def _tell(one: Import) -> None:
    click.echo(
        f"{one.name}: {one.seen:,} rows: {one.accepted:,} accepted, {one.repeated:,} here before, {one.failed:,} not taken."
    )
    if one.error:
        click.echo(f"Reading stopped: {one.error}", err=True)
    for fault in one.faults.order_by("id")[:LISTED]:
        click.echo(f"  row {f'{fault.sheet} ' if fault.sheet else ''}{fault.line}: {fault.reason}", err=True)
    if one.failed > LISTED:
        click.echo(f"  … and {one.failed - LISTED:,} more (--json lists all)", err=True)
