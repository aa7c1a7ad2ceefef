"""Properties: reading never crashes, lines are true, differences are complete."""

import string

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from huiyin.policy.changes import changes
from huiyin.policy.load import default_source, examine, load_default, load_source
from huiyin.policy.schema.base import CodeSet, holds
from huiyin.policy.schema.templates import fill, placeholders
from huiyin.policy.yamltree import read

WORDS = st.text(string.ascii_lowercase, min_size=1, max_size=8).filter(
    lambda word: word not in {"true", "false", "null", "y", "n"}
)
SCALARS = st.one_of(st.integers(-999, 999), st.booleans(), st.none(), WORDS)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(WORDS, inner, max_size=4)),
    max_leaves=20,
)


@given(st.dictionaries(WORDS, TREES, min_size=1, max_size=5))
def test_reading_gives_what_was_written(data: dict[str, object]) -> None:
    tree = read("a.yaml", yaml.safe_dump(data, allow_unicode=True))
    assert tree.data == data
    assert not tree.problems


@given(st.dictionaries(WORDS, TREES, min_size=1, max_size=5))
def test_lines_are_those_of_the_keys(data: dict[str, object]) -> None:
    text = yaml.safe_dump(data, allow_unicode=True, default_flow_style=False)
    tree = read("a.yaml", text)
    lines = text.splitlines()
    for key in data:
        assert lines[tree.lines[(key,)] - 1].replace("'", "").startswith(f"{key}:")


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    policy, problems = examine({"a.yaml": text})
    assert policy is None
    assert problems
    assert all(1 <= problem.line <= text.count("\n") + text.count("\r") + 2 for problem in problems)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_damaged_handbook_never_crashes_the_reader(data: st.DataObject) -> None:
    """Cut a piece out of a file or put one in: either it still is a policy, or the problems are placed in its files."""
    source = default_source()
    name = data.draw(st.sampled_from(sorted(source)))
    text = source[name]
    start = data.draw(st.integers(0, len(text) - 1))
    end = min(len(text), start + data.draw(st.integers(0, 60)))
    piece = data.draw(
        st.sampled_from(["", "x", ": ", "\n", "  ", "[", "}", "- ", "null", "99999", "{number}", "*a", "!t ", '"'])
    )
    damaged = source | {name: text[:start] + piece + text[end:]}
    policy, problems = examine(damaged)
    assert (policy is None) == bool(problems)
    for problem in problems:
        assert problem.file in damaged
        assert 1 <= problem.line <= damaged[problem.file].count("\n") + 2
        assert problem.reason


CODES = st.integers(1001, 5999)


@given(st.lists(st.tuples(CODES, CODES).map(lambda pair: (min(pair), max(pair))), max_size=5), CODES)
def test_code_sets_hold_what_they_name(spans: list[tuple[int, int]], code: int) -> None:
    written = [first if first == last else f"{first}-{last}" for first, last in spans]
    found = TypeAdapter(CodeSet).validate_python(written)
    assert holds(found, code) == any(first <= code <= last for first, last in spans)
    assert not holds(found, None)


@given(st.text(st.characters(exclude_characters="{}"), max_size=30), st.text(max_size=30))
def test_filling_replaces_and_adds_nothing(around: str, value: str) -> None:
    text = f"{around}{{subject}}{around}"
    assert placeholders(text) == ("subject",)
    assert fill(text, {"subject": value}) == around + value + around


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 999), st.integers(3, 30))
def test_differences_are_found_and_only_those(feedback_days: int, silence: int) -> None:
    source = default_source()
    source["contact.yaml"] = source["contact.yaml"].replace(
        "progress_link_days: 180", f"progress_link_days: {feedback_days}"
    )
    source["remedy.yaml"] = source["remedy.yaml"].replace("\n  days: 7\n", f"\n  days: {silence}\n")
    found = {change.where: (change.before, change.after) for change in changes(load_default(), load_source(source))}
    expected = {"contact.progress_link_days": (180, feedback_days), "silence.days": (7, silence)}
    assert found == {where: pair for where, pair in expected.items() if pair[0] != pair[1]}
