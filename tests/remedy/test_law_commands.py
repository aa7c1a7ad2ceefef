"""`huiyin law floor` in the terminal."""

import json

import pytest
from click.testing import CliRunner

from huiyin.remedy.commands import law


def run(*args: str) -> tuple[int, str]:
    result = CliRunner().invoke(law, ["floor", *args])
    return result.exit_code, result.output


def test_json() -> None:
    code, out = run("--basis", "fraud", "--price", "99", "--on", "2026-06-01", "--json")
    assert code == 0
    assert json.loads(out) == {
        "refund": "99.00",
        "floor": "500.00",
        "article": "Consumer Rights Protection Law, art 55(1)",
        "arithmetic": "price 99.00 × 3 = 297.00, at least 500.00, the larger holds: 500.00; and the price 99.00 back",
    }


@pytest.mark.parametrize(
    ("args", "floor"),
    [
        (("--basis", "fraud", "--price", "2000"), "6000.00"),
        (("--basis", "unsafe-food", "--price", "20"), "1000.00"),
        (("--basis", "unsafe-food", "--price", "150"), "1500.00"),
        (("--basis", "unsafe-food", "--price", "50", "--loss", "800"), "2400.00"),
        (("--basis", "fraud", "--price", "99", "--promise-times", "10"), "990.00"),
        (("--basis", "fraud", "--price", "99", "--on", "2013-01-01"), "99.00"),
    ],
)
def test_floors(args: tuple[str, ...], floor: str) -> None:
    assert json.loads(run(*args, "--json")[1])["floor"] == floor


def test_a_range() -> None:
    code, out = run("--basis", "known-harm", "--price", "99", "--loss", "30000", "--json")
    assert code == 0
    found = json.loads(out)
    assert (found["floor"], found["up_to"]) == ("0.00", "60000.00")
    assert "amount:    0.00–60000.00 CNY" in run("--basis", "known-harm", "--loss", "30000")[1]


def test_in_words() -> None:
    code, out = run("--basis", "fraud", "--price", "99", "--locale", "zh")
    assert code == 0
    assert out.splitlines()[:3] == ["可能适用：《消费者权益保护法》第55条第1款", "金额：500.00 元", "退款：99.00 元"]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--basis", "theft", "--price", "1"), "is not one of"),
        (("--basis", "fraud"), "Give the price paid with --price"),
        (("--basis", "fraud", "--price", "a lot"), "“a lot” is not an amount of money"),
        (("--basis", "fraud", "--price", "NaN"), "is not an amount of money"),
        (("--basis", "fraud", "--price", "-1"), "out of range"),
        (("--basis", "fraud", "--price", "1", "--on", "2026-02-30"), "is not a date"),
        (("--basis", "fraud", "--price", "1", "--on", "1990-01-01"), "No rule on “Fraud” was in force"),
        (("--basis", "known-harm", "--price", "1"), "the amount of the loss is needed"),
    ],
)
def test_bad_input(args: tuple[str, ...], words: str) -> None:
    code, out = run(*args)
    assert code == 2
    assert words in out
