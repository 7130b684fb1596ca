"""What comes next for a need, in the words of whoever reads its page; a function for each state. Reads only."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.quotes import quoted
from marketplace.models import Need
from marketplace.rules import permissions, readings
from marketplace.rules.next_acts.cards import Button, Card, Line
from marketplace.states import NeedStatus


@dataclass(frozen=True)
class Reading:
    user: User
    need: Need
    last_word: str
    """What the coordinators said last; "" for readers who may not read it."""

    @property
    def is_ours(self) -> bool:
        return self.user.belongs_to(self.need.organisation)

    def url(self, page: str) -> str:
        return reverse(page, args=[self.need.pk])

    @property
    def within(self) -> str:
        """How soon the pôle has promised to read the need, in words."""
        return readings.in_words_for([self.need.pole_id])


def card(user: User, need: Need, *, last_word: str) -> Card | None:
    found = _BY_STATE.get(NeedStatus(need.status))
    return found(Reading(user, need, last_word)) if found else None


def why_not_send(need: Need) -> str:
    """Why the need can't be handed to the coordinators now, as a sentence; "" when it can."""
    if not need.wanted.exists():
        return _("Say at least one skill that you need: nobody can be found without.")
    if need.is_over(timezone.localdate()):
        return _("The end date is already past: change it, then send your need.")
    return ""


# --- one function a state ------------------------------------------------------------------
def _draft(reading: Reading) -> Card | None:
    if not permissions.can_submit_need(reading.user, reading.need):
        return None
    return _asked(reading) if reading.last_word else _first_draft(reading)


def _asked(reading: Reading) -> Card:
    """The card of a need that a coordinator's question brought back to its structure."""
    complete = Button(_("Complete my need"), reading.url("need-edit"), "accent")
    return Card(
        _("The coordinators ask you a question"),
        (
            Line(quoted(reading.last_word)),
            Line(_("Complete your need with the answer, then send it again.")),
        ),
        (complete,) if why_not_send(reading.need) else (complete, _send(reading, "quiet")),
    )


def _first_draft(reading: Reading) -> Card:
    title = _("Nobody sees this draft yet")
    if in_the_way := why_not_send(reading.need):
        edit = Button(_("Edit"), reading.url("need-edit"), "accent")
        return Card(title, (Line(in_the_way),), (edit,))
    words = _("Once it is ready, send it: a coordinator reads it and answers you %(within)s.") % {
        "within": reading.within
    }
    edit = Button(_("Edit"), reading.url("need-edit"), "quiet")
    return Card(title, (Line(words),), (_send(reading, "accent"), edit))


def _send(reading: Reading, look: str) -> Button:
    return Button(_("Send to the coordinators"), reading.url("need-submit"), look, posts=True)


def _submitted(reading: Reading) -> Card | None:
    if permissions.can_qualify_need(reading.user, reading.need):
        return _to_qualify(reading)
    if not reading.is_ours:
        return None
    words = _("You get an answer %(within)s: published, or a question to make it clearer.") % {
        "within": reading.within
    }
    return Card(_("A coordinator is reading your need"), (Line(words),), is_yours=False)


def _to_qualify(reading: Reading) -> Card:
    organisation = reading.need.organisation
    line = Line(
        _("Is it clear, limited, and worth a volunteer's time? Edit the wording if need be, ask a question, or publish.")
    )  # fmt: skip
    if not organisation.is_accepted:
        words = _("This organisation isn't verified yet: verify it before you publish its need.")
        line = Line(words, link=str(organisation), url=organisation.get_absolute_url())
    return Card(
        _("To qualify"),
        (line,),
        (
            Button(_("Qualify step by step"), reading.url("need-qualify"), "accent"),
            Button(_("Publish"), reading.url("need-publish"), "quiet", posts=True),
            Button(_("Edit the wording"), reading.url("need-edit"), "quiet"),
            Button(_("Ask a question"), reading.url("need-ask"), "quiet"),
            Button(_("Not retain it"), reading.url("need-refuse"), "bare"),
        ),
    )


def _published(reading: Reading) -> Card | None:
    if not permissions.can_see_candidates(reading.user, reading.need):
        return None
    words = _(
        "We have ranked the offers that suit this need, with the reasons and what is missing."
    )
    see = Button(_("See who could help"), reading.url("need-candidates"), "accent")
    return Card(_("Who could help?"), (Line(words),), (see,))


def _paused(reading: Reading) -> Card | None:
    if not reading.is_ours:
        return None
    words = _("We had no news of it. Is it still true? What was under way goes on.")
    wake = Button(_("Put it online again"), reading.url("need-wake"), "primary", posts=True)
    return Card(_("Paused: nobody sees it"), (Line(words),), (wake,))


def _refused(reading: Reading) -> Card | None:
    if not reading.is_ours:
        return None
    lines = (Line(quoted(reading.last_word)), Line(_("You can rework it and send it again.")))
    return Card(_("Not retained as it is"), lines, (_rework(reading, "primary"),))


def _redirected(reading: Reading) -> Card | None:
    if not reading.is_ours:
        return None
    hour = Button(
        _("Ask for one hour of advice"), reading.url("need-one-hour"), "primary", posts=True
    )
    title = _("Something would fit better than a mission")
    return Card(title, (Line(reading.last_word),), (hour, _rework(reading, "quiet")))


def _rework(reading: Reading, look: str) -> Button:
    return Button(_("Rework it"), reading.url("need-reopen"), look, posts=True)


_BY_STATE: dict[NeedStatus, Callable[[Reading], Card | None]] = {
    NeedStatus.DRAFT: _draft,
    NeedStatus.SUBMITTED: _submitted,
    NeedStatus.PUBLISHED: _published,
    NeedStatus.PAUSED: _paused,
    NeedStatus.REFUSED: _refused,
    NeedStatus.REDIRECTED: _redirected,
}
