"""The history of a case in words a person understands: one quiet line a fact."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from huiyin.cases import facts
from huiyin.cases.words import deadline_words
from huiyin.kernel.facts import Fact
from huiyin.policy.schema import Policy
from huiyin.web.words import in_reader_language, look


@dataclass(frozen=True)
class Known:
    """What the words of a fact need to know: the policy of the case, and names of people by id."""

    policy: Policy
    names: Mapping[int, str] = field(default_factory=dict)
    customer: str = ""

    def word(self, group: str, value: object) -> str:
        """Return the word of a value of the house."""
        return str(look(group, value, self.policy).label) if value not in ("", None) else ""

    def who(self, tag: str) -> str:
        """Return who a fact or message is by: a colleague's name, the customer, a machine, the house itself."""
        kind, _colon, key = tag.partition(":")
        if kind == "user" and key.isdecimal():
            return self.names.get(int(key), _("a colleague"))
        if kind == "customer":
            return self.customer or _("Customer")
        return _("Connected system") if kind == "key" else _("Huiyin")

    def deadline(self, kind: str) -> str:
        """Return what a deadline is about."""
        return deadline_words(kind, self.policy)


@dataclass(frozen=True)
class Line:
    """A fact in words: the sentence, its icon, and the reasons behind it."""

    text: str
    icon: str = "dot"
    reasons: tuple[object, ...] = ()


Say = Callable[[Any, Known], Line | None]
HIDDEN: Final = frozenset({"feedback.joined", "note.added", "message.queued", "message.delivered", "customer.wrote"})
"""Facts that stand in the timeline as the message they are about."""

BECAUSE: Final = (
    gettext_noop("taken from the queue"), gettext_noop("put back into the queue"), gettext_noop("next in the queue"),
    gettext_noop("given over"), gettext_noop("taken back"), gettext_noop("rebalanced"),
)  # fmt: skip
"""What the program itself writes as the reason of an assignment."""


def _when(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "m-d H:i")


def _money(amount: str) -> str:
    return f"¥{Decimal(amount):,.2f}"


def _with(text: str, reason: str, icon: str) -> Line:
    return Line(text, icon, (reason,) if reason else ())


def _opened(fact: facts.CaseOpened, known: Known) -> Line:
    judged = fact.judgement
    marks = (
        known.word("kind", judged.get("kind")),
        f"{judged.get('code')} {known.word('code', judged.get('code'))}",
        f"{_('Level')} {judged.get('level')}",
    )
    return Line(_("Case opened: {marks}").format(marks=" · ".join(marks)), "inbox", ())


def _changes(values: Mapping[str, Any], known: Known) -> str:
    said = []
    for key, value in values.items():
        if key == "flags":
            said.append("、".join(known.word("flag", flag) for flag in value) or _("no flags"))
        elif key == "code":
            said.append(f"{value} {known.word('code', value)}")
        elif key == "level":
            said.append(f"{_('Level')} {value}")
        else:
            said.append(known.word(key, value))
    return " · ".join(said)


def _corrected(fact: facts.JudgementCorrected, known: Known) -> Line:
    if not fact.after:
        return _with(_("Judgement confirmed"), fact.reason, "check")
    text = _("Judgement corrected: {before} → {after}").format(
        before=_changes(fact.before, known), after=_changes(fact.after, known)
    )
    return _with(text, fact.reason, "edit")


def _deadlines(fact: facts.DeadlinesSet, known: Known) -> Line | None:
    if not fact.deadlines:
        return None
    reasons = tuple(f"{known.deadline(kind)}: {_when(due)}" for _clock, kind, due, _rule in fact.deadlines)
    return Line(
        _("Clocks started: {which}").format(
            which=_(", ").join(known.deadline(kind) for _clock, kind, _due, _rule in fact.deadlines)
        ),
        "clock",
        reasons,
    )


def _assigned(fact: facts.CaseAssigned, known: Known) -> Line:
    where = known.word("department", fact.department)
    if fact.owner_id is None:
        text = _("Waits in the queue of {where}").format(where=where)
    else:
        text = _("Given to {who}, {where}").format(who=known.names.get(fact.owner_id, "—"), where=where)
    route = next((route for route in known.policy.routes if fact.because.startswith(f"routes.{route.name}:")), None)
    reason = in_reader_language(route.because) if route else _(fact.because) if fact.because else ""
    return _with(text, reason, "branch")


def _moved(fact: facts.CaseMoved, known: Known) -> Line:
    return _with(
        _("Step: {before} → {after}").format(
            before=known.word("state", fact.before), after=known.word("state", fact.after)
        ),
        fact.note,
        "next",
    )


def _responsible(fact: facts.ResponsibilitySet, known: Known) -> Line:
    marks = " · ".join(filter(None, (known.word("responsible", fact.responsible), known.word("cause", fact.cause))))
    return Line(_("Responsibility and cause: {marks}").format(marks=marks or "—"), "scale")


def _missed(fact: facts.DeadlineMissed, known: Known) -> Line:
    which = known.deadline(fact.deadline)
    if fact.rung == 0:
        return Line(_("Missed: {which}, due {due}").format(which=which, due=_when(fact.due_at)), "alert")
    return Line(
        _("Escalated to {role}: {which} is late").format(
            role=known.word("role", fact.role) or _("the owner"), which=which
        ),
        "megaphone",
    )


def _met(fact: facts.DeadlineMet, known: Known) -> Line:
    which = known.deadline(fact.deadline)
    return Line(
        (_("Kept: {which}") if fact.in_time else _("Done late: {which}")).format(which=which),
        "check" if fact.in_time else "alert",
    )


def _paused(fact: facts.CasePaused, known: Known) -> Line:
    reason = known.policy.pauses.reasons.get(fact.reason)
    return Line(
        _("The promise clock waits: {reason}").format(reason=in_reader_language(reason) if reason else _(fact.reason)),
        "pause",
    )


def _resumed(fact: facts.CaseResumed, known: Known) -> Line:
    hours = fact.seconds / 3600
    return Line(_("The promise clock runs again; {hours} h were not counted").format(hours=f"{hours:.1f}"), "clock")


def _extension(fact: facts.ExtensionRequested, known: Known) -> Line:
    return _with(
        _("More time asked for: {which}, {length}").format(which=known.deadline(fact.deadline), length=fact.length),
        fact.reason,
        "clock",
    )


def _decided(fact: facts.ExtensionDecided, known: Known) -> Line:
    return _with(
        _("More time granted") if fact.granted else _("More time refused"),
        fact.reason,
        "check" if fact.granted else "close",
    )


def _proposal(fact: facts.ProposalMade, known: Known) -> Line:
    text = _("Proposal drawn up: {amount}").format(amount=_money(fact.amount))
    return _with(
        text,
        _("To be approved by: {role}").format(role=known.word("role", fact.needs_role)) if fact.needs_role else "",
        "bulb",
    )


def _approved(fact: facts.ProposalApproved, known: Known) -> Line:
    return _with(
        _("Proposal approved") if fact.approved else _("Proposal sent back"),
        fact.reason,
        "check" if fact.approved else "undo",
    )


def _item(fact: facts.ItemExecuted, known: Known) -> Line:
    amount = f" {_money(fact.amount)}" if Decimal(fact.amount) else ""
    text = _("Carried out: {what}").format(what=known.word("remedy", fact.remedy) + amount)
    return Line(text, "check", (_("A safety measure, before the customer had answered"),) if fact.early else ())


def _silent(fact: facts.ProposalSilent, known: Known) -> Line:
    return Line(
        _("The customer has not answered the proposal; please call")
        if fact.then == "call"
        else _("The customer was reminded of the proposal"),
        "bell",
    )


def _closed(fact: facts.CaseClosed, known: Known) -> Line:
    return _with(_("Closed: {outcome}").format(outcome=known.word("outcome", fact.outcome)), fact.reason, "check")


def _visited(fact: facts.VisitDone, known: Known) -> Line:
    said = {True: _("Visited: satisfied"), False: _("Visited: not satisfied"), None: _("Visited: not reached")}
    return Line(said[fact.satisfied], "phone")


def _plain(words: Callable[[], str], icon: str) -> Say:
    return lambda fact, _known: _with(words(), getattr(fact, "reason", ""), icon)


SAID: Final[dict[str, Say]] = {
    "case.opened": _opened,
    "judgement.corrected": _corrected,
    "deadlines.set": _deadlines,
    "deadline.unknown": _plain(lambda: _("A deadline could not be computed yet"), "alert"),
    "deadline.near": lambda fact, known: Line(
        _("Close to its deadline: {which}").format(which=known.deadline(fact.deadline)), "bell"
    ),
    "deadline.missed": _missed,
    "deadline.met": _met,
    "case.paused": _paused,
    "case.resumed": _resumed,
    "extension.requested": _extension,
    "extension.decided": _decided,
    "case.assigned": _assigned,
    "assignment.disputed": _plain(lambda: _("Assignment disputed"), "hand"),
    "contacts.shown": _plain(lambda: _("Looked at the customer's contacts"), "eye"),
    "case.moved": _moved,
    "responsibility.set": _responsible,
    "message.failed": _plain(lambda: _("A message could not be delivered"), "alert"),
    "proposal.made": _proposal,
    "proposal.approved": _approved,
    "proposal.offered": _plain(lambda: _("Proposal put before the customer"), "send"),
    "proposal.accepted": _plain(lambda: _("The customer accepted the proposal"), "check"),
    "proposal.refused": _plain(lambda: _("The customer refused the proposal"), "close"),
    "proposal.discussed": _plain(lambda: _("The customer would like something else"), "chat"),
    "proposal.withdrawn": _plain(lambda: _("Proposal taken back"), "undo"),
    "proposal.silent": _silent,
    "item.executed": _item,
    "budget.near": _plain(lambda: _("The month's budget for remedies is nearly used up"), "alert"),
    "remedy.executed": _plain(lambda: _("Everything agreed was carried out"), "check"),
    "case.closed": _closed,
    "case.reopened": _plain(lambda: _("Taken up again"), "repeat"),
    "visit.planned": lambda fact, _known: Line(
        _("Follow-up visit planned for {when}").format(when=_when(fact.due_at)), "calendar"
    ),
    "visit.done": _visited,
    "survey.answered": lambda fact, _known: Line(
        ngettext("The customer gave {n} of 5", "The customer gave {n} of 5", fact.rating).format(n=fact.rating), "star"
    ),
    "survey.due": lambda fact, _known: Line(
        _("Reminded of the survey") if fact.reminder else _("Asked how we did"), "star"
    ),
}


def line(fact: Fact, known: Known) -> Line | None:
    """Return the words of a fact; None when it is shown otherwise. A kind nobody gave words reads as its name."""
    if fact.kind in HIDDEN:
        return None
    say = SAID.get(fact.kind)
    return say(fact, known) if say else Line(fact.kind)
