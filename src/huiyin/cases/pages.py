"""The search: one box for everything a colleague or customer may name a case by."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from huiyin.cases.forms import FilterForm
from huiyin.cases.models import Case, Feedback
from huiyin.cases.queries import search as find
from huiyin.cases.words import hits, snippet
from huiyin.kernel import clock
from huiyin.people.actions import actor_of
from huiyin.people.permissions import require
from huiyin.policy.versions import active

PAGE = 30
OFFERED = ("q", "state", "level", "kind", "range", "flag", "channel", "department", "unsure")


@login_required
def search(request: HttpRequest) -> HttpResponse:
    """Find cases; a number that names one case leads straight to it."""
    actor = actor_of(request.user)  # type: ignore[arg-type]
    require(actor, "search.use")
    form = FilterForm(request.GET, active()[1], OFFERED)
    filters = form.filters()
    sought = str(form.cleaned_data.get("q") or "").strip()
    asked = bool(sought or form.chips(request.GET))
    page = (
        find(actor, sought, filters, size=PAGE, older=request.GET.get("older", ""), newer=request.GET.get("newer", ""))
        if asked
        else None
    )
    rows = page.rows if page else []
    if len(rows) == 1 and rows[0].number == sought.upper():
        return redirect(reverse("workbench:case", args=[rows[0].number]))
    _add_snippets(rows, sought)
    context = {
        "form": form,
        "page": page,
        "rows": rows,
        "sought": sought,
        "asked": asked,
        "chips": form.chips(request.GET),
        "now": clock.now(),
    }
    return render(request, "cases/search.html", context)


def _add_snippets(rows: list[Case], sought: str) -> None:
    """Show where in the customer's words the sought ones stand."""
    texts: dict[int, str] = {}
    if sought and rows:
        for case_id, text in (
            Feedback.objects.filter(case_id__in=[case.pk for case in rows])
            .order_by("id")
            .values_list("case_id", "text")
        ):
            assert case_id is not None
            texts[case_id] = texts.get(case_id) or snippet(text, sought)
    for case in rows:
        said = "" if hits(case.subject, sought) else texts.get(case.pk) or snippet(case.demand, sought)
        case.snippet = said  # type: ignore[attr-defined]
