"""Who has which case open right now, so that two people do not work on it without knowing of each other."""

from django.db import models


class Presence(models.Model):
    """A person looked at a case; the page says so every few seconds while it is open."""

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        db_table = "workbench_presence"
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="presence_once")]
