"""One real PostgreSQL for the whole run, and the shop every test may start from."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
import pytest

from huiyin.kernel.database import embedded

HOME_MARK = "HUIYIN_TEST_HOME_OWNER"
NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)  # a Tuesday, 10:00 in Shanghai


def _start_database() -> None:
    """Start the database before Django reads its settings; parallel workers share it, each with a database of its own."""
    if HOME_MARK in os.environ:
        return
    home = Path(tempfile.mkdtemp(prefix="huiyin-test-"))
    home.chmod(0o711)
    os.environ |= {"HUIYIN_HOME": str(home), HOME_MARK: str(os.getpid()), "HUIYIN_DURABLE": "0", "HUIYIN_DEBUG": "0"}
    os.environ.pop("HUIYIN_DATABASE_URL", None)
    server = embedded()
    assert server is not None
    server.start()


_start_database()
os.environ["DJANGO_SETTINGS_MODULE"] = "huiyin.site.settings"
django.setup()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the database and remove its folder, in the process that made it."""
    if os.environ.get(HOME_MARK) != str(os.getpid()):
        return
    server = embedded()
    if server is not None:
        server.stop()
    shutil.rmtree(os.environ["HUIYIN_HOME"], ignore_errors=True)


@pytest.fixture(autouse=True)
def _closed_network(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let tests talk to unix sockets only; tests marked `network` or `browser` to loopback as well."""
    from pytest_socket import disable_socket, enable_socket, socket_allow_hosts

    if request.node.get_closest_marker("network") or request.node.get_closest_marker("browser"):
        socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)
    else:
        disable_socket(allow_unix_socket=True)
    yield
    enable_socket()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Let tests that commit empty the tables afterwards, which the history's trigger would refuse."""
    from django.db import connection

    from huiyin.kernel import wake

    wake._send = lambda name: None  # there are no workers to wake, and its thread would keep the database busy
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE kernel_fact DISABLE TRIGGER fact_never_truncated")


@pytest.fixture(autouse=True)
def _policy_in_force(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test that uses the database starts from the default policy, and forgets what it published."""
    from huiyin.policy import versions

    uses_database = request.node.get_closest_marker("django_db") or {"db", "transactional_db"} & set(
        request.fixturenames
    )
    if uses_database:
        request.getfixturevalue("_django_db_helper")
        versions.forget()
        versions.ensure_default(NOW)
    yield
    versions.forget()
    versions.version.cache_clear()


@pytest.fixture
def now() -> datetime:
    """A Tuesday morning in Shanghai."""
    return NOW


@pytest.fixture
def policy(db: None) -> Any:
    """The active policy."""
    from huiyin.policy.versions import active

    return active()[1]


@pytest.fixture
def staff(db: None) -> dict[str, Any]:
    """People by name: one of each role, and agents in every department."""
    from huiyin.people.models import User

    made = {}
    places = {
        "agent": ("agent", "service"), "agent2": ("agent", "service"), "supervisor": ("supervisor", "service"), "manager": ("manager", "service"),
        "quality": ("member", "quality"), "logistics": ("member", "logistics"), "finance": ("member", "finance"),
        "aftersales": ("member", "aftersales"), "quality_supervisor": ("supervisor", "quality"),
        "auditor": ("auditor", ""), "legal": ("legal", "legal"), "administrator": ("administrator", ""),
    }  # fmt: skip
    for name, (role, department) in places.items():
        made[name] = User.objects.create_user(name, None, name=name.title(), role=role, department=department)
    return made


@pytest.fixture
def actor(staff: dict[str, Any]) -> Callable[[str], Any]:
    """Return the actor of a person of `staff`."""
    from huiyin.people.actions import actor_of

    return lambda name: actor_of(staff[name])


@pytest.fixture
def client_for(staff: dict[str, Any]) -> Callable[[str], Any]:
    """Return a signed-in test client of a person of `staff`."""
    from django.test import Client

    def signed_in(name: str) -> Client:
        client = Client()
        client.force_login(staff[name], backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return signed_in


@pytest.fixture
def drain(db: None, now: datetime) -> Callable[..., int]:
    """Run all drains until nothing is due, at a moment."""
    from huiyin.drains import drain_all

    return lambda at=now: drain_all(at)


@pytest.fixture
def accept(drain: Callable[..., int], now: datetime) -> Callable[..., Any]:
    """Accept a feedback, run the loop, and return its case."""
    from huiyin.cases.models import Feedback
    from huiyin.intake.actions import accept as accept_item
    from huiyin.intake.rules import read_item
    from huiyin.policy.versions import active

    def make(text: str, *, at: datetime = now, channel: str = "web", **fields: Any) -> Any:
        item = read_item({"text": text, **fields}, policy=active()[1], channel=channel, now=at)
        receipt = accept_item(item, source="test", now=at)
        drain(at)
        return Feedback.objects.get(number=receipt.number).case

    return make
