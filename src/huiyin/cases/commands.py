"""`huiyin evidence …`: is the history of every case as it was written?"""

import sys

import click
from rich.progress import track

from huiyin.cases.models import Case
from huiyin.kernel import facts


@click.group()
def evidence() -> None:
    """Verify the history of cases."""


@evidence.command()
@click.argument("numbers", nargs=-1)
def verify(numbers: tuple[str, ...]) -> None:
    """Check the hash chain of the cases with these numbers, or of all; exit code 1 when one is broken."""
    cases = Case.objects.order_by("id").values_list("id", "number")
    if numbers:
        cases = cases.filter(number__in=numbers)
        missing = set(numbers) - {number for _, number in cases}
        if missing:
            raise click.ClickException(f"There is no case {', '.join(sorted(missing))}.")
    checked, broken = 0, []
    for case_id, number in track(
        cases.iterator(chunk_size=2000), total=cases.count(), description="verifying", disable=not sys.stderr.isatty()
    ):
        checked += 1
        place = facts.broken_at(case_id)
        if place is not None:
            broken.append(number)
            click.echo(f"{number}: the history does not fit from entry {place} on")
    click.echo(f"{checked} histories checked, {len(broken)} broken")
    if broken:
        sys.exit(1)
