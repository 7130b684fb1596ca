"""The Celery application, from which the worker and the clock start."""

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
    """Start the sweep when the clock starts: letters that waited leave now, and the health page sees the worker and
    the clock at work."""
    app.send_task("notifications.tasks.sweep", expires=60)


@signals.task_prerun.connect
def end_at_the_limit(task: Any, **_about: Any) -> None:
    """Set an alarm that ends a worker of one process with a task that hangs, since nobody else can; the supervisor
    starts the worker again."""
    if app.conf.worker_pool == "solo" and not task.request.is_eager:
        signal.alarm(app.conf.task_time_limit)


@signals.task_postrun.connect
def in_time(**_about: Any) -> None:
    signal.alarm(0)
