"""The worker's front door."""

import os
import signal
from typing import Any

from celery import Celery, signals

from config import file_broker  # noqa: F401 - the broker of a laptop makes itself known

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("trait_d_union")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.beat_init.connect
def sweep_at_once(**_about: Any) -> None:
    """What waited while we were away leaves now, and the health page sees both at work."""
    app.send_task("notifications.tasks.sweep", expires=60)


@signals.task_prerun.connect
def end_at_the_limit(task: Any, **_about: Any) -> None:
    """A worker of one process has nobody to end a job that hangs: the alarm ends them both, and
    the supervisor starts the worker again."""
    if app.conf.worker_pool == "solo" and not task.request.is_eager:
        signal.alarm(app.conf.task_time_limit)


@signals.task_postrun.connect
def in_time(**_about: Any) -> None:
    signal.alarm(0)
