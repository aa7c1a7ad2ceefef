"""Reports as files: the data of the templates in `insight/typst`, with the words round it in the reader's language."""

from typing import Any

from django.utils.translation import gettext as _

from huiyin.insight.models import Report
from huiyin.insight.shown import for_print

WEEKLY, PUBLIC = "weekly.typ", "public.typ"


def weekly_data(report: Report) -> dict[str, Any]:
    """Return what the template of the weekly report is filled with."""
    data = for_print(report)
    return data | {"foot": data["words"]["made"]}


def public_data(page: dict[str, Any]) -> dict[str, Any]:
    """Return what the template of the public report is filled with."""
    words = {
        "page": _("Page"), "codes": _("Most frequent matters"), "matter": _("Matter"), "cases": _("Cases"), "measures": _("Measures taken"), "measure": _("Measure"),
        "times": _("How often"), "limits": _("Our time limits"), "level": _("Level"), "respond": _("First reply"), "propose": _("Solution proposed"),
        "result": _("Result told"), "flow": _("How it goes"), "reach": _("How to reach us"), "hotline": _("Telephone"), "elsewhere": _("Where else you can turn"),
        "small": _("Groups of fewer than {n} cases are not shown.").format(n=page["smallest"]),
    }  # fmt: skip
    return page | {"words": words, "foot": page["period"]}
