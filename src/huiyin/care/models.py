"""After closing: the survey and the follow-up visit."""

from django.db import models


class Survey(models.Model):
    """A request to rate how a case was handled, from 1 to 5, overall and by dimension."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="surveys")
    token = models.CharField(max_length=32, unique=True)
    send_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)
    reminders = models.SmallIntegerField(default=0)
    open_until = models.DateTimeField(null=True, help_text="the answer can be given and changed until then")
    rating = models.SmallIntegerField(null=True)
    dimensions = models.JSONField(default=dict)
    words = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "care_survey"
        indexes = [
            models.Index(
                fields=["send_at"],
                name="survey_to_send",
                condition=models.Q(sent_at__isnull=True, send_at__isnull=False),
            ),
            models.Index(
                fields=["remind_at"],
                name="survey_to_remind",
                condition=models.Q(answered_at__isnull=True, remind_at__isnull=False),
            ),
            models.Index(fields=["case"], name="survey_case"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rating__isnull=True) | models.Q(rating__gte=1, rating__lte=5), name="survey_scale"
            )
        ]


class Visit(models.Model):
    """A planned or made follow-up visit."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="visits")
    channel = models.CharField(max_length=20)
    due_at = models.DateTimeField()
    round = models.SmallIntegerField(default=0, help_text="0: the first visit, then each repetition")
    attempt = models.SmallIntegerField(default=1)
    owner = models.ForeignKey("people.User", null=True, on_delete=models.PROTECT)
    done_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=20, blank=True, help_text="satisfied, dissatisfied, unreachable, overtaken")
    words = models.TextField(blank=True, help_text="later needs and opinions")

    class Meta:
        db_table = "care_visit"
        indexes = [
            models.Index(fields=["due_at"], name="visit_due", condition=models.Q(done_at__isnull=True)),
            models.Index(fields=["case"], name="visit_case"),
        ]
