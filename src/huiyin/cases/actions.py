"""What can be done with cases: opening them, moving them, putting them right."""

from huiyin.cases.correcting import correct, take_back_correction
from huiyin.cases.moves import (
    await_decision,
    close,
    confirm,
    execute,
    follow_up,
    hear_customer,
    investigate,
    propose,
    reopen,
    set_responsibility,
    show_contacts,
)
from huiyin.cases.opening import open_or_join

__all__ = [
    "await_decision",
    "close",
    "confirm",
    "correct",
    "execute",
    "follow_up",
    "hear_customer",
    "investigate",
    "open_or_join",
    "propose",
    "reopen",
    "set_responsibility",
    "show_contacts",
    "take_back_correction",
]
