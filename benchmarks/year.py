"""A simulated pôle over twelve months: `python -m benchmarks.year` (seed 7, 300 needs, 500 offers).

People post, apply, invite, answer late or never; the clock is ours, the acts, the tasks and the letters are the
site's. The nights when the clocks change are lived hour by hour, and twice in the year the tasks don't run for two
days. At the end what was said is compared with the simulator's own log: each reminder once, none after an answer,
none stale after an outage, nobody left in silence. Options: --needs, --offers, --days, --every (hours), --seed.
On PostgreSQL: `python -m tests.services python -m benchmarks.year`.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    for name, value in (("needs", 300), ("offers", 500), ("days", 365), ("every", 6), ("seed", 7)):
        options.add_argument(f"--{name}", type=int, default=value)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory():
        django.setup()
        from django.conf import settings
        from django.db import connection
        from django.test.utils import get_runner

        settings.MAIL_TRANSPORT, settings.DOORBELL = "memory", False
        connection.settings_dict["TEST"]["MIGRATE"] = False  # tables straight from the models
        runner = get_runner(settings)(verbosity=0, interactive=False)
        kept = runner.setup_databases()
        try:
            return lived(asked)
        finally:
            runner.teardown_databases(kept)


def lived(asked: argparse.Namespace) -> int:
    from tests.simulated_pole import Size, Year
    from tests.year_checks import CHECKS

    size = Size(
        needs=asked.needs,
        offers=asked.offers,
        days=asked.days,
        every=asked.every,
        outages=((40, 42), (200, 202))
        if asked.days > 202
        else ((asked.days // 2, asked.days // 2 + 2),),
    )
    year = Year(asked.seed, size)
    began = time.perf_counter()
    log = year.run()
    told(log, time.perf_counter() - began)
    wrong = 0
    for name, check in CHECKS.items():
        found = check(log, year)
        wrong += len(found)
        print(f"{name:34}{'holds' if not found else f'{len(found)} exceptions: {found[:5]}'}")
    return 1 if wrong else 0


def told(log, seconds: float) -> None:
    """What the year was made of."""
    from django.db import connection

    from marketplace.models import Case, FollowUp, Mission, Proposal
    from notifications.models import Notification

    print(f"{connection.vendor}: {len(log.ticks)} rounds of the tasks in {seconds:.0f} s")
    print(
        f"{log.refused} asks refused by the limits or come too late; {log.late} late yeses taken up"
    )
    for name, rows, field in (
        ("proposals", Proposal, "status"),
        ("missions", Mission, "status"),
        ("questions", FollowUp, "kind"),
        ("cases", Case, "reason"),
        ("letters", Notification, "kind"),
    ):
        counts = Counter(rows.objects.values_list(field, flat=True))
        print(f"{name:10} {sum(counts.values()):6}  {dict(counts.most_common())}")


if __name__ == "__main__":
    sys.exit(main())
