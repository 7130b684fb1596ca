"""One function a noun: give only what the test is about."""

import os
from datetime import timedelta
from itertools import count

from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts.models import Commune, Department, Door, Membership, Organisation, Pole, Seat, User
from accounts.states import OrganisationStatus, SeatStatus
from marketplace import ranking
from marketplace.actions.market import consents, proposals
from marketplace.models import (
    Carrier,
    Cause,
    ConsentKind,
    Format,
    Mission,
    Need,
    NeedSkill,
    Offer,
    OfferSkill,
    Place,
    Regime,
    Side,
    Skill,
    SkillFamily,
    Thread,
    Time,
)
from marketplace.models.market.proposals import Origin, Proposal
from marketplace.rules import own_yes
from marketplace.states import CarrierStatus, MissionStatus, NeedStatus, OfferStatus

# Several processes may fill the same site: none makes the people of another. Seven figures at
# most, whatever the machine's process numbers: they also stand in a SIREN or an RNA.
number = count(os.getpid() % 9_000 * 1_000)
LILLE = {
    "latitude": 50.6311,
    "longitude": 3.0468,
    "population": 236_234,
    "postal_codes": "59000 59800",
}


def make_department(code="59", name="Nord"):
    return Department.objects.get_or_create(
        code=code, defaults={"name": name, "region_code": "32", "region": "Hauts-de-France"}
    )[0]


def make_commune(insee="59350", name="Lille", **fields):
    given = fields.pop("department", None)
    defaults = {
        "name": name,
        "search_name": name.lower(),
        "department": lambda: given or make_department(insee[:2], f"D{insee[:2]}"),
    }
    return Commune.objects.get_or_create(insee=insee, defaults=defaults | LILLE | fields)[0]


def make_pole(name="Pôle des Hauts", departments=("59",)):
    pole = Pole.objects.create(name=name, slug=f"pole-{next(number)}")
    pole.departments.set([make_department(code) for code in departments])
    return pole


def a_pole():
    return Pole.objects.first() or make_pole()


def make_user(first_name="Camille", last_name="Dubois", **fields):
    fields.setdefault("email", f"personne{next(number)}@example.org")
    password = fields.pop("password", None)
    return User.objects.create_user(
        password=password, first_name=first_name, last_name=last_name, **fields
    )


def verify(user):
    """The person has answered the letter that checks their address."""
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    return user


def make_organisation(kind=Organisation.Kind.ESS, *, member=None, administrator=None, **fields):
    fields.setdefault("name", f"Organisation {next(number)}")
    company = kind == Organisation.Kind.COMPANY
    form = Organisation.LegalForm.SAS if company else Organisation.LegalForm.ASSOCIATION
    fields.setdefault("legal_form", form)
    fields.setdefault("status", OrganisationStatus.ACCEPTED)
    fields.setdefault("purpose", "Réparer et transmettre.")
    fields["pole"] = fields.get("pole") or a_pole()
    fields["commune"] = fields.get("commune") or make_commune()
    organisation = Organisation.objects.create(kind=kind, **fields)
    if organisation.may_coordinate:
        make_seat(organisation)
    for person, role in ((member, "MEMBER"), (administrator, "ADMINISTRATOR")):
        if person:
            Membership.objects.create(user=person, organisation=organisation, role=role)
    return organisation


def make_seat(operator, pole=None, **fields):
    """A seat that is held, unless said otherwise: in the operator's own pôle, or in this one."""
    fields = {"status": SeatStatus.SEATED, "since": timezone.now()} | fields
    return Seat.objects.create(operator=operator, pole=pole or operator.pole, **fields).begin(
        by=None
    )


def make_door(operator=None, slug="passeurs", **fields):
    """The door of this operator, or of one that sits in a pôle."""
    operator = operator or make_organisation(Organisation.Kind.OPERATOR, name="Les Passeurs")
    return Door.objects.create(operator=operator, slug=slug, **fields)


def make_authority(level="COMMUNE", **fields):
    fields.setdefault("legal_form", Organisation.LegalForm.PUBLIC)
    return make_organisation(Organisation.Kind.AUTHORITY, level=level, **fields)


def make_coordinator(pole=None, **fields):
    user = make_user(**fields)
    make_organisation(Organisation.Kind.OPERATOR, pole=pole, member=user)
    return user


def make_family():
    return SkillFamily.objects.get_or_create(
        code="numerique", defaults={"label_fr": "Numérique", "label_en": "Digital"}
    )[0]


def make_skill(code="site-web", label=None):
    labels = {"label_fr": label or code, "label_en": label or code}
    return Skill.objects.get_or_create(code=code, defaults=labels | {"family": make_family})[0]


def make_cause(code="reemploi"):
    return Cause.objects.get_or_create(
        code=code, defaults={"label_fr": "Réemploi", "label_en": "Reuse"}
    )[0]


def in_days(days):
    return timezone.localdate() + timedelta(days=days)


def make_need(organisation=None, *, member=None, skills=("site-web",), ranked=True, **fields):
    """A published need of a verified structure, unless said otherwise. `ranked`: the matching knows it already."""
    organisation = organisation or make_organisation(member=member or make_user())
    fields.setdefault("status", NeedStatus.PUBLISHED)
    if fields["status"] != NeedStatus.DRAFT:
        fields.setdefault("submitted_at", timezone.now())
    if fields["status"] in {NeedStatus.PUBLISHED, NeedStatus.FILLED}:
        fields.setdefault("published_at", timezone.now())
    defaults = {
        "title": f"Refaire notre site {next(number)}",
        "context": "Notre site date de 2015.",
        "deliverable": "Un site que l’équipe sait tenir à jour.",
        "commune": organisation.commune,
        "place": Place.BOTH,
        "starts_on": in_days(0),
        "ends_on": in_days(90),
        "hours": 40,
        "format": Format.SPLIT,
    }
    defaults["cause"] = fields.pop("cause", None) or make_cause()
    created_by = (
        fields.pop("created_by", None) or member or organisation.members.first() or make_user()
    )
    need = Need.objects.create(
        organisation=organisation,
        pole=organisation.pole,
        created_by=created_by,
        **defaults | fields,
    )
    for code in skills:
        NeedSkill.objects.create(need=need, skill=make_skill(code))
    if ranked:
        ranking.changed(need)
    return need


def make_carrier(need, organisation=None, *, member=None, ranked=True, **fields):
    """A structure that carries the need with its lead, unless said otherwise."""
    organisation = organisation or make_organisation(member=member or make_user())
    fields = {"status": CarrierStatus.AGREED, "agreed_at": timezone.now()} | fields
    carrier = Carrier.objects.create(
        need=need, organisation=organisation, invited_by=need.created_by, **fields
    )
    if ranked:
        ranking.changed(need)
    return carrier.begin(by=need.created_by)


def make_offer(
    person=None,
    *,
    organisation=None,
    skills=("site-web",),
    belongs=True,
    agrees=True,
    ranked=True,
    **fields,
):
    """A volunteer's published offer, unless an organisation or a state is given. Who comes on working
    time is of the company, unless `belongs` says otherwise, and has agreed to it, unless `agrees` does."""
    person = person or make_user(first_name="Noé", last_name="Lambert")
    fields.setdefault("status", OfferStatus.PUBLISHED)
    defaults = {
        "title": "Développeur web",
        "time": Time.WORK if organisation else Time.OWN,
        "commune": make_commune(),
        "place": Place.BOTH,
        "starts_on": in_days(0),
        "ends_on": in_days(180),
        "hours": 60,
        "pole": fields.pop("pole", None) or (organisation.pole if organisation else a_pole()),
        "published_at": timezone.now(),
    }
    created_by = fields.pop("created_by", None) or person
    somebody = fields.get("somebody", person)
    if organisation and somebody and belongs and fields.get("time") != Time.OWN:
        Membership.objects.get_or_create(user=somebody, organisation=organisation)
    offer = Offer.objects.create(
        person=fields.pop("somebody", person),
        organisation=organisation,
        created_by=created_by,
        **defaults | fields,
    )
    for code in skills:
        OfferSkill.objects.create(offer=offer, skill=make_skill(code))
    if own_yes.names_somebody(offer) and offer.status != OfferStatus.DRAFT and agrees:
        consents.give(offer.person, ConsentKind.OFFER, offer)
    if ranked:
        ranking.changed(offer)
    return offer


def make_proposal(need=None, offer=None, *, origin=Origin.APPLICATION, agrees=True, **fields):
    """An open proposal with its thread; an application by default (the offer side has said yes: on
    working time the person named themselves, unless said otherwise)."""
    offer, need = offer or make_offer(), need or make_need()
    asker = need.created_by if origin == Origin.INVITATION else offer.created_by
    proposal = Proposal.objects.create(
        need=need,
        offer=offer,
        origin=origin,
        created_by=fields.pop("created_by", None) or asker,
        **{
            "need_said_yes_at": timezone.now() if origin == Origin.INVITATION else None,
            "offer_said_yes_at": timezone.now() if origin == Origin.APPLICATION else None,
        }
        | fields,
    )
    Thread.objects.create(proposal=proposal)
    if proposal.offer_said_yes_at and own_yes.names_somebody(offer) and agrees:
        consents.give(offer.person, ConsentKind.MISSION, proposal)
    return proposal


def write_for_papers(mission):
    """What its papers will say of the aim and of the work, as somebody has to write it on the sheet."""
    mission.sheet.aim = "L’équipe tient son site à jour."
    mission.sheet.work = "Construire le site et former l’équipe."
    mission.sheet.save()


def make_lender(regime=None):
    """An employer that may lend under this legal frame; a company when none is given."""
    if regime == Regime.NON_PROFIT_LOAN:
        return make_organisation(name="Radio Terril")
    return make_organisation(Organisation.Kind.COMPANY)


def make_mission(*, work=False, status=None, regime=None, written=True, **fields):
    """Both have just said yes, through the real act; then put in another state if one is given.

    `work`: on a company's time, the employee being `mission.offer.person`. `written`: its sheet already
    says what the papers print.
    """
    company = None
    if work:
        company = fields.pop("company", None) or make_lender(regime)
    person = fields.pop("person", None) or make_user(first_name="Noé", last_name="Lambert")
    if company and not person.belongs_to(company):
        Membership.objects.create(user=person, organisation=company)
    need = fields.pop("need", None) or make_need(
        member=fields.pop("member", None) or make_user(first_name="Aline", last_name="Moreau"),
        ranked=False,  # their yes tells the matching
    )
    offer = make_offer(person, organisation=company, ranked=False)
    proposal = make_proposal(need, offer)
    by = need.organisation.members.first()
    mission = proposals.accept(proposal, side=Side.NEED, by=by)
    changed = fields | {"status": status or mission.status}
    if regime:
        changed["regime"] = regime
    if changed["status"] not in {MissionStatus.FRAMING, MissionStatus.AGREEMENT}:
        changed.setdefault("started_at", timezone.now())
    Mission.objects.filter(pk=mission.pk).update(**changed)
    if written:
        write_for_papers(mission)
    return Mission.objects.get(pk=mission.pk)
