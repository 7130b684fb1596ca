"""The broker of a laptop: kombu's folder of files, made so that a message appears whole
or not at all.

kombu opens the file under its own name and then writes it: a worker that takes it in
between reads nothing, and dies.
"""

import os
import uuid
from time import monotonic
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

SCHEME = "files"


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: dict, **kwargs: Any) -> None:  # type: ignore[override] # as in kombu
        """Write the message under a name that no worker looks for, then rename it."""
        name = os.path.join(self.data_folder_out, f"{round(monotonic() * 1_000)}_{uuid.uuid4()}")
        beside = f"{name}.part"
        with open(beside, "w", encoding="utf-8") as file:
            file.write(dumps(payload))
        os.rename(beside, f"{name}.{queue}.msg")


class Transport(filesystem.Transport):
    Channel = Channel


TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"
