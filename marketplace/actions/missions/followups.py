"""Asks how a mission is going, at set moments, and takes in the answers.

The calendar of a mission: a note as it begins (missions.start), “how is it going?”
after a week, half way and before the end, a review the day after the delivery, and a
question three months later. Each question has its window of days: one whose window
has passed (an outage, late dates) isn't asked any more, since the next one takes its
place.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.models.reasons import coded
from accounts.tokens import mailbox
from marketplace import letters
from marketplace.actions.desk import cases
from marketplace.actions.refusals import NotYet, require_mailbox
from marketplace.models import Case, FollowUp, Mission, Promises, Reminder, Review, Voice
from marketplace.rules import audience, permissions, working_days
from marketplace.rules.first_question import FIRST_WEEK, LONG, half_way
from marketplace.states import REVIEWABLE, MissionStatus
from notifications.faults import each_row

SOON = timedelta(days=7)  # before the end
NEXT_DAY = timedelta(days=1)
LATER = timedelta(days=90)  # does what was made still serve?
TOO_LATE = timedelta(days=60)  # an impact asked for much later is no longer one of three months
OVERDUE = timedelta(days=14)  # past its end, and nobody has said that it is done
SALT = "follow-up"
LINK_LASTS = timedelta(days=120)  # longer than the wait for the latest question


def ask_due(today: date) -> int:
    """Ask each question whose window is open and that hasn't been asked yet: after a missed day it is asked the
    next day. How it goes is no question any more once its link has run out."""
    over = FollowUp.objects.unanswered().exclude(kind=FollowUp.Kind.REVIEW)
    over.filter(asked_on__lt=today - LINK_LASTS).update(settled_at=timezone.now())
    return each_row("follow-ups", _to_ask(today), _ask)


def _to_ask(today: date) -> Iterator[tuple[Mission, str, Voice, date]]:
    for kind, missions in _due(today).items():
        for voice, pks in _unasked(kind, missions):
            chosen = Mission.objects.filter(pk__in=pks).select_related(
                "need__organisation", "offer__organisation", "offer__person"
            )
            for mission in chosen:
                if _is_its_time(kind, mission, today):
                    yield mission, kind, voice, today


def _unasked(kind: str, missions: QuerySet[Mission]) -> Iterator[tuple[Voice, list[int]]]:
    """For each voice, the numbers of the missions not asked this question yet. Voices without any are left out, as
    on most days."""
    for voice in VOICES[kind]:
        asked = FollowUp.objects.filter(mission=OuterRef("pk"), kind=kind, side=voice)
        unasked = missions.filter(~Exists(asked))
        if kind == FollowUp.Kind.REVIEW:
            given = Review.objects.filter(mission=OuterRef("pk"), side=voice)
            unasked = unasked.filter(~Exists(given))
        if voice == Voice.COMPANY:
            unasked = unasked.exclude(offer__organisation=None)
        if pks := list(unasked.order_by("pk").values_list("pk", flat=True)):
            yield voice, pks


SIDES = (Voice.NEED, Voice.OFFER)
VOICES: dict[str, tuple[Voice, ...]] = {
    FollowUp.Kind.FIRST_WEEK: SIDES,
    FollowUp.Kind.MIDWAY: SIDES,
    FollowUp.Kind.ENDING: SIDES,
    FollowUp.Kind.REVIEW: (*SIDES, Voice.COMPANY),
    FollowUp.Kind.LATER: (Voice.NEED, Voice.OFFER),
}


def _due(today: date) -> dict[str, QuerySet[Mission]]:
    """For each question, the missions in its window as far as the database can tell; `_is_its_time` checks the
    rest. The first week is that of the mission itself, however late it began; one still being framed a week after
    its first day is asked too, since people are lost there in silence. One that is paused isn't."""
    running = Mission.objects.running()
    return {
        FollowUp.Kind.FIRST_WEEK: Mission.objects.live()
        .exclude(status__in=[MissionStatus.LEFT, MissionStatus.SUSPENDED])
        .filter(starts_on__lte=today - FIRST_WEEK)
        .filter(Q(started_at=None) | Q(started_at__date__lte=today - FIRST_WEEK)),
        FollowUp.Kind.MIDWAY: running.filter(starts_on__lte=today - LONG / 2, ends_on__gt=today),
        FollowUp.Kind.ENDING: running.filter(ends_on__lte=today + SOON, ends_on__gte=today),
        FollowUp.Kind.REVIEW: Mission.objects.filter(
            status__in=REVIEWABLE, delivered_at__date__lte=today - NEXT_DAY
        ),
        FollowUp.Kind.LATER: Mission.objects.filter(
            interrupted_at=None,
            delivered_at__date__lte=today - LATER,
            delivered_at__date__gt=today - LATER - TOO_LATE,
        ),
    }


def _is_its_time(kind: str, mission: Mission, today: date) -> bool:
    """Whether this question's window is still open: the next question closes it."""
    if kind == FollowUp.Kind.FIRST_WEEK:
        return today < half_way(mission) or mission.status != MissionStatus.RUNNING
    if kind == FollowUp.Kind.MIDWAY:
        is_long = mission.ends_on - mission.starts_on >= LONG
        return is_long and half_way(mission) <= today < mission.ends_on - SOON
    if kind == FollowUp.Kind.ENDING:
        return mission.ends_on - mission.starts_on >= 3 * SOON
    return True


@transaction.atomic
def _ask(mission: Mission, kind: str, voice: str, today: date) -> bool:
    """Ask one person of that side. The unique key makes two runs at once ask only once. True when somebody was
    asked."""
    people = _people(mission, voice)
    if not people:
        return False
    follow_up, created = FollowUp.objects.get_or_create(
        mission=mission, kind=kind, side=voice, defaults={"asked": people[0], "asked_on": today}
    )
    if created:
        letters.follow_up_asked(follow_up, url=link(follow_up), answers=answers(follow_up))
    return created


def _people(mission: Mission, voice: str) -> list[User]:
    """The people of that side who may answer today. Those asked for the company aren't the person already asked in
    their own name."""
    return [
        person
        for person in _of_voice(mission, voice)
        if permissions.has_voice(person, mission, voice)
    ]


def _of_voice(mission: Mission, voice: str) -> list[User]:
    if voice == Voice.NEED and mission.apart_for:
        return list(audience.representatives_of(mission.apart_for))
    if voice != Voice.COMPANY:
        return list(audience.of_side(mission.proposal, voice))
    company = mission.offer.organisation
    if company is None or mission.is_own_time:
        return []
    already = {person.pk for person in audience.of_side(mission.proposal, Voice.OFFER)}
    return [person for person in audience.in_charge_at(company) if person.pk not in already]


# --- the link and the answer ---------------------------------------------------------------
def link(follow_up: FollowUp) -> str:
    """The address of the page that answers without login, signed for this question and the mailbox of the person
    asked."""
    said = f"{follow_up.pk}-{mailbox(follow_up.asked.email)}"
    return reverse("follow-up", args=[signing.Signer(salt=SALT).sign(said)])


def own_link(follow_up: FollowUp, user: User) -> str:
    """The same for whoever was asked, on a page of theirs; "" where nothing awaits them there. A review has a page of its own."""
    waits = follow_up.answered_at is None and follow_up.settled_at is None
    if follow_up.asked_id != user.pk or not waits or follow_up.kind == FollowUp.Kind.REVIEW:
        return ""
    try:
        _require_open(follow_up)
    except NotYet:
        return ""
    return "" if is_over(follow_up) else link(follow_up)


def answers(follow_up: FollowUp) -> list[dict]:
    """The one-click answers of the letter: label and full address."""
    page = settings.SITE_URL + link(follow_up)
    return [
        {"label": answer.label, "url": f"{page}?answer={answer.value}"}
        for answer in FollowUp.Answer
    ]


def from_token(token: str) -> FollowUp | None:
    """The question behind a link, or None for a forged one. Raises NotYet, with a sentence, when it is
    too old, went to another address of its reader, or they no longer speak for that side."""
    try:
        pk, _dash, sent_to = signing.Signer(salt=SALT).unsign(token).partition("-")
    except signing.BadSignature:
        return None
    found = (
        FollowUp.objects.select_related(
            "mission__need__organisation",
            "mission__need__pole",
            "mission__need__coordinator",
            "mission__coordinator",
            "mission__offer__organisation",
            "asked",
        )
        .filter(pk=pk)
        .first()
    )
    if found is not None:
        require_mailbox(found.asked, sent_to)
        _require_open(found)
    return found


def number_in(token: str) -> int:
    """The number of the question that a genuine link names, were it too old."""
    return int(signing.Signer(salt=SALT).unsign(token).partition("-")[0])


def _require_open(follow_up: FollowUp) -> None:
    if timezone.localdate() - follow_up.asked_on > LINK_LASTS:
        raise NotYet(_("This link has run out: the question is more than four months old."))
    if not permissions.has_voice(follow_up.asked, follow_up.mission, follow_up.side):
        raise NotYet(
            _(
                "This link was for somebody who spoke for this side of the mission, and no longer does: "
                "nothing can be answered by it any more."
            )
        )


MILDEST_FIRST: list[str] = [FollowUp.Answer.GOOD, FollowUp.Answer.DOUBT, FollowUp.Answer.HELP]


def is_over(follow_up: FollowUp) -> bool:
    """Whether how the mission goes is no question any more, since it was stopped or closed. Only the last question,
    whether the work still serves, is asked after the closing."""
    mission = follow_up.mission
    closed = mission.status in {MissionStatus.CLOSED, MissionStatus.RENEWED}
    return mission.was_interrupted or (closed and follow_up.kind != FollowUp.Kind.LATER)


def answers_left(follow_up: FollowUp) -> list[str]:
    """The answers that may still be given: “all is well” may become a doubt, and a doubt a call for help, but never
    the other way round."""
    if is_over(follow_up):
        return []
    if follow_up.answered_at is None:
        return list(MILDEST_FIRST)
    said = follow_up.answer
    return MILDEST_FIRST[MILDEST_FIRST.index(said) + 1 :] if said else []


@transaction.atomic
def answer(follow_up: FollowUp, *, answer: str, words: str, still_used: str = "") -> None:
    """Keep the answer; a second one counts only if it is worse. A doubt or a call for help opens a case and reaches
    a coordinator. Raises NotYet."""
    if is_over(follow_up):
        raise NotYet(_("This mission is over: nothing is asked of you any more."))
    now = timezone.now()
    milder = MILDEST_FIRST[: MILDEST_FIRST.index(answer)]
    changed = FollowUp.objects.filter(
        Q(answered_at=None) | Q(answer__in=milder), pk=follow_up.pk
    ).update(
        answer=answer,
        words=words or F("words"),
        still_used=still_used or F("still_used"),
        answered_at=now,
        settled_at=None,
    )
    follow_up.refresh_from_db(fields=["answer", "words", "still_used", "answered_at"])
    if not changed:
        raise NotYet(_("You have already answered: thank you."))
    if answer != FollowUp.Answer.GOOD:
        letters.help_asked(follow_up)
        _open_case(follow_up, answer, words, now)
    else:
        end_silence(follow_up)


def may_add(follow_up: FollowUp) -> bool:
    """Whether the person who said that something is wrong may still add what it is: until a coordinator has seen to
    it."""
    worried = follow_up.answer in {FollowUp.Answer.DOUBT, FollowUp.Answer.HELP}
    return worried and follow_up.settled_at is None and not is_over(follow_up)


@transaction.atomic
def add(follow_up: FollowUp, *, words: str) -> None:
    """Add words to an answer given by a click: they reach the coordinators as the answer did. The same words sent
    twice are kept once. Raises NotYet."""
    follow_up = FollowUp.objects.select_for_update(no_key=True).get(pk=follow_up.pk)
    if not may_add(follow_up):
        raise NotYet(_("The coordination has already seen to it: write to them directly."))
    if follow_up.words.endswith(words):
        return
    follow_up.words = f"{follow_up.words}\n\n{words}".strip()
    follow_up.save(update_fields=["words"])
    letters.help_explained(follow_up)
    _open_case(follow_up, follow_up.answer, words, timezone.now())


def _open_case(follow_up: FollowUp, reason: str, words: str, now: datetime) -> None:
    who = follow_up.asked
    told = coded("said", who=who, words=words) if words else coded(f"answered-{reason}", who=who)
    cases.open_about(follow_up.mission, reason=Case.Reason(reason), words=told, now=now)


@transaction.atomic
def settle(follow_up: FollowUp, *, by: User) -> bool:
    """A coordinator has dealt with the answer; a case that it alone had opened is closed with it. False when it was settled
    already."""
    waits = FollowUp.objects.filter(settled_at=None)
    if not waits.filter(pk=follow_up.pk).update(settled_at=timezone.now()):
        return False
    others = waits.filter(mission=follow_up.mission_id).exclude(answer=FollowUp.Answer.GOOD)
    if not others.exists():
        cases.end_worry(follow_up.mission, by=by)
    return True


# --- silence -------------------------------------------------------------------------------
def open_cases(now: datetime) -> int:
    """Open a case for each question that nobody answers and each mission past its end. Returns how many."""
    return each_row("silent-follow-ups", _to_open(now), _open_once)


type OpenOne = Callable[[int, datetime], None]


def _to_open(now: datetime) -> Iterator[tuple[FollowUp | Mission, str, OpenOne, datetime]]:
    today = timezone.localdate(now)
    for pole, promises in Promises.of_all().items():
        asked_by = working_days.before(today, promises.case_after)
        silent = FollowUp.objects.silent_since(asked_by).filter(
            mission__need__pole=pole, settled_at=None
        )
        late = Mission.objects.live().filter(
            need__pole=pole, has_dates=True, ends_on__lte=today - OVERDUE
        )
        yield from ((row, key, _silence, now) for row, key in _not_said(silent))
        yield from ((row, key, _overdue, now) for row, key in _not_said(late))


def _not_said(rows: QuerySet) -> Iterator[tuple[FollowUp | Mission, str]]:
    """The rows that have had no case yet, with the key of their case. The keys already used are read at once, since
    most rows have had theirs."""
    dated = rows.order_by("pk").values_list("pk", DATED[rows.model])
    keys = {case_key(rows.model, pk, day): pk for pk, day in dated}
    fresh = keys.keys() - Reminder.objects.said(keys)
    for key in sorted(fresh, key=keys.__getitem__):
        yield rows.model(pk=keys[key]), key


def _open_once(row: FollowUp | Mission, key: str, open_one: OpenOne, now: datetime) -> bool:
    if not Reminder.claim(key, now):
        return False
    open_one(row.pk, now)
    return True


# A mission whose end is moved may be late again; a question is asked once.
DATED = {FollowUp: "asked_on", Mission: "ends_on"}
LATE_ABOUT = ("need__pole", "need__coordinator", "coordinator")


def case_key(model: type, pk: int, day: date) -> str:
    noun = "follow-up" if model is FollowUp else "mission"
    return f"{noun}:{pk}:case:{day.isoformat()}"


def _silence(pk: int, now: datetime) -> None:
    about = [f"mission__{name}" for name in LATE_ABOUT]
    follow_up = FollowUp.objects.select_related("asked", *about).get(pk=pk)
    told = coded("silent", who=follow_up.asked, when=coded(follow_up.moment_code))
    cases.open_about(follow_up.mission, reason=Case.Reason.SILENCE, words=told, now=now)


def end_silence(follow_up: FollowUp) -> None:
    """Note that this question is answered in the case that its silence has opened, if that is open still."""
    key = case_key(FollowUp, follow_up.pk, follow_up.asked_on)
    found = Case.objects.open().about(follow_up.mission)
    case = found.select_for_update(no_key=True, of=("self",)).first()
    if case is None or not Reminder.objects.said([key]):
        return
    others = FollowUp.objects.unanswered().filter(mission=follow_up.mission_id)
    keys = {case_key(FollowUp, *row) for row in others.values_list("pk", "asked_on")}
    told = coded("answered", who=follow_up.asked, when=coded(follow_up.moment_code))
    cases.answered(case, words=told, is_last=not Reminder.objects.said(keys))


def _overdue(pk: int, now: datetime) -> None:
    mission = Mission.objects.select_related(*LATE_ABOUT).get(pk=pk)
    cases.open_about(mission, reason=Case.Reason.OVERDUE, now=now)
