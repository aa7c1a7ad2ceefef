"""`huiyin user …` and `huiyin apikey …`."""

import getpass
import secrets
import sys

import click

from huiyin.kernel import clock
from huiyin.people.actions import create_api_key, revoke_api_key
from huiyin.people.models import ApiKey, User
from huiyin.policy.versions import active


@click.group()
def user() -> None:
    """Create people and set passwords."""


@user.command()
@click.argument("username")
@click.option("--name", default="", help="The name colleagues and customers see.")
@click.option("--role", required=True, help="A role of the policy: agent, supervisor, manager …")
@click.option("--department", default="", help="A department of the policy.")
def create(username: str, name: str, role: str, department: str) -> None:
    """Create an account and print its first password."""
    _, policy = active()
    if role not in policy.roles:
        raise click.ClickException(f"There is no role “{role}”. The policy knows: {', '.join(policy.roles)}.")
    if department and department not in policy.departments:
        raise click.ClickException(f"There is no department “{department}”. The policy knows: {', '.join(policy.departments)}.")
    if User.objects.filter(username=username).exists():
        raise click.ClickException(f"There is an account “{username}” already.")
    password = secrets.token_urlsafe(12)
    User.objects.create_user(username, password, name=name or username, role=role, department=department)
    click.echo(f"{username}: {password}")


@user.command()
@click.argument("username")
def password(username: str) -> None:
    """Set a new password: asked for on a terminal, read from standard input otherwise."""
    person = User.objects.filter(username=username).first()
    if person is None:
        raise click.ClickException(f"There is no account “{username}”.")
    given = getpass.getpass("New password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if len(given) < 10:
        raise click.ClickException("A password needs at least 10 characters.")
    person.set_password(given)
    person.save(update_fields=["password"])
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
