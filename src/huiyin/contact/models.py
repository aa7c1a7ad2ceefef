"""One timeline a case: everything said to, by and about the customer, and the outbox in the same table."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Message(models.Model):
    """Something that was said. An internal note is a message with an empty audience."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="messages")
    direction = models.CharField(max_length=4, help_text="in, out, note")
    audience = ArrayField(models.CharField(max_length=20), default=list, help_text="customer; empty: staff only")
    author = models.CharField(max_length=80, help_text="user:7, customer, system")
    channel = models.CharField(max_length=20, help_text="page, email, sms, phone")
    template = models.CharField(max_length=60, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    at = models.DateTimeField()
    human = models.BooleanField(default=False, help_text="written or spoken by a person: counts as an answer")

    # the outbox
    state = models.CharField(
        max_length=10, default="kept", help_text="kept (nothing to send), pending, sent, failed, held (no way to send)"
    )
    key = models.CharField(max_length=120, unique=True, null=True, help_text="stable idempotency key of the hand-over")
    try_at = models.DateTimeField(null=True)
    attempts = models.SmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=400, blank=True)

    class Meta:
        db_table = "contact_message"
        indexes = [
            models.Index(fields=["case", "at"], name="message_timeline"),
            models.Index(fields=["try_at", "id"], name="message_outbox", condition=models.Q(state="pending")),
            models.Index(fields=["-id"], name="message_held", condition=models.Q(state__in=["held", "failed"])),
        ]


class Notice(models.Model):
    """Something a person of the house should know: for one person, or for everybody of a role in a department."""

    user = models.ForeignKey("people.User", null=True, on_delete=models.PROTECT, related_name="notices")
    role = models.CharField(max_length=30, blank=True)
    department = models.CharField(max_length=30, blank=True, help_text="empty with a role: of every department")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=30, help_text="a key of contact.words.NOTICES")
    words = models.CharField(
        max_length=300, blank=True, help_text="what the kind alone does not say: a reason, an amount"
    )
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "contact_notice"
        indexes = [
            models.Index(
                fields=["user", "-id"],
                name="notice_of_person",
                condition=models.Q(seen_at__isnull=True, user__isnull=False),
            ),
            models.Index(
                fields=["role", "department", "-id"],
                name="notice_of_role",
                condition=models.Q(seen_at__isnull=True, user__isnull=True),
            ),
            models.Index(fields=["case"], name="notice_case"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False) | ~models.Q(role=""), name="notice_has_reader"
            )
        ]
