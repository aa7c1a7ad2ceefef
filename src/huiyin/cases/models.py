"""The feedback as it was received, the customer, the order, and the case all stages work on."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from huiyin.kernel.privacy import SealedTextField
from huiyin.people.actors import Actor
from huiyin.people.permissions import Scope, scope_of


class Customer(models.Model):
    """Someone who spoke to us. Contacts are encrypted; the `*_index` columns find them."""

    name = SealedTextField()
    phone = SealedTextField()
    email = SealedTextField()
    name_index = models.CharField(max_length=32, blank=True, db_index=True)
    phone_index = models.CharField(max_length=32, blank=True, db_index=True)
    email_index = models.CharField(max_length=32, blank=True, db_index=True)
    external_id = models.CharField(max_length=120, blank=True, db_index=True)
    preferred_contact = models.CharField(max_length=20, blank=True)
    locale = models.CharField(max_length=10, default="zh-hans")
    needs = models.TextField(blank=True, help_text="preferences and later needs, kept by staff")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "cases_customer"


class Order(models.Model):
    """What the order system told about an order."""

    number = models.CharField(max_length=60, unique=True)
    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, related_name="orders")
    placed_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    items = models.JSONField(default=list, help_text='[{"product","quantity","price","batch"}]')
    product = models.CharField(max_length=120, blank=True)
    brand = models.CharField(max_length=80, blank=True)
    merchant = models.CharField(max_length=80, blank=True)
    supplier = models.CharField(max_length=80, blank=True)
    carrier = models.CharField(max_length=80, blank=True)
    tracking = models.CharField(max_length=60, blank=True)
    region = models.CharField(max_length=40, blank=True)
    store = models.CharField(max_length=60, blank=True)
    well_known_brand = models.BooleanField(default=False)

    class Meta:
        db_table = "cases_order"
        indexes = [models.Index(fields=["placed_at"], name="order_placed")]


class Feedback(models.Model):
    """What a customer said, as it came in. Written once by the intake; the loop then ties it to a case."""

    number = models.CharField(max_length=24, unique=True)
    token = models.CharField(max_length=32, unique=True)
    received_at = models.DateTimeField()
    channel = models.CharField(max_length=20)
    locale = models.CharField(max_length=10, default="zh-hans")
    text = models.TextField()
    sender = SealedTextField(help_text="JSON: name, phone, email, external_id, preferred_contact")
    details = models.JSONField(
        default=dict, help_text="order_number, product, subject, reason, demand, occurred_at, extra"
    )
    external_id = models.CharField(max_length=200, blank=True)
    idempotency_key = models.CharField(max_length=255, unique=True, null=True)
    content_digest = models.CharField(max_length=64)
    source = models.CharField(max_length=80, blank=True, help_text="import, key or person it came through")
    case = models.ForeignKey("Case", null=True, on_delete=models.PROTECT, related_name="feedback")
    drained_at = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    not_before = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        db_table = "cases_feedback"
        indexes = [
            models.Index(fields=["id"], name="feedback_waiting", condition=models.Q(drained_at__isnull=True)),
            models.Index(fields=["case"], name="feedback_case"),
            models.Index(fields=["-received_at"], name="feedback_received"),
        ]


class CaseQuerySet(models.QuerySet["Case"]):
    """Queries in the trade's words."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the cases this actor may see: the one place that decides it for lists."""
        scope = scope_of(actor, "case.view")
        if scope is Scope.ALL:
            return self
        if scope is Scope.NONE:
            return self.none()
        own = models.Q(owner_id=actor.user_id)
        if scope is Scope.OWN:
            return self.filter(own)
        return self.filter(
            own | models.Q(department=actor.department) | models.Q(co_departments__contains=[actor.department])
        )

    def open(self) -> Self:
        """Keep the cases whose loop is not closed."""
        return self.filter(closed_at__isnull=True)

    def due_before(self, moment: datetime) -> Self:
        """Keep the cases whose next promise falls due before `moment`."""
        return self.filter(due_at__lt=moment)

    def unowned(self) -> Self:
        """Keep the cases that wait in a department's queue."""
        return self.filter(owner__isnull=True)


class Case(models.Model):
    """One matter of one customer, from the first word to the closed loop."""

    number = models.CharField(max_length=24, unique=True)
    token = models.CharField(max_length=32)
    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, related_name="cases")
    channel = models.CharField(max_length=20)
    locale = models.CharField(max_length=10, default="zh-hans")
    subject = models.CharField(max_length=160)
    demand = models.CharField(max_length=400, blank=True)
    received_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    policy_version = models.IntegerField()

    # what it is about
    order_number = models.CharField(max_length=60, blank=True)
    order_value = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    product = models.CharField(max_length=120, blank=True)
    brand = models.CharField(max_length=80, blank=True)
    merchant = models.CharField(max_length=80, blank=True)
    supplier = models.CharField(max_length=80, blank=True)
    carrier = models.CharField(max_length=80, blank=True)
    region = models.CharField(max_length=40, blank=True)
    store = models.CharField(max_length=60, blank=True)

    # how it is judged
    kind = models.CharField(max_length=20)
    code = models.IntegerField()
    level = models.SmallIntegerField()
    need = models.CharField(max_length=20)
    sentiment = models.CharField(max_length=3)
    urgency = models.SmallIntegerField(default=2)
    priority = models.SmallIntegerField(default=50, help_text="rank in the queue, the highest first")
    flags = ArrayField(models.CharField(max_length=20), default=list)
    judgement = models.JSONField(default=dict, help_text="confidence, reasons and guesses of the first judgement")
    judged_by = models.CharField(max_length=80, default="model")
    needs_person = models.BooleanField(
        default=False, help_text="below the policy's confidence: a person is to check the judgement"
    )

    # where it stands
    state = models.CharField(max_length=20, default="received")
    state_since = models.DateTimeField()
    version = models.IntegerField(default=1)
    department = models.CharField(max_length=30)
    co_departments = ArrayField(models.CharField(max_length=30), default=list)
    skill = models.CharField(max_length=40, blank=True)
    owner = models.ForeignKey("people.User", null=True, on_delete=models.PROTECT, related_name="cases")
    owner_since = models.DateTimeField(null=True)
    hops = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    due_kind = models.CharField(max_length=30, blank=True)
    paused_at = models.DateTimeField(null=True)
    pause_reason = models.CharField(max_length=200, blank=True)
    first_reply_at = models.DateTimeField(null=True)
    informed_at = models.DateTimeField(null=True)
    reopened = models.SmallIntegerField(default=0)

    # how it ended
    handled_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True)
    responsible = models.CharField(max_length=20, blank=True)
    cause = models.CharField(max_length=20, blank=True)
    cause_note = models.TextField(blank=True)
    spent = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    search = SearchVectorField(null=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        db_table = "cases_case"
        indexes = [
            models.Index(
                fields=["department", "-priority", "due_at", "id"],
                name="case_queue",
                condition=models.Q(closed_at__isnull=True, owner__isnull=True),
            ),
            models.Index(
                fields=["owner", "due_at", "id"], name="case_mine", condition=models.Q(closed_at__isnull=True)
            ),
            models.Index(fields=["due_at", "id"], name="case_due", condition=models.Q(closed_at__isnull=True)),
            models.Index(
                fields=["department", "due_at", "id"],
                name="case_department_due",
                condition=models.Q(closed_at__isnull=True),
            ),
            models.Index(fields=["department", "-id"], name="case_department_recent"),
            models.Index(fields=["customer", "-id"], name="case_customer"),
            models.Index(fields=["order_number"], name="case_order", condition=~models.Q(order_number="")),
            models.Index(fields=["received_at"], name="case_received"),
            models.Index(fields=["closed_at"], name="case_closed", condition=models.Q(closed_at__isnull=False)),
            models.Index(
                fields=["-id"], name="case_unsure", condition=models.Q(closed_at__isnull=True, needs_person=True)
            ),
            models.Index(
                fields=["paused_at", "id"],
                name="case_paused",
                condition=models.Q(closed_at__isnull=True, paused_at__isnull=False),
            ),
            GinIndex(fields=["search"], name="case_search"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(level__gte=1, level__lte=4), name="case_level"),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True) | ~models.Q(outcome=""), name="case_closed_has_outcome"
            ),
        ]
