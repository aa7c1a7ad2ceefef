"""Importing files in the browser: upload, progress, rows that were not taken."""

import csv
from collections.abc import Iterator
from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.intake.forms import FileForm
from huiyin.intake.importing import begin, faults_of
from huiyin.intake.models import Import
from huiyin.intake.pages.desk import actor_for
from huiyin.kernel import clock
from huiyin.kernel.errors import BadInput, TooLarge
from huiyin.policy.versions import active

SHOWN: Final = 200
RECENT: Final = 20
EXAMPLE: Final = "\ufeff内容,订单号,商品,诉求,时间,姓名,电话,邮箱,渠道,编号\r\n"
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Upload a file; the import runs in the background and has a page of its own."""
    who = actor_for(request, "intake.import")
    _, policy = active()
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if form.is_bound and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            if upload.size > policy.intake.limits.file_bytes:
                raise TooLarge(
                    "The file has {size} bytes; at most {most} are allowed.",
                    size=upload.size,
                    most=policy.intake.limits.file_bytes,
                )
            one = begin(upload.read(), upload.name, by=who, now=clock.now())
            return HttpResponseRedirect(reverse("intake:import_progress", args=[one.pk]), status=303)
        except (BadInput, TooLarge) as error:
            form.add_error("file", error.words())
    recent = Import.objects.defer("content").select_related("by").order_by("-id")[:RECENT]
    values = {"form": form, "recent": recent, "limits": policy.intake.limits}
    return render(request, "intake/import.html", values, status=422 if form.is_bound else 200)


@login_required
@require_safe
def example(request: HttpRequest) -> HttpResponse:
    """An empty table with the names of the columns."""
    actor_for(request, "intake.import")
    return HttpResponse(
        EXAMPLE,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="huiyin.csv"'},
    )


@login_required
@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the import is, and which rows were not taken and why."""
    actor_for(request, "intake.import")
    one = _import(pk)
    values = {
        "one": one,
        "faults": one.faults.order_by("id")[:SHOWN],
        "shown": SHOWN,
        "running": one.finished_at is None,
    }
    return render(
        request,
        "intake/import_state.html" if request.headers.get("HX-Request") else "intake/import_progress.html",
        values,
    )


@login_required
@require_safe
def faults(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The rows that were not taken, as CSV: line, reason, and the row as it stood in the file."""
    actor_for(request, "intake.import")
    one = _import(pk)
    answer = StreamingHttpResponse(_lines(one), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="import-{one.pk}-faults.csv"'
    return answer


class _Echo:
    def write(self, value: str) -> str:
        return value


def _lines(one: Import) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"
    yield writer.writerow(["sheet", "line", "reason", "row"])
    for fault in faults_of(one):
        yield writer.writerow([harmless(fault.sheet), fault.line, harmless(fault.reason), harmless(fault.raw)])


def harmless(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _import(pk: int) -> Import:
    one = Import.objects.defer("content").filter(pk=pk).first()
    if one is None:
        raise Http404
    return one
