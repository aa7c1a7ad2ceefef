"""Words for what a list or a case shows: deadlines by their kind, a text with the sought words marked."""

from datetime import datetime, timedelta
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from huiyin.cases.models import Case
from huiyin.policy.schema import Policy
from huiyin.web.words import in_reader_language

PROMISES: Final = {
    "respond": _("First reply"),
    "answer": _("Answer"),
    "propose": _("Solution"),
    "result": _("Result feedback"),
    "claim": _("To be taken"),
}
WINDOW = 60


def deadline_words(kind: str, policy: Policy | None) -> str:
    """Return what a deadline is about: “First reply”, “Step: Confirm”, or the name of the legal clock."""
    if kind in PROMISES:
        return gettext(PROMISES[kind])
    step, _colon, name = kind.partition(":")
    if policy is not None and step == "step" and name in policy.stage_limits:
        return gettext("Step: {name}").format(name=in_reader_language(policy.stage_limits[name]))
    if policy is not None and kind in policy.statute_clocks:
        return in_reader_language(policy.statute_clocks[kind])
    return kind


def warns_at(case: Case, policy: Policy) -> datetime | None:
    """Return from when a row shows that the next promise is near (policy key `reminders`)."""
    if case.due_at is None:
        return None
    reminders = policy.reminders
    left = (case.due_at - case.received_at) * float(reminders.share)
    least, most = (timedelta(minutes=span.rough_minutes) for span in (reminders.least, reminders.most))
    return case.due_at - min(max(left, least), most)


def hits(text: str, sought: str) -> list[tuple[int, int]]:
    """Return where the words of a search stand in a text, as (begin, end), apart from each other and in order."""
    low = text.lower()
    found: list[tuple[int, int]] = []
    for word in sought.lower().split():
        at = low.find(word)
        while at >= 0 and len(low) == len(text):
            found.append((at, at + len(word)))
            at = low.find(word, at + len(word))
    apart: list[tuple[int, int]] = []
    for begin, end in sorted(found):
        if not apart or begin >= apart[-1][1]:
            apart.append((begin, end))
    return apart


def marked(text: str, sought: str) -> SafeString:
    """Return a text with the sought words marked."""
    parts = []
    past = 0
    for begin, end in hits(text, sought):
        parts += [(text[past:begin], ""), ("", text[begin:end])]
        past = end
    parts.append((text[past:], ""))
    return format_html_join(
        "", "{}{}", ((plain, format_html("<mark>{}</mark>", hit) if hit else "") for plain, hit in parts)
    )


def snippet(text: str, sought: str) -> str:
    """Return the part of a text round the first sought word, or "" when none occurs in it."""
    line = " ".join(text.split())
    places = hits(line, sought)
    if not places:
        return ""
    begin = max(0, places[0][0] - WINDOW // 2)
    end = min(len(line), begin + 2 * WINDOW)
    return ("…" if begin else "") + line[begin:end] + ("…" if end < len(line) else "")
