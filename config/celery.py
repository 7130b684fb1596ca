"""The worker's front door."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("trait_d_union")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
