"""How often is tried what happens by chance: often enough to be seen in `make test`, at length in `make chaos`."""

import os
import subprocess
import sys

AT_LENGTH = "ROUNDS_AT_LENGTH"
RACES = (
    "tests/accounts/test_join_links_race.py",
    "tests/accounts/test_last_administrator_race.py",
    "tests/marketplace/documents/test_receipt_numbers.py",
    "tests/marketplace/gatherings/test_gatherings_at_once.py",
    "tests/marketplace/gatherings/test_seats_at_once.py",
    "tests/marketplace/market/test_carriers_at_once.py",
    "tests/marketplace/market/test_carriers_in_processes.py",
    "tests/marketplace/market/test_many_hands.py",
    "tests/marketplace/market/test_places_at_once.py",
    "tests/marketplace/missions/test_pairs_at_once.py",
)


def rounds(few: int, many: int) -> int:
    return many if os.environ.get(AT_LENGTH) == "true" else few


def races_at_length(settings: dict[str, str]) -> bool:
    """Did all of them end as they must? `settings` lead to the database."""
    command = [sys.executable, "-m", "pytest", "-q", *RACES]
    done = subprocess.run(command, env=os.environ | settings | {AT_LENGTH: "true"}, check=False)
    return done.returncode == 0
