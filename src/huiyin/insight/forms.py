"""The filters above dashboard and lists. They stand in the address, so that a view can be kept, shared and gone back to."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.insight.figures import name_of
from huiyin.insight.rules import Period, between, preset
from huiyin.insight.slices import AGES
from huiyin.kernel.errors import BadInput
from huiyin.policy.schema import Policy
from huiyin.web.words import CHANNELS

PERIODS: Final = {
    "today": gettext_lazy("Today"), "7d": gettext_lazy("Last 7 days"), "30d": gettext_lazy("Last 30 days"), "90d": gettext_lazy("Last 90 days"),
    "month": gettext_lazy("This month"), "last_month": gettext_lazy("Last month"), "quarter": gettext_lazy("This quarter"), "year": gettext_lazy("This year"),
}  # fmt: skip
USUAL: Final = "30d"
LABELS: Final = {
    "kind": gettext_lazy("Kind"), "channel": gettext_lazy("Channel"), "department": gettext_lazy("Department"), "category": gettext_lazy("Category"),
    "code": gettext_lazy("Code"), "level": gettext_lazy("Level"), "product": gettext_lazy("Product"), "merchant": gettext_lazy("Merchant"),
    "brand": gettext_lazy("Brand"), "carrier": gettext_lazy("Carrier"), "supplier": gettext_lazy("Supplier"), "region": gettext_lazy("Region"),
    "store": gettext_lazy("Store"), "owner": gettext_lazy("Owner"), "day": gettext_lazy("Day"), "weekday": gettext_lazy("Weekday"),
    "hour": gettext_lazy("Hour"), "age": gettext_lazy("Age in days"),
}  # fmt: skip


def weekdays() -> list[str]:
    """Return the short names of Monday to Sunday."""
    return [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]


class Filters(forms.Form):
    """What the reader chose; unknown values are refused by `slices.read_filters`, not here."""

    def __init__(self, given: Mapping[str, Any], policy: Policy, period: Period) -> None:
        dates, named = _by_dates(given), "" if _by_dates(given) else given.get("period") or USUAL
        days = {"from": period.first.isoformat(), "to": period.last.isoformat()} if dates else {}
        super().__init__(
            initial={name: given.get(name, "") for name in LABELS} | days | {"period": named, "was": named}
        )
        self.label_suffix = ""
        self.fields["period"] = self._choice(_("Period"), {"": _("From – to"), **PERIODS}, empty=False)
        self.fields["from"] = forms.DateField(label=_("From"), required=False, widget=forms.DateInput({"type": "date"}))
        self.fields["to"] = forms.DateField(label=_("To"), required=False, widget=forms.DateInput({"type": "date"}))
        self.fields["was"] = forms.CharField(required=False, widget=forms.HiddenInput())
        self.fields["kind"] = self._choice(LABELS["kind"], {key: name_of("kind", key, policy) for key in policy.kinds})
        self.fields["channel"] = self._choice(
            LABELS["channel"], {key: name_of("channel", key, policy) for key in CHANNELS if key != "sms"}
        )
        self.fields["department"] = self._choice(
            LABELS["department"], {key: name_of("department", key, policy) for key in policy.departments}
        )
        self.fields["category"] = self._choice(
            LABELS["category"], {key: name_of("category", key, policy) for key in policy.ranges}
        )
        self.fields["level"] = self._choice(
            LABELS["level"], {key: name_of("level", key, policy) for key in policy.levels}
        )
        for name in ("product", "merchant"):
            self.fields[name] = forms.CharField(label=LABELS[name], required=False, max_length=120)

    @staticmethod
    def _choice(label: Any, choices: Mapping[Any, Any], *, empty: bool = True) -> forms.ChoiceField:
        return forms.ChoiceField(
            label=label, required=False, choices=[*([("", _("All"))] if empty else []), *choices.items()]
        )


def read_period(given: Mapping[str, str], now: datetime, zone: ZoneInfo) -> Period:
    """Return the period of an address: `period=30d`, or `from=…&to=…` as dates. Raises BadInput.

    Where both stand there, the form was changed: `was` tells which period it showed before, and what differs from it is meant.
    """
    if not _by_dates(given):
        return preset(given.get("period") or USUAL, now, zone)
    try:
        today = now.astimezone(zone).date()
        last = date.fromisoformat(given["to"]) if given.get("to") else today
        first = date.fromisoformat(given["from"]) if given.get("from") else last
    except ValueError:
        raise BadInput("Write dates as 2026-03-01.") from None
    if first.year < 2000 or last.year > 2200:
        raise BadInput("The dates must lie between 2000 and 2200.")
    return between(first, last, zone)


def _by_dates(given: Mapping[str, str]) -> bool:
    named = given.get("period") or ""
    return bool(given.get("from") or given.get("to")) and (not named or named == given.get("was", named))


def filter_words(name: str, value: Any, policy: Policy) -> str:
    """Return a filter in force as words: “Channel: Phone”."""
    if name == "age":
        text = age_words(*value)
    elif name == "weekday":
        text = weekdays()[value - 1] if 1 <= value <= 7 else str(value)
    elif name == "hour":
        text = f"{value}:00"
    else:
        text = name_of(name, value, policy)
    return f"{LABELS[name]}: {text}"


def age_words(low: int, high: int) -> str:
    """Return an age class in words."""
    return f"> {low}" if high == AGES[-1][1] else f"{low}–{high}"
