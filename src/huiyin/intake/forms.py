"""Forms in which feedback is given: what a channel's form asks and requires stands in the policy (`channels`, `intake.questions`)."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final, cast

from django import forms
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from huiyin.intake.rules import Item, read_item
from huiyin.kernel.errors import HuiyinError
from huiyin.kernel.ids import new_token
from huiyin.policy.schema import Policy
from huiyin.policy.schema.vocabulary import Channel

WAYS: Final[tuple[tuple[str, str | Promise], ...]] = (
    ("", _("Whichever is quickest")),
    ("phone", _("Telephone")),
    ("sms", _("Text message")),
    ("email", _("E-mail")),
)
LABELS: Final[dict[str, str | Promise]] = {
    "text": _("What happened"),
    "demand": _("What is wished for"),
    "order_number": _("Order number"),
    "product": _("Goods or service"),
    "subject": _("In one sentence"),
    "occurred_at": _("When"),
    "occurred_where": _("Where"),
    "customer_name": _("Name"),
    "customer_phone": _("Telephone"),
    "customer_email": _("E-mail"),
    "preferred_contact": _("Contact by"),
}
"""Short labels for staff, who know the questions by heart."""

CUSTOMER: Final = ("customer_name", "customer_phone", "customer_email", "preferred_contact")
MATTER: Final = ("demand", "order_number", "product", "subject", "occurred_at", "occurred_where")
HAN: Final = re.compile("[\u4e00-\u9fff]")
NEEDS: Final = {"phone": "customer_phone", "sms": "customer_phone", "email": "customer_email"}
"""Whoever wants to be reached this way has to say where."""


def _line(**attributes: str) -> Callable[[int], forms.Field]:
    return lambda longest: forms.CharField(max_length=longest, widget=forms.TextInput(attributes))


def _area(rows: int) -> Callable[[int], forms.Field]:
    return lambda longest: forms.CharField(max_length=longest, widget=forms.Textarea({"rows": rows}))


def _ways(_longest: int) -> forms.Field:
    return forms.ChoiceField(choices=WAYS)


FIELDS: Final[dict[str, Callable[[int], forms.Field]]] = {
    "demand": _area(2),
    "order_number": _line(autocomplete="off"),
    "product": _line(autocomplete="off"),
    "subject": _line(autocomplete="off"),
    "occurred_at": lambda longest: forms.CharField(max_length=longest, widget=forms.TextInput({"type": "date"})),
    "occurred_where": _line(autocomplete="off"),
    "customer_name": _line(autocomplete="name"),
    "customer_phone": _line(autocomplete="tel", inputmode="tel", type="tel"),
    "customer_email": _line(autocomplete="email", inputmode="email", type="email"),
    "preferred_contact": _ways,
}


class FeedbackForm(forms.Form):
    """The words of a customer and what his channel asks besides. `once` makes a second click or a reload harmless."""

    once = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        policy: Policy,
        channels: Iterable[Channel],
        now: datetime,
        questions: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.policy, self.channels, self.now = policy, tuple(channels), now
        self.item: Item | None = None
        doors = [policy.channels[name] for name in self.channels]
        asked = {fact for door in doors for fact in door.ask}
        must = set.intersection(*({str(fact) for fact in door.require} for door in doors))
        limits = policy.intake.limits
        self.fields["text"] = forms.CharField(
            max_length=limits.text_characters,
            widget=forms.Textarea({"rows": 6}),
        )
        self._label("text", "reason", questions=questions)
        for fact in (*MATTER, *CUSTOMER):
            if fact in asked:
                self.fields[fact] = FIELDS[fact](
                    min(limits.field_characters, 200) if fact in CUSTOMER else limits.field_characters
                )
                self.fields[fact].required = fact in must
                self._label(fact, fact, questions=questions)
        self.initial.setdefault("once", new_token())

    def _label(self, name: str, fact: str, *, questions: bool) -> None:
        question = self.policy.intake.questions.get(fact)  # type: ignore[call-overload]
        if questions and question is not None:
            self.fields[name].label = question.in_(get_language() or "zh-hans")
        else:
            self.fields[name].label = str(LABELS[name])

    def matter(self) -> list[forms.BoundField]:
        """The fields about what happened."""
        return [self[name] for name in MATTER if name in self.fields]

    def customer(self) -> list[forms.BoundField]:
        """The fields about how to reach the customer."""
        return [self[name] for name in CUSTOMER if name in self.fields]

    def clean(self) -> dict[str, Any]:
        """Ask for what the channel cannot do without, and for the number of whoever wants to be rung."""
        values = super().clean() or {}
        for fact in self.policy.channels[self.channel_of(values)].require:
            name = "text" if fact == "reason" else fact
            if name in self.fields and not values.get(name) and name not in self.errors:
                self.add_error(name, _("Please fill this in."))
        needed = NEEDS.get(values.get("preferred_contact", ""), "")
        if needed in self.fields and not values.get(needed) and needed not in self.errors:
            self.add_error(needed, _("To be reached this way, please tell us where."))
        item = self._item(values)
        if item is not None and not self.errors:
            self.item = item
        return values

    def channel_of(self, values: dict[str, Any]) -> Channel:
        """The channel the feedback comes through."""
        return cast("Channel", values.get("channel") or self.channels[0])

    def _item(self, values: dict[str, Any]) -> Item | None:
        """Return the feedback; whatever the rules of the intake refuse is told at its field, all at once."""
        said = {name: values[name] for name in ("text", *MATTER, *CUSTOMER) if values.get(name)}
        for _attempt in range(len(self.fields)):
            customer = {name.removeprefix("customer_"): said[name] for name in CUSTOMER if name in said}
            raw = {name: value for name, value in said.items() if name not in CUSTOMER}
            try:
                return read_item(
                    {"text": "-", **raw, "customer": customer or None, "locale": self.locale_of(values)},
                    policy=self.policy,
                    channel=self.channel_of(values),
                    now=self.now,
                )
            except HuiyinError as error:
                field = field_of(error)
                self.add_error(field if field in self.fields else None, error.words())
                if said.pop(field, None) is None:
                    return None
        return None

    def locale_of(self, values: dict[str, Any]) -> str:
        """The customer's language; "" to find it from his words."""
        return ""


def field_of(error: HuiyinError) -> str:
    """Return the form's name for the field that an error speaks of."""
    name = str(error.details.get("field", "")).replace("customer.", "customer_")
    return "preferred_contact" if name == "customer_preferred_contact" else name


class PublicForm(FeedbackForm):
    """The form on the public page, with a field only programs fill in."""

    website = forms.CharField(required=False, widget=forms.TextInput({"autocomplete": "off", "tabindex": "-1"}))

    def locale_of(self, values: dict[str, Any]) -> str:
        """The language of the page he chose, unless his words are Chinese anyway."""
        return "" if HAN.search(str(values.get("text", ""))) else get_language() or ""


class DeskForm(FeedbackForm):
    """The form of an agent on the telephone or at the counter."""

    channel = forms.ChoiceField(widget=forms.RadioSelect)

    field_order = ("once", "channel", "customer_phone", "customer_name", "order_number", "text", "demand")

    def __init__(self, *args: Any, policy: Policy, **kwargs: Any) -> None:
        desks: tuple[Channel, ...] = ("phone", "counter")
        channels = tuple(name for name in desks if policy.channels[name].open) or desks[:1]
        super().__init__(*args, policy=policy, channels=channels, questions=False, **kwargs)
        language = get_language() or "zh-hans"
        choice = self.fields["channel"]
        if isinstance(choice, forms.ChoiceField):
            choice.choices = [(name, policy.channels[name].label.in_(language)) for name in channels]
        choice.label, choice.initial = _("Channel"), channels[0]
        self.fields["customer_phone"].widget.attrs["autofocus"] = True
        self.fields["text"].widget.attrs.update({"rows": 5, "placeholder": _("In the customer's own words")})

    def customer(self) -> list[forms.BoundField]:
        """The fields about the customer, his number first: it finds the others."""
        return sorted(super().customer(), key=lambda bound: bound.name != "customer_phone")


class FileForm(forms.Form):
    """A file to be imported."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, XLSX or JSON Lines"),
        widget=forms.FileInput({"accept": ".csv,.tsv,.txt,.xlsx,.xlsm,.jsonl,.ndjson,.json"}),
    )


class MendForm(forms.Form):
    """What a quarantined entry means, put into words by a person."""

    channel = forms.ChoiceField(label=_("Channel"))
    text = forms.CharField(label=_("What happened"), widget=forms.Textarea({"rows": 6}))
    order_number = forms.CharField(label=_("Order number"), required=False, max_length=200)
    customer_name = forms.CharField(label=_("Name"), required=False, max_length=200)
    customer_phone = forms.CharField(label=_("Telephone"), required=False, max_length=200)
    customer_email = forms.CharField(label=_("E-mail"), required=False, max_length=200)

    def __init__(self, *args: Any, policy: Policy, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.policy, self.now = policy, now
        self.item: Item | None = None
        language = get_language() or "zh-hans"
        choice = self.fields["channel"]
        if isinstance(choice, forms.ChoiceField):
            choice.choices = [(name, door.label.in_(language)) for name, door in policy.channels.items()]

    def clean(self) -> dict[str, Any]:
        """Make the feedback of it, or tell what is wrong."""
        values = super().clean() or {}
        customer = {name: values.get(f"customer_{name}") for name in ("name", "phone", "email")}
        raw = {"text": values.get("text") or "-", "order_number": values.get("order_number"), "customer": customer}
        try:
            self.item = read_item(raw, policy=self.policy, channel=str(values.get("channel") or "web"), now=self.now)
        except HuiyinError as error:
            field = field_of(error)
            self.add_error(field if field in self.fields else None, error.words())
        return values
