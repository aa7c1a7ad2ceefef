"""Accounts: who may make and change them, and what nobody may."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from huiyin.kernel.errors import BadInput, Conflict, Forbidden
from huiyin.people.accounts import Place, change_person, create_person, give_password, reachable
from huiyin.people.actions import actor_of_key, create_api_key
from huiyin.people.actors import SYSTEM, Actor
from huiyin.people.models import ApiKey, User
from tests.workbench.shop import open_case

pytestmark = pytest.mark.django_db
AGENT = Place(
    name="Zhao Min", role="agent", department="service", skills=("negotiation",), languages=("zh-hans",), shift="day"
)
Acting = Callable[[str], Actor]
Signed = Callable[[str], Client]


def test_a_new_account_has_a_one_time_password(actor: Acting) -> None:
    person, password = create_person("zhao.min", AGENT, by=actor("administrator"))
    person.refresh_from_db()
    assert person.check_password(password)
    assert person.must_change_password
    assert (person.role, person.department, person.skills, person.shift) == ("agent", "service", ["negotiation"], "day")


@pytest.mark.parametrize("username", ["", "A", "li na", "1st", "x" * 70, "Admin", "a/b"])
def test_user_names_are_plain(actor: Acting, username: str) -> None:
    with pytest.raises(BadInput):
        create_person(username, AGENT, by=actor("administrator"))


def test_user_names_are_taken_once(actor: Acting) -> None:
    create_person("zhao.min", AGENT, by=actor("administrator"))
    with pytest.raises(BadInput):
        create_person("zhao.min", AGENT, by=actor("administrator"))


@pytest.mark.parametrize(
    "change", [{"role": "king"}, {"department": "moon"}, {"skills": ("juggling",)}, {"shift": "never"}]
)
def test_places_are_the_policys(actor: Acting, change: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        create_person("zhao.min", replace(AGENT, **change), by=actor("administrator"))


@pytest.mark.parametrize("who", ["agent", "supervisor", "auditor", "quality", "legal"])
def test_others_make_no_accounts(actor: Acting, who: str) -> None:
    with pytest.raises(Forbidden):
        create_person("zhao.min", AGENT, by=actor(who))
    assert not User.objects.filter(username="zhao.min").exists()


def test_a_manager_keeps_to_his_department_and_gives_no_more_than_he_has(actor: Acting, staff: dict[str, User]) -> None:
    manager = actor("manager")
    create_person("zhao.min", AGENT, by=manager)
    for place in (
        replace(AGENT, department="quality"),
        replace(AGENT, role="administrator"),
        replace(AGENT, role="auditor"),
        replace(AGENT, department=""),
    ):
        with pytest.raises(Forbidden):
            create_person("other", place, by=manager)
    with pytest.raises(Forbidden):
        give_password(staff["administrator"], by=manager)
    with pytest.raises(Forbidden):
        give_password(staff["quality"], by=manager)
    give_password(staff["agent"], by=manager)


def test_a_manager_cannot_pull_an_administrator_down(actor: Acting, staff: dict[str, User]) -> None:
    staff["administrator"].department = "service"
    staff["administrator"].save()
    with pytest.raises(Forbidden):
        change_person(staff["administrator"], AGENT, active_account=True, by=actor("manager"))


def test_nobody_changes_his_own_place(actor: Acting, staff: dict[str, User]) -> None:
    own = staff["administrator"]
    with pytest.raises(Forbidden):
        change_person(own, Place(name="x", role="manager"), active_account=True, by=actor("administrator"))
    with pytest.raises(Forbidden):
        change_person(own, Place(name="x", role="administrator"), active_account=False, by=actor("administrator"))
    change_person(own, Place(name="New Name", role="administrator"), active_account=True, by=actor("administrator"))
    own.refresh_from_db()
    assert own.name == "New Name"


def test_the_last_who_manages_people_stays(staff: dict[str, User]) -> None:
    with pytest.raises(Conflict):
        change_person(staff["administrator"], Place(name="x", role="administrator"), active_account=False, by=SYSTEM)
    with pytest.raises(Conflict):
        change_person(staff["administrator"], AGENT, active_account=True, by=SYSTEM)
    assert User.objects.get(username="administrator").is_active


def test_who_has_open_cases_is_not_switched_off(staff: dict[str, User], client_for: Signed, now: Any) -> None:
    case = open_case("杯子碎了，要求退款", at=now)
    case.owner = staff["agent"]
    case.save()
    form = {"name": "A", "role": "agent", "department": "service", "shift": ""}
    page = client_for("administrator").post(reverse("people:person", args=[staff["agent"].pk]), form)
    assert page.status_code == 422
    assert reverse("dispatch:board") in page.content.decode()
    assert User.objects.get(username="agent").is_active
    case.owner = None
    case.save()
    assert client_for("administrator").post(reverse("people:person", args=[staff["agent"].pk]), form).status_code == 302
    assert not User.objects.get(username="agent").is_active


def test_reachable_roles(actor: Acting, policy: Any) -> None:
    assert "administrator" in reachable(actor("administrator"), policy)
    assert "integrator" not in reachable(actor("administrator"), policy)
    assert set(reachable(actor("manager"), policy)) >= {"agent", "supervisor", "member"}
    assert not {"administrator", "auditor"} & set(reachable(actor("manager"), policy))
    assert reachable(actor("agent"), policy) == []


def test_lists_show_what_one_may_see(
    client_for: Signed, staff: dict[str, User], django_assert_max_num_queries: Any
) -> None:
    client = client_for("supervisor")
    with django_assert_max_num_queries(10):
        page = client.get(reverse("people:index")).content.decode()
    assert "Agent2" in page
    assert "Logistics<" not in page, "a supervisor sees his own department"
    assert client.get(reverse("people:person", args=[staff["logistics"].pk])).status_code == 404
    assert client.get(reverse("people:person", args=[staff["agent"].pk])).status_code == 200
    assert client.post(reverse("people:person", args=[staff["agent"].pk]), {}).status_code == 403
    assert client.get(reverse("people:new")).status_code == 403
    assert client_for("agent").get(reverse("people:index")).status_code == 403
    assert "Logistics" in client_for("auditor").get(reverse("people:index")).content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("words=agen", {"Agent", "Agent2"}),
        ("role=legal", {"Legal"}),
        ("skill=refunds", {"Finance"}),
        ("state=away", {"Agent2"}),
        ("state=off", {"Quality"}),
    ],
)
def test_filters(client_for: Signed, staff: dict[str, User], now: Any, query: str, found: set[str]) -> None:
    from huiyin.kernel import clock

    User.objects.filter(username="finance").update(skills=["refunds"])
    User.objects.filter(username="agent2").update(away_until=clock.now() + timedelta(days=1))
    User.objects.filter(username="quality").update(is_active=False)
    lines = client_for("administrator").get(reverse("people:index") + "?" + query).context["lines"]
    assert {line.person.name for line in lines} == found


def test_a_password_is_shown_once_and_not_kept_anywhere(client_for: Signed, staff: dict[str, User]) -> None:
    answer = client_for("administrator").post(reverse("people:password", args=[staff["agent"].pk]))
    assert "no-store" in answer["Cache-Control"]
    password = answer.context["password"]
    assert password in answer.content.decode()
    agent = User.objects.get(username="agent")
    assert agent.check_password(password)
    assert agent.must_change_password


def test_keys_are_shown_once_and_revoked(client_for: Signed) -> None:
    client = client_for("administrator")
    page = client.post(reverse("people:keys"), {"name": "shop app", "role": "integrator"})
    key = page.context["made"]
    assert key in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert actor_of_key(key).name == "shop app"  # type: ignore[union-attr]
    assert key not in client.get(reverse("people:keys")).content.decode()
    made = ApiKey.objects.get()
    assert made.created_by == "Administrator"
    assert client.post(reverse("people:keys"), {"name": "shop app", "role": "integrator"}).status_code == 422
    assert client.post(reverse("people:revoke_key", args=[made.pk])).status_code == 302
    assert actor_of_key(key) is None
    assert client.post(reverse("people:revoke_key", args=[made.pk])).status_code == 404


def test_keys_are_for_those_who_manage_all_people(client_for: Signed, now: Any) -> None:
    create_api_key(name="k", role="integrator", now=now)
    for who in ("manager", "supervisor", "auditor", "agent"):
        client = client_for(who)
        assert client.get(reverse("people:keys")).status_code in {403, 404}
        assert client.post(reverse("people:revoke_key", args=[ApiKey.objects.get().pk])).status_code in {403, 404}
    assert ApiKey.objects.get().revoked_at is None


def test_a_lost_phone(client_for: Signed, staff: dict[str, User]) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(staff["agent"], generate_totp_secret())
    assert staff["agent"].has_usable_mfa()
    assert client_for("supervisor").post(reverse("people:factor", args=[staff["agent"].pk])).status_code == 403
    assert client_for("administrator").post(reverse("people:factor", args=[staff["agent"].pk])).status_code == 302
    assert not staff["agent"].has_usable_mfa()


@pytest.mark.parametrize("locale", ["zh-hans", "en"])
@pytest.mark.parametrize("name", ["people:index", "people:new", "people:roles", "people:keys"])
def test_pages_read_in_both_languages(client_for: Signed, name: str, locale: str) -> None:
    client = client_for("administrator")
    User.objects.update(locale=locale)
    assert client.get(reverse(name)).status_code == 200
