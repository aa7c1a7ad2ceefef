"""`huiyin policy` check, show, diff: words, exit codes, and no Django."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from huiyin.policy.commands import policy
from huiyin.policy.load import default_source


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in default_source().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def change(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(policy, [str(argument) for argument in arguments])


def test_check_of_the_default() -> None:
    result = run("check")
    assert result.exit_code == 0
    assert "99 codes" in result.output


def test_check_lists_every_mistake_and_fails(folder: Path) -> None:
    change(folder, "remedy.yaml", "ladder: [agent,", "ladder: [agnet,")
    change(folder, "meta.yaml", "country: CN", "country: china")
    result = run("check", folder)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0].startswith("meta.yaml:5: ")
    assert lines[1] == 'remedy.yaml:3: unknown role "agnet"; did you mean "agent"?'
    assert "2 mistakes" in result.stderr


def test_check_of_an_empty_folder(tmp_path: Path) -> None:
    result = run("check", tmp_path)
    assert result.exit_code == 1
    assert "no .yaml file" in result.stdout


def test_show_a_part_in_one_language() -> None:
    assert run("show", "--key", "codes.1001.label", "--language", "zh").output == "质量缺陷\n"
    assert json.loads(run("show", "--key", "kinds.praise.label", "--json").output) == {"zh": "表扬", "en": "Praise"}
    assert "Acknowledge" not in run("show", "--key", "templates.acknowledgement").output
    assert run("show", "--key", "nothing").exit_code == 2


def test_diff_names_keys_not_places(folder: Path) -> None:
    change(
        folder,
        "codes.yaml",
        "code: 2001, group: speed, department: logistics",
        "code: 2001, group: speed, department: operations",
    )
    change(
        folder,
        "codes.yaml",
        "codes:\n",
        "codes:\n  - { code: 1901, group: advice, department: product, label: { zh: 新, en: New }, means: new }\n",
    )
    change(
        folder,
        "codes.yaml",
        "{ code: 1901, group: advice, department: product, label: { zh: 商品改进建议",
        "{ code: 1902, group: advice, department: product, label: { zh: 商品改进建议",
    )
    result = run("diff", folder)
    assert result.exit_code == 0
    assert "~ codes.2001.department: logistics → operations" in result.stdout
    assert "~ codes.1901.label.zh: 商品改进建议 → 新" in result.stdout
    assert "+ codes.1902: {code: 1902" in result.stdout
    assert "codes.1001" not in result.stdout


def test_diff_of_two_folders_as_json(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    for file in folder.iterdir():
        (other / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    change(other, "remedy.yaml", "monthly: 300000", "monthly: 250000")
    rows = json.loads(run("diff", folder, other, "--json").stdout)
    assert rows == [{"how": "changed", "where": "budget.monthly", "before": "300000", "after": "250000"}]


def test_diff_refuses_a_broken_policy(folder: Path) -> None:
    change(folder, "meta.yaml", "meta:", "mata:")
    result = run("diff", folder)
    assert result.exit_code == 1
    assert "did you mean" in result.stderr


def test_reading_a_policy_needs_no_django() -> None:
    code = "import sys; from huiyin.policy.load import load_default; load_default(); import huiyin.policy.commands; print([m for m in sys.modules if m.startswith('django')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
