"""What goes on today between the invented people: proposals of every kind, some without an answer, a late yes."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q
from django.utils import timezone

from accounts.models import Pole, User
from marketplace.actions.market import proposals, silence
from marketplace.actions.missions import followups, hours, missions
from marketplace.demo import people
from marketplace.demo.clock import Story, at
from marketplace.demo.files import read
from marketplace.demo.market import Cast
from marketplace.demo.missions import HELLO, talk
from marketplace.models import Need, NeedSkill, Offer, OfferSkill, Origin, Proposal, Side
from marketplace.rules import working_days
from marketplace.rules.working_days import worked_from
from marketplace.states import NeedStatus, OfferStatus

# Applications that a structure lets close without an answer, by need: who applies (anybody if it isn't
# said), and the word with which the structure comes back, if it does.
LEFT_UNANSWERED = {
    "Trouver des mécènes pour le festival": (
        "claire.hermant@example.org",
        "Pardon pour ce silence : le spectacle de novembre nous a tout pris. "
        "Nous aimerions toujours travailler avec vous, si c’est encore possible.",
    ),
    "Une identité visuelle pour l’atelier vélo": ("", ""),
}
ORIGINS = (Origin.APPLICATION, Origin.INVITATION, Origin.COORDINATOR)
NOES = (
    "Je ne suis pas libre avant plusieurs mois.",
    "C’est un peu loin de chez moi, je préfère vous le dire tout de suite.",
    "Je n’ai pas assez l’habitude de ce sujet pour vous aider bien.",
    "Nous venons de prendre deux engagements : ce ne serait pas sérieux.",
)
NOT_THEM = (
    "Merci ! Il nous faut quelqu’un qui puisse passer chaque semaine.",
    "Merci de votre message. Nous attendons encore l’accord de notre conseil.",
    "Votre proposition nous touche, mais nous cherchons quelqu’un du quartier.",
)
NOT_FREE = "Je ne suis pas libre à ce moment-là."


def stories(cast: Cast, needs: list[Need], offers: list[Offer]) -> Iterator[Story]:
    """The stories that join needs to offers with a skill they ask for; each offer is in one story only."""
    leavers = {cast.persons[item["who"]] for item in read("stories")["stories"] if "leaves" in item}
    free = [
        offer
        for offer in offers
        if offer.status == OfferStatus.PUBLISHED and offer.person and offer.person not in leavers
    ]
    skills = Skills(cast.pole)
    yield what_comes_by_itself()
    yield from left_unanswered(needs, free, skills)
    a_fortnight_ago = timezone.localtime() - timedelta(days=14)
    for number, need in enumerate(needs[:60]):
        if need.status != NeedStatus.PUBLISHED or need.title in LEFT_UNANSWERED:
            continue
        is_old = need.published_at is not None and need.published_at < a_fortnight_ago
        if is_old and number % 2:
            yield from _a_no_of_then(need, number)
        elif (is_old or number % 3 == 0) and (offer := skills.suitable(need, free)):
            free.remove(offer)
            yield _asked(need, offer, number)


def _a_no_of_then(need: Need, number: int) -> Iterator[Story]:
    """Of a need that has been online for some time: somebody was asked in its first weeks, and said no."""
    assert need.published_at is not None, "what is open has been published"
    day = worked_from(timezone.localdate(need.published_at) + timedelta(days=5 + number % 16))
    if day < timezone.localdate() - timedelta(days=35):
        yield said_no(need, day, number)


class Skills:
    """What each need of the pôle requires and what each offer holds, asked at once."""

    def __init__(self, pole: Pole) -> None:
        self.wanted: dict[int, set[int]] = {}
        self.held: dict[int, set[int]] = {}
        required = NeedSkill.objects.filter(need__pole=pole, required=True)
        for need, skill in required.values_list("need", "skill"):
            self.wanted.setdefault(need, set()).add(skill)
        held = OfferSkill.objects.filter(offer__pole=pole)
        for offer, skill in held.values_list("offer", "skill"):
            self.held.setdefault(offer, set()).add(skill)

    def suitable(self, need: Need, free: list[Offer]) -> Offer | None:
        wanted = self.wanted.get(need.pk, set())
        for offer in free:
            held = self.held.get(offer.pk, set())
            if wanted & held and offer.published_at and need.published_at:
                return offer
        return None


def what_comes_by_itself() -> Story:
    """The acts of the clock that write letters: on Mondays, and on each working day of the last three weeks."""
    today = timezone.localdate()
    for days_ago in range(people.BEGAN - 20, 0, -1):
        day = today - timedelta(days=days_ago)
        if day.weekday() > 4 or (days_ago > 21 and day.weekday() > 0):
            continue
        yield at(day, 7, 30)
        now = timezone.now()
        followups.ask_due(day)
        hours.confirm_silent(now)
        missions.end_awaited_reviews(now)
        missions.close_done(now)
        if days_ago <= 21:
            followups.open_cases(now)
            silence.remind(now)


def _asked(need: Need, offer: Offer, number: int) -> Story:
    """A proposal of one of the three origins: some are without an answer so far, a few are declined."""
    assert need.published_at is not None, "what is open has been published"
    assert offer.published_at is not None, "what is open has been published"
    first = timezone.localdate(max(need.published_at, offer.published_at)) + timedelta(days=1)
    day = worked_from(max(first, timezone.localdate() - timedelta(days=2 + number % 8)))
    yield at(day, 9 + number % 8, 25)
    proposal = _ask(ORIGINS[number // 3 % 3], need, offer)
    yield from talk(proposal, day, number % 3)
    if number % 15 == 12:
        yield at(worked_from(day + timedelta(days=1)), 17)
        side = Side.NEED if proposal.has_yes_of(Side.OFFER) else Side.OFFER
        by = need.created_by if side == Side.NEED else _who_comes(offer)
        proposals.decline(proposal, side=side, reason=NOT_FREE, by=by)


def _ask(origin: str, need: Need, offer: Offer) -> Proposal:
    if origin == Origin.APPLICATION:
        return proposals.apply(need, offer, word=HELLO, by=_who_comes(offer))
    if origin == Origin.INVITATION:
        return proposals.invite(need, offer, word="", by=need.created_by)
    assert need.coordinator is not None, "a coordinator has published it"
    return proposals.propose(need, offer, word="", by=need.coordinator)


def _who_comes(offer: Offer) -> User:
    assert offer.person is not None, "no team tells a story here"
    return offer.person


# --- a no ------------------------------------------------------------------------------------
def said_no(need: Need, day: date, number: int) -> Iterator[datetime]:
    """Somebody who has the skill applies, is invited or is proposed; four working days later one of the two says no."""
    yield at(day, 9 + number % 7, 35)
    offer = _who_might(need)
    if offer is None:
        return
    proposal = _ask(ORIGINS[number % len(ORIGINS)], need, offer)
    yield at(worked_from(day + timedelta(days=4)), 10 + number % 6)
    if proposal.has_yes_of(Side.OFFER):
        proposals.decline(
            proposal, side=Side.NEED, reason=NOT_THEM[number % len(NOT_THEM)], by=need.created_by
        )
    else:
        proposals.decline(
            proposal, side=Side.OFFER, reason=NOES[number % len(NOES)], by=_who_comes(offer)
        )


def _who_might(need: Need) -> Offer | None:
    """Of the offers of then with a skill that it requires, and of which nobody has asked anything for a month, the one that was
    put forward least."""
    a_month_ago = timezone.localtime() - timedelta(days=31)
    asked = Proposal.objects.filter(Q(need=need) | Q(created_at__gte=a_month_ago))
    wanted = need.wanted.filter(required=True).values("skill")
    then = Offer.objects.published().filter(
        held__skill__in=wanted, person__isnull=False, published_at__lt=timezone.now(),
        ends_on__gte=timezone.localdate(), pole=need.pole,
    )  # fmt: skip
    then = then.exclude(person=need.created_by).exclude(
        person__in=asked.exclude(offer__person=None).values("offer__person")
    )
    many = Count("proposals", distinct=True)
    return then.annotate(many=many).order_by("many", "pk").first()


# --- no answer, and one that comes late ----------------------------------------------------
def left_unanswered(needs: list[Need], free: list[Offer], skills: Skills) -> Iterator[Story]:
    """Proposals made thirteen working days ago, which the clock has closed after ten; some are answered late,
    yesterday."""
    today = timezone.localdate()
    asked_on = working_days.after(working_days.before(today, 13), 1)
    for need in needs:
        if need.title not in LEFT_UNANSWERED:
            continue
        who, word = LEFT_UNANSWERED[need.title]
        offer = skills.suitable(need, [one for one in free if who in ("", one.created_by.email)])
        if offer is None:
            continue
        free.remove(offer)
        was_there_before(asked_on, need, offer)
        yield _without_an_answer(need, offer, asked_on, word)


def was_there_before(day: date, *rows: Need | Offer) -> None:
    """Date the publication well before anybody applies."""
    for row in rows:
        assert row.published_at is not None, "only what is published is applied with"
        earlier = max(row.published_at - at(day - timedelta(days=3)), timedelta(0))
        moments = ["created_at", "published_at", *(["submitted_at"] * isinstance(row, Need))]
        for name in moments:
            setattr(row, name, getattr(row, name) - earlier)
        row.save(update_fields=moments)
        row.steps.update(at=F("at") - earlier)


def _without_an_answer(need: Need, offer: Offer, asked_on: date, word: str) -> Iterator[datetime]:
    yield at(asked_on, 10)
    let_go = proposals.apply(need, offer, word=HELLO, by=_who_comes(offer))
    if word:
        yield at(working_days.after(asked_on, 11), 17)
        let_go.refresh_from_db()
        proposals.say_yes_late(let_go, side=Side.NEED, word=word, by=need.created_by)
