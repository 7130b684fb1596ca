"""Keeps a few programs running until it is told to stop, and leaves none behind.

Each child leads a process group of its own, so that what it started ends with it; on
Linux the kernel tells it to stop when we die, even of kill -9.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

PR_SET_PDEATHSIG = 1
STEADY = 60.0  # seconds alive after which a death is a new one, not the same one again
SLOWEST = 30.0  # seconds between two tries at most
FAREWELL = 15.0  # seconds to finish what is in hand


@dataclass
class Child:
    name: str
    command: list[str]
    process: subprocess.Popen | None = None
    started_at: float = 0.0
    retry_at: float = 0.0
    failures: int = 0

    def start(self) -> None:
        on_linux = sys.platform == "linux"
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=stop_when_parent_dies(os.getpid()) if on_linux else None,
        )

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def send(self, number: signal.Signals) -> None:
        if self.process is not None and self.is_running:
            self.process.send_signal(number)

    def sweep_group(self) -> None:
        """Kill the processes that the child started and left behind, so that they don't answer in its place."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return


def stop_when_parent_dies(parent: int) -> Callable[[], None]:
    library = ctypes.CDLL(None)

    def ask() -> None:
        library.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died between fork and here
            os._exit(1)

    return ask


@dataclass
class Supervisor:
    children: list[Child]
    say: Callable[[str], object]
    told_to_stop: bool = False
    _handlers: dict[int, object] = field(default_factory=dict)

    def run(self, *, on_tick: Callable[[], None] = lambda: None) -> None:
        """Start all children and look after them until Ctrl-C or SIGTERM."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        try:
            while not self.told_to_stop:
                for child in self.children:
                    self._look_after(child)
                on_tick()
                time.sleep(0.2)
        finally:
            self._end()

    def _stop(self, _number: int, _frame: object) -> None:
        if self.told_to_stop:  # a second Ctrl-C: at once
            for child in self.children:
                child.sweep_group()
        else:
            self.say("Finishing what is in hand; once more to stop at once.")
        self.told_to_stop = True

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.is_running:
            return
        if child.process is None:
            if now >= child.retry_at:
                child.start()
            return
        child.sweep_group()
        child.failures = 1 if now - child.started_at > STEADY else child.failures + 1
        pause = min(2.0 ** (child.failures - 1), SLOWEST)
        child.retry_at = now + pause
        code, child.process = child.process.returncode, None
        self.say(
            f"{child.name} stopped ({how_it_ended(code)}); starting it again in {pause:.0f} s."
        )

    def _end(self) -> None:
        """Let each child finish what it has in hand, then kill what is left."""
        for child in self.children:
            child.send(signal.SIGTERM)
        deadline = time.monotonic() + FAREWELL
        while time.monotonic() < deadline and any(child.is_running for child in self.children):
            time.sleep(0.05)
        for child in self.children:
            child.sweep_group()
            if child.process is not None:
                child.process.wait()


def how_it_ended(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
