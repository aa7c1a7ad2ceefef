"""Forms of the pages of cases: the filters every list shares."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.cases.queries import Filters
from huiyin.cases.rules import STEPS
from huiyin.policy.schema import Policy
from huiyin.web.words import CHANNELS, in_reader_language, look

Choices = list[tuple[str, str]]


def choices(pairs: Iterable[tuple[object, object]], empty: str) -> Choices:
    """Return choices in the reader's language, the empty one first."""
    return [("", empty), *((str(key), in_reader_language(label)) for key, label in pairs)]


class FilterForm(forms.Form):
    """What a list of cases can be narrowed down to; `fields` names those this list offers."""

    q = forms.CharField(
        label=_("Words, number, order, contact"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"type": "search"}),
    )
    state = forms.ChoiceField(label=_("State"), required=False)
    level = forms.ChoiceField(label=_("Level"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    range = forms.ChoiceField(label=_("Category"), required=False)
    flag = forms.ChoiceField(label=_("Flag"), required=False)
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    department = forms.ChoiceField(label=_("Department"), required=False)
    unsure = forms.BooleanField(label=_("Judgement to be checked"), required=False)

    def __init__(self, data: QueryDict | None, policy: Policy, offered: Sequence[str]) -> None:
        super().__init__(data)
        every = gettext("All")
        options: dict[str, Choices] = {
            "state": choices(
                [("open", gettext("Open")), *((step, look("state", step, policy).label) for step in STEPS)], every
            ),
            "level": choices(policy.levels.items(), every),
            "kind": choices(policy.kinds.items(), every),
            "range": choices(((number, span.label) for number, span in policy.ranges.items()), every),
            "flag": choices(policy.flags.items(), every),
            "channel": choices(((name, one.label) for name, one in CHANNELS.items()), every),
            "language": choices([("zh", "中文"), ("en", "English")], every),
            "department": choices(policy.departments.items(), every),
        }
        for name in list(self.fields):
            if name not in offered:
                del self.fields[name]
            elif name in options:
                field = self.fields[name]
                assert isinstance(field, forms.ChoiceField)
                field.choices = options[name]
        self.labels = {name: dict(pairs) for name, pairs in options.items()}

    def filters(self, **fixed: Any) -> Filters:
        """Return the filters in force; a value nobody offers is left out."""
        given = (
            getattr(self, "cleaned_data", {})
            if self.is_valid()
            else {key: value for key, value in self.cleaned_data.items() if key not in self.errors}
        )
        values = {key: value for key, value in given.items() if key != "q" and value}
        for name in ("level", "range"):
            if name in values:
                values[name] = int(values[name])
        return Filters(**{**values, **fixed})

    def chips(self, query: QueryDict) -> list[dict[str, str]]:
        """Return the filters in force, each with the address without it."""
        made = []
        for name, field in self.fields.items():
            if name == "q" or not query.get(name) or name in self.errors:
                continue
            value = query[name]
            label = self.labels.get(name, {}).get(str(value), "")
            rest = query.copy()
            for key in (name, "newer", "older"):
                rest.pop(key, None)
            made.append(
                {"label": f"{field.label}: {label}" if label else str(field.label), "remove": f"?{rest.urlencode()}"}
            )
        return made
