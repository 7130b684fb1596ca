"""The papers that few missions have, for the same awkward names: a team's, those of several structures, what is billed below
its cost, what is amended twice, and the papers of no mission."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from marketplace.actions.documents import documents, ledger, year_report
from marketplace.actions.missions import agreements
from marketplace.documents import attendance_file, experience
from marketplace.documents.experience_file import as_pdf
from marketplace.documents.report_pdf import pdf
from marketplace.figures import organisation_year, programme_year, shown_year
from marketplace.models import Agreement, HoursEntry, Kind, Mission, Offer, Regime, Served
from marketplace.models.documents.documents import kinds_after, kinds_before
from marketplace.states import AttendanceStatus, MissionStatus
from tests.factories import make_user
from tests.marketplace.documents.document_desk import give_hours, head_of, make_structure
from tests.marketplace.documents.every_document import awkward_mission
from tests.marketplace.documents.report_example import small_pole
from tests.marketplace.gatherings.people import at, make_gathering
from tests.marketplace.missions import team_people
from tests.marketplace.missions.amending import fresh, later, propose, sign_all, signed_mission
from tests.marketplace.missions.served_people import say_receipts

TEAM = (("Cyr", "Vidal", "tourneur"), ("Ève", "Abel", ""))
BESIDE = "Le Pôle (Est)"


def of_a_team(*, named: bool) -> Iterator[tuple[str, bytes]]:
    """What a house lends a team for, of which somebody is named or nobody."""
    mission = awkward_mission(Regime.PRESTATION, full=False, status=MissionStatus.AGREEMENT)
    boss = head_of(mission.offer.organisation)
    Offer.objects.filter(pk=mission.offer_id).update(person=None, created_by=boss)
    mission = fresh(mission)
    if not named:
        Mission.objects.filter(pk=mission.pk).update(
            status=MissionStatus.DOCUMENTS, agreed_version=1, agreed_hours=70
        )
    else:
        people = [team_people.colleague(mission, one, two, trade=is_) for one, two, is_ in TEAM]
        parts = team_people.named(mission, *people)
        team_people.says_yes(*parts)
        team_people.manager_says(*parts)
        question = mission.agreements.current().get(asked=Agreement.Asked.COMPANY)
        agreements.answer(question, answer="YES", by=boss, now=timezone.now())
    mission = fresh(mission)
    by, now = head_of(mission.structure), timezone.now()
    paper = documents.make(Kind.CONVENTION_SERVICE, mission, by=by, now=now)
    yield paper.kind, ledger.read(paper)
    yield f"{paper.kind} signed", ledger.read(sign_all(paper), signed=True)
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.RUNNING, started_at=now)
    amendment = propose(fresh(mission), address="3 rue (cour) Neuve")
    for paper in amendment.documents.order_by("pk"):
        yield paper.kind, ledger.read(paper)
    for rank, part in enumerate(mission.team.select_related("person")):
        HoursEntry.objects.create(
            mission=mission, person=part.person, day=mission.starts_on + timedelta(days=rank), hours=Decimal(rank + 1),
            what="Atelier (tour)", confirmed_at=now, confirmed_by=by,
        )  # fmt: skip
        paper = documents.make(Kind.HOURS_CERTIFICATE, fresh(mission), by=by, now=now, member=part)
        yield paper.kind, ledger.read(paper)


def of_several(regime, *, full: bool) -> Iterator[tuple[str, bytes]]:
    """One mission for two structures, or three; each with hours of its own."""
    mission = awkward_mission(regime, full=full)
    now, lead = timezone.now(), head_of(mission.structure)
    for name in (BESIDE, "L’Étape (Ouest)")[: 2 if full else 1]:
        beside = make_structure(name)
        head = head_of(beside)
        say_receipts(beside, regime != Regime.NOT_ELIGIBLE)
        Served.objects.create(
            mission=mission, organisation=beside, capacity="présidente",
            mandated_version=mission.sheet.number, mandated_at=now, mandated_by=head,
        )  # fmt: skip
        HoursEntry.objects.create(
            mission=mission, person=mission.offer.person, served=beside, day=mission.starts_on,
            hours=Decimal(1), what="Tri (bocaux)", confirmed_at=now, confirmed_by=head,
        )  # fmt: skip
    if full:
        give_hours(mission, 1)
    mission = fresh(mission)
    for kind in kinds_before(regime):
        yield kind, documents.preview(kind, mission)
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.RUNNING, started_at=now)
    for kind in kinds_after(regime):
        paper = documents.make(kind, fresh(mission), by=lead, now=now)
        yield kind, ledger.read(paper)
    if full:
        yield from _amended(mission)
    if kinds_after(regime) and not mission.offer.organisation:
        Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.DELIVERED)
        person = mission.offer.person
        yield "experience", as_pdf(experience.of(person), person, on=timezone.localdate(now))


def _amended(mission: Mission) -> Iterator[tuple[str, bytes]]:
    mission = signed_mission(mission.regime, mission=mission)
    for paper in propose(mission, address="3 rue Neuve").documents.order_by("pk"):
        yield paper.kind, ledger.read(paper)


def amended_twice(regime) -> Iterator[tuple[str, bytes]]:
    """The second amendment names the first; one gives the person nothing but another place."""
    mission = signed_mission(regime, mission=awkward_mission(regime, full=True))
    first = propose(mission, address="3 rue (cour) Neuve", why="Je déménage (voir plan)")
    for paper in first.documents.order_by("pk"):
        if Kind(paper.kind).signers:
            sign_all(paper)
    for paper in propose(mission, ends_on=later(mission)).documents.order_by("pk"):
        yield paper.kind, ledger.read(paper)


def of_a_price(share: int) -> Iterator[tuple[str, bytes]]:
    """A loan that is billed for this much of what the person costs."""
    regime = Regime.NON_PROFIT_LOAN
    mission = awkward_mission(regime, full=True)
    mission.sheet.billed_share = mission.sheet.least_share = share
    mission.sheet.save()
    for kind in kinds_before(regime):
        yield kind, documents.preview(kind, fresh(mission))


def of_no_mission() -> Iterator[tuple[str, bytes]]:
    """That somebody was at a gathering; an employer's year, for itself and for anybody; a pôle's report; an empty path."""
    today = timezone.localdate()
    for days, lasts in enumerate((timedelta(minutes=140), timedelta(days=1, hours=3))):
        begins = at(10)
        gathering = make_gathering(
            make_structure(BESIDE),
            title="Tableur (bases)",
            starts_at=begins,
            ends_at=begins + lasts,
        )
        attendance = gathering.attendances.create(
            person=make_user("Anaïs", "Abel"), status=AttendanceStatus.CAME
        )
        yield f"attendance {days}", attendance_file.as_pdf(attendance, on=today)
    mission = give_hours(awkward_mission(Regime.LOAN, full=True, status=MissionStatus.REVIEWED), 1)
    company = mission.offer.organisation
    year = programme_year.of(company, today.year, today=today)
    own = year_report.Own(organisation_year.given_by(company, today.year, year), True)
    for name, told in (("year", own), ("shown year", shown_year.of(company, year))):
        yield name, year_report.report(company, year, told, (), today=today)
    yield "report", pdf(small_pole())
    nobody = make_user("Anaïs", "Abel")
    yield "experience", as_pdf(experience.of(nobody), nobody, on=today)
