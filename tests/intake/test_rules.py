"""What a feedback item may look like."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.intake.rules import Item, clean, read_item
from huiyin.kernel.errors import BadInput, HuiyinError, TooLarge
from huiyin.policy.schema import Policy
from tests.intake.table import BAD, JSON_ONLY, Bad

NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
FIELDS = (
    "text",
    "channel",
    "external_id",
    "customer",
    "locale",
    "extra",
    "order_number",
    "product",
    "demand",
    "occurred_at",
)


@pytest.mark.parametrize("bad", [pytest.param(bad, id=name) for name, bad in (BAD | JSON_ONLY).items()])
def test_the_error_names_the_field(bad: Bad, house_policy: Policy) -> None:
    if bad.field is None:
        assert read_item(bad.item, policy=house_policy, channel="api", now=NOW).text
        return
    with pytest.raises((BadInput, TooLarge)) as caught:
        read_item(bad.item, policy=house_policy, channel="api", now=NOW)
    assert caught.value.details["field"] == bad.field
    assert len(str(caught.value)) > 15


@given(st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=5), anything))
def test_whatever_is_sent_is_an_item_or_an_error_of_the_house(house_policy: Policy, raw: dict[str, Any]) -> None:
    try:
        item = read_item(raw, policy=house_policy, channel="api", now=NOW)
    except HuiyinError:
        return
    assert isinstance(item, Item)
    assert item.text.strip()
    item.content().encode()
    for said in (item.text, item.external_id, *item.sender.values()):
        assert "\x00" not in said
        said.encode("utf-8")


@given(st.text())
def test_what_is_clean_stays_so(text: str) -> None:
    once = clean(text, "text", 10**6)
    assert clean(once, "text", 10**6) == once


@given(st.text(min_size=1), st.text(min_size=1))
def test_the_digest_tells_contents_apart(house_policy: Policy, one: str, other: str) -> None:
    def item(text: str) -> Item:
        return Item(text=text, channel="web", locale="en")

    assert (item(one).content() == item(other).content()) == (one == other)


def test_the_language_is_that_of_the_words(house_policy: Policy) -> None:
    def locale(**raw: str) -> str:
        return read_item(raw, policy=house_policy, channel="web", now=NOW).locale

    assert locale(text="壶坏了") == "zh-hans"
    assert locale(text="broken") == "en"
    assert locale(text="壶坏了", locale="en-GB") == "en"


def test_a_time_without_a_zone_is_the_houses_time(house_policy: Policy) -> None:
    item = read_item({"text": "x", "occurred_at": "2026-03-01T08:00"}, policy=house_policy, channel="web", now=NOW)
    assert item.details["occurred_at"] == "2026-03-01T08:00:00+08:00"
