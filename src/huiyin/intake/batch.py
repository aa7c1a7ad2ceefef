"""A batch of feedback as JSON Lines: what can be taken is taken, every line is answered in order, nothing is lost."""

from datetime import datetime
from typing import Any

import msgspec

from huiyin.intake.actions import Receipt, accept_many
from huiyin.intake.importing import CHUNK, again, house_words
from huiyin.intake.models import Quarantined
from huiyin.intake.reading import parse_line
from huiyin.intake.rules import Item, read_item
from huiyin.kernel.errors import BadInput, HuiyinError, TooLarge
from huiyin.policy.schema import Policy

Answer = dict[int, dict[str, Any]]


def take(body: bytes, *, policy: Policy, source: str, key: str, now: datetime) -> bytes:
    """Accept the lines of a batch and return a JSON line for each, in order.

    Raises:
        TooLarge: there are more lines than the policy's `intake.limits.batch_items`.
        BadInput: not one line is an object.
    """
    lines = [
        (number, line)
        for number, raw in enumerate(body.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1)
        if (line := raw.strip())
    ]
    most = policy.intake.limits.batch_items
    if len(lines) > most:
        raise TooLarge("The batch has {lines} lines; at most {most} are allowed at once.", lines=len(lines), most=most)
    answers: Answer = {}
    parsed = [(number, line, parse_line(line)) for number, line in lines]
    if all(isinstance(raw, HuiyinError) for _, _, raw in parsed):
        raise BadInput(
            "Send JSON Lines in UTF-8: one object a line, such as {“text”: …}. {reason}",
            reason=str(parsed[0][2]) if parsed else "",
        )
    fit: list[tuple[int, Item, str]] = []
    broken: list[Quarantined] = []
    for number, line, raw in parsed:
        try:
            if isinstance(raw, HuiyinError):
                reason = house_words(raw)
                broken.append(Quarantined(received_at=now, channel="batch", source=source, raw=line, reason=reason))
                raise raw
            fit.append((number, read_item(raw, policy=policy, channel="batch", now=now), _key(raw, key, number)))
        except HuiyinError as error:
            answers[number] = _refused(error)
    Quarantined.objects.bulk_create(broken, batch_size=CHUNK)
    for start in range(0, len(fit), CHUNK):
        _accept(fit[start : start + CHUNK], answers, source, now)
    return b"".join(msgspec.json.encode({"line": number, **answers[number]}) + b"\n" for number, _ in lines)


def _key(raw: dict[str, Any], key: str, number: int) -> str:
    return f"{key}#{number}" if key and not raw.get("external_id") else ""


def _refused(error: HuiyinError) -> dict[str, Any]:
    return {"error": error.problem()}


def _accept(part: list[tuple[int, Item, str]], answers: Answer, source: str, now: datetime) -> None:
    pairs = [(item, key) for _, item, key in part]
    for (number, _, _), result in zip(part, again(lambda: accept_many(pairs, source=source, now=now)), strict=True):
        answers[number] = (
            {"number": result.number, "token": result.token} if isinstance(result, Receipt) else _refused(result)
        )
