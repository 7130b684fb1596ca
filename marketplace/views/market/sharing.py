"""What a public page says of itself to whoever shares its address and to search engines; and the picture shown there."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import format_html, linebreaks
from django.utils.http import quote_etag
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe

from accounts.models import Organisation, Pole
from common import word_pictures
from common.spoken import RIGHT_TO_LEFT
from common.word_pictures import Words
from marketplace.models import Need
from marketplace.models.market.choices import Place, Welcome
from marketplace.models.market.needs import PUBLIC
from marketplace.states import NeedStatus

HOUSE = "Trait d’union"
LONGEST = 200  # letters of a description
# What could end a script, or begin a tag, in the middle of a text.
ESCAPED = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&\u2028\u2029"}


@dataclass(frozen=True)
class Shared:
    """The head of one page. `told` is its JSON-LD, of schema.org."""

    title: str
    description: str
    url: str
    picture: str
    told: list[dict] = field(default_factory=list)

    @property
    def scripts(self) -> list[SafeString]:
        return [
            mark_safe(json.dumps(one, ensure_ascii=False).translate(ESCAPED)) for one in self.told
        ]

    @property
    def locale(self) -> str:
        return "en_GB" if (translation.get_language() or "").startswith("en") else "fr_FR"


def absolute(path: str) -> str:
    return settings.SITE_URL + path


# Pages about the site: the same whatever their filters and their number are.
def of_front() -> Shared:
    description = _(
        "Companies, volunteers and associations of your area, brought together by people who know them."
    )
    return _of_page("home", _("Skills for those who work for the common good"), description)


def of_catalogue() -> Shared:
    description = _("Each need has been read by a coordinator, who follows it through.")
    return _of_page("needs", _("What structures near you need"), description)


def of_directory() -> Shared:
    description = _(
        "The associations, cooperatives, companies and local authorities that cooperate here: what they ask for, what they offer."
    )
    return _of_page("directory", _("Who cooperates here"), description)


def _of_page(name: str, title: str, description: str) -> Shared:
    return Shared(title, description, absolute(reverse(name)), absolute(reverse("site-picture")))


# --- a need --------------------------------------------------------------------------------
def of_need(need: Need) -> Shared | None:
    """None for a need that a visitor doesn't see."""
    if not (need.is_listed and need.status in PUBLIC and need.organisation.is_accepted):
        return None
    picture = absolute(reverse("need-picture", args=[need.pk]))
    shown = need.shown
    said = Truncator(" ".join(shown.text.split())).chars(LONGEST)
    url = absolute(need.get_absolute_url())
    told = [_job(need, url)] if _is_a_job(need, timezone.localdate()) else []
    return Shared(shown.title, said, url, picture, told)


def in_its_language(words: str, tag: str) -> SafeString:
    """A text of another language than what stands around it."""
    direction = "rtl" if tag in RIGHT_TO_LEFT else "ltr"
    said = linebreaks(words, autoescape=True)
    return format_html(
        '<div lang="{0}" xml:lang="{0}" dir="{1}">{2}</div>', tag, direction, mark_safe(said)
    )


def _is_a_job(need: Need, today: date) -> bool:
    """Whether search engines are told of it as of a volunteer's: it is open, and people may come on their own time."""
    is_open = need.status == NeedStatus.PUBLISHED and not need.is_stale(today)
    return is_open and need.time != Welcome.WORK


def _job(need: Need, url: str) -> dict:
    last = timezone.make_aware(datetime.combine(need.ends_on, time(23, 59)))
    house: dict = {"@type": "Organization", "name": need.organisation.name}
    if need.organisation.website:
        house["sameAs"] = need.organisation.website
    job = {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "title": need.title,
        "description": _both_texts(need),
        "identifier": {"@type": "PropertyValue", "name": HOUSE, "value": str(need.pk)},
        "url": url,
        "employmentType": "VOLUNTEER",
        "datePosted": (need.published_at or need.created_at).isoformat(),
        "validThrough": last.isoformat(),
        "hiringOrganization": house,
    }
    if need.place == Place.REMOTE:
        job["jobLocationType"] = "TELECOMMUTE"
        job["applicantLocationRequirements"] = {"@type": "Country", "name": "France"}
    else:
        job["jobLocation"] = {"@type": "Place", "address": _address(need)}
    return job


def _both_texts(need: Need) -> str:
    said = linebreaks(f"{need.deliverable}\n\n{need.context}".strip(), autoescape=True)
    if second := need.second:
        said += in_its_language(f"{second.title}\n\n{second.text}", second.lang)
    return said


def _address(of: Need | Organisation) -> dict:
    """The commune alone: no street."""
    return {
        "@type": "PostalAddress",
        "addressLocality": of.commune.name,
        "addressRegion": of.commune.department.name,
        "addressCountry": "FR",
    }


# --- an organisation -----------------------------------------------------------------------
def is_told_of(organisation: Organisation) -> bool:
    """Whether it has said yes to the public directory, which search engines are: they are told of no other."""
    today = timezone.localdate()
    if not (organisation.listed_from and organisation.listed_from <= today):
        return False
    if not organisation.may_coordinate:  # of the others it is all on the row
        return organisation.is_accepted
    return Organisation.objects.in_directory(today).filter(pk=organisation.pk).exists()


def of_organisation(organisation: Organisation) -> Shared | None:
    if not is_told_of(organisation):
        return None
    url = absolute(organisation.get_absolute_url())
    said = Truncator(" ".join(organisation.purpose.split())).chars(LONGEST)
    told: dict = {
        "@context": "https://schema.org",
        "@type": _type_of(organisation),
        "name": organisation.name,
        "description": said,
        "url": url,
        "address": _address(organisation),
    }
    if organisation.logo_url:
        told["logo"] = absolute(organisation.logo_url)
    if organisation.website:
        told["sameAs"] = organisation.website
    picture = absolute(reverse("organisation-picture", args=[organisation.pk]))
    return Shared(organisation.name, said, url, picture, [told])


def _type_of(organisation: Organisation) -> str:
    """What it is, in the words of schema.org."""
    if organisation.is_public:
        return "GovernmentOrganization"
    return "NGO" if organisation.is_non_profit else "Organization"


def of_pole(pole: Pole) -> Shared:
    said = _("%(pole)s: who coordinates it, what it promises, where it is at work.") % {
        "pole": pole
    }
    picture = absolute(reverse("pole-picture", args=[pole.slug]))
    return Shared(pole.name, said, absolute(pole.get_absolute_url()), picture)


# --- the pictures --------------------------------------------------------------------------
@login_not_required
@require_safe
def need_picture(request: HttpRequest, pk: int) -> HttpResponse:
    """As a visitor sees the need, whoever asks: a picture is handed on."""
    seen = Need.objects.visible_to(AnonymousUser()).select_related("organisation", "commune")
    need = get_object_or_404(seen, pk=pk)
    with translation.override("fr"):
        kicker = _("Open need") if need.is_published else _("Need met")
        places = _("Remotely") if need.place == Place.REMOTE else str(need.commune)
    return _picture(request, kicker, need.title, [need.organisation.name, places])


@login_not_required
@require_safe
def organisation_picture(request: HttpRequest, pk: int) -> HttpResponse:
    listed = Organisation.objects.in_directory(timezone.localdate()).select_related("commune")
    organisation = get_object_or_404(listed, pk=pk)
    with translation.override("fr"):
        kicker = str(organisation.kind_label).capitalize()
    line = [str(organisation.commune), " ".join(organisation.purpose.split())]
    return _picture(request, kicker, organisation.name, line)


@login_not_required
@require_safe
def pole_picture(request: HttpRequest, slug: str) -> HttpResponse:
    pole = get_object_or_404(Pole, slug=slug)
    departments = pole.departments.values_list("name", flat=True)
    return _picture(request, "", pole.name, [", ".join(departments)])


@login_not_required
@require_safe
def site_picture(request: HttpRequest) -> HttpResponse:
    with translation.override("fr"):
        title = _("Skills for those who work for the common good")
    return _picture(request, "", title, [])


def _picture(request: HttpRequest, kicker: str, title: str, line: Iterable[str]) -> HttpResponse:
    words = Words(kicker, title, " · ".join(one for one in line if one), HOUSE)

    @condition(etag_func=lambda _request: quote_etag(word_pictures.mark_of(words)))
    def answer(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(word_pictures.drawn(words), content_type="image/png")

    drawn = answer(request)
    # What is answered to somebody signed in may set cookies of theirs, which no cache between is to keep.
    whose = "private" if request.user.is_authenticated else "public"
    drawn["Cache-Control"] = f"{whose}, max-age=3600"
    return drawn
