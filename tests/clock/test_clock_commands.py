"""The terminal's answers: exact JSON, plain words, exit code 2 for bad input."""

import json
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner

from huiyin.clock.commands import clock


def run(*args: str) -> tuple[int, str]:
    result = CliRunner().invoke(clock, args)
    return result.exit_code, result.output


def test_deadlines_as_json() -> None:
    code, out = run("--level", "2", "--received", "2026-03-02T10:00:00+08:00", "--json")
    assert code == 0
    found = {item["kind"]: item for item in json.loads(out)["deadlines"]}
    assert list(found) == ["respond", "answer", "propose", "step:confirm"]
    assert found["respond"] == {
        "kind": "respond",
        "due": "2026-03-02T14:00:00+08:00",
        "calendar": "clock",
        "because": [
            "level 2: first human reply within 4 hours",
            "2026-03-02 10:00 + 4 hours = 2026-03-02 14:00",
        ],
        "clock": "promise",
        "warn": "2026-03-02T13:00:00+08:00",
        "rule": "deadlines/2/respond",
    }


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-09-30T10:00:00+08:00", "2026-10-13T18:00:00+08:00"),
        ("2026-09-30T02:00:00Z", "2026-10-13T18:00:00+08:00"),
        ("2026-09-30T10:00", "2026-10-13T18:00:00+08:00"),  # the policy's zone
        ("2026-10-07T17:00Z", "2026-10-14T18:00:00+08:00"),  # already 10-08 in Shanghai: 09, 10, 12, 13, 14
    ],
)
def test_zones(received: str, due: str) -> None:
    _, out = run("--level", "4", "--received", received, "--json")
    proposed = next(item for item in json.loads(out)["deadlines"] if item["kind"] == "propose")
    assert proposed["due"] == due


def test_marks_of_the_case() -> None:
    code, out = run("--level", "3", "--received", "2026-03-02T10:00", "--code", "1402", "--flag", "safety", "--json")
    found = {item["kind"]: item["due"] for item in json.loads(out)["deadlines"]}
    assert code == 0
    assert found["respond"] == "2026-03-02T12:00:00+08:00"
    assert found["safety_report"] == "2026-03-02T10:00:00+08:00"


def test_end_of_handling_adds_the_result() -> None:
    args = ("--level", "3", "--received", "2026-03-02T10:00", "--handled", "2026-03-03T10:00", "--json")
    found = {item["kind"]: item["due"] for item in json.loads(run(*args)[1])["deadlines"]}
    assert found["result"] == "2026-03-06T18:00:00+08:00"


def test_in_words() -> None:
    code, out = run("--level", "1", "--received", "2026-03-02T10:00", "--locale", "zh")
    assert code == 0
    assert "respond          2026-03-02 12:00  (clock)" in out
    assert "1级：首次人工响应限2小时" in out


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--level", "9", "--received", "2026-03-02T10:00"), "There is no level 9; levels are 1, 2, 3, 4."),
        (("--level", "1"), "Give the level and the time of receipt"),
        ((), "Give the level and the time of receipt"),
        (("--level", "1", "--received", "yesterday"), "“yesterday” is not a time"),
        (("--level", "1", "--received", "2026-02-30T10:00"), "is not a time"),
        (("--level", "1", "--received", "2026-03-02T10:00", "--code", "1999"), "no category code 1999"),
        (("--level", "1", "--received", "2026-03-02T10:00", "--flag", "safe"), "no flag “safe”; it has safety"),
        (("--level", "4", "--received", "2026-12-30T10:00"), "China for 2027 are not published"),
        (("--level", "1", "--received", "9999-12-31T23:00"), "lies too far from today"),
        (("workdays", "--from", "2026-12-30", "--days", "5"), "China for 2027 are not published"),
        (("workdays", "--from", "2026-13-01", "--days", "5"), "“2026-13-01” is not a date"),
        (("workdays", "--from", "2026-03-02", "--days", "0"), "0 is not in the range"),
        (("workdays", "--from", "2026-03-02", "--days", "x"), "not a valid integer"),
        (("workdays", "--from", "2026-03-02", "--days", "1", "--calendar", "moon"), "There is no calendar “moon”"),
    ],
)
def test_bad_input(args: tuple[str, ...], words: str) -> None:
    code, out = run(*args)
    assert code == 2
    assert words in out
    assert "Traceback" not in out


def test_workdays() -> None:
    assert run("workdays", "--from", "2026-09-30", "--days", "5") == (0, "2026-10-13\n")
    assert run("workdays", "--from", "2025-01-24", "--days", "3") == (0, "2025-02-05\n")
    assert run("workdays", "--from", "2026-09-30", "--days", "5", "--calendar", "hotline") == (0, "2026-10-05\n")


def test_starts_quickly_and_without_django() -> None:
    program = (
        "import sys; from huiyin.clock.commands import clock; from huiyin.remedy.commands import law\n"
        "try: clock(['workdays', '--from', '2026-09-30', '--days', '5'])\n"
        "finally: assert not {'django', 'holidays', 'numpy'} & sys.modules.keys()"
    )
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "2026-10-13\n"), done.stderr
    assert time.perf_counter() - begun < 5  # about half a second by itself; other tests share the processors
