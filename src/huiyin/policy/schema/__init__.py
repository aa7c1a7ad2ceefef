"""The handbook as data. `Policy` is the sum of the topics beside this file; each topic owns its root keys.

Pure: no Django, no clock, no files. `huiyin.policy.load` reads a policy and names every mistake by file and line.

Published versions are kept as text and read again by whatever program runs later. A field added after a release
therefore needs a default, and a field is never renamed without reading its old name too.
"""

from huiyin.policy.schema import adoption as _adoption
from huiyin.policy.schema import clock as _clock
from huiyin.policy.schema import codes as _codes
from huiyin.policy.schema import indicators as _indicators
from huiyin.policy.schema import intake as _intake
from huiyin.policy.schema import law as _law
from huiyin.policy.schema import people as _people
from huiyin.policy.schema import playbooks as _playbooks
from huiyin.policy.schema import prevention as _prevention
from huiyin.policy.schema import references as _references
from huiyin.policy.schema import remedy as _remedy
from huiyin.policy.schema import roles as _roles
from huiyin.policy.schema import templates as _templates
from huiyin.policy.schema import triage as _triage
from huiyin.policy.schema import words as _words
from huiyin.policy.schema import work as _work
from huiyin.policy.schema.adoption import AdoptionPolicy, Phase, Point
from huiyin.policy.schema.base import Check, Fault, Part, Path, Text, Word, holds
from huiyin.policy.schema.care import Care, CarePolicy, Rewards, Survey, Visit
from huiyin.policy.schema.clock import ClockPolicy
from huiyin.policy.schema.codes import Code, CodeRange, CodesPolicy
from huiyin.policy.schema.contact import Contact, ContactPolicy, Disclosure, ToneRule
from huiyin.policy.schema.indicators import KNOWN_INDICATORS, Indicator, IndicatorsPolicy
from huiyin.policy.schema.insight import CommonProblem, Insight, InsightPolicy, Report
from huiyin.policy.schema.intake import Door, Intake, IntakePolicy, Limits, Rate
from huiyin.policy.schema.law import LawPolicy
from huiyin.policy.schema.meta import Meta, MetaPolicy
from huiyin.policy.schema.people import Appraisal, Course, People, PeoplePolicy, Quality, Staffing
from huiyin.policy.schema.playbooks import Amount, Playbook, PlaybooksPolicy, Remedy
from huiyin.policy.schema.prevention import Improvement, Parcels, Prevention, PreventionPolicy, Scorecard, WarningRule
from huiyin.policy.schema.privacy import Privacy, PrivacyPolicy, Retention
from huiyin.policy.schema.remedy import Budget, Limit, RemedyPolicy, Silence
from huiyin.policy.schema.roles import NEEDED_ROLES, Role, RolesPolicy
from huiyin.policy.schema.templates import KNOWN_TEMPLATES, VARIABLES, Template, TemplatesPolicy, fill
from huiyin.policy.schema.triage import Triage, TriagePolicy
from huiyin.policy.schema.words import FlagWord, LevelWord, StateWord, WordsPolicy
from huiyin.policy.schema.work import Department, Dispatch, Route, Shift, Strategy, When, WorkPolicy


class Policy(
    MetaPolicy,
    WordsPolicy,
    CodesPolicy,
    TriagePolicy,
    ClockPolicy,
    LawPolicy,
    WorkPolicy,
    RolesPolicy,
    RemedyPolicy,
    PlaybooksPolicy,
    TemplatesPolicy,
    ContactPolicy,
    CarePolicy,
    IndicatorsPolicy,
    IntakePolicy,
    InsightPolicy,
    PreventionPolicy,
    PeoplePolicy,
    PrivacyPolicy,
    AdoptionPolicy,
):
    """One version of the handbook, complete. Built by `huiyin.policy.load`, which has checked all of it."""

    def level_floor(self, flags: frozenset[str], code: int | None) -> int:
        """The mildest level (1 is the most serious) a case with these marks may have."""
        floors = (
            rule.level
            for rule in self.triage.level_floor
            if flags.issuperset(rule.flags) and (not rule.codes or holds(rule.codes, code))
        )
        return min(floors, default=4)

    def playbook(self, code: int | None) -> Playbook | None:
        """The playbook of a code, else of its group, else of its range."""
        if code is None or not self.has_code(code):
            return None
        return self.playbook_for(code, self.code(code).group, self.range_of(code).key)

    def authority_limit(self, role: str, code: int | None) -> Limit | None:
        """What a role may grant by itself for a code; None when it may grant nothing."""
        span = self.range_of(code).key if code is not None and self.has_code(code) else None
        return self.limit_for(role, code, span)

    def department_for(
        self, *, kind: str, code: int | None, flags: frozenset[str], level: int, channel: str
    ) -> tuple[str, Route]:
        """The department a case goes to and the route that says so; a route without one leaves it to the code."""
        known = self.code(code) if code is not None and self.has_code(code) else None
        group = known.group if known else None
        route = self.route(kind=kind, code=code, group=group, flags=flags, level=level, channel=channel)
        department = route.department or (known.department if known else self.routes[-1].department)
        return department or "", route


CHECKS: tuple[Check, ...] = (
    *_words.CHECKS,
    *_codes.CHECKS,
    *_triage.CHECKS,
    *_clock.CHECKS,
    *_law.CHECKS,
    *_work.CHECKS,
    *_roles.CHECKS,
    *_remedy.CHECKS,
    *_playbooks.CHECKS,
    *_templates.CHECKS,
    *_indicators.CHECKS,
    *_intake.CHECKS,
    *_prevention.CHECKS,
    *_people.CHECKS,
    *_adoption.CHECKS,
    *_references.CHECKS,
)
"""Every rule between the parts of a policy."""

__all__ = [
    "CHECKS", "KNOWN_INDICATORS", "KNOWN_TEMPLATES", "NEEDED_ROLES", "VARIABLES",
    "Amount", "Appraisal", "Budget", "Care", "Check", "Code", "CodeRange", "CommonProblem", "Contact", "Course",
    "Department", "Disclosure", "Dispatch", "Door", "Fault", "FlagWord", "Improvement", "Indicator", "Insight",
    "Intake", "LevelWord", "Limit", "Limits", "Meta", "Parcels", "Part", "Path", "People", "Phase", "Playbook", "Point",
    "Policy", "Prevention", "Privacy", "Quality", "Rate", "Remedy", "Report", "Retention", "Rewards", "Role", "Route",
    "Scorecard", "Shift", "Silence", "Staffing", "StateWord", "Strategy", "Survey", "Template", "Text", "ToneRule",
    "Triage", "Visit", "WarningRule", "When", "Word", "fill",
]  # fmt: skip
