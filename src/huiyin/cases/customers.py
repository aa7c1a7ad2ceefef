"""Finding the customer behind a sender, and keeping what is known of him."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from huiyin.cases.models import Customer
from huiyin.kernel.bulk import copy_new
from huiyin.kernel.privacy import blind_index


class Sender(msgspec.Struct, frozen=True, kw_only=True):
    """Who sent a feedback, as far as he told."""

    name: str = ""
    phone: str = ""
    email: str = ""
    external_id: str = ""
    preferred_contact: str = ""

    @property
    def known(self) -> bool:
        """Whether there is anything to recognise him by."""
        return bool(self.phone or self.email or self.external_id)


def read_sender(text: str) -> Sender:
    """Return the sender kept with a feedback; an empty one for empty text."""
    return msgspec.json.decode(text, type=Sender) if text else Sender()


def find_or_create(senders: Iterable[tuple[int, Sender, str]], now: datetime) -> dict[int, Customer]:
    """Return the customer of each sender, given as (key, sender, locale); senders without any contact or name are left out.

    A sender is the customer with the same external id, else the same phone, else the same e-mail; in this order.
    """
    wanted = [(key, sender, locale) for key, sender, locale in senders if sender.known or sender.name]
    known = _known(sender for _, sender, _ in wanted)
    found: dict[int, Customer] = {}
    new: list[Customer] = []
    for key, sender, locale in wanted:
        marks = _marks(sender)
        customer = next((known[mark] for mark in marks if mark in known), None)
        if customer is None:
            customer = _make(sender, locale, now)
            new.append(customer)
            known |= dict.fromkeys(marks, customer)
        found[key] = customer
    copy_new(new)
    return found


def _marks(sender: Sender) -> list[tuple[str, str]]:
    marks = [
        ("external_id", sender.external_id),
        ("phone_index", blind_index(sender.phone)),
        ("email_index", blind_index(sender.email)),
    ]
    return [mark for mark in marks if mark[1]]


def _known(senders: Iterable[Sender]) -> dict[tuple[str, str], Customer]:
    by_field: dict[str, set[str]] = {}
    for sender in senders:
        for field, value in _marks(sender):
            by_field.setdefault(field, set()).add(value)
    found: dict[tuple[str, str], Customer] = {}
    for field, values in by_field.items():
        for customer in Customer.objects.filter(**{f"{field}__in": values}).order_by("-id"):
            found[field, getattr(customer, field)] = customer
    return found


def _make(sender: Sender, locale: str, now: datetime) -> Customer:
    return Customer(
        name=sender.name, phone=sender.phone, email=sender.email, external_id=sender.external_id,
        name_index=blind_index(sender.name), phone_index=blind_index(sender.phone), email_index=blind_index(sender.email),
        preferred_contact=sender.preferred_contact, locale=locale, created_at=now,
    )  # fmt: skip
