"""What comes next for a need, in the words of whoever reads its page; a function for each state. Reads only."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.models.leavings import why_nothing_new
from common.quotes import quoted
from marketplace.models import Need
from marketplace.models.market.needs import READ_WITH_ITS_NEEDS
from marketplace.rules import deductions, permissions, readings
from marketplace.rules.carriers import why_not_publish
from marketplace.rules.next_acts.cards import Button, Card, Line
from marketplace.states import NeedStatus


@dataclass(frozen=True)
class Situation:
    user: User
    need: Need
    last_word: str
    """What the coordinators said last; "" for readers who may not read it."""

    @property
    def is_ours(self) -> bool:
        return self.user.represents(self.need.organisation)

    def url(self, page: str) -> str:
        return reverse(page, args=[self.need.pk])

    @property
    def within(self) -> str:
        """How soon the pôle has promised to read the need, in words."""
        return readings.in_words_for([self.need.pole_id])

    @property
    def promised_for(self) -> str:
        """The day for which an answer was promised, in words, once it has passed; "" before."""
        days = readings.days_of([self.need.pole_id])[self.need.pole_id]
        this = readings.with_handing_in(Need.objects.filter(pk=self.need.pk)).get()
        return readings.promised_for(this.handed_in_at, days, timezone.now())


LACKING = {
    deductions.WHAT: gettext_lazy("Say what the matter is, and tick a skill that would help."),
    deductions.WHEN: gettext_lazy("Say how long it takes, roughly."),
    deductions.WHERE: gettext_lazy("Say what your structure is for: its cause."),
}


def card(user: User, need: Need, *, last_word: str) -> Card | None:
    found = _BY_STATE.get(NeedStatus(need.status))
    return found(Situation(user, need, last_word)) if found else None


def why_not_send(need: Need) -> str:
    """Why the need can't be handed to the coordinators now, as a sentence; "" when it can."""
    if not need.organisation.may_ask:  # its kind has changed since the draft
        return _("%(organisation)s is registered as an organisation that asks for nobody.") % {
            "organisation": need.organisation
        }
    if why := why_nothing_new(need.organisation):
        return why
    if not need.wanted.exists():
        return _("Say at least one skill that you need: nobody can be found without.")
    if step := deductions.lacking(need):
        return str(LACKING[step])
    if need.is_over(timezone.localdate()):
        return _("The end date is already past: change it, then send your need.")
    return ""


# --- one function a state ------------------------------------------------------------------
def _draft(situation: Situation) -> Card | None:
    if not permissions.can_submit_need(situation.user, situation.need):
        return None
    # About what was never sent nobody has asked anything.
    asked = situation.last_word and situation.need.submitted_at
    return _asked(situation) if asked else _first_draft(situation)


def _asked(situation: Situation) -> Card:
    """The card of a need that a coordinator's question brought back to its structure."""
    complete = Button(_("Complete my need"), situation.url("need-edit"), "accent")
    return Card(
        _("The coordinators ask you a question"),
        (
            Line(quoted(situation.last_word)),
            Line(_("Complete your need with the answer, then send it again.")),
        ),
        (complete,) if why_not_send(situation.need) else (complete, _send(situation, "quiet")),
    )


def _first_draft(situation: Situation) -> Card:
    title = _first_title(situation)
    if refusal := why_not_send(situation.need):
        edit = Button(_("Go on"), _step(situation.need), "accent")
        return Card(title, (Line(refusal),), (edit,))
    words = _("Once it is ready, send it: a coordinator reads it and answers you %(within)s.") % {
        "within": situation.within
    }
    edit = Button(_("Edit"), situation.url("need-edit"), "quiet")
    return Card(title, (Line(words),), (_send(situation, "accent"), edit))


def _first_title(situation: Situation) -> str:
    need = situation.need
    if permissions.answers_in_place(situation.user, need):
        return _("To be sent for %(org)s") % {"org": need.organisation}
    return _("Nobody sees this draft yet")


def _step(need: Need) -> str:
    """The step of the form that lacks something; when the end has passed, the one of the dates."""
    name = deductions.lacking(need) or deductions.WHEN
    return reverse("need-step", args=[need.pk, name])


def _send(situation: Situation, look: str) -> Button:
    return Button(_("Send to the coordinators"), situation.url("need-submit"), look, posts=True)


def _submitted(situation: Situation) -> Card | None:
    if permissions.can_qualify_need(situation.user, situation.need):
        return _to_qualify(situation)
    if not situation.is_ours:
        return None
    if situation.need.organisation.status not in READ_WITH_ITS_NEEDS:
        return _not_read(situation)
    words = _("You get an answer %(within)s: published, or a question to make it clearer.") % {
        "within": situation.within
    }
    if day := situation.promised_for:
        words = _(
            "An answer was promised for %(day)s. It is late, and we are sorry: write to the coordinators."
        ) % {"day": day}
    waits = why_not_publish(situation.need)
    lines = (Line(words), Line(waits)) if waits else (Line(words),)
    correct = Button(_("Correct my need"), situation.url("need-reopen"), "quiet", posts=True)
    return Card(_("A coordinator is reading your need"), lines, (correct,), is_yours=False)


def _not_read(situation: Situation) -> Card:
    organisation = situation.need.organisation
    words = _("This organisation isn’t accepted today: its page says why.")
    line = Line(words, link=str(organisation), url=organisation.get_absolute_url())
    return Card(_("Nobody reads your need for now"), (line,), is_yours=False)


def _to_qualify(situation: Situation) -> Card:
    organisation = situation.need.organisation
    line = Line(
        _("Is it clear, limited, and worth a volunteer’s time? Edit the wording if need be, ask a question, or publish.")
    )  # fmt: skip
    if not organisation.is_accepted:
        words = _("This organisation isn’t verified yet: verify it before you publish its need.")
        line = Line(words, link=str(organisation), url=organisation.get_absolute_url())
    publish = Button(_("Publish"), situation.url("need-publish"), "quiet", posts=True)
    waits = why_not_publish(situation.need)
    return Card(
        _("To qualify"),
        (line, Line(waits)) if waits else (line,),
        (
            Button(_("Qualify step by step"), situation.url("need-qualify"), "accent"),
            *(() if waits else (publish,)),
            Button(_("Edit the wording"), situation.url("need-edit"), "quiet"),
            Button(_("Ask a question"), situation.url("need-ask"), "quiet"),
            Button(_("Not retain it"), situation.url("need-refuse"), "bare"),
        ),
    )


def _published(situation: Situation) -> Card | None:
    if not permissions.can_see_candidates(situation.user, situation.need):
        return None
    words = _(
        "We have ranked the offers that suit this need, with the reasons and what is missing."
    )
    see = Button(_("See who could help"), situation.url("need-candidates"), "accent")
    return Card(_("Who could help?"), (Line(words),), (see,))


def _paused(situation: Situation) -> Card | None:
    if not situation.is_ours:
        return None
    title = _("Paused: nobody sees it")
    if situation.need.is_over(timezone.localdate()):
        over = _("The end date is already past: close this need, and write a new one.")
        return Card(title, (Line(over),), ())
    words = _("We had no news of it. Is it still true? What was under way goes on.")
    wake = Button(_("Put it online again"), situation.url("need-wake"), "primary", posts=True)
    return Card(title, (Line(words),), (wake,))


def _refused(situation: Situation) -> Card | None:
    if not situation.is_ours:
        return None
    lines = (Line(quoted(situation.last_word)), Line(_("You can rework it and send it again.")))
    return Card(_("Not retained as it is"), lines, (_rework(situation, "primary"),))


def _redirected(situation: Situation) -> Card | None:
    if not situation.is_ours:
        return None
    hour = Button(
        _("Ask for one hour of advice"), situation.url("need-one-hour"), "primary", posts=True
    )
    title = _("Something would fit better than a mission")
    return Card(title, (Line(situation.last_word),), (hour, _rework(situation, "quiet")))


def _rework(situation: Situation, look: str) -> Button:
    return Button(_("Rework it"), situation.url("need-reopen"), look, posts=True)


_BY_STATE: dict[NeedStatus, Callable[[Situation], Card | None]] = {
    NeedStatus.DRAFT: _draft,
    NeedStatus.SUBMITTED: _submitted,
    NeedStatus.PUBLISHED: _published,
    NeedStatus.PAUSED: _paused,
    NeedStatus.REFUSED: _refused,
    NeedStatus.REDIRECTED: _redirected,
}
