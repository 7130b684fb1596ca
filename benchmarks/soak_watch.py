"""What the programs of benchmarks.soak hold: their memory and their handles, from /proc, by program with all its children."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

MIB = 1 << 20


@dataclass(frozen=True)
class Held:
    processes: int
    memory: float  # MiB in the machine's memory, without what several share by writing (PostgreSQL's buffers)
    handles: int


@dataclass(frozen=True)
class Sample:
    at: float  # seconds since the beginning
    held: dict[str, Held]


def sample(at: float, programs: dict[str, int]) -> Sample:
    children = by_parent()
    return Sample(at, {name: together(tree(pid, children)) for name, pid in programs.items()})


def by_parent() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                words = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it has ended
                continue
            found.setdefault(int(words[1]), []).append(int(folder.name))
    return found


def tree(pid: int, children: dict[int, list[int]]) -> list[int]:
    return [pid, *(one for child in children.get(pid, ()) for one in tree(child, children))]


def together(pids: Iterable[int]) -> Held:
    alive = [found for pid in pids if (found := of(pid)) is not None]
    return Held(len(alive), sum(one[0] for one in alive), sum(one[1] for one in alive))


def of(pid: int) -> tuple[float, int] | None:
    try:
        said = dict(
            line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines()
        )
        handles = len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return None
    if "VmRSS" not in said:  # it has ended, and nobody has asked how
        return None
    resident, shared = (int(said[name].split()[0]) for name in ("VmRSS", "RssShmem"))
    return (resident - shared) * 1024 / MIB, handles


def slope(points: list[tuple[float, float]]) -> float:
    """Of the straight line that lies nearest, by the hour."""
    n = len(points)
    middle_x, middle_y = (sum(one[axis] for one in points) / n for axis in (0, 1))
    spread = sum((x - middle_x) ** 2 for x, _y in points)
    lean = sum((x - middle_x) * (y - middle_y) for x, y in points)
    return 3600 * lean / spread if spread else 0.0
