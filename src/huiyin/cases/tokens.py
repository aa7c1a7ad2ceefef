"""The customer's key to his case: the token of his progress page."""

import re
from datetime import datetime, timedelta

from huiyin.cases.locks import lock
from huiyin.cases.models import Case, Feedback
from huiyin.kernel.errors import NotFound
from huiyin.policy.versions import version as policy_version

TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)


def is_token(text: str) -> bool:
    """Whether a text can be a token at all: what cannot is never asked of the database."""
    return TOKEN.fullmatch(text) is not None


def case_of_token(token: str, now: datetime) -> Case:
    """Return the case a customer's token opens.

    Only the token of the feedback that began the case opens it: a feedback that joined it later may have come from somebody
    else who knew the order, and its own link shows no more than the step the case is at.

    Raises:
        NotFound: there is none, or the link has expired (policy key `contact.progress_link_days`).
    """
    row = (
        Feedback.objects.filter(token=token, case__token=token).select_related("case__customer").first()
        if is_token(token)
        else None
    )
    case = row.case if row is not None else None
    if case is None or expired(case, now):
        raise NotFound("This link does not open anything (any more). Look up your case by its number.")
    return case


def expired(case: Case, now: datetime) -> bool:
    """Whether the link of a closed case no longer works."""
    if case.closed_at is None:
        return False
    return now > case.closed_at + timedelta(days=policy_version(case.policy_version).contact.progress_link_days)


def locked_case_of_token(token: str, now: datetime) -> Case:
    """Lock and return the case a token opens. Raises NotFound."""
    found = case_of_token(token, now)
    return lock([found.id])[found.id]
