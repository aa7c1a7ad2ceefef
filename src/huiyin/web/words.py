"""How values of the house look and read: label, tone and icon of every kind, level, flag, state, …

The policy's own labels win; the words here serve where the policy has none and where no policy is at hand (error pages).
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _


class Look(NamedTuple):
    label: str | Promise
    tone: str = "plain"
    icon: str = ""


LEVELS: Final = {
    "1": Look(_("Serious"), "bad"),
    "2": Look(_("Ordinary"), "warn"),
    "3": Look(_("Slight"), "info"),
    "4": Look(_("Opinion"), "plain"),
}
KINDS: Final = {
    "complaint": Look(_("Complaint"), "plain", "megaphone"),
    "consultation": Look(_("Question"), "plain", "help"),
    "suggestion": Look(_("Suggestion"), "plain", "bulb"),
    "praise": Look(_("Praise"), "good", "heart"),
}
SENTIMENTS: Final = {
    "neg": Look(_("Negative"), "warn", "frown"),
    "neu": Look(_("Neutral"), "plain", "meh"),
    "pos": Look(_("Positive"), "good", "smile"),
}
NEEDS: Final = {
    "functional": Look(_("Functional need")),
    "experience": Look(_("Experience need")),
    "emotional": Look(_("Emotional need")),
    "implicit": Look(_("Unsaid need")),
}
FLAGS: Final = {
    "safety": Look(_("Safety"), "bad", "flame"),
    "legal": Look(_("Legal risk"), "bad", "scale"),
    "vulnerable": Look(_("Vulnerable customer"), "warn", "hand"),
    "high_value": Look(_("High value"), "info", "gem"),
    "brand": Look(_("Known brand"), "info", "tag"),
    "group": Look(_("Group complaint"), "warn", "users"),
    "repeat": Look(_("Repeat complaint"), "warn", "repeat"),
    "doubtful": Look(_("To be verified"), "plain", "eye"),
}
STATES: Final = {
    "received": Look(pgettext_lazy("step", "Receive"), "info", "inbox"),
    "confirmed": Look(pgettext_lazy("step", "Confirm"), "info", "check"),
    "investigating": Look(pgettext_lazy("step", "Investigate"), "info", "search"),
    "proposing": Look(pgettext_lazy("step", "Propose"), "info", "bulb"),
    "executing": Look(pgettext_lazy("step", "Execute"), "info", "tool"),
    "following": Look(pgettext_lazy("step", "Follow up"), "info", "echo"),
    "closed": Look(_("Closed"), "plain", "lock"),
}
OUTCOMES: Final = {
    "resolved": Look(_("Resolved"), "good", "check"),
    "partly": Look(_("Partly resolved"), "warn", "half"),
    "unresolved": Look(_("Unresolved"), "bad", "close"),
    "withdrawn": Look(_("Withdrawn"), "plain", "undo"),
    "answered": Look(_("Answered"), "good", "reply"),
}
CHANNELS: Final = {
    "web": Look(_("Web form"), "plain", "globe"),
    "api": Look(_("App or system"), "plain", "plug"),
    "batch": Look(_("Import"), "plain", "upload"),
    "file": Look(_("File"), "plain", "file"),
    "phone": Look(_("Phone"), "plain", "phone"),
    "counter": Look(_("Counter"), "plain", "store"),
    "email": Look(_("E-mail"), "plain", "mail"),
    "chat": Look(_("Chat"), "plain", "chat"),
    "social": Look(_("Social media"), "plain", "users"),
    "app": Look(_("App"), "plain", "device"),
    "store": Look(_("Store"), "plain", "store"),
    "survey": Look(_("Survey"), "plain", "list"),
    "review": Look(_("Review"), "plain", "star"),
    "sms": Look(_("SMS"), "plain", "device"),
}
REMEDIES: Final = {
    "apology": Look(_("Apology"), "plain", "hand"),
    "explanation": Look(_("Explanation"), "plain", "chat"),
    "repair": Look(_("Repair"), "plain", "tool"),
    "return": Look(_("Return"), "plain", "undo"),
    "exchange": Look(_("Exchange"), "plain", "repeat"),
    "refund": Look(_("Refund"), "plain", "card"),
    "reship": Look(_("Send again"), "plain", "truck"),
    "compensation": Look(_("Compensation"), "plain", "card"),
    "coupon": Look(_("Coupon"), "plain", "tag"),
    "points": Look(_("Points"), "plain", "star"),
    "gift": Look(_("Small gift"), "plain", "gift"),
}
DEPARTMENTS: Final = {
    "service": Look(_("Customer service")),
    "quality": Look(_("Quality")),
    "logistics": Look(_("Logistics")),
    "finance": Look(_("Finance")),
    "aftersales": Look(_("After-sales")),
    "product": Look(_("Product")),
    "technology": Look(_("Technology")),
    "operations": Look(_("Operations")),
    "legal": Look(_("Legal")),
    "high_value_team": Look(_("High-value team")),
    "brand_team": Look(_("Brand team")),
    "task_group": Look(_("Task group")),
}
ROLES: Final = {
    "agent": Look(_("Agent")),
    "supervisor": Look(_("Supervisor")),
    "manager": Look(_("Manager")),
    "member": Look(_("Department member")),
    "auditor": Look(_("Auditor")),
    "legal": Look(_("Legal counsel")),
    "administrator": Look(_("Administrator")),
    "integrator": Look(_("Connected system")),
}
RESPONSIBLES: Final = {
    "department": Look(_("Department")),
    "merchant": Look(_("Merchant")),
    "supplier": Look(_("Supplier")),
    "carrier": Look(_("Carrier")),
    "customer": Look(_("Customer")),
    "nobody": Look(_("Nobody")),
}
CAUSES: Final = {
    "process": Look(_("Process defect")),
    "skill": Look(_("Staff skill")),
    "product": Look(_("Product quality")),
    "supplier": Look(_("Supplier")),
    "carrier": Look(_("Carrier")),
    "system": Look(_("System fault")),
    "misunderstanding": Look(_("Misunderstanding")),
    "other": Look(_("Other")),
}
GROUPS: Final[Mapping[str, Mapping[str, Look]]] = {
    "level": LEVELS,
    "kind": KINDS,
    "sentiment": SENTIMENTS,
    "need": NEEDS,
    "flag": FLAGS,
    "state": STATES,
    "outcome": OUTCOMES,
    "channel": CHANNELS,
    "remedy": REMEDIES,
    "department": DEPARTMENTS,
    "role": ROLES,
    "responsible": RESPONSIBLES,
    "cause": CAUSES,
}
IN_POLICY: Final = {
    "kind": "kinds",
    "need": "needs",
    "flag": "flags",
    "sentiment": "sentiments",
    "level": "levels",
    "state": "states",
    "outcome": "outcomes",
    "responsible": "responsibles",
    "cause": "causes",
    "remedy": "remedy_kinds",
    "channel": "channels",
    "department": "departments",
    "role": "roles",
    "skill": "skills",
    "shift": "shifts",
}


def in_reader_language(thing: Any) -> str:
    """The words of a policy `Text`, of anything with a `label`, of `{zh, en}`, of a (zh, en) pair, or of plain text."""
    if thing is None:
        return ""
    locale = get_language() or "en"
    if hasattr(thing, "in_"):
        return str(thing.in_(locale))
    if hasattr(thing, "label"):
        return in_reader_language(thing.label)
    chinese = locale.startswith("zh")
    if isinstance(thing, Mapping) and {"zh", "en"} <= thing.keys():
        return str(thing["zh" if chinese else "en"])
    if isinstance(thing, tuple) and len(thing) == 2:
        return str(thing[0 if chinese else 1])
    return str(thing)


def _from_policy(policy: Any, group: str, value: str) -> str:
    if not policy:
        return ""
    if group == "code":
        try:
            return in_reader_language(policy.code(int(value)))
        except (KeyError, ValueError, LookupError):
            return ""
    words = getattr(policy, IN_POLICY.get(group, ""), None)
    if not isinstance(words, Mapping):
        return ""
    found = words.get(value) or (words.get(int(value)) if value.isdecimal() else None)
    return in_reader_language(found) if hasattr(found, "label") else ""


def look(group: str, value: object, policy: Any = None) -> Look:
    """Label, tone and icon of `value`; an unknown value reads as itself, so that no page ever fails on a word."""
    key = str(getattr(value, "value", value))
    known = GROUPS.get(group, {}).get(key, Look(key))
    label = _from_policy(policy, group, key)
    return known._replace(label=label) if label else known
