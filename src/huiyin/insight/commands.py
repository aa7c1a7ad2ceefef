"""`huiyin report weekly` and `huiyin report public`."""

from pathlib import Path
from zoneinfo import ZoneInfo

import click
from django.template.loader import render_to_string
from django.utils import translation

from huiyin.insight.charts import SCREEN
from huiyin.insight.documents import PUBLIC, WEEKLY, public_data, weekly_data
from huiyin.insight.press import draw, typeset
from huiyin.insight.public import public_numbers, public_page
from huiyin.insight.reports import make_weekly
from huiyin.insight.rules import last_week, week
from huiyin.insight.shown import figure, show
from huiyin.kernel import clock
from huiyin.people.actors import SYSTEM
from huiyin.policy.versions import active

LOCALES = {"zh": "zh-hans", "en": "en"}
out = click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; .pdf or .html tells the form."
)
locale = click.option("--locale", "language", type=click.Choice(sorted(LOCALES)), default="zh", show_default=True)


@click.group()
def report() -> None:
    """Make reports."""


def _checked(target: Path | None, usual: str) -> Path:
    target = target or Path(usual)
    if target.suffix not in {".pdf", ".html"}:
        raise click.ClickException(f"{target}: write to a file that ends in .pdf or .html.")
    if not target.absolute().parent.is_dir():
        raise click.ClickException(f"{target}: there is no such folder.")
    return target


@report.command()
@click.option("--week", "name", help="ISO week such as 2026-W12; by default the last one that is over.")
@out
@locale
def weekly(name: str | None, out: Path | None, language: str) -> None:
    """Make the weekly report, keep it, and write it to a file."""
    now = clock.now()
    zone = ZoneInfo(active()[1].meta.timezone)
    period = week(name, zone) if name else last_week(now, zone)
    target = _checked(out, f"weekly-{name or period.first}.pdf")
    with translation.override(LOCALES[language]):
        made = make_weekly(period, by=SYSTEM, now=now)
        if target.suffix == ".pdf":
            target.write_bytes(typeset(WEEKLY, weekly_data(made)))
        else:
            words = {"shown": show(made), "svg": draw(figure(made, SCREEN)), "lang": LOCALES[language]}
            target.write_text(render_to_string("insight/report_file.html", words), encoding="utf-8")
    click.echo(str(target))


@report.command()
@out
@locale
def public(out: Path | None, language: str) -> None:
    """Write the public transparency report of the last ninety days to a file."""
    target = _checked(out, "public-report.pdf")
    with translation.override(LOCALES[language]):
        page = public_data(public_page(public_numbers(clock.now()), active()[1]))
        if target.suffix == ".pdf":
            target.write_bytes(typeset(PUBLIC, page))
        else:
            target.write_text(
                render_to_string(
                    "insight/public_file.html", {"page": page, "words": page["words"], "lang": LOCALES[language]}
                ),
                encoding="utf-8",
            )
    click.echo(str(target))
