"""The chapters of the handbook: what each page shows, read straight from the policy."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiyin.handbook.words import codes, conditions, said, week
from huiyin.kernel import clock
from huiyin.people.words import matrix
from huiyin.policy.schema import VARIABLES, Code, Policy, Template, fill

Context = dict[str, Any]
SAMPLES: Final = {
    "number": "HY-2026-0310-0042", "order": "20260308-7741", "amount": "¥35.00", "points": "200", "code": "4821",
    "progress_url": "https://…/t/…", "survey_url": "https://…/s/…", "reply_url": "https://…/r/…",
}  # fmt: skip


@dataclass(frozen=True)
class Chapter:
    """A page of the handbook."""

    key: str
    title: str | Promise
    lead: str | Promise
    icon: str
    read: Callable[[Policy], Context]


def _words(policy: Policy) -> Context:
    groups = (
        (_("Kinds"), policy.kinds), (_("Levels"), policy.levels), (_("Flags"), policy.flags), (_("Steps"), policy.states),
        (_("Needs"), policy.needs), (_("Feelings"), policy.sentiments), (_("Outcomes"), policy.outcomes),
        (_("Who caused it"), policy.responsibles), (_("Causes"), policy.causes), (_("Remedies"), policy.remedy_kinds),
    )  # fmt: skip
    return {"groups": [(title, list(words.items())) for title, words in groups]}


def _codes(policy: Policy) -> Context:
    ranges = []
    for span in policy.ranges.values():
        inside: dict[str, list[Code]] = {}
        for code in policy.codes:
            if span.first <= code.code <= span.last:
                inside.setdefault(code.group, []).append(code)
        ranges.append((span, list(inside.values())))
    return {"ranges": ranges}


def _times(policy: Policy) -> Context:
    standards = [(one, conditions(one.when, policy)) for one in policy.standards.values()]
    return {"deadlines": sorted(policy.deadlines.items()), "standards": standards, "stages": list(policy.stage_limits.values()),
            "ladder": policy.escalation, "pauses": policy.pauses, "extensions": policy.extensions, "levels": policy.levels}  # fmt: skip


def _calendars(policy: Policy) -> Context:
    shown = [
        (key, one, week(one.week), sorted(one.extra_days.items()), key == policy.default_calendar)
        for key, one in policy.calendars.items()
    ]
    return {"calendars": shown, "shifts": [(one, week(one.week)) for one in policy.shifts.values()]}


def _routes(policy: Policy) -> Context:
    return {"routes": [(route, conditions(route.when, policy)) for route in policy.routes], "departments": list(policy.departments.values()),
            "strategies": [(policy.flags.get(flag), one) for flag, one in policy.strategies.items()], "dispatch": policy.dispatch,
            "skills": list(policy.skills.values()), "responsibility": policy.responsibility}  # fmt: skip


def _roles(policy: Policy) -> Context:
    return {"areas": matrix(policy), "roles": list(policy.roles.values())}


def _authority(policy: Policy) -> Context:
    ranges = {span.key: said(span) for span in policy.ranges.values()}
    limits = [
        (limit, ", ".join([codes(limit.codes)] if limit.codes else [ranges.get(key, key) for key in limit.ranges]))
        for limit in policy.authority
    ]
    return {"limits": limits, "ladder": policy.ladder, "four_eyes": policy.four_eyes_above, "budget": policy.budget, "silence": policy.silence,
            "before": policy.execute_before_acceptance}  # fmt: skip


def _playbooks(policy: Policy) -> Context:
    return {"playbooks": list(policy.playbooks.items())}


def _templates(policy: Policy) -> Context:
    values = {name: SAMPLES.get(name, f"〔{said(text)}〕") for name, text in VARIABLES.items()}

    def preview(template: Template) -> tuple[str, str]:
        return (fill(said(template.subject), values) if template.subject else "", fill(said(template.body), values))

    return {"templates": [(key, one, *preview(one)) for key, one in policy.templates.items()],
            "soothing": [(policy.emotions[emotion], list(steps.items())) for emotion, steps in policy.soothing.items()]}  # fmt: skip


def _indicators(policy: Policy) -> Context:
    return {"indicators": list(policy.indicators.values())}


def _law(policy: Policy, now: Callable[[], datetime] = clock.now) -> Context:
    today = now().date()
    law = policy.law
    articles = [(law.cite(one.law, one.article), one, one.in_force(today)) for one in law.articles]
    floors = [
        (floor, [(law.cite(row.law, row.article), row, row.in_force(today)) for row in floor.rows])
        for floor in law.floors.values()
    ]
    clocks = [
        (one, [(law.cite(row.law, row.article), row, row.in_force(today)) for row in one.rows])
        for one in policy.statute_clocks.values()
    ]
    return {
        "articles": articles,
        "floors": floors,
        "clocks": clocks,
        "instruments": list(law.instruments.values()),
        "traps": law.traps,
    }


CHAPTERS: Final = (
    Chapter("codes", _("Codes"), _("Every matter has a code; the code says who answers for it."), "tag", _codes),
    Chapter("words", pgettext_lazy("handbook", "Words"), _("What the words of the trade mean here."), "book", _words),
    Chapter(
        "times", _("Time limits"), _("What is promised by when, and who is told when it is late."), "clock", _times
    ),
    Chapter("calendars", _("Calendars"), _("When we work, and how working days are counted."), "calendar", _calendars),
    Chapter(
        "routes",
        _("Dispatch"),
        _("Which department and whom a case goes to. The first line that holds wins."),
        "branch",
        _routes,
    ),
    Chapter("roles", _("Roles"), _("Who may do what, and how far it reaches."), "users", _roles),
    Chapter("authority", _("Authority"), _("How much each role may grant without asking."), "card", _authority),
    Chapter("playbooks", _("Playbooks"), _("How each kind of matter is handled, step by step."), "list", _playbooks),
    Chapter(
        "letters", _("Letters and scripts"), _("What we write and say, shown with sample values."), "mail", _templates
    ),
    Chapter(
        "indicators", _("Indicators"), _("What is measured, how, and which value is the target."), "chart", _indicators
    ),
    Chapter(
        "law",
        _("Law"),
        _("Provisions, statutory amounts and legal time limits, each with its days in force."),
        "scale",
        _law,
    ),
)
BY_KEY: Final = {chapter.key: chapter for chapter in CHAPTERS}
