"""The public form, the receipt, and the agent's desk."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from huiyin.cases.models import Feedback, Order
from huiyin.intake.models import Quarantined
from tests.intake.table import BAD, Bad

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(policy: Any) -> Client:
    """Somebody without an account, and without JavaScript."""
    return Client(enforce_csrf_checks=True)


def once(page: Any) -> str:
    """Return the form's once-token."""
    found = re.search(r'name="once" value="([^"]+)"', page.content.decode())
    assert found
    return found[1]


def flat(item: dict[str, Any]) -> dict[str, str]:
    customer = {f"customer_{name}": value for name, value in item.get("customer", {}).items()}
    fields = {
        name: value for name, value in item.items() if name not in {"customer", "channel", "external_id"}
    } | customer
    return {name.replace("customer_preferred_contact", "preferred_contact"): value for name, value in fields.items()}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_start_page(visitor: Client, language: str, policy: Any) -> None:
    page = visitor.get("/", headers={"Accept-Language": language})
    text = page.content.decode()
    assert page.status_code == 200
    assert policy.contact.disclosure.hotline in text
    assert policy.contact.disclosure.promise.in_(language) in text
    assert 'href="/feedback/"' in text


def test_the_form_asks_what_the_policy_asks(visitor: Client, policy: Any) -> None:
    text = visitor.get("/feedback/", headers={"Accept-Language": "en"}).content.decode()
    for fact in policy.channels["web"].ask:
        if fact != "attachments":
            assert policy.intake.questions[fact].en in text.replace("&#x27;", "'")


def test_a_link_on_an_order_page_fills_the_order_in(visitor: Client) -> None:
    assert 'value="A&quot;1"' in visitor.get('/feedback/?order_number=A"1').content.decode()


def test_telling_us_leads_to_a_receipt(visitor: Client) -> None:
    answer = visitor.post(
        "/feedback/", {"text": "水壶漏水", "customer_phone": "13800138000", "once": once(visitor.get("/feedback/"))}
    )
    assert answer.status_code == 303
    row = Feedback.objects.get()
    assert answer["Location"] == f"/feedback/received/{row.token}/"
    page = visitor.get(answer["Location"]).content.decode()
    assert row.number in page
    assert f"/t/{row.token}" in page
    assert (row.channel, row.locale) == ("web", "zh-hans")


def test_a_double_click_makes_one_and_other_words_another(visitor: Client) -> None:
    token = once(visitor.get("/feedback/"))
    first, second = (visitor.post("/feedback/", {"text": "x", "once": token}) for _ in range(2))
    assert first["Location"] == second["Location"]
    visitor.post("/feedback/", {"text": "y", "once": token})
    assert Feedback.objects.count() == 2


def test_a_receipt_tells_the_real_promise(visitor: Client, drain: Callable[..., int]) -> None:
    from huiyin.kernel import clock

    where = visitor.post("/feedback/", {"text": "水壶漏水，要求退款"})["Location"]
    assert 'hx-get="' in visitor.get(where).content.decode()
    drain(clock.now())
    page = visitor.get(where, headers={"HX-Request": "true"}).content.decode()
    assert "hx-get" not in page
    assert page.count("<time") == 2


def test_a_receipt_asks_for_the_promise_for_a_while_only(visitor: Client) -> None:
    where = visitor.post("/feedback/", {"text": "x"})["Location"]
    assert "hx-get" in visitor.get(f"{where}?looked=3").content.decode()
    for looked in ("20", "-1", "x" * 500, "９"):
        assert visitor.get(where, {"looked": looked}).status_code == 200
    assert 'hx-get="/feedback/received' not in visitor.get(f"{where}?looked=20").content.decode()


def test_nobody_else_has_a_receipt(visitor: Client) -> None:
    assert visitor.get("/feedback/received/unknown/").status_code == 404


@pytest.mark.parametrize(
    "bad", [pytest.param(bad, id=name) for name, bad in BAD.items() if bad.field not in {"channel", "external_id"}]
)
def test_bad_input_keeps_what_was_written(visitor: Client, bad: Bad) -> None:
    sent = flat(bad.item)
    answer = visitor.post("/feedback/", sent)
    if bad.field is None:
        assert answer.status_code == 303
        return
    assert answer.status_code == 422
    text = answer.content.decode()
    assert 'aria-invalid="true"' in text
    assert Feedback.objects.count() == 0
    if sent["text"].strip() == "x":
        assert ">\nx</textarea>" in text


def test_markup_in_every_field_is_shown_as_text(visitor: Client) -> None:
    evil = '"><script>alert(1)</script>'
    sent = dict.fromkeys(
        (
            "text",
            "demand",
            "order_number",
            "product",
            "occurred_at",
            "customer_name",
            "customer_phone",
            "customer_email",
            "once",
        ),
        evil,
    )
    text = visitor.post("/feedback/", sent).content.decode()
    assert "<script>alert" not in text


def test_whoever_wants_to_be_rung_says_where(visitor: Client) -> None:
    assert visitor.post("/feedback/", {"text": "x", "preferred_contact": "phone"}).status_code == 422
    assert (
        visitor.post("/feedback/", {"text": "x", "preferred_contact": "email", "customer_email": "a@b.cn"}).status_code
        == 303
    )


def test_what_a_program_filled_in_is_kept_for_people(visitor: Client) -> None:
    answer = visitor.post("/feedback/", {"text": "buy", "website": "http://x"})
    assert answer["Location"] == "/feedback/kept/"
    assert visitor.get(answer["Location"]).status_code == 200
    assert b'"text": "buy"' in bytes(Quarantined.objects.get().raw)
    assert Feedback.objects.count() == 0


def test_too_many_from_one_address_keep_their_words(visitor: Client, policy: Any) -> None:
    count = policy.intake.rates["web"].count
    for _ in range(count):
        assert visitor.post("/feedback/", {"text": "x"}).status_code == 303
    answer = visitor.post("/feedback/", {"text": "my long story"})
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert "my long story" in answer.content.decode()
    assert visitor.post("/feedback/", {"text": "x"}, REMOTE_ADDR="10.0.0.9").status_code == 303


def test_a_broken_form_is_no_crash(visitor: Client) -> None:
    for body, kind in (
        (b"%ff%fe=%00&text=%ed%a0%80", "application/x-www-form-urlencoded"),
        (b"text=x", "text/plain"),
        (b"--x", "multipart/form-data; boundary=x"),
    ):
        assert visitor.post("/feedback/", body, content_type=kind).status_code in {303, 400, 422}


@pytest.fixture
def desk(client_for: Callable[[str], Client], policy: Any) -> Client:
    """An agent at his desk."""
    return client_for("agent")


CALL = {
    "channel": "phone",
    "customer_phone": "13800138000",
    "customer_name": "王女士",
    "text": "水壶漏水，要求退款",
    "demand": "退款",
    "order_number": "A1",
}


def test_an_agent_enters_a_call_and_reads_the_real_promise(desk: Client, staff: Any, drain: Callable[..., int]) -> None:
    from huiyin.kernel import clock

    answer = desk.post("/enter/", CALL | {"once": once(desk.get("/enter/"))})
    assert answer.status_code == 303
    row = Feedback.objects.get()
    assert (row.channel, row.source) == ("phone", f"user:{staff['agent'].pk}")
    before = desk.get(answer["Location"]).content.decode()
    assert row.number in before
    assert 'hx-get="/entered/' in before
    drain(clock.now())
    spoken = desk.get(answer["Location"], headers={"HX-Request": "true"}).content.decode()
    assert "王女士" in spoken
    assert "—" not in spoken.split("</blockquote>")[0].replace("A1", "")
    assert "Agent" in spoken


def test_sent_twice_it_is_entered_once(desk: Client) -> None:
    token = once(desk.get("/enter/"))
    assert (
        desk.post("/enter/", CALL | {"once": token})["Location"]
        == desk.post("/enter/", CALL | {"once": token})["Location"]
    )
    assert Feedback.objects.count() == 1


@pytest.mark.parametrize("missing", ["customer_phone", "text", "demand"])
def test_what_the_channel_requires(desk: Client, missing: str) -> None:
    assert desk.post("/enter/", CALL | {missing: ""}).status_code == 422
    assert Feedback.objects.count() == 0


def test_the_counter_also_asks_where(desk: Client) -> None:
    assert desk.post("/enter/", CALL | {"channel": "counter"}).status_code == 422
    assert desk.post("/enter/", CALL | {"channel": "counter", "occurred_where": "一楼"}).status_code == 303
    assert Feedback.objects.get().channel == "counter"
    assert desk.post("/enter/", CALL | {"channel": "email"}).status_code == 422


def test_the_customer_is_found_by_his_number(
    desk: Client, client_for: Callable[[str], Client], accept: Callable[..., Any]
) -> None:
    case = accept("水壶漏水，要求退款", customer={"name": "王女士", "phone": "13800138000"})
    page = client_for("manager").get("/enter/customer/", {"customer_phone": "138-0013 8000"}).content.decode()
    assert "王女士" in page
    assert case.number in page
    assert "王女士" not in desk.get("/enter/customer/", {"customer_phone": "138"}).content.decode()
    assert desk.get("/enter/customer/", {"customer_phone": "\x00" * 50}).status_code == 200


def test_only_cases_he_may_see_are_shown(desk: Client, accept: Callable[..., Any]) -> None:
    from huiyin.cases.models import Case

    case = accept("水壶漏水，要求退款", customer={"phone": "13800138000"})
    Case.objects.filter(pk=case.pk).update(department="finance", owner=None)
    assert case.number not in desk.get("/enter/customer/", {"customer_phone": "13800138000"}).content.decode()


def test_the_order_is_looked_up(desk: Client, now: Any) -> None:
    Order.objects.create(number="A1", placed_at=now, amount="239.00", product="水壶", items=[])
    assert "水壶" in desk.get("/enter/order/", {"order_number": " A1 "}).content.decode()
    assert "<script>" not in desk.get("/enter/order/", {"order_number": "<script>"}).content.decode()


@pytest.mark.parametrize("path", ["/enter/", "/enter/customer/", "/enter/order/"])
def test_the_desk_is_for_agents(client_for: Callable[[str], Client], path: str, policy: Any) -> None:
    assert client_for("auditor").get(path).status_code == 403
    assert Client().get(path).status_code == 302
