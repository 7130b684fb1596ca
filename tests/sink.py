"""A mail server that only counts, as lean as Python allows: for benchmarks, where it must not be the brake.

`python -m tests.sink PORT` prints the number of letters and of distinct Message-IDs on each line it reads.
"""

import asyncio
import sys


class Sink(asyncio.Protocol):
    count = 0
    seen: set[bytes] = set()

    def connection_made(self, transport):
        self.transport, self.buffer, self.in_data = transport, b"", False
        transport.write(b"220 sink\r\n")

    def data_received(self, data):
        self.buffer += data
        while True:
            if self.in_data:
                end = self.buffer.find(b"\r\n.\r\n")
                if end < 0:
                    return
                self._take(self.buffer[:end])
                self.buffer, self.in_data = self.buffer[end + 5 :], False
                continue
            line, sign, rest = self.buffer.partition(b"\r\n")
            if not sign:
                return
            self.buffer = rest
            self._answer(line[:4].upper())

    def _answer(self, verb):
        if verb == b"DATA":
            self.in_data = True
            self.transport.write(b"354 go on\r\n")
        elif verb == b"QUIT":
            self.transport.write(b"221 bye\r\n")
            self.transport.close()
        else:
            self.transport.write(b"250 ok\r\n")

    def _take(self, content):
        Sink.count += 1
        at = content.find(b"\r\nMessage-ID: ")
        Sink.seen.add(content[at + 14 : content.find(b"\r\n", at + 2)])
        self.transport.write(b"250 ok\r\n")


async def main(port):
    loop = asyncio.get_running_loop()
    await loop.create_server(Sink, "127.0.0.1", port)
    while await loop.run_in_executor(None, sys.stdin.readline):
        print(Sink.count, len(Sink.seen), flush=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
