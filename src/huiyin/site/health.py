"""Is it alive, is it ready, and how far behind is it: for balancers and monitoring."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from huiyin.kernel import clock
from huiyin.kernel.errors import HuiyinError
from huiyin.policy.versions import active

GAUGES = {
    "huiyin_feedback_waiting": (
        "Accepted feedback the loop has not taken up",
        "SELECT count(*) FROM cases_feedback WHERE drained_at IS NULL",
    ),
    "huiyin_feedback_oldest_seconds": (
        "Age of the oldest feedback not taken up",
        "SELECT coalesce(extract(epoch FROM %(now)s - min(received_at)), 0) FROM cases_feedback WHERE drained_at IS NULL",
    ),
    "huiyin_facts_waiting": ("Recorded facts not followed yet", "SELECT count(*) FROM kernel_pending"),
    "huiyin_deadline_lateness_seconds": (
        "How late the next rung of a deadline is to fire",
        "SELECT greatest(coalesce(extract(epoch FROM %(now)s - min(fires_at)), 0), 0) FROM clock_deadline WHERE state = 'running' AND fires_at IS NOT NULL",
    ),
    "huiyin_outbox_waiting": (
        "Messages to be handed over",
        "SELECT count(*) FROM contact_message WHERE state = 'pending'",
    ),
    "huiyin_outbox_oldest_seconds": (
        "Age of the oldest message to be handed over",
        "SELECT greatest(coalesce(extract(epoch FROM %(now)s - min(at)), 0), 0) FROM contact_message WHERE state = 'pending' AND try_at <= %(now)s",
    ),
}


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers and a policy is published."""
    try:
        number, _ = active()
    except (DatabaseError, HuiyinError):
        return JsonResponse({"ready": False}, status=503)
    return JsonResponse({"ready": True, "policy": number})


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """How far behind each drain is, in Prometheus' text form. Counts only, nothing personal."""
    now = clock.now()
    lines: list[str] = []
    with connection.cursor() as cursor:
        for name, (words, query) in GAUGES.items():
            cursor.execute(query, {"now": now})
            row = cursor.fetchone()
            lines += [f"# HELP {name} {words}", f"# TYPE {name} gauge", f"{name} {float(row[0]) if row else 0}"]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; version=0.0.4")
