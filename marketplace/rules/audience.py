"""Who is told of what: the people on each side, and the coordinators."""

from collections.abc import Iterable
from dataclasses import replace

from django.db.models import QuerySet

from accounts.models import Membership, Organisation, Pole, User
from accounts.models.memberships import MembershipQuerySet
from common.prepared import NO_ROW, rows
from marketplace.models import (
    AskedPole,
    Carrier,
    Case,
    Duty,
    Mission,
    Need,
    Offer,
    Origin,
    Pair,
    Proposal,
    Served,
    Side,
    TeamMember,
    Thread,
    Time,
)
from marketplace.models.desk.desk import leaves
from marketplace.models.desk.left_to_others import is_left_by
from marketplace.models.market.bosses import under
from marketplace.rules import absences
from marketplace.rules.absences import Away


def structure(need: Need) -> Iterable[User]:
    """Everyone who may answer for the structure."""
    return representatives_of(need.organisation)


def leading(need: Need) -> list[User]:
    """Everyone who writes the need for its lead: its people and, as long as these haven't taken up what was written for
    them, the coordinators who are told of it."""
    people = list(structure(need))
    if not need.is_unclaimed:
        return people
    return [*people, *(one for one in neutral_of(need) if one not in people)]


def carrying(need: Need) -> list[User]:
    """Everyone who is told how the need stands: the people of its lead, and of those that carry it with it."""
    houses = need.carriers.agreed().values("organisation")
    others = Membership.objects.filter(organisation__in=houses).representing().people()
    return list(dict.fromkeys([*structure(need), *others.order_by("pk")]))


def carrying_thread(thread: Thread) -> list[User]:
    """Those of the need's carriers who are told what is written there: its lead's people, and of the others those who read
    it, nobody being told what somebody under them, or of their own house, offers or asks at home."""
    need, proposal, asks = thread.subject, thread.proposal, thread.asker
    if proposal and proposal.offer.time == Time.OWN:
        asks = proposal.offer.person
    lead = list(structure(need))
    beside = rows(_carrying_beside, need.pk, *([asks.pk] if asks else []))
    return list(dict.fromkeys([*lead, *(one for one in beside if not _is_under(one, asks))]))


def _carrying_beside(need: int, asks: int | None = None) -> QuerySet[User]:
    """Prepared (common/prepared.py), as are those below: each message and each letter of a mission asks them."""
    houses = Carrier.objects.filter(need=need).agreed().values("organisation")
    return _not_of_their_houses(Membership.objects.filter(organisation__in=houses), asks)


def _not_of_their_houses(others: MembershipQuerySet, asks: int | None) -> QuerySet[User]:
    if asks is not None:
        theirs = Membership.objects.filter(user=asks).values("organisation")
        others = others.exclude(organisation__in=theirs)
    return others.representing().people().order_by("pk")


def served_with(mission: Mission) -> list[User]:
    """Everyone who may answer for a structure that the mission serves beside the lead of its need, and reads it: nobody
    is told what somebody under them, or of their own house, does at home."""
    comes = mission.offer.person if mission.is_own_time else None
    beside = rows(_served_beside, mission.pk, *([comes.pk] if comes else []))
    return [one for one in beside if not _is_under(one, comes)]


def _served_beside(mission: int, comes: int | None = None) -> QuerySet[User]:
    houses = Served.objects.filter(mission=mission).beside_the_lead().values("organisation")
    return _not_of_their_houses(Membership.objects.filter(organisation__in=houses), comes)


def welcomed(mission: Mission) -> list[User]:
    """Everyone who may answer for the structures served: the lead's people, then the others'."""
    found = {one.pk: one for one in [*structure(mission.need), *served_with(mission)]}
    return list(found.values())


def answering(proposal: Proposal) -> list[User]:
    """Everyone who answers it for the structure: its people and, as long as these haven't taken up what was written for
    them, the coordinators who are told of the need and follow this."""
    people, need = list(structure(proposal.need)), proposal.need
    if not need.is_unclaimed:
        return people
    return [*people, *(one for one in neutral_of(need) if not is_left_by(one, proposal))]


def offering(offer: Offer) -> Iterable[User]:
    """The people who are told on the offer's side.

    On somebody's own time it is that person alone. On working time it is the person who
    would come, while they belong to the company, and whoever wrote the offer, while they
    represent it; for a team its administrators too; where the person has left, those in charge of skills
    sponsorship.
    """
    company = offer.organisation
    if company is None or (offer.time == Time.OWN and offer.person_id):
        return User.objects.filter(pk__in=[offer.person_id], is_active=True)
    comes = [offer.person_id] if offer.person_id else []
    found = rows(_offering_at, company.pk, offer.created_by_id or NO_ROW, *comes)
    if offer.person_id and offer.person_id not in {person.pk for person in found}:
        found += [person for person in in_charge_at(company) if person not in found]
    return found


def _offering_at(company: int, wrote: int, comes: int | None = None) -> QuerySet[User]:
    here = Membership.objects.filter(organisation=company)
    told = here.representing().filter(user=wrote)
    told |= here.administrators() if comes is None else here.filter(user=comes)
    return told.people().distinct().order_by("pk")


def in_charge_at(company: Organisation) -> Iterable[User]:
    """The people charged with skills sponsorship; where nobody is, the administrators."""
    charged = User.objects.filter(
        is_active=True,
        memberships__organisation=company,
        memberships__duties__kind__in=[Duty.Kind.CSR, Duty.Kind.PROGRAMME],
    )
    return charged.distinct().order_by("pk") or administrators(company)


def who_declares_values(mission: Mission) -> list[User]:
    """Those at the company who declare what was given: in charge, or of human resources, who know what an hour costs."""
    company = mission.offer.organisation
    if company is None:
        return []
    people = company.memberships.filter(duties__kind=Duty.Kind.HR).people()
    return [*in_charge_at(company), *people]


def administrators(organisation: Organisation) -> Iterable[User]:
    charged = organisation.memberships.administrators().values("user")
    return User.objects.filter(is_active=True, pk__in=charged).order_by("pk")


def of_side(proposal: Proposal, side: str) -> Iterable[User]:
    return answering(proposal) if side == Side.NEED else offering(proposal.offer)


def put_forward_by(proposal: Proposal) -> Iterable[User]:
    """The coordinator of another pôle who put this person forward, or who answers while they are away; nobody when it is
    the need's own pôle, whose coordinators are told anyway."""
    if proposal.origin != Origin.COORDINATOR or proposal.offer.pole_id == proposal.need.pole_id:
        return []
    pole, at_home = proposal.offer.pole, proposal.offer.time == Time.OWN
    theirs = coordinators_of(pole).filter(pk=proposal.created_by_id).first()
    if theirs is None:
        return []
    seen = Proposal.objects.filter(pk=proposal.pk)
    instead = absences.in_place_of(theirs, pole)
    told = [one for one in instead if one == theirs or seen.put_forward_elsewhere_by(one).exists()]
    found = told or [theirs]
    return [one for one in found if not (at_home and _is_under(one, proposal.offer.person))]


def welcoming(mission: Mission) -> list[User]:
    """Whom one turns to at the structure: the person its sheet names, while they represent it; otherwise everyone who does."""
    named, house = mission.sheet.need_referent, mission.need.organisation
    if named and named.is_active and named.represents(house):
        return [named]
    return list(structure(mission.need))


def answers_for_team(member: TeamMember) -> User | None:
    """Whom somebody of a team turns to in their own house: the person the sheet names, or who named them, while they
    represent it; then whoever is in charge there."""
    house, sheet = member.mission.offer.organisation, member.mission.sheet
    for one in (sheet.offer_referent, member.named_by):
        if one and one.is_active and one.represents(house):
            return one
    return next(iter(in_charge_at(house)), None) if house else None


def other_side(side: str) -> str:
    return Side.OFFER if side == Side.NEED else Side.NEED


def coordinators(about: Need | Mission) -> Iterable[User]:
    """The coordinators who are told of a need or a mission: the one in charge, or who answers while they are away;
    without one, those of the operator to which it was handed over, or all of the pôle. Somebody who no longer coordinates
    there doesn't count. Of a mission that nobody follows, those of its need are told."""
    pole = about.need.pole if isinstance(about, Mission) else about.pole
    about = _followed(about)
    if about.coordinator_id:
        for in_charge in rows(_coordinator_of, about.coordinator_id, pole.pk):
            return absences.in_place_of(in_charge, pole) or coordinators_of(pole)
    ours = coordinators_of(pole)
    if about.operator and (theirs := ours.filter(memberships__organisation=about.operator)):
        return theirs
    return ours


def _coordinator_of(coordinator: int, pole: int) -> QuerySet[User]:
    return _coordinating(pole).filter(pk=coordinator)


def _coordinating(pole: int) -> QuerySet[User]:
    return Membership.objects.coordinating(pole).people().order_by("pk")


def _coordinating_among(pole: int, people: list[int]) -> QuerySet[User]:
    return _coordinating(pole).filter(pk__in=people)


def _followed(about: Need | Mission) -> Need | Mission:
    """Who is in charge of it says who is told; of a mission that nobody follows, its need's."""
    if isinstance(about, Mission) and not (about.coordinator_id or about.operator_id):
        return about.need
    return about


def who_follows(
    subject: Mission | Proposal | Organisation, *, among: Iterable[User] | None = None
) -> list[User]:
    """The pôle's coordinators who read what is confided about it: whoever is on a side leaves it to the rest. `among`: of
    these people alone; each takes a question, and a pôle may have thirty."""
    pole = subject.pole if isinstance(subject, Organisation) else subject.need.pole
    if among is None:
        found = rows(_coordinating, pole.pk)
    else:
        found = rows(_coordinating_among, pole.pk, [one.pk for one in among])
    return [one for one in found if not is_left_by(one, subject)]


def who_hears(subject: Mission | Proposal) -> list[User]:
    """Of those who follow it, the one in charge; where that one is on a side, the others."""
    about = _followed(subject if isinstance(subject, Mission) else subject.need)
    if not (about.coordinator_id or about.operator_id):
        return who_follows(subject)
    return who_follows(subject, among=coordinators(about)) or who_follows(subject)


def of_pair(pair: Pair) -> list[User]:
    """Who is told of what is written in its conversation: the structure, the two who come, and who hears of both missions."""
    two = [half.offer.person for half in pair.halves if half.offer.person]
    follow = who_follows(pair.own)
    hear = [one for one in who_hears(pair.work) if one in follow]
    if not hear:  # who is in charge is on a side of the other half: the rest are told
        hear = [one for one in who_follows(pair.work) if one in follow]
    return list(dict.fromkeys([*structure(pair.need), *two, *hear]))


def who_runs_the_site(mission: Mission) -> list[User]:
    """The administrators of the site, but for whoever the mission is kept from."""
    found = User.objects.filter(is_superuser=True, is_active=True).order_by("pk")
    return [one for one in found if not is_left_by(one, mission)]


def in_charge_of(case: Case) -> Iterable[User]:
    """Who is in charge of the case, or who answers while they are away; without anybody, all who follow it."""
    told = absences.in_place_of(case.in_charge, case.pole) if case.in_charge else []
    return who_follows(case.subject, among=told) or who_follows(case.subject)


def away_from(
    person: User, subject: Need | Mission | Proposal | Organisation, *, reader: User | None = None
) -> Away | None:
    """Whether who is in charge of it is away today, and who answers: nobody where the stand-in may not read of it, as far
    as the reader may know."""
    about = subject if isinstance(subject, Need | Organisation) else subject.need
    away = absences.away_from(person, about.pole)
    if away is None or away.answers is None:
        return away
    return replace(away, answers=None) if _leaves(away.answers, subject, reader) else away


def _leaves(
    who: User, subject: Need | Mission | Proposal | Organisation, reader: User | None
) -> bool:
    if isinstance(subject, Need):
        return leaves(who, subject, known_to=reader)
    return is_left_by(who, subject, known_to=reader)


def who_reads(thread: Thread) -> list[User]:
    """The coordinators who are told what is written there: about a mission, those who hear of it."""
    if thread.proposal:
        return who_hears(thread.proposal.mission or thread.proposal)
    return neutral_of(thread.subject, thread.asker)


def neutral_of(need: Need, asker: User | None = None) -> list[User]:
    """Its coordinators: the one in charge, or those of its operator; where they are all on a side of it, the others of
    the pôle. Nobody reads what `asker`, whose boss they are, asks about it."""
    for found in (coordinators, lambda need: rows(_coordinating, need.pole_id)):
        told = [one for one in found(need) if not (leaves(one, need) or _is_under(one, asker))]
        if told:
            return told
    return []


def _is_under(boss: User, person: User | None) -> bool:
    return person is not None and User.objects.filter(under(boss, "pk"), pk=person.pk).exists()


def who_looks(asked: AskedPole) -> list[User]:
    """The coordinators of the pôle that was asked who read what the need's own tells them of it: whoever is of its
    structure, or on the side of an offer for it, leaves that to the rest; where there is nobody else, they keep it."""
    this = AskedPole.objects.filter(pk=asked.pk)
    return [one for one in coordinators_of(asked.pole) if this.looked_into_by(one).exists()]


def who_asked(asked: AskedPole, *, found: Proposal | None = None) -> list[User]:
    """The need's own coordinators who are told what came of it: whoever asked and the one in charge, or who answers while
    they are away, as long as they coordinate there and are on no side of it; where nobody does, the others. Of somebody
    who was `found` and comes on own time, no boss is told."""
    need = asked.need
    ours = coordinators_of(need.pole).filter(pk__in=[asked.by_id, need.coordinator_id])
    told = {who: None for one in ours for who in absences.in_place_of(one, need.pole)}
    at_home = found.offer.person if found and found.offer.time == Time.OWN else None
    for people in (told, neutral_of(need), coordinators_of(need.pole)):
        heard = [one for one in people if not (leaves(one, need) or _is_under(one, at_home))]
        if heard:
            return heard
    return []


def representatives_of(organisation: Organisation) -> Iterable[User]:
    return organisation.memberships.representing().people().order_by("pk")


def coordinators_of(pole: Pole) -> QuerySet[User]:
    return _coordinating(pole.pk)
