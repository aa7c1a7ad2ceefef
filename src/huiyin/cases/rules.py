"""The six steps of a case (mission CA-1): which moves there are, from where to where, and who may make them.

The diagram in the handbook and the checks of every action are made from this one table.
"""

from dataclasses import dataclass
from typing import Final

STEPS: Final = ("received", "confirmed", "investigating", "proposing", "executing", "following", "closed")
OPEN: Final = frozenset(STEPS[:-1])
MAX_SOUGHT: Final = 200
LONGEST_WORD: Final = 200
MOST_PLACES: Final = 200
SIMPLE_KINDS: Final = frozenset({"consultation", "suggestion", "praise"})


@dataclass(frozen=True, slots=True)
class Move:
    """A named move: the states it starts from, the one it leads to, and the permission it takes."""

    name: str
    before: frozenset[str]
    after: str
    permission: str
    only_kinds: frozenset[str] = frozenset()


def _move(
    name: str, before: tuple[str, ...], after: str, permission: str, only_kinds: frozenset[str] = frozenset()
) -> Move:
    return Move(name, frozenset(before), after, permission, only_kinds)


MOVES: Final[dict[str, Move]] = {
    move.name: move
    for move in (
        _move("confirm", ("received",), "confirmed", "case.work"),
        _move("investigate", ("received", "confirmed", "proposing"), "investigating", "case.work"),
        _move("propose", ("received", "confirmed", "investigating", "proposing"), "proposing", "proposal.make"),
        _move("execute", ("proposing",), "executing", "customer"),
        _move("follow_up", ("executing",), "following", "case.work"),
        _move("answer", ("received", "confirmed", "investigating"), "closed", "case.answer", SIMPLE_KINDS),
        _move("close", ("following",), "closed", "case.close"),
        _move("close_unresolved", tuple(sorted(OPEN)), "closed", "case.close_unresolved"),
        _move("withdraw", ("received", "confirmed", "investigating", "proposing"), "closed", "customer"),
        _move("reopen", ("closed",), "investigating", "case.reopen"),
    )
}


def possible(state: str, kind: str) -> list[Move]:
    """Return the moves that lead out of `state` for a case of this kind."""
    return [
        move for move in MOVES.values() if state in move.before and (not move.only_kinds or kind in move.only_kinds)
    ]


def mermaid() -> str:
    """Return the transition table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", "    [*] --> received"]
    for move in MOVES.values():
        lines += [f"    {before} --> {move.after}: {move.name}" for before in STEPS if before in move.before]
    return "\n".join([*lines, "    closed --> [*]", ""])


HIGHEST: Final = 30_000


def severity(urgency: float, importance: float) -> int:
    """Return the rank in the queue: urgency times one plus the importance of the flags (policy key `triage.priority`)."""
    return min(HIGHEST, round(urgency * (1 + importance)))


def search_words(text: str) -> list[str]:
    """Return the words a text is found by: Chinese in overlapping pairs and single signs, everything else in whole words, lower case."""
    words: list[str] = []
    run = ""
    latin = ""
    for sign in text.lower()[:4000]:
        if "\u3400" <= sign <= "\u9fff":
            if latin:
                words.append(latin)
                latin = ""
            run += sign
            continue
        if run:
            words += _pairs(run)
            run = ""
        if sign.isalnum():
            latin += sign
        elif latin:
            words.append(latin)
            latin = ""
    if run:
        words += _pairs(run)
    if latin:
        words.append(latin)
    return words


def _pairs(run: str) -> list[str]:
    return [run] if len(run) == 1 else [run[at : at + 2] for at in range(len(run) - 1)]


def search_vector(text: str) -> str:
    """Return the words of a text with their places as PostgreSQL writes a text search vector: ``'退款':1 '款了':2``."""
    places: dict[str, list[str]] = {}
    for place, word in enumerate(search_words(text), start=1):
        places.setdefault(word[:LONGEST_WORD], []).append(str(place))
    return " ".join(f"'{word}':{','.join(found[:MOST_PLACES])}" for word, found in places.items())


def search_phrases(text: str) -> list[str]:
    """Return what a searcher's words ask of the index, one PostgreSQL text query for each word he typed; all must hold.

    Chinese of two signs and more is asked for as consecutive pairs, which finds it inside any text; one sign alone, and words of
    other scripts, as the beginning of a word.
    """
    phrases = []
    for part in text[:MAX_SOUGHT].split()[:8]:
        words = search_words(part)
        if words:
            phrases.append(
                " <-> ".join(f"'{word}'{':*' if len(word) == 1 or not _chinese(word) else ''}" for word in words)
            )
    return phrases


def _chinese(word: str) -> bool:
    return "\u3400" <= word[0] <= "\u9fff"
