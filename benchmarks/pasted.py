"""How long a pasted text holds up a page: `python -m benchmarks.pasted`.

The texts of tests/pasted.py, read for skills and for contact details; processor time, the best of five.
"""

import os
import time
from collections.abc import Callable

import django

from benchmarks import as_in_production

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
as_in_production()
django.setup()

from benchmarks.words import our_entries  # noqa: E402
from marketplace.words import contacts  # noqa: E402
from marketplace.words.lexicon import Lexicon  # noqa: E402
from tests.pasted import TEXTS  # noqa: E402

A_MESSAGE = 5_000  # characters at the most


def main() -> None:
    lexicon = Lexicon(our_entries())
    print("| pasted | skills, ms | contact details, ms |\n|---|---|---|")
    for text in TEXTS:
        skills, details = spent(lexicon.suggest, text), spent(contacts.found_in, text[:A_MESSAGE])
        print(f"| {len(text)} x {text[:8]!r} | {skills:.0f} | {details:.0f} |", flush=True)


def spent(read: Callable[[str], object], text: str) -> float:
    found = []
    for _turn in range(5):
        start = time.process_time()
        read(text)
        found.append(1000 * (time.process_time() - start))
    return min(found)


if __name__ == "__main__":
    main()
