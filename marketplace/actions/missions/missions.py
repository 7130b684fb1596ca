"""What happens to a mission, from the two yeses to the last page. One verb, one transaction."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ForbiddenMove, User
from marketplace import letters, ranking
from marketplace.actions.desk import cases
from marketplace.actions.documents import certificates, documents
from marketplace.actions.market import consents
from marketplace.actions.missions import (
    agreements,
    amendment_effect,
    departures,
    followups,
    pairs,
    served,
    sheets,
    stopped,
    team_members,
    teams,
)
from marketplace.actions.refusals import NotYet
from marketplace.law import regimes
from marketplace.letters import kick_off
from marketplace.models import (
    Case,
    Consent,
    ConsentKind,
    Departure,
    Document,
    FollowUp,
    HoursEntry,
    Mission,
    Need,
    Offer,
    Reminder,
    Review,
    ReviewFactor,
    Side,
    SkillGained,
    reasons,
)
from marketplace.models.desk.promises import REVIEWS_AWAITED
from marketplace.rules import endings, going_on, own_yes, sheet_yeses
from marketplace.rules.next_acts import employer_refusal
from marketplace.states import (
    BEFORE_IT_RUNS,
    DocumentStatus,
    MissionStatus,
)
from notifications.faults import each_row


# --- beginning -----------------------------------------------------------------------------
def begin(mission: Mission, *, by: User) -> Mission:
    """Both sides have said yes: save the mission and write its first sheet; on own time the legal frame is already known."""
    if mission.is_own_time:
        mission.regime = regimes.found(regimes.OWN, directs="", receipt="")
    mission.save()
    mission.begin(by=by)
    served.fix(mission)
    sheets.begin(mission, by=by)
    return mission


@transaction.atomic
def agree(mission: Mission, *, read: int, side: str, by: User) -> bool:
    """One side says yes to the sheet; after the second yes the mission moves on by itself. True when both have. The
    other side gets one letter: that the mission moves on says that both have said yes."""
    agreed = sheets.agree(mission, read=read, side=side, by=by)
    mission = locked(mission)
    waits = mission.status == MissionStatus.FRAMING and mission.has_employer
    if agreed and waits and not own_yes.is_awaited_to_go_on(mission):
        frame(mission, by=by)
    else:
        letters.sheet_agreed(mission.sheet, side=side, by=by)
        teams.ask_managers(mission, now=timezone.now())
    return agreed


@transaction.atomic
def frame(mission: Mission, *, by: User) -> None:
    """Move the framed mission on to the employer's agreement, or to the documents. Raises NotYet."""
    mission = locked(mission)
    if not mission.regime:
        raise NotYet(_("First say under which legal frame the mission is done: a few questions."))
    if not mission.sheet.is_agreed:
        raise NotYet(_("Both sides have to say yes to the same version of the sheet first."))
    if own_yes.is_awaited_to_go_on(mission):
        raise NotYet(_("Whoever comes hasn’t agreed yet to go on with it: only they can say so."))
    if why := employer_refusal.of(mission) or sheet_yeses.why_none(mission):
        raise NotYet(why)
    if mission.has_employer and mission.agreed_version != mission.sheet.number:
        letters.mission_moved(mission.move(MissionStatus.AGREEMENT, by=by))
        teams.ask_managers(mission, now=timezone.now())
    else:
        letters.mission_moved(mission.move(MissionStatus.DOCUMENTS, by=by))


@transaction.atomic
def go_on(mission: Mission, *, by: User) -> None:
    """Move the mission on once both have said yes. Whoever is named in a renewal, and isn't asked elsewhere, says by it
    that they go on. Raises NotYet."""
    if going_on.may_say_so(by, mission):
        consents.give(by, ConsentKind.RENEWAL, mission)
    frame(mission, by=by)


@transaction.atomic
def start(mission: Mission, *, by: User, now: datetime) -> None:
    """Start the mission, once all that it needs is agreed and signed. Raises NotYet; ForbiddenMove for one that has
    begun, which `resume` takes up again."""
    mission = locked(mission)
    if mission.status not in BEFORE_IT_RUNS:
        raise ForbiddenMove(mission, mission.status, MissionStatus.RUNNING)
    require_startable(mission, by=by)
    if own_yes.has_taken_back(mission):  # who starts it says yes again, on the words of its page
        consents.give(by, *own_yes.asked_by(mission))
    step = mission.move(MissionStatus.RUNNING, by=by)
    if mission.started_at is None:
        mission.started_at = now
        mission.save(update_fields=["started_at"])
    letters.mission_moved(step)
    kick_off(step)
    team_members.tell_of_start(mission)


def require_startable(mission: Mission, *, by: User) -> None:
    """Raises NotYet with what has to be done first. Who has taken their yes back is the only one to start it."""
    if not mission.has_dates:
        raise NotYet(documents.dates_are_missing())
    if mission.status == MissionStatus.FRAMING and not mission.is_volunteering:
        raise NotYet(
            _("The mission can’t start yet: its sheet has to be agreed and its documents signed.")
        )
    if mission.status == MissionStatus.DOCUMENTS:
        _require_signed(mission)
    if mission.renewed_from and mission.renewed_from.is_live:
        raise NotYet(_("The mission it goes on with isn’t finished yet."))
    if not own_yes.may_say_yes(by, mission.offer) and own_yes.has_taken_back(mission):
        raise NotYet(
            _("%(name)s has taken their yes to this mission back: only they can start it.")
            % {"name": mission.person_coming.get_full_name()}
        )
    if why := own_yes.why_not_yet(mission, by):
        raise NotYet(why)


def require_documents_again(mission: Mission) -> None:
    """Raises NotYet when documents were voided while the mission ran and their new versions aren't signed yet."""
    torn = mission.documents.filter(status=DocumentStatus.VOIDED).exclude(signed_file="")
    if mission.has_employer and torn.filter(kind__in=documents.left_to_sign(mission)).exists():
        _require_signed(mission)


def _require_signed(mission: Mission) -> None:
    left = documents.left_to_sign(mission)
    if left:
        names = ", ".join(str(kind.label) for kind in left)
        raise NotYet(
            _("These documents aren’t signed by everyone yet: %(names)s.") % {"names": names}
        )


# --- on the way ----------------------------------------------------------------------------
@transaction.atomic
def suspend(mission: Mission, *, reason: str, by: User) -> None:
    letters.mission_moved(locked(mission).move(MissionStatus.SUSPENDED, by=by, reason=reason))


@transaction.atomic
def resume(mission: Mission, *, reason: str = "", by: User) -> None:
    """Go on after a pause, a disagreement or an incomplete delivery. Raises ForbiddenMove before the `start`."""
    mission = locked(mission, to=MissionStatus.RUNNING)
    if mission.status in BEFORE_IT_RUNS:
        raise ForbiddenMove(mission, mission.status, MissionStatus.RUNNING)
    require_documents_again(mission)
    step = mission.move(MissionStatus.RUNNING, by=by, reason=reason)
    Mission.objects.filter(pk=mission.pk).update(delivered_at=None)
    letters.mission_moved(step)


@transaction.atomic
def dispute(mission: Mission, *, reason: str, by: User) -> None:
    """The two sides don't agree: a coordinator steps in, and what was said is kept."""
    step = locked(mission).move(MissionStatus.DISPUTED, by=by, reason=reason)
    letters.mission_disputed(step)


WHILE_IT_RUNS = (FollowUp.Kind.FIRST_WEEK, FollowUp.Kind.MIDWAY, FollowUp.Kind.ENDING)


@transaction.atomic
def deliver(mission: Mission, *, by: User, now: datetime) -> None:
    """The work is done: both sides are asked for their review, and no more how it is going. Raises NotYet before the
    first day."""
    mission = locked(mission, to=MissionStatus.DELIVERED)
    if why := endings.why_not_done(mission, timezone.localdate(now)):
        raise NotYet(why)
    step = mission.move(MissionStatus.DELIVERED, by=by)
    amendment_effect.fall_with(mission, reason=reasons.coded("delivered"), by=by)
    mission.delivered_at = now
    mission.save(update_fields=["delivered_at"])
    mission.follow_ups.unanswered().filter(kind__in=WHILE_IT_RUNS).update(settled_at=now)
    teams.ask_no_more(mission)
    letters.mission_moved(step)


@transaction.atomic
def interrupt(
    mission: Mission,
    *,
    reason: str,
    by: User | None,
    now: datetime,
    outcome: str = Departure.Outcome.INTERRUPTED,
) -> None:
    """Stop the mission: place and person are free again, and everyone is told why. `outcome`: what becomes of it
    where the person has left; a colleague who takes over keeps the place."""
    need = Need.objects.select_for_update(no_key=True).get(pk=mission.need_id)
    offer = Offer.objects.select_for_update(no_key=True).get(pk=mission.offer_id)
    mission = locked(mission)
    mission.interrupted_at = now
    mission.save(update_fields=["interrupted_at"])
    step = mission.move(MissionStatus.INTERRUPTED, by=by, reason=reason)
    amendment_effect.fall_with(mission, reason=reasons.coded("stopped"), by=by)
    agreements.void(mission)
    departures.settle(mission, outcome, by=by, now=now)
    teams.ask_no_more(mission)
    _ask_no_more(mission, now)
    if outcome != Departure.Outcome.TRANSFERRED:
        if mission.apart_for is None and (
            mission.renewed_from is None or outcome == Departure.Outcome.REPLACED
        ):
            stopped.free(need, offer, by=by)
        mission.need, mission.offer = need, offer  # what has become of them is told
        letters.mission_moved(step)
        stopped.goes_on_no_more(mission, by=by)
    pairs.part(mission, tells=outcome != Departure.Outcome.TRANSFERRED, now=now)
    ranking.changed(need, offer)
    begun = Q(status__in=BEFORE_IT_RUNS) | Q(status=MissionStatus.LEFT, started_at=None)
    following = Mission.objects.filter(begun, renewed_from=mission).first()
    if following:
        interrupt(following, reason=reason, by=by, now=now)


def _ask_no_more(mission: Mission, now: datetime) -> None:
    """Settle the questions that nobody has answered, except whether the work still serves, which is asked later."""
    mission.follow_ups.unanswered().exclude(kind=FollowUp.Kind.LATER).update(settled_at=now)
    cases.end_with(mission)


# --- the end -------------------------------------------------------------------------------
UNHAPPY = 2  # a rating at or below reaches a coordinator


@transaction.atomic
def review(
    mission: Mission,
    *,
    side: str,
    by: User,
    factors: Iterable[str] = (),
    gained: Iterable[int] = (),
    may_quote: bool = False,
    may_name: bool = False,
    how: str = Consent.How.ACCOUNT,
    **said: Any,
) -> Review:
    """Keep how one side, or another `structure` served, says it went. With both sides' it is reviewed. Raises NotYet."""
    mission = locked(mission)
    if not mission.is_reviewable:
        raise NotYet(_("It is said how it went once the work is done: it isn’t, or not any more."))
    if mission.reviews.filter(side=side, structure=said.get("structure")).exists():
        raise NotYet(_("Your side has already given its review."))
    if mission.reviews.facing(side).filter(author=by).exists():  # they have gone over since
        raise NotYet(_("You have said how it went for the other side: somebody else says it here."))
    now = timezone.now()
    for asked in mission.follow_ups.unanswered().filter(side=side, kind=FollowUp.Kind.REVIEW):
        asked.answered_at = now
        asked.save(update_fields=["answered_at"])
        followups.end_silence(asked)
    given = Review.objects.create(mission=mission, side=side, author=by, **said)
    if may_quote:
        consents.give(by, ConsentKind.QUOTE, given, how=how)
    if may_name:
        consents.give(by, ConsentKind.WORKED_WITH, mission, how=how)
    ReviewFactor.objects.bulk_create(
        ReviewFactor(review=given, code=code) for code in sorted(set(factors))
    )
    SkillGained.objects.bulk_create(
        SkillGained(review=given, skill_id=skill, by=Side.NEED if said.get("structure") else side)
        for skill in sorted(set(gained))
    )
    both = mission.reviews.filter(side__in=Side.values).count() == len(Side)
    if mission.status == MissionStatus.DELIVERED and both:
        _reviewed(mission, by=by, now=now)
    else:
        _look_into(mission, now)
        close_if_done(mission, now=now)
    return given


def _reviewed(mission: Mission, *, by: User | None, now: datetime, reason: str = "") -> None:
    """Mark the mission as reviewed. Where nothing else is due it closes at once, with that letter only."""
    step = mission.move(MissionStatus.REVIEWED, by=by, reason=reason)
    _look_into(mission, now)
    if not close_if_done(mission, now=now):
        letters.mission_moved(step)


def _look_into(mission: Mission, now: datetime) -> None:
    """Open a case about an unhappy review, once the reviews can be read and not before."""
    if not mission.has_open_reviews(now):
        return
    for sad in mission.reviews.filter(rating__lte=UNHAPPY):
        if Reminder.claim(f"review:{sad.pk}:case", now):
            cases.open_about(mission, reason=Case.Reason.BAD_REVIEW, words=sad.words, now=now)


def end_awaited_reviews(now: datetime) -> int:
    """Three weeks after the delivery, the mission goes on with the reviews it has. Returns how many."""
    waited = Mission.objects.filter(
        status=MissionStatus.DELIVERED, delivered_at__lte=now - REVIEWS_AWAITED
    )

    def go_on_without(mission: Mission) -> bool:
        moved = locked(mission)
        if moved.status != MissionStatus.DELIVERED:
            return False
        _reviewed(moved, by=None, now=now, reason=reasons.coded("review-missing"))
        return True

    return each_row("awaited-reviews", waited, go_on_without)


def close_done(now: datetime) -> int:
    """Close the missions for which nothing is awaited any more. Returns how many."""
    given = Document.objects.receipts().standing().filter(mission=OuterRef("pk"))
    without = ~Q(regime__in=regimes.WITH_A_RECEIPT)
    unwritten = ~Exists(HoursEntry.objects.filter(mission=OuterRef("pk")))
    rows = Mission.objects.filter(without | Exists(given) | unwritten, status__in=endings.ENDING)

    def close_one(mission: Mission) -> bool:
        return close_if_done(locked(mission), now=now)

    return each_row("closings", rows, close_one)


def close_if_done(mission: Mission, *, now: datetime) -> bool:
    """Close the mission by itself when nothing is awaited any more. True when it was closed."""
    if not endings.is_done(mission, now):
        return False
    close(mission, by=None, now=now)
    return True


@transaction.atomic
def close(mission: Mission, *, reason: str = "", by: User | None, now: datetime) -> None:
    """Close the mission. Raises NotYet without a reason where its receipt isn't given."""
    mission = locked(mission)
    if endings.lacks_its_receipt(mission) and not reason.strip():
        raise NotYet(_("Its receipt isn’t given: to close without one, say why."))
    following = Mission.objects.filter(renewed_from=mission, interrupted_at=None).first()
    goes_on = following and not going_on.refusal_of(following)
    to = MissionStatus.RENEWED if goes_on else MissionStatus.CLOSED
    step = mission.move(to, by=by, reason=reason)
    mission.closed_at = now
    mission.save(update_fields=["closed_at"])
    _ask_no_more(mission, now)
    certificates.make_at_the_end(mission, now=now)
    letters.mission_closed(step)
    letters.mission_moved(step)
    ranking.changed(mission.offer)


def locked(mission: Mission, *, to: MissionStatus | None = None) -> Mission:
    """The mission, locked and read again. With `to`, raises ForbiddenMove when its status has changed since the
    caller read it: the right that was checked depends on the status."""
    sides = ("need__organisation", "need__pole", "offer__organisation", "offer__person")
    rows = Mission.objects.select_for_update(no_key=True, of=("self",))
    fresh = rows.select_related(*sides, "renewed_from").get(pk=mission.pk)
    if to and fresh.status != mission.status:
        raise ForbiddenMove(fresh, fresh.status, to)
    return fresh
