"""Running deadlines. A deadline is a row with a time to fire next; the drain takes what is due, each exactly once."""

from django.db import models


class Deadline(models.Model):
    """A promise of the policy or a period of the law that runs for a case."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="deadlines")
    clock = models.CharField(max_length=10, help_text="promise or statute")
    kind = models.CharField(max_length=40, help_text="respond, propose, result, step:confirm …")
    rule = models.CharField(max_length=80, help_text="policy key that set it")
    calendar = models.CharField(max_length=40)
    because = models.JSONField(default=list, help_text='[{"zh","en"}] the arithmetic in words')
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    warn_at = models.DateTimeField(null=True)
    pauses = models.SmallIntegerField(default=0)
    extensions = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=10, default="running", help_text="running, paused, met, cancelled")
    stage = models.SmallIntegerField(
        default=0, help_text="how many rungs of the ladder have fired; the first is the warning"
    )
    fires_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    missed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "clock_deadline"
        indexes = [
            models.Index(
                fields=["fires_at", "id"],
                name="deadline_fires",
                condition=models.Q(state="running", fires_at__isnull=False),
            ),
            models.Index(fields=["case"], name="deadline_case"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "clock", "kind"],
                name="deadline_once",
                condition=models.Q(state__in=["running", "paused"]),
            ),
        ]


class Extension(models.Model):
    """An application for more time, and what was decided on it."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="extensions")
    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT)
    length = models.CharField(max_length=40, help_text="as the policy writes spans: 24 hours, 2 working days")
    reason = models.CharField(max_length=400)
    asked_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey("people.User", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    granted = models.BooleanField(null=True)
    answer = models.CharField(max_length=400, blank=True)

    class Meta:
        db_table = "clock_extension"
        indexes = [
            models.Index(fields=["asked_at"], name="extension_waiting", condition=models.Q(decided_at__isnull=True))
        ]
