"""One PDF of each kind in each legal frame, for parties whose names and gaps try the sentences around them."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils import timezone

from marketplace.actions.documents import documents, ledger, receipts, years
from marketplace.actions.missions import sheets
from marketplace.documents import experience
from marketplace.documents.experience_file import as_pdf
from marketplace.models import Duty, Kind, Milestone, Mission, NeedSkill, Regime
from marketplace.models.documents.documents import kinds_after, kinds_before
from marketplace.states import MissionStatus
from tests.factories import make_commune, make_skill, make_user
from tests.marketplace.documents.document_desk import (
    declare_value,
    eligible,
    give_hours,
    head_of,
    make_lender,
    make_mission,
    make_structure,
)
from tests.marketplace.missions.amending import later, propose, sign_all, signed_mission

STRUCTURE = "Pôle emploi solidaire"
FULL = {
    "schedule": "Le jeudi matin.", "material": "Un ordinateur (prêté par la Structure).",
    "confidentiality": "Les noms des adhérents.\nLes comptes.", "rights": "TRANSFER",
    "expenses": "Train : sur justificatif.", "currency": "galibots", "address": "12 rue des Postes (2e étage), 59000 Lille",
}  # fmt: skip


def awkward_mission(regime, *, full: bool, **fields) -> Mission:
    """Names that begin like the words before them, brackets, nobody's capacity, no trade; or all that a
    sheet can hold."""
    town = make_commune("59507", "Ronchin (Petit)", postal_codes="59790")
    structure = make_structure(STRUCTURE, commune=town)
    company = None if regime == Regime.VOLUNTEERING else make_lender(regime, "Atelier (Nord)")
    person = make_user(first_name="Anaïs", last_name="Abel", trade="ingénieure" if full else "")
    if not full:
        Duty.objects.all().delete()
        structure.purpose = "Nous réparons des vélos."
        structure.save()
    if regime != Regime.NOT_ELIGIBLE:
        eligible(structure)
    mission = make_mission(
        regime, structure=structure, company=company, person=person, eligibility=False, **fields
    )
    _word(mission, full=full)
    return Mission.objects.get(pk=mission.pk)


def _word(mission: Mission, *, full: bool) -> None:
    need = mission.need
    need.title = "Refaire notre site" if not full else "Un site que l’équipe tient à jour"
    need.context = "Je suis trésorière depuis un an, et nous n’avons pas de site."
    need.deliverable = "Un site en ligne (cinq pages) et une formation d’une demi-journée."
    need.place, need.commune = "ON_SITE", mission.need.organisation.commune
    need.save()
    NeedSkill.objects.get_or_create(need=need, skill=make_skill())
    mission.offer.title = "Développement (web)"
    mission.offer.save()
    mission.sheet.delete()
    mission = Mission.objects.get(pk=mission.pk)
    sheet = sheets.begin(mission, by=need.created_by)
    sheet.aim = "L’équipe publie elle-même ses annonces."
    sheet.work = "Construire le site (cinq pages), puis former deux personnes"
    for name, value in FULL.items() if full else ():
        setattr(sheet, name, value)
    sheet.need_agreed = sheet.offer_agreed = 1
    if full:
        Milestone.objects.create(mission=mission, label="La maquette", due_on=mission.starts_on)
        if mission.gives_a_receipt:
            sheet.counterparts = "Le nom de l’entreprise sur le site."
            sheet.counterparts_value = Decimal(100)
    sheet.save()


def of_mission(regime, *, full: bool) -> Iterator[tuple[str, bytes]]:
    """What it starts with, unsigned and signed; its amendment; what tells what was done."""
    mission = signed_mission(regime, mission=awkward_mission(regime, full=full))
    for document in mission.documents.order_by("pk"):
        yield document.kind, ledger.read(document)
        if document.signed_file:
            yield f"{document.kind} signed", ledger.read(document, signed=True)
    amendment = propose(mission, ends_on=later(mission), hours=1, address="3 rue (cour) Neuve")
    for document in amendment.documents.order_by("pk"):
        yield document.kind, ledger.read(document)
        if Kind(document.kind).signers:
            yield f"{document.kind} signed", ledger.read(sign_all(document), signed=True)
    give_hours(mission, 7, 0.5) if full else give_hours(mission, 1)
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.DELIVERED)
    mission = Mission.objects.get(pk=mission.pk)
    for kind in kinds_after(regime):
        by = head_of(mission.need.organisation)
        document = documents.make(kind, mission, by=by, now=timezone.now())
        yield document.kind, ledger.read(document)
        yield f"{document.kind} signed", ledger.read(sign_all(document), signed=True)


def of_years(regime=Regime.LOAN, *, full: bool) -> Iterator[tuple[str, bytes]]:
    """A receipt, the one that replaces it, both sides' statements, the person's own path."""
    mission = awkward_mission(regime, full=full, status=MissionStatus.REVIEWED)
    give_hours(mission, 7, 7) if full else give_hours(mission, 1)
    declare_value(mission)
    structure, company = mission.need.organisation, mission.offer.organisation
    now, by = timezone.now(), head_of(structure)
    told = {"by": by, "capacity": "présidente", "now": now}
    first = receipts.issue(mission, counterparts=Decimal(100 if full else 0), **told)
    yield "RECEIPT", ledger.read(first)
    second = receipts.replace(first, reason="Mauvaises heures", counterparts=Decimal(0), **told)
    yield "RECEIPT again", ledger.read(second)
    on = timezone.localdate(now)
    yield "STRUCTURE_STATEMENT", years.structure_statement(structure, on.year, on=on)
    yield "COMPANY_STATEMENT", years.company_statement(company, on.year, on=on)
    person = mission.offer.person
    yield "experience", as_pdf(experience.of(person), person, on=on)
    yield "preview", documents.preview(kinds_before(regime)[0], mission)
