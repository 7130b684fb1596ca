"""Writes named arrays as one stretch of bytes, without pickle, and reads them back without a copy."""

import json

import numpy as np

from marketplace.words.sparse import Arrays

STEP = 64  # each array begins on a multiple of this many bytes


def pack(arrays: Arrays) -> bytes:
    """The bytes: the length of the head, the head (what is where, as JSON), then the arrays."""
    head, place = {}, 0
    for name, array in arrays.items():
        head[name] = [array.dtype.str, list(array.shape), place]
        place += -(-array.nbytes // STEP) * STEP
    text = json.dumps(head).encode()
    text += b" " * (-(len(text) + 8) % STEP)
    parts = [len(text).to_bytes(8, "little"), text]
    for array in arrays.values():
        parts += [np.ascontiguousarray(array).tobytes(), bytes(-array.nbytes % STEP)]
    return b"".join(parts)


def unpack(content: bytes | bytearray) -> Arrays:
    """The arrays, as read-only views on the bytes."""
    begin = 8 + int.from_bytes(content[:8], "little")
    found = {}
    for name, (kind, shape, place) in json.loads(content[8:begin]).items():
        count = int(np.prod(shape))
        array = np.frombuffer(content, dtype=np.dtype(kind), count=count, offset=begin + place)
        array.flags.writeable = False
        found[name] = array.reshape(shape)
    return found
