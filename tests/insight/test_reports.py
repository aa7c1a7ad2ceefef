"""Reports: what stands in them, that they stay, when they are made, and what the public is told."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from huiyin.insight import public_pages
from huiyin.insight.commands import report as command
from huiyin.insight.jobs import make_due
from huiyin.insight.models import Report
from huiyin.insight.public import public_numbers, public_page
from huiyin.insight.reports import make_weekly
from huiyin.insight.rules import week
from huiyin.insight.shown import show
from huiyin.kernel import clock
from huiyin.kernel.errors import Conflict
from huiyin.people.actors import SYSTEM

from .conftest import ZONE

pytestmark = pytest.mark.django_db
WEEK = week("2026-W10", ZONE)  # 2 to 8 March 2026
MONDAY = datetime.fromisoformat("2026-03-09T12:00:00+08:00")


@pytest.fixture
def shop(fill: Any) -> Any:
    day, noon = timedelta(days=1), datetime.fromisoformat("2026-03-03T12:00:00+08:00")
    return fill(
        {
            "received_at": noon,
            "level": 1,
            "first_reply_at": noon + timedelta(hours=1),
            "respond_due_at": noon + timedelta(hours=2),
            "due_at": noon + timedelta(hours=2),
        },
        {
            "received_at": noon,
            "first_closed_at": noon + day,
            "closed_at": noon + day,
            "outcome": "resolved",
            "rated_at": noon + 2 * day,
            "rating": 5,
            "spent": 20,
        },
        {"received_at": noon - 7 * day, "reopened": 1, "reopened_at": noon, "code": 2001, "department": "logistics"},
    )


def test_the_content_of_a_week(shop: Any, policy: Any) -> None:
    content = make_weekly(WEEK, by=SYSTEM, now=MONDAY).content
    numbers = {number["key"]: number for number in content["numbers"]}
    assert (numbers["received"]["value"], numbers["received"]["before"]) == (2.0, 1.0)
    assert (numbers["csat"]["value"], numbers["csat"]["counted"], numbers["csat"]["met"]) == (100.0, 1, True)
    assert content["codes"] == [{"code": 1001, "count": 2, "before": 0}]
    assert [row["number"] for row in content["serious"]] == [f"T{shop[0]['case_id']:06d}"]
    assert content["late"][0]["number"] == f"T{shop[0]['case_id']:06d}"
    assert [row["code"] for row in content["reopened"]] == [2001]
    assert content["levels"]["1"]["respond_on_time"]["value"] == 100.0
    assert json.dumps(content)
    shown = show(Report.objects.get())
    assert len(shown["tables"]) == 7


def test_a_report_stays_as_it_was_made(shop: Any) -> None:
    made = make_weekly(WEEK, by=SYSTEM, now=MONDAY)
    made.content["week"] = "2026-W11"
    with pytest.raises(Conflict):
        made.save()
    assert Report.objects.get().content["week"] == "2026-W10"


def test_the_schedule_is_the_policy_s_and_each_week_is_made_once(shop: Any, policy: Any) -> None:
    at = policy.insight.reports["weekly"].at
    due = datetime.fromisoformat(f"2026-03-09T{at}:00+08:00")
    assert make_due(due - timedelta(seconds=1)) is None
    made = make_due(due)
    assert made is not None
    assert (str(made.first_day), made.made_by) == ("2026-03-02", "system")
    assert make_due(due) is None
    assert make_due(due + timedelta(days=3)) is None
    assert make_due(due + timedelta(days=7)) is not None


def test_a_missed_hour_is_made_up_for(shop: Any) -> None:
    made = make_due(datetime.fromisoformat("2026-03-12T03:00:00+08:00"))
    assert made is not None
    assert str(made.first_day) == "2026-03-02"


def test_the_public_page_needs_no_account_and_hides_small_groups(
    fill: Any, client: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = timedelta(days=1)
    fill(*[{"received_at": now - 3 * day, "code": 1001} for _ in range(12)], *[{"received_at": now - 3 * day, "code": 2001} for _ in range(9)],
         *[{"received_at": now - 3 * day, "rated_at": now - 2 * day, "rating": 1, "code": 3001} for _ in range(3)])  # fmt: skip
    numbers = public_numbers(now)
    assert numbers["counts"] == {"received": 24, "handled": 0}
    assert numbers["codes"] == [(1001, 12)]
    assert "csat" not in numbers["values"]
    monkeypatch.setattr(public_pages, "printed", lambda template, data: b"%PDF")
    with clock.travel(now):
        answer = client.get("/public/")
        assert answer.status_code == 200
        assert "12315" in answer.content.decode()
        assert "T00" not in answer.content.decode()
        assert [client.get("/public/report.pdf").status_code for _ in range(8)][-2:] == [429, 429]


def test_nothing_to_tell_the_public_yet(client: Any, policy: Any, now: datetime) -> None:
    page = public_page(public_numbers(now), policy)
    assert [tile["value"] for tile in page["tiles"]] == ["0", "0"]
    assert client.get("/public/").status_code == 200


@pytest.mark.parametrize("language", ["zh", "en"])
def test_reports_from_the_terminal(shop: Any, tmp_path: Any, language: str, policy: Any) -> None:
    for words in (["weekly", "--week", "2026-W10"], ["public"]):
        for suffix in (".pdf", ".html"):
            target = tmp_path / f"{words[0]}{suffix}"
            done = CliRunner().invoke(command, [*words, "--out", str(target), "--locale", language])
            assert done.exit_code == 0, done.output
            assert target.read_bytes().startswith(b"%PDF-" if suffix == ".pdf" else b"<!DOCTYPE html>")


def test_the_terminal_refuses_what_it_cannot_write(shop: Any, tmp_path: Any) -> None:
    assert "ends in .pdf or .html" in CliRunner().invoke(command, ["public", "--out", str(tmp_path / "x.docx")]).output
    assert "no such folder" in CliRunner().invoke(command, ["public", "--out", str(tmp_path / "no" / "x.pdf")]).output
    assert Report.objects.count() == 0
