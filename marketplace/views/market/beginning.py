"""The one box with which somebody begins: a sentence, what is understood of it, and how many could help near."""

from dataclasses import dataclass, field

from allauth.core.internal import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import coming
from accounts.actions import people
from accounts.coming import Said
from accounts.models import Coming, Commune, Pole
from accounts.requests import OurRequest, is_signed_in
from accounts.scope import scope_of
from marketplace.figures import nearby
from marketplace.figures.nearby import Near
from marketplace.forms.market import beginning, skills
from marketplace.forms.market.beginning import BeginForm
from marketplace.forms.market.skills import Picker, Suggested
from marketplace.models import MissionTemplate, Need, Place, Skill, SkillFamily
from marketplace.models.market.choices import Welcome

LIMITS = {"begin": "90/m/ip"}
SLOT = "begun"  # in the session: what was sent and isn't right
SENT = ("kind", "text", "commune", "commune-code", "commune-choice", beginning.READ)
A_FEW, MOST_SKILLS, MOST_FAMILIES = 3, 4, 3


@dataclass
class Reading:
    """What the page says of the sentence. `near` is by family, None where no pôle has opened."""

    picker: Picker
    ticked: list[str] = field(default_factory=list)
    commune: Commune | None = None
    near: list[tuple[SkillFamily, Near]] = field(default_factory=list)
    is_outside: bool = False
    poles: list[Pole] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)
    templates: list[MissionTemplate] = field(default_factory=list)
    families: list[SkillFamily] = field(default_factory=list)

    @property
    def sure(self) -> list[Suggested]:
        return [one for one in self.picker.suggested if not one.is_unsure][:MOST_SKILLS]

    @property
    def unsure(self) -> list[Suggested]:
        return [] if self.sure else self.picker.suggested[:MOST_SKILLS]

    @property
    def told(self) -> list[tuple[SkillFamily, Near]]:
        """Those of whom there is a number; the others all have one sentence."""
        return [(family, near) for family, near in self.near if near.is_told]

    @property
    def sector(self) -> Near | None:
        return self.near[0][1] if self.near else None


@login_not_required
@never_cache  # “back” shows what was said last
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: OurRequest) -> HttpResponse:
    """The page of the box. What is typed is sent by POST, so that no address that is logged holds it."""
    sent = request.POST if request.method == "POST" else _sent_before(request)
    if sent is None:
        return render(request, "marketplace/market/begin.html", {"form": first_form(request)})
    form = beginning.from_post(sent, at_home=_at_home(request, sent.get("kind", "")))
    if "continue" in request.POST and form.is_valid():
        return _go_on(request, form)
    if "continue" in request.POST and not request.htmx:
        return _shown_again(request)
    context: dict[str, object] = {"form": form}
    if form.cleaned_data.get("text"):
        if _is_too_much(request):
            context["too_many"] = _too_many()
        else:
            context["reading"] = _read(request, form, _ticked(sent))
    if request.htmx and not sent.get("text", "").strip():
        context["form"] = first_form(request)  # another tab, before anything is written: no fault
    part = "_begin_read.html" if request.htmx else "begin.html"
    return render(request, f"marketplace/market/{part}", context)


def first_form(request: OurRequest) -> BeginForm:
    """The box as it is before anything is sent: with what was said, and the tab that the link asks for."""
    said = coming.held(request)
    if said and said.kind in Coming.Kind.values[:2]:
        return BeginForm(initial={"kind": said.kind, "text": said.text, "commune": said.commune})
    offers = request.GET.get("pour") == "offre"
    return BeginForm(initial={"kind": Coming.Kind.OFFER if offers else Coming.Kind.NEED})


def _shown_again(request: OurRequest) -> HttpResponse:
    """By an address that may be come back to: what isn't right is shown there, until something else is said."""
    sent = request.POST.items()
    words = {name: value[: beginning.LONGEST + 1] for name, value in sent if name in SENT}
    words["at"] = str(timezone.now().timestamp())
    request.session[SLOT] = words
    if not request.user.is_authenticated:
        request.session.set_expiry(coming.KEPT_FOR)
    return redirect("begin")


def _sent_before(request: OurRequest) -> QueryDict | None:
    kept = request.session.get(SLOT)
    since = (timezone.now() - coming.KEPT_FOR).timestamp()
    if not kept or "pour" in request.GET or float(kept["at"]) < since:
        return None
    sent = QueryDict(mutable=True)
    sent.update(kept)
    return sent


def _go_on(request: OurRequest, form: BeginForm) -> HttpResponse:
    """Keep what was said, and lead to where it is written in full."""
    said = form.cleaned_data
    ticked = Skill.objects.current().filter(code__in=_ticked(request.POST))
    codes = list(ticked.values_list("code", flat=True))
    if not _is_too_much(request):
        codes = [one.skill.code for one in Reading(_picker(said["text"])).sure] or codes
    commune = said["commune"].pk if said["commune"] else ""
    kept = Said(said["kind"], said["text"], commune, words={"skills": codes})
    coming.keep(request, kept)
    request.session.pop(SLOT, None)
    if not is_signed_in(request):
        return redirect("account_signup")
    return redirect(people.way_of(kept, request.user) or "home")


def _ticked(sent: QueryDict) -> list[str]:
    return [code for code in sent.getlist("skills")[:MOST_SKILLS] if "\0" not in code]


def _is_too_much(request: OurRequest) -> bool:
    return not ratelimit.consume(request, app="marketplace", action="begin", config=LIMITS)


def _too_many() -> str:
    return _("That is a lot in a short time: we read on in a minute. You may go on as it is.")


def _at_home(request: OurRequest, kind: str) -> Commune | None:
    """Where a sentence that names no place is from: the structure in whose name somebody signed in acts, or their own
    town for what they offer. An employer's sign-in doesn't open the latter."""
    if not is_signed_in(request):
        return None
    acting = request.acting_for
    if kind != Coming.Kind.OFFER:
        return acting.commune if acting else None
    return request.user.commune if scope_of(request.user).own else None


def _picker(text: str) -> Picker:
    picker = Picker([])
    skills.read_into(picker, [text])
    return picker


def _read(request: OurRequest, form: BeginForm, ticked: list[str]) -> Reading:
    said = form.cleaned_data
    reading = Reading(_picker(said["text"]), ticked, said.get("commune"))
    pole = Pole.objects.covering(reading.commune).first() if reading.commune else None
    if reading.commune and pole is None:
        reading.is_outside, reading.poles = True, list(Pole.objects.all())
    found = [one.skill for one in reading.sure]
    if not found:
        _help(reading, said.get("kind"))
    elif said.get("kind") == Coming.Kind.OFFER:
        reading.needs = _needs(request, found, reading.commune)
    elif reading.commune and pole:
        reading.near = _near(found, reading.commune, pole)
    return reading


def _near(found: list[Skill], commune: Commune, pole: Pole) -> list[tuple[SkillFamily, Near]]:
    numbers = list(dict.fromkeys(skill.family_id for skill in found))[:MOST_FAMILIES]
    families = SkillFamily.objects.in_bulk(numbers)
    told = nearby.told(numbers, commune, pole)
    return [(families[number], told[number]) for number in numbers]


def _needs(request: OurRequest, found: list[Skill], commune: Commune | None) -> list[Need]:
    """Published needs that want one of these skills, and that one may do from there."""
    needs = Need.objects.in_the_catalogue().filter(wanted__skill__in=found)
    if is_signed_in(request) and not scope_of(request.user).own:
        needs = needs.exclude(time=Welcome.OWN)
    if commune:
        around = Commune.objects.within(*commune.position, nearby.KM).order_by()
        needs = needs.filter(~Q(place=Place.ON_SITE) | Q(commune__in=around.values("pk")))
    numbers = needs.order_by("-published_at", "-pk").values_list("pk", flat=True).distinct()
    return Need.objects.as_cards(numbers[:A_FEW])


def _help(reading: Reading, kind: str | None) -> None:
    """Nothing is sure: other ways to say it."""
    reading.families = list(SkillFamily.objects.all())
    if kind != Coming.Kind.OFFER:
        reading.templates = list(MissionTemplate.objects.current()[:A_FEW])
