"""Missions on which two sides disagree, whose person has left the company, or that nobody has moved for longer than
their state allows."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Case as If
from django.db.models import IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from common.dates import midnight
from marketplace.desk import nouns
from marketplace.desk.kind import Charge, Kind, through
from marketplace.desk.line import Help, Words, in_charge, within
from marketplace.desk.ranks import ANSWER, CALLED, LATER, OTHERS, PAPERWORK, unless_chased
from marketplace.desk.scope import Scope
from marketplace.models import Mission, Offer, Transfer
from marketplace.rules import audience, endings, mission_roles, parties, readings
from marketplace.rules.next_acts import employer_refusal
from marketplace.rules.next_acts import missions as next_acts
from marketplace.rules.next_acts.patience import PATIENCE, begins_by_itself, overdue
from marketplace.states import MissionStatus, ProposalStatus

CHASED = {
    MissionStatus.AGREEMENT,
    MissionStatus.DOCUMENTS,
    MissionStatus.DELIVERED,
    MissionStatus.REVIEWED,
    MissionStatus.VALUED,
}


def _rows(scope: Scope) -> QuerySet[Mission]:
    """Missions in disagreement or whose person has left, at once; the others once nobody has moved them for longer
    than PATIENCE allows, and their first day is over where that is all they waited for."""
    stuck = Q(status__in=[MissionStatus.DISPUTED, MissionStatus.LEFT]) | overdue(scope.now)
    at_home = Offer.at_home_under(scope.reader, at="offer__")
    missions = Mission.objects.filter(stuck & ~at_home, need__pole__in=scope.poles)
    return nouns.without_case(missions, "mission").annotate(waits_since=nouns.waits_since())


def _rank(scope: Scope) -> Combinable:
    """The coordinators are called to a disagreement; a departure is late once it has waited as long as is said, and is not
    theirs to answer while a colleague, or the structure about them, is asked: the colleague has as long from that day, the
    structure as many working days as its page promises, as for any proposal."""
    since = scope.now - PATIENCE[MissionStatus.LEFT]
    late = unless_chased(scope, "mission", OTHERS, rests_at=LATER)
    in_time = unless_chased(scope, "mission", OTHERS + 1, rests_at=LATER)
    promised = When(structure_asked() & _within_promise(scope), then=in_time)
    just_asked = When(
        taken_over_by_somebody() & ~structure_asked() & Q(waits_since__gt=since), then=in_time
    )
    asked = When(taken_over_by_somebody(), then=late)
    called = When(status=MissionStatus.DISPUTED, then=Value(CALLED))
    fresh = When(status=MissionStatus.LEFT, waits_since__gt=since, then=Value(ANSWER + 1))
    left = When(status=MissionStatus.LEFT, then=Value(ANSWER))
    papers = unless_chased(scope, "mission", PAPERWORK, rests_at=PAPERWORK)
    ending = When(status__in=endings.ENDING, then=papers)
    whens = (called, promised, just_asked, asked, fresh, left, ending)
    return If(*whens, default=late, output_field=IntegerField())


def _say(mission: Any) -> Words:
    status = MissionStatus(mission.status)
    begins = _not_begun(mission)
    why, act = begins or _refused(mission) or _asked(mission) or _stuck(status)
    first_day = max(mission.moved_at, midnight(mission.starts_on))
    return Words(
        what=mission.need.title,
        why=why,
        since=first_day if begins else mission.waits_since,
        url=mission.get_absolute_url(),
        act=act,
        chases=status in CHASED or bool(mission.transfer_proposed),
        expected=_expected(mission, begins=bool(begins)),
        who=mission.need.organisation.name,
        chased_at=mission.chased_at,
        chased_by=mission.chased_by or "",
        story=reverse("organisation-story", args=[mission.need.organisation_id]),
        **in_charge(mission),
    )


def _not_begun(mission: Any) -> tuple[str, str] | None:
    """On own time nobody's yes to the sheet is asked for; and papers that all have signed wait for nobody."""
    if not begins_by_itself(mission):
        return None
    return _("The mission hasn’t begun on its first day"), _("Chase")


def taken_over_by_somebody() -> Q:
    """A condition on missions whose person has left: a colleague is asked, or the structure about one."""
    asked = Transfer.objects.filter(departure__settled_at=None).asking()
    return Q(status=MissionStatus.LEFT, pk__in=asked.order_by().values("departure__mission"))


def structure_asked() -> Q:
    """A condition on missions whose person has left: the colleague has said yes, and the structure is asked."""
    asked = Transfer.objects.filter(
        departure__settled_at=None, proposal__status=ProposalStatus.OPEN
    )
    return Q(status=MissionStatus.LEFT, pk__in=asked.order_by().values("departure__mission"))


def _within_promise(scope: Scope) -> Q:
    """Until the last day that the proposal's page names."""
    today, found = timezone.localdate(scope.now), Q(pk__in=[])
    for pole, days in scope.steps_in.items():
        found |= Q(need__pole=pole, waits_since__gt=readings.Bounds.of(days, today).soon)
    return found


def _expected(mission: Any, *, begins: bool) -> str:
    if begins:
        return _("expected on its first day")
    if mission.transfer_proposed:
        return nouns.promised(mission)
    return within(PATIENCE[MissionStatus(mission.status)])


def _asked(mission: Any) -> tuple[str, str] | None:
    """Whoever is asked is awaited then, and not the coordinators."""
    if mission.status != MissionStatus.LEFT:
        return None
    if mission.transfer_proposed:
        return _("The structure hasn’t said whether the colleague takes over"), _("Chase")
    if mission.transfer_asked:
        return _("A colleague hasn’t said whether they take over"), _("See what is possible")
    return None


def _refused(mission: Any) -> tuple[str, str] | None:
    """Both sides have said yes to a sheet that the employer didn't agree to."""
    if mission.status != MissionStatus.FRAMING or not mission.sheet.is_agreed:
        return None
    why = employer_refusal.told(mission)
    return (why, _("Chase")) if why else None


def _stuck(status: MissionStatus) -> tuple[str, str]:
    """Why a mission in this state waits, and the verb for what a coordinator does about it."""
    own = {
        MissionStatus.FRAMING: (_("The sheet of the mission isn’t agreed yet"), _("Introduce")),
        MissionStatus.AGREEMENT: (_("The employer hasn’t agreed yet"), _("Chase")),
        MissionStatus.DOCUMENTS: (_("Documents wait for signatures"), _("Get it signed")),
        MissionStatus.LEFT: (_("Whoever came has left their employer"), _("Say what comes next")),
        MissionStatus.DISPUTED: (_("The two sides don’t agree"), _("Mediate")),
        MissionStatus.DELIVERED: (_("Delivered, and a review is missing"), _("Chase")),
        MissionStatus.REVIEWED: (_("The company hasn’t declared the value"), _("Chase")),
        MissionStatus.VALUED: (_("The value is declared: the receipt is left"), _("Chase")),
    }
    return own[status]


def _silent(mission: Mission) -> list[User]:
    """The people who have something to do. For a manager, who may have no account, it is whoever asked them."""
    mission = (
        Mission.objects.with_course()
        .select_related("need__organisation", "offer__person", "offer__organisation")
        .get(pk=mission.pk)
    )
    found = {}
    for act in next_acts.acts(mission):
        for person in _people(act.who, mission):
            found[person.pk] = person
    return list(found.values())


def _people(who: str, mission: Mission) -> Iterable[User]:
    if who == mission_roles.NEED:
        return audience.structure(mission.need)
    if who == mission_roles.SERVED:
        return audience.representatives_of(mission.structure)
    if who == mission_roles.RECEIPTS:
        return [person for person, _capacity in parties.signatories(mission.structure)]
    if party := next((one for one, role in mission_roles.SIGNERS.items() if role == who), None):
        return [person for person, _capacity in parties.signers(mission, party)]
    if who == mission_roles.COMPANY and mission.offer.organisation:
        return audience.in_charge_at(mission.offer.organisation)
    theirs = (mission_roles.OFFER, mission_roles.COMES, mission_roles.ASKS)
    if who in {*theirs, mission_roles.MANAGER, mission_roles.TEAM}:
        return audience.offering(mission.offer)
    return []


KIND = Kind(
    code="mission",
    label=gettext_lazy("Missions that are stuck"),
    help=Help(
        wants=gettext_lazy(
            "Help it along: introduce the two sides, chase who is awaited, or say what comes next."
        ),
        because=gettext_lazy(
            "It has stayed in its state for longer than that state should last, the two sides don’t agree, or the person has left their employer."
        ),
        otherwise=gettext_lazy(
            "It stays where it is: nobody else moves it, and its dates may pass before it begins."
        ),
    ),
    among=None,
    rows=_rows,
    number="pk",
    since="waits_since",
    rank=_rank,
    communes=("need__commune",),
    followed=through(""),
    read=nouns.missions,
    say=_say,
    charge=Charge(Mission, ""),
    silent=_silent,
)
