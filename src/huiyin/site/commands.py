"""Commands that run the whole house."""

import os
import sys

import click
from django.conf import settings
from django.db import connections

from huiyin.simulate.shop import simulate
from huiyin.site.start import first_start, start_database
from huiyin.site.start import migrate as migrate_tables
from huiyin.site.up import House, check_port
from huiyin.site.worker import Worker


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 32), help="Worker processes.")
@click.option("--demo", "with_demo", is_flag=True, help="Fill an empty installation with a simulated shop first.")
def up(host: str, port: int, workers: int, with_demo: bool) -> None:
    """Start everything: database, web and workers. Ctrl-C stops it all."""
    fault = check_port(host, port)
    if fault:
        raise click.ClickException(fault)
    # Links in letters lead to where the pages are, unless the operator has named another address.
    settings.PUBLIC_URL = os.environ.setdefault("HUIYIN_PUBLIC_URL", f"http://{host}:{port}").rstrip("/")
    start_database()
    migrate_tables()
    password = first_start()
    if with_demo:
        fill()
    if password:
        click.echo(
            f"\nFirst sign-in: user admin, password {password}\nIt is shown this once. Change it after signing in, or set a new one with: huiyin user password admin"
        )
    connections.close_all()
    House(host, port, workers).run()


@click.command()
def worker() -> None:
    """Run one worker process until it is told to stop."""
    Worker().run()


@click.command()
def migrate() -> None:
    """Bring the database to this version."""
    click.echo("The database is up to date.")


@click.command()
@click.option("--months", default=2, show_default=True, type=click.IntRange(1, 12))
def demo(months: int) -> None:
    """Fill an empty installation with a simulated shop."""
    fill(months)


def fill(months: int = 2) -> None:
    """Simulate a shop's life into this installation, unless it has cases already."""
    simulate(months=months, progress=sys.stderr.isatty())
