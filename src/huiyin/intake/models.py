"""What came in and could not be read, and the imports of files."""

from django.db import models


class Quarantined(models.Model):
    """Something that was received but cannot become a feedback as it is. Kept with its raw source for people to look at."""

    received_at = models.DateTimeField()
    channel = models.CharField(max_length=20)
    source = models.CharField(max_length=120, blank=True)
    raw = models.BinaryField()
    reason = models.TextField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.CharField(max_length=80, blank=True)
    resolution = models.CharField(max_length=20, blank=True, help_text="accepted, discarded")
    note = models.TextField(blank=True, help_text="why it was discarded")
    feedback = models.ForeignKey("cases.Feedback", null=True, on_delete=models.PROTECT)

    class Meta:
        db_table = "intake_quarantined"
        indexes = [models.Index(fields=["-id"], name="quarantine_open", condition=models.Q(resolved_at__isnull=True))]


class Import(models.Model):
    """An uploaded file on its way through the intake."""

    name = models.CharField(max_length=200)
    format = models.CharField(max_length=10)
    size = models.BigIntegerField()
    content = models.BinaryField()
    by = models.ForeignKey("people.User", null=True, on_delete=models.PROTECT)
    created_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="waiting", help_text="waiting, running, done, failed")
    rows = models.IntegerField(null=True)
    seen = models.IntegerField(default=0)
    accepted = models.IntegerField(default=0)
    repeated = models.IntegerField(default=0)
    failed = models.IntegerField(default=0)
    error = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "intake_import"


class ImportFault(models.Model):
    """A row of an import that was not taken, and why."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="faults", db_index=False)
    sheet = models.CharField(max_length=60, blank=True)
    line = models.IntegerField()
    reason = models.TextField()
    raw = models.TextField(blank=True, help_text="the row as it stood in the file")

    class Meta:
        db_table = "intake_fault"
        indexes = [models.Index(fields=["of", "id"], name="fault_of_import")]
