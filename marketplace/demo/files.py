"""Reads the texts of the invented pôle from files that anybody may read."""

import tomllib
from pathlib import Path

FILES = Path(__file__).resolve().parent.parent / "data" / "demo"


def read(name: str) -> dict:
    return tomllib.loads((FILES / f"{name}.toml").read_text(encoding="utf-8"))
