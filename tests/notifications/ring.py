"""A process that posts and rings, with the broker its environment names: prints what it cost."""

import json
import os
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from notifications import doorbell  # noqa: E402

slowest = 0.0
for _ in range(200):
    begins = time.monotonic()
    doorbell.ring()
    slowest = max(slowest, time.monotonic() - begins)
doorbell.bell().idle.wait(15)
for _ in range(20):
    doorbell.ring()
    doorbell.bell().idle.wait(1)
bell = doorbell.bell()
print(json.dumps({"slowest": slowest, "failures": bell.failures, "works": bell.works}))
