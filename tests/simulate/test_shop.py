"""A few days of a simulated shop: everything in it has gone through the real loop."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Count

from huiyin.cases import facts
from huiyin.cases.models import Case, Feedback
from huiyin.contact.models import Message
from huiyin.insight.models import CaseFact
from huiyin.intake.models import Quarantined
from huiyin.kernel.facts import broken_at, history
from huiyin.kernel.models import FactRow, PendingFact
from huiyin.remedy.models import LedgerEntry, Proposal
from huiyin.simulate.shop import simulate

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_a_few_days_of_life(capsys: pytest.CaptureFixture[str]) -> None:
    """History verifies, nobody is forgotten, money was agreed and approved, and nothing happened after now."""
    password = simulate(months=0.2, progress=False, now=NOW)  # type: ignore[arg-type]
    assert password is not None
    assert password in capsys.readouterr().out
    cases = Case.objects.all()
    assert cases.count() > 60
    assert [case for case in cases if broken_at(case.pk) is not None] == []
    assert [case.number for case in cases if not as_told(case)] == []
    assert not Feedback.objects.filter(drained_at__isnull=True).exists()
    assert not PendingFact.objects.exists()
    assert not cases.open().filter(department="").exists()
    assert CaseFact.objects.count() == cases.count()
    assert {row["state"] for row in cases.values("state").annotate(n=Count("id"))} >= {
        "received",
        "investigating",
        "proposing",
        "closed",
    }
    assert Quarantined.objects.filter(resolved_at__isnull=True).count() == 4
    assert FactRow.objects.filter(at__gt=NOW + timedelta(minutes=1)).count() == 0
    assert Message.objects.filter(state="pending").count() <= cases.count()
    for entry in LedgerEntry.objects.select_related("proposal_item__proposal"):
        assert entry.proposal_item is not None
        proposal = entry.proposal_item.proposal
        assert proposal.state in {"accepted", "executed"}
        assert proposal.answered_at is not None
        assert proposal.approved_at is not None or not proposal.needs_role
    assert not Proposal.objects.filter(state="executed", answered_at__isnull=True).exists()


def as_told(case: Case) -> bool:
    """Whether a case stands where the last facts of its history put it."""
    told = history(case.pk)
    moves = [fact.after for fact in told if isinstance(fact, facts.CaseMoved)]
    given = [(fact.department, fact.owner_id) for fact in told if isinstance(fact, facts.CaseAssigned)]
    closed = [type(fact) for fact in told if isinstance(fact, facts.CaseClosed | facts.CaseReopened)]
    return (
        case.state == (moves[-1] if moves else "received")
        and (case.department, case.owner_id) == given[-1]
        and (case.closed_at is not None) == (bool(closed) and closed[-1] is facts.CaseClosed)
    )


def test_what_lives_already_is_left_alone(accept: object) -> None:
    """A house with cases is not filled with invented ones."""
    accept("快递还没到")  # type: ignore[operator]
    before = Case.objects.count()
    assert simulate(months=1, progress=False, now=NOW) is None
    assert Case.objects.count() == before
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone()[0] in {"on", "off"}
