"""Who sees what on the pages of analysis, and that each number leads to its cases."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from huiyin.insight import pages, pressroom
from huiyin.insight.queries import View, measure
from huiyin.insight.reports import make_weekly
from huiyin.insight.rules import between, last_week
from huiyin.insight.slices import Slice, reach, read_filters
from huiyin.kernel import clock
from huiyin.kernel.errors import BadInput, Forbidden
from huiyin.people.actors import SYSTEM

from .conftest import ZONE

pytestmark = pytest.mark.django_db
PAGES = ("/insight/", "/insight/charts/", "/insight/cases/", "/insight/reports/")


@pytest.fixture(autouse=True)
def _no_press(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "picture", lambda spec: f"<svg data-marks='{len(spec['data']['values'])}'></svg>")
    monkeypatch.setattr(pages, "printed", lambda template, data: f"%PDF {template} {data['title']}".encode())


@pytest.fixture(autouse=True)
def _at(now: datetime) -> Any:
    with clock.travel(now):
        yield


@pytest.fixture
def shop(fill: Any, staff: Any, now: datetime) -> Any:
    hour = timedelta(hours=1)
    return fill(
        {
            "department": "quality",
            "received_at": now - 30 * hour,
            "first_reply_at": now - 29 * hour,
            "merchant": "=A1",
            "respond_due_at": now - 26 * hour,
        },
        {
            "department": "quality",
            "received_at": now - 20 * hour,
            "respond_due_at": now - 14 * hour,
            "channel": "phone",
        },
        {
            "department": "service",
            "received_at": now - 10 * hour,
            "respond_due_at": now - 4 * hour,
            "code": 2001,
            "level": 1,
        },
    )


def test_strangers_are_sent_to_sign_in(client: Any) -> None:
    for url in PAGES:
        answer = client.get(url)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/login/")


@pytest.mark.parametrize(
    ("name", "status"),
    [("agent", 403), ("manager", 200), ("supervisor", 200), ("quality", 200), ("auditor", 200), ("administrator", 200)],
)
def test_who_opens_the_dashboard(shop: Any, client_for: Callable[[str], Any], name: str, status: int) -> None:
    assert client_for(name).get("/insight/").status_code == status
    assert client_for(name).get("/insight/cases/").status_code == status


@pytest.mark.parametrize(
    ("name", "seen"),
    [("manager", 3), ("quality_supervisor", 2), ("supervisor", 1), ("quality", 2), ("logistics", 0), ("auditor", 3)],
)
def test_everybody_counts_only_what_he_may_see(
    shop: Any, client_for: Callable[[str], Any], actor: Any, now: datetime, name: str, seen: int
) -> None:
    view = View(reach(actor(name)), between(now.date() - timedelta(days=7), now.date(), ZONE), now)
    assert measure(["received"], view)["received"].counted == seen
    assert client_for(name).get("/insight/cases/").content.decode().count("<tr data-row>") == seen
    # asking for another department does not widen what one may see
    if name == "quality":
        assert client_for(name).get("/insight/cases/?department=service").content.decode().count("<tr data-row>") == 0


def test_reach_is_no_wider_than_seeing_the_cases(staff: Any, actor: Any) -> None:
    assert reach(actor("manager")) == Slice()
    assert reach(actor("quality")) == Slice(department="quality")
    with pytest.raises(Forbidden):
        reach(actor("agent"))
    with pytest.raises(Forbidden):
        reach(actor("quality"), "report.view")


def test_tiles_lead_to_lists_of_the_same_length(shop: Any, client_for: Callable[[str], Any]) -> None:
    client = client_for("manager")
    page = client.get("/insight/?period=7d").content.decode()
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="(/insight/cases/\?[^"]*)"', page)]
    assert any("of=respond_on_time" in link for link in links)
    for link in links:
        assert client.get(link).status_code == 200
    late = client.get("/insight/cases/?of=respond_on_time&part=miss").content.decode()
    assert late.count("<tr data-row>") == 2


def test_the_dashboard_asks_the_database_little(
    shop: Any, client_for: Callable[[str], Any], django_assert_max_num_queries: Any
) -> None:
    client = client_for("manager")
    with django_assert_max_num_queries(10):
        assert client.get("/insight/?charts=1").status_code == 200
    with django_assert_max_num_queries(4):
        client.get("/insight/?charts=1")


def test_charts_come_with_a_table_and_without_inline_style(shop: Any, client_for: Callable[[str], Any]) -> None:
    page = client_for("manager").get("/insight/charts/").content.decode()
    assert page.count("<figure") == page.count("<details>") == 6  # nobody has rated yet: no satisfaction by week
    assert "style=" not in page


def test_a_chart_that_cannot_be_drawn_leaves_its_table_open(
    shop: Any, client_for: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(spec: Any) -> str:
        raise pressroom.PressFailed("no")

    monkeypatch.setattr(pages, "picture", fail)
    page = client_for("manager").get("/insight/charts/").content.decode()
    assert page.count("<details open>") == 6


@pytest.mark.parametrize(("locale", "words"), [("en", "Nothing came in"), ("zh-hans", "没有收到反馈")])
def test_nothing_to_show_says_so(
    client_for: Callable[[str], Any], staff: dict[str, Any], locale: str, words: str
) -> None:
    client = client_for("manager")
    type(staff["manager"]).objects.update(locale=locale)
    assert words in client.get("/insight/charts/").content.decode()


@pytest.mark.parametrize("query", ["level=x", "code=-1", "day=2026-13-01", "age=1-2", "from=yesterday", "from=2026-03-02&to=2026-03-01", "period=eternity", "of=nonsense", "part=all",
                                   "older=abc", "code=99999999999", "from=0001-01-01", "owner=1.5", "format=exe", "merchant=%00"])  # fmt: skip
def test_bad_addresses_are_refused_in_words(shop: Any, client_for: Callable[[str], Any], query: str) -> None:
    assert client_for("manager").get(f"/insight/cases/?{query}").status_code == 422


def test_lists_are_paged_both_ways(
    fill: Any, client_for: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PAGE", 2)
    rows = fill(*[{} for _ in range(5)])
    client, numbers = client_for("manager"), [f"T{row['case_id']:06d}" for row in reversed(rows)]
    first = client.get("/insight/cases/?period=7d").content.decode()
    assert re.findall(r"T\d{6}", first.split("<tbody>")[1])[::2] == numbers[:2] or all(
        number in first for number in numbers[:2]
    )
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older is not None
    second = client.get("/insight/cases/" + older[1].replace("&amp;", "&")).content.decode()
    assert all(number in second for number in numbers[2:4])
    assert numbers[1] not in second
    newer = re.search(r'rel="prev" href="([^"]+)"', second)
    assert newer is not None
    assert all(
        number in client.get("/insight/cases/" + newer[1].replace("&amp;", "&")).content.decode()
        for number in numbers[:2]
    )


@pytest.mark.parametrize(
    ("name", "status"), [("manager", 200), ("auditor", 200), ("supervisor", 403), ("quality", 403)]
)
def test_files_only_for_those_who_may_export(
    shop: Any, client_for: Callable[[str], Any], name: str, status: int
) -> None:
    answer = client_for(name).get("/insight/cases/?format=csv")
    assert answer.status_code == status
    if status == 200:
        assert "'=A1" in answer.content.decode("utf-8-sig")
        assert answer["Content-Disposition"].startswith("attachment")


def test_reports_are_seen_by_reach(shop: Any, client_for: Callable[[str], Any], actor: Any, now: datetime) -> None:
    whole = make_weekly(last_week(now, ZONE), by=SYSTEM, now=now)
    own = make_weekly(last_week(now, ZONE), by=actor("quality_supervisor"), now=now)
    assert (whole.department, own.department) == ("", "quality")
    seen = {
        name: [client_for(name).get(f"/insight/reports/{one.pk}/").status_code for one in (whole, own)]
        for name in ("manager", "quality_supervisor", "supervisor", "quality", "agent")
    }
    assert seen == {
        "manager": [200, 200],
        "quality_supervisor": [404, 200],
        "supervisor": [404, 404],
        "quality": [403, 403],
        "agent": [403, 403],
    }
    assert client_for("manager").get(f"/insight/reports/{whole.pk}/pdf/").content.startswith(b"%PDF weekly.typ")
    assert client_for("supervisor").get(f"/insight/reports/{whole.pk}/pdf/").status_code == 404


def test_making_a_report_by_hand(shop: Any, client_for: Callable[[str], Any]) -> None:
    from huiyin.insight.models import Report

    client = client_for("supervisor")
    assert client.get("/insight/reports/make/").status_code == 405
    answer = client.post("/insight/reports/make/", {"week": "2026-W10"})
    report = Report.objects.get()
    assert (answer["Location"], report.department, str(report.first_day)) == (
        f"/insight/reports/{report.pk}/",
        "service",
        "2026-03-02",
    )
    assert client.post("/insight/reports/make/", {"week": "soon"}).status_code == 422
    assert client_for("quality").post("/insight/reports/make/").status_code == 403
    assert Report.objects.count() == 1


def test_filters_of_an_address() -> None:
    assert read_filters({"level": " 2 ", "merchant": "极光", "age": "1-3", "other": "x", "code": ""}) == (
        ("age", (1, 3)),
        ("level", 2),
        ("merchant", "极光"),
    )
    with pytest.raises(BadInput):
        read_filters({"weekday": "Monday"})
