"""The short form of `make chaos`: the real processes, some faults, nothing lost and nothing doubled."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.e2e


def test_nothing_is_lost_when_workers_or_redis_die():
    """On the same servers as the rest of the run: PostgreSQL and Redis, or neither."""
    command = [sys.executable, "-m", "tests.chaos", "--short", "--messages", "30"]
    if os.environ["REDIS_URL"] == "none":
        command.append("--embedded")
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
