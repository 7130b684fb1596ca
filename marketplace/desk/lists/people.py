"""The people whom the coordinators of a pôle know: those who speak for one of its organisations, and those who offer
something there. Who only works for a company is its own business."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Membership, Organisation, User
from common.word_search import says
from marketplace.desk.lists import columns, filters, missions, offers
from marketplace.desk.lists.kind import Column, Filter, ListKind, Reader
from marketplace.models import OfferSkill, Time
from marketplace.states import OfferStatus

SPEAKS, OFFERS, COMES = "represente", "offre", "mission"


def _speaking(reader: Reader) -> QuerySet[Membership]:
    seated = Organisation.objects.seated_in(*reader.poles).order_by().values("pk")
    here = Q(organisation__pole__in=reader.poles) | Q(organisation__in=seated)
    return Membership.objects.representing().filter(here)


def _rows(reader: Reader) -> QuerySet[User]:
    speaks = Exists(_speaking(reader).filter(user=OuterRef("pk")))
    offering = Exists(offers.shown_to(reader).filter(person=OuterRef("pk")))
    return User.objects.filter(Q(speaks) | Q(offering), is_active=True, closed_at=None)


def _saying(text: str) -> Q:
    """Every word in the name, as the search of the site finds it; or all of it in the trade or in the address."""
    return says(User, text) | Q(trade__icontains=text) | Q(email__icontains=text)


def _does(value: str, reader: Reader) -> Q:
    if value == SPEAKS:
        return Q(Exists(_speaking(reader).filter(user=OuterRef("pk"))))
    if value == OFFERS:
        published = offers.shown_to(reader).filter(status=OfferStatus.PUBLISHED)
        return Q(Exists(published.filter(person=OuterRef("pk"))))
    return Q(Exists(missions.shown_to(reader).live().filter(offer__person=OuterRef("pk"))))


def _knows(code: str, reader: Reader) -> Q:
    held = OfferSkill.objects.filter(
        skill__code=code, offer__in=offers.shown_to(reader).values("pk")
    )
    return Q(Exists(held.filter(offer__person=OuterRef("pk"))))


def _gives(time: str, reader: Reader) -> Q:
    return Q(Exists(offers.shown_to(reader).filter(time=time, person=OuterRef("pk"))))


def _organisations(reader: Reader) -> dict[str, Any]:
    mine = _speaking(reader).filter(user=OuterRef("pk"))
    return {"organisations_said": columns.joined(mine, "user", "organisation__name")}


def _offers(reader: Reader) -> dict[str, Any]:
    mine = offers.shown_to(reader).filter(person=OuterRef("pk"))
    return {"offers_said": columns.counted(mine, "person")}


def _missions(reader: Reader) -> dict[str, Any]:
    mine = missions.shown_to(reader).filter(offer__person=OuterRef("pk"))
    return {"missions_said": columns.counted(mine, "offer__person")}


_SKILL = filters.skill(OfferSkill, "offer__person")

KIND = ListKind(
    code="personnes",
    label=_("People"),
    count=lambda n: ngettext("%(n)s person", "%(n)s people", n),
    seen_by=_rows,
    saying=_saying,
    columns=(
        Column(
            name="nom", label=_("Name"), fields=("last_name", "first_name"),
            say=lambda last, first: f"{last} {first}".strip(), order=("last_name", "first_name"),
        ),
        Column(name="metier", label=_("Trade"), fields=("trade",)),
        Column(
            name="organisations", label=_("Speaks for"), fields=("organisations_said",),
            annotated=_organisations,
        ),
        Column(name="commune", label=_("Commune"), fields=("commune__name",)),
        Column(name="courriel", label=_("E-mail address"), fields=("email",), usual=False),
        Column(name="telephone", label=_("Telephone"), fields=("phone",), usual=False),
        Column(name="offres", label=_("Offers"), fields=("offers_said",), annotated=_offers),
        Column(name="missions", label=_("Missions"), fields=("missions_said",), annotated=_missions),
        columns.day("inscription", _("Signed up on"), "date_joined", is_sorted=True),
        columns.tagged("person"),
    ),
    filters=(
        Filter(
            name="lien", label=_("What they do"), narrow=_does,
            choices=lambda _reader: {
                SPEAKS: _("speak for an organisation"), OFFERS: _("have an offer"),
                COMES: _("are on a mission"),
            },
        ),
        Filter(name="competence", label=_("Skill"), choices=_SKILL.choices, narrow=_knows),
        Filter(
            name="temps", label=_("On whose time"), narrow=_gives,
            choices=lambda _reader: dict(Time.choices),
        ),
        filters.department(),
        filters.intercommunality(),
        filters.unchanged(_("Signed up for"), "date_joined"),
        filters.tag("person"),
    ),
    order="nom",
    url="person-story",
    subject="person",
)  # fmt: skip
