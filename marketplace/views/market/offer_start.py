"""What an offer begins with, of what its writer said when they came."""

import re
from datetime import date
from decimal import Decimal
from math import ceil
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from accounts import coming, drafts
from accounts.coming import Said
from accounts.drafts import Typing
from accounts.models import Coming
from accounts.requests import SignedInRequest
from common.roots import fold
from marketplace import words
from marketplace.actions.desk import record_offers
from marketplace.actions.market.helping import LONGEST_TITLE
from marketplace.forms.market import suggested
from marketplace.forms.market.helping import DAYS, WEEKEND
from marketplace.forms.market.offers import OTHER
from marketplace.forms.market.skills import Picker, from_codes
from marketplace.models import Need, Offer
from marketplace.views.market.help_panel import waits_for_help

AT_THE_WEEKEND = re.compile(r"\bweek[ -]?ends?\b")
IN_THE_WEEK = re.compile(
    r"\ben semaine\b|\bou\b|\b(?:lun|mar|mercre|jeu|vendre)dis?\b|\bsauf\b|\bpas le\b"
)
RECORD = "record"  # among the words: the line of a pôle's own list that their yes puts online
FOR_AN_OFFER = (Coming.Kind.OFFER, Coming.Kind.APPLY)
MADE = "title_made"  # beside the fields: the title as the site wrote it last
A_FEW = 3  # skills: a title of more is no title


def held_by(request: SignedInRequest) -> Said | None:
    """What they said, to offer their help or for a need."""
    said = coming.held(request)
    return said if said and said.kind in FOR_AN_OFFER else None


def typing(request: SignedInRequest, offer: Offer, place: str) -> Typing:
    """What they had begun here: beside what they have just said on the front page, where that is another text."""
    if suggested.fields(request.GET):
        return drafts.of(request, place, anew=True)
    said = coming.held(request) if offer.pk is None else None
    if said and said.kind == Coming.Kind.OFFER:
        return drafts.beside(request, place, coming.held_since(request))
    return drafts.of(request, place)


def fields(said: Said | None) -> dict[str, Any]:
    """The initial values of the form."""
    if said is None:
        return {}
    found: dict[str, Any] = {"commune": said.commune} if said.commune else {}
    if said.kind == Coming.Kind.OFFER:
        title = title_from(said.text)
        found |= {"about": said.text, "title": title, MADE: title} | _told(said.words)
    mask = DAYS.get(said.words.get("when") or when_in(said.text))
    return found | ({"days": [day for day in range(7) if mask & 1 << day]} if mask else {})


def _told(words: dict[str, Any]) -> dict[str, Any]:
    """How much, when and on whose time, as a pôle's own list says it; days that have passed are left out."""
    hours, today = words.get("hours"), timezone.localdate().isoformat()
    found: dict[str, Any] = {"amount": OTHER, "volume": ceil(Decimal(hours))} if hours else {}
    for name, field in (("begun_on", "starts_on"), ("ended_on", "ends_on")):
        if (day := words.get(name, "")) >= today:
            found[field] = date.fromisoformat(day)
    return found | ({"time": words["time"]} if words.get("time") else {})


def when_in(text: str) -> str:
    """Whether a sentence says the weekend, and nothing of the days of work."""
    said = fold(text)
    return WEEKEND if AT_THE_WEEKEND.search(said) and not IN_THE_WEEK.search(said) else ""


def title_from(text: str) -> str:
    """What is understood of a sentence, in few words; "" when nothing sure is."""
    return title_of([found.code for found in words.suggest(text, least=words.LIKELY)])


def title_of(codes: list[str]) -> str:
    """The names of the first few skills."""
    few = [one.skill for one in from_codes(codes[:A_FEW]).chosen]
    return ", ".join(str(skill) for skill in few)[:LONGEST_TITLE]


def retitled(sent: QueryDict) -> QueryDict:
    """What was sent; a title that the site has made, and nobody has changed, says the skills that are chosen now."""
    made = sent.get(MADE, "")
    codes = [code for code in sent.getlist("skills") if "\0" not in code]
    if not (made and codes) or sent.get("title", "").strip() != made:
        return sent
    full = sent.copy()
    full["title"] = full[MADE] = title_of(codes) or made
    return full


def picker(said: Said | None) -> Picker:
    """The skills that they ticked on the page of a need."""
    return from_codes(said.words.get("skills", []) if said else [])


def sent(request: SignedInRequest, offer: Offer) -> None:
    """An offer was written: what they came for is sent by it, but for a need that still waits for them."""
    said = held_by(request)
    if said is None or drafts.BESIDE in request.POST:
        return
    if number := said.words.get(RECORD):
        record_offers.note_offer(int(number), offer)
    need = Need.objects.visible_to(request.user).filter(pk=said.about or 0).first()
    if said.kind == Coming.Kind.OFFER or need is None or not waits_for_help(need):
        coming.drop(request)
