"""What the policy is called, for which shop, country and languages it is written."""

from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field

from huiyin.policy.schema.base import Part, Text


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f'there is no time zone "{name}"; write one such as Asia/Shanghai') from None
    return name


class Meta(Part):
    """Name, place and languages. `shop` is how letters to customers sign."""

    name: Text
    shop: Text
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")]
    timezone: Annotated[str, AfterValidator(_zone)]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "CNY"
    locales: Annotated[tuple[str, ...], Field(min_length=1)]


class MetaPolicy(Part):
    """The root key of meta.yaml."""

    meta: Meta
