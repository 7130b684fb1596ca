"""What papers cost: a convention (p95), a year of 1,000 receipts in one run, and the memory it takes.

`python -m benchmarks.documents [RECEIPTS]` on a database of its own (VAR_DIR, DATABASE_URL).
"""

import os
import resource
import statistics
import sys
import tempfile
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("DEBUG", "false")
os.environ.setdefault("SECRET_KEY", "for-the-benchmark-only")
os.environ.setdefault("DOORBELL", "false")
os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="trait-d-union-papers-"))

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from marketplace.actions import papers, receipts, verification  # noqa: E402
from marketplace.models import Document, Kind, ReceiptRun  # noqa: E402
from tests.marketplace.paper_desk import (  # noqa: E402
    head_of,
    make_company,
    make_mission,
    make_receivable,
    make_structure,
)

CONVENTIONS = 60
PROMISED_MS = 150


def memory() -> int:
    """The most this process has held so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def conventions() -> float:
    structure, company = make_structure(), make_company()
    missions = [make_mission(structure=structure, company=company) for _ in range(CONVENTIONS)]
    by, times, spent = head_of(structure), [], time.process_time()
    for mission in missions:
        start = time.perf_counter()
        papers.make(Kind.CONVENTION_SERVICE, mission, by=by, now=timezone.now())
        times.append((time.perf_counter() - start) * 1000)
    p95 = statistics.quantiles(times, n=20)[-1]
    own = (time.process_time() - spent) / CONVENTIONS * 1000
    print(
        f"a convention: median {statistics.median(times):.0f} ms, p95 {p95:.0f} ms (promised {PROMISED_MS})"
    )
    print(
        f"of which the processor's own time: {own:.0f} ms (the rest waits for others on this machine)"
    )
    return p95


def a_year(many: int) -> None:
    structure, company = make_structure(), make_company()
    with transaction.atomic():
        for _ in range(many):
            make_receivable(structure=structure, company=company)
    by, now = head_of(structure), timezone.now()
    run = receipts.start_run(structure, now.year, by=by)
    before, start = memory(), time.perf_counter()
    receipts.carry_on(run, now=now)
    seconds = time.perf_counter() - start
    run = ReceiptRun.objects.get(pk=run.pk)
    print(f"{run.done} receipts in one run: {seconds:.1f} s, {run.done / seconds:.0f} a second")
    print(f"memory at its most: {before} MB before, {memory()} MB after")
    start = time.perf_counter()
    faults = len(list(verification.faults()))
    print(
        f"verify_documents: {Document.objects.count()} documents, {faults} faults, {time.perf_counter() - start:.1f} s"
    )


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    p95 = conventions()
    a_year(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
    sys.exit(p95 > PROMISED_MS)
