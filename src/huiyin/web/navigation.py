"""The staff's way through the pages, as one table. An entry shows when its page exists and the person may open it."""

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Entry(NamedTuple):
    url_name: str
    label: str | Promise
    icon: str
    permission: str
    key: str = ""
    first: bool = False  # also in the bar at the foot of a phone


class Shown(NamedTuple):
    entry: Entry
    url: str
    current: bool


NAVIGATION: Final[tuple[tuple[str | Promise, tuple[Entry, ...]], ...]] = (
    (
        _("Work"),
        (
            Entry("dispatch:queue", _("Queue"), "inbox", "case.view", "g q", first=True),
            Entry("dispatch:mine", _("My work"), "user", "case.work", "g w", first=True),
            Entry("intake:enter", _("New feedback"), "plus", "intake.enter", "g n", first=True),
            Entry("care:visits", _("Visits"), "echo", "visit.record", "g v"),
            Entry("contact:notices", _("Notices"), "bell", "case.view", "g e"),
            Entry("cases:search", _("Search"), "search", "search.use", "g s", first=True),
        ),
    ),
    (
        _("Oversee"),
        (
            Entry("clock:late", _("Late and near"), "clock", "late.view", "g l"),
            Entry("dispatch:board", _("Workload"), "users", "case.assign", "g b"),
            Entry("contact:outbox", _("Outbox"), "send", "outbox.view", "g o"),
            Entry("intake:import", _("Import"), "upload", "intake.import", "g m"),
            Entry("intake:quarantine", _("Quarantine"), "alert", "quarantine.view", "g u"),
        ),
    ),
    (
        _("Improve"),
        (
            Entry("insight:dashboard", _("Dashboard"), "chart", "dashboard.view", "g d"),
            Entry("insight:reports", _("Reports"), "file", "report.view", "g r"),
            Entry("prevention:warnings", _("Warnings"), "bell", "report.view", "g a"),
            Entry("prevention:plans", _("Improvement"), "bulb", "report.view", "g i"),
            Entry("prevention:knowledge", _("Knowledge"), "book", "case.view", "g k"),
        ),
    ),
    (
        _("House"),
        (
            Entry("policy:index", _("Policy"), "list", "policy.view", "g p"),
            Entry("people:index", _("People"), "users", "people.view", "g t"),
            Entry("compliance:index", _("Compliance"), "scale", "audit.view", "g c"),
        ),
    ),
)


def allowed(user: Any, permission: str, policy: Any) -> bool:
    """Whether the policy gives the person's role this permission at all; the pages themselves check again."""
    return bool(policy) and policy.reach(getattr(user, "role", ""), permission) is not None


def address(url_name: str) -> str:
    """URL of a page, empty while the page does not exist in this installation."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def _shown(entries: tuple[Entry, ...], may: Callable[[str], bool], view_name: str) -> Iterator[Shown]:
    for entry in entries:
        url = address(entry.url_name) if may(entry.permission) else ""
        if url:
            yield Shown(entry, url, entry.url_name == view_name)


def navigation(may: Callable[[str], bool], view_name: str = "") -> list[tuple[str | Promise, list[Shown]]]:
    """Groups with at least one entry for this person."""
    groups = [(label, list(_shown(entries, may, view_name))) for label, entries in NAVIGATION]
    return [(label, shown) for label, shown in groups if shown]
