"""gunicorn's worker with threads, whose door is shut as soon as it is told to stop: `gunicorn --worker-class=config.stopping.Worker`.

Its own stops to answer, and leaves the door open until it ends: whoever knocks meanwhile waits, and is cut off. Ours answers
who has knocked by then; who comes later is refused at once, so that a load balancer asks another machine.
"""

import threading
from importlib import import_module
from types import FrameType

from django.db import DatabaseError, connection
from gunicorn.workers.gthread import ThreadWorker

from common import presence
from config import living


def read_ahead() -> None:
    """Read the lexicon, so that the first who types a sentence isn't the one who waits for it."""
    try:
        import_module("marketplace.words.store").skills_lexicon()  # which wants Django set up
    except DatabaseError:
        return  # whoever types first reads it
    finally:
        connection.close()


class Worker(ThreadWorker):
    def load_wsgi(self) -> None:
        super().load_wsgi()
        presence.be_there()
        threading.Thread(target=read_ahead, daemon=True).start()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        living.begin_to_stop()
        super().handle_exit(sig, frame)

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled)
        if not enabled and not self.alive:
            for door in self.sockets:
                self._let_in_who_knocked(door)
                door.close()

    def _let_in_who_knocked(self, door: object) -> None:
        before = -1
        while self.nr_conns != before:  # nobody was there any more
            before = self.nr_conns
            self.accept(door)
