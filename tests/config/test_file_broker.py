"""The broker of a laptop: a worker never finds half a message."""

from multiprocessing import get_context
from queue import Empty

import pytest
from kombu import Connection

from config import file_broker

MANY = 1_500
QUEUE = "celery"

pytestmark = pytest.mark.once


def connection(folder: str) -> Connection:
    options = {
        "data_folder_in": folder,
        "data_folder_out": folder,
        "control_folder": f"{folder}/control",
    }
    return Connection(f"{file_broker.SCHEME}://", transport_options=options)


def send(folder: str) -> None:
    queue = connection(folder).SimpleQueue(QUEUE)
    for number in range(MANY):
        queue.put({"number": number})


def test_all_that_is_sent_is_read_whole_while_it_is_being_sent(tmp_path):
    sender = get_context("spawn").Process(target=send, args=(str(tmp_path),))
    sender.start()
    channel, read = connection(str(tmp_path)).channel(), 0
    while read < MANY:
        was_done = not sender.is_alive()
        try:
            assert channel._get(QUEUE)["body"]
            read += 1
        except Empty:
            if was_done:
                break
    sender.join()
    assert read == MANY
    assert not list(tmp_path.glob("*.part"))
