"""What may come in, through which door, and what each door must ask (IN-1 … IN-7)."""

from collections.abc import Iterator
from typing import Annotated, get_args

from pydantic import Field

from huiyin.policy.schema.base import Check, Fault, Part, Positive, Text
from huiyin.policy.schema.vocabulary import Channel, Fact


class Limits(Part):
    """Sizes above which input is refused with a clear error."""

    text_characters: Positive
    field_characters: Positive
    body_bytes: Positive
    batch_items: Positive
    file_bytes: Positive
    columns: Positive
    attachment_bytes: Positive
    attachments: Positive
    attachment_types: tuple[str, ...]
    email_bytes: Positive


class Rate(Part):
    """At most `count` in `seconds`, for one sender."""

    count: Positive
    seconds: Positive


class Door(Part):
    """A channel: what its form asks for, what it cannot do without, how we thank at once."""

    label: Text
    open: bool = True
    ask: tuple[Fact, ...] = ()
    require: tuple[Fact, ...] = ()
    acknowledge: str | None
    hint: Text | None = None


class Intake(Part):
    """Limits, rates and the words for questions."""

    limits: Limits
    rates: dict[Channel, Rate]
    remember_keys_days: Annotated[int, Field(ge=1)]
    acknowledge_within_seconds: Positive
    questions: dict[Fact, Text]


class IntakePolicy(Part):
    """The root keys of intake.yaml."""

    intake: Intake
    channels: dict[Channel, Door]


def _doors(policy: IntakePolicy) -> Iterator[Fault]:
    for name in get_args(Channel):
        if name not in policy.channels:
            yield Fault(("channels",), f'channel "{name}" is missing; close it with open: false if it is not used')
    for name, door in policy.channels.items():
        for place, fact in enumerate(door.require):
            if fact not in door.ask:
                yield Fault(("channels", name, "require", place), f'"{fact}" is required but not asked for')
        for place, fact in enumerate(door.ask):
            if fact not in policy.intake.questions:
                yield Fault(("channels", name, "ask", place), f'there is no question for "{fact}" in intake.questions')


CHECKS = (Check(("intake", "channels"), _doors),)
