"""Who can help: what is offered to a structure, in numbers, before it has written anything; nobody is named."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.cache import caches
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import Organisation, User
from accounts.requests import SignedInRequest
from marketplace.figures import discretion, drawing, offered
from marketplace.figures.drawing import Bar
from marketplace.figures.offered import FAMILY, KEPT_SECONDS, SKILL, Offered
from marketplace.models import Place, Skill, SkillFamily, Time
from marketplace.rules import permissions

SHOWN_AT_HOME = 4
FIRST_SKILLS = 4  # of a family: those that most hold; all of them once it is opened by its own link
OPENED = "famille"  # in the address
PLACES = {
    "": gettext_lazy("Anywhere"),
    Place.ON_SITE: gettext_lazy("On site"),
    Place.REMOTE: gettext_lazy("Remotely"),
}
TIMES = {
    "": pgettext_lazy("whose time", "All"),
    Time.WORK: pgettext_lazy("whose time", "Working time"),
    Time.OWN: pgettext_lazy("whose time", "Their own time"),
}


@dataclass(frozen=True)
class Choice:
    """Whose page it is, and its filters; what can't be understood in an address is left out."""

    organisation: Organisation
    place: str = ""
    time: str = ""

    @classmethod
    def asked(cls, request: SignedInRequest, organisation: Organisation) -> "Choice":
        place, time = request.GET.get("place", ""), request.GET.get("time", "")
        return cls(organisation, place if place in PLACES else "", time if time in TIMES else "")

    def query(self, **changed: str) -> str:
        kept = {"structure": self.organisation.pk, "place": self.place, "time": self.time} | changed
        return urlencode({name: value for name, value in kept.items() if value})

    def of_need(self, **skills: str) -> str:
        """What fills in the form of a need."""
        kept = skills | {"place": self.place, "time": self.time}
        return urlencode({name: value for name, value in kept.items() if value})


@dataclass(frozen=True)
class Line:
    """One family: how many hold its skills, in words that may be told, and the skills that five or more hold."""

    family: SkillFamily
    told: str
    is_told: bool  # five people or more
    bar: Bar
    on_site: str
    remotely: str
    need: str
    skills: list[tuple[Skill, str, str]]  # how many, what fills in a need
    all_skills: int  # where these are the first of more; otherwise none
    is_opened: bool


type Held = dict[int, list[tuple[Skill, str, str]]]


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    mine = permissions.that_see_who_helps(request.memberships)
    permissions.require(bool(mine))
    organisation = _chosen(request, mine)
    choice = Choice.asked(request, organisation)
    found = offered.to(organisation, read_by=request.user, time=choice.time, kinds=[FAMILY, SKILL])
    return render(
        request,
        "marketplace/market/who_helps.html",
        {
            "organisation": organisation,
            "choice": choice,
            **_shown(_lines(choice, found, _held(choice, found), request.GET.get(OPENED, ""))),
            "people": people(found.everybody.at(choice.place)),
            "lead": _lead(choice, people(found.everybody.at(choice.place))),
            "writes_here": organisation == request.acting_for,
            "places": _chips(choice, "place", PLACES),
            "times": _chips(choice, "time", TIMES),
            "everybody": f"?{choice.query(place='', time='')}",
            "structures": [
                {"label": one.name, "url": f"?structure={one.pk}", "active": one == organisation}
                for one in mine
            ],
        },
    )


def _lead(choice: Choice, told: str) -> str:
    """The first sentence of the page; "" where nobody offers anything yet."""
    said = {"people": told, "organisation": choice.organisation}
    said["town"] = choice.organisation.commune.name
    if not told:
        asked = choice.place or choice.time
        return _("%(organisation)s: nobody with this choice today.") % said if asked else ""
    if choice.place == Place.ON_SITE:
        return _("%(organisation)s: %(people)s are ready to come and help (%(town)s).") % said
    if choice.place == Place.REMOTE:
        return _("%(organisation)s: %(people)s can help remotely.") % said
    return _("%(organisation)s: %(people)s can help, near you (%(town)s) or remotely.") % said


def _chosen(request: SignedInRequest, mine: list[Organisation]) -> Organisation:
    """The structure in the address, or else the one for which one acts, or else the first."""
    if asked := request.GET.get("structure", ""):
        found = [one for one in mine if str(one.pk) == asked]
        if not found:
            raise Http404
        return found[0]
    return request.acting_for if request.acting_for in mine else mine[0]


def for_home(user: User, organisation: Organisation, *, writes_here: bool) -> dict:
    """The few families that most people near it hold, for its home; `writes_here` says that they act for it."""
    choice = Choice(organisation)
    found = offered.to(organisation, read_by=user)
    return {
        "organisation": organisation,
        "lead": _lead(choice, people(found.everybody.at_all)),
        "writes_here": writes_here,
        **_shown(_lines(choice, found, {}), most=SHOWN_AT_HOME),
    }


def _shown(lines: list[Line], most: int | None = None) -> dict[str, list[Line]]:
    """The families with five people or more, as bars; the others are only named."""
    return {
        "lines": [line for line in lines if line.is_told][:most],
        "few": [line for line in lines if not line.is_told][:most],
    }


def _lines(choice: Choice, found: Offered, held: Held, opened: str = "") -> list[Line]:
    """The families that somebody holds, those that most hold first, as far as it may be told; of each the first skills, of
    the one that is `opened` (its code) all."""
    reaches = {
        number: reach for number, reach in found.by(FAMILY).items() if reach.at(choice.place)
    }
    families = [family for family in _families(reaches) if family.pk in reaches]
    families.sort(key=lambda one: (-_size(reaches[one.pk].at(choice.place)), one.position))
    drawn = drawing.bars((one.label, _size(reaches[one.pk].at(choice.place))) for one in families)
    return [
        Line(
            family=family,
            told=about(reaches[family.pk].at(choice.place)),
            is_told=reaches[family.pk].at(choice.place) >= discretion.FEW,
            bar=bar,
            on_site=about(reaches[family.pk].near),
            remotely=about(reaches[family.pk].remote),
            need=choice.of_need(family=family.code),
            skills=skills if family.code == opened else skills[:FIRST_SKILLS],
            all_skills=0 if family.code == opened or len(skills) <= FIRST_SKILLS else len(skills),
            is_opened=family.code == opened,
        )
        for family, bar in zip(families, drawn, strict=True)
        for skills in [held.get(family.pk, [])]
    ]


def _families(numbers: Iterable[int]) -> list[SkillFamily]:
    """All of them, and at least these; kept as long as the counts are."""
    kept: list[SkillFamily] = caches["counts"].get("families") or []
    if not {*numbers} <= {family.pk for family in kept}:
        kept = list(SkillFamily.objects.all())
        caches["counts"].set("families", kept, KEPT_SECONDS)
    return kept


def _held(choice: Choice, found: Offered) -> Held:
    """By family, the skills that five people or more hold."""
    many = {number: reach.at(choice.place) for number, reach in found.by(SKILL).items()}
    skills = Skill.objects.current().filter(
        pk__in=[number for number, people in many.items() if people >= discretion.FEW]
    )
    by_family: Held = {}
    for skill in sorted(skills, key=lambda one: (-_size(many[one.pk]), one.label)):
        line = (skill, about(many[skill.pk]), choice.of_need(more=str(skill.pk)))
        by_family.setdefault(skill.family_id, []).append(line)
    return by_family


def _size(number: int) -> int:
    """How long to draw a number of people: as long as what is told of it."""
    told = discretion.people(number)
    return told if isinstance(told, int) else discretion.FEW // 2


def about(number: int) -> str:
    """A number of people as it may be told: “about 15”, “fewer than 5”; "" for nobody."""
    if not number:
        return ""
    told = discretion.people(number)
    if isinstance(told, str):
        return told
    return _("about %(n)s") % {"n": number_format(told, force_grouping=True)}


def people(number: int) -> str:
    """The same, in a sentence; "" for nobody."""
    return _("%(about)s people or teams") % {"about": about(number)} if number else ""


def _chips(choice: Choice, name: str, options: dict) -> Iterable[dict]:
    chosen = getattr(choice, name)
    return [
        {"label": words, "url": f"?{choice.query(**{name: value})}", "active": value == chosen}
        for value, words in options.items()
    ]
