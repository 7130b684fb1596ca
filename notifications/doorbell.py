"""Tells the worker that there is something in the outbox. What has to be sent is in the
rows; this only makes it start at once.

A thread of its own sends the message to the broker, so that no page ever waits for
the broker, however it fails. Many letters at once make one message, and a broker that
failed is left alone for a while. Whatever is missed, the next sweep finds.
"""

import atexit
import logging
import os
import threading
import time

from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError

from common import trace

log = logging.getLogger(__name__)

REST = 30  # seconds without ringing after a failure
LAST_WORD = 1  # seconds given to the bell when the process ends
EXPIRES = 60  # a ring nobody heard within a minute is pointless: the sweep came by


class Bell:
    """The thread that calls the worker: one in each process; a forked child makes its own."""

    TASK = "notifications.tasks.deliver"

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.wanted = threading.Event()
        self.idle = threading.Event()
        self.idle.set()
        self.silent_until = 0.0
        self.failures = 0
        self.rung_by = trace.NONE
        self.thread = threading.Thread(target=self._run, name="doorbell", daemon=True)
        self.thread.start()

    @property
    def works(self) -> bool:
        """Whether the thread is this process's own (not its parent's) and still alive."""
        return self.pid == os.getpid() and self.thread.is_alive()

    def ring(self) -> None:
        self.idle.clear()
        self.rung_by = trace.now()  # of several at once, the last
        self.wanted.set()

    def _run(self) -> None:
        while True:
            self.wanted.wait()
            self.wanted.clear()
            if time.monotonic() >= self.silent_until:
                self._publish()
            if not self.wanted.is_set():
                self.idle.set()

    def _publish(self) -> None:
        """Send the message. OSError is caught too: the embedded broker is a folder, and a disk may be full."""
        try:
            with trace.followed(self.rung_by):
                current_app.send_task(self.TASK, expires=EXPIRES, retry=False)
        except (OperationalError, OSError) as error:
            self.failures += 1
            self.silent_until = time.monotonic() + REST
            log.warning("The broker doesn't hear us (%s): the sweep will do %s.", error, self.TASK)


_bell: Bell | None = None
_making = threading.Lock()


def ring() -> None:
    """Have the worker called. It never waits and never fails."""
    if current_app.conf.task_always_eager or not settings.DOORBELL:
        return
    bell().ring()


def bell() -> Bell:
    global _bell
    with _making:
        if _bell is None or not _bell.works:
            _bell = Bell()
        return _bell


@atexit.register
def _last_word() -> None:
    """Wait a moment at the end of the process, so that a command that posts and ends still calls the worker."""
    if _bell is not None and _bell.works:
        _bell.idle.wait(LAST_WORD)
