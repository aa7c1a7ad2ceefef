"""Background work of the intake."""

from django.conf import settings
from django.utils import translation
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from huiyin.intake.importing import run
from huiyin.intake.models import Import


@app.task(name="intake.import", queue="intake", retry=RetryStrategy(max_attempts=5, exponential_wait=3))
def run_import(import_id: int) -> None:
    """Import an uploaded file; does nothing when that has happened already."""
    one = Import.objects.select_related("by").filter(pk=import_id, finished_at__isnull=True).first()
    if one is None:
        return
    with translation.override(one.by.locale if one.by is not None else settings.LANGUAGE_CODE):
        run(one, bytes(one.content), now=one.created_at)
