"""What a text is judged to be. Apart from the facts, so that judging needs no Django."""

import msgspec


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """What a feedback text is judged to be, how sure that is, and why in words a customer could be told."""

    kind: str
    code: int
    level: int
    sentiment: str
    need: str
    flags: tuple[str, ...] = ()
    confidence: dict[str, float] = {}
    reasons: tuple[str, ...] = ()
    guesses: tuple[tuple[int, float], ...] = ()
    strength: float = 0.0
    model: str = ""
