"""Many hands on one receipt book, some of whom fail: `python -m tests.marketplace.documents.issuers HANDS EACH`.

Run by test_receipt_numbers with DATABASE_URL (or VAR_DIR) in the environment. Prints one line of counts.
"""

import json
import os
import sys
from contextlib import suppress

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connections, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from marketplace.actions.documents import receipts, verification  # noqa: E402
from marketplace.models import Document  # noqa: E402
from tests.marketplace.documents.document_desk import head_of, make_receivable, make_structure  # noqa: E402

PATIENCE = 600  # seconds: on a busy machine the last of them waits long for its turn


class Injected(Exception):
    """The power goes out just before the commit."""


def issue(mission, by, *, fails: bool) -> None:
    with transaction.atomic():
        receipts.issue(mission, by=by, capacity="présidente", now=timezone.now())
        if fails:
            raise Injected


def be_patient() -> None:
    """The order of arrival is tried here, not the patience of SQLite (PostgreSQL's locks have none)."""
    connection = connections["default"]
    if connection.vendor == "sqlite":
        connection.settings_dict["OPTIONS"]["timeout"] = PATIENCE


def work(missions: list, by, start: int) -> int:
    """Each receipt of one's share; every second one is first lost at the last moment."""
    connections.close_all()
    be_patient()
    os.read(start, 1)
    for rank, mission in enumerate(missions):
        if rank % 2 == 0:
            with suppress(Injected):
                issue(mission, by, fails=True)
        issue(mission, by, fails=False)
    return 0


def main(hands: int, each: int) -> dict:
    structure = make_structure()
    by = head_of(structure)
    shares = [[make_receivable(structure=structure) for _ in range(each)] for _ in range(hands)]
    ready, go = os.pipe()
    connections.close_all()
    children = []
    for share in shares:
        if not (pid := os.fork()):
            os._exit(work(share, by, ready))
        children.append(pid)
    os.write(go, b"." * hands)
    errors = sum(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != 0 for pid in children)
    numbers = sorted(Document.objects.receipts().values_list("number", flat=True))
    return {
        "errors": errors,
        "without_gap_or_double": numbers == list(range(1, hands * each + 1)),
        "faults": len(list(verification.faults())),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*map(int, sys.argv[1:]))))
