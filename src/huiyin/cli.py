"""`huiyin …`: every command of the program. A command is imported when it is used, so that the small ones start at once."""

import os
import sys
from importlib import import_module
from typing import Any, NamedTuple

import click
import django

from huiyin.kernel.errors import HuiyinError


class Entry(NamedTuple):
    """Where a command lives, what it does, and what must be ready before it is imported and run."""

    module: str
    words: str
    django: bool = False
    database: bool = False


COMMANDS: dict[str, Entry] = {
    "up": Entry("huiyin.site.commands", "Start everything: database, web and workers.", django=True),
    "worker": Entry("huiyin.site.commands", "Run one worker process (huiyin up starts them).", django=True),
    "migrate": Entry("huiyin.site.commands", "Bring the database to this version.", True, True),
    "demo": Entry("huiyin.site.commands", "Fill an empty installation with a simulated shop.", True, True),
    "policy": Entry("huiyin.policy.commands", "Check, show and compare policies."),
    "user": Entry("huiyin.people.commands", "Create people and set passwords.", True, True),
    "apikey": Entry("huiyin.people.commands", "Create and revoke API keys.", True, True),
    "intake": Entry("huiyin.site.imports", "Import a CSV, XLSX or JSONL file through the whole loop.", True, True),
    "triage": Entry("huiyin.triage.commands", "Judge texts; train and evaluate the model."),
    "clock": Entry("huiyin.clock.commands", "Show deadlines and the arithmetic behind them."),
    "law": Entry("huiyin.remedy.commands", "Compute statutory floors."),
    "evidence": Entry("huiyin.cases.commands", "Verify the history of cases.", True, True),
    "report": Entry("huiyin.insight.commands", "Make the weekly and the public report.", True, True),
}
HELP = {"-h", "--help"}


class Commands(click.Group):
    """A group that knows its commands by name and imports them when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        entry = COMMANDS[cmd_name]
        if entry.django:
            django.setup()
        found = getattr(import_module(entry.module), cmd_name)
        return found if isinstance(found, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.words) for name, entry in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; one that works on the database finds it ready."""
        words = [*ctx._protected_args, *ctx.args]  # noqa: SLF001 - click keeps the command's name there
        entry = COMMANDS.get(words[0]) if words else None
        if entry is None or not entry.database or HELP & set(words):
            return super().invoke(ctx)
        django.setup()
        with import_module("huiyin.site.start").database():
            return super().invoke(ctx)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="huiyin")
def huiyin() -> None:
    """Huiyin 回音: customer feedback and complaints in a closed loop."""


def main(arguments: list[str] | None = None) -> Any:
    """Run a command; errors for people are printed without a traceback, with exit code 2."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.site.settings")
    try:
        return huiyin.main(args=arguments, standalone_mode=True)
    except HuiyinError as error:
        print(f"huiyin: {error}", file=sys.stderr)
        sys.exit(2)
