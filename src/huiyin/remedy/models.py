"""Proposals, what they contain, and the ledger of what was given."""

from django.db import models


class Proposal(models.Model):
    """A solution put together for a case."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="proposals")
    state = models.CharField(
        max_length=12,
        help_text="waiting (for approval), ready, offered, accepted, refused, discussed, withdrawn, executed",
    )
    words = models.TextField(help_text="the explanation the customer reads")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    counted = models.DecimalField(
        max_digits=12,
        decimal_places=2,
        default=0,
        help_text="what counts against an authority: the amount and the worth of points",
    )
    floor = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    floor_basis = models.JSONField(
        default=dict, help_text="article and arithmetic of the statutory floor that may apply"
    )
    below_floor = models.CharField(
        max_length=400,
        blank=True,
        help_text="why the article of the floor does not apply, where the amount stays below it",
    )
    needs_role = models.CharField(
        max_length=30, blank=True, help_text="role that must approve; empty: within the maker's authority"
    )
    because = models.JSONField(default=list)
    made_by = models.ForeignKey("people.User", null=True, on_delete=models.PROTECT, related_name="+")
    maker = models.CharField(max_length=80, help_text="tag of whoever made it: user:7, key:3")
    made_at = models.DateTimeField()
    approved_by = models.ForeignKey("people.User", null=True, on_delete=models.PROTECT, related_name="+")
    approver = models.CharField(max_length=80, blank=True)
    approved_at = models.DateTimeField(null=True)
    offer_when_ready = models.BooleanField(default=False, help_text="put before the customer as soon as it is approved")
    offered_at = models.DateTimeField(null=True)
    reminders = models.SmallIntegerField(default=0)
    remind_at = models.DateTimeField(null=True, help_text="when the rule for silence acts next")
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True, help_text="the customer's words when refusing or discussing")
    executed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "remedy_proposal"
        indexes = [
            models.Index(fields=["case"], name="proposal_case"),
            models.Index(fields=["made_at"], name="proposal_waiting", condition=models.Q(state="waiting")),
            models.Index(
                fields=["remind_at"],
                name="proposal_unanswered",
                condition=models.Q(state="offered", remind_at__isnull=False),
            ),
            models.Index(fields=["maker", "made_at"], name="proposal_maker"),
            models.Index(
                fields=["approver", "approved_at"], name="proposal_approver", condition=~models.Q(approver="")
            ),
            models.Index(fields=["made_at"], name="proposal_month"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                name="proposal_one_running",
                condition=models.Q(state__in=["waiting", "ready", "offered", "accepted"]),
            ),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="proposal_amount"),
            models.CheckConstraint(condition=~models.Q(approver=models.F("maker")), name="proposal_four_eyes"),
            models.CheckConstraint(
                condition=~models.Q(state__in=["accepted", "executed"]) | models.Q(answered_at__isnull=False),
                name="proposal_answered_first",
            ),
            models.CheckConstraint(
                condition=models.Q(needs_role="")
                | ~models.Q(state__in=["ready", "offered", "accepted", "executed"])
                | ~models.Q(approver=""),
                name="proposal_approved_first",
            ),
        ]


class ProposalItem(models.Model):
    """One remedy within a proposal."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=20)
    amount = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    points = models.IntegerField(default=0)
    basis = models.CharField(max_length=300, help_text="policy clause or article")
    note = models.CharField(max_length=300, blank=True)
    executed_at = models.DateTimeField(null=True)
    evidence = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "remedy_item"
        constraints = [models.CheckConstraint(condition=models.Q(amount__gte=0, points__gte=0), name="item_amount")]


class LedgerEntry(models.Model):
    """Something of value given to a customer. Entries are only added; a mistake is put right by a counter-entry."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="ledger")
    customer = models.ForeignKey("cases.Customer", null=True, on_delete=models.PROTECT, related_name="ledger")
    proposal_item = models.OneToOneField(ProposalItem, null=True, on_delete=models.PROTECT)
    kind = models.CharField(max_length=20)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    points = models.IntegerField(default=0)
    reference = models.CharField(max_length=60, unique=True, help_text="idempotency key of the execution")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        db_table = "remedy_ledger"
        indexes = [
            models.Index(fields=["by", "kind", "at"], name="ledger_day"),
            models.Index(fields=["at"], name="ledger_month"),
            models.Index(fields=["case"], name="ledger_case"),
            models.Index(fields=["customer", "-id"], name="ledger_customer"),
        ]
