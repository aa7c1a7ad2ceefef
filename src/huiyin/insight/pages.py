"""Pages of analysis: dashboard, the cases behind a number, and the weekly reports."""

from typing import Any, Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from huiyin.insight import charts, queries
from huiyin.insight.addresses import case_page, drill
from huiyin.insight.dashboard import chart_list, tiles
from huiyin.insight.documents import WEEKLY, weekly_data
from huiyin.insight.export import CSV_TYPE, XLSX_TYPE, as_csv, as_xlsx
from huiyin.insight.figures import meaning, with_unit
from huiyin.insight.forms import Filters, filter_words, read_period
from huiyin.insight.measures import BESIDE, MEASURES
from huiyin.insight.models import Report
from huiyin.insight.pressroom import PressFailed, picture, printed
from huiyin.insight.queries import PARTS, View
from huiyin.insight.reports import make_weekly, visible_reports
from huiyin.insight.rules import last_week, week
from huiyin.insight.shown import figure, heading, label_of, show
from huiyin.insight.slices import Slice, reach, read_filters
from huiyin.kernel import clock
from huiyin.kernel.errors import BadInput
from huiyin.people.actions import actor_of
from huiyin.people.permissions import may, require
from huiyin.policy.schema import Policy
from huiyin.policy.versions import active, version

PAGE: Final = 50
EXPORT_ROWS: Final = 50_000


def _zone(policy: Policy) -> ZoneInfo:
    return ZoneInfo(policy.meta.timezone)


def _view(request: HttpRequest, policy: Policy, seen: Slice) -> View:
    given = request.GET.dict()
    now = clock.now()
    period = read_period(given, now, _zone(policy))
    return View(Slice(seen.department, seen.owner, read_filters(given)), period, now)


def _chips(request: HttpRequest, view: View, policy: Policy) -> list[dict[str, str]]:
    chips = []
    for name, value in view.slice.filters:
        kept = request.GET.copy()
        for gone in (name, "older", "newer"):
            kept.pop(gone, None)
        chips.append({"label": filter_words(name, value, policy), "remove": f"?{kept.urlencode()}"})
    return chips


@login_required
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show the indicators against their targets, and the charts."""
    actor = actor_of(request.user)  # type: ignore[arg-type]
    seen = reach(actor)
    number, policy = active()
    view = _view(request, policy, seen)
    context: dict[str, Any] = {
        "form": Filters(request.GET, policy, view.period), "chips": _chips(request, view, policy), "view": view, "department": seen.department, "own": seen.owner is not None,
        "tiles": tiles(view, number, policy), "query": request.GET.urlencode(), "with_charts": "charts" in request.GET,
        "received": drill(view, "received"), "handled": drill(view, "handled"),
    }  # fmt: skip
    if context["with_charts"]:
        context["charts"] = _pictures(chart_list(view, number, policy))
    return render(request, "insight/dashboard.html", context)


@login_required
def chart_part(request: HttpRequest) -> HttpResponse:
    """Return the charts of the dashboard, which the page fetches after it is shown."""
    seen = reach(actor_of(request.user))  # type: ignore[arg-type]
    number, policy = active()
    view = _view(request, policy, seen)
    return render(request, "insight/charts.html", {"charts": _pictures(chart_list(view, number, policy))})


def _pictures(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for chart in found:
        chart["svg"] = _picture(chart["spec"])
    return found


def _picture(spec: dict[str, Any]) -> str:
    """Return a drawing; where it cannot be drawn the table below it still tells everything."""
    try:
        return mark_safe(picture(spec))  # noqa: S308 - drawn by us; texts in it are escaped by the drawing library
    except PressFailed:
        return ""


@login_required
def cases(request: HttpRequest) -> HttpResponse:
    """List exactly the cases a number counted, or hand them over as a file."""
    actor = actor_of(request.user)  # type: ignore[arg-type]
    seen = reach(actor)
    _number, policy = active()
    view = _view(request, policy, seen)
    key, part = request.GET.get("of", "received"), request.GET.get("part") or "counted"
    if key not in MEASURES or part not in PARTS:
        raise BadInput("There is no such number to list the cases of.")
    if request.GET.get("format"):
        require(actor, "export.cases")
        return _file(request.GET["format"], queries.cases_of(key, view, part, limit=EXPORT_ROWS), policy)
    older, newer = _cursor(request, "older"), _cursor(request, "newer")
    rows = queries.cases_of(key, view, part, before=older, after=newer, limit=PAGE + 1)
    page = rows[:PAGE] if newer is None else rows[-PAGE:]
    more = len(rows) > PAGE
    value = queries.measure([key], view).get(key)
    context = {
        "title": label_of(key, policy), "rows": [row | {"url": case_page(row["number"])} for row in page], "view": view, "chips": _chips(request, view, policy),
        "part": part, "parts": _parts(view, key, part), "value": value, "words": with_unit(value.value, policy.indicators[key].unit) if value and key not in BESIDE else "",
        "meaning": meaning(key, policy.indicators[key], value) if value and key not in BESIDE else "",
        "older": page[-1]["case_id"] if page and (more if newer is None else True) else "", "newer": page[0]["case_id"] if page and (older is not None or (newer is not None and more)) else "",
        "may_export": may(actor, "export.cases"), "query": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "insight/cases.html", context)


def _cursor(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    if text and not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise BadInput("This page of the list does not exist.")
    return int(text) if text else None


def _parts(view: View, key: str, part: str) -> list[dict[str, Any]]:
    if MEASURES[key].how != "share":
        return []
    words = {"counted": _("All counted"), "hit": _("Reached"), "miss": _("Not reached")}
    return [{"key": name, "url": drill(view, key, name), "label": label} for name, label in words.items()]


def _file(kind: str, rows: list[dict[str, Any]], policy: Policy) -> HttpResponse:
    if kind not in {"csv", "xlsx"}:
        raise BadInput("Choose csv or xlsx.")
    make, mime = (as_csv, CSV_TYPE) if kind == "csv" else (as_xlsx, XLSX_TYPE)
    columns = [name for name in queries.CASE_COLUMNS if name != "case_id"]
    body = make(columns, [[row[name] for name in columns] for row in rows], _zone(policy))
    return HttpResponse(
        body, content_type=mime, headers={"Content-Disposition": f'attachment; filename="cases.{kind}"'}
    )


@login_required
def reports(request: HttpRequest) -> HttpResponse:
    """List the reports the reader may see."""
    found = visible_reports(actor_of(request.user))[:60]  # type: ignore[arg-type]
    _number, policy = active()
    return render(request, "insight/reports.html", {"reports": found, "last": last_week(clock.now(), _zone(policy))})


@login_required
@require_POST
def report_make(request: HttpRequest) -> HttpResponse:
    """Make the report of a week."""
    actor = actor_of(request.user)  # type: ignore[arg-type]
    require(actor, "report.view")
    _number, policy = active()
    now = clock.now()
    chosen = request.POST.get("week", "")
    made = make_weekly(week(chosen, _zone(policy)) if chosen else last_week(now, _zone(policy)), by=actor, now=now)
    messages.success(request, _("The report is made."))
    return redirect("insight:report", made.pk)


@login_required
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a weekly report."""
    found: Report = get_object_or_404(visible_reports(actor_of(request.user)), pk=pk)  # type: ignore[arg-type]
    context = {
        "report": found,
        "shown": show(found),
        "svg": _picture(figure(found, charts.SCREEN)),
        "policy_of": version(found.policy_version),
    }
    return render(request, "insight/report.html", context)


@login_required
def report_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand over a weekly report as PDF."""
    found: Report = get_object_or_404(visible_reports(actor_of(request.user)), pk=pk)  # type: ignore[arg-type]
    name = f"{heading(found)}.pdf"
    answer = HttpResponse(printed(WEEKLY, weekly_data(found)), content_type="application/pdf")
    answer["Content-Disposition"] = (
        f"attachment; filename=\"weekly-{found.content['week']}.pdf\"; filename*=UTF-8''{quote(name)}"
    )
    return answer
