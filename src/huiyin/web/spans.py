"""Lengths of time in words. The same patterns go to the browser, so that its countdown speaks like the server."""

from django.utils.translation import gettext as _

MINUTE, HOUR, DAY = 60, 3600, 86_400


def patterns() -> dict[str, str]:
    """Patterns in the reader's language, `{d}` `{h}` `{m}` numbers, `{t}` a length already in words."""
    return {
        "days": _("{d} d {h} h"),
        "hours": _("{h} h {m} min"),
        "minutes": _("{m} min"),
        "moment": _("under a minute"),
        "left": _("{t} left"),
        "late": _("{t} late"),
        "paused": _("paused, {t} left"),
        "ago": _("{t} ago"),
        "in": _("in {t}"),
    }


def span(seconds: float) -> str:
    """`seconds` (sign ignored) in the two largest units that matter: days and hours, hours and minutes, minutes."""
    rest = int(abs(seconds))
    words = patterns()
    if rest >= DAY:
        return words["days"].format(d=rest // DAY, h=rest % DAY // HOUR)
    if rest >= HOUR:
        return words["hours"].format(h=rest // HOUR, m=rest % HOUR // MINUTE)
    if rest >= MINUTE:
        return words["minutes"].format(m=rest // MINUTE)
    return words["moment"]
