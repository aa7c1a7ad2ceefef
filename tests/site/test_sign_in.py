"""Signing in: one-time passwords, lockout, second factor, language; and no way in for strangers."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings as house
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from huiyin.people.guesses import CODES_AT_ONCE
from huiyin.people.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "river-stone-49"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def person(policy: Any) -> User:
    return User.objects.create_user("li.na", PASSWORD, name="Li Na", role="agent", department="service", locale="en")


def sign_in(client: Client, password: str = PASSWORD, username: str = "li.na") -> Any:
    return client.post(reverse("account_login"), {"login": username, "password": password})


def test_sign_in_leads_to_work_in_the_persons_language(client: Client, person: User) -> None:
    answer = sign_in(client)
    assert (answer.status_code, answer["Location"]) == (302, "/start/")
    assert client.get("/start/")["Location"] == reverse("dispatch:mine")
    page = client.get(reverse("account_change_password"))
    assert page["Content-Language"] == "en"
    client.post(reverse("set_language"), {"language": "zh-hans", "next": "/"})
    person.refresh_from_db()
    assert person.locale == "zh-hans"
    assert client.get(reverse("account_change_password"))["Content-Language"] == "zh-hans"


def test_the_switch_works_without_an_account_and_takes_known_languages_only(client: Client, person: User) -> None:
    assert client.post(reverse("set_language"), {"language": "en"}).status_code == 302
    assert client.get(reverse("account_login"))["Content-Language"] == "en"
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.post(reverse("set_language"), {"language": "xx"})
    person.refresh_from_db()
    assert person.locale == "en"
    assert client.get(reverse("set_language")).status_code == 405


def test_a_one_time_password_has_to_be_replaced_first(client: Client, person: User) -> None:
    User.objects.update(must_change_password=True)
    sign_in(client)
    change = reverse("account_change_password")
    assert client.get("/work/")["Location"] == change
    assert client.get("/work/", headers={"HX-Request": "true"})["HX-Redirect"] == change
    refused = client.post("/api/v1/feedback")
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    assert client.get(change).status_code == 200
    same = client.post(change, {"oldpassword": PASSWORD, "password1": PASSWORD, "password2": PASSWORD})
    assert same.status_code == 200
    person.refresh_from_db()
    assert person.must_change_password
    changed = client.post(
        change, {"oldpassword": PASSWORD, "password1": "meadow-cloud-77", "password2": "meadow-cloud-77"}
    )
    assert changed["Location"] == "/start/", "he goes on to his work, not back to the form"
    person.refresh_from_db()
    assert not person.must_change_password
    assert client.get("/start/")["Location"] == reverse("dispatch:mine")


def test_guessing_is_locked_out_kindly_and_a_new_password_unlocks(client: Client, person: User) -> None:
    from huiyin.people.accounts import give_password
    from huiyin.people.actors import SYSTEM

    for _ in range(house.AXES_FAILURE_LIMIT):
        answer = sign_in(client, "wrong", username="Li.Na")
    assert answer.status_code == 429
    assert "15" in answer.content.decode()
    assert sign_in(client).status_code == 429, "the right password does not help while locked"
    assert sign_in(Client(REMOTE_ADDR="198.51.100.7")).status_code == 302, (
        "the person himself elsewhere is not locked out"
    )
    given = give_password(person, by=SYSTEM)
    assert sign_in(client, given).status_code == 302


def test_cooling_off_is_as_long_as_the_page_says() -> None:
    assert house.AXES_COOLOFF_TIME * 60 == 15


def test_switched_off_accounts_do_not_get_in(client: Client, person: User) -> None:
    sign_in(client)
    User.objects.update(is_active=False)
    assert client.get("/start/")["Location"].startswith(reverse("account_login"))
    assert "_auth_user_id" not in client.session or sign_in(client).status_code in {200, 302}
    assert client.get("/start/")["Location"].startswith(reverse("account_login"))


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def test_second_factor_from_set_up_to_recovery(client: Client, person: User) -> None:
    sign_in(client)
    ask = client.get(reverse("mfa_activate_totp"))["Location"]
    assert ask.startswith(reverse("account_reauthenticate")), "the password is asked for once more"
    assert client.get(ask).status_code == 200
    assert client.post(ask, {"password": PASSWORD}).status_code == 302
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    assert 'src="data:image/svg+xml' in page
    secret = re.search(r'data-copy="(\w+)"', page)[1]  # type: ignore[index]
    assert client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)}).status_code == 302
    assert person.has_usable_mfa()
    codes = re.findall(r"<code>([\w-]+)</code>", client.get(reverse("mfa_view_recovery_codes")).content.decode())
    assert len(codes) == 10
    again = Client()
    assert sign_in(again)["Location"].startswith(reverse("mfa_authenticate"))
    assert again.get("/start/")["Location"].startswith(reverse("account_login")), "the password alone is not enough"
    assert again.get(reverse("mfa_authenticate")).status_code == 200
    assert again.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert again.post(reverse("mfa_authenticate"), {"code": codes[0]}).status_code == 302
    third = Client()
    sign_in(third)
    for _ in range(CODES_AT_ONCE):
        third.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert third.post(reverse("mfa_authenticate"), {"code": codes[1]}).status_code == 200, (
        "guessing codes is slowed down"
    )
    assert again.get("/start/")["Location"] == reverse("dispatch:mine")


@pytest.mark.parametrize(
    "address", ["/accounts/signup/", "/accounts/email/", "/accounts/confirm-email/", "/accounts/password/reset/"]
)
def test_there_is_no_sign_up_and_no_mail_without_a_mail_server(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_the_sign_in_page_says_who_helps_when_mail_cannot(client: Client, policy: Any) -> None:
    client.cookies["django_language"] = "en"
    assert "one-time password" in client.get(reverse("account_login")).content.decode()


@pytest.mark.parametrize("name", ["agent", "auditor", "administrator", "manager", "legal"])
def test_everybody_begins_on_a_page_he_may_open(client_for: Callable[[str], Client], name: str) -> None:
    assert client_for(name).get("/start/", follow=True).status_code == 200


def test_a_forgotten_password_by_mail(client: Client, person: User, settings: Any, mailoutbox: Any) -> None:
    settings.ROOT_URLCONF = "tests.site.urls_with_mail"
    User.objects.update(email="li.na@example.com", must_change_password=True)
    assert reverse("account_reset_password") in client.get(reverse("account_login")).content.decode()
    assert client.get(reverse("account_reset_password")).status_code == 200
    assert (
        client.post(reverse("account_reset_password"), {"email": "li.na@example.com"}, follow=True).status_code == 200
    )
    link = re.search(r"http://testserver(\S+)", mailoutbox[0].body)[1]  # type: ignore[index]
    page = client.get(link, follow=True)
    assert page.status_code == 200
    done = client.post(
        page.request["PATH_INFO"], {"password1": "meadow-cloud-77", "password2": "meadow-cloud-77"}, follow=True
    )
    assert done.status_code == 200
    person.refresh_from_db()
    assert person.check_password("meadow-cloud-77")
    assert not person.must_change_password, "he chose it himself"
    assert client.get(link, follow=True).status_code == 200, "a used link says so"
