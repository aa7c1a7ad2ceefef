"""The proposal maker: the handbook's suggestions turned into a form, and the form into a proposal."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.cases.models import Case, Order
from huiyin.kernel.errors import BadInput
from huiyin.people.actors import Actor
from huiyin.policy.versions import version as policy_version
from huiyin.remedy import queries
from huiyin.remedy.actions import Item, make_proposal, money
from huiyin.remedy.suggest import Suggestion
from huiyin.web.words import look

LINES: Final = 6
ORDER: Final = (
    "apology",
    "explanation",
    "repair",
    "return",
    "exchange",
    "refund",
    "reship",
    "compensation",
    "coupon",
    "points",
    "gift",
)


@dataclass(frozen=True)
class Row:
    """One line of the form as it stands."""

    place: int
    kind: str = ""
    amount: str = ""
    points: str = ""
    basis: str = ""
    note: str = ""


class ProposalForm(forms.Form):
    """The words to the customer, and up to six remedies in numbered fields (`kind-0`, `amount-0` …)."""

    words = forms.CharField(
        label=gettext_lazy("What the customer reads"),
        widget=forms.Textarea({"rows": 5, "data-count": "4000"}),
        max_length=4000,
    )
    loss = forms.CharField(
        label=gettext_lazy("The customer's loss, where it is known"),
        required=False,
        max_length=14,
        widget=forms.TextInput({"inputmode": "decimal"}),
    )
    below_floor = forms.CharField(
        label=gettext_lazy("Why the article does not apply here"), required=False, max_length=400, widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("Only where the amount stays below what the law may ask for at least; the reason is kept."),
    )  # fmt: skip
    offer = forms.BooleanField(
        label=gettext_lazy("Put it before the customer as soon as it may be"), required=False, initial=True
    )

    def __init__(self, data: Any, *, case: Case) -> None:
        super().__init__(data)
        self.floor: dict[str, Any] | None = None
        self.kinds = [(kind, look("remedy", kind, policy_version(case.policy_version)).label) for kind in ORDER]

    def lines(self) -> list[Row]:
        """Return the remedies as typed; the empty lines at the end included."""
        return [
            Row(
                place,
                *(
                    str(self.data.get(f"{name}-{place}", "")).strip()
                    for name in ("kind", "amount", "points", "basis", "note")
                ),
            )
            for place in range(LINES)
        ]

    def items(self) -> list[Item]:
        """Return the remedies. Raises BadInput for an amount that is none."""
        found = []
        for line in self.lines():
            if line.kind:
                if line.points and not line.points.isdecimal():
                    raise BadInput("Points are a whole number.")
                found.append(Item(line.kind, money(line.amount), int(line.points or 0), line.basis, line.note))
        return found


def draw_up(case: Case, form: ProposalForm, *, by: Actor, now: datetime) -> str:
    """Make the proposal of a sound form and return what to say; "" when the form has errors."""
    if not form.is_valid():
        return ""
    given = form.cleaned_data
    loss = money(given["loss"]) if given["loss"].strip() else None
    made = make_proposal(
        case.number, words=given["words"], items=form.items(), by=by, now=now, below_floor=given["below_floor"], loss=loss, offer=given["offer"]
    )  # fmt: skip
    if made.state == "waiting":
        role = look("role", made.needs_role, policy_version(case.policy_version)).label
        return _("Drawn up. It waits for approval by: {role}.").format(role=role)
    return (
        _("The proposal is put before the customer.")
        if made.state == "offered"
        else _("Drawn up. It can be put before the customer.")
    )


def context(case: Case, form: ProposalForm, by: Actor, now: datetime) -> dict[str, Any]:
    """Return what the page of the proposal maker shows."""
    locale = case.locale
    found = queries.suggestions(case, by, now)
    if not form.is_bound and found:
        form.data = _filled(found[0], locale)
        form.initial = {"words": found[0].words.in_(locale), "offer": True}
        lines = form.lines()
    else:
        lines = form.lines()
    used = max((line.place for line in lines if line.kind or line.amount), default=-1) + 2
    order = Order.objects.filter(number=case.order_number).first() if case.order_number else None
    return {
        "case": case, "form": form, "lines": lines[:used], "more_lines": lines[used:], "order": order, "suggestions": [_shown(one, locale) for one in found], "floors": queries.floors(case), "now": now,
        "running": queries.running(case), "playbook": policy_version(case.policy_version).playbook(case.code),
    }  # fmt: skip


def _filled(one: Suggestion, locale: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for place, item in enumerate(one.items[:LINES]):
        values |= {
            f"kind-{place}": item.kind, f"amount-{place}": _amount(item.amount), f"points-{place}": str(item.points or ""),
            f"basis-{place}": item.basis.in_(locale), f"note-{place}": item.what.in_(locale),
        }  # fmt: skip
    return values


def _amount(amount: Decimal | None) -> str:
    return str(amount) if amount else ""


def _shown(one: Suggestion, locale: str) -> dict[str, Any]:
    return {
        "items": one.items, "amount": one.amount, "needs_role": one.authority.needs_role, "beyond": one.authority.beyond_all, "because": (*one.because, *one.authority.because),
        "below_floor": one.below_floor, "floor": one.floor, "fields": [*_filled(one, locale).items(), ("words", one.words.in_(locale))],
    }  # fmt: skip
