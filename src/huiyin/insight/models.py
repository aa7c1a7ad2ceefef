"""The wide table analysis reads, one row a case, written by the loop; and the reports made from it."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Greatest

from huiyin.kernel.errors import Conflict

MOMENTS = (
    "received_at", "first_reply_at", "first_closed_at", "reopened_at", "respond_due_at", "propose_due_at", "resolve_due_at", "result_due_at",
    "promised_at", "offered_at", "answered_at", "surveyed_at", "rated_at", "visited_at",
)  # fmt: skip
"""The columns a period may be taken of."""


class CaseFact(models.Model):
    """A case as numbers: every dimension and every clock an indicator may ask for. No names, contacts or texts."""

    case = models.OneToOneField("cases.Case", primary_key=True, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=24)
    kind = models.CharField(max_length=20)
    category = models.SmallIntegerField(help_text="the thousand of the code")
    code = models.IntegerField()
    level = models.SmallIntegerField()
    sentiment = models.CharField(max_length=3)
    flags = ArrayField(models.CharField(max_length=20), default=list)
    channel = models.CharField(max_length=20)
    department = models.CharField(max_length=30)
    owner_id = models.BigIntegerField(null=True)
    customer_id = models.BigIntegerField(null=True)
    product = models.CharField(max_length=120, blank=True)
    brand = models.CharField(max_length=80, blank=True)
    merchant = models.CharField(max_length=80, blank=True)
    supplier = models.CharField(max_length=80, blank=True)
    carrier = models.CharField(max_length=80, blank=True)
    region = models.CharField(max_length=40, blank=True)
    store = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=20, default="received")
    outcome = models.CharField(max_length=20, blank=True)
    responsible = models.CharField(max_length=20, blank=True)
    cause = models.CharField(max_length=20, blank=True)

    # when
    received_at = models.DateTimeField(db_index=True)
    first_reply_at = models.DateTimeField(null=True, help_text="first answer of a person; automatic ones do not count")
    handled_at = models.DateTimeField(null=True)
    first_closed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True, help_text="null while the loop is open, again after reopening")
    reopened_at = models.DateTimeField(null=True, help_text="the first time")
    respond_due_at = models.DateTimeField(null=True)
    respond_met_at = models.DateTimeField(null=True)
    propose_due_at = models.DateTimeField(null=True)
    propose_met_at = models.DateTimeField(null=True)
    resolve_due_at = models.DateTimeField(
        null=True, help_text="the last promise on the way to the solution, the result's report aside"
    )
    result_due_at = models.DateTimeField(null=True)
    result_met_at = models.DateTimeField(null=True)
    promised_at = models.DateTimeField(null=True, help_text="the last time the customer was to hear from us")
    informed = models.BooleanField(default=False, help_text="heard from us by each promised time")
    due_at = models.DateTimeField(
        null=True, help_text="the promise that falls due first, of an open case that does not wait for the customer"
    )
    offered_at = models.DateTimeField(null=True, help_text="the last solution put before the customer")
    answered_at = models.DateTimeField(null=True, help_text="his answer to it")
    accepted = models.BooleanField(null=True)
    surveyed_at = models.DateTimeField(null=True)
    rated_at = models.DateTimeField(null=True)
    rating = models.SmallIntegerField(null=True)
    visited_at = models.DateTimeField(null=True)
    satisfied = models.BooleanField(null=True, help_text="what he said at the visit")

    # how often, how much
    pauses = models.SmallIntegerField(default=0)
    extensions = models.SmallIntegerField(default=0)
    feedbacks = models.SmallIntegerField(default=1, help_text="how often the customer turned to us in this matter")
    contacts = models.SmallIntegerField(default=0, help_text="messages of people to the customer")
    reopened = models.SmallIntegerField(default=0)
    hops = models.SmallIntegerField(default=0)
    repeat_of = models.BigIntegerField(
        null=True, help_text="the same customer's last complaint about the same problem within the policy's days"
    )
    unsure = models.BooleanField(default=False, help_text="the automatic judgement needed a person")
    corrected = models.BooleanField(default=False, help_text="a person put the automatic judgement right")
    spent = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    updated_at = models.DateTimeField()
    last_at = models.GeneratedField(
        expression=Greatest(*MOMENTS, "closed_at"), output_field=models.DateTimeField(), db_persist=True
    )

    class Meta:
        db_table = "insight_fact"
        indexes = [
            models.Index(fields=["last_at"], name="fact_last"),
            models.Index(fields=["received_at"], name="fact_open", condition=models.Q(closed_at__isnull=True)),
            models.Index(fields=["repeat_of"], name="fact_repeat", condition=models.Q(repeat_of__isnull=False)),
        ]


class Report(models.Model):
    """A report as it was made: its numbers, the policy version and the time they are of. It is never changed."""

    kind = models.CharField(max_length=20)
    first_day = models.DateField()
    last_day = models.DateField()
    department = models.CharField(max_length=30, blank=True, help_text="whose cases it counts; empty: all")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    policy_version = models.IntegerField()
    content = models.JSONField()

    class Meta:
        db_table = "insight_report"
        indexes = [models.Index(fields=["kind", "-first_day"], name="report_kind")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new report. Raises Conflict for one that was written before."""
        if self.pk is not None:
            raise Conflict("A report stays as it was made. Make a new one.")
        super().save(*args, **kwargs)
