"""A ZIP file that is sent while it is made: neither it nor any of its files is ever in memory as a whole."""

import zipfile
from collections.abc import Buffer, Iterable, Iterator
from datetime import datetime

type File = tuple[str, datetime, Iterable[bytes]]
"""Its name in the archive, the time that it bears, and its content in pieces."""


class _Taken:
    """Takes what is written until somebody takes it away. It can't be sought in, which zipfile then does without."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, piece: Buffer) -> int:
        self.pieces.append(bytes(piece))
        return len(self.pieces[-1])

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        taken, self.pieces = b"".join(self.pieces), []
        return taken


def zipped(files: Iterable[File]) -> Iterator[bytes]:
    """The archive in pieces. The files are asked for one after the other."""
    sink = _Taken()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as box:  # type: ignore[call-overload]
        for name, at, content in files:
            entry = zipfile.ZipInfo(name, at.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            with box.open(entry, "w") as inside:
                for piece in content:
                    inside.write(piece)
                    yield sink.take()
    yield sink.take()
