"""Corrections by people: what the model learns from."""

from django.db import models


class Correction(models.Model):
    """A judgement put right by a person, with the text's own record."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="corrections")
    by = models.ForeignKey("people.User", null=True, on_delete=models.PROTECT, help_text="empty: a machine with a key")
    at = models.DateTimeField()
    before = models.JSONField()
    after = models.JSONField()
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "triage_correction"
