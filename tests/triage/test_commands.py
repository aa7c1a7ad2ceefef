"""`huiyin triage`: whatever a line holds, it gets a line in answer; no database, no Django, no scikit-learn."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from huiyin.triage.commands import triage
from huiyin.triage.stream import parse

KEYS = {"id", "kind", "category", "level", "sentiment", "need", "flags", "confidence", "reasons"}


def run(path: Path, *options: str) -> list[dict[str, Any]]:
    result = CliRunner().invoke(triage, [str(path), *options], catch_exceptions=False)
    assert result.exit_code == 0
    return [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]


def test_a_judgement_a_line_in_the_same_order(tmp_path: Path) -> None:
    texts = {"a": "退款一直没到账", "b": "东西很好，下次还来", "c": "请问怎么退货"}
    path = tmp_path / "in.jsonl"
    path.write_text(
        "\n".join(json.dumps({"id": name, "text": text}) for name, text in texts.items()) + "\n\n", encoding="utf-8"
    )
    answers = run(path)
    assert [answer["id"] for answer in answers] == list(texts)
    assert all(set(answer) == KEYS for answer in answers)
    by_id = {answer["id"]: answer for answer in answers}
    assert by_id["a"]["kind"] == "complaint"
    assert by_id["a"]["category"] // 1000 == 3
    assert (by_id["b"]["kind"], by_id["b"]["category"]) == ("praise", None)
    assert by_id["c"]["kind"] == "consultation"


def test_broken_lines_get_an_error_and_stop_nothing(tmp_path: Path) -> None:
    lines = [
        b'\xef\xbb\xbf{"id":"bom","text":"\xe5\xbe\x88\xe5\xa5\xbd"}',
        b'{"id":1,"text":""}', b'{"id":2,"text":null}', b'{"id":3}', b"[1,2]", b"null", b"not json", b'{"id":4,"text":"\xff\xfe"}', b'{"id":5,"text":"\\ud800"}',
        json.dumps({"id": 6, "text": "😀"}).encode(), json.dumps({"id": 7, "text": "坏了" * 500_000}).encode(), json.dumps({"id": 8, "text": "a\x00b"}).encode(),
        json.dumps({"id": 9, "text": "\u202eabc"}).encode(), json.dumps({"id": 10, "text": "<p>快递<b>坏了</b></p>"}).encode(),
        json.dumps({"id": 11, "text": "QUJDRA==" * 1000}).encode(), json.dumps({"text": "没有编号"}).encode(), b"{" * 20_000,
    ]  # fmt: skip
    path = tmp_path / "in.jsonl"
    path.write_bytes(b"\n".join(lines))
    answers = run(path)
    assert len(answers) == len(lines)
    broken = [number for number, answer in enumerate(answers) if "error" in answer]
    assert broken == [1, 2, 3, 4, 5, 6, 7, 8, 16]
    assert answers[1]["line"] == 2
    assert all(answers[number]["error"]["detail"] for number in broken)
    assert answers[-2]["id"] is None


def test_a_line_far_too_long() -> None:
    assert parse(1, b'"' + b"x" * 16_000_001)[3]


def test_a_missing_file_is_said_plainly(tmp_path: Path) -> None:
    result = CliRunner().invoke(triage, [str(tmp_path / "none.jsonl")])
    assert result.exit_code == 2
    assert "none.jsonl" in result.output


def test_a_file_that_is_no_model(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text('{"id":1,"text":"好"}\n', encoding="utf-8")
    result = CliRunner().invoke(triage, [str(path), "--model", str(path)])
    assert result.exit_code != 0


def test_evaluate(tmp_path: Path) -> None:
    path = tmp_path / "labelled.jsonl"
    rows = [
        {
            "text": "退款一直没到账，骗子",
            "kind": "complaint",
            "category": 3,
            "level": 2,
            "sentiment": "neg",
            "risk_type": None,
        },
        {
            "text": "吃完拉肚子进了医院",
            "kind": "complaint",
            "category": 1,
            "level": 1,
            "sentiment": "neg",
            "risk_type": "safety",
        },
        {
            "text": "东西很好，很满意",
            "kind": "praise",
            "category": None,
            "level": 4,
            "sentiment": "pos",
            "risk_type": None,
        },
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    report = json.loads(CliRunner().invoke(triage, ["evaluate", str(path), "--json"]).stdout)
    assert report["kind"]["accuracy"] == 1.0
    assert report["category"]["texts"] == 2
    assert report["flags"]["safety"] == {"precision": 1.0, "recall": 1.0, "true": 1, "found": 1}
    assert "accuracy" in CliRunner().invoke(triage, ["evaluate", str(path)]).stdout


@pytest.mark.slow
def test_training_gives_the_same_file_twice(tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    from huiyin.triage import corpus, train

    rows = corpus.shipped()[::25]
    first, second = (train.build(rows, digest="x") for _ in range(2))
    assert first == second


def test_judging_imports_neither_sklearn_nor_django(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text('{"id":1,"text":"快递坏了"}\n', encoding="utf-8")
    code = (
        "import sys; from huiyin.cli import main\n"
        f"try: main(['triage', {str(path)!r}])\n"
        "except SystemExit: pass\n"
        "print(sorted(name for name in ('sklearn', 'pandas', 'django.db.models', 'psycopg') if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert json.loads(done.stdout.splitlines()[0])["kind"] == "complaint"
