"""Tables of the kernel: the history that only grows, and the facts the loop has yet to follow."""

from django.db import models


class FactRow(models.Model):
    """One thing that happened to one subject (a case). Rows are only ever added; a trigger refuses the rest."""

    id = models.BigAutoField(primary_key=True)
    subject = models.BigIntegerField()
    seq = models.IntegerField()
    kind = models.CharField(max_length=60)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    body = models.JSONField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        db_table = "kernel_fact"
        constraints = [models.UniqueConstraint(fields=["subject", "seq"], name="fact_chain")]
        indexes = [models.Index(fields=["kind", "at"], name="fact_kind_at")]


class PendingFact(models.Model):
    """A fact that was recorded by an action and whose consequences have not been drawn yet."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=60)
    body = models.JSONField()
    not_before = models.DateTimeField()
    attempts = models.IntegerField(default=0)
    error = models.TextField(default="", blank=True)

    class Meta:
        db_table = "kernel_pending"
        indexes = [models.Index(fields=["not_before", "id"], name="pending_due")]


class Bucket(models.Model):
    """A token bucket of the rate limiter: what is left, and when it was last filled."""

    key = models.CharField(max_length=120, primary_key=True)
    tokens = models.FloatField()
    filled_at = models.DateTimeField()

    class Meta:
        db_table = "kernel_bucket"
