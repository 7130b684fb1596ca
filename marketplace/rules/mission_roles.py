"""The parts that somebody has in missions, which decide what waits for them: the database is asked once for any
number of missions."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Membership, User
from accounts.reading import once
from accounts.scope import WHOLE, scope_of
from marketplace.models import Duty, Mission, Offer, Party, Side, Time
from marketplace.rules import teams
from marketplace.rules.duties import held_in
from marketplace.states import MissionStatus

NEED, OFFER = Side.NEED.value, Side.OFFER.value
MANAGER, COMPANY, COORDINATION = "MANAGER", "COMPANY", "COORDINATION"
# Whoever may sign for a side, and the person who comes: not all who answer for it.
SIGNS_NEED, SIGNS_OFFER, PERSON = "SIGNS_NEED", "SIGNS_OFFER", "PERSON"
SERVED = "SERVED"  # the structure that a mission apart serves: its lead decides, it answers for its hours
RECEIPTS = "RECEIPTS"  # who gives them in the structure's name
SIGNERS = {Party.STRUCTURE: SIGNS_NEED, Party.EMPLOYER: SIGNS_OFFER, Party.PERSON: PERSON}
TO_VALUE = (MissionStatus.REVIEWED, MissionStatus.INTERRUPTED)
COMES = "COMES"  # the person; for a team, who wrote its offer
ASKS = "ASKS"  # who may ask the manager: whoever comes, and who oversees them at work
TEAM = "TEAM"  # the people of a team, each by their own page


@dataclass(frozen=True)
class Reader:
    """For whom somebody may speak, read once for any number of missions."""

    pk: int
    works: frozenset[int]  # where they may come on working time
    own: bool  # whether their session opens their own time
    houses: frozenset[
        int
    ]  # whose they are, whatever the session opens: it keeps them from the other side
    represents: frozenset[int]
    speaks: frozenset[
        int
    ]  # for whom they answer, whatever the session opens: nobody changes sides by it
    charged: frozenset[int]
    oversees: frozenset[int]
    costs: frozenset[int]
    signs: frozenset[int]
    receipts: frozenset[int]
    poles: frozenset[int]

    @classmethod
    def of(
        cls, user: User, memberships: Iterable[Membership], *, only: Mission | None = None
    ) -> "Reader":
        """Read what a person may do. `memberships` are theirs, with the organisations, as in `request.memberships`;
        those of suspended organisations are left out, since nobody acts in their name. `only` one mission: their duties
        elsewhere aren't asked."""
        memberships = [row for row in memberships if row.organisation.is_active]
        works = frozenset(row.organisation_id for row in memberships)
        scope = scope_of(user)
        theirs = Membership.objects.filter(user=user).values_list("organisation", flat=True)
        houses = works if scope == WHOLE else frozenset(theirs)
        represents = frozenset(row.organisation_id for row in memberships if row.represents)
        spoken_for = theirs.filter(pk__in=Membership.objects.acting().representing())
        speaks = represents if scope == WHOLE else frozenset(spoken_for)
        duties = _duties(user, represents & _houses(only) if only else represents)
        runs = (Duty.Kind.CSR, Duty.Kind.PROGRAMME)
        taken = {organisation for organisation, _user, kind in duties if kind in runs}
        charged = {
            organisation
            for organisation, person, kind in duties
            if person == user.pk and kind in runs
        }
        administered = {
            row.organisation_id for row in memberships if row.role == Membership.Role.ADMINISTRATOR
        }
        charged |= administered - taken
        mine = [(organisation, kind) for organisation, person, kind in duties if person == user.pk]
        oversees = administered | {org for org, kind in mine if kind in Duty.OVERSEES}
        costs = frozenset(org for org, kind in mine if kind == Duty.Kind.HR)
        treasures = frozenset(org for org, kind in mine if kind == Duty.Kind.TREASURER)
        signatory = Duty.Kind.SIGNATORY
        have_signatories = {
            organisation for organisation, _user, kind in duties if kind == signatory
        }
        signs = frozenset(
            {org for org, kind in mine if kind == signatory} | (administered - have_signatories)
        )
        poles = frozenset(pole for row in memberships for pole in row.poles)
        return cls(
            user.pk,
            works,
            scope.own,
            houses,
            represents,
            speaks,
            frozenset(charged),
            frozenset(oversees),
            costs,
            signs,
            signs | treasures,
            poles,
        )

    def roles(self, mission: Mission) -> set[str]:
        """The parts of this person in a mission: the same answers as `permissions`, without asking the database
        again."""
        offer = mission.offer
        mine = set()
        came = self._has_come(mission)
        if not came and mission.need.organisation_id in self.represents:
            mine.add(NEED)
        elif (came or mission.need.organisation_id not in self.speaks) and self._answers_for(offer):
            mine.add(OFFER)
            if self._asks_at_work(offer):
                mine.add(ASKS)
        if mission.need.pole_id in self.poles and not (mine or came):
            mine.add(COORDINATION)
        charged = not mission.is_own_time and offer.organisation_id in self._charged_now(mission)
        # Who is of the structure too, in whatever role, gives no employer's yes.
        of_structure = not came and mission.need.organisation_id in self.houses
        if charged and (not of_structure or mission.status in TO_VALUE):
            mine.add(COMPANY)
        if mission.apart_for_id in self.represents and not came:
            mine.add(SERVED)
        return mine | self._signs(mission)

    def serves(self, mission: Mission) -> frozenset[int]:
        """The structures in whose name they may speak of what such a mission does for them beside its lead."""
        return frozenset() if self._has_come(mission) else self.represents

    def _signs(self, mission: Mission) -> set[str]:
        offer, came = mission.offer, self._has_come(mission)
        may = {
            SIGNS_NEED: not came and mission.structure_id in self.signs,
            RECEIPTS: not came and mission.structure_id in self.receipts,
            SIGNS_OFFER: not mission.is_own_time and offer.organisation_id in self.signs,
            PERSON: self._comes(offer),
            COMES: self._comes(offer) or self._wrote_for_a_team(offer),
        }
        return {role for role, so in may.items() if so}

    def _has_come(self, mission: Mission) -> bool:
        """Whether they come, wrote a team's offer, or are or were of its people: they are on its side for good."""
        return self.pk == mission.offer.spokesperson_id or teams.has_come(mission, self.pk)

    def _charged_now(self, mission: Mission) -> frozenset[int]:
        """The companies for which this person acts. When the value is to be declared human resources are added,
        since they know what an hour costs."""
        return self.charged | self.costs if mission.status in TO_VALUE else self.charged

    def _comes(self, offer: Offer) -> bool:
        if offer.time == Time.OWN:
            return offer.person_id == self.pk and self.own
        return offer.person_id == self.pk and offer.organisation_id in self.works

    def _wrote_for_a_team(self, offer: Offer) -> bool:
        """Whether this person wrote the offer of a team: they then have the part of the person who comes."""
        here = offer.organisation_id in self.represents
        return offer.person_id is None and offer.created_by_id == self.pk and here

    def _asks_at_work(self, offer: Offer) -> bool:
        if offer.time == Time.OWN:
            return False
        comes = self._comes(offer) or self._wrote_for_a_team(offer)
        return comes or offer.organisation_id in self.oversees

    def _answers_for(self, offer: Offer) -> bool:
        if self._comes(offer):
            return True
        if offer.person_id is None:
            return offer.organisation_id in self.represents
        mine = offer.organisation_id in self.oversees or (
            offer.created_by_id == self.pk and offer.organisation_id in self.represents
        )
        return offer.time == Time.WORK and mine


def _houses(mission: Mission) -> frozenset[int]:
    """Those in whose name somebody has a part in it."""
    there = (mission.need.organisation_id, mission.offer.organisation_id, mission.apart_for_id)
    return frozenset(one for one in there if one)


@once
def _duties(user: User, represents: frozenset[int]) -> list[tuple[int, int, str]]:
    """The duties in the organisations that this person represents, whoever has them: (organisation, person, kind)."""
    return held_in(user, represents)


def _who_offers(mission: Mission) -> str:
    """On working time the employer acts as well as the person."""
    person, house = mission.offer.person, mission.offer.organisation
    if person is None:
        return str(house)
    if house is None or mission.offer.time != Time.WORK:
        return person.get_full_name()
    return _("%(person)s or %(house)s") % {"person": person.get_full_name(), "house": house}


def who_is(who: str, mission: Mission) -> str:
    """The name to show for a part whose act is awaited."""
    return {
        NEED: mission.need.organisation.name,
        OFFER: _who_offers(mission),
        COMPANY: str(mission.offer.organisation or ""),
        SERVED: mission.structure.name,
        SIGNS_NEED: mission.structure.name,
        SIGNS_OFFER: str(mission.offer.organisation or ""),
        PERSON: mission.person_coming.get_full_name(),
        COMES: mission.person_coming.get_full_name(),
        ASKS: _who_offers(mission),
        RECEIPTS: mission.structure.name,
        MANAGER: _("the manager"),
        TEAM: _("the people of the team"),
        COORDINATION: _("the coordination"),
    }[who]
