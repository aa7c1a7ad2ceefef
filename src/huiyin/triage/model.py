"""The trained model: a file of weights, read and applied with numpy and scipy only.

A text's tf-idf grams and its dense features (word classes, signs, shape) go through linear heads. What a reader wants to know
(kind, category, level, sentiment) is judged twice, by its own head and by a joint head over all four, and the two are averaged.
"""

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from huiyin.triage import rules, senses
from huiyin.triage.features import Found, Vocabulary, clean, look_up, plain

Matrix = npt.NDArray[np.float32]
Flags = npt.NDArray[Any]

FORMAT = 1
KINDS = ("complaint", "consultation", "praise", "suggestion")
CATEGORIES = (1, 2, 3, 4, 5)
LEVELS = (1, 2, 3, 4)
SENTIMENTS = ("neg", "neu", "pos")
NEEDS = ("functional", "experience", "emotional", "implicit")
FLAGS = ("safety", "legal", "vulnerable", "group", "repeat")
ASPECTS: dict[str, tuple[Any, ...]] = {"kind": KINDS, "category": CATEGORIES, "level": LEVELS, "sentiment": SENTIMENTS}
SCALE = np.float32(0.2)


@dataclass(frozen=True, slots=True)
class Reading:
    """A batch of texts as the heads see it."""

    texts: list[str]
    plain: list[str]
    signs: list[dict[str, list[str]]]
    found: Found
    tfidf: csr_matrix
    norms: Matrix
    dense: Matrix


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the model thinks of a batch: probabilities by aspect (`ASPECTS`, "code", "need"), of the joint labels, and by flag."""

    reading: Reading
    aspects: dict[str, Matrix]
    joint: Matrix
    flags: dict[str, Matrix]


class Model:
    """Weights and words of one training."""

    def __init__(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Take the arrays of a model file (see `train.build`).

        Raises:
            ValueError: the file is of another format.
        """
        about = json.loads(bytes(arrays["about"]).decode())
        if about["format"] != FORMAT:
            raise ValueError(
                f"the model file has format {about['format']}, this program reads {FORMAT}: train it again"
            )
        self.about: dict[str, Any] = about
        self.vocabulary = Vocabulary(arrays["hashes"])
        self.idf = arrays["idf"].astype(np.float32)
        shape = (len(self.vocabulary), len(about["classes"]))
        self.senses = csr_matrix(
            (arrays["sense_weights"].astype(np.float32), (arrays["sense_rows"], arrays["sense_classes"])), shape=shape
        )
        self.weights: Matrix = arrays["weights"].astype(np.float32) * arrays["scales"]
        self.dense_weights: Matrix = arrays["dense_weights"].astype(np.float32)
        self.bias: Matrix = arrays["bias"].astype(np.float32)
        self.heads: dict[str, tuple[int, int]] = {name: (first, last) for name, first, last in about["heads"]}
        self.codes = tuple(int(code) for code in about["codes"])
        self.temperatures: dict[str, float] = about["temperatures"]
        self.kept: dict[str, Matrix] = {}
        self.joint = {
            name: _belongs([label[place] for label in about["joint"]], values)
            for place, (name, values) in enumerate(ASPECTS.items())
        }
        self.code_category = np.array([CATEGORIES.index(code // 1000) for code in self.codes])

    @property
    def name(self) -> str:
        """The version of the model: digest of what it learnt from."""
        return f"linear-{self.about['corpus'][:8]}"

    def read(self, texts: Sequence[str]) -> Reading:
        """Return the features of texts."""
        return read(texts, self.vocabulary, self.senses, self.idf)

    def judge(self, texts: Sequence[str]) -> Opinion:
        """Return the probabilities of everything for each text."""
        reading = self.read(texts)
        scores = np.asarray(reading.tfidf @ self.weights) + reading.dense @ self.dense_weights + self.bias
        heads = {name: _soft(scores[:, first:last]) for name, (first, last) in self.heads.items() if name not in FLAGS}
        aspects = {name: self._both(name, heads) for name in ASPECTS}
        within = np.hstack([heads[f"code{category}"] for category in CATEGORIES])
        aspects["code"], aspects["need"] = within * aspects["category"][:, self.code_category], heads["need"]
        flags = {
            name: _sigmoid(scores[:, self.heads[name][0]] / np.float32(self.temperatures.get(name, 1.0)))
            for name in FLAGS
        }
        return Opinion(reading, aspects, heads["joint"], flags)

    def given(self, opinion: Opinion, kinds: Flags) -> dict[str, Matrix]:
        """Return level and sentiment once the kind of each text (its place in KINDS) is settled."""
        alike = np.array(
            [[float(KINDS.index(label[0]) == kind) for label in self.about["joint"]] for kind in range(len(KINDS))],
            np.float32,
        )
        told = opinion.joint * alike[kinds]
        told = told / np.maximum(told.sum(axis=1, keepdims=True), 1e-9)
        return {
            name: self._tempered(name, (opinion.aspects[name] + told @ self.joint[name]) / 2)
            for name in ("level", "sentiment")
        }

    def _both(self, name: str, heads: Mapping[str, Matrix]) -> Matrix:
        together = heads["joint"] @ self.joint[name]
        if name == "category":
            together = together / np.maximum(together.sum(axis=1, keepdims=True), 1e-9)
        mean = np.asarray((heads[name] + together) / 2, np.float32)
        return mean if name in {"level", "sentiment"} else self._tempered(name, mean)

    def _tempered(self, name: str, odds: Matrix) -> Matrix:
        tempered = np.maximum(odds, 1e-9) ** np.float32(1 / self.temperatures.get(name, 1.0))
        return np.asarray(tempered / tempered.sum(axis=1, keepdims=True), np.float32)


def _belongs(labels: Sequence[Any], values: Sequence[Any]) -> Matrix:
    return np.array([[1.0 if label == value else 0.0 for value in values] for label in labels], np.float32)


def _soft(scores: Matrix) -> Matrix:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)


def _sigmoid(scores: Matrix) -> Matrix:
    return np.asarray(1 / (1 + np.exp(-np.clip(scores, -30, 30))), np.float32)


def read(texts: Sequence[str], vocabulary: Vocabulary, members: csr_matrix, idf: Matrix) -> Reading:
    """Return the features of texts: L2-normalised tf-idf of the grams, and the dense features (texts × `dense_names`)."""
    cleaned = [clean(text) for text in texts]
    plains = [plain(text) for text in cleaned]
    signs = [rules.signs(text) for text in cleaned]
    groups = [rules.groups_of(found) for found in signs]
    found = look_up(plains, vocabulary)
    tfidf = found.counts.copy()
    tfidf.data = (1 + np.log(tfidf.data)) * idf[tfidf.indices]
    norms = np.sqrt(np.asarray(tfidf.multiply(tfidf).sum(axis=1)).ravel())
    tfidf.data /= np.repeat(np.maximum(norms, 1e-9), np.diff(tfidf.indptr)).astype(np.float32)
    denied = np.array([[float(any(not sign.counts for sign in one))] for one in signs], np.float32).reshape(-1, 1)
    marked = np.array([[float(name in group) for name in rules.GROUPS] for group in groups], np.float32).reshape(
        -1, len(rules.GROUPS)
    )
    dense = np.hstack([_felt(found, members), marked, denied, _shape(plains)]).astype(np.float32)
    return Reading(cleaned, plains, groups, found, tfidf, np.maximum(norms, 1e-9).astype(np.float32), dense)


def dense_names() -> tuple[str, ...]:
    """Return the names of the dense features in their order."""
    return (
        *senses.names(),
        "brighter",
        "darker",
        "last positive",
        "last negative",
        *rules.GROUPS,
        "denied",
        "length",
        "asks",
        "exclaims",
        "latin",
    )


def _felt(found: Found, members: csr_matrix) -> Matrix:
    """How often each word class occurs, which feeling prevails, and what is felt after the last "but"."""
    counts = _damped(np.asarray((found.counts @ members).todense(), np.float32))
    balance = counts[:, :1] - counts[:, 1:2]
    turns = np.asarray(members[:, len(senses.names()) - 1].todense()).ravel() > 0
    last = np.full(counts.shape[0], -1, np.int64)
    turning = turns[found.columns]
    np.maximum.at(last, found.rows[turning], found.last[turning])
    after = (last[found.rows] >= 0) & (found.first >= last[found.rows])
    ending = csr_matrix(
        (np.ones(int(after.sum()), np.float32), (found.rows[after], found.columns[after])), shape=found.counts.shape
    )
    finally_felt = _damped(np.asarray((ending @ members[:, :2]).todense(), np.float32))
    return np.asarray(
        np.hstack([counts, np.maximum(balance, 0), np.maximum(-balance, 0), finally_felt]) * SCALE, np.float32
    )


def _damped(counts: Matrix) -> Matrix:
    return np.asarray(np.sign(counts) * np.log1p(np.abs(counts)), np.float32)


def _shape(plains: Sequence[str]) -> Matrix:
    rows = [
        (np.log1p(len(text)) / 10, 0.5 * ("?" in text), min(text.count("!"), 3) / 6, 0.5 * text.isascii())
        for text in plains
    ]
    return np.array(rows, np.float32).reshape(-1, 4)


def load(data: bytes) -> Model:
    """Return the model in the bytes of a model file. ValueError when it is none."""
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        return Model({name: arrays[name] for name in arrays.files})


@lru_cache(maxsize=1)
def shipped() -> Model:
    """Return the model that comes with the program, loaded once a process."""
    return load((files("huiyin.triage") / "model.npz").read_bytes())


def digest(*parts: str) -> str:
    """SHA-256 over texts."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(part.encode() + b"\x00")
    return whole.hexdigest()
