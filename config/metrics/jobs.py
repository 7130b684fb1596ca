"""Counts the jobs of Celery; loaded by the processes that do jobs where METRICS_TOKEN is set."""

import logging
import time
from typing import Any

from celery import signals

from config.metrics import meters

log = logging.getLogger(__name__)

BEGAN = "traitdunion_began"


@signals.task_prerun.connect
def _begins(task: Any, **_about: Any) -> None:
    setattr(task.request, BEGAN, time.perf_counter())


@signals.task_postrun.connect
def _ends(task: Any, state: str | None, **_about: Any) -> None:
    seconds = time.perf_counter() - getattr(task.request, BEGAN, time.perf_counter())
    try:
        meters.JOBS.labels(task.name, "done" if state == "SUCCESS" else "failed").inc()
        meters.JOB_SECONDS.labels(task.name).observe(seconds)
    except OSError as fault:  # no room for a file to count in
        log.warning("A job isn't counted: %s", fault)
