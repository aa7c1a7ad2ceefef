"""The default handbook keeps the numbers the house has promised, and its helpers find what they should."""

from decimal import Decimal
from typing import get_args

import pytest

from huiyin.policy.load import default_source, digest, load_default
from huiyin.policy.schema import KNOWN_INDICATORS, KNOWN_TEMPLATES, VARIABLES, Policy, fill
from huiyin.policy.schema.templates import ALWAYS
from huiyin.policy.schema.vocabulary import Channel, Permission, State


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_default()


def test_indicator_targets_are_those_of_the_mission(policy: Policy) -> None:
    targets = {key: (indicator.target, indicator.better) for key, indicator in policy.indicators.items()}
    assert targets["first_response_time"] == (Decimal(24), "low")
    assert targets["informed_rate"] == (Decimal(90), "high")
    assert targets["common_problem_rate"] == (Decimal(80), "high")
    assert targets["visit_satisfaction"] == (Decimal(85), "high")
    assert set(policy.indicators) == set(KNOWN_INDICATORS)


@pytest.mark.parametrize(("value", "met"), [(24, True), ("24.01", False), (3.5, True)])
def test_indicator_met_from_its_better_side(policy: Policy, value: Decimal, met: bool) -> None:
    assert policy.indicators["first_response_time"].met(Decimal(str(value))) is met
    assert policy.indicators["backlog"].met(5) is None


def test_code_ranges(policy: Policy) -> None:
    spans = {span.key: (span.first, span.last) for span in policy.ranges.values()}
    assert spans == {
        "product": (1001, 1999), "logistics": (2001, 2999), "payment": (3001, 3999),
        "aftersales": (4001, 4999), "other": (5001, 5999),
    }  # fmt: skip
    assert policy.range_of(4999).key == "aftersales"
    with pytest.raises(KeyError):
        policy.range_of(2000)


def test_result_and_silence_and_care_numbers(policy: Policy) -> None:
    assert policy.contact.result_within_working_days == 3
    assert policy.care.reopen_at_or_below == 2
    assert policy.care.survey.scale == 5
    assert set(policy.care.survey.dimensions) == {
        "product_quality",
        "service_efficiency",
        "price",
        "experience",
        "aftersales",
    }
    assert policy.intake.limits.text_characters == 20_000
    assert policy.intake.limits.batch_items == 10_000
    assert policy.privacy.retention["case"].days >= 1096
    assert policy.privacy.retention["access_log"].days >= 184


def test_at_least_twelve_routes_and_a_catch_all(policy: Policy) -> None:
    assert len(policy.routes) >= 12
    assert policy.routes[-1].when.everything


@pytest.mark.parametrize(
    ("marks", "department", "name"),
    [
        ({"code": 1001, "flags": {"group", "safety"}}, "task_group", "incident"),
        ({"code": 1003, "flags": {"safety"}}, "quality", "safety"),
        ({"code": 1402, "flags": set()}, "quality", "safety-codes"),
        ({"code": 2001, "flags": {"legal"}}, "legal", "legal"),
        ({"code": 1001, "flags": {"high_value"}}, "high_value_team", "high-value"),
        ({"code": 1001, "flags": {"brand"}}, "brand_team", "brand"),
        ({"code": 1001, "flags": set()}, "quality", "product-quality"),
        ({"code": 2002, "flags": set()}, "logistics", "logistics"),
        ({"code": 3201, "flags": set()}, "finance", "refunds"),
        ({"code": 3401, "flags": set()}, "finance", "payment"),
        ({"code": 4001, "flags": set()}, "service", "service-conduct"),
        ({"code": 4201, "flags": set()}, "aftersales", "after-sales"),
        ({"code": 5101, "flags": set()}, "operations", "by-code"),
        ({"code": 5999, "flags": set()}, "service", "everything-else"),
        ({"code": None, "flags": set()}, "service", "everything-else"),
        ({"code": 2402, "flags": {"brand"}, "kind": "consultation", "level": 4}, "service", "first-line-answers"),
        ({"code": 4901, "flags": set(), "kind": "suggestion", "level": 4}, "service", "suggestions-other"),
        ({"code": 1901, "flags": set(), "kind": "suggestion", "level": 4}, "product", "suggestions-product"),
    ],
)
def test_routes(policy: Policy, marks: dict[str, object], department: str, name: str) -> None:
    given = {"kind": "complaint", "level": 2, "channel": "web"} | marks
    found, route = policy.department_for(**(given | {"flags": frozenset(marks["flags"])}))  # type: ignore[arg-type, call-overload]
    assert (found, route.name) == (department, name)


def test_every_code_finds_an_existing_department_and_a_playbook(policy: Policy) -> None:
    for code in policy.codes:
        for kind in ("complaint", "consultation", "suggestion"):
            found, _ = policy.department_for(kind=kind, code=code.code, flags=frozenset(), level=3, channel="web")
            assert found in policy.departments
        playbook = policy.playbook(code.code)
        assert playbook is not None
        assert playbook.remedies


def test_playbook_of_the_group_comes_before_that_of_the_range(policy: Policy) -> None:
    assert policy.playbook(2201) is policy.playbooks["damage"]
    assert policy.playbook(5999) is policy.playbooks["other"]
    assert policy.playbook(None) is None
    assert policy.playbook(4242) is None


@pytest.mark.parametrize(
    ("flags", "code", "level"),
    [
        ({"safety"}, 1401, 1),
        ({"safety"}, 1403, 2),
        ({"vulnerable"}, 1402, 1),
        ({"legal"}, 2001, 4),
        ({"legal", "group"}, 2001, 2),
        (set(), 1401, 4),
        (set(), None, 4),
    ],
)
def test_level_floor(policy: Policy, flags: set[str], code: int | None, level: int) -> None:
    assert policy.level_floor(frozenset(flags), code) == level


@pytest.mark.parametrize(
    ("role", "code", "per_case"),
    [
        ("agent", 4001, 100), ("agent", 2001, 150), ("agent", 2202, 200), ("agent", 3101, 50), ("agent", 1402, 0),
        ("supervisor", 1402, 2000), ("supervisor", 2001, 1000), ("manager", 1402, 20000), ("agent", None, 100),
    ],
)  # fmt: skip
def test_authority_takes_the_narrowest_entry(policy: Policy, role: str, code: int | None, per_case: int) -> None:
    limit = policy.authority_limit(role, code)
    assert limit is not None
    assert limit.per_case == per_case


def test_who_has_no_entry_may_grant_nothing(policy: Policy) -> None:
    assert policy.authority_limit("auditor", 1001) is None


def test_first_line_cannot_publish_and_auditor_cannot_change(policy: Policy) -> None:
    assert policy.reach("agent", "policy.publish") is None
    assert policy.reach("agent", "case.answer") == "own"
    assert policy.reach("nobody", "case.view") is None
    reading = {permission for permission in get_args(Permission) if permission.endswith((".view", ".use"))} | {
        "export.cases"
    }
    assert set(policy.roles["auditor"].may) <= reading


def test_every_permission_is_granted_to_somebody(policy: Policy) -> None:
    assert {permission for role in policy.roles.values() for permission in role.may} == set(get_args(Permission))


def test_every_template_can_be_filled_in_both_languages(policy: Policy) -> None:
    values = {name: f"<{name}>" for name in VARIABLES}
    for key, template in policy.templates.items():
        allowed = ALWAYS | KNOWN_TEMPLATES[key]
        assert set(template.variables) <= allowed
        for locale in ("zh-hans", "en"):
            filled = fill(template.body.in_(locale), {name: values[name] for name in allowed})
            assert "{" not in filled
            assert "}" not in filled


def test_filling_never_looks_into_values() -> None:
    assert fill("{shop}: {subject}", {"shop": "S", "subject": "{number} {0.__class__}"}) == "S: {number} {0.__class__}"
    with pytest.raises(KeyError):
        fill("{shop}", {})


def test_acknowledgement_names_number_promise_and_link(policy: Policy) -> None:
    for door in policy.channels.values():
        if door.acknowledge:
            used = set(policy.templates[door.acknowledge].variables)
            assert {"number", "respond_by", "propose_by"} <= used
    assert "progress_url" in policy.templates["acknowledgement"].variables


def test_soothing_phrases_for_every_emotion_and_step(policy: Policy) -> None:
    for emotion in policy.emotions:
        assert set(policy.soothing[emotion]) == set(get_args(State))


def test_every_channel_has_a_door(policy: Policy) -> None:
    assert set(policy.channels) == set(get_args(Channel))


def test_texts_follow_the_locale(policy: Policy) -> None:
    label = policy.kinds["complaint"].label
    assert [label.in_(locale) for locale in ("zh", "zh-hans", "ZH_CN", "en", "de")] == [
        "投诉",
        "投诉",
        "投诉",
        "Complaint",
        "Complaint",
    ]


def test_tone_rules_do_not_forbid_our_own_letters(policy: Policy) -> None:
    for key, template in policy.templates.items():
        if "phone" in template.channels and len(template.channels) == 1:
            continue
        for rule_key, rule in policy.contact.tone.items():
            if rule.must:
                continue
            found = [word for word in rule.zh if word in template.body.zh] + [
                word for word in rule.en if word in template.body.en.lower()
            ]
            assert not found, f"{key}: {rule_key} {found}"


def test_digest_does_not_depend_on_order_or_line_ends() -> None:
    source = default_source()
    turned = {name: source[name].replace("\n", "\r\n") for name in sorted(source, reverse=True)}
    assert digest(source) == digest(turned)
    assert digest(source) != digest(source | {"meta.yaml": source["meta.yaml"] + "# "})
