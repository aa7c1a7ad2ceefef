"""`huiyin policy`: check, show and compare policies. Needs no database."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from huiyin.policy.changes import changes, shown
from huiyin.policy.load import PolicyError, default_source, digest, examine, load_source, source_of
from huiyin.policy.schema import Policy

LANGUAGES = click.Choice(["zh", "en"])
PLACE = click.Path(exists=True, path_type=Path)


@click.group("policy")
def policy() -> None:
    """Check, show and compare policies. Without a PATH the default policy is meant."""


@policy.command("check")
@click.argument("path", required=False, type=PLACE)
def check(path: Path | None) -> None:
    """Name every mistake in a policy as “file:line: reason”; exit code 1 when there is one."""
    try:
        source = _source(path)
        found, problems = examine(source)
    except PolicyError as error:
        found, problems = None, list(error.problems)
    for problem in problems:
        click.echo(str(problem))
    if problems or found is None:
        count = len(problems)
        click.echo(f"{count} mistake{'s' if count != 1 else ''}", err=True)
        sys.exit(1)
    click.echo(f"{found.meta.name.en}: {_size(found)}; digest {digest(source)[:12]}")


@policy.command("show")
@click.argument("path", required=False, type=PLACE)
@click.option("--key", help="Only this part, such as deadlines or templates.acknowledgement.")
@click.option("--language", type=LANGUAGES, default="en", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, both languages.")
def show(path: Path | None, key: str | None, language: str, as_json: bool) -> None:
    """Print a policy, or one part of it."""
    value: Any = _loaded(path).model_dump(mode="json", exclude_none=True)
    for step in key.split(".") if key else []:
        value = _part(value, step)
    if as_json:
        click.echo(json.dumps(value, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_lines(value, language, 0)))


@policy.command("diff")
@click.argument("before", type=PLACE)
@click.argument("after", required=False, type=PLACE)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one change an object.")
def diff(before: Path, after: Path | None, as_json: bool) -> None:
    """Print what differs between two policies: + added, - removed, ~ changed. One PATH is compared with the default."""
    old, new = (_loaded(before), _loaded(after)) if after else (_loaded(None), _loaded(before))
    found = changes(old, new)
    if as_json:
        rows = [{"how": one.how, "where": one.where, "before": one.before, "after": one.after} for one in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for one in found:
        click.echo(str(one))
    click.echo(f"{len(found)} difference{'s' if len(found) != 1 else ''}", err=True)


def _source(path: Path | None) -> dict[str, str]:
    return source_of(path) if path else default_source()


def _loaded(path: Path | None) -> Policy:
    try:
        return load_source(_source(path))
    except PolicyError as error:
        for problem in error.problems:
            click.echo(str(problem), err=True)
        sys.exit(1)


def _part(value: Any, step: str) -> Any:
    if isinstance(value, dict) and step in value:
        return value[step]
    if isinstance(value, list):
        if step.isdigit() and int(step) < len(value):
            return value[int(step)]
        named = [item for item in value if isinstance(item, dict) and step in (str(item.get("code")), item.get("name"))]
        if named:
            return named[0]
    click.echo(f"There is no “{step}” here.", err=True)
    sys.exit(2)


def _size(found: Policy) -> str:
    parts = {
        "codes": len(found.codes),
        "routes": len(found.routes),
        "playbooks": len(found.playbooks),
        "templates": len(found.templates),
        "indicators": len(found.indicators),
    }
    return ", ".join(f"{count} {name}" for name, count in parts.items())


def _lines(value: Any, language: str, depth: int) -> list[str]:
    """A nested value as indented lines in one language."""
    margin = "  " * depth
    if isinstance(value, dict) and set(value) == {"zh", "en"}:
        return [margin + line for line in str(value[language]).splitlines()]
    if isinstance(value, dict):
        return [line for key, item in value.items() for line in _entry(str(key), item, language, depth)]
    if isinstance(value, list):
        return [line for item in value for line in _entry("-", item, language, depth)]
    return [margin + shown(value)]


def _entry(name: str, item: Any, language: str, depth: int) -> list[str]:
    margin, head = "  " * depth, "-" if name == "-" else f"{name}:"
    if item in (None, [], {}):
        return [] if name == "-" else [f"{margin}{head} —"]
    inner = _lines(item, language, depth + 1)
    if len(inner) == 1 and not isinstance(item, list):
        return [f"{margin}{head} {inner[0].strip()}"]
    if name == "-":
        return [f"{margin}- {inner[0].strip()}", *inner[1:]]
    return [f"{margin}{head}", *inner]
