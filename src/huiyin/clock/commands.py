"""`huiyin clock`: the deadlines of a case and the arithmetic behind each; working days of the policy's calendar."""

import json
from datetime import date, datetime
from typing import Any, get_args
from zoneinfo import ZoneInfo

import click

from huiyin.clock.measure import bench
from huiyin.clock.rules import deadlines_for, result_deadline
from huiyin.clock.said import Due
from huiyin.kernel.errors import HuiyinError
from huiyin.policy.load import load_default
from huiyin.policy.schema.vocabulary import Channel, Kind


class Moment(click.ParamType[datetime]):
    """A date and time such as 2026-03-01T10:00+08:00."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read the time; without a zone it is the policy's."""
        if isinstance(value, datetime):
            return value
        try:
            return datetime.fromisoformat(str(value).strip())
        except ValueError:
            self.fail(
                f"“{value}” is not a time; write for example 2026-03-01T10:00 or 2026-03-01T10:00+08:00", param, ctx
            )


class Day(click.ParamType[date]):
    """A date such as 2026-03-01."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the date."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value).strip())
        except ValueError:
            self.fail(f"“{value}” is not a date; write for example 2026-03-01", param, ctx)


@click.group("clock", invoke_without_command=True)
@click.option("--level", type=int, help="Level of the case, 1 the most serious.")
@click.option("--received", type=Moment(), help="When it was received; without a zone, in the policy's.")
@click.option("--handled", type=Moment(), help="When handling ended: adds by when the result must be told.")
@click.option("--code", type=int, help="Category code such as 1001.")
@click.option("--kind", type=click.Choice(get_args(Kind)), default="complaint", show_default=True)
@click.option("--channel", type=click.Choice(get_args(Channel)), default="web", show_default=True)
@click.option("--flag", "flags", multiple=True, help="A flag such as safety; may be repeated.")
@click.option("--locale", default="en", help="en or zh.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def clock(context: click.Context, /, as_json: bool, locale: str, handled: datetime | None, **marks: Any) -> None:
    """The deadlines of a case and the arithmetic behind each."""
    if context.invoked_subcommand is not None:
        return
    if marks["level"] is None or marks["received"] is None:
        raise click.UsageError("Give the level and the time of receipt: --level 2 --received 2026-03-01T10:00+08:00")
    policy = load_default()
    zone = ZoneInfo(policy.meta.timezone)
    code, flags = marks["code"], frozenset(marks["flags"])
    if code is not None and not policy.has_code(code):
        raise click.UsageError(f"The policy has no category code {code}.")
    if unknown := sorted(flags - set(policy.flags)):
        raise click.UsageError(f"The policy has no flag “{unknown[0]}”; it has {', '.join(policy.flags)}.")
    case = {"kind": marks["kind"], "code": code, "level": marks["level"], "channel": marks["channel"], "flags": flags}
    try:
        found = deadlines_for(policy, **case, received_at=_in_zone(marks["received"], zone))
        result = result_deadline(policy, **case, handled_at=_in_zone(handled, zone)) if handled else None
    except HuiyinError as error:
        raise click.UsageError(str(error)) from None
    dues = (*found, result) if result else found
    if as_json:
        click.echo(json.dumps({"deadlines": [as_data(due, zone, locale) for due in dues]}, ensure_ascii=False))
        return
    for due in dues:
        click.echo(f"{due.kind:<16} {due.due_at.astimezone(zone):%Y-%m-%d %H:%M}  ({due.calendar})")
        for said in due.because:
            click.echo(f"{'':<16} {said.in_(locale)}")


@clock.command("workdays")
@click.option("--from", "first", type=Day(), required=True, help="The day to count from; it is not counted itself.")
@click.option("--days", type=click.IntRange(min=1, max=100_000), required=True, help="How many working days.")
@click.option("--calendar", help="A calendar of the policy; the default one otherwise.")
def workdays(first: date, days: int, calendar: str | None) -> None:
    """The N-th working day after a date, in the policy's country calendar."""
    try:
        click.echo(bench(load_default()).calendar(calendar).add_workdays(first, days).isoformat())
    except HuiyinError as error:
        raise click.UsageError(str(error)) from None


def as_data(due: Due, zone: ZoneInfo, locale: str) -> dict[str, Any]:
    """A deadline for JSON, with times as the clocks of `zone` show them."""
    return {
        "kind": due.kind,
        "due": due.due_at.astimezone(zone).isoformat(),
        "calendar": due.calendar,
        "because": [said.in_(locale) for said in due.because],
        "clock": due.clock,
        "warn": due.warn_at.astimezone(zone).isoformat(),
        "rule": due.rule,
    }


def _in_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
