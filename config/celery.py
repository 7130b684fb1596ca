"""The worker's front door."""

import os
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("trait_d_union")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.beat_init.connect
def sweep_at_once(**_about: Any) -> None:
    """What waited while we were away leaves now, and the health page sees both at work."""
    app.send_task("notifications.tasks.sweep", expires=60)
