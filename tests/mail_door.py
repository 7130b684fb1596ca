"""A real SMTP or LMTP client against our real door; the work is done in the test's own thread,
whose transaction holds the rows that the test has made."""

import asyncio
import smtplib
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from queue import SimpleQueue

from notifications.replies import lmtp as door


class HandedOver(Executor):
    """Work that waits for the test's thread."""

    def __init__(self):
        self.jobs: SimpleQueue = SimpleQueue()

    def submit(self, fn, /, *args, **kwargs):
        done: Future = Future()
        self.jobs.put((done, fn, args))
        return done

    def work(self):
        while (job := self.jobs.get()) is not None:
            done, fn, args = job
            done.set_result(fn(*args))


def hand_over(take, talk, *, lmtp=False):
    """Open the door and let `talk(client)` speak to it; returns what it returns."""
    desk = HandedOver()

    async def meet():
        handler = door.Handler(take, desk=desk)
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: door.Door(handler), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server:
            return await asyncio.to_thread(speak, port)

    def speak(port):
        client = (smtplib.LMTP if lmtp else smtplib.SMTP)("127.0.0.1", port, timeout=60)
        try:
            return talk(client)
        finally:
            client.close()

    def run():
        try:
            return asyncio.run(meet())
        finally:
            desk.jobs.put(None)

    with ThreadPoolExecutor(1) as outside:
        said = outside.submit(run)
        desk.work()
        return said.result()
