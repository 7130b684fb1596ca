"""What has happened between the invented people: proposals in every state, missions, messages."""

from datetime import date, datetime, timedelta

from django.db.models import F
from django.utils import timezone

from marketplace import audience, own_yes, workdays
from marketplace.demo import clock, market, missions
from marketplace.models import (
    ConsentKind,
    FollowUp,
    Message,
    Mission,
    MissionStep,
    Need,
    Offer,
    Origin,
    Review,
    Time,
)
from marketplace.models.needs import folded
from marketplace.models.proposals import Proposal, ProposalStep, Side
from marketplace.models.threads import Thread, ThreadRead
from marketplace.states import MissionStatus, NeedStatus, OfferStatus, ProposalStatus

HELLO = "Bonjour, votre besoin me parle. J’ai fait la même chose l’an dernier pour une autre association."
THREAD = [
    (Side.OFFER, HELLO),
    (Side.NEED, "Merci ! Pourriez-vous passer nous voir un matin ? Nous ouvrons à neuf heures."),
    (
        Side.OFFER,
        "Jeudi prochain me convient. Avez-vous un accès à vos outils que je puisse regarder avant ?",
    ),
    (Side.NEED, "Oui, je vous prépare cela. À jeudi, et merci encore."),
]
# Missions that are still being prepared, so that each stage can be looked at.
STAGES = {
    4: MissionStatus.FRAMING,
    7: MissionStatus.AGREEMENT,
    11: MissionStatus.AGREEMENT,
    14: MissionStatus.DOCUMENTS,
}
REVIEWS = {
    Side.NEED: (
        5,
        "Un vrai coup d’accélérateur. L’équipe sait faire seule, c’est ce que nous voulions.",
    ),
    Side.OFFER: (
        4,
        "Une équipe accueillante et un besoin clair. J’aurais aimé un peu plus de temps.",
    ),
}

FACTORS = {
    Side.NEED: ("right-skills", "handover-planned", "calendars"),
    Side.OFFER: ("need-clear", "referent-present", "too-short"),
}
# Applications that a structure let close without an answer, by need: who had applied (anybody if it
# isn't said), and the word with which the structure has come back since, if it has.
LEFT_UNANSWERED = {
    "Trouver des mécènes pour le festival": (
        "claire.hermant@example.org",
        "Pardon pour ce silence : le spectacle de novembre nous a tout pris. "
        "Nous aimerions toujours travailler avec vous, si c’est encore possible.",
    ),
    "Une identité visuelle pour l’atelier vélo": ("", ""),
}


def tell(pole, needs: list[Need], offers: list[Offer]) -> int:
    """Join needs to offers that hold a skill they ask for; returns how many stories were told."""
    free = [offer for offer in offers if offer.status == OfferStatus.PUBLISHED]
    told = 0
    for number, need in enumerate(needs[:60]):
        offer = _suitable(need, free)
        if offer is None:
            continue
        if need.status in {NeedStatus.FILLED, NeedStatus.CLOSED}:
            _mission(need, offer, number)
            free.remove(offer)
            told += 1
        elif need.status == NeedStatus.PUBLISHED and number % 20 in STAGES:
            told += _on_its_way(need, free, STAGES[number % 20])
        elif need.status == NeedStatus.PUBLISHED and number % 3 == 0:
            _proposal(need, offer, number)
            told += 1
        elif need.status == NeedStatus.PUBLISHED and number == 40:
            _cancelled(need, offer)
            told += 1
    return told + left_unanswered(needs[:60], free)


def _on_its_way(need: Need, free: list[Offer], stage: str) -> int:
    """A company's mission that isn't running yet: framed, agreed to, signed."""
    offer = _suitable(need, [one for one in free if one.organisation_id and one.time == Time.WORK])
    if offer is None:
        return 0
    Need.objects.filter(pk=need.pk).update(
        status=NeedStatus.FILLED, updated_at=clock.at(timezone.localdate() - timedelta(days=5), 14)
    )
    need.refresh_from_db()
    _mission(need, offer, 0, stage=stage)
    free.remove(offer)
    return 1


def _suitable(need: Need, free: list[Offer]) -> Offer | None:
    wanted = set(need.wanted.filter(required=True).values_list("skill", flat=True))
    for offer in free:
        if offer.person_id and wanted & set(offer.held.values_list("skill", flat=True)):
            return offer
    for offer in free:
        if wanted & set(offer.held.values_list("skill", flat=True)):
            return offer
    return None


def _start(need: Need, offer: Offer, origin: str, days_ago: int, status: str) -> Proposal:
    at = clock.by_day(timezone.now() - timedelta(days=days_ago))
    by = need.coordinator if origin == Origin.COORDINATOR else offer.created_by
    if origin == Origin.INVITATION:
        by = need.created_by
    assert by is not None, "the needs of the demo have a coordinator"
    agreed = status == ProposalStatus.AGREED
    proposal = Proposal.objects.create(
        need=need,
        offer=offer,
        origin=origin,
        word=HELLO if origin == Origin.APPLICATION else "",
        created_by=by,
        created_at=at,
        status=status,
        need_said_yes_at=at + timedelta(days=1) if agreed or origin == Origin.INVITATION else None,
        offer_said_yes_at=at if agreed or origin == Origin.APPLICATION else None,
    )
    if proposal.offer_said_yes_at and (person := own_yes.named(offer)):
        market.agreed(person, ConsentKind.MISSION, proposal, at).save()
    ProposalStep.objects.create(proposal=proposal, after=ProposalStatus.OPEN, by=by, at=at)
    if status != ProposalStatus.OPEN:
        ProposalStep.objects.create(
            proposal=proposal,
            before=ProposalStatus.OPEN,
            after=status,
            by=need.created_by,
            at=at + timedelta(days=1),
            reason="Je ne suis pas libre à ce moment-là."
            if status == ProposalStatus.DECLINED
            else "",
        )
    return proposal


def _proposal(need: Need, offer: Offer, number: int) -> None:
    """Open ones of each origin, some asleep for long, a few refused."""
    origin = [Origin.APPLICATION, Origin.INVITATION, Origin.COORDINATOR][number // 3 % 3]
    status = ProposalStatus.DECLINED if number % 15 == 12 else ProposalStatus.OPEN
    proposal = _start(need, offer, origin, days_ago=2 + number % 10, status=status)
    _talk(proposal, lines=number % 3)


def left_unanswered(needs: list[Need], free: list[Offer]) -> int:
    """Closed two working days ago, ten after the asking; a yes may have come since, yesterday."""
    told, today = 0, timezone.localdate()
    asked_on = workdays.after(workdays.before(today, 13), 1)
    for need in needs:
        if need.title not in LEFT_UNANSWERED:
            continue
        who, word = LEFT_UNANSWERED[need.title]
        offer = _suitable(need, [one for one in free if who in ("", one.created_by.email)])
        if offer is None:
            continue
        told += 1
        free.remove(offer)
        _was_there_before(asked_on, need, offer)
        days_ago = (today - asked_on).days
        let_go = _start(need, offer, Origin.APPLICATION, days_ago, ProposalStatus.OPEN)
        _talk(let_go, lines=0)
        _close_unanswered(let_go, clock.at(workdays.after(asked_on, 10)))
        if word:
            _late_yes(let_go, word, clock.at(workdays.before(today, 1), 17))
    return told


def _was_there_before(day: date, *rows: Need | Offer) -> None:
    """Published well before anybody applied."""
    for row in rows:
        assert row.published_at is not None, "only what is published is applied with"
        earlier = max(row.published_at - clock.at(day - timedelta(days=3)), timedelta(0))
        moments = ["created_at", "published_at", *(["submitted_at"] * isinstance(row, Need))]
        for name in moments:
            setattr(row, name, getattr(row, name) - earlier)
        row.save(update_fields=moments)
        row.steps.update(at=F("at") - earlier)


def _close_unanswered(proposal: Proposal, at: datetime) -> None:
    Proposal.objects.filter(pk=proposal.pk).update(status=ProposalStatus.UNANSWERED)
    ProposalStep.objects.create(
        proposal=proposal,
        before=ProposalStatus.OPEN,
        after=ProposalStatus.UNANSWERED,
        at=at,
        reason="Sans réponse après 10 jours ouvrés.",
    )


def _late_yes(let_go: Proposal, word: str, at: datetime) -> None:
    """The structure's: whoever had applied is asked anew, in the same conversation."""
    since = Proposal.objects.create(
        need=let_go.need,
        offer=let_go.offer,
        origin=let_go.origin,
        takes_up=let_go,
        word=word,
        created_by=let_go.created_by,
        created_at=at,
        need_said_yes_at=at,
    )
    ProposalStep.objects.create(
        proposal=since,
        after=ProposalStatus.OPEN,
        by=let_go.need.created_by,
        at=at,
        reason="un oui après la clôture",
    )
    Thread.objects.filter(proposal=let_go).update(proposal=since)


def _mission(need: Need, offer: Offer, number: int, *, stage: str = "") -> Mission:
    done = need.status == NeedStatus.CLOSED
    begun = need.starts_on
    days_ago = max((timezone.localdate() - begun).days, 0) + 6
    proposal = _start(need, offer, Origin.COORDINATOR, days_ago, ProposalStatus.AGREED)
    _talk(proposal, lines=4)
    mission = Mission.objects.create(
        proposal=proposal,
        need=need,
        offer=offer,
        coordinator=need.coordinator,
        starts_on=begun,
        ends_on=need.ends_on,
        created_at=proposal.created_at + timedelta(days=1),
    )
    missions.live(mission, done=done, number=number, stage=stage)
    if mission.started_at:
        _follow_ups(mission, done, number)
    return mission


def _follow_ups(mission: Mission, done: bool, number: int) -> None:
    """Asked after a week; finished missions have their reviews; one running mission has a doubt."""
    for side in Side:
        asked = list(audience.of_side(mission.proposal, side))[0]
        answer = "DOUBT" if not done and side == Side.NEED and number % 2 else "GOOD"
        at = clock.at(timezone.localdate() - timedelta(days=10), 11)
        FollowUp.objects.create(
            mission=mission,
            kind=FollowUp.Kind.FIRST_WEEK,
            side=side,
            asked=asked,
            asked_on=mission.starts_on + timedelta(days=7),
            answer=answer,
            words="Nous avançons moins vite que prévu." if answer == "DOUBT" else "",
            answered_at=at,
            settled_at=None if answer == "DOUBT" else at,
        )
        if done:
            rating, words = REVIEWS[side]
            review = Review.objects.create(
                mission=mission,
                side=side,
                author=asked,
                rating=rating,
                words=words,
                again=True,
                arrived=Review.Arrived.YES,
                recommend=2 * rating,
            )
            market.agreed(asked, ConsentKind.QUOTE, review, at).save()
            for code in FACTORS[side]:
                review.factors.create(code=code)


def _cancelled(need: Need, offer: Offer) -> None:
    need.starts_on -= timedelta(days=30)
    mission = _mission(need, offer, 0)
    before, at = mission.status, clock.at(timezone.localdate() - timedelta(days=1), 18, 0)
    Mission.objects.filter(pk=mission.pk).update(
        status=MissionStatus.INTERRUPTED, interrupted_at=at
    )
    MissionStep.objects.create(
        mission=mission,
        before=before,
        after=MissionStatus.INTERRUPTED,
        by=offer.created_by,
        at=at,
        reason="Un changement de poste : je ne pourrai pas tenir mes engagements.",
    )


def _talk(proposal: Proposal, *, lines: int) -> None:
    thread = Thread.objects.create(proposal=proposal, last_message_at=proposal.created_at)
    voices = {
        Side.NEED: proposal.need.created_by,
        Side.OFFER: proposal.offer.created_by,
    }
    at = proposal.created_at
    for number, (side, text) in enumerate(THREAD[:lines]):
        at = clock.by_day(proposal.created_at + timedelta(hours=8 * (number + 1)))
        message = Message.objects.create(
            thread=thread,
            author=voices[side],
            text=text,
            search_text=folded(text),
            sent_key=f"demo-{proposal.pk}-{number}",
            created_at=at,
        )
        ThreadRead.objects.update_or_create(
            thread=thread, user=voices[side], defaults={"up_to": message.pk}
        )
    if lines:
        Thread.objects.filter(pk=thread.pk).update(last_message_at=at)
