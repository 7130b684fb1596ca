"""What papers cost: a convention (p95), a year of 1,000 receipts in one run of a real worker, its memory.

`python -m benchmarks.documents [RECEIPTS]` on a database of its own (VAR_DIR, DATABASE_URL). The times are
those of the wall clock; beside them, the share of a processor that the machine gave us meanwhile.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django

from benchmarks import as_in_production

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("DEBUG", "false")
as_in_production()
os.environ.setdefault("DOORBELL", "false")
os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="trait-d-union-papers-"))

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from marketplace.actions.documents import documents, receipts, verification  # noqa: E402
from marketplace.models import Document, Kind, ReceiptRun  # noqa: E402
from tests.marketplace.documents.document_desk import (  # noqa: E402
    head_of,
    make_company,
    make_mission,
    make_receivable,
    make_structure,
)

CONVENTIONS = 60
PROMISED_MS = 150


def conventions() -> float:
    structure, company = make_structure(), make_company()
    missions = [make_mission(structure=structure, company=company) for _ in range(CONVENTIONS)]
    by, times, spent = head_of(structure), [], time.process_time()
    for mission in missions:
        start = time.perf_counter()
        documents.make(Kind.CONVENTION_SERVICE, mission, by=by, now=timezone.now())
        times.append((time.perf_counter() - start) * 1000)
    p95 = statistics.quantiles(times, n=20)[-1]
    own = (time.process_time() - spent) * 1000
    print(
        f"a convention: median {statistics.median(times):.0f} ms, p95 {p95:.0f} ms (promised {PROMISED_MS})"
    )
    print(
        f"the processor's own time: {own / CONVENTIONS:.0f} ms each; the machine gave us {own / sum(times):.0%} of one"
    )
    return p95


def a_year(many: int) -> None:
    structure, company = make_structure(), make_company()
    with transaction.atomic():
        for _ in range(many):
            make_receivable(structure=structure, company=company)
    start = time.perf_counter()
    run = receipts.start_run(structure, timezone.now().year, by=head_of(structure))
    with Worker() as worker:
        sizes = list(followed(run, worker))
    seconds = time.perf_counter() - start
    run.refresh_from_db()
    print(
        f"{run.done} receipts in one run of the worker: {seconds:.0f} s with its start, {len(run.refused)} refused"
    )
    if sizes:
        print(
            f"memory: {sizes[0]} MB at the beginning, {sizes[-1]} MB at the end, {max(sizes)} MB at its most"
        )
    start = time.perf_counter()
    faults = len(list(verification.faults()))
    print(
        f"verify_documents: {Document.objects.count()} documents, {faults} faults, {time.perf_counter() - start:.1f} s"
    )


class Worker:
    """The worker as it runs in production, with one hand."""

    def __enter__(self) -> "Worker":
        celery = [sys.executable, "-m", "celery", "-q", "-A", "config.celery", "worker"]
        self.process = subprocess.Popen([*celery, "--concurrency", "1", "--loglevel", "warning"])
        return self

    def __exit__(self, *_error) -> None:
        self.process.terminate()
        self.process.wait(60)

    def memory(self) -> int:
        """What its hand holds now, in megabytes; 0 before it is there."""
        hands = (
            Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        )
        if not hands:
            return 0
        pages = Path(f"/proc/{hands[0]}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE") // 2**20


def followed(run: ReceiptRun, worker: Worker):
    """As the page does: how far it is, every two seconds; the memory once it has begun."""
    shown = 0
    while run.ended_at is None:
        time.sleep(2)
        run.refresh_from_db()
        if run.done:
            yield worker.memory()
        if run.done >= shown + 100:
            shown = run.done
            print(f"  {run.done} of {run.total}", flush=True)


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    p95 = conventions()
    a_year(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
    sys.exit(p95 > PROMISED_MS)
