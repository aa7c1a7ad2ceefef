"""Forms of people and API keys. Choices come from the policy in force."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from huiyin.people.accounts import Place
from huiyin.people.models import User
from huiyin.people.queries import Filters
from huiyin.policy.schema import Policy

MOMENT = "%Y-%m-%dT%H:%M"


def choices(labelled: Mapping[str, Any], keys: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """Keys of the policy with their words in the reader's language."""
    locale = get_language() or "en"
    return [(key, labelled[key].label.in_(locale)) for key in (labelled if keys is None else keys)]


class FilterForm(forms.Form):
    """What the list is narrowed to."""

    words = forms.CharField(label=_("Name"), max_length=60, required=False)
    department = forms.ChoiceField(label=_("Department"), required=False)
    role = forms.ChoiceField(label=_("Role"), required=False)
    skill = forms.ChoiceField(label=_("Skill"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Active")), ("away", _("Away now")), ("off", _("Switched off"))],
    )

    def __init__(self, data: Any, policy: Policy) -> None:
        super().__init__(data)
        for name, labelled in (("department", policy.departments), ("role", policy.roles), ("skill", policy.skills)):
            self.fields[name].choices = [("", _("All")), *choices(labelled)]  # type: ignore[attr-defined]

    def filters(self) -> Filters:
        """Return what can be understood of the address."""
        self.is_valid()
        return Filters(**self.cleaned_data)


class PersonForm(forms.Form):
    """A person's place in the house."""

    username = forms.CharField(
        label=_("User name"), max_length=60, help_text=_("For signing in; it stays the same for good.")
    )
    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("Colleagues see it; customers too, under letters.")
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    role = forms.ChoiceField(label=_("Role"))
    department = forms.ChoiceField(label=_("Department"), required=False)
    skills = forms.MultipleChoiceField(
        label=_("Skills"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Cases that need a skill go only to people who have it."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"), required=False, widget=forms.CheckboxSelectMultiple, choices=settings.LANGUAGES
    )
    shift = forms.ChoiceField(label=_("Shift"), required=False)
    away_until = forms.DateTimeField(
        label=_("Away until"), required=False, input_formats=[MOMENT],
        widget=forms.DateTimeInput(format=MOMENT, attrs={"type": "datetime-local"}), help_text=_("No cases are given to him before."),
    )  # fmt: skip
    is_active = forms.BooleanField(
        label=_("May sign in"),
        required=False,
        initial=True,
        help_text=_("Switch the account off when somebody leaves; its history stays."),
    )

    def __init__(self, data: Any, policy: Policy, roles: list[str], person: User | None = None) -> None:
        kept = {} if person is None else {name: getattr(person, name) for name in self.base_fields}
        super().__init__(data, initial=kept)
        if person is None:
            del self.fields["is_active"]
        else:
            del self.fields["username"]
            roles = roles if person.role in roles else [*roles, *([person.role] if person.role in policy.roles else [])]
        offered = {"role": choices(policy.roles, roles), "department": [("", _("None")), *choices(policy.departments)],
                   "shift": [("", _("Always on")), *choices(policy.shifts)], "skills": choices(policy.skills)}  # fmt: skip
        for name, found in offered.items():
            self.fields[name].choices = found  # type: ignore[attr-defined]

    def place(self) -> Place:
        """Return what was entered, after `is_valid()`."""
        given = self.cleaned_data
        plain = {name: given[name] for name in ("name", "role", "department", "shift", "email", "away_until")}
        return Place(**plain, skills=tuple(given["skills"]), languages=tuple(given["languages"]))


class KeyForm(forms.Form):
    """A new API key."""

    name = forms.CharField(
        label=_("What it is for"), max_length=80, help_text=_("The history shows this name, such as “shop app”.")
    )
    role = forms.ChoiceField(label=_("Role"), initial="integrator")

    def __init__(self, data: Any, policy: Policy) -> None:
        super().__init__(data)
        self.fields["role"].choices = choices(policy.roles)  # type: ignore[attr-defined]
