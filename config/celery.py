"""The Celery application, from which the worker and the clock start."""

import logging
import logging.config
import os
import signal
from typing import Any

from celery import Celery, signals
from django.conf import settings
from django.db import connection

from common import presence, trace
from config import (
    file_broker,  # noqa: F401 - the broker of a laptop makes itself known
    living,
)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("trait_d_union")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.worker_init.connect
@signals.beat_init.connect
def be_there(**_about: Any) -> None:
    presence.be_there()


@signals.beat_init.connect
def sweep_at_once(**_about: Any) -> None:
    """Start the sweep when the clock starts: letters that waited leave now, and the health page sees the worker and
    the clock at work."""
    app.send_task("notifications.tasks.sweep", expires=60)


@signals.beat_init.connect
def leave_the_database(**_about: Any) -> None:
    """The clock has asked what has run when, and asks nothing more."""
    connection.close()


@signals.task_prerun.connect
def end_at_the_limit(task: Any, **_about: Any) -> None:
    """Set an alarm that ends a worker of one process with a task that hangs, since nobody else can; the supervisor
    starts the worker again."""
    if app.conf.worker_pool == "solo" and not task.request.is_eager:
        signal.alarm(app.conf.task_time_limit)


@signals.task_postrun.connect
def in_time(**_about: Any) -> None:
    signal.alarm(0)


@signals.worker_ready.connect
def answer_load_balancers(**_about: Any) -> None:
    """From here on the worker takes jobs; before, nobody answers at its door."""
    if settings.WORKER_DOOR:
        living.open_door(*settings.WORKER_DOOR)


@signals.worker_shutting_down.connect
def take_no_more(**_about: Any) -> None:
    """What is in hand is finished; the door says that it stops."""
    living.begin_to_stop()


REQUEST = "traitdunion_request"  # in a message: who asked for the job


@signals.setup_logging.connect
def log_as_the_site_does(loglevel: int | None = None, **_about: Any) -> None:
    """Celery would put handlers of its own in the place of ours, and write down the rows that the database refuses."""
    logging.config.dictConfig(settings.LOGGING)
    for name in ("celery", "kombu"):
        logging.getLogger(name).setLevel(loglevel or logging.INFO)


@signals.before_task_publish.connect
def say_who_asks(headers: dict[str, Any], **_about: Any) -> None:
    if number := trace.now().number:
        headers[REQUEST] = number


@signals.task_prerun.connect
def follow_the_request(task: Any, **_about: Any) -> None:
    """The lines of a job have the number of the request that asked for it; of the clock's, a number of their own."""
    if not task.request.is_eager:
        asked_by = task.request.get(REQUEST) or trace.made(task.request.id)
        trace.follow(trace.Thread(asked_by, task.name))


@signals.task_postrun.connect
def follow_no_more(task: Any, **_about: Any) -> None:
    if not task.request.is_eager:
        trace.follow(trace.NONE)
