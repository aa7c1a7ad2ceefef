"""The case API: reading, one verb a path, and what each role may do with it."""

from datetime import timedelta

import pytest

from huiyin.cases.models import Case
from huiyin.clock.models import Deadline, Extension
from huiyin.kernel.clock import travel
from huiyin.people.actions import create_api_key
from tests.workbench import shop

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(now):
    with travel(now):
        yield


@pytest.fixture
def case(staff, now) -> Case:
    opened = shop.open_case("水壶坏了，要求退款", at=now - timedelta(hours=1), code=1101)
    Case.objects.filter(pk=opened.pk).update(owner=staff["quality"])
    opened.refresh_from_db()
    return opened


def post(client, path: str, body=None):
    return client.post(f"/api/v1{path}", body or {}, content_type="application/json")


def test_a_case_with_its_deadlines_and_proposals(client_for, case):
    body = client_for("quality").get(f"/api/v1/cases/{case.number}").json()
    assert {"kind", "code", "level", "flags", "owner", "department", "state", "deadlines", "proposals"} <= body.keys()
    assert (body["kind"], body["code"], body["level"], body["owner"]) == ("complaint", 1101, 2, "Quality")
    respond = next(one for one in body["deadlines"] if one["kind"] == "respond")
    assert respond["clock"] == "promise"
    assert respond["because"][0].keys() == {"zh", "en"}
    assert body["proposals"] == []


def test_the_list_narrows_and_pages(client_for, now, case):
    shop.open_many(4, at=now, code=2202, level=3)
    client = client_for("manager")
    first = client.get("/api/v1/cases?limit=2").json()
    second = client.get("/api/v1/cases", {"limit": 2, "after": first["after"]}).json()
    third = client.get("/api/v1/cases", {"limit": 2, "after": second["after"]}).json()
    assert [len(one["cases"]) for one in (first, second, third)] == [2, 2, 1]
    assert third["after"] == ""
    assert third["cases"][0]["number"] == case.number
    assert [
        one["number"] for one in client.get("/api/v1/cases?q=退款&state=open&level=2&code=1101").json()["cases"]
    ] == [case.number]
    assert client.get("/api/v1/cases?owner=999").json()["cases"] == []
    assert client.get("/api/v1/cases?level=9").status_code == 422
    assert client.get("/api/v1/cases?after=zzz").status_code == 422
    assert [one["number"] for one in client_for("quality").get("/api/v1/cases").json()["cases"]] == [case.number]


def test_verbs_answer_the_case_as_it_is_then(client_for, case):
    client = client_for("quality")
    assert post(client, f"/cases/{case.number}/confirm").json()["state"] == "confirmed"
    assert post(client, f"/cases/{case.number}/investigate", {"note": "asked"}).json()["state"] == "investigating"
    assert post(client, f"/cases/{case.number}/correct", {"level": 1, "flags": ["safety"]}).json()["level"] == 1
    assert (
        post(
            client, f"/cases/{case.number}/responsibility", {"responsible": "supplier", "cause": "product"}
        ).status_code
        == 200
    )
    assert post(client, f"/cases/{case.number}/release", {"reason": "ill"}).json()["owner"] is None
    assert post(client, f"/cases/{case.number}/take").json()["owner"] == "Quality"
    again = post(client, f"/cases/{case.number}/take")
    assert (again.status_code, again.headers["Content-Type"]) == (409, "application/problem+json")
    assert post(client, f"/cases/{case.number}/pause", {"reason": "goods"}).json()["paused_at"] is not None
    assert post(client, f"/cases/{case.number}/resume").json()["paused_at"] is None
    assert post(client, f"/cases/{case.number}/close", {"outcome": "resolved"}).status_code == 403
    boss = client_for("manager")
    assert (
        post(boss, f"/cases/{case.number}/close", {"outcome": "unresolved", "reason": "lost"}).json()["state"]
        == "closed"
    )
    assert post(boss, f"/cases/{case.number}/reopen", {"reason": "found"}).json()["reopened"] == 1


def test_more_time_over_the_api(client_for, case):
    deadline = Deadline.objects.get(case=case, kind="propose")
    asked = post(
        client_for("quality"),
        f"/cases/{case.number}/extend",
        {"deadline": deadline.pk, "length": "24 hours", "reason": "lab"},
    ).json()
    assert asked["granted"] is None
    assert post(client_for("quality"), f"/extensions/{asked['id']}/decide", {"granted": True}).status_code == 403
    assert Extension.objects.get(pk=asked["id"]).decided_at is None
    assert (
        post(
            client_for("quality_supervisor"), f"/extensions/{asked['id']}/decide", {"granted": True, "answer": "go"}
        ).json()["granted"]
        is True
    )
    assert post(client_for("quality_supervisor"), "/extensions/99999/decide", {"granted": True}).status_code in {
        404,
        422,
    }


def test_a_machine_reads_but_moves_nothing(client, case, now):
    key = create_api_key(name="erp", role="integrator", now=now)
    bearer = {"Authorization": f"Bearer {key}"}
    assert client.get(f"/api/v1/cases/{case.number}", headers=bearer).status_code == 200
    for verb, body in (
        ("confirm", {}),
        ("take", {}),
        ("assign", {"department": "quality"}),
        ("pause", {"reason": "goods"}),
        ("correct", {"level": 1}),
    ):
        assert (
            client.post(
                f"/api/v1/cases/{case.number}/{verb}", body, content_type="application/json", headers=bearer
            ).status_code
            == 403
        ), verb
    case.refresh_from_db()
    assert (case.state, case.level, case.paused_at) == ("received", 2, None)
    assert client.get(f"/api/v1/cases/{case.number}").status_code == 401


def test_machines_with_a_persons_role_cannot_take_or_ask(client, case, now):
    bearer = {"Authorization": f"Bearer {create_api_key(name='bot', role='manager', now=now)}"}
    Case.objects.filter(pk=case.pk).update(owner=None)
    assert client.post(f"/api/v1/cases/{case.number}/take", headers=bearer).status_code == 403
    deadline = Deadline.objects.get(case=case, kind="propose")
    body = {"deadline": deadline.pk, "length": "24 hours", "reason": "lab"}
    assert (
        client.post(
            f"/api/v1/cases/{case.number}/extend", body, content_type="application/json", headers=bearer
        ).status_code
        == 403
    )
    assert not Extension.objects.exists()


@pytest.mark.parametrize("verb", ["confirm", "take", "close", "assign", "correct", "pause", "dispute", "legal-clock"])
def test_an_outsider_gets_the_answer_of_no_such_case(client_for, case, verb):
    bodies = {"close": {"outcome": "resolved"}, "assign": {"department": "quality"}, "pause": {"reason": "goods"}, "dispute": {"reason": "x"},
              "legal-clock": {"key": "online_settlement", "started_at": "2026-03-01T10:00:00Z"}}  # fmt: skip
    client = client_for("logistics")
    known, unknown = (post(client, f"/cases/{number}/{verb}", bodies.get(verb)) for number in (case.number, "HY000"))
    assert known.status_code == unknown.status_code == 404
    assert known.json()["detail"] == unknown.json()["detail"]
