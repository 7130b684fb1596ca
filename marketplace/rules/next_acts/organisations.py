"""What comes next for an organisation, in the words of its own people; a function for each state. Reads only."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import permissions
from accounts.models import Organisation, User
from accounts.states import OrganisationStatus
from common.quotes import quoted
from marketplace.models import Need
from marketplace.rules import permissions as rights
from marketplace.rules import readings
from marketplace.rules.next_acts.cards import Button, Card, Line
from marketplace.states import NeedStatus


@dataclass(frozen=True)
class Situation:
    user: User
    organisation: Organisation
    last_word: str
    """What the coordinators said last."""

    @property
    def promised_for(self) -> str:
        """The day for which an answer was promised, in words, once it has passed; "" before."""
        pole = self.organisation.pole_id
        handed_in = self.organisation.steps.handing_in().last()
        since = handed_in.at if handed_in else None
        return readings.promised_for(since, readings.days_of([pole])[pole], timezone.now())

    @property
    def quote(self) -> list[Line]:
        return [Line(quoted(self.last_word))] if self.last_word else []

    def resubmit(self, label: str, look: str) -> tuple[Button, ...]:
        """The button that sends the organisation again; for its administrators only."""
        if not permissions.can_resubmit(self.user, self.organisation):
            return ()
        url = reverse("organisation-resubmit", args=[self.organisation.pk])
        return (Button(label, url, look),)


def has_one(organisation: Organisation) -> bool:
    """Whether something comes next for it: nothing does for one that is verified."""
    return organisation.status in _BY_STATE


def card(user: User, organisation: Organisation, *, last_word: str) -> Card | None:
    """The card for one of the organisation's people; None when nothing comes next."""
    found = _BY_STATE.get(OrganisationStatus(organisation.status))
    return found(Situation(user, organisation, last_word)) if found else None


# --- one function a state ------------------------------------------------------------------
def _submitted(situation: Situation) -> Card:
    sent = _sent_need(situation.organisation)
    if day := situation.promised_for:
        words = _("An answer was promised for %(day)s. It is late, and we are sorry.") % {
            "day": day
        }
    else:
        within = readings.in_words_for([situation.organisation.pole_id])
        words = _("You will get a letter %(within)s.") % {"within": within}
    meanwhile = (
        _("Your need is with them too. Meanwhile you can invite your colleagues; nothing is public yet.")
        if sent
        else _("Meanwhile you can already prepare a draft and invite your colleagues; nothing is public yet.")
    )  # fmt: skip
    buttons: tuple[Button, ...] = ()
    if sent:
        buttons = (Button(_("See the need that you sent"), sent.get_absolute_url(), "quiet"),)
    elif situation.organisation.may_ask:
        buttons = (Button(_("Prepare a need"), reverse("need-new"), "quiet"),)
    if rights.can_offer_for(situation.user, situation.organisation):
        buttons = (*buttons, Button(_("Prepare an offer"), reverse("offer-new"), "quiet"))
    title = _("The coordinators are verifying your organisation")
    return Card(title, (Line(f"{words} {meanwhile}"),), buttons, is_yours=False)


def _sent_need(organisation: Organisation) -> Need | None:
    """The last need of it that is with the coordinators."""
    sent = Need.objects.filter(organisation=organisation, status=NeedStatus.SUBMITTED)
    return sent.order_by("-pk").first()


def _asked_more(situation: Situation) -> Card:
    answer = situation.resubmit(_("Answer and send it again"), "accent")
    others = [] if answer else [Line(_("Your administrators have to answer."))]
    return Card(_("The coordinators need to know more"), (*situation.quote, *others), answer)


def _refused(situation: Situation) -> Card:
    again = situation.resubmit(_("Correct it and send it again"), "primary")
    return Card(_("The coordinators could not accept it"), tuple(situation.quote), again)


def _suspended(situation: Situation) -> Card:
    hidden = Line(_("Nothing of it is public for the moment."))
    title = _("The coordinators have suspended it")
    return Card(title, (*situation.quote, hidden), is_yours=False)


_BY_STATE: dict[OrganisationStatus, Callable[[Situation], Card]] = {
    OrganisationStatus.SUBMITTED: _submitted,
    OrganisationStatus.MORE_ASKED: _asked_more,
    OrganisationStatus.REFUSED: _refused,
    OrganisationStatus.SUSPENDED: _suspended,
}
