"""One of everything a route may name, and everybody who may come along: the ground of the permission walk."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.test import Client

from huiyin.care.models import Survey, Visit
from huiyin.cases.models import Case, Feedback
from huiyin.clock.models import Deadline, Extension
from huiyin.contact.models import Message
from huiyin.handbook.actions import draft
from huiyin.insight.reports import make_weekly
from huiyin.insight.rules import Period
from huiyin.intake.models import Import, Quarantined
from huiyin.people.actions import actor_of, create_api_key, revoke_api_key
from huiyin.people.actors import SYSTEM
from huiyin.people.models import ApiKey, User
from huiyin.policy.load import default_source
from huiyin.remedy.models import Proposal, ProposalItem
from tests.workbench.shop import open_case

PEOPLE: Final = ("owner", "other", "supervisor", "auditor", "administrator")
KEYS: Final = ("key", "revoked")
STRANGERS: Final = ("nobody", "stranger")
EVERYBODY: Final = (*STRANGERS, *PEOPLE, *KEYS)
FOREIGN_TOKEN: Final = "A" * 22

# Written by reading, by signing in or by counting visits: no change that matters to anybody.
VOLATILE: Final = {
    "django_session",
    "axes_accessattempt",
    "axes_accesslog",
    "axes_accessfailurelog",
    "kernel_bucket",
    "workbench_presence",
}


@dataclass
class World:
    """Names and numbers of the things, and the clients of the people."""

    things: dict[str, Any] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)


def build(staff: dict[str, User], now: datetime) -> World:
    """Make one of everything. The case belongs to `owner`, an agent of customer service; `other` works in logistics."""
    User.objects.update(password=make_password("river-stone-49"))
    case = _case(staff["agent"], now)
    keys = _keys(now)
    number = draft(
        {**default_source(), "meta.yaml": default_source()["meta.yaml"] + "\n# changed\n"},
        base=1, note="a draft", by=actor_of(staff["manager"]), now=now,
    )  # fmt: skip
    things = {**_of_case(case, staff, now), "username": "agent2", "policy": 1, "draft": number, "key_id": ApiKey.objects.get(name="shop app").pk,
              "person": staff["agent2"].pk, **_of_intake(staff, now)}  # fmt: skip
    people = dict(zip(PEOPLE, ("agent", "logistics", "supervisor", "auditor", "administrator"), strict=True))
    clients = {who: _signed_in(staff[name]) for who, name in people.items()}
    clients |= {who: _with_key(keys[who]) for who in KEYS} | {who: Client() for who in STRANGERS}
    for client in clients.values():
        client.raise_request_exception = False
    return World(things, clients)


def _case(owner: User, now: datetime) -> Case:
    case = open_case(
        "杯子碎了，要求退款", at=now - timedelta(hours=1), item={"customer": {"name": "张三"}, "order_number": "O-1"}
    )
    Case.objects.filter(pk=case.pk).update(
        owner=owner, owner_since=now, department="service", co_departments=[], state="investigating"
    )
    case.refresh_from_db()
    return case


def _of_case(case: Case, staff: dict[str, User], now: datetime) -> dict[str, Any]:
    survey = Survey.objects.create(case=case, token="S" * 22, sent_at=now, open_until=now + timedelta(days=3000))
    visit = Visit.objects.create(case=case, channel="phone", due_at=now)
    message = Message.objects.create(
        case=case, direction="out", author="system", channel="email", body="hello", at=now, state="held"
    )
    deadline = Deadline.objects.filter(case=case, state="running").first()
    assert deadline is not None
    extension = Extension.objects.create(
        case=case, deadline=deadline, length="4 hours", reason="x", asked_by=staff["agent"], asked_at=now
    )
    proposal = Proposal.objects.create(
        case=case, state="waiting", words="refund", amount=Decimal("20.00"), counted=Decimal("20.00"), needs_role="supervisor",
        made_by=staff["agent"], maker=f"user:{staff['agent'].pk}", made_at=now,
    )  # fmt: skip
    ProposalItem.objects.create(proposal=proposal, kind="refund", amount=Decimal("20.00"), basis="playbook")
    report = make_weekly(Period(now.date(), now.date(), ZoneInfo("Asia/Shanghai")), by=SYSTEM, now=now)
    feedback = Feedback.objects.get(case=case)
    return {"number": case.number, "token": feedback.token, "survey": survey.token, "visit": visit.pk, "message": message.pk,
            "extension": extension.pk, "deadline": deadline.pk, "report": report.pk}  # fmt: skip


def _of_intake(staff: dict[str, User], now: datetime) -> dict[str, Any]:
    imported = Import.objects.create(
        name="a.csv",
        format="csv",
        size=3,
        content=b"abc",
        by=staff["supervisor"],
        created_at=now,
        state="done",
        finished_at=now,
    )
    kept = Quarantined.objects.create(received_at=now, channel="file", raw=b"\xff\xfe", reason="not text")
    stuck = Feedback.objects.create(
        number="HY0",
        token="F" * 22,
        received_at=now,
        channel="web",
        text="x",
        sender="{}",
        content_digest="",
        attempts=3,
        error="x",
    )
    return {"import": imported.pk, "quarantined": kept.pk, "feedback": stuck.pk}


def _keys(now: datetime) -> dict[str, str]:
    key = create_api_key(name="shop app", role="integrator", now=now)
    revoked = create_api_key(name="old app", role="administrator", now=now)
    revoke_api_key(name="old app", now=now)
    return {"key": key, "revoked": revoked}


def _signed_in(person: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=person.pk), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _with_key(key: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {key}"})


@contextmanager
def undone() -> Iterator[None]:
    """Take back whatever the block changes."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def fingerprint() -> str:
    """A digest of every row of every table that matters; texts of policy versions by their digests."""
    global _SQL
    if not _SQL:
        tables = [name for name in connection.introspection.table_names() if name not in VOLATILE]
        rows = dict.fromkeys(tables, "to_jsonb(t) - 'last_login' - 'source'")
        _SQL = " UNION ALL ".join(
            f"SELECT '{name}', count(*), md5(coalesce(string_agg(({row})::text, '|' ORDER BY ({row})::text), '')) FROM \"{name}\" t"
            for name, row in rows.items()
        )
    with connection.cursor() as cursor:
        cursor.execute(_SQL)
        return repr(sorted(cursor.fetchall()))  # the server may read tables in any order


_SQL = ""
