"""The validator's findings in plain words."""

import types
from collections.abc import Mapping, Sequence
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from huiyin.policy.schema.base import Path
from huiyin.policy.schema.nearest import nearest

_EXPECTED = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "decimal_type": "an amount",
    "decimal_parsing": "an amount",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "keys with values",
    "model_type": "keys with values",
    "model_attributes_type": "keys with values",
    "date_type": "a date such as 2026-05-01",
    "date_parsing": "a date such as 2026-05-01",
    "date_from_datetime_parsing": "a date such as 2026-05-01",
    "time_type": "a time such as 18:00",
    "time_parsing": "a time such as 18:00",
}

_BOUNDS = {
    "greater_than": ("must be more than", "gt"),
    "greater_than_equal": ("must be at least", "ge"),
    "less_than": ("must be less than", "lt"),
    "less_than_equal": ("must be at most", "le"),
}


def reason(error: Mapping[str, Any], root: type[BaseModel]) -> str:
    """One finding of pydantic (`errors()` entry) as a sentence without jargon."""
    kind, loc, ctx = error["type"], tuple(error["loc"]), error.get("ctx", {})
    name = str(loc[-1]) if loc else "policy"
    if kind == "missing":
        return f'"{name}" is missing'
    if kind == "extra_forbidden":
        return f'unknown key "{name}"{nearest(name, known_keys(root, loc[:-1]))}'
    if kind in _EXPECTED:
        return f'"{_name(loc)}": expected {_EXPECTED[kind]}, found {_shown(error.get("input"))}'
    if kind in _BOUNDS:
        words, key = _BOUNDS[kind]
        return f'"{_name(loc)}" {words} {ctx.get(key)}, found {_shown(error.get("input"))}'
    if kind == "literal_error":
        allowed = str(ctx.get("expected", "")).replace("'", "").replace(" or ", ", ").split(", ")
        listed = f" (one of: {', '.join(allowed)})" if len(allowed) <= 16 else ""
        return f"unknown value {_shown(error.get('input'))}{nearest(error.get('input'), allowed)}{listed}"
    if kind in ("string_too_short", "too_short"):
        return f'"{_name(loc)}" must not be empty'
    if kind == "value_error":
        return str(ctx.get("error", error["msg"]))
    return f'"{_name(loc)}": {error["msg"]}'


def _name(loc: Path) -> str:
    """The last word of a path that says something: ``capacity``, or ``flags`` for an item of a list."""
    words = [step for step in loc if isinstance(step, str) and step != "[key]"]
    return words[-1] if words else str(loc[-1]) if loc else "policy"


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "keys with values"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "a list"
    text = str(value)
    return f'"{text[:40]}…"' if len(text) > 40 else f'"{text}"'


def known_keys(root: type[BaseModel], loc: Path) -> tuple[str, ...]:
    """The keys the model at `loc` knows; empty when the place is no model."""
    models: list[Any] = [root]
    for step in loc:
        models = [inner for model in models for inner in _step(model, step)]
    return tuple(name for model in models for name in model.model_fields)


def _step(model: Any, step: str | int) -> list[Any]:
    """The models one step further: through a field, or, for a key or place of a collection, the same again."""
    field = model.model_fields.get(step)
    return _models_in(field.annotation) if field is not None else [model]


def _models_in(annotation: Any) -> list[Any]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if get_origin(annotation) in (Union, types.UnionType, tuple, list, dict) or get_args(annotation):
        return [model for inner in get_args(annotation) for model in _models_in(inner)]
    return []
