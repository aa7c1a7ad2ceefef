"""Charts are drawn so that the content security policy blocks nothing, and reports print Chinese."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from huiyin.insight import charts
from huiyin.insight.press import LINK, answer, draw, typeset
from huiyin.insight.pressroom import Press, PressFailed

HOSTILE = "<script>alert(1)</script>\"'&#[=]{x}"


def specs(palette: charts.Palette) -> dict[str, dict[str, Any]]:
    link = LINK + "/insight/cases/?of=csat&part=hit"
    days = [
        {"x": "3/1", "series": name, "place": place, "count": place + 1, "href": link}
        for place, name in enumerate(("投诉", HOSTILE))
    ]
    return {
        "days": charts.stacked_days(days, ["投诉", HOSTILE], palette), "ages": charts.stacked_ages(days, ["投诉", HOSTILE], palette),
        "shares": charts.shares([{"y": "1 严重", "series": "响应", "share": 88.0, "words": "88%", "href": link}], ["响应"], [{"y": "1 严重", "series": "响应", "share": 95.0}], palette),
        "ranking": charts.ranking([{"y": HOSTILE, "count": 3, "words": "3", "href": link}], palette),
        "trend": charts.trend([{"x": "W1", "share": 80.0, "low": 70.0, "high": 90.0, "href": link}], 85.0, palette),
        "heat": charts.heat([{"x": 3, "y": "Mon", "shade": 0.5, "href": link}], ["Mon"], palette),
    }  # fmt: skip


@pytest.mark.parametrize("name", ["days", "ages", "shares", "ranking", "trend", "heat"])
def test_a_chart_has_no_style_no_script_and_leads_into_the_house(name: str) -> None:
    svg = draw(specs(charts.SCREEN)[name])
    assert svg.startswith("<svg")
    assert "aria-hidden" in svg[:300]
    assert not re.search(r"style=|<style|<script|on\w+=|javascript:", svg)
    assert 'href="/insight/cases/?of=csat&amp;part=hit"' in svg
    assert "huiyin.invalid" not in svg
    assert not re.findall(r'href="(?!/insight/)[^"]*"', svg)


def test_screen_colours_follow_the_page_and_paper_colours_stand_alone() -> None:
    assert "var(--accent)" in draw(specs(charts.SCREEN)["days"])
    assert "var(" not in draw(specs(charts.PAPER)["days"])


def test_every_chart_can_be_drawn_empty() -> None:
    for spec in (
        charts.stacked_days([], ["a"], charts.PAPER), charts.ranking([], charts.PAPER), charts.trend([], None, charts.PAPER),
        charts.shares([], ["a"], [], charts.PAPER), charts.heat([], ["Mon"], charts.PAPER), charts.stacked_ages([], ["a", "b"], charts.PAPER),
    ):  # fmt: skip
        assert draw(spec).startswith("<svg")


def sample() -> dict[str, Any]:
    words = dict.fromkeys(
        (
            "numbers",
            "number",
            "value",
            "target",
            "change",
            "cases",
            "interval",
            "figure",
            "definitions",
            "page",
            "met",
            "missed",
            "made",
        ),
        "词",
    )
    number = {
        "label": "满意度",
        "value": "81%",
        "target": "≥ 85%",
        "met": False,
        "change": "",
        "interval": "",
        "cases": "1",
        "definition": HOSTILE,
    }
    table = {
        "title": "各部门",
        "columns": [{"label": "部门", "num": False, "wide": True}],
        "rows": [[HOSTILE], ["#panic(1) $x$ *b*"]],
        "none": "无",
    }
    return {"title": "运营周报 2026-W10", "shop": "回音商城", "period": "p", "scope": "s", "lang": "zh", "words": words, "numbers": [number], "tables": [table], "foot": "f",
            "figure": specs(charts.PAPER)["days"]}  # fmt: skip


def test_a_report_prints_chinese_and_takes_no_text_for_markup(tmp_path: Path) -> None:
    body = typeset("weekly.typ", sample())
    assert body.startswith(b"%PDF-")
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("pdftotext (poppler-utils) is not installed: the text of the PDF is not looked at")
    (tmp_path / "report.pdf").write_bytes(body)
    text = subprocess.run([reader, str(tmp_path / "report.pdf"), "-"], capture_output=True, check=True).stdout.decode()
    assert "运营周报 2026-W10" in text
    assert "满意度" in text
    assert "#panic(1) $x$ *b*" in text


def test_a_fault_is_told_not_thrown() -> None:
    assert "fault" in answer('{"draw": {"mark": 7}}')
    assert "fault" in answer("not json")


@pytest.fixture
def press() -> Iterator[Press]:
    made = Press()
    yield made
    made.close()


def test_the_helper_draws_survives_faults_and_comes_back_after_it_died(press: Press) -> None:
    spec = specs(charts.SCREEN)["heat"]
    first = press.ask({"draw": spec})["svg"]
    with pytest.raises(PressFailed):
        press.ask({"print": "no-such.typ", "data": {}})
    assert press._process is not None
    press._process.kill()
    press._process.wait()
    assert press.ask({"draw": spec})["svg"] == first


def test_the_web_process_loads_neither_drawing_nor_printing() -> None:
    code = (
        "import django, os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'huiyin.site.settings'; django.setup();"
        "import huiyin.insight.urls; print([name for name in ('vl_convert', 'typst', 'scipy', 'numpy', 'pandas') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
