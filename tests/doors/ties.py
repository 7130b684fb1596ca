"""What ties the organisations of a world: groups, seats, who is away, a link by which people join."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.actions import groups, join_links, join_requests, mail_domains
from accounts.models import (
    GroupTie,
    JoinLink,
    MailDomain,
    Organisation,
    Pole,
    User,
)
from accounts.states import SeatStatus
from marketplace.actions.desk import absences, reports, visits
from marketplace.actions.missions import teams
from marketplace.models import (
    Act,
    Attendance,
    Block,
    BulkAct,
    ChapterKind,
    CompanyProgramme,
    Edition,
    Grade,
    Import,
    ImportLine,
    Joining,
    LetterModel,
    Mailing,
    Minutes,
    Mission,
    MissionSheet,
    Need,
    Offer,
    PersonRecord,
    Regime,
    Report,
    ReportPartner,
    Round,
    RoundAnswer,
    RoundTeam,
    SavedFilter,
    Side,
    Site,
    Task,
    TeamMember,
    Waiter,
)
from marketplace.states import (
    CarrierStatus,
    GatheringStatus,
    MissionStatus,
    NeedStatus,
    ProposalStatus,
    RoundStatus,
)
from notifications.models import Notification
from tests.accounts.domain_people import proven, shown, with_address
from tests.factories import make_carrier, make_need, make_organisation, make_proposal, make_user
from tests.marketplace.desk import visiting
from tests.marketplace.gatherings.people import make_gathering

OPERATOR = Organisation.Kind.OPERATOR


def two_ties(member: Organisation, head: Organisation, cousin: User) -> tuple[GroupTie, GroupTie]:
    """The one that is agreed, whose letter has been read, and one that waits for its answer."""
    now = timezone.now()
    first, second = (one.memberships.administrators().first().user for one in (member, head))
    agreed = groups.agree(groups.ask(member, head, by=first, now=now), by=second, now=now)
    Notification.objects.filter(kind="group_asked").update(read_at=now)
    asking = make_organisation(name=f"Annexe de {head}", pole=head.pole, administrator=cousin)
    return agreed, groups.ask(asking, head, by=cousin, now=now)


def kept_by(coordinator: User, pole: Pole, mission: Mission, secret: str) -> tuple:
    """A view of the desk, one of a list, and what was done to many rows: all are the coordinator's own; and a task."""
    view = SavedFilter.objects.create(user=coordinator, name="Mes besoins", query="kind=need")
    of_a_list = SavedFilter.objects.create(
        user=coordinator, name="Sans réponse", list="besoins", query="tri=titre"
    )
    state = BulkAct.State.DONE
    done = BulkAct.objects.create(by=coordinator, act=Act.TAKE, listed="besoins", state=state)
    done.lines.create(number=1, pole=pole, state="DONE")
    today = timezone.localdate()
    task = Task.objects.create(
        pole=pole, mission=mission, what=secret[:200], due_on=today, assignee=coordinator, by=coordinator,
    )  # fmt: skip
    return view, of_a_list, done, task


def two_domains(company: Organisation, name: str) -> tuple[MailDomain, MailDomain]:
    """One by which somebody asks to join, and one about which the coordinators are asked: both letters have been read."""
    boss = company.memberships.administrators().first().user
    named = f"fonderie-{name.lower()}"
    open_one, asked = shown(company, boss, f"{named}.fr"), proven(company, boss, f"{named}.com")
    mail_domains.ask_coordinators(asked, by=boss, now=timezone.now())
    join_requests.ask(company, by=with_address(f"lea@{named}.fr"), now=timezone.now())
    told = Notification.objects.filter(kind__in=["domain_asked", "join_asked"])
    told.update(read_at=timezone.now())
    return open_one, asked


def two_seats(operator, *, role):
    """The operator's own, and one that it has asked for another."""
    far = make_organisation(OPERATOR, pole=operator.pole, name=f"Loin de {operator}")
    far.seats.update(status=SeatStatus.PROPOSED, role=role, asked_for=operator)
    return operator.seats.get(), far.seats.get()


def a_list(company, head, secret: str) -> Import:
    """A list of people that waits to be carried out; what it says is the company's."""
    table = Import.objects.create(
        kind=Import.Kind.EMPLOYEES, organisation=company, by=head, state=Import.State.READ, total=1
    )
    said = {"email": f"invite{company.pk}@example.org", "team": secret}
    ImportLine.objects.create(
        table=table, position=0, number=2, typed=said, said=said, outcome=ImportLine.Outcome.MAKE
    )
    return table


def an_absence(person):
    """One that begins tomorrow, for which nobody stands in."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    return absences.say(person, first_day=tomorrow, last_day=tomorrow, stand_in=None, by=person)


def a_visit(house: Organisation, secret: str, *, by: User):
    """Three times that wait for the structure’s answer, and the hours of who proposes them."""
    place = visits.Place("THERE", "", 60, secret)
    visit = visits.invite(house, times=visiting.three(), place=place, by=by, now=timezone.now())
    return visit, visiting.free(by, 0)


def gatherings(world: Any, person: User, secret: str) -> list:
    """In preparation, to come, and over with its minutes: at the last somebody was, at the second they have a seat."""
    house, by = world.structure, world.people["boss"]
    offer = next(one for one in world.things["Offer"] if one.person_id == person.pk)
    to_come = make_gathering(house, audience="AUTHORITIES", trainer=offer)
    draft = make_gathering(house, audience="AUTHORITIES", status=GatheringStatus.DRAFT)
    over = make_gathering(house, audience="AUTHORITIES", days=-3, status=GatheringStatus.TOOK_PLACE)
    Minutes.objects.create(gathering=over, text=secret, by=by)
    seats = [
        Attendance.objects.create(gathering=one, person=person, status=status).begin(by=person)
        for one, status in ((to_come, "CONFIRMED"), (over, "CAME"))
    ]
    return [draft, to_come, over, *seats]


def a_place(need: Need, offers: list[Offer], person: User, secret: str) -> Waiter:
    """On the waiting list of this need, with their own offer."""
    offer = next(one for one in offers if one.person_id == person.pk)
    return Waiter.objects.create(
        need=need, offer=offer, side=Side.OFFER, word=secret, by=person
    ).begin(by=person)


def a_link(house: Organisation, by: User, *, label: str) -> JoinLink:
    """By which people join, for a month."""
    end = timezone.localdate() + timedelta(days=30)
    return join_links.make(house, label=label, ends_on=end, places=9, by=by, now=timezone.now())


def a_programme(
    structure: Organisation,
    company: Organisation,
    people: dict[str, User],
    offer: Offer,
    secret: str,
) -> list:
    """With a site, a grade, a round that may be answered, and one whose only team comes by this offer, with the part of one of it."""
    site = Site.objects.create(organisation=company, name=secret, commune=company.commune)
    programme = CompanyProgramme.objects.create(organisation=company, name=secret, days_per_year=3)
    day = timezone.localdate()
    common = {
        "organisation": company, "programme": programme, "title": secret, "places": 2,
        "answer_by": day + timedelta(days=7), "starts_on": day + timedelta(days=30),
        "ends_on": day + timedelta(days=40), "created_by": people["csr"],
    }  # fmt: skip
    called = Round.objects.create(**common, status=RoundStatus.OPEN, called_up_to=10**9)
    formed = Round.objects.create(**common, status=RoundStatus.CLOSED, called_up_to=10**9)
    team = RoundTeam.objects.create(round=formed, number=1, offer=offer)
    answer = RoundAnswer.objects.create(
        round=formed, person=people["employee"], answer="COMES", team=team
    )
    part = a_part(structure, offer, people["employee"], by=people["csr"])
    grade = Grade.objects.create(organisation=company, name=secret)
    return [site, programme, called, formed, team, answer, part, grade]


def a_part(structure: Organisation, offer: Offer, person: User, *, by: User) -> TeamMember:
    """In a team that comes to the structure: they have said yes."""
    need = make_need(structure, status=NeedStatus.FILLED, ranked=False)
    yes = {"need_said_yes_at": timezone.now(), "offer_said_yes_at": timezone.now()}
    proposal = make_proposal(need, offer, status=ProposalStatus.AGREED, **yes)
    day = timezone.localdate()
    mission = Mission.objects.create(
        proposal=proposal, need=need, offer=offer, regime=Regime.PRESTATION,
        status=MissionStatus.AGREEMENT, starts_on=day, ends_on=day + timedelta(days=30),
    )  # fmt: skip
    MissionSheet.objects.create(mission=mission, deliverables="Une salle peinte.", hours=14)
    part = TeamMember.objects.create(mission=mission, person=person, hours=7, named_by=by)
    teams.agree(part.begin(by=by), how="ACCOUNT", now=timezone.now())
    return part


def some_letters(pole, person: User, secret: str, *, by: User) -> list:
    """What a pôle writes to several: a model, a draft, and a letter as somebody has received it."""
    said = {"pole": pole, "subject": secret[:100], "text": secret, "by": by}
    now = timezone.now()
    sent = Mailing.objects.create(**said, sent_at=now, due_at=now, written_at=now)
    received = sent.addressees.create(
        person=person, ground="YES", subject="Lettre", text="Lettre", written_at=now
    )
    return [
        Mailing.objects.create(**said, code="besoins", query="all=1"),
        LetterModel.objects.create(name=secret[:40], **said),
        received,
    ]


def a_report(pole: Pole, secret: str, *, by: User) -> list:
    """With a chapter of the pôle's own words, a version that was sent, and who supports the pôle."""
    now = timezone.now()
    report = Report.objects.create(pole=pole, year=timezone.localdate(now).year, by=by)
    chapter = report.chapters.create(
        kind=ChapterKind.WORDS, position=0, title=secret, above=secret, changed_by=by
    )
    reports.figures.refresh(pole, now=now)
    sent = reports.freeze(report, edition=Edition.PUBLIC, by=by, now=now)
    partner = ReportPartner.objects.create(pole=pole, name=secret, agreed_by=by)
    return [report, chapter, sent, partner]


def brought_in(operator: Organisation, by: User, secret: str) -> list:
    """A file of the pôle's own that has been read, and a person of one before."""
    table = Import.objects.create(
        kind=Import.Kind.ORGANISATIONS, organisation=operator, pole=operator.pole, by=by, name="a.csv",
        state=Import.State.READ, total=1, sampled=[["Nom", secret]], columns={"name": "Nom"},
    )  # fmt: skip
    said = {"name": secret}
    ImportLine.objects.create(
        table=table, position=0, number=2, typed=said, said=said, outcome=ImportLine.Outcome.MAKE
    )
    kept = PersonRecord.objects.create(
        pole=operator.pole, operator=operator, by=by, last_name=secret
    )
    return [table, kept]


def allies(needs: list[Need], ally: User, secret: str) -> list:
    """A structure that carries the first of these needs beside its lead, is asked to carry another that is handed in, and
    to put one of its own together with the first."""
    pole = needs[0].pole
    house = make_organisation(name=f"Alliés {pole}", pole=pole, member=ally)
    asked = {"status": CarrierStatus.INVITED, "agreed_at": None, "word": secret}
    alike = Joining.objects.create(
        older=needs[0],
        younger=make_need(house, created_by=ally),
        metres=0,
        status="ASKED",
        hours=7,
        places=1,
        by=needs[0].created_by,
        word=secret,
    ).begin(by=None)
    return [
        alike,
        make_carrier(needs[0], house, word=secret, referent=ally),
        make_carrier(needs[2], house, **asked),
    ]


def a_block(organisation: Organisation, *, by: User) -> Block:
    return Block.objects.create(by=by, for_organisation=organisation, person=make_user())
