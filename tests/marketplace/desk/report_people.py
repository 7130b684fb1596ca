"""A pôle as most are: fifteen missions in a year, in a few communes, for a dozen structures; and its year, counted."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.test import Client
from django.utils import timezone

from marketplace.actions.desk import figures, reports
from marketplace.models import (
    ChapterKind,
    Finding,
    FindingStep,
    HoursEntry,
    Mission,
    NeedStep,
    Proposal,
    ProposalStep,
    Report,
    Valuation,
)
from marketplace.states import MissionStatus
from tests.factories import (
    make_commune,
    make_coordinator,
    make_mission,
    make_need,
    make_organisation,
    make_pole,
    make_skill,
    make_user,
)

YEAR = 2025
NOW = timezone.make_aware(datetime(2026, 1, 12, 9))
FAMILIES = ("site-web", "compta", "logo")


def agreed(structure, *, on: date, person=None, company=None, hours="6", skill="site-web", **need):
    """A mission that was agreed that day and has ended, with its hours confirmed; on a company's time where one is given."""
    at = timezone.make_aware(datetime(on.year, on.month, on.day, 10))
    make_skill(skill)
    wanted = make_need(structure, skills=(skill,), ranked=False, **need)
    lent = {"work": True, "company": company} if company else {}
    mission = make_mission(need=wanted, person=person, status=MissionStatus.CLOSED, **lent)
    NeedStep.objects.filter(need=wanted).delete()
    wanted.steps.create(before="", after="SUBMITTED", at=at - timedelta(days=9))
    wanted.steps.create(before="SUBMITTED", after="PUBLISHED", at=at - timedelta(days=8))
    ProposalStep.objects.filter(proposal=mission.proposal).delete()
    Proposal.objects.filter(pk=mission.proposal_id).update(created_at=at - timedelta(days=5))
    Mission.objects.filter(pk=mission.pk).update(created_at=at, delivered_at=at)
    HoursEntry.objects.create(
        mission=mission, person=mission.offer.person, day=on, hours=Decimal(hours), confirmed_at=at
    )
    if company:
        Valuation.objects.create(
            mission=mission, amount="400.00", hours=hours, declared_by=mission.offer.person, declared_at=at
        )  # fmt: skip
    return Mission.objects.get(pk=mission.pk)


def fifteen(pole, *, year=YEAR):
    """Nine volunteers on their own time, and six employees of three companies, for twelve structures of two communes."""
    lens = make_commune(
        "62498",
        "Lens",
        epci_code="246200364",
        epci_name="CA de Lens-Liévin",
        latitude=50.43,
        longitude=2.83,
    )
    lille = make_commune()
    lille.epci_code, lille.epci_name = "200093201", "Métropole Européenne de Lille"
    lille.save()
    structures = [
        make_organisation(
            pole=pole, member=make_user(), name=f"Association {number:02}",
            listed_from=date(2025, 1, 1) if number % 2 else None,
        )
        for number in range(12)
    ]  # fmt: skip
    companies = [
        make_organisation("COMPANY", pole=pole, name=f"Entreprise {letter}") for letter in "ABC"
    ]
    found = []
    for number in range(15):
        lent = number >= 9
        found.append(
            agreed(
                structures[number % 12],
                on=date(year, 1 + number % 12, 10),
                person=make_user(),
                company=companies[number % 3] if lent else None,
                skill=FAMILIES[number % 3],
                commune=lens if number % 2 else lille,
            )
        )
    return found


def a_small_pole():
    pole = make_pole("Pôle de l’Artois", departments=("59", "62"))
    coordinator = make_coordinator(pole, first_name="Maëlle")
    return pole, coordinator


def a_report(pole, by, *, year=YEAR, **of) -> Report:
    return reports.begin(pole, year, by=by, now=NOW, **of)


def made(report) -> Report:
    """The report with its figures made anew."""
    figures.refresh(report.pole, now=NOW)
    return Report.objects.get(pk=report.pk)


def browser_of(person) -> Client:
    browser = Client()
    browser.force_login(person)
    return browser


def kinds(report):
    return list(report.chapters.values_list("kind", flat=True))


def chapter_of(report, kind=ChapterKind.WORDS):
    return report.chapters.get(kind=kind)


def words(chapter, **changed):
    return {"version": chapter.version, "title": "", "above": "", "below": ""} | changed


def a_lifted_brake(pole, by) -> Finding:
    """A brake of the register that was lifted in the year of the report."""
    found = Finding.objects.create(
        pole=pole, kind="BRAKE", title="Assurances mal connues", evidence="Mme Petit l’a dit", action="Une fiche d’une page", status="DONE"
    )  # fmt: skip
    FindingStep.objects.create(
        finding=found, before="IN_HAND", after="DONE", by=by, at=NOW - timedelta(days=60)
    )
    return found
