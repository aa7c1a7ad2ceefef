"""Pure rules of speaking to customers."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.contact.rules import (
    check_tone,
    emotion_of,
    filled,
    next_way,
    not_in_quiet_hours,
    retry_at,
    said_time,
    shortened,
    wants_telling,
    ways,
    with_comfort,
    without_sentence,
)
from huiyin.policy.load import load_default
from huiyin.policy.schema import KNOWN_TEMPLATES, VARIABLES, fill

POLICY = load_default()
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("sentiment", "strength", "level", "flags", "emotion"),
    [
        ("neg", 0.9, 2, [], "angry"),
        ("neg", 0.3, 2, [], "disappointed"),
        ("neg", 0.9, 1, [], "worried"),
        ("neg", 0.9, 2, ["safety"], "worried"),
        ("neu", 0.0, 3, [], "calm"),
        ("pos", 0.9, 4, [], "calm"),
    ],
)
def test_emotion(sentiment: str, strength: float, level: int, flags: list[str], emotion: str) -> None:
    assert emotion_of(sentiment=sentiment, strength=strength, level=level, flags=flags) == emotion


@pytest.mark.parametrize(
    ("preferred", "phone", "email", "expected"),
    [
        ("email", True, True, ("email", "sms")),
        ("phone", True, True, ("sms", "email")),
        ("email", True, False, ("sms",)),
        ("", False, True, ("email",)),
        ("letter", False, False, ("page",)),
        ("", True, True, ("sms", "email")),
    ],
)
def test_ways(preferred: str, phone: bool, email: bool, expected: tuple[str, ...]) -> None:
    assert ways(preferred=preferred, has_phone=phone, has_email=email, prefer=POLICY.contact.prefer) == expected


def test_fall_back_and_retries() -> None:
    delivery = POLICY.contact.delivery
    now = datetime(2026, 3, 10, tzinfo=UTC)
    assert next_way(delivery, {"email"}, has_phone=True, has_email=True) == "sms"
    assert next_way(delivery, {"email", "sms"}, has_phone=True, has_email=True) is None
    assert [retry_at(delivery, attempts, now) for attempts in (1, 2, 3)] == [
        now + timedelta(minutes=5),
        now + timedelta(minutes=30),
        None,
    ]


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("21:29", "21:29"),
        ("21:30", "next 08:00"),
        ("23:59", "next 08:00"),
        ("00:00", "08:00"),
        ("07:59", "08:00"),
        ("08:00", "08:00"),
        ("12:00", "12:00"),
    ],
)
def test_quiet_hours(clock: str, expected: str) -> None:
    moment = datetime.fromisoformat(f"2026-03-10T{clock}").replace(tzinfo=SHANGHAI)
    found = not_in_quiet_hours(moment, "21:30-08:00", SHANGHAI).astimezone(SHANGHAI)
    assert f"{'next ' if found.day == 11 else ''}{found:%H:%M}" == expected


@given(
    st.integers(min_value=0, max_value=2 * 365 * 24 * 60),
    st.sampled_from(["21:30-08:00", "12:00-14:00", "00:00-06:00"]),
)
def test_quiet_hours_only_ever_push_on(minutes: int, window: str) -> None:
    moment = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    found = not_in_quiet_hours(moment, window, SHANGHAI)
    assert moment <= found <= moment + timedelta(hours=11)
    assert not_in_quiet_hours(found, window, SHANGHAI) == found


@pytest.mark.parametrize("locale", ["zh-hans", "en"])
def test_every_template_can_be_filled(locale: str) -> None:
    values = {name: f"<{name}>" for name in VARIABLES}
    for key in KNOWN_TEMPLATES:
        body = POLICY.templates[key].body.in_(locale)
        assert filled(body, values) == fill(body, values)


@given(st.text(max_size=50))
def test_values_are_never_looked_into(value: str) -> None:
    assert filled("a{number}b", {"number": value}) == f"a{value}b"


def test_times_in_words() -> None:
    moment = datetime(2026, 3, 10, 6, 0, tzinfo=UTC)
    assert said_time(moment, "zh-hans", SHANGHAI, moment) == "3月10日（周二）14:00"
    assert said_time(moment, "en", SHANGHAI, moment) == "Tue 10 Mar 14:00"
    assert said_time(moment, "zh", SHANGHAI, moment - timedelta(days=90)) == "2026年3月10日（周二）14:00"
    assert said_time(moment, "en", SHANGHAI, moment - timedelta(days=90)) == "Tue 10 Mar 2026 14:00"


def test_comfort_follows_the_greeting() -> None:
    assert with_comfort("您好：\n\n正文", "别急。") == "您好：\n\n别急。\n\n正文"
    assert with_comfort("一段话到底", "别急。") == "一段话到底"


def test_a_sentence_can_be_left_out() -> None:
    assert without_sentence("先评价。我们还会在 {visit_on} 左右回访。谢谢", "visit_on") == "先评价。谢谢"
    assert "{visit_on}" not in without_sentence(POLICY.templates["result_feedback"].body.en, "visit_on")
    assert shortened("一二三四五", 3) == "一二…"


def test_telling_at_the_promised_time() -> None:
    start = datetime(2026, 3, 10, tzinfo=UTC)
    due = start + timedelta(hours=24)
    near = start + timedelta(hours=20)
    assert wants_telling(last_told=None, started=start, due=due, now=near)
    assert wants_telling(last_told=start + timedelta(hours=13), started=start, due=due, now=near)
    assert not wants_telling(last_told=start + timedelta(hours=15), started=start, due=due, now=near)


@pytest.mark.parametrize(
    ("text", "locale", "rules"),
    [
        ("抱歉给您添麻烦，我们将在周五 14:00 前为您补发。", "zh-hans", set()),
        ("按规定没办法，请耐心等待。", "zh-hans", {"cold", "vague", "apology", "next_step"}),
        ("We are sorry; by Friday we will send a new one.", "en", set()),
        ("It is company policy. This is your own fault.", "en", {"cold", "blame", "apology", "next_step"}),
    ],
)
def test_tone(text: str, locale: str, rules: set[str]) -> None:
    assert {remark.rule for remark in check_tone(POLICY, text, locale=locale)} == rules


def test_no_apology_is_asked_for_outside_complaints() -> None:
    assert "apology" not in {
        remark.rule for remark in check_tone(POLICY, "可以的，请您在页面选择。", locale="zh", kind="consultation")
    }
