"""Everything the program says is translated, and the compiled catalogue is the translated one."""

from pathlib import Path

import pytest
from django.utils import translation

from huiyin.web import messages
from huiyin.web.messages import CATALOGUE, Sentence, check, collect


def test_every_sentence_is_translated() -> None:
    wrong = check()
    assert not wrong, "python -m huiyin.web.messages extract, translate, compile:\n" + "\n".join(wrong)


def test_the_words_of_errors_are_collected() -> None:
    found, faults = collect()
    assert Sentence(None, "There is no “{key}”. The policy knows: {known}.") in found
    assert not faults


def test_templates_and_python_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "a.html").write_text(
        '{% load i18n %}{% translate "One" %}{% translate "May" context "month" %}{% empty _("Two") %}'
        "{% blocktranslate count n=n %}{{ n }} cat{% plural %}{{ n }} cats{% endblocktranslate %}"
    )
    (tmp_path / "a.py").write_text(
        'raise BadInput("Three {x}" if x else "Four", x=1)\nraise Conflict(f"{x}")\n_("Five"); pgettext("c", "Six"); ngettext("a", "b", 2)'
    )
    monkeypatch.setattr(messages, "PACKAGE", tmp_path)
    found, faults = collect()
    assert set(found) == {
        Sentence(None, "One"), Sentence("month", "May"), Sentence(None, "Two"), Sentence(None, "%(n)s cat", "%(n)s cats"),
        Sentence(None, "Three {x}"), Sentence(None, "Four"), Sentence(None, "Five"), Sentence("c", "Six"), Sentence(None, "a", "b"),
    }  # fmt: skip
    assert [fault.place for fault in faults] == ["a.py:2"]


def test_the_program_reads_it() -> None:
    assert CATALOGUE.with_suffix(".mo").exists()
    with translation.override("zh-hans"):
        assert translation.gettext("Sign in") == "登录"
