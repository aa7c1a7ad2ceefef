"""Broken policies: every mistake is named by file and line, in plain words, and all of them at once."""

from pathlib import Path
from typing import NamedTuple

import pytest

from huiyin.policy.load import PolicyError, default_source, examine, load, load_source, source_of

SOURCE = default_source()


class Break(NamedTuple):
    """Replace `old` by `new` in `file`; the mistake is on the line with the n-th `mark` after that."""

    file: str
    old: str
    new: str
    mark: str
    reason: str
    nth: int = 0


BROKEN = {
    "unknown key": Break("contact.yaml", "sms_characters: 70", "sms_caracters: 70", "sms_caracters", 'unknown key "sms_caracters"; did you mean "sms_characters"?'),
    "missing key": Break("contact.yaml", "  sms_characters: 70\n", "", "contact:", '"sms_characters" is missing'),
    "unknown root key": Break("meta.yaml", "meta:", "kindz: {}\nmeta:", "kindz", 'unknown key "kindz"; did you mean "kinds"?'),
    "missing root key": Break("care.yaml", "care:", "x:", "# After", '"care" is missing'),
    "deep unknown key": Break("remedy.yaml", "per_case: 150", "per_cas: 150", "per_cas: 150", 'did you mean "per_case"?'),
    "text for a number": Break("care.yaml", "reopen_within_days: 30", "reopen_within_days: a month", "a month", '"reopen_within_days": expected a whole number, found "a month"'),
    "number for a text": Break("meta.yaml", "zh: 回音商城", "zh: 42", "zh: 42", '"zh": expected a text, found "42"'),
    "list for a text": Break("meta.yaml", "country: CN", "country: [CN]", "[CN]", '"country": expected a text, found a list'),
    "text for a list": Break("meta.yaml", "locales: [zh-hans, en]", "locales: en", "locales: en", '"locales": expected a list, found "en"'),
    "empty text": Break("meta.yaml", "en: Huiyin Mall", 'en: ""', 'en: ""', '"en" must not be empty'),
    "nothing for a text": Break("meta.yaml", "country: CN", "country:", "country:", "expected a text, found nothing"),
    "out of bounds": Break("triage.yaml", "kind: 0.70", "kind: 1.80", "kind: 1.80", '"kind" must be at most 1'),
    "below bounds": Break("remedy.yaml", "four_eyes_above: 5000", "four_eyes_above: -1", "four_eyes_above", '"four_eyes_above" must be at least 0'),
    "bad zone": Break("meta.yaml", "Asia/Shanghai", "Asia/Shanghi", "Asia/Shanghi", 'no time zone "Asia/Shanghi"'),
    "bad window": Break("work.yaml", '["08:00-16:00"], tue', '["8-16"], tue', '"8-16"', '"8-16" is not a time span'),
    "unknown kind": Break("work.yaml", "when: { kinds: [suggestion] }", "when: { kinds: [sugestion] }", "sugestion", 'unknown value "sugestion"; did you mean "suggestion"?'),
    "unknown remedy": Break("playbooks.yaml", "kind: reship, what: { zh: 补发, en", "kind: reshipp, what: { zh: 补发, en", "reshipp", 'did you mean "reship"?'),
    "unknown permission": Break("roles.yaml", "extension.approve: all", "extension.aprove: all", "extension.aprove", 'did you mean "extension.approve"?'),
    "unknown reach": Break("roles.yaml", "case.take: all", "case.take: everything", "case.take: everything", 'unknown value "everything" (one of: own, department, all)'),
    "unknown department in a code": Break("codes.yaml", "code: 2001, group: speed, department: logistics", "code: 2001, group: speed, department: logistic", "code: 2001", 'unknown department "logistic"; did you mean "logistics"?'),
    "unknown department in a route": Break("work.yaml", "department: brand_team\n", "department: brand_taem\n", "brand_taem", 'unknown department "brand_taem"; did you mean "brand_team"?'),
    "unknown skill": Break("work.yaml", "skill: fresh_food", "skill: fresh_fod", "fresh_fod", 'unknown skill "fresh_fod"; did you mean "fresh_food"?'),
    "unknown flag in a route": Break("work.yaml", "when: { flags: [brand]", "when: { flags: [brend]", "brend", 'unknown flag "brend"; did you mean "brand"?'),
    "unknown flag as a key": Break("triage.yaml", "importance: { safety: 2.0", "importance: { savety: 2.0", "savety", 'unknown flag "savety"'),
    "unknown flag": Break("remedy.yaml", "execute_before_acceptance: [safety]", "execute_before_acceptance: [saftey]", "saftey", 'unknown flag "saftey"; did you mean "safety"?'),
    "ladder role": Break("remedy.yaml", "ladder: [agent, supervisor, manager]", "ladder: [agent, superviser, manager]", "superviser", 'unknown role "superviser"; did you mean "supervisor"?'),
    "escalation role": Break("clock.yaml", "role: executive", "role: director", "role: director", 'unknown role "director"'),
    "lead role": Break("work.yaml", "lead_role: legal\n    capacity: 80", "lead_role: lawyer\n    capacity: 80", "lead_role: lawyer", 'unknown role "lawyer"'),
    "unknown calendar": Break("calendars.yaml", "default_calendar: office", "default_calendar: ofice", "default_calendar: ofice", 'no calendar "ofice"'),
    "unknown indicator": Break("indicators.yaml", "  csat:\n", "  csatt:\n", "  csatt:", 'computes no indicator "csatt"; did you mean "csat"?'),
    "indicator of a report": Break("insight.yaml", "dashboard: [first_response_time", "dashboard: [first_response_tim", "dashboard:", 'unknown indicator "first_response_tim"'),
    "unknown template": Break("templates.yaml", "  reopened:\n    label", "  reoppened:\n    label", "  reoppened:", 'no template "reoppened"; did you mean "reopened"?'),
    "template of a channel": Break("intake.yaml", "acknowledge: acknowledgement_phone", "acknowledge: acknowledgement_fone", "acknowledgement_fone", 'unknown template "acknowledgement_fone"'),
    "unknown placeholder": Break("templates.yaml", "反馈已收到，编号{number}", "反馈已收到，编号{nummer}", "{nummer}", "unknown placeholder {nummer}; did you mean"),
    "placeholder out of place": Break("templates.yaml", "您的验证码", "{outcome}", "查询 {number} 的验证码", ""),
    "link that runs into the next word": Break("templates.yaml", "请评价{survey_url} 不满意", "请评价{survey_url}，不满意", "{survey_url}，", "after {survey_url} goes a space"),
    "stray brace": Break("templates.yaml", "十分钟内有效", "{十分钟内有效", "{十分钟内有效", 'a stray "{"'),
    "attribute in a placeholder": Break("templates.yaml", "编号{number}，{respond_by}", "编号{number.x}，{respond_by}", "{number.x}", 'a stray "{"'),
    "template without English": Break("templates.yaml", 'subject: { zh: "【{shop}】谢谢您的鼓励", en: "[{shop}] Thank you" }', 'subject: { zh: "【{shop}】谢谢您的鼓励" }', "谢谢您的鼓励", '"en" is missing'),
    "template without Chinese": Break("templates.yaml", "body:\n      zh: |\n        {customer}，谢谢您同意方案", "body:\n      zn: |\n        {customer}，谢谢您同意方案", "zn: |", 'unknown key "zn"'),
    "code outside its range": Break("codes.yaml", "code: 1901,", "code: 2000,", "code: 2000", "code 2000 is outside every range"),
    "duplicated code": Break("codes.yaml", "code: 1002,", "code: 1001,", "code: 1001,", "code 1001 is used twice", nth=1),
    "overlapping ranges": Break("codes.yaml", "first: 2001, last", "first: 1500, last", "first: 1500", "overlaps range 1 (1001–1999)"),
    "code of a route": Break("work.yaml", "codes: [1501, 1502]", "codes: [1501, 1503]", "1503", "unknown code 1503"),
    "empty range of a route": Break("work.yaml", '["5001-5003", "5301-5303"] }\n    department: technology\n    because: { zh: 账号', '["5004-5009", "5301-5303"] }\n    department: technology\n    because: { zh: 账号', "5004-5009", "no code of codes.yaml lies in 5004–5009"),
    "range backwards": Break("work.yaml", 'codes: ["2001-2999"]', 'codes: ["2999-2001"]', "2999-2001", '"2999-2001" runs backwards'),
    "no code at all": Break("work.yaml", 'codes: ["2001-2999"]', "codes: [logistics]", "codes: [logistics]", '"logistics" is not a code such as 1401'),
    "no catch-all": Break("work.yaml", "- name: everything-else\n", "- name: everything-else\n    when: { levels: [1] }\n", "when: { levels: [1] }", "the last route must be a catch-all"),
    "catch-all too early": Break("work.yaml", "when: { flags: [group], kinds: [complaint] }\n    department: task_group", "department: task_group", "- name: incident", "the routes after it never apply"),
    "deadline falls": Break("clock.yaml", "3: { respond: 6 hours,", "3: { respond: 3 hours,", "respond: 3 hours", "level 3 gets less time"),
    "urgency rises": Break("triage.yaml", "3: 150, 4: 50", "3: 150, 4: 500", "4: 500", "level 4 would come before level 3"),
    "unclaimed falls": Break("work.yaml", "{ 1: 10, 2: 60, 3: 120, 4: 240 }", "{ 1: 90, 2: 60, 3: 120, 4: 240 }", "1: 90", "level 2 would go up sooner than level 1"),
    "authority shrinks": Break("remedy.yaml", "role: supervisor, all: true, per_case: 1000", "role: supervisor, all: true, per_case: 120", "per_case: 120", '"supervisor" may grant 120 for code 1005, less than "agent" below it (200)'),
    "authority without limit": Break("remedy.yaml", "  - { role: manager, all: true, per_case: 20000, per_day: 200000 }\n", "", "ladder: [", 'role "manager" has no limit for code 1001'),
    "limit for nothing": Break("remedy.yaml", "role: manager, all: true, per_case", "role: manager, per_case", "role: manager, per_case", "say what the limit is for"),
    "amount twice": Break("playbooks.yaml", "amount: { fixed: 30 }", "amount: { fixed: 30, of: loss }", "fixed: 30, of: loss", "either fixed or taken of something"),
    "playbook of nothing": Break("playbooks.yaml", "  invoice:\n", "  invoices:\n", "  invoices:", '"invoices" is no code, group or range'),
    "no playbook": Break("playbooks.yaml", "  other:\n", "  5901:\n", "playbooks:", "no playbook covers code 5999"),
    "result without its parts": Break("templates.yaml", "请用一分钟告诉我们：{survey_url}", "请用一分钟告诉我们。", "result_feedback:", "{survey_url} stands in one language only"),
    "required but not asked": Break("intake.yaml", "ask: [reason]\n    require: [reason]\n    acknowledge: acknowledgement\n  batch", "ask: [demand]\n    require: [reason]\n    acknowledge: acknowledgement\n  batch", "require: [reason]", '"reason" is required but not asked for', nth=2),
    "score weights": Break("prevention.yaml", "carrier: { rate: 45", "carrier: { rate: 40", "carrier: { rate: 40", "add up to 95, not 100"),
    "warning without threshold": Break("prevention.yaml", "      growth_percent: 150\n", "", "region_growth:", "a rule of measure growth needs growth_percent"),
    "appraisal weights": Break("people.yaml", "collaboration: 10\n", "collaboration: 15\n", "appraisal:", "add up to 105, not 100"),
    "level missing": Break("words.yaml", "  4:\n    label: { zh: 四级（建议咨询）", "  5:\n    label: { zh: 四级（建议咨询）", "  5:", "unknown value"),
    "duplicate key": Break("meta.yaml", "  currency: CNY\n", "  currency: CNY\n  currency: EUR\n", "currency: EUR", '"currency" is already given on line 7'),
    "key in two files": Break("meta.yaml", "meta:", "silence: {}\nmeta:", "silence:", ""),
    "syntax": Break("care.yaml", "visit_kinds: [complaint]", "visit_kinds: [complaint", "visit_share_percent", "this is not YAML"),
    "tab": Break("care.yaml", "  visit_kinds:", "\tvisit_kinds:", "visit_kinds:", "this is not YAML"),
    "anchor": Break("meta.yaml", "country: CN", "country: &c CN", "&c", "anchors and aliases"),
    "tag": Break("meta.yaml", "country: CN", "country: !!python/name:os.system CN", "!!python", "tags such as"),
    "second document": Break("meta.yaml", "meta:", "---\na: 1\n---\nmeta:", "---", "one document a file", nth=1),
    "control character": Break("meta.yaml", "country: CN", "country: C\x07N", "country: C", "a character that may not stand here"),
}  # fmt: skip


def broken(case: Break) -> tuple[dict[str, str], int]:
    text = SOURCE[case.file]
    assert case.old in text, "the default has changed: mend the table"
    changed = text.replace(case.old, case.new, 1)
    start = -1
    for _ in range(case.nth + 1):
        start = changed.index(case.mark, start + 1)
    return SOURCE | {case.file: changed}, changed.count("\n", 0, start) + 1


@pytest.mark.parametrize(
    "name", [name for name, case in BROKEN.items() if case.reason and name != "result without its parts"]
)
def test_mistake_is_named_by_file_and_line(name: str) -> None:
    case = BROKEN[name]
    source, line = broken(case)
    policy, problems = examine(source)
    assert policy is None
    told = [str(problem) for problem in problems]
    assert any(one.startswith(f"{case.file}:{line}: ") and case.reason in one for one in told), told
    for one in problems:
        assert one.reason.strip()
        assert not any(jargon in one.reason for jargon in ("pydantic", "Input should", "BaseModel", "Traceback")), one


def test_key_in_two_files_names_both() -> None:
    source, line = broken(BROKEN["key in two files"])
    _, problems = examine(source)
    first = SOURCE["remedy.yaml"][: SOURCE["remedy.yaml"].index("\nsilence:") + 1].count("\n") + 1
    assert f'remedy.yaml:{first}: "silence" is already given in meta.yaml line {line}' in [str(one) for one in problems]


def test_all_mistakes_at_once_also_across_files() -> None:
    """Syntax, schema and cross-reference mistakes of different files come in one list, without echoes."""
    names = ["unknown key", "ladder role", "bad window", "code outside its range", "unknown permission"]
    source = dict(SOURCE)
    for name in names:
        case = BROKEN[name]
        source[case.file] = source[case.file].replace(case.old, case.new, 1)
    _, problems = examine(source)
    for name in names:
        assert any(BROKEN[name].reason in one.reason for one in problems), name
    assert len(problems) <= len(names) + 2
    assert problems == sorted(problems)


def test_unreadable_file_does_not_make_its_keys_missing() -> None:
    source, _ = broken(BROKEN["syntax"])
    _, problems = examine(source)
    assert [one.file for one in problems] == ["care.yaml"]


def test_one_mistake_gives_one_problem_where_it_can() -> None:
    for name in ("unknown flag", "ladder role", "bad zone", "out of bounds", "unknown skill"):
        source, _ = broken(BROKEN[name])
        _, problems = examine(source)
        assert len(problems) == 1, (name, problems)


def test_error_holds_every_problem() -> None:
    source, line = broken(BROKEN["bad zone"])
    with pytest.raises(PolicyError, match=f"meta.yaml:{line}: there is no time zone") as caught:
        load_source(source)
    assert len(caught.value.problems) == 1


def test_one_file_policy(tmp_path: Path) -> None:
    whole = tmp_path / "handbook.yaml"
    whole.write_text("\n".join(SOURCE.values()), encoding="utf-8")
    assert load(whole) == load_source(SOURCE)


def test_folder_without_files(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"no \.yaml file"):
        load(tmp_path)


def test_not_utf8_names_the_line(tmp_path: Path) -> None:
    (tmp_path / "meta.yaml").write_bytes("# a\nmeta: 回音\n".encode("gb18030"))
    with pytest.raises(PolicyError, match=r"meta\.yaml:2: this is not UTF-8"):
        source_of(tmp_path)


def test_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    for name, text in SOURCE.items():
        (tmp_path / name).write_text(text, encoding="utf-8-sig")
    assert load(tmp_path) == load_source(SOURCE)


@pytest.mark.parametrize("text", ["", "# nothing", "[]", "- 1", "just words", "null", "1: 2", "? [a]\n: b", "'': ''"])
def test_strange_files_are_refused_in_words(text: str) -> None:
    policy, problems = examine({"a.yaml": text})
    assert policy is None
    assert problems


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "a:\n "])
def test_endless_nesting_is_refused(opening: str) -> None:
    _, problems = examine({"a.yaml": opening * 100_000})
    assert problems


def test_billion_laughs_is_refused() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n" for i in range(20)
    )
    _, problems = examine({"a.yaml": bomb})
    assert any("anchors" in one.reason for one in problems)


def test_times_and_norway_stay_text() -> None:
    source = dict(SOURCE)
    source["meta.yaml"] = source["meta.yaml"].replace("zh: 回音商城, en: Huiyin Mall", "zh: 18:00, en: no")
    shop = load_source(source).meta.shop
    assert (shop.zh, shop.en) == ("18:00", "no")
