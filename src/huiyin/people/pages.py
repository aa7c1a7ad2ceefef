"""The pages of people: who works here, what roles may do, and the keys of machines."""

from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.kernel import clock
from huiyin.kernel.errors import Conflict, HuiyinError
from huiyin.people import accounts, queries
from huiyin.people.actions import actor_of, create_api_key, revoke_api_key_by_id
from huiyin.people.actors import Actor
from huiyin.people.forms import FilterForm, KeyForm, PersonForm
from huiyin.people.models import ApiKey, User
from huiyin.people.permissions import Scope, may, require, scope_of
from huiyin.people.words import matrix
from huiyin.policy.versions import active

READ_OR_SEND: Final = ["GET", "HEAD", "POST"]


def _actor(request: HttpRequest) -> Actor:
    return actor_of(request.user)  # type: ignore[arg-type]


def _tabs(actor: Actor) -> list[dict[str, str]]:
    """The sister pages this actor may open."""
    tabs = [("people", "people:index", _("People")), ("roles", "people:roles", _("Roles"))]
    if scope_of(actor, "people.edit") is Scope.ALL:
        tabs.append(("keys", "people:keys", _("API keys")))
    return [{"key": key, "url": reverse(name), "label": label} for key, name, label in tabs]


def _show(request: HttpRequest, page: str, current: str, status: int = 200, **context: Any) -> HttpResponse:
    actor = _actor(request)
    shared = {"tabs": _tabs(actor), "current": current, "may_edit": may(actor, "people.edit"), "now": clock.now()}
    return render(request, f"people/{page}.html", {**shared, **context}, status=status)


@require_safe
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """The people of the house, or of one's department."""
    actor = _actor(request)
    require(actor, "people.view")
    form = FilterForm(request.GET, active()[1])
    lines = queries.people(actor, form.filters(), clock.now())
    return _show(request, "index", "people", form=form, lines=lines, capped=len(lines) == queries.SHOWN)


@never_cache
@require_http_methods(READ_OR_SEND)
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Make an account and show its one-time password once."""
    actor = _actor(request)
    require(actor, "people.edit")
    _number, policy = active()
    form = PersonForm(request.POST if request.method == "POST" else None, policy, accounts.reachable(actor, policy))
    if request.method == "POST" and form.is_valid():
        try:
            person, password = accounts.create_person(form.cleaned_data["username"], form.place(), by=actor)
        except HuiyinError as error:
            form.add_error(None, error.words())
        else:
            return _show(request, "password", "people", person=person, password=password, created=True)
    return _show(request, "person", "people", status=422 if form.errors else 200, form=form)


@require_http_methods(READ_OR_SEND)
@login_required
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: seen by those who may see people, changed by those who may edit them."""
    actor = _actor(request)
    require(actor, "people.view")
    found = queries.person_for(actor, pk)
    if request.method == "POST":
        require(actor, "people.edit")
    _number, policy = active()
    form = PersonForm(
        request.POST if request.method == "POST" else None, policy, accounts.reachable(actor, policy), found
    )
    board = ""
    if request.method == "POST" and form.is_valid():
        try:
            accounts.change_person(found, form.place(), active_account=form.cleaned_data["is_active"], by=actor)
        except HuiyinError as error:
            form.add_error(None, error.words())
            board = _board(found) if isinstance(error, Conflict) and "open_cases" in error.details else ""
        else:
            messages.success(request, _("Saved."))
            return redirect("people:person", pk=pk)
    load = queries.open_cases([found.pk]).get(found.pk, 0)
    return _show(
        request,
        "person",
        "people",
        422 if form.errors else 200,
        form=form,
        person=found,
        load=load,
        board=board,
        own=actor.user_id == pk,
    )


def _board(person: User) -> str:
    """Where a person's cases are given to others, if that page exists."""
    try:
        return f"{reverse('dispatch:board')}?person={person.pk}"
    except NoReverseMatch:
        return ""


@never_cache
@require_POST
@login_required
def password(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a new one-time password and show it once."""
    actor = _actor(request)
    require(actor, "people.edit")
    found = queries.person_for(actor, pk)
    given = accounts.give_password(found, by=actor)
    return _show(request, "password", "people", person=found, password=given, created=False)


@require_POST
@login_required
def factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Take away a second factor whose phone is lost."""
    actor = _actor(request)
    require(actor, "people.edit")
    found = queries.person_for(actor, pk)
    accounts.drop_second_factor(found, by=actor)
    messages.success(
        request, _("{name} signs in by password alone until a new second factor is set up.").format(name=found)
    )
    return redirect("people:person", pk=pk)


@require_safe
@login_required
def roles(request: HttpRequest) -> HttpResponse:
    """What each role may do, and how far, as the policy in force says."""
    require(_actor(request), "people.view")
    number, policy = active()
    return _show(request, "roles", "roles", areas=matrix(policy), roles=list(policy.roles.values()), number=number)


@never_cache
@require_http_methods(READ_OR_SEND)
@login_required
def keys(request: HttpRequest) -> HttpResponse:
    """The keys of machines; a new one is shown once."""
    actor = _actor(request)
    _all_of_people(actor)
    form, made = KeyForm(request.POST if request.method == "POST" else None, active()[1]), ""
    if request.method == "POST" and form.is_valid():
        try:
            made = create_api_key(**form.cleaned_data, now=clock.now(), by=actor.name)
        except HuiyinError as error:
            form.add_error(None, error.words())
        else:
            form = KeyForm(None, active()[1])
    rows = ApiKey.objects.order_by("revoked_at", "name")
    return _show(request, "keys", "keys", 422 if form.errors else 200, form=form, keys=rows, made=made)


@require_POST
@login_required
def revoke_key(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a key useless from now on."""
    _all_of_people(_actor(request))
    name = revoke_api_key_by_id(pk, now=clock.now())
    messages.success(request, _("The key “{name}” is revoked.").format(name=name))
    return redirect("people:keys")


def _all_of_people(actor: Actor) -> None:
    """Keys reach the whole house, so only those who manage all people have them."""
    require(actor, "people.edit", _House())


class _House:
    """The house itself as something that belongs to nobody: only the reach “all” takes it in."""

    owner_id: int | None = None
    department = ""
    co_departments: list[str] = []
