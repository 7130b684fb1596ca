"""A list of ten thousand people, sent by a company of five thousand: `python -m tests.services python -m benchmarks.lists`.
LINES and EMPLOYEES=500 make smaller ones. Prints how long it takes to read it (XLSX and CSV), to invite them, to take all of
it back, with the memory that each has needed at the most, and its page meanwhile; exits with 1 above the page's ceiling."""

import io
import os
import resource
import sys
import time

from benchmarks.desk import CEILING_MS, in_a_folder_of_its_own, told

LINES = int(os.environ.get("LINES", "10000"))
HEADINGS = ("Nom", "Prénom", "E-mail", "Service", "Responsable", "Contrat", "Date d’entrée")


def main() -> int:
    return in_a_folder_of_its_own(measure)


def row(n: int) -> tuple:
    teams, contracts = ("Fusion", "Taille", "Ventes"), ("CDI", "CDD", "Alternance")
    return (
        f"Bernard{chr(97 + n % 26)}", "Marie", f"nouvelle{n}@example.org", teams[n % 3],
        f"nouvelle{n % 90}@example.org", contracts[n % 3], f"{1 + n % 28:02}/03/2021",
    )  # fmt: skip


def as_csv() -> bytes:
    lines = [";".join(HEADINGS), *(";".join(row(n)) for n in range(LINES))]
    return "\n".join(lines).encode("cp1252")


def as_xlsx() -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        for n in range(LINES):
            sheet.write_row(n + 1, 0, row(n))
    return out.getvalue()


def timed(what: str, act) -> None:
    began = time.perf_counter()
    act()
    took, most = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{what:34}{took:9.1f} s{most / 1024:9.0f} MB at the most", flush=True)


def measure() -> int:
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.utils import timezone

    from marketplace.actions.market import imports
    from marketplace.models import Import

    settings.ALLOWED_HOSTS, settings.DEBUG = ["testserver"], False
    company = _company()
    head, now = company.memberships.administrators().first().user, timezone.now()
    print(
        f"\n{connection.vendor}, {LINES} lines, {company.memberships.count()} employees, one worker"
    )

    def carry_on(table) -> None:
        """As the worker does, one turn after the other."""
        while (found := Import.objects.get(pk=table.pk)).is_working:
            imports.carry_on(found, now=timezone.now())

    def sent(content):
        table, _new = imports.receive(company, "EMPLOYEES", content=content, by=head, now=now)
        return table

    workbook, text = sent(as_xlsx()), sent(as_csv())
    timed("read as XLSX", lambda: carry_on(workbook))
    timed("read as CSV", lambda: carry_on(text))
    imports.start(Import.objects.get(pk=text.pk), by=head, now=now)
    browser = Client()
    browser.force_login(head)
    print(f"{'page':34}{'best ms':>9}{'p50 ms':>9}{'p95 ms':>9}{'in SQL':>9}{'queries':>9}")
    pages = {"the list, read": "", "the list, its last page": "?page=200"}
    late = [told(name, f"/listes/{workbook.pk}/{on}", browser)[0] for name, on in pages.items()]
    timed("invited", lambda: carry_on(text))
    late.append(told("the list, carried out", f"/listes/{text.pk}/", browser)[0])
    imports.undo(Import.objects.get(pk=text.pk), by=head, now=timezone.now())
    timed("taken back", lambda: carry_on(text))
    assert Import.objects.get(pk=text.pk).state == Import.State.UNDONE
    return int(max(late) > CEILING_MS)


def _company():
    from django.core.management import call_command

    from accounts.models import Commune, Department, Pole
    from benchmarks import employees

    with open(os.devnull, "w") as nowhere:
        for command in ("migrate", "createcachetable"):
            call_command(command, verbosity=0, stdout=nowhere)
    Pole.objects.get_or_create(name="Pôle", slug="pole")
    department, _new = Department.objects.get_or_create(code="59", defaults={"name": "Nord"})
    defaults = {"name": "Lille", "department": department, "latitude": 50.63, "longitude": 3.06}
    Commune.objects.get_or_create(insee="59350", defaults=defaults)
    return employees._company()


if __name__ == "__main__":
    sys.exit(main())
