"""Getting ready to work: Django, the database, its tables, the first policy and the first administrator."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import click
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from huiyin.kernel import clock
from huiyin.kernel.database import embedded
from huiyin.kernel.home import ensure_home
from huiyin.kernel.postgres import EmbeddedPostgres, PostgresError
from huiyin.people.models import User
from huiyin.policy.versions import ensure_default


def start_database() -> EmbeddedPostgres | None:
    """Start the embedded server if it does not run; return it if it was started here and is to be stopped again."""
    ensure_home()
    server = embedded()
    if server is None or server.running_pid() is not None:
        return None
    try:
        server.start()
    except PostgresError as error:
        raise click.ClickException(str(error)) from None
    return server


def migrate() -> None:
    """Bring the tables to this version, and only then when something is to be done."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)


def first_start() -> str | None:
    """Publish the default policy and make the administrator where there is none; return his one-time password then."""
    ensure_default(clock.now())
    if User.objects.exists():
        return None
    password = secrets.token_urlsafe(12)
    User.objects.create_user("admin", password, name="Administrator", role="administrator", must_change_password=True)
    return password


@contextmanager
def database() -> Iterator[None]:
    """Run a command with the database ready: started and migrated, and stopped afterwards if it did not run before."""
    server = start_database()
    try:
        migrate()
        first_start()
        yield
    finally:
        connections.close_all()
        if server is not None:
            server.stop()
