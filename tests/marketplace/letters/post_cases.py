"""The post's acts of the clock: two rows that are due, and the first poisoned (see clock_cases.py)."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from accounts.actions import addresses, seats
from accounts.models import AddressChange, Leaving, MailDomain, Organisation, SeatStep
from marketplace.actions.desk import elsewhere
from marketplace.actions.market import in_turn, proposals
from marketplace.models import (
    Absence,
    Addressee,
    AskedPole,
    Behalf,
    DispatchRule,
    Employee,
    Import,
    Mailing,
    Need,
    Origin,
    Proposal,
    Reminder,
    Round,
    Side,
    Turn,
    Visit,
)
from marketplace.states import NeedStatus, RoundStatus, VisitStatus
from notifications import sent_journal
from notifications.models import Habits, Notification, Pace, Status
from tests.accounts.domain_people import proven
from tests.accounts.seat_people import operators, propose
from tests.factories import (
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_user,
)
from tests.marketplace.desk import behalf_people, visiting
from tests.marketplace.market.round_people import open_house, set_days
from tests.poison import Due, ago, by_row, poisoned


def written(key: str, **fields) -> Notification:
    person = make_user()
    return Notification.objects.create(
        recipient=person,
        address=person.email,
        key=key,
        kind="need_published",
        subject="Bonjour",
        text="Bonjour.",
        message_id=f"<{key}@example.org>",
        **{"due_at": ago(0), "wanted_at": ago(0)} | fields,
    )


@contextmanager
def torn(letter: Notification) -> Iterator[None]:
    """What is left of its Message-ID is too short to make the parts of a letter from."""
    Notification.objects.filter(pk=letter.pk).update(message_id="<torn>")
    yield
    Notification.objects.filter(pk=letter.pk).update(message_id=letter.message_id)


def letters() -> Due:
    bad, good = written("bad"), written("good")
    return Due(
        bad,
        good,
        torn(bad),
        lambda row: Notification.objects.get(pk=row.pk).status == Status.SENT,
    )


def summaries() -> Due:
    held = {"status": Status.HELD, "family": "messages"}
    bad, good = (written(key, **held).recipient for key in ("bad", "good"))
    Habits.objects.bulk_create(
        Habits(user=person, paces={"messages": Pace.DAILY}) for person in (bad, good)
    )
    return Due(
        bad,
        good,
        by_row("INSERT", Notification, "recipient_id", bad),
        lambda row: Notification.objects.filter(recipient=row, kind="summary").exists(),
    )


def old_letters() -> Due:
    old = {"status": Status.SENT, "created_at": ago(500), "sent_at": ago(500)}
    bad, good = written("bad", **old), written("good", **old)
    return Due(
        bad,
        good,
        by_row("UPDATE", Notification, "id", bad),
        lambda row: Notification.objects.get(pk=row.pk).text == "",
    )


@contextmanager
def kept_by(path: Path) -> Iterator[None]:
    """A folder where a file should be: it can't be unlinked."""
    path.unlink()
    path.mkdir()
    age(path)
    yield
    path.rmdir()


def age(path: Path) -> None:
    moment = ago(30).timestamp()
    os.utime(path, (moment, moment))


def carried_notes() -> Due:
    settings.VAR_DIR.mkdir(exist_ok=True)
    sent_journal.folder().mkdir(exist_ok=True)
    bad, good = sent_journal.folder() / "bad", sent_journal.folder() / "good"
    for path in (bad, good):
        path.write_text("")
        age(path)
    return Due(str(bad), str(good), kept_by(bad), lambda name: not Path(name).exists())


def directory() -> Due:
    bad, good = (make_organisation(administrator=make_user()) for _ in range(2))
    return Due(
        bad,
        good,
        by_row("UPDATE", Organisation, "id", bad),
        lambda row: Organisation.objects.get(pk=row.pk).listed_from is not None,
    )


def joiners_told() -> Due:
    bad, good = (make_organisation("COMPANY", administrator=make_user()) for _ in range(2))
    for house in (bad, good):
        house.memberships.create(
            user=make_user(), role="EMPLOYEE", came_by="LINK", created_at=ago(1)
        )
    return Due(
        bad,
        good,
        by_row("UPDATE", Organisation, "id", bad),
        lambda row: Organisation.objects.get(pk=row.pk).joiners_told_at is not None,
    )


def roles_to_choose() -> Due:
    bad, good = (make_organisation(administrator=make_user(), roles_untold=True) for _ in range(2))
    return Due(
        bad,
        good,
        by_row("UPDATE", Organisation, "id", bad),
        lambda row: not Organisation.objects.get(pk=row.pk).roles_untold,
    )


def lists_unread() -> Due:
    """Lists that nobody has carried out for two days."""
    company = make_organisation("COMPANY", administrator=make_user())
    bad, good = (
        Import.objects.create(
            kind="EMPLOYEES",
            organisation=company,
            by=company.members.get(),
            state="READ",
            sent_at=ago(3),
        )
        for _turn in range(2)
    )
    return Due(
        bad,
        good,
        by_row("UPDATE", Import, "id", bad),
        lambda row: Import.objects.get(pk=row.pk).state == "DROPPED",
    )


def rounds_to_close() -> Due:
    """Rounds that could be answered until yesterday."""
    bad, good = (open_house().round for _turn in range(2))
    for one in (bad, good):
        set_days(one, answer_by=ago(1).date())
    return Due(
        bad,
        good,
        by_row("UPDATE", Round, "id", bad),
        lambda row: Round.objects.get(pk=row.pk).status == RoundStatus.CLOSED,
    )


def leavings_due() -> Due:
    """Organisations whose last day here has come."""

    def leaving() -> Leaving:
        boss = make_user()
        house = make_organisation("COMPANY", administrator=boss)
        return Leaving.objects.create(
            organisation=house, asked_by=boss, closes_on=ago(0).date(), told_at=ago(1)
        )

    bad, good = leaving(), leaving()
    return Due(
        bad,
        good,
        by_row("UPDATE", Leaving, "id", bad),
        lambda row: Leaving.objects.get(pk=row.pk).ended_at is not None,
    )


def changed_addresses() -> Due:
    """Managers who have given their account another address, long enough ago."""

    def changed() -> AddressChange:
        manager = make_user()
        company = make_organisation("COMPANY", member=manager)
        before = f"avant.{manager.email}"
        company.employees.create(person=make_user(), manager_email=before)
        return addresses.changed(manager, before=before, now=ago(8))

    bad, good = changed(), changed()
    theirs = Employee.objects.get(manager_email=bad.before)
    return Due(
        bad,
        good,
        by_row("UPDATE", Employee, "id", theirs),
        lambda row: not Employee.objects.filter(manager_email=row.before).exists(),
    )


def moved_needs() -> Due:
    bad, good = make_need(status=NeedStatus.SUBMITTED), make_need(status=NeedStatus.SUBMITTED)
    Need.objects.update(pole=make_pole("Ailleurs", ("62",)))
    left = Need.objects.left_in_another_pole()
    return Due(
        bad, good, by_row("UPDATE", Need, "id", bad), lambda row: not left.filter(pk=row.pk).exists(),
    )  # fmt: skip


def dispatch() -> Due:
    operator = make_organisation(Organisation.Kind.OPERATOR, member=make_user())
    DispatchRule.objects.create(pole=operator.pole, position=1, operator=operator)
    bad, good = make_need(), make_need()
    return Due(
        bad,
        good,
        by_row("UPDATE", Need, "id", bad),
        lambda row: Need.objects.get(pk=row.pk).operator == operator,
    )


def absences_over() -> Due:
    """The one who is away comes back after the other, who was away before."""
    person, day = make_coordinator(), timezone.localdate()
    bad, good = (
        Absence.objects.create(
            person=person, pole=person.organisations.get().pole, said_by=person,
            first_day=day - timedelta(days=days), last_day=day - timedelta(days=days - 1),
        )
        for days in (2, 6)
    )  # fmt: skip
    return Due(
        bad,
        good,
        poisoned("INSERT", Reminder, f"NEW.key LIKE 'absence:{bad.pk}:%'"),
        lambda row: Reminder.objects.filter(key__startswith=f"absence:{row.pk}:").exists(),
    )


def visits_over() -> Due:
    """Two invitations that nobody has answered until the last day."""
    first = visiting.People()
    bad, good = (
        visiting.a_visit(first),
        visiting.a_visit(visiting.People(), by=first.awa, times=visiting.three(6)),
    )
    Visit.objects.update(ends_at=ago(0))
    return Due(
        bad,
        good,
        by_row("UPDATE", Visit, "id", bad),
        lambda row: Visit.objects.get(pk=row.pk).status == VisitStatus.LAPSED,
    )


def asked_poles() -> Due:
    """Two needs about which a pôle was asked long ago."""
    by, other = make_coordinator(), make_pole("Pôle voisin", ["62"])
    make_coordinator(other)
    bad, good = (
        elsewhere.ask(make_need(member=make_user()), other, word="", by=by) for _ in range(2)
    )
    AskedPole.objects.update(at=ago(20))
    Need.objects.update(published_at=ago(30))
    return Due(
        bad,
        good,
        poisoned("INSERT", Reminder, f"NEW.key LIKE 'asked-pole:{bad.pk}:%'"),
        lambda row: Reminder.objects.filter(key__startswith=f"asked-pole:{row.pk}:").exists(),
    )


def asked_in_turn() -> Due:
    """Two lists whose first has said no."""
    maelle = make_coordinator()
    bad, good = (
        in_turn.begin(
            make_need(member=make_user()),
            [make_offer(make_user()) for _n in range(2)],
            word="", by=maelle, origin=Origin.COORDINATOR, now=ago(3),
        )
        for _ in range(2)
    )  # fmt: skip
    for proposal in Proposal.objects.all():
        proposals.decline(proposal, side=Side.OFFER, reason="", by=proposal.offer.person)
    waiting = bad.turns.waiting().get()
    return Due(
        bad,
        good,
        poisoned("UPDATE", Turn, f"NEW.id = {waiting.pk}"),
        lambda row: row.turns.exclude(proposal=None).count() == 2,
    )


def unclaimed_behalves() -> Due:
    """Two needs that nobody has taken up for sixty days."""
    them = behalf_people.desk()
    bad, good = behalf_people.an_offer(them), behalf_people.an_offer(them, email="b@example.org")
    Behalf.objects.update(ends_at=ago(1))
    return Due(
        bad,
        good,
        poisoned("DELETE", Behalf, f"OLD.id = {bad.pk}"),
        lambda row: not Behalf.objects.filter(pk=row.pk).exists(),
    )


def seats_asked() -> Due:
    them = operators()
    bad = propose(them)
    good = seats.propose(them.other_pole, them.first, role="", by=them.far_chief, now=ago(9))
    SeatStep.objects.update(at=ago(9))
    return Due(
        bad,
        good,
        poisoned("INSERT", Reminder, f"NEW.key LIKE 'seat:{bad.pk}:%'"),
        lambda row: Reminder.objects.filter(key__startswith=f"seat:{row.pk}:").exists(),
    )


def domains() -> Due:
    """The DNS of the tests answers nothing: that is a check as well."""
    boss = make_user()
    house = make_organisation("COMPANY", administrator=boss)
    bad, good = (proven(house, boss, name) for name in ("verreries.fr", "fonderies.fr"))
    MailDomain.objects.update(checked_at=ago(2))
    return Due(
        bad,
        good,
        by_row("UPDATE", MailDomain, "id", bad),
        lambda row: MailDomain.objects.get(pk=row.pk).checked_at > ago(1),
    )


OF_ACCOUNTS: dict[str, Callable[[], Due]] = {
    "directory": directory,
    "roles": roles_to_choose,
    "domains": domains,
}


def mailings_due() -> Due:
    by, past = make_coordinator(), {"sent_at": ago(1), "due_at": ago(1)}
    mailing = Mailing.objects.create(
        pole=by.organisations.get().pole, by=by, subject="Bonjour", text="Bonjour.", **past
    )
    need = make_need(member=make_user())
    bad, good = (
        mailing.addressees.create(
            person=make_user(), ground="NEED", need=need, subject="Bonjour", text="Bonjour."
        )
        for _ in range(2)
    )
    return Due(
        bad,
        good,
        by_row("UPDATE", Addressee, "id", bad),
        lambda row: Addressee.objects.get(pk=row.pk).written_at is not None,
    )
