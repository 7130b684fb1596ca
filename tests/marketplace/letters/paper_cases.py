"""The papers' acts of the clock: two rows that are due, and the first poisoned (see clock_cases.py)."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import Organisation
from marketplace.actions.documents import receipts
from marketplace.actions.talk import files
from marketplace.models import Amendment, DataCopy, Document, Mission, Reminder, StoredFile
from marketplace.states import MissionStatus
from marketplace.uploads import Clean
from tests.factories import make_user
from tests.marketplace.documents.document_desk import (
    give_hours,
    head_of,
    make_mission,
    make_receivable,
    make_structure,
)
from tests.marketplace.missions.amending import later, propose, signed_mission
from tests.poison import Due, ago, by_row, poisoned


def a_run_left_behind(structure: Organisation) -> None:
    run = receipts.start_run(structure, timezone.localdate().year, by=head_of(structure))
    type(run).objects.filter(pk=run.pk).update(seen_at=ago(1))


def receipts_of_a_year() -> Due:
    structure = make_structure()
    bad, good = make_receivable(structure=structure), make_receivable(structure=structure)
    a_run_left_behind(structure)
    return Due(
        bad,
        good,
        by_row("INSERT", Document, "mission_id", bad),
        lambda row: Document.objects.receipts().filter(mission=row).exists(),
        again=lambda: a_run_left_behind(structure),
    )


def vault() -> Due:
    sent = Clean(name="a.pdf", content=b"%PDF-1.4", content_type="application/pdf")
    mission = make_mission()
    bad, good = (files.store(sent, by=make_user(), mission=mission) for _ in range(2))
    StoredFile.objects.update(created_at=ago(30))
    return Due(
        bad,
        good,
        by_row("DELETE", StoredFile, "id", bad),
        lambda row: not StoredFile.objects.filter(pk=row.pk).exists(),
    )


def values_to_declare() -> Due:
    bad, good = (give_hours(make_mission(status=MissionStatus.REVIEWED)) for _ in range(2))
    return Due(
        bad,
        good,
        poisoned("INSERT", Reminder, f"NEW.key = 'mission:{bad.pk}:value'"),
        lambda row: Reminder.objects.filter(key=f"mission:{row.pk}:value").exists(),
    )


def amendments_overdue() -> Due:
    missions = (signed_mission(), signed_mission())
    bad, good = (propose(mission, ends_on=later(mission)) for mission in missions)
    Mission.objects.update(ends_on=timezone.localdate() - timedelta(days=1))
    return Due(
        bad,
        good,
        by_row("UPDATE", Amendment, "id", bad),
        lambda row: Amendment.objects.get(pk=row.pk).overdue_told_at is not None,
    )


def copies_over() -> Due:
    """Copies of data whose 48 hours are over."""

    def copy() -> DataCopy:
        person = make_user()
        return DataCopy.objects.create(
            person=person,
            asked_by=person,
            state="READY",
            until=ago(0),
            file=f"copies/{person.pk}.zip",
        )

    bad, good = copy(), copy()
    return Due(
        bad,
        good,
        by_row("UPDATE", DataCopy, "id", bad),
        lambda row: DataCopy.objects.get(pk=row.pk).state == DataCopy.State.GONE,
    )
