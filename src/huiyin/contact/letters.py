"""Writing letters from the policy's templates and putting them into the outbox, for one case or for ten thousand."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from huiyin.cases.facts import MessageQueued
from huiyin.cases.models import Case
from huiyin.contact import rules, words
from huiyin.contact.models import Message
from huiyin.kernel import wake
from huiyin.kernel.bulk import copy_rows
from huiyin.kernel.ids import digest
from huiyin.policy.schema import Policy
from huiyin.policy.versions import version as policy_version

SUBJECT_IN_SMS = 16
COLUMNS = (
    "case_id", "direction", "audience", "author", "channel", "template", "subject", "body", "at", "human", "state", "key", "try_at", "attempts", "error",
)  # fmt: skip
RECEIPTS = ("acknowledgement", "acknowledgement_praise", "acknowledgement_sms", "acknowledgement_joined")
COMFORTED = frozenset({"acknowledgement", "progress", "proposal_offered", "info_request", "unresolved"})
"""Templates into which a soothing phrase is put; the others have their own."""


class About(NamedTuple):
    """What every letter needs to know of a case and its customer."""

    id: int
    number: str
    token: str
    subject: str
    order_number: str
    received_at: datetime
    locale: str
    kind: str
    level: int
    flags: list[str]
    sentiment: str
    strength: float | None
    state: str
    policy_version: int
    due_at: datetime | None
    owner_name: str | None
    name: str | None
    phone_index: str | None
    email_index: str | None
    preferred: str | None

    @property
    def policy(self) -> Policy:
        """The policy the case is judged by."""
        return policy_version(self.policy_version)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone promises are written in."""
        return ZoneInfo(self.policy.meta.timezone)

    @property
    def has_phone(self) -> bool:
        """Whether we know a phone number."""
        return bool(self.phone_index)

    @property
    def has_email(self) -> bool:
        """Whether we know an e-mail address."""
        return bool(self.email_index)

    def ways(self) -> tuple[str, ...]:
        """The ways a message can take to him, the best first."""
        return rules.ways(
            preferred=self.preferred or "",
            has_phone=self.has_phone,
            has_email=self.has_email,
            prefer=self.policy.contact.prefer,
        )


def about(ids: Collection[int]) -> dict[int, About]:
    """Read what letters need of these cases, in one statement."""
    rows = Case.objects.filter(id__in=ids).values_list(
        "id", "number", "token", "subject", "order_number", "received_at", "locale", "kind", "level", "flags", "sentiment", "judgement__strength", "state",
        "policy_version", "due_at", "owner__name", "customer__name", "customer__phone_index", "customer__email_index", "customer__preferred_contact",
    )  # fmt: skip
    return {row[0]: About._make(row) for row in rows}


@dataclass(frozen=True, slots=True)
class Draft:
    """A message ready for the outbox. `key` makes it unique: the same key is queued once."""

    case_id: int
    channel: str
    template: str
    subject: str
    body: str
    key: str | None
    author: str = "system"
    human: bool = False
    wait_for: datetime | None = None


def progress_url(token: str) -> str:
    """Return the address of a customer's progress page."""
    return f"{settings.PUBLIC_URL}/t/{token}"


def survey_url(token: str) -> str:
    """Return the address of a survey."""
    return f"{settings.PUBLIC_URL}/s/{token}"


def always(case: About, *, brief: bool, now: datetime) -> dict[str, str]:
    """Return the values every template may use; `brief` shortens them for text messages."""
    policy = case.policy
    return {
        "shop": policy.meta.shop.in_(case.locale),
        "customer": case.name or words.CUSTOMER.in_(case.locale),
        "number": case.number,
        "subject": rules.shortened(case.subject, SUBJECT_IN_SMS if brief else 60),
        "order": case.order_number or words.NO_ORDER.in_(case.locale),
        "received_at": rules.said_time(case.received_at, case.locale, case.zone, now),
        "progress_url": progress_url(case.token),
        "hotline": policy.contact.disclosure.hotline,
        "agent": case.owner_name or words.AGENT.in_(case.locale),
    }


def when(case: About, moment: datetime | None, now: datetime) -> str:
    """Return a promised moment in the customer's words, a dash for none."""
    return rules.said_time(moment, case.locale, case.zone, now) if moment else "—"


def phrase(case: About) -> str:
    """Return a soothing phrase for this customer at this step, the same for the same case; "" for calm ones."""
    emotion = rules.emotion_of(
        sentiment=case.sentiment, strength=case.strength or 0.0, level=case.level, flags=case.flags
    )
    if emotion == "calm" or case.kind != "complaint":
        return ""
    phrases = case.policy.soothing.get(emotion, {}).get(case.state, ())  # type: ignore[call-overload]
    return phrases[case.id % len(phrases)].in_(case.locale) if phrases else ""


def not_before(case: About, channel: str, template: str, now: datetime) -> datetime | None:
    """Return when a message may leave at the earliest, None for at once.

    A text message wakes nobody (policy key `contact.delivery.quiet_hours`); receipts come while he is waiting for them,
    and safety never waits.
    """
    if channel != "sms" or template in RECEIPTS or "safety" in case.flags:
        return None
    return rules.not_in_quiet_hours(now, case.policy.contact.delivery.quiet_hours, case.zone)


def write(
    case: About,
    template: str,
    values: Mapping[str, str],
    *,
    key: str | None,
    now: datetime,
    channel: str = "",
    author: str = "system",
    human: bool = False,
) -> Draft:
    """Write a letter by the way that suits the customer best, or by `channel`.

    Raises:
        KeyError: the template asks for a value that was not given.
    """
    channel = channel or case.ways()[0]
    found = case.policy.templates[template]
    everything = {**always(case, brief=channel == "sms", now=now), **values}
    text = found.body.in_(case.locale)
    if everything.get("visit_on") == "":
        text = rules.without_sentence(text, "visit_on")
    body = rules.filled(text, everything).strip()
    if template in COMFORTED and channel != "sms" and (comfort := phrase(case)):
        body = rules.with_comfort(body, comfort)
    subject = rules.filled(found.subject.in_(case.locale), everything) if found.subject else ""
    return Draft(
        case_id=case.id,
        channel=channel,
        template=template,
        subject=rules.shortened(subject, 200),
        body=body,
        key=key,
        author=author,
        human=human,
        wait_for=not_before(case, channel, template, now),
    )


def queue(drafts: Iterable[Draft], now: datetime) -> list[MessageQueued]:
    """Put messages to customers into the timeline and the outbox and return the facts of it; keys already there are left out.

    A message on the page alone is kept, everything else waits for the outbox's drain.
    """
    fresh = _unknown(list(drafts))
    copy_rows("contact_message", COLUMNS, (_row(draft, now) for draft in fresh))
    told = {draft.case_id for draft in fresh if draft.template not in RECEIPTS}
    if told:
        Case.objects.filter(id__in=told, informed_at__isnull=True).update(informed_at=now)
    answered = {draft.case_id for draft in fresh if draft.human}
    if answered:
        Case.objects.filter(id__in=answered, first_reply_at__isnull=True).update(first_reply_at=now)
    if any(draft.channel != "page" for draft in fresh):
        wake.after_commit("outbox")
    return [
        MessageQueued(
            case_id=draft.case_id,
            at=now,
            by=draft.author,
            template=draft.template,
            channel=draft.channel,
            content=digest(draft.body),
            human=draft.human,
        )
        for draft in fresh
    ]


def _row(draft: Draft, now: datetime) -> Sequence[object]:
    pending = draft.channel != "page"
    return (
        draft.case_id, "out", ["customer"], draft.author, draft.channel, draft.template, draft.subject, draft.body, now, draft.human,
        "pending" if pending else "kept", draft.key, (draft.wait_for or now) if pending else None, 0, "",
    )  # fmt: skip


def _unknown(drafts: list[Draft]) -> list[Draft]:
    """Leave out what has been queued before, and what stands twice in one batch."""
    keys = [draft.key for draft in drafts if draft.key]
    known: set[str] = set()
    if keys:
        with connection.cursor() as cursor:
            cursor.execute('SELECT "key" FROM contact_message WHERE "key" = ANY(%s)', [keys])
            known = {row[0] for row in cursor.fetchall()}
    fresh = []
    for draft in drafts:
        if draft.key is None or draft.key not in known:
            fresh.append(draft)
            known.add(draft.key or "")
    return fresh


def last_told(ids: Collection[int]) -> dict[int, datetime]:
    """Return when each of these customers was last told something, receipts aside."""
    rows = (
        Message.objects.filter(case_id__in=ids, direction="out")
        .exclude(template__in=RECEIPTS)
        .order_by("case_id", "-at")
        .distinct("case_id")
        .values_list("case_id", "at")
    )
    return dict(rows)
