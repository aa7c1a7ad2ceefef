"""Permissions and their reach in words."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from huiyin.policy.schema import Policy, Role

REACHES: Final[dict[str, str | Promise]] = {"own": _("own"), "department": _("department"), "all": _("all")}
PERMISSIONS: Final[tuple[tuple[str | Promise, dict[str, str | Promise]], ...]] = (
    (
        _("Cases"),
        {
            "case.view": _("See cases"),
            "search.use": _("Search"),
            "case.take": _("Take cases from the queue"),
            "queue.next": _("Be given the next case"),
            "case.work": _("Work on cases"),
            "case.answer": _("Answer simple matters at once"),
            "case.note": _("Write internal notes"),
            "case.correct": _("Correct the judgement"),
            "case.assign": _("Give cases to others"),
            "case.pause": _("Pause while waiting for the customer"),
            "case.close": _("Close cases"),
            "case.close_unresolved": _("Close cases as unresolved"),
            "case.reopen": _("Reopen cases"),
        },
    ),
    (
        _("Time and money"),
        {
            "extension.request": _("Ask for more time"),
            "extension.approve": _("Decide on more time"),
            "proposal.make": _("Make proposals"),
            "proposal.approve": _("Approve proposals"),
            "ledger.view": _("See the ledger"),
        },
    ),
    (
        _("Customers"),
        {
            "intake.enter": _("Enter feedback"),
            "intake.import": _("Import files"),
            "feedback.create": _("Push feedback by API"),
            "message.send": _("Write to customers"),
            "visit.record": _("Record follow-up visits"),
        },
    ),
    (
        _("Oversight"),
        {
            "late.view": _("See what is late"),
            "outbox.view": _("See the outbox"),
            "quarantine.view": _("See the quarantine"),
            "quarantine.retry": _("Retry from the quarantine"),
            "dashboard.view": _("See the dashboard"),
            "report.view": _("See reports"),
            "export.cases": _("Export cases"),
            "audit.view": _("Audit histories"),
        },
    ),
    (
        _("House"),
        {
            "policy.view": _("Read the policy"),
            "policy.publish": _("Write and publish the policy"),
            "people.view": _("See people"),
            "people.edit": _("Manage people and API keys"),
        },
    ),
)

Reaches = list[tuple[Role, str | Promise]]


def matrix(policy: Policy) -> list[tuple[str | Promise, list[tuple[str | Promise, Reaches]]]]:
    """Each area with its permissions in words, and how far every role's reaches; empty where it has none."""

    def reaches(permission: str) -> Reaches:
        return [(role, REACHES.get(policy.reach(name, permission) or "", "")) for name, role in policy.roles.items()]

    return [(area, [(words, reaches(permission)) for permission, words in rows.items()]) for area, rows in PERMISSIONS]
