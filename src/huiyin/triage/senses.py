"""Word classes as features: a known gram may belong to classes of the word lists, with weight 1, or -1 where it is negated."""

from collections.abc import Iterator

import numpy as np
from scipy.sparse import csr_matrix

from huiyin.triage.features import LONGEST, Hashes, Vocabulary, grams, plain
from huiyin.triage.lexicon import read

OPPOSITE = {"positive": "negative", "negative": "positive"}


def names() -> tuple[str, ...]:
    """Return the classes, in the order of their columns."""
    return (*read("sentiment"), *read("topics"), "turns")


def word_hash(word: str) -> int | None:
    """Return the hash of a word as the features see it, None for a phrase too long to be one gram."""
    text = plain(word)
    if text.isascii() and text[:1].isalpha():
        parts = text.replace("-", " ").split()
        if len(parts) > 2:
            return None
        found = grams([text])
        whole = np.flatnonzero((found.first == 1) & (found.last == len(text) + 1))
        return int(found.hashes[whole[-1]]) if len(whole) else None
    if not text or len(text) > LONGEST:
        return None
    found = grams([text])
    whole = np.flatnonzero((found.first == 1) & (found.last == len(text) + 1))
    return int(found.hashes[whole[0]]) if len(whole) else None


def members() -> Iterator[tuple[int, int, float]]:
    """Yield (hash, class, weight): the words of each class, and negated words of feeling for the opposite class."""
    place = {name: index for index, name in enumerate(names())}
    lists = {**read("sentiment"), **read("topics"), "turns": read("negators")["turns"]}
    negators = read("negators")["before"]
    listed = {word for name in OPPOSITE for words in lists[name].values() for word in words}
    for name, by_language in lists.items():
        for language, words in by_language.items():
            for word in words:
                if (code := word_hash(word)) is not None:
                    yield code, place[name], 1.0
                if name not in OPPOSITE:
                    continue
                for negator in negators[language]:
                    phrase = f"{negator} {word}" if language == "en" else negator + word
                    if phrase not in listed and (code := word_hash(phrase)) is not None:
                        yield code, place[name], -1.0
                        yield code, place[OPPOSITE[name]], 1.0


def membership(vocabulary: Vocabulary) -> csr_matrix:
    """Return the matrix vocabulary × classes."""
    triples = sorted(set(members()))
    columns = vocabulary.find(np.array([code for code, _, _ in triples], np.uint64))
    known = columns >= 0
    return csr_matrix(
        (
            np.array([weight for _, _, weight in triples], np.float32)[known],
            (columns[known], np.array([group for _, group, _ in triples])[known]),
        ),
        shape=(len(vocabulary), len(names())),
    )


def hashes() -> Hashes:
    """Return the hashes of all words of the lists."""
    return np.array(sorted({code for code, _, _ in members()}), np.uint64)
