"""Grams found by numpy are the grams one would cut by hand."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from huiyin.triage.features import LONGEST, Vocabulary, clean, grams, look_up, plain
from huiyin.triage.lexicon.patterns import pattern
from huiyin.triage.senses import word_hash

CHINESE = st.text("退款没到账很好不错快递", min_size=1, max_size=12)


@given(st.lists(CHINESE, min_size=1, max_size=5))
def test_a_character_gram_has_one_hash_wherever_it_stands(texts: list[str]) -> None:
    found = grams(texts)
    joined = "".join(f"\x02{text}\x03" for text in texts)
    by_text: dict[str, set[int]] = {}
    for first, last, code in zip(found.first, found.last, found.hashes, strict=True):
        by_text.setdefault(joined[first:last], set()).add(int(code))
    assert all(len(codes) == 1 for codes in by_text.values())
    assert len(by_text) == len({code for codes in by_text.values() for code in codes})


@given(st.lists(CHINESE, min_size=1, max_size=5))
def test_no_gram_reaches_over_the_end_of_its_text(texts: list[str]) -> None:
    found = grams(texts)
    for row, text in enumerate(texts):
        size = len(text) + 2
        expected = sum(size - length + 1 for length in range(1, LONGEST + 1) if size >= length)
        assert int((found.rows == row).sum()) == expected


def test_words_and_pairs() -> None:
    assert word_hash("refund") == word_hash("Refund")
    assert word_hash("not good") is not None
    assert word_hash("one two three") is None
    assert word_hash("一二三四五") is None
    vocabulary = Vocabulary(np.array([word_hash("refund"), word_hash("没到账")], np.uint64))
    counts = look_up(["my refund, my refund", "退款没到账", "nothing"], vocabulary).counts.toarray()
    assert counts.tolist() == [[2, 0], [0, 1], [0, 0]]


def test_cleaning() -> None:
    assert clean("a<br>b\u200bc\x00d") == "a b c d"
    assert clean("ＡＢＣ！") == "ABC!"
    assert clean("see https://example.org/x?y=1 now") == "see now"
    assert len(clean("好" * 100_000)) <= 4001
    assert plain("Paid 1,299.00 !!!! @someone") == "paid 0 !! @"


def test_patterns() -> None:
    found = pattern(["差点…撞|砸", "拉肚子"], "zh")
    assert found.search("差点被车撞了")
    assert not found.search("差点，然后撞了")
    assert not found.search("差点被车压了")
    english = pattern(["sick", "not…happy"], "en")
    assert not english.search("sickly")
    assert english.search("not at all happy")
