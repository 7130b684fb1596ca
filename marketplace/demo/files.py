"""The invented pôle's own words, in files that anyone may read."""

import tomllib
from pathlib import Path

FILES = Path(__file__).resolve().parent.parent / "data" / "demo"


def read(name: str) -> dict:
    return tomllib.loads((FILES / f"{name}.toml").read_text(encoding="utf-8"))
