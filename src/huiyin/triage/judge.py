"""The judge: model and rules together, made into judgements that agree with themselves and can be explained to a customer."""

import re
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from huiyin.cases.judgement import Judgement
from huiyin.policy.schema import Policy
from huiyin.triage import reasons, rules
from huiyin.triage.model import CATEGORIES, KINDS, LEVELS, NEEDS, SENTIMENTS, Flags, Matrix, Model, Opinion, shipped

BATCH, BATCH_CHARACTERS = 500, 400_000
OTHER = 5999
GUESSES = 3
# A level raised by a rule of the policy is at least this sure.
RAISED = 0.6
# A flag stands when a sign of the lists is confirmed by the model's vote from `SIGN` on, or by the vote alone from `ALONE` on
# (chosen on held-out texts of the corpus; for danger and the law in favour of missing few).
SIGN = {"safety": 0.03, "legal": 0.05, "vulnerable": 0.20, "group": 0.20, "repeat": 0.10}
ALONE = {"safety": 0.18, "legal": 0.15, "vulnerable": 0.50, "group": 0.15, "repeat": 0.10}
# Danger makes praise or a question with the same words unlikely: "the cockroach was delicious, well done". By kind, as KINDS.
DANGER = np.array([4.0, 0.7, 0.15, 0.5], np.float32)
# How stars change the odds of a kind, as KINDS.
STARS = {1: (3.0, 1.0, 0.1, 1.0), 2: (2.0, 1.0, 0.3, 1.0), 4: (0.8, 1.0, 1.5, 1.0), 5: (0.5, 1.0, 2.5, 1.0)}
_AMOUNT = re.compile(
    r"([¥￥$£€]\s?)?(\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.\d{1,2})?\s?(万)?\s?(元|块|rmb|cny|yuan|dollars|pounds|euros)?",
    re.IGNORECASE,
)


class Judge:
    """Judges texts with one model; with the shipped one when none is given."""

    def __init__(self, model: Model | None = None) -> None:
        self.model = model or shipped()
        self._code_columns = np.array([CATEGORIES.index(code // 1000) for code in self.model.codes])

    def judge(
        self, texts: Sequence[str], policy: Policy, *, ratings: Sequence[int | None] | None = None
    ) -> list[Judgement]:
        """Return a judgement for each text. A rating of 1 … 5 stars that came with a text speaks for or against praise."""
        stars = ratings if ratings is not None else [None] * len(texts)
        return [
            judgement
            for first, last in _batches(texts)
            for judgement in self._batch(texts[first:last], stars[first:last], policy)
        ]

    def _batch(self, texts: Sequence[str], stars: Sequence[int | None], policy: Policy) -> list[Judgement]:
        opinion = self.model.judge(texts)
        flags = {name: _flagged(opinion, name) for name in SIGN}
        kinds = opinion.aspects["kind"] * np.array(
            [STARS.get(one or 0, (1.0,) * len(KINDS)) for one in stars], np.float32
        )
        kinds = _normal(np.where(flags["safety"][:, None], kinds * DANGER, kinds))
        chosen = kinds.argmax(axis=1)
        codes = self._codes(opinion, chosen, policy)
        categories = np.stack(
            [codes[:, self._code_columns == place].sum(axis=1) for place in range(len(CATEGORIES))], axis=1
        )
        within = np.where(self._code_columns == categories.argmax(axis=1)[:, None], codes, -1)
        settled = self.model.given(opinion, chosen)
        levels = _levels(settled["level"], chosen)
        words = reasons.decisive(self.model, opinion.reading, kinds, within.argmax(axis=1))
        return [
            self._one(
                row,
                opinion,
                {
                    "kind": kinds[row],
                    "category": categories[row],
                    "level": levels[row],
                    "code": codes[row],
                    "within": within[row],
                    "sentiment": settled["sentiment"][row],
                },
                flags,
                words[row],
                policy,
            )
            for row in range(len(texts))
        ]

    def _codes(self, opinion: Opinion, chosen: Flags, policy: Policy) -> Matrix:
        """Probabilities of the codes a kind may have: ideas have the codes of the group "advice", everything else the others."""
        known = np.array([policy.has_code(code) and not policy.code(code).retired for code in self.model.codes])
        advice = np.array([policy.has_code(code) and policy.code(code).group == "advice" for code in self.model.codes])
        ideas = chosen == KINDS.index("suggestion")
        codes = np.where(known & (advice == ideas[:, None]), np.maximum(opinion.aspects["code"], 1e-9), 0)
        for place in range(len(CATEGORIES)):
            own = self._code_columns == place
            codes[:, own] *= (opinion.aspects["category"][:, place] / np.maximum(codes[:, own].sum(axis=1), 1e-9))[
                :, None
            ]
        return np.asarray(codes, np.float32)

    def _one(
        self,
        row: int,
        opinion: Opinion,
        odds: dict[str, Matrix],
        flagged: dict[str, Flags],
        words: reasons.Decisive,
        policy: Policy,
    ) -> Judgement:
        reading = opinion.reading
        if not reading.plain[row]:
            return nothing(self.model.name)
        kind, code = KINDS[odds["kind"].argmax()], self.model.codes[odds["within"].argmax()]
        if not odds["within"].max() > 0:
            code = OTHER
        flags = (
            {name for name, found in flagged.items() if found[row]}
            if kind == "complaint"
            else {name for name in ("safety", "legal") if flagged[name][row] and kind != "praise"}
        )
        if kind == "complaint":
            flags |= told_by_rules(reading.signs[row], reading.texts[row], policy)
        level, because = rules.floor(policy, level=LEVELS[odds["level"].argmax()], code=code, flags=flags)
        sure = float(odds["level"].max() * odds["kind"].max())
        if because:
            sure = max(sure, float(opinion.flags["safety"][row]), RAISED)
        feelings = odds["sentiment"]
        best = np.argsort(-odds["code"], kind="stable")[:GUESSES]
        return Judgement(
            kind=kind, code=code, level=level, sentiment=SENTIMENTS[feelings.argmax()], need=NEEDS[opinion.aspects["need"][row].argmax()], flags=tuple(sorted(flags)),
            confidence={"kind": _round(odds["kind"].max()), "category": _round(odds["category"].max()), "level": _round(sure), "sentiment": _round(feelings.max())},
            reasons=reasons.told(reading, row, kind=kind, code=code, flags=flags, words=words, because=because, policy=policy),
            guesses=tuple((self.model.codes[place], _round(odds["code"][place])) for place in best),
            strength=rules.strength(reading.texts[row], float(1 - feelings[1])), model=self.model.name,
        )  # fmt: skip


def nothing(model: str) -> Judgement:
    """Return the judgement of a text that says nothing: sure of nothing, so that a person looks at it."""
    sure = dict.fromkeys(("kind", "category", "level", "sentiment"), 0.0)
    said = ("没有可读的文字", "There are no readable words.")
    return Judgement(
        kind="consultation",
        code=OTHER,
        level=4,
        sentiment="neu",
        need="functional",
        confidence=sure,
        reasons=said,
        model=model,
    )


def told_by_rules(signs: dict[str, list[str]], text: str, policy: Policy) -> set[str]:
    """Return the flags rules alone decide: a report that contradicts itself, and amounts that make goods high value."""
    flags = {"doubtful"} if "doubtful" in signs and policy.triage.doubt.contradiction else set()
    if any(amount >= policy.triage.high_value_from for amount in amounts(text)):
        flags.add("high_value")
    return flags


def amounts(text: str) -> Iterator[float]:
    """Yield the amounts of money named in a text; a bare figure is none."""
    for mark, figure, ten_thousand, unit in _AMOUNT.findall(text):
        if mark or unit:
            yield float(figure.replace(",", "")) * (10_000 if ten_thousand else 1)


def _batches(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    first = size = 0
    for place, text in enumerate(texts):
        if place > first and (place - first >= BATCH or size + len(text) > BATCH_CHARACTERS):
            yield first, place
            first, size = place, 0
        size += min(len(text), BATCH_CHARACTERS)
    if first < len(texts):
        yield first, len(texts)


def _flagged(opinion: Opinion, name: str) -> Flags:
    votes = opinion.flags[name]
    groups: Iterable[str] = rules.SAFETY if name == "safety" else (name,)
    signed = np.array([any(group in signs for group in groups) for signs in opinion.reading.signs], bool)
    return np.asarray((signed & (votes >= SIGN[name])) | (votes >= ALONE[name]))


def _levels(levels: Matrix, chosen: Flags) -> Matrix:
    """A complaint is at least slight; everything else is level 4, unless a floor of the policy raises it."""
    complaint = chosen == KINDS.index("complaint")
    allowed = np.where(complaint[:, None], np.array([1, 1, 1, 0], np.float32), np.array([0, 0, 0, 1], np.float32))
    return _normal(np.maximum(levels, 1e-6) * allowed)


def _normal(odds: Matrix) -> Matrix:
    return np.asarray(odds / np.maximum(odds.sum(axis=1, keepdims=True), 1e-9), np.float32)


def _round(value: float) -> float:
    return round(min(1.0, max(0.0, float(value))), 4)
