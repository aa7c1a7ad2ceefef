"""What can be done about remedies: propose, approve, offer, answer, carry out."""

from huiyin.remedy.answering import accept, discuss, refuse
from huiyin.remedy.executing import carry_out, execute, lapse
from huiyin.remedy.proposing import Item, approve_proposal, make_proposal, money, offer, send_back, withdraw_proposal
from huiyin.remedy.silence import next_due, send_due

__all__ = [
    "Item", "accept", "approve_proposal", "carry_out", "discuss", "execute", "lapse", "make_proposal", "money", "next_due", "offer", "refuse", "send_back", "send_due",
    "withdraw_proposal",
]  # fmt: skip
