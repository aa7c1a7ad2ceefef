"""A text as numbers: character n-grams, words and word pairs, looked up for a whole batch at once.

Every n-gram and word becomes a 64-bit hash computed by numpy over the joined code points of the batch, so that no Python
loop runs over characters. Needs numpy and scipy only.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

Hashes = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float32]

HEAD, TAIL = 3000, 1000
LONGEST = 4
BEGIN, END = "\x02", "\x03"

_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)
_WORD_SALT = np.uint64(0xD6E8FEB86659FD93)
_PAIR = np.uint64(0xC2B2AE3D27D4EB4F)

_TAG = re.compile(r"<[a-zA-Z/!][^<>]{0,300}>")
_LINK = re.compile(r"(?:https?://|www\.)[\x21-\x7e]+", re.IGNORECASE)
_BLOB = re.compile(r"[A-Za-z0-9+/=_-]{40,}")
_DIGITS = re.compile(r"[0-9]+(?:[.,:][0-9]+)*")
_REPEATED = re.compile(r"(.)\1{2,}", re.DOTALL)
_HANDLE = re.compile(r"@\w{1,40}", re.ASCII)
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ud800-\udfff]+"
)
_SPACE = re.compile(r"\s+")


def clean(text: str) -> str:
    """Return a text as people see it: without invisible marks, tags and encoded blobs, at most HEAD + TAIL characters."""
    if len(text) > HEAD + TAIL:
        text = text[:HEAD] + " " + text[-TAIL:]
    text = _UNSEEN.sub(" ", unicodedata.normalize("NFKC", text))
    if "<" in text:
        text = _TAG.sub(" ", text)
    if "/" in text or "www" in text:
        text = _LINK.sub(" ", text)
    if len(text) >= 40:
        text = _BLOB.sub(" ", text)
    return _SPACE.sub(" ", text).strip()


def plain(text: str) -> str:
    """Return a cleaned text as the model sees it: lower case, figures as 0, no character more than twice in a row."""
    text = text.lower()
    if "@" in text:
        text = _HANDLE.sub("@", text)
    return _REPEATED.sub(r"\1\1", _DIGITS.sub("0", text))


def _mixed(hashes: Hashes) -> Hashes:
    hashes = hashes ^ (hashes >> np.uint64(32))
    hashes = hashes * np.uint64(0xBF58476D1CE4E5B9)
    return hashes ^ (hashes >> np.uint64(29))


@dataclass(frozen=True, slots=True)
class Grams:
    """Everything found in a batch: hash, text (row), and the place (first, last + 1) in the joined characters."""

    hashes: Hashes
    rows: Places
    first: Places
    last: Places
    starts: Places


def grams(texts: Sequence[str]) -> Grams:
    """Return the n-grams, words and word pairs of plain texts."""
    marked = [BEGIN + text + END for text in texts]
    lengths = np.fromiter((len(text) for text in marked), np.int64, len(marked))
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    characters = np.frombuffer("".join(marked).encode("utf-32-le", "replace"), np.uint32).astype(np.uint64)
    rows = np.repeat(np.arange(len(marked)), lengths)
    left = np.repeat(starts[1:], lengths) - np.arange(len(characters))
    parts = [*_characters(characters, left), *_words(characters, rows)]
    hashes, first, last = (np.concatenate([part[index] for part in parts]) for index in range(3))
    return Grams(_mixed(hashes.astype(np.uint64)), rows[first], first.astype(np.int64), last.astype(np.int64), starts)


def _characters(characters: Hashes, left: Places) -> list[tuple[Hashes, Places, Places]]:
    """Runs of 1 … LONGEST characters. Runs of one or two Latin letters say nothing and are left out."""
    latin = (characters < 128) & (characters > 32)
    found, hashes, all_latin = [], characters, latin
    for length in range(1, LONGEST + 1):
        if length > 1:
            hashes = hashes[:-1] * np.uint64(_BASE) + characters[length - 1 :]
            all_latin = all_latin[:-1] & latin[length - 1 :]
        size = len(hashes)
        keep = left[:size] >= length
        if length == 2:
            keep &= ~all_latin
        first = np.flatnonzero(keep)
        found.append((hashes[first] + np.uint64(length), first, first + length))
    return found


def _words(characters: Hashes, rows: Places) -> list[tuple[Hashes, Places, Places]]:
    """Latin words and pairs of neighbours, hashed by prefix sums: hash(word) = (P[end] - P[start]) / BASE**start."""
    letter = ((characters >= 97) & (characters <= 122)) | (characters == 39)
    edge = np.diff(np.concatenate([[0], letter.astype(np.int8), [0]]))
    first, last = np.flatnonzero(edge == 1), np.flatnonzero(edge == -1)
    if not len(first):
        return []
    count = len(characters)
    power = _powers(_BASE, count)
    prefix = np.concatenate([np.zeros(1, np.uint64), np.cumsum(characters * power, dtype=np.uint64)])
    words = (prefix[last] - prefix[first]) * _powers(_INVERSE, count)[first] ^ _WORD_SALT
    together = np.flatnonzero((rows[first[1:]] == rows[first[:-1]]) & (first[1:] - last[:-1] <= 2))
    pairs = words[together] * _PAIR + words[together + 1]
    return [(words, first, last), (pairs, first[together], last[together + 1])]


_POWERS: dict[int, Hashes] = {}


def _powers(base: int, count: int) -> Hashes:
    """base**0 … base**(count - 1) modulo 2**64; the longest list made is kept."""
    kept = _POWERS.get(base)
    if kept is None or len(kept) < count:
        factors = np.full(max(count, 1 << 16), base, np.uint64)
        factors[0] = 1
        kept = _POWERS[base] = np.cumprod(factors, dtype=np.uint64)
    return kept[:count]


class Vocabulary:
    """The grams a model knows, found by their hash."""

    def __init__(self, hashes: Hashes) -> None:
        """Keep the hashes in their order: the place of a hash is its column. Two with one slot: the later is lost."""
        self.hashes = hashes
        self._shift = np.uint64(64 - 20)
        self._slots = np.full(1 << 20, -1, np.int32)
        self._slots[(hashes[::-1] >> self._shift).astype(np.int64)] = np.arange(len(hashes) - 1, -1, -1)

    def __len__(self) -> int:
        return len(self.hashes)

    def find(self, hashes: Hashes) -> Places:
        """Return the column of each hash, -1 where it is not known."""
        columns = self._slots[(hashes >> self._shift).astype(np.int64)].astype(np.int64)
        known = columns >= 0
        known[known] = self.hashes[columns[known]] == hashes[known]
        return np.where(known, columns, -1)


@dataclass(frozen=True, slots=True)
class Found:
    """Known grams of a batch: column, row and place of each, and the matrix of counts (texts × vocabulary)."""

    columns: Places
    rows: Places
    first: Places
    last: Places
    starts: Places
    counts: csr_matrix


def look_up(texts: Sequence[str], vocabulary: Vocabulary) -> Found:
    """Return the known grams of plain texts."""
    every = grams(texts)
    columns = vocabulary.find(every.hashes)
    known = np.flatnonzero(columns >= 0)
    columns, rows = columns[known], every.rows[known]
    counts = csr_matrix((np.ones(len(known), np.float32), (rows, columns)), shape=(len(texts), len(vocabulary)))
    return Found(columns, rows, every.first[known], every.last[known], every.starts, counts)
