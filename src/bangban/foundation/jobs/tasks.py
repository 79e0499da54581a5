"""The scheduled chores as procrastinate tasks, and the care for jobs that a dead worker left behind."""

from __future__ import annotations

from django.utils.module_loading import autodiscover_modules
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from bangban.foundation.clocks.moment import now
from bangban.foundation.jobs.schedule import Chore, chores

STALLED_SECONDS = 30


def _task(item: Chore) -> None:
    @app.periodic(cron=item.cron)
    @app.task(name=f"chore.{item.name}", queueing_lock=f"chore.{item.name}", lock=f"chore.{item.name}")
    def run(timestamp: int) -> None:
        item.work(now())


autodiscover_modules("chores")
for _chore in chores():
    _task(_chore)


@app.periodic(cron="* * * * * */10")
@app.task(name="jobs.rescue", queueing_lock="jobs.rescue", pass_context=True)
async def rescue(context: object, timestamp: int) -> None:
    """Give the jobs of dead workers back to the queue; every task of the house may run twice."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        await app.job_manager.retry_job(job)


RETRY = RetryStrategy(max_attempts=5, exponential_wait=2)
