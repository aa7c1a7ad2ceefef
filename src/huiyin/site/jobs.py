"""Jobs of the house itself."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

SILENT_SECONDS = 60.0


@app.periodic(cron="*/2 * * * *")
@app.task(queueing_lock="site.take_up_left_jobs")
async def take_up_left_jobs(timestamp: int) -> None:
    """Take up again the jobs whose worker was killed: every job of ours may safely run twice."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
        await app.job_manager.retry_job(job, retry_at=datetime.now(UTC))
