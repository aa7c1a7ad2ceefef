"""What the template tags say, without a browser."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from huiyin.web.spans import span

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


def render(source: str, **values: Any) -> str:
    """The rendered template, in English unless the test says otherwise."""
    context = Context({"now": NOW, **values})
    return Template("{% load huiyin %}" + source).render(context)


@pytest.fixture(autouse=True)
def _english_in_shanghai() -> Any:
    with translation.override("en"), timezone.override("Asia/Shanghai"):
        yield


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "under a minute"), (59, "under a minute"), (60, "1 min"), (3599, "59 min"), (3600, "1 h 0 min"), (86_399, "23 h 59 min"),
     (86_400, "1 d 0 h"), (-7260, "2 h 1 min")],
)  # fmt: skip
def test_span_in_words(seconds: int, words: str) -> None:
    assert span(seconds) == words


@pytest.mark.parametrize(
    ("due", "warn", "state", "words"),
    [
        (5, 4, "ok", "5 h 0 min left"),
        (1, -1, "near", "1 h 0 min left"),
        (-2, -3, "late", "2 h 0 min late"),
        (0, -1, "near", "under a minute left"),
    ],
)
def test_countdown_says_its_state(due: int, warn: int, state: str, words: str) -> None:
    html = render("{% countdown due warn_at=warn %}", due=NOW + timedelta(hours=due), warn=NOW + timedelta(hours=warn))
    assert f"is-{state}" in html
    assert words in html
    assert "data-due=" in html


def test_countdown_stands_still_when_done_or_paused() -> None:
    due = NOW + timedelta(hours=3)
    assert "data-due" not in render("{% countdown due paused=True %}", due=due)
    assert "3 h" in render(
        "{% countdown due paused=since %}", due=due - timedelta(hours=5), since=NOW - timedelta(hours=5)
    )
    assert "on time" in render("{% countdown due done_at=done %}", due=due, done=due)
    assert "done, 1 h 0 min late" in render("{% countdown due done_at=done %}", due=due, done=due + timedelta(hours=1))
    assert "—" in render("{% countdown due %}", due=None)


@pytest.mark.parametrize(
    ("amount", "words"),
    [(Decimal(1280), "¥1,280.00"), ("0", "¥0.00"), (Decimal("-12.5"), "−¥12.50"), (None, "—"), ("", "—")],
)
def test_money(amount: Any, words: str) -> None:
    assert words in render("{% money amount %}", amount=amount)


def test_localtime_is_the_readers() -> None:
    assert "22 Nov 2026, 14:00" in render("{% localtime now %}")
    with translation.override("zh-hans"):
        assert "2026年11月22日 14:00" in render("{% localtime now %}")
        assert ">11月22日 14:00<" in render('{% localtime now "short" %}')
    assert ">22 Nov 2025<" in render('{% localtime when "short" %}', when=NOW - timedelta(days=365))


def test_badges_escape_and_never_fail_on_unknown_words() -> None:
    assert "&lt;b&gt;" in render('{% badge "kind" value %}', value="<b>")
    assert "tone-bad" in render("{% level 1 %}")
    assert render('{% badge "kind" none %}', none=None) == ""
    assert render("{% flags f %}", f=["safety", "new-flag"]).count("badge-flag") == 2


def test_policy_words_win() -> None:
    class Word:
        label = {"zh": "严重的", "en": "Very serious"}

    class Policy:
        levels = {1: Word()}

    assert "</b>Very serious<" in render("{% level 1 %}", house_policy=Policy())


def test_level_says_its_figure_once() -> None:
    class Word:
        label = {"zh": "一级（严重）", "en": "Level 1 (serious)"}

    class Policy:
        levels = {1: Word()}

    html = render("{% level 1 %}", house_policy=Policy())
    assert '<b class="figure">1</b>serious<' in html
    assert 'title="Level 1 (serious)"' in html


def test_steps_mark_where_the_case_is() -> None:
    html = render('{% steps "proposing" %}')
    assert html.count("is-done") == 3
    assert html.count('aria-current="step"') == 1
    assert render('{% steps "closed" %}').count("is-done") == 6
    assert render('{% steps "" %}').count("is-todo") == 6


def test_timeline_escapes_customers_words_and_marks_notes() -> None:
    entries = [
        {"kind": "in", "who": "Wang", "at": NOW, "text": "<script>alert(1)</script>\nsecond line"},
        {"kind": "note", "who": "Lin", "at": NOW, "text": "internal"},
        {"kind": "out", "who": "Lin", "at": NOW, "text": "sorry", "status": "failed"},
        {"kind": "fact", "title": "Paid", "at": NOW, "reasons": ["because"]},
    ]
    html = render("{% timeline entries %}", entries=entries)
    assert "<script>" not in html
    assert "<br>second line" in html
    assert "not seen by the customer" in html
    assert "not delivered" in html
    assert "because" in html


def test_pager_keeps_the_other_parameters() -> None:
    request = RequestFactory().get("/x/?level=1&older=old")
    html = render('{% pager newer="n1" older="o2" %}', request=request)
    assert "?level=1&amp;newer=n1" in html
    assert "?level=1&amp;older=o2" in html


@pytest.mark.parametrize(
    ("tags", "url"),
    [
        ("undo=/a/b/", "/a/b/"),
        ("x undo=/a/", "/a/"),
        ("undo=//evil.example/", ""),
        ("undo=https://evil.example/", ""),
        (None, ""),
    ],
)
def test_undo_stays_on_this_site(tags: str | None, url: str) -> None:
    assert render("{{ tags|undo_url }}", tags=tags) == url


def test_field_ties_help_and_error_to_its_input() -> None:
    class Form(forms.Form):
        order = forms.CharField(help_text="14 digits")

    html = render("{% field form.order %}", form=Form({}))
    assert 'id="id_order_helptext"' in html
    assert 'id="id_order_error"' in html
    assert 'aria-describedby="id_order_helptext id_order_error"' in html
    assert 'aria-invalid="true"' in html


def test_block_tags_escape_their_titles_and_keep_their_content() -> None:
    html = render("{% panel title=t %}<b>{{ t }}</b>{% endpanel %}", t="<i>")
    assert "&lt;i&gt;</h2>" in html
    assert "<b>&lt;i&gt;</b>" in html


@pytest.mark.parametrize(
    ("met", "said", "unsaid"), [(True, "met", "missed"), (False, "missed", ">met"), (None, "Target", "missed")]
)
def test_stat_says_its_verdict_in_words(met: bool | None, said: str, unsaid: str) -> None:
    html = render('{% stat label="x" value=1 target="2" met=met %}', met=met)
    assert said in html
    assert unsaid not in html.replace("stat-missed", "").replace("verdict-missed", "")
