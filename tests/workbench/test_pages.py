"""The pages of work: who sees them, what they show in every state, and how many statements they cost on filled tables."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.html import escape

from huiyin.cases import facts
from huiyin.cases.models import Case, Order
from huiyin.cases.rules import STEPS
from huiyin.clock import actions as clock
from huiyin.clock.models import Deadline
from huiyin.contact import actions as contact
from huiyin.kernel.clock import travel
from huiyin.kernel.facts import REGISTRY, history
from huiyin.policy.versions import active
from huiyin.remedy import actions as remedy
from huiyin.remedy.models import Proposal
from huiyin.workbench.history import HIDDEN, SAID
from tests.workbench import shop

pytestmark = pytest.mark.django_db
MOST = 10


@pytest.fixture(autouse=True)
def _now(now):
    with travel(now):
        yield


@pytest.fixture
def case(staff, now) -> Case:
    Order.objects.create(number="E1", placed_at=now - timedelta(days=5), amount="239.00", product="电热水壶", merchant="美嘉旗舰店", carrier="中通",
                         items=[{"product": "电热水壶", "price": "239.00", "quantity": 1}])  # fmt: skip
    item = {
        "customer": {"name": "王小明", "phone": "13800138000", "email": "wang@example.com"},
        "order_number": "E1",
        "demand": "退款",
    }
    opened = shop.open_case("水壶坏了，要求退款", at=now - timedelta(hours=1), item=item, code=1101)
    Case.objects.filter(pk=opened.pk).update(owner=staff["quality"])
    opened.refresh_from_db()
    return opened


def page(client, case: Case) -> str:
    answer = client.get(reverse("workbench:case", args=[case.number]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_fact_has_words():
    assert {
        kind
        for kind in REGISTRY
        if kind in {fact.kind for fact in vars(facts).values() if isinstance(fact, type) and hasattr(fact, "kind")}
    } - {""} <= SAID.keys() | HIDDEN


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("state", STEPS)
def test_the_case_reads_in_every_state_and_language(client_for, staff, case, state, language, now):
    values = {"state": state, "closed_at": now, "outcome": "resolved"} if state == "closed" else {"state": state}
    Case.objects.filter(pk=case.pk).update(**values)
    for who in ("quality", "manager", "auditor"):
        type(staff[who]).objects.filter(pk=staff[who].pk).update(locale=language)
        text = page(client_for(who), case)
        assert case.number in text
        assert escape("水壶坏了，要求退款") in text
        assert ('data-key="r"' in text) == (who != "auditor")


def test_who_may_not_see_a_case_gets_the_same_answer_as_for_none(client_for, case):
    stranger = client_for("logistics")
    for number in (case.number, "HY000000000000"):
        for name in ("case", "here", "customer", "people", "propose"):
            assert stranger.get(reverse(f"workbench:{name}", args=[number])).status_code == 404
        assert stranger.post(reverse("workbench:verb", args=[number, "confirm"])).status_code == 404
    assert Case.objects.get(pk=case.pk).state == "received"


def test_strangers_are_sent_to_the_door(client, case):
    for url in (
        reverse("workbench:case", args=[case.number]),
        reverse("dispatch:queue"),
        reverse("dispatch:mine"),
        reverse("cases:search"),
        reverse("clock:late"),
    ):
        assert client.get(url).status_code == 302


@pytest.mark.parametrize(("name", "allowed"), [("dispatch:board", {"supervisor", "manager"}),
                                               ("clock:late", {"supervisor", "manager", "auditor", "legal", "administrator"})])  # fmt: skip
def test_pages_open_to_their_roles_only(client_for, name, allowed):
    for who in ("agent", "supervisor", "manager", "quality", "auditor", "legal", "administrator"):
        assert client_for(who).get(reverse(name)).status_code == (200 if who in allowed else 403), who


def test_everybody_finds_a_page_of_his_own_after_signing_in(client_for):
    for who in ("agent", "quality", "legal"):
        assert client_for(who).get("/work/").status_code == 200
    for who in ("auditor", "administrator"):
        assert client_for(who).get("/work/", follow=True).redirect_chain == [("/queue/", 302)]


def test_next_leads_from_case_to_case_and_then_says_so(client_for, staff, case, now):
    others = shop.open_many(2, at=now, owners=[None], code=1101, level=1)
    client = client_for("quality")
    first = client.post(reverse("dispatch:next"), headers={"referer": f"http://testserver/cases/{case.number}/"})
    second = client.post(reverse("dispatch:next"))
    assert {first.url, second.url} == {reverse("workbench:case", args=[one.number]) for one in others}
    assert client.post(reverse("dispatch:next")).url == reverse("workbench:case", args=[case.number])
    assert client.post(reverse("dispatch:next")).url == reverse("dispatch:mine")
    assert client.get(reverse("dispatch:next")).status_code == 405
    assert client_for("auditor").post(reverse("dispatch:next")).status_code == 403


def test_a_case_somebody_else_took_is_refused_kindly(client_for, staff, case):
    answer = client_for("quality_supervisor").post(
        reverse("dispatch:take", args=[case.number]), {"back": "/queue/?level=2"}, follow=True
    )
    assert answer.redirect_chain[-1][0] == "/queue/?level=2"
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert Case.objects.get(pk=case.pk).owner == staff["quality"]


def test_several_cases_are_given_over_from_the_board(client_for, staff, case, now):
    other = shop.open_many(1, at=now, owners=[staff["quality"].pk], code=1101)[0]
    boss = client_for("supervisor")
    assert case.number in boss.get(f"/board/?person={staff['quality'].pk}").content.decode()
    sent = {"number": [case.number, other.number], "to": f"logistics:{staff['logistics'].pk}", "back": "/board/"}
    assert client_for("quality").post(reverse("dispatch:reassign"), sent).status_code == 403
    assert boss.post(reverse("dispatch:reassign"), {**sent, "number": []}).url == "/board/"
    assert Case.objects.filter(owner=staff["quality"]).count() == 2
    boss.post(reverse("dispatch:reassign"), sent)
    assert Case.objects.filter(owner=staff["logistics"]).count() == 2


def test_a_number_leads_straight_to_its_case(client_for, case):
    assert client_for("quality").get(f"/search/?q={case.number.lower()}").url == reverse(
        "workbench:case", args=[case.number]
    )
    assert client_for("quality").get(f"/cases/{case.number}").url == reverse("workbench:case", args=[case.number])
    assert client_for("logistics").get(f"/search/?q={case.number}").status_code == 200
    assert "<mark>退款</mark>" in client_for("quality").get("/search/?q=退款").content.decode()


def test_verbs_move_the_case_and_the_history_says_who(client_for, staff, case):
    client = client_for("quality")
    for verb, state in (("confirm", "confirmed"), ("investigate", "investigating")):
        version = Case.objects.get(pk=case.pk).version
        answer = client.post(reverse("workbench:verb", args=[case.number, verb]), {"version": version})
        assert answer.url == reverse("workbench:case", args=[case.number])
        assert Case.objects.get(pk=case.pk).state == state
    moves = [fact for fact in history(case.pk) if fact.kind == "case.moved"]
    assert [move.by for move in moves] == [f"user:{staff['quality'].pk}"] * 2


def test_a_form_of_an_old_page_changes_nothing_and_says_so(client_for, case):
    client = client_for("quality")
    client.post(reverse("workbench:verb", args=[case.number, "confirm"]), {"version": case.version})
    answer = client.post(
        reverse("workbench:verb", args=[case.number, "investigate"]), {"version": case.version}, follow=True
    )
    assert Case.objects.get(pk=case.pk).state == "confirmed"
    assert [message.level_tag for message in answer.context["messages"]][-1] == "error"


def test_taking_releasing_and_taking_back(client_for, staff, case):
    Case.objects.filter(pk=case.pk).update(owner=None)
    client = client_for("quality")
    first = client.post(reverse("workbench:verb", args=[case.number, "take"]), follow=True)
    assert Case.objects.get(pk=case.pk).owner == staff["quality"]
    undo = next(iter(first.context["messages"])).extra_tags.removeprefix("undo=")
    client.post(undo)
    assert Case.objects.get(pk=case.pk).owner is None


def test_a_correction_is_undone_from_its_toast(client_for, case):
    client = client_for("quality")
    sent = {
        "code": "1102 尺码",
        "level": "1",
        "kind": "complaint",
        "need": "functional",
        "sentiment": "neg",
        "with_flags": "1",
        "flags": ["safety"],
    }
    done = client.post(reverse("workbench:verb", args=[case.number, "correct"]), sent, follow=True)
    case.refresh_from_db()
    assert (case.code, case.level, case.flags) == (1102, 1, ["safety"])
    client.post(next(iter(done.context["messages"])).extra_tags.removeprefix("undo="))
    case.refresh_from_db()
    assert (case.code, case.level, case.flags) == (1101, 2, [])


def test_giving_over_is_undone_from_its_toast(client_for, staff, case):
    client = client_for("supervisor")
    done = client.post(
        reverse("workbench:verb", args=[case.number, "assign"]),
        {"to": f"logistics:{staff['logistics'].pk}", "reason": "courier"},
        follow=True,
    )
    case.refresh_from_db()
    assert (case.owner, case.department, case.hops) == (staff["logistics"], "logistics", 1)
    client.post(next(iter(done.context["messages"])).extra_tags.removeprefix("undo="))
    case.refresh_from_db()
    assert (case.owner, case.department) == (staff["quality"], "quality")


def test_verbs_nobody_knows_and_gets_do_nothing(client_for, case):
    client = client_for("manager")
    assert client.post(reverse("workbench:verb", args=[case.number, "explode"])).status_code == 404
    assert client.get(reverse("workbench:verb", args=[case.number, "confirm"])).status_code == 405
    assert Case.objects.get(pk=case.pk).state == "received"


def test_back_never_leads_elsewhere(client_for, case):
    client = client_for("quality")
    answer = client.post(reverse("workbench:verb", args=[case.number, "confirm"]), {"back": "//evil.example/"})
    assert answer.url == reverse("workbench:case", args=[case.number])


def test_contacts_are_masked_until_asked_for(client_for, case):
    url = reverse("workbench:customer", args=[case.number])
    client = client_for("quality")
    masked = client.get(url).content.decode()
    assert "138****8000" in masked
    assert "13800138000" not in masked
    assert "13800138000" in client.post(url).content.decode()
    assert [fact.kind for fact in history(case.pk)][-1] == "contacts.shown"
    blind = client_for("auditor")
    assert "王小明" not in blind.get(url).content.decode()
    assert "王小明" not in page(blind, case)
    assert blind.post(url).status_code == 403


def test_two_people_on_one_case_are_told_of_each_other(client_for, staff, case):
    url = reverse("workbench:here", args=[case.number])
    assert "Manager" not in client_for("quality").get(url).content.decode()
    assert "Quality" in client_for("manager").get(url).content.decode()
    assert "Manager" in client_for("quality").get(url).content.decode()
    assert "notice tone-info" in client_for("quality").get(url + "?version=0").content.decode()


def test_a_proposal_from_suggestion_to_approval(client_for, staff, case):
    maker = client_for("quality")
    url = reverse("workbench:propose", args=[case.number])
    assert "data-fill" in maker.get(url).content.decode()
    form = {"words": "抱歉，全额退款并补偿", "kind-0": "refund", "amount-0": "239.00", "kind-1": "compensation", "amount-1": "700", "basis-0": "24", "offer": "on",
            "below_floor": "no fraud"}  # fmt: skip
    bad = maker.post(url, {**form, "amount-0": "12.345"})
    assert bad.status_code == 422
    assert "抱歉，全额退款并补偿" in bad.content.decode()
    assert maker.post(url, form).status_code == 302
    proposal = Proposal.objects.get(case=case)
    assert proposal.state == "waiting"
    maker.post(reverse("workbench:verb", args=[case.number, "approve"]))
    assert Proposal.objects.get(case=case).state == "waiting"
    assert 'id="approve-ask"' not in page(maker, case)
    boss = client_for("quality_supervisor")
    assert 'id="approve-ask"' in page(boss, case)
    boss.post(reverse("workbench:verb", args=[case.number, "approve"]))
    assert Proposal.objects.get(case=case).state == "offered"


def test_what_the_customer_said_afterwards_is_read_by_whoever_goes_on(client_for, actor, case, now):
    from huiyin.care.actions import answer_survey, record_visit
    from huiyin.care.models import Survey, Visit
    from huiyin.kernel.ids import new_token

    asked = Survey.objects.create(case=case, token=new_token())
    for words in ("钱收到了", "钱收到了，可是没人道歉"):
        answer_survey(asked.token, rating=1, words=words, now=now)
    visit = Visit.objects.create(case=case, channel="phone", due_at=now)
    record_visit(visit.pk, result="dissatisfied", words="希望主管回电", by=actor("supervisor"), now=now)
    page = client_for("supervisor").get(f"/cases/{case.number}/").content.decode()
    assert page.count("钱收到了，可是没人道歉") == 1
    assert page.count("希望主管回电") == 1


def test_an_extension_is_asked_for_seen_and_decided(client_for, case):
    deadline = Deadline.objects.get(case=case, kind="propose")
    before = deadline.due_at
    client_for("quality").post(reverse("workbench:verb", args=[case.number, "extend"]),
                               {"deadline": deadline.pk, "amount": "24", "unit": "hours", "why": "检测", "reason": "lab"})  # fmt: skip
    late = client_for("quality_supervisor")
    listed = late.get(reverse("clock:late") + "?show=applications").content.decode()
    assert case.number in listed
    application = deadline.extension_set.get()
    late.post(
        reverse("workbench:verb", args=[case.number, "decide"]),
        {"extension": application.pk, "granted": "yes", "back": reverse("clock:late")},
    )
    application.refresh_from_db()
    assert application.granted is True
    shop.draw(application.decided_at)
    deadline.refresh_from_db()
    assert deadline.due_at == before + timedelta(hours=24)


# --- statements ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def filled(staff, actor, now, case) -> Case:
    """Twenty cases besides, and one case that everything has happened to."""
    shop.open_many(12, at=now - timedelta(hours=9), owners=[staff["quality"].pk, None], code=1101)
    shop.open_many(8, at=now - timedelta(minutes=20), owners=[staff["agent"].pk], code=4101, level=3)
    who = actor("quality")
    for words in ("一", "二", "三"):
        contact.send_message(case.number, text=words, by=who, now=now)
        contact.add_note(case.number, text=words, by=actor("manager"), now=now)
    items = [remedy.Item("refund", remedy.money("20")), remedy.Item("points", points=100)]
    for _round in range(3):
        remedy.make_proposal(case.number, words="退款", items=items, below_floor="no", by=who, now=now)
        remedy.withdraw_proposal(case.number, reason="again", by=who, now=now)
    deadlines = list(Deadline.objects.filter(case=case, kind="propose"))
    clock.request_extension(case.number, deadline_id=deadlines[0].pk, length="24 hours", reason="lab", by=who, now=now)
    for place in range(5):
        shop.open_case(f"又坏了{place}", at=now, item={"customer": {"phone": "13800138000"}})
    return case


@pytest.mark.parametrize("who", ["quality", "manager"])
def test_the_case_page_costs_a_fixed_number_of_statements(client_for, filled, who, django_assert_max_num_queries):
    client = client_for(who)
    active()
    for name in ("case", "customer", "here", "propose"):
        with django_assert_max_num_queries(MOST):
            assert client.get(reverse(f"workbench:{name}", args=[filled.number])).status_code == 200, name


@pytest.mark.parametrize("path", ["/work/", "/work/news/", "/queue/", "/queue/?show=open", "/queue/?department=", "/board/", "/board/?queue=quality", "/search/?q=坏",
                                  "/search/?q=13800138000", "/late/", "/late/?show=near", "/late/?show=applications", "/late/?show=waiting"])  # fmt: skip
def test_lists_cost_a_fixed_number_of_statements(client_for, staff, filled, path, django_assert_max_num_queries):
    client = client_for("manager")
    active()
    with django_assert_max_num_queries(MOST):
        assert client.get(path).status_code == 200


def test_the_api_list_costs_a_fixed_number_of_statements(client_for, filled, django_assert_max_num_queries):
    client = client_for("manager")
    active()
    for path in ("/api/v1/cases?limit=50", "/api/v1/cases?q=坏", f"/api/v1/cases/{filled.number}"):
        with django_assert_max_num_queries(MOST):
            assert client.get(path).status_code == 200
