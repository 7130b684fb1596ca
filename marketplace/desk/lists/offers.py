"""The offers of a pôle, but for drafts, and for what is offered at home under the reader."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Organisation, User
from common.spreadsheets import Cell
from common.word_search import called, says
from marketplace.desk.lists import columns, filters
from marketplace.desk.lists.kind import Column, ListKind, Reader
from marketplace.models import Offer, OfferSkill, Time
from marketplace.models.market.offers import IN_ONES_OWN_NAME, OF_A_CLOSED_ACCOUNT
from marketplace.states import OfferStatus


def shown_to(reader: Reader) -> QuerySet[Offer]:
    at_home = Offer.at_home_under(reader.user)
    shown = Offer.objects.filter(~at_home, pole__in=reader.poles)
    return shown.exclude(OF_A_CLOSED_ACCOUNT).exclude(status=OfferStatus.DRAFT)


def _saying(text: str) -> Q:
    """Every word in what is offered, or in the name in which it is, or of who would come."""
    houses = Organisation.objects.filter(called(Organisation, text)).values("pk")
    people = User.objects.filter(says(User, text)).values("pk")
    at_work = ~IN_ONES_OWN_NAME & Q(organisation__in=houses)
    return says(Offer, text) | at_work | Q(person__in=people)


def _who(first: str | None, last: str | None, closed_at: datetime | None) -> Cell:
    return columns.name_of(first, last, closed_at) or str(_("a team"))


def _in_the_name_of(time: str, person: int | None, name: str | None) -> Cell:
    """Nobody's on somebody's own time, as `Offer.in_the_name_of` says."""
    return "" if time == Time.OWN and person else name or ""


WHO = ("person__first_name", "person__last_name", "person__closed_at")

KIND = ListKind(
    code="offres",
    label=_("Offers"),
    count=lambda n: ngettext("%(n)s offer", "%(n)s offers", n),
    seen_by=shown_to,
    saying=_saying,
    columns=(
        Column(name="titre", label=_("Title"), fields=("title",), order=("title",)),
        Column(name="personne", label=_("Who would come"), fields=WHO, say=_who),
        Column(
            name="organisation", label=_("Organisation"),
            fields=("time", "person", "organisation__name"), say=_in_the_name_of,
        ),
        Column(name="etat", label=_("State"), fields=("status",), say=columns.words_of(OfferStatus)),
        Column(
            name="temps", label=_("On whose time"), fields=("time",), say=columns.whose_time
        ),
        Column(name="commune", label=_("Commune"), fields=("commune__name",)),
        columns.skills(OfferSkill, "offer"),
        Column(name="debut", label=_("From"), fields=("starts_on",), usual=False),
        Column(name="fin", label=_("Until"), fields=("ends_on",), order=("ends_on",)),
        Column(name="heures", label=_("Hours"), fields=("hours",), usual=False),
        columns.languages(),
        columns.tagged("offer"),
        columns.day("publication", _("Published on"), "published_at", usual=False),
        columns.day("creation", _("Written on"), "created_at", is_sorted=True, usual=False),
        columns.day("change", _("Last change"), "updated_at", is_sorted=True),
    ),
    filters=(
        filters.one_of("etat", _("State"), OfferStatus, "status"),
        filters.whose_time("time"),
        filters.pole(),
        filters.department(),
        filters.intercommunality(),
        filters.skill(OfferSkill, "offer"),
        filters.language(),
        filters.tag("offer"),
        filters.unchanged(_("Unchanged for"), "updated_at"),
        filters.moved("updated_at"),
    ),
    order="-change",
    url="offer",
    subject="offer",
)  # fmt: skip
