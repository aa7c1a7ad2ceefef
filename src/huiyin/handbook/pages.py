"""The handbook as pages, its versions, and the desk where a new one is written."""

import io
import zipfile
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.handbook import actions
from huiyin.handbook.forms import DraftForm
from huiyin.handbook.sections import BY_KEY, CHAPTERS
from huiyin.handbook.words import value
from huiyin.kernel import clock
from huiyin.kernel.errors import HuiyinError
from huiyin.people.actions import actor_of
from huiyin.people.actors import Actor
from huiyin.people.models import User
from huiyin.people.permissions import may, require
from huiyin.policy import versions
from huiyin.policy.changes import Change, changes
from huiyin.policy.load import PolicyError, examine
from huiyin.policy.models import PolicyVersion
from huiyin.policy.schema import Policy

CHANGES_SHOWN = 400
VERSIONS_SHOWN = 200


def _actor(request: HttpRequest) -> Actor:
    return actor_of(request.user)  # type: ignore[arg-type]


def _show(
    request: HttpRequest, page: str, current: str, *, number: int | None = None, status: int = 200, **context: Any
) -> HttpResponse:
    tail = f"?version={number}" if number else ""
    tabs = [{"key": "index", "url": reverse("policy:index") + tail, "label": _("Overview")}]
    tabs += [
        {"key": one.key, "url": reverse("policy:chapter", args=[one.key]) + tail, "label": str(one.title)}
        for one in CHAPTERS
    ]
    tabs.append({"key": "versions", "url": reverse("policy:versions"), "label": _("Versions")})
    shared = {
        "tabs": tabs,
        "current": current,
        "may_write": may(_actor(request), "policy.publish"),
        "tail": tail,
        "now": clock.now(),
    }
    return render(request, f"handbook/{page}.html", {**shared, **context}, status=status)


def _asked(request: HttpRequest) -> tuple[int, Policy, int]:
    """The version the address asks for, its policy, and the number in force."""
    in_force, policy = versions.active()
    wanted = request.GET.get("version", "")
    if not wanted.isdecimal() or int(wanted) == in_force:
        return in_force, policy, in_force
    return int(wanted), _policy(actions.found(int(wanted)).number), in_force


def _policy(number: int) -> Policy:
    try:
        return versions.version(number)
    except PolicyError as error:  # written for an older program
        raise Http404 from error


@require_safe
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """What the handbook holds, which version is in force, and what waits for approval."""
    require(_actor(request), "policy.view")
    number, policy, in_force = _asked(request)
    version = actions.found(number)
    _named(version)
    drafts = _named(*PolicyVersion.objects.filter(status="draft").order_by("-number").defer("source"))
    counts = {"codes": len(policy.codes), "routes": len(policy.routes), "playbooks": len(policy.playbooks), "letters": len(policy.templates),
              "indicators": len(policy.indicators), "law": len(policy.law.articles), "roles": len(policy.roles)}  # fmt: skip
    chapters = [(chapter, counts.get(chapter.key)) for chapter in CHAPTERS]
    return _show(
        request,
        "index",
        "index",
        number=None if number == in_force else number,
        version=version,
        policy=policy,
        chapters=chapters,
        drafts=drafts,
    )


@require_safe
@login_required
def chapter(request: HttpRequest, key: str) -> HttpResponse:
    """One chapter of the version in force, or of the one asked for."""
    require(_actor(request), "policy.view")
    found = BY_KEY.get(key)
    if found is None:
        raise Http404
    number, policy, in_force = _asked(request)
    other = None if number == in_force else number
    return _show(
        request, f"chapters/{key}", key, number=other, chapter=found, other=other, policy=policy, **found.read(policy)
    )


@require_safe
@login_required
def version_list(request: HttpRequest) -> HttpResponse:
    """All versions, the newest first."""
    require(_actor(request), "policy.view")
    rows = _named(*PolicyVersion.objects.order_by("-number").defer("source")[:VERSIONS_SHOWN])
    return _show(request, "versions", "versions", versions=rows)


@require_safe
@login_required
def version(request: HttpRequest, number: int) -> HttpResponse:
    """One version: who wrote and approved it, whether it can be used, and what it changes."""
    actor = _actor(request)
    require(actor, "policy.view")
    found = actions.found(number)
    _named(found)
    in_force, policy = versions.active()
    mine, problems = examine(found.source)
    against = in_force if found.status == "draft" else (found.based_on or number - 1)
    base = PolicyVersion.objects.filter(number=against).first()
    before = policy if against == in_force else (examine(base.source)[0] if base else None)
    differences = _differences(before, mine) if before and mine and against != number else []
    own = bool(request.user.is_authenticated and found.created_by == request.user.get_username())
    return _show(
        request, "version", "versions", version=found, problems=problems, differences=differences[:CHANGES_SHOWN], count=len(differences),
        against=against, own=own, stale=found.status == "draft" and found.based_on not in {None, in_force}, in_force=in_force,
    )  # fmt: skip


def _differences(before: Policy, after: Policy) -> list[dict[str, Any]]:
    return [_line(change) for change in changes(before, after)]


def _line(change: Change) -> dict[str, Any]:
    return {"how": change.how, "where": change.where, "before": value(change.before), "after": value(change.after)}


def _named(*rows: PolicyVersion) -> list[PolicyVersion]:
    """Put the people's names beside their accounts, as `author` and `approver`."""
    accounts = {account for row in rows for account in (row.created_by, row.published_by)}
    names = dict(User.objects.filter(username__in=accounts).values_list("username", "name"))
    for row in rows:
        row.author = names.get(row.created_by, row.created_by)  # type: ignore[attr-defined]
        row.approver = names.get(row.published_by, row.published_by)  # type: ignore[attr-defined]
    return list(rows)


@require_safe
@login_required
def files(request: HttpRequest, number: int) -> HttpResponse:
    """The YAML files of a version as a ZIP, to be edited in an editor and uploaded again."""
    require(_actor(request), "policy.view")
    found = actions.found(number)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(found.source.items()):
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    answer = HttpResponse(packed.getvalue(), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="policy-{number}.zip"'
    return answer


@require_POST
@login_required
def approve(request: HttpRequest, number: int) -> HttpResponse:
    """Put a draft in force."""
    actions.approve(number, by=_actor(request), now=clock.now())
    messages.success(
        request, _("Version {number} is in force. Cases opened before keep their version.").format(number=number)
    )
    return redirect("policy:version", number=number)


@require_POST
@login_required
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Lay a draft aside."""
    actions.withdraw(number, by=_actor(request))
    messages.success(request, _("The draft is laid aside."))
    return redirect("policy:versions")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def draft(request: HttpRequest) -> HttpResponse:
    """Write a draft: from a version, by uploaded files or by editing one; check it, then keep it."""
    actor = _actor(request)
    require(actor, "policy.publish")
    given = request.POST if request.method == "POST" else request.GET
    asked, name = given.get("base", ""), given.get("name" if request.method == "POST" else "file", "")
    base = actions.found(int(asked) if asked.isdecimal() else versions.active()[0])
    desk: dict[str, Any] = {"base": base, "name": name if name in base.source else "", "names": sorted(base.source)}
    if request.method != "POST":
        form = DraftForm(initial={"name": desk["name"], "text": base.source.get(name, "")})
        return _show(request, "draft", "versions", form=form, **desk)
    desk["form"] = form = DraftForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, "draft", "versions", status=422, **desk)
    return _examined(request, actor, form, base, desk)


def _examined(
    request: HttpRequest, actor: Actor, form: DraftForm, base: PolicyVersion, desk: dict[str, Any]
) -> HttpResponse:
    """Name the mistakes; else show the differences or keep the draft."""
    source = form.source(base.source)
    found, problems = examine(source)
    if problems or found is None:
        return _show(request, "draft", "versions", status=422, problems=problems, checked=True, **desk)
    if "keep" not in request.POST:
        differences = _differences(versions.active()[1], found)
        shown = differences[:CHANGES_SHOWN]
        return _show(request, "draft", "versions", checked=True, differences=shown, count=len(differences), **desk)
    try:
        number = actions.draft(source, base=base.number, note=form.cleaned_data["note"], by=actor, now=clock.now())
    except HuiyinError as error:
        form.add_error(None, error.words())
        return _show(request, "draft", "versions", status=422, **desk)
    messages.success(request, _("Draft {number} is kept. Somebody else has to approve it.").format(number=number))
    return redirect("policy:version", number=number)
