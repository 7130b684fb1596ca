"""What waits for a person: one list, the most urgent first, each line with its reason and next act. Reads only. The
coordinators' lines are in kinds/."""

from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import chain

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership, Organisation, User
from marketplace.desk import (
    asked_of,
    own_fresh,
    own_gatherings,
    own_missions,
    own_teams,
    own_waiters,
)
from marketplace.desk.asked_of import Candidates, Row
from marketplace.desk.waiting import Waiting, ordered, urgency
from marketplace.models import ConsentRequest, FollowUp, Mission, Offer
from marketplace.rules import mission_roles, readings, visits


def for_person(
    user: User,
    memberships: Iterable[Membership],
    missions: Iterable[Mission],
    now: datetime,
    *,
    found: Candidates,
) -> list[Waiting]:
    """The lines of this person, from all their `memberships` and their `missions` (see `own_missions.under_way`). `found`: what
    may wait for them (see `asked_of.candidates`)."""
    memberships = list(memberships)
    rows = asked_of.rows_of(user, memberships, found, now)
    asked = [_LINES[row.kind](row, now) for row in rows]
    reader = mission_roles.Reader.of(user, memberships) if missions else None
    moves = own_missions.waiting(reader, missions, {line.url for line in asked}) if reader else ()
    others = (own_gatherings, own_waiters, own_fresh)
    return ordered(chain(asked, moves, *(other.waiting(user, found, now) for other in others)))


# --- the lines ------------------------------------------------------------------------------
def _named(row: Row) -> dict[str, str]:
    organisation = Organisation(name=row.organisation)
    if row.other:
        return {"who": Offer(person=row.person, organisation=organisation).discreet_name}
    return {"who": organisation.name}


def _theirs(row: Row, page: str, why: str) -> Waiting:
    url = reverse(page, args=[row.to])
    return Waiting(row.kind, row.what, why, row.since, url, act="", is_theirs=True)


def _awaited(row: Row, now: datetime) -> Waiting:
    return _theirs(row, "proposal", _("%(who)s has not answered yet") % _named(row))


def _colleague(row: Row, now: datetime) -> Waiting:
    who = {"who": row.person or row.organisation}
    return _theirs(row, "proposal", _("%(who)s has to answer: nobody else says yes for them") % who)


def _proposal(row: Row, now: datetime) -> Waiting:
    put_forward = _("Proposed by the coordinators, with %(who)s")
    waits = _("%(who)s is waiting for your answer")
    return Waiting(
        kind="proposal",
        what=row.what,
        why=(waits if row.kind == "proposal" else put_forward) % _named(row),
        since=row.since,
        url=reverse("proposal", args=[row.to]),
        act=_("Answer"),
        urgency=_within(row, now),
    )


def _within(row: Row, now: datetime) -> str:
    """Late only once the day by which its page asks for an answer has passed."""
    return readings.Bounds.of(int(row.days), timezone.localdate(now)).urgency(row.since)


_QUESTIONS = {  # by the kind: where it is answered, and the sentence
    "agreement": ("team-answer", gettext_lazy("%(who)s asks for your agreement")),
    "transfer": ("transfer", gettext_lazy("%(who)s asks whether you would take it over")),
    "consent": ("consents", gettext_lazy("%(who)s asks for your yes")),
    "invitation": ("my-invitation", gettext_lazy("%(who)s invites you to join this organisation")),
    "certificate": ("document", gettext_lazy("A paper waits for your signature")),
    **own_teams.QUESTIONS,
    "group": ("group-tie", gettext_lazy("%(who)s says that it belongs to this group")),
    "seat": ("seat", gettext_lazy("%(who)s: a yes or a no is asked of you")),
}


def _agreement(row: Row, now: datetime) -> Waiting:
    page, why = _QUESTIONS[row.kind]
    return Waiting(
        kind=row.kind,
        what=_("In your name") if row.kind == "consent" else row.what,
        why=why % {"who": row.person or row.organisation},
        since=row.since,
        url=reverse(page, args=[] if row.kind == "consent" else [row.to]),
        act=_("Sign") if row.kind == "certificate" else _("Answer"),
        urgency=urgency(row.since, now),
    )


def _follow_up(row: Row, now: datetime) -> Waiting:
    goes_on = _("How is it going?")
    if row.organisation == FollowUp.Kind.LATER:
        goes_on = _("Three months after: does it still serve?")
    return Waiting(
        kind="follow-up",
        what=row.what,
        why=_("Two minutes for your review") if row.other else goes_on,
        since=row.since,
        url=reverse("mission-review", args=[row.to])
        if row.other
        else reverse("mission", args=[row.to]) + "#suivi",
        act=_("Give my review") if row.other else _("Answer"),
        urgency=urgency(row.since, now),
    )


def _message(row: Row, now: datetime) -> Waiting:
    return Waiting(
        kind="message",
        what=row.what,
        why=_("A message you haven’t read"),
        since=row.since,
        url=reverse("thread", args=[row.to]),
        act=_("Read"),
    )


def _need(row: Row, now: datetime) -> Waiting:
    return Waiting(
        kind="need",
        what=row.what,
        why=_("The coordinators asked you a question")
        if row.other
        else _("A draft that nobody sees yet"),
        since=row.since,
        url=reverse("need" if row.other else "need-steps", args=[row.to]),
        act=_("Answer") if row.other else _("Finish"),
        urgency=urgency(row.since, now) if row.other else "calm",
    )


def _not_retained(row: Row, now: datetime) -> Waiting:
    why, url = _("Not retained as it is: you may rework it"), reverse("need", args=[row.to])
    return Waiting("need", row.what, why, row.since, url, act=_("Read why"))


def _read(row: Row, now: datetime) -> Waiting:
    if not row.other:
        return _theirs(row, "need", _("Nobody reads it for now: its structure isn’t accepted"))
    days = int(row.days)
    if day := readings.promised_for(row.since, days, now):
        return _theirs(row, "need", _("The answer promised for %(day)s is late") % {"day": day})
    why = _("A coordinator reads it and answers you %(within)s")
    return _theirs(row, "need", why % {"within": readings.in_words({days})})


def _offer(row: Row, now: datetime) -> Waiting:
    return Waiting(
        kind="offer",
        what=row.what,
        why=_("The dates are over: still free?")
        if row.other
        else _("A draft that nobody sees yet"),
        since=row.since,
        url=reverse("offer", args=[row.to]),
        act=_("Renew") if row.other else _("Finish"),
    )


def _asked_offer(row: Row, now: datetime) -> Waiting:
    """Its person was asked for their yes, by a link that runs out."""
    if row.since + ConsentRequest.LASTS > now:
        why = _("%(who)s was asked: it is shown as soon as they say yes")
        return _theirs(row, "offer", why % {"who": row.person})
    why = _("%(who)s hasn’t answered: you can ask again") % {"who": row.person}
    url = reverse("offer", args=[row.to])
    return Waiting("offer", row.what, why, row.since, url, act=_("Ask again"))


def _organisation(row: Row, now: datetime) -> Waiting:
    why, url = _("The coordinators asked you a question"), reverse("organisation", args=[row.to])
    since = row.since
    return Waiting("organisation", row.what, why, since, url, _("Answer"), urgency(since, now))


def _visit(row: Row, now: datetime) -> Waiting:
    """Three times to choose from or, once it is agreed, when it begins."""
    url, who = reverse("visit", args=[row.to]), {"who": row.person or _("The coordination")}
    if row.other:
        why, since = _("%(who)s proposes three times for a visit") % who, row.since
        return Waiting("visit", row.what, why, since, url, _("Choose"), urgency(since, now))
    why = _("A visit of the coordination: %(time)s") % {"time": visits.in_words(row.since)}
    return Waiting("visit", row.what, why, min(row.since, now), url, _("See the visit"))


_LINES: dict[str, Callable[[Row, datetime], Waiting]] = {
    "proposal": _proposal,
    "put-forward": _proposal,
    "awaited": _awaited,
    "colleague": _colleague,
    "read": _read,
    "follow-up": _follow_up,
    "message": _message,
    "need": _need,
    "not-retained": _not_retained,
    "offer": _offer,
    "asked-offer": _asked_offer,
    "organisation": _organisation,
    "visit": _visit,
    **dict.fromkeys(_QUESTIONS, _agreement),
}
