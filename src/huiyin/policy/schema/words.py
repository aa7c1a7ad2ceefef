"""The words every page and form uses: kinds, needs, sentiments, flags, levels, states (TR-1 … TR-6, CA-1 … CA-5)."""

from collections.abc import Iterator
from typing import get_args

from huiyin.policy.schema.base import Check, Fault, Part, Text, Word
from huiyin.policy.schema.vocabulary import (
    BUILT_IN_FLAGS,
    Cause,
    Emotion,
    Kind,
    Level,
    Need,
    Outcome,
    RemedyKind,
    Responsible,
    Sentiment,
    State,
)


class LevelWord(Word):
    """A level of seriousness, 1 the most serious."""

    examples: tuple[Text, ...] = ()


class FlagWord(Word):
    """A mark on a case that changes how it is handled."""

    advice: Text | None = None


class StateWord(Word):
    """One of the six steps, with who is responsible and what has to be true to leave it."""

    done_when: Text


class WordsPolicy(Part):
    """The root keys of words.yaml."""

    kinds: dict[Kind, Word]
    needs: dict[Need, Word]
    sentiments: dict[Sentiment, Word]
    emotions: dict[Emotion, Word]
    flags: dict[str, FlagWord]
    levels: dict[Level, LevelWord]
    states: dict[State, StateWord]
    outcomes: dict[Outcome, Word]
    responsibles: dict[Responsible, Word]
    causes: dict[Cause, Word]
    remedy_kinds: dict[RemedyKind, Word]


_COMPLETE: dict[str, tuple[str | int, ...]] = {
    "kinds": get_args(Kind),
    "needs": get_args(Need),
    "sentiments": get_args(Sentiment),
    "emotions": get_args(Emotion),
    "flags": BUILT_IN_FLAGS,
    "levels": get_args(Level),
    "states": get_args(State),
    "outcomes": get_args(Outcome),
    "responsibles": get_args(Responsible),
    "causes": get_args(Cause),
    "remedy_kinds": get_args(RemedyKind),
}


def _complete(policy: WordsPolicy) -> Iterator[Fault]:
    for field, wanted in _COMPLETE.items():
        present = getattr(policy, field)
        for key in wanted:
            if key not in present:
                yield Fault((field,), f'"{key}" is missing; the program works with it and needs its words')


CHECKS = (Check(tuple(_COMPLETE), _complete),)
