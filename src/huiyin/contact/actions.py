"""What can be done in contact: telling customers, telling colleagues, and hearing both."""

from huiyin.contact.notices import (
    mark_seen,
    remind_owner,
    tell_answer,
    tell_approvers,
    tell_budget,
    tell_ladder,
    tell_management,
    tell_of_silence,
    tell_owner,
    tell_owner_of_reopening,
    tell_owner_of_words,
    tell_sent_back,
)
from huiyin.contact.receipts import acknowledge, acknowledge_joined
from huiyin.contact.speaking import add_note, answer, ask_info, customer_writes, send_message, withdraw
from huiyin.contact.telling import (
    ask_customer,
    confirm_agreement,
    explain_extension,
    inform_customer,
    invite,
    keep_informed,
    remind_customer,
    report_result,
    tell_reopened,
)

__all__ = [
    "acknowledge", "acknowledge_joined", "add_note", "answer", "ask_customer", "ask_info", "confirm_agreement", "customer_writes", "explain_extension",
    "inform_customer", "invite", "keep_informed", "mark_seen", "remind_customer", "remind_owner", "report_result", "send_message", "tell_answer", "tell_approvers",
    "tell_budget", "tell_ladder", "tell_management", "tell_of_silence", "tell_owner", "tell_owner_of_reopening", "tell_owner_of_words", "tell_reopened",
    "tell_sent_back", "withdraw",
]  # fmt: skip
