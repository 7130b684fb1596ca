"""What a document says, as plain data in French. It is kept beside the bytes, so that the document can be typeset
again."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import override

from accounts.models import Organisation, Pole, User
from common.dates import in_french, spoken
from common.roots import fold
from marketplace.documents import hours
from marketplace.documents.experience import DONE, practised
from marketplace.documents.parties import describe, logos
from marketplace.documents.people import called_within, names_of, post_of, with_hours
from marketplace.documents.served import beside
from marketplace.documents.words import figure as figure
from marketplace.documents.words import hours_in_words, period
from marketplace.law.value import euros
from marketplace.law.words import numbers
from marketplace.models import (
    Document,
    Eligibility,
    Kind,
    Mission,
    MissionSheet,
    Place,
    Regime,
    Review,
    Side,
    Signature,
    SigningLink,
    TeamMember,
)
from marketplace.models.documents.signing_links import masked
from marketplace.rules import half_yeses, own_yes
from marketplace.rules.parties import inside_a_group
from marketplace.rules.receipt_shares import hours_valued, part_of

TITLES = {
    Kind.CONVENTION_SERVICE: "Convention de mécénat de compétences",
    Kind.CONVENTION_LOAN: "Convention de mise à disposition de personnel",
    Kind.AMENDMENT: "Avenant au contrat de travail",
    Kind.MISSION_LETTER: "Lettre de mission bénévole",
    Kind.CONVENTION_AGENT: "Convention de mise à disposition d’un agent public",
    Kind.ORDER_AGENT: "Projet d’arrêté de mise à disposition",
    Kind.CONVENTION_PLAIN: "Convention de prêt de personnel sans avantage fiscal",
    Kind.CONVENTION_NON_PROFIT: "Convention de prêt de personnel à but non lucratif",
    Kind.CONVENTION_CHANGE: "Avenant à la convention",
    Kind.CONTRACT_CHANGE: "Avenant modificatif au contrat de travail",
    Kind.LETTER_CHANGE: "Avenant à la lettre de mission",
    Kind.ORDER_CHANGE: "Projet d’arrêté modificatif",
    Kind.VOLUNTEER_CERTIFICATE: "Attestation de bénévolat",
    Kind.PASSPORT: "Fiche pour le passeport bénévole",
    Kind.HOURS_CERTIFICATE: "Attestation d’heures",
    Kind.RECEIPT: "Reçu fiscal : don de compétences",
    Kind.STRUCTURE_STATEMENT: "Relevé annuel des reçus",
    Kind.COMPANY_STATEMENT: "Relevé annuel des dons de compétences",
}
OTHER_ROLE = {Kind.CONVENTION_AGENT: "l’Administration"}


def money(amount: Decimal) -> str:
    with override("fr"):
        return euros(amount)


def the_pole(name: str) -> str:
    """The name with its article and, unless it begins with an article or with “Pôle”, the word “pôle”."""
    start = fold(name)
    if start.startswith(("le ", "la ", "les ", "l'", "l’")):
        return name[0].lower() + name[1:]
    return f"le {name}" if start.startswith("pole") else f"le pôle {name}"


def frame(title: str, issuer: str, on: date) -> dict[str, Any]:
    """What every template reads. The number, the version and the state are filled in when the document is made."""
    return {
        "title": title,
        "issuer": issuer,
        "made": [on.year, on.month, on.day],
        "made-on": in_french(on),
        "reference": "aperçu",
        "version": 1,
        "template": "",
        "preview": False,
        "void": "",
        "signatures": [],
        "signed-sha256": "",
        "law": _law(on),
    }


def _law(on: date) -> dict[str, str]:
    """The legal figures used in clauses, as they were in force on that day."""
    with override("fr"):
        return numbers(on)


def of_mission(
    kind: Kind, mission: Mission, *, on: date, member: TeamMember | None = None
) -> dict[str, Any]:
    """What a paper of a mission says. `member`: of a team, the person whose paper it is."""
    structure, company = mission.structure, mission.offer.organisation
    employer = None if mission.is_own_time else company
    person = member.person if member else mission.offer.person
    name = called_within(person) if person else f"une équipe désignée par {company}"
    return frame(TITLES[kind], structure.name, on) | {
        "the-pole": the_pole(mission.need.pole.name),
        "logos": logos(employer, _heading_pole(mission), structure),
        "structure": describe(structure),
        **beside(mission),
        "employer": describe(employer) if employer else None,
        "person": {
            "name": name,
            "trade": post_of(mission, person.pk, person.trade) if person else mission.offer.title,
            "agreed": _agreed(mission),
        }
        | ({} if person and post_of(mission, person.pk, person.trade, or_else="") else {"post": ""})
        | ({"team": team} if (team := names_of(mission)) and member is None else {}),
        "other-role": "l’Employeur" if mission.is_billed else OTHER_ROLE.get(kind, "l’Entreprise"),
        "eligibility": eligibility_words(structure),
        "counterparts": _counterparts(mission),
        "mission": _mission(mission),
        "hours": hours.of(mission, member),
        "sheet": mission.sheet.number,
        "regime": mission.regime,
        "one-group": inside_a_group(mission),
    }


def _agreed(mission: Mission) -> str:
    """The day on which the person agreed to be lent; "" when their yes to the mission doesn't stand. What the law asks for
    is an agreement to its terms: their own yes to the sheet, where they have said one since."""
    at, person = own_yes.agreed_at(mission), mission.offer.person
    if at is None or person is None:
        return ""
    to_terms = half_yeses.to_sheet_at(person, mission, Side.OFFER)
    return in_french(timezone.localdate(max(at, to_terms or at)))


def _heading_pole(mission: Mission) -> Pole | None:
    """The pôle if it has a logo, to be shown at the head of the page; without one it is only named in the text."""
    return mission.need.pole if mission.need.pole.logo else None


def eligibility_words(structure: Organisation) -> str:
    """The category under which the structure may give receipts, as it declared it; "" when it may not."""
    current = Eligibility.objects.current_of(structure)
    if current is None or not current.is_eligible:
        return ""
    with override("fr"):
        return str(current.get_category_display() or current.get_status_display())


def _counterparts(mission: Mission) -> str:
    """The counterparts as the two sides planned them, with their value; "" when there are none."""
    planned = mission.sheet
    if not planned.counterparts:
        return ""
    said = planned.counterparts.rstrip(" .\n\r")
    return f"{said}, pour une valeur de {money(planned.counterparts_value or Decimal(0))}"


def _mission(mission: Mission) -> dict[str, Any]:
    sheet = mission.sheet
    with override("fr"):
        rights = str(sheet.get_rights_display())
        where = str(sheet.get_where_display())
        skills = ", ".join(
            str(wanted.skill) for wanted in mission.need.wanted.select_related("skill")
        )
        skills_used = ", ".join(practised(mission))
    return {
        "title": mission.need.title,
        "aim": sheet.aim,
        "work": sheet.work,
        "deliverables": sheet.deliverables,
        "skills": skills,
        "practised": skills_used,
        "starts": in_french(mission.starts_on),
        "ends": in_french(mission.ends_on),
        "dates": period(mission.starts_on, mission.ends_on),
        "lasted": _lasted(mission),
        "stage": _stage(mission),
        **({"stopped": how_stopped(mission)} if mission.was_interrupted else {}),
        "hours": hours_in_words(Decimal(sheet.hours)),
        "schedule": sheet.schedule,
        "where": _with_address(where, sheet),
        "material": sheet.material,
        "confidentiality": sheet.confidentiality,
        "rights": rights,
        "rights-code": sheet.rights,
        "expenses": sheet.expenses,
        "currency": sheet.currency,
        **({"billed-share": sheet.billed_share} if mission.is_billed else {}),
        "structure-referent": _still_there(sheet.need_referent, mission.structure),
        "other-referent": _still_there(sheet.offer_referent, mission.offer.employer)
        or str(mission.offer.person or ""),
        "milestones": [
            {"label": one.label, "due": in_french(one.due_on)} for one in mission.milestones.all()
        ],
    }


def _still_there(referent: User | None, organisation: Organisation | None) -> str:
    """The name of whom one turns to, unless they have left the organisation since; nobody leaves their own time."""
    if referent is None or (organisation and not referent.represents(organisation)):
        return ""
    return str(referent)


def _stage(mission: Mission) -> str:
    """Whether what was planned is done: only then does a paper say that it was handed over."""
    if mission.was_interrupted:
        return "stopped"
    if mission.has_been_left:
        return "left"
    if mission.has_been_stopped:
        return "suspended"
    if mission.status not in DONE:
        return "under-way"
    return "done" if _has_all_arrived(mission) else "in-part"


def _has_all_arrived(mission: Mission) -> bool:
    """Whether the structure hasn't said in its review that what was planned came in part, or not at all."""
    lacks = (Review.Arrived.PARTLY, Review.Arrived.NO)
    return not mission.reviews.filter(side=Side.NEED, arrived__in=lacks).exists()


def _lasted(mission: Mission) -> str:
    """From when until when; a mission that is under way, or suspended, has no last day yet."""
    first, last = in_french(mission.starts_on), in_french(mission.ends_on)
    match _stage(mission):
        case "under-way":
            return f"depuis le {first}, en cours ; fin prévue le {last}"
        case "suspended":
            return f"depuis le {first}, suspendue ; fin prévue le {last}"
        case "left":
            return f"{period(mission.starts_on, _left_on(mission))}, suspendue depuis"
        case "stopped":
            return (
                f"{period(mission.starts_on, mission.lasted_until)}, arrêtée {how_stopped(mission)}"
            )
    return period(mission.starts_on, mission.lasted_until)


def how_stopped(mission: Mission) -> str:
    """Of a mission that was stopped: before its end, or on which later day."""
    if mission.stopped_early or mission.stopped_on is None:
        return "avant la fin"
    return f"le {in_french(mission.stopped_on)}"


def _left_on(mission: Mission) -> date:
    """The last day of whoever has left, while nobody has said what becomes of the mission."""
    gone = [one.last_on for one in mission.departures.open()]
    return max(mission.starts_on, min([mission.ends_on, *gone]))


def _with_address(where: str, sheet: MissionSheet) -> str:
    """The place, followed by the address unless the mission is remote."""
    if not sheet.address or sheet.where == Place.REMOTE:
        return where
    return (
        f"{where}, {sheet.address}"
        if sheet.where == Place.ON_SITE
        else f"{where} ; sur place : {sheet.address}"
    )


def of_receipt(
    mission: Mission,
    *,
    counterparts: Decimal,
    signatory: tuple[str, str],
    at: datetime,
    replaces: Document | None,
    structure: Organisation,
) -> dict[str, Any]:
    """What the receipt of one of the structures served says, for the hours that it received, and of which it has a part of
    the value."""
    company = mission.offer.organisation
    assert company is not None, "a receipt is given to a company"
    current = Eligibility.objects.current_of(structure)
    valued = hours_valued(mission.valuation, structure)
    span = valued.aggregate(first=Min("day"), last=Max("day"))
    with override("fr"):
        category = str(current.get_category_display()) if current and current.category else ""
        nature = str(mission.get_regime_display())
    frame_facts = frame(TITLES[Kind.RECEIPT], structure.name, timezone.localdate(at))
    return frame_facts | {
        "logos": logos(structure, company),
        "structure": describe(structure),
        "employer": describe(company),
        "receipt": {
            "category": category or "œuvre ou organisme d’intérêt général",
            "period": period(span["first"], span["last"]),
            "nature": nature[0].upper() + nature[1:],
            "hours": _received(valued.total()),
            "mission": mission.need.title,
            "description": _given(mission),
            "people": with_hours(valued, mission),
            "lends": mission.regime == Regime.LOAN,
            "total": money(part_of(mission.valuation, structure)),
            "counterparts": money(counterparts) if counterparts else "",
            "signatory": signatory[0],
            "capacity": signatory[1],
            "signed-at": moment(at),
            "replaces": replaces.reference if replaces else "",
        },
    }


def _given(mission: Mission) -> str:
    """What the structure has received. Of a mission that was interrupted, or of which not all has arrived, it is the time
    given to the work, and not what was planned to be handed over."""
    sheet = mission.sheet
    if not mission.was_interrupted:
        if _has_all_arrived(mission):
            return sheet.deliverables
        given_to = "au travail confié" if sheet.work else "à ce qui était attendu"
        return f"Temps donné {given_to} : {sheet.work or sheet.deliverables}"
    stopped = f"Arrêtée {how_stopped(mission)}. "
    if mission.stopped_early:
        stopped = f"Arrêtée le {in_french(mission.lasted_until)}, avant la fin. "
    if sheet.work:
        return f"{stopped}Temps donné jusque-là au travail confié : {sheet.work}"
    return f"{stopped}Temps donné jusque-là à ce qui était attendu : {sheet.deliverables}"


def _received(total: Decimal) -> str:
    several = "s" if total >= 2 else ""
    return f"{hours_in_words(total)} reçue{several} et acceptée{several}"


def moment(at: datetime) -> str:
    with override("fr"):
        return spoken(timezone.localtime(at), "j F Y à H:i:s") + " (heure de Paris)"


def signatures(document: Document) -> list[dict[str, str | bool]]:
    with override("fr"):
        return [
            {
                "party": str(signature.get_party_display()),
                "name": signature.name,
                "capacity": signature.capacity,
                "at": moment(signature.at),
                "by-hand": signature.is_by_hand,
                "how": str(signature.get_how_display()),
                "address": _address(signature, document.links.all()),
            }
            for signature in document.signatures.order_by("at", "pk")
        ]


def _address(signature: Signature, links: Iterable[SigningLink]) -> str:
    """The signer's masked e-mail address, how it was confirmed to be theirs, and their IP address."""
    known = masked(signature.email) if signature.email else ""
    if signature.how == Signature.How.ACCOUNT and known:
        known += ", adresse de son compte"
    if signature.how == Signature.How.LINK:
        used = [link for link in links if link.party == signature.party and link.used_at]
        known += _how_confirmed(used[0]) if used else ""
    return " · ".join(part for part in (known, signature.ip or "") if part)


def _how_confirmed(link: SigningLink) -> str:
    if link.user_id:
        return ", adresse de son compte"
    given = link.address
    if given is None or given.confirmed_at is None:
        return ""
    return (
        f", adresse donnée par {given.given_by.get_full_name()} le {in_french(timezone.localdate(given.given_at))}"
        f" et confirmée depuis celle-ci le {in_french(timezone.localdate(given.confirmed_at))}"
    )
