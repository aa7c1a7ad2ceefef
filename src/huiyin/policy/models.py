"""Versions of the policy: what was in force when, and who wrote and approved it."""

from django.db import models


class PolicyVersion(models.Model):
    """One version of the handbook, kept for ever: cases are judged by the version they were opened under."""

    number = models.IntegerField(unique=True)
    source = models.JSONField(help_text="{file name: YAML text}")
    digest = models.CharField(max_length=64)
    status = models.CharField(max_length=10, help_text="draft, published, retired, withdrawn")
    based_on = models.IntegerField(null=True, help_text="number of the version a draft was made from")
    note = models.CharField(max_length=400, blank=True)
    created_by = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    published_by = models.CharField(max_length=80, blank=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "policy_version"
        constraints = [
            models.UniqueConstraint(
                fields=["status"], name="policy_one_published", condition=models.Q(status="published")
            )
        ]

    def __str__(self) -> str:
        return f"version {self.number} ({self.status})"
