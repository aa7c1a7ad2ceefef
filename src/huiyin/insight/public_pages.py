"""The public page: open to everybody, without an account."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from huiyin.insight.documents import PUBLIC, public_data
from huiyin.insight.pressroom import printed
from huiyin.insight.public import public_numbers, public_page
from huiyin.kernel import clock
from huiyin.kernel.limits import spend
from huiyin.policy.versions import active

PDF_PER_MINUTE = 6


def public(request: HttpRequest) -> HttpResponse:
    """Show how feedback is handled: numbers, limits, flow, ways to reach us and outside ways."""
    page = public_page(public_numbers(clock.now()), active()[1])
    answer = render(request, "insight/public.html", {"page": page, "words": public_data(page)["words"]})
    answer["Cache-Control"] = "public, max-age=300"
    answer["Vary"] = "Accept-Language, Cookie"
    return answer


def public_pdf(request: HttpRequest) -> HttpResponse:
    """Hand the public report over as PDF. Printing costs a second of work, so all visitors together get a few a minute."""
    now = clock.now()
    spend("insight:public-pdf", per_minute=PDF_PER_MINUTE, burst=PDF_PER_MINUTE, now=now)
    page = public_page(public_numbers(now), active()[1])
    headers = {"Content-Disposition": 'attachment; filename="public-report.pdf"'}
    return HttpResponse(printed(PUBLIC, public_data(page)), content_type="application/pdf", headers=headers)
