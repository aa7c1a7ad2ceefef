"""Where a person's day begins: the first page his role opens."""

from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from huiyin.people.actions import actor_of
from huiyin.people.permissions import may
from huiyin.web.navigation import address

BEGINNINGS: Final = (
    ("case.work", "dispatch:mine"),
    ("dashboard.view", "insight:dashboard"),
    ("people.edit", "people:index"),
    ("case.view", "cases:search"),
    ("policy.view", "policy:index"),
)


@login_required
def start(request: HttpRequest) -> HttpResponse:
    """Go to the first page of the table above that exists and is open to the reader."""
    actor = actor_of(request.user)  # type: ignore[arg-type]
    for permission, name in BEGINNINGS:
        url = address(name) if may(actor, permission) else ""
        if url:
            return redirect(url)
    return render(request, "403.html", status=403)
