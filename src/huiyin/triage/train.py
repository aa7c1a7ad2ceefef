"""Training: from labelled texts to a model file. Needs scikit-learn (`pip install huiyin[train]`); judging does not.

The same texts give the same file on the same machine.
"""

import io
import json
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack

from huiyin.triage import senses
from huiyin.triage.corpus import Labelled
from huiyin.triage.features import Vocabulary, clean, grams, look_up, plain
from huiyin.triage.model import ASPECTS, FLAGS, FORMAT, Matrix, Model, dense_names, read

RARE = 5
LEAST_CODE = 3
FOLDS = 3
# Real texts differ more from the corpus than its own held-out texts do: confidences are never made sharper than this.
SHARPEST = 0.85
ROUNDS = 120
NEVER = -30.0
SOFTNESS = {"kind": 6.0, "category": 6.0, "level": 4.0, "sentiment": 4.0, "joint": 6.0, "need": 2.0}
USUAL_SOFTNESS = 8.0
YES_NO = [False, True]
COUNTED = (*ASPECTS, "joint")
Progress = Callable[[str], None]


def build(rows: Sequence[Labelled], *, digest: str, say: Progress = lambda _: None) -> bytes:
    """Return the model file learnt from labelled texts. `digest` identifies them; `say` is told what is going on."""
    say(f"{len(rows)} texts: finding how sure to be ({FOLDS} folds)")
    temperatures = _temperatures(rows, say)
    say("training on all texts")
    arrays = fit(rows, digest=digest, temperatures=temperatures)
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()


def fit(
    rows: Sequence[Labelled], *, digest: str = "", temperatures: dict[str, float] | None = None, draft: bool = False
) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of a model learnt from labelled texts; a draft takes care over kind, category, level and sentiment only."""
    texts = [row.text for row in rows]
    vocabulary, idf = _vocabulary(texts)
    members = senses.membership(vocabulary)
    reading = read(texts, vocabulary, members, idf)
    matrix = hstack([reading.tfidf, csr_matrix(reading.dense)]).tocsr().astype(np.float32)
    joint = _joint(rows)
    codes = sorted(code for code, count in Counter(row.code for row in rows if row.code).items() if count >= LEAST_CODE)
    heads, together = _heads(matrix, _tasks(rows, joint, codes), draft=draft)
    size = len(vocabulary)
    scales = (np.abs(together[:size]).max(axis=0) / 127).astype(np.float32)
    coordinates = members.tocoo()
    about = {
        "format": FORMAT, "corpus": digest, "texts": len(rows), "heads": heads, "codes": codes, "classes": senses.names(), "dense": dense_names(),
        "joint": sorted(set(joint)), "temperatures": temperatures or {},
    }  # fmt: skip
    return {
        "about": np.frombuffer(json.dumps(about, ensure_ascii=False, sort_keys=True).encode(), np.uint8),
        "hashes": vocabulary.hashes, "idf": idf.astype(np.float32),
        "weights": np.round(together[:size] / np.maximum(scales, 1e-12)).astype(np.int8), "scales": scales,
        "dense_weights": together[size:-1].astype(np.float32), "bias": together[-1].astype(np.float32),
        "sense_rows": coordinates.row.astype(np.int32), "sense_classes": coordinates.col.astype(np.int16), "sense_weights": coordinates.data.astype(np.int8),
    }  # fmt: skip


def _heads(
    matrix: csr_matrix, tasks: Sequence[tuple[str, list[Any], list[Any]]], *, draft: bool
) -> tuple[list[tuple[str, int, int]], Matrix]:
    """Return the place of each head's columns, and the weights of all heads side by side."""
    heads: list[tuple[str, int, int]] = []
    columns: list[Matrix] = []
    width = 0
    for name, labels, values in tasks:
        keep = np.array([label is not None for label in labels])
        truth = np.array([values.index(label) for label in labels if label is not None])
        rounds = ROUNDS if name in COUNTED or not draft else 1
        weights = _linear(matrix[keep], truth, len(values), SOFTNESS.get(name, USUAL_SOFTNESS), rounds)
        columns.append(weights[:, 1:] - weights[:, :1] if values == YES_NO else weights)
        heads.append((name, width, width + columns[-1].shape[1]))
        width += columns[-1].shape[1]
    return heads, np.hstack(columns)


def _vocabulary(texts: Sequence[str]) -> tuple[Vocabulary, Matrix]:
    """Grams of at least two texts and the words of the lists; the latter have idf 0 when the texts do not know them."""
    plains = [plain(clean(text)) for text in texts]
    found = grams(plains)
    pairs = np.unique(np.stack([found.hashes, found.rows.astype(np.uint64)]), axis=1)
    hashes, counts = np.unique(pairs[0], return_counts=True)
    vocabulary = Vocabulary(np.asarray(np.union1d(hashes[counts > 1], senses.hashes()), dtype=np.uint64))
    frequency = np.asarray((look_up(plains, vocabulary).counts > 0).sum(axis=0)).ravel()
    idf = np.log((1 + len(texts)) / (1 + frequency)) + 1
    return vocabulary, np.where(frequency > 1, idf, 0).astype(np.float32)


def _joint(rows: Sequence[Labelled]) -> list[tuple[Any, ...]]:
    """Kind, category, level and sentiment as one label; one that is rare takes the usual level and feeling of its kind and category."""
    labels = [(row.kind, row.code // 1000 if row.code else 0, row.level, row.sentiment) for row in rows]
    counts = Counter(labels)
    usual: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for label, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        usual.setdefault(label[:2], label)
    return [label if counts[label] >= RARE else usual[label[:2]] for label in labels]


def _tasks(
    rows: Sequence[Labelled], joint: Sequence[tuple[Any, ...]], codes: Sequence[int]
) -> list[tuple[str, list[Any], list[Any]]]:
    tasks: list[tuple[str, list[Any], list[Any]]] = [
        ("kind", [row.kind for row in rows], list(ASPECTS["kind"])),
        ("category", [row.code // 1000 if row.code else None for row in rows], list(ASPECTS["category"])),
        ("level", [row.level for row in rows], list(ASPECTS["level"])),
        ("sentiment", [row.sentiment for row in rows], list(ASPECTS["sentiment"])),
        ("joint", list(joint), sorted(set(joint))),
        *_within(rows, codes),
        ("need", [row.need for row in rows], ["functional", "experience", "emotional", "implicit"]),
    ]
    tasks.extend((flag, [flag in row.flags for row in rows], YES_NO) for flag in FLAGS)
    return tasks


def _within(rows: Sequence[Labelled], codes: Sequence[int]) -> Iterator[tuple[str, list[Any], list[Any]]]:
    """One head a category, which tells its codes apart: far cheaper than all codes at once."""
    for category in ASPECTS["category"]:
        own = [code for code in codes if code // 1000 == category]
        yield f"code{category}", [row.code if row.code in own else None for row in rows], own


def _linear(matrix: csr_matrix, labels: npt.NDArray[np.int64], count: int, softness: float, rounds: int) -> Matrix:
    """Return the weights (features + 1 for the bias, classes) of a logistic regression; a class without texts is never chosen."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    known = np.unique(labels)
    whole = np.zeros((matrix.shape[1] + 1, count), np.float32)
    whole[-1] = NEVER
    if len(known) < 2:
        whole[-1, known] = 0
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # stopping early is meant
            found = LogisticRegression(C=softness, max_iter=rounds, tol=1e-4).fit(matrix, labels)
        weights = np.vstack([found.coef_.T, found.intercept_[None, :]])
        whole[:, known] = weights if len(known) > 2 else np.hstack([-weights / 2, weights / 2])
    return whole


def _temperatures(rows: Sequence[Labelled], say: Progress) -> dict[str, float]:
    """Return, by aspect, the temperature that makes held-out confidences true on average (least log loss)."""
    folds = np.random.default_rng(20260101).integers(0, FOLDS, len(rows))
    opinions: dict[str, list[Matrix]] = {name: [] for name in ASPECTS}
    truths: dict[str, list[int]] = {name: [] for name in ASPECTS}
    for fold in range(FOLDS):
        model = Model(fit([row for row, place in zip(rows, folds, strict=True) if place != fold], draft=True))
        held = [row for row, place in zip(rows, folds, strict=True) if place == fold]
        opinion = model.judge([row.text for row in held])
        aspects = opinion.aspects | model.given(opinion, opinion.aspects["kind"].argmax(axis=1))
        for name, values in ASPECTS.items():
            truth = [_truth(row, name) for row in held]
            keep = [place for place, value in enumerate(truth) if value is not None]
            opinions[name].append(aspects[name][keep])
            truths[name].extend(values.index(truth[place]) for place in keep)
        say(f"fold {fold + 1} of {FOLDS}")
    return {name: _best_temperature(np.vstack(opinions[name]), np.array(truths[name])) for name in ASPECTS}


def _truth(row: Labelled, name: str) -> Any:
    return {
        "kind": row.kind,
        "category": row.code // 1000 if row.code else None,
        "level": row.level,
        "sentiment": row.sentiment,
    }[name]


def _best_temperature(opinions: Matrix, truth: npt.NDArray[np.int64]) -> float:
    logs = np.log(np.maximum(opinions, 1e-9))
    best, least = 1.0, np.inf
    for temperature in np.arange(SHARPEST, 2.51, 0.05):
        tempered = logs / temperature
        tempered = tempered - np.logaddexp.reduce(tempered, axis=1, keepdims=True)
        loss = float(-tempered[np.arange(len(truth)), truth].mean())
        if loss < least - 1e-6:
            best, least = float(temperature), loss
    return round(best, 2)
