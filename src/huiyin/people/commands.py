"""`huiyin user …` and `huiyin apikey …`."""

import getpass
import sys

import click

from huiyin.kernel import clock
from huiyin.people.accounts import Place, create_person, give_password
from huiyin.people.actions import create_api_key, revoke_api_key
from huiyin.people.actors import Actor
from huiyin.people.models import ApiKey, User

TERMINAL = Actor(tag="terminal", role="system", name="terminal")


@click.group()
def user() -> None:
    """Create people and set passwords."""


@user.command()
@click.argument("username")
@click.option("--name", default="", help="The name colleagues and customers see.")
@click.option("--role", required=True, help="A role of the policy: agent, supervisor, manager …")
@click.option("--department", default="", help="A department of the policy.")
def create(username: str, name: str, role: str, department: str) -> None:
    """Create an account and print its first password, which is to be changed at the first sign-in."""
    place = Place(name=name or username, role=role, department=department)
    _, given = create_person(username, place, by=TERMINAL)
    click.echo(f"{username}: {given}")


@user.command()
@click.argument("username")
def password(username: str) -> None:
    """Set a one-time password: asked for on a terminal, read from standard input otherwise. Unlocks the account too."""
    person = User.objects.filter(username=username).first()
    if person is None:
        raise click.ClickException(f"There is no account “{username}”.")
    given = getpass.getpass("New password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if len(given) < 10:
        raise click.ClickException("A password needs at least 10 characters.")
    give_password(person, given, by=TERMINAL)
    click.echo("The password is set.")


@click.group()
def apikey() -> None:
    """Create and revoke API keys."""


@apikey.command("create")
@click.option("--role", required=True, help="A role of the policy, usually integrator.")
@click.option("--name", required=True, help="What the key is for; it stands in the history.")
def create_key(role: str, name: str) -> None:
    """Create a key and print it once."""
    click.echo(create_api_key(name=name, role=role, now=clock.now()))


@apikey.command("revoke")
@click.argument("name")
def revoke(name: str) -> None:
    """Make a key useless from now on."""
    revoke_api_key(name=name, now=clock.now())
    click.echo(f"The key “{name}” is revoked.")


@apikey.command("list")
def list_keys() -> None:
    """List the keys by name."""
    for key in ApiKey.objects.order_by("name"):
        click.echo(f"{key.name}\t{key.role}\t{key.created_at:%Y-%m-%d}\t{'revoked' if key.revoked_at else 'in use'}")
