"""The page on which the end of a mission is told, agreed to, taken back; and its picture."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import OurRequest, SignedInRequest
from accounts.storage import NoRoom
from marketplace.actions.missions import tellings as acts
from marketplace.actions.refusals import NotYet
from marketplace.forms.missions.tellings import TellingForm
from marketplace.models import Mission, Side, Telling
from marketplace.rules import permissions, tellings
from marketplace.views.missions.missions import led_to_what_stays, one_of


def _side(request: SignedInRequest, mission: Mission) -> str:
    side = tellings.side_of(request.user, mission)
    permissions.require(side is not None)
    return str(side)


@led_to_what_stays
def write(request: SignedInRequest, pk: int) -> HttpResponse:
    mission = one_of(request.user, pk)
    side = _side(request, mission)
    if not tellings.has_ended(mission):
        messages.info(request, _("Its end is told once the mission has ended."))
        return redirect(mission)
    telling = Telling.objects.filter(mission=mission).first()
    form = TellingForm(
        request.POST or None, request.FILES or None, instance=_copy(telling, mission)
    )
    if request.method == "POST" and form.is_valid():
        try:
            acts.write(mission, side=side, by=request.user, **form.said)
        except NoRoom as refusal:
            form.add_error("picture", str(refusal))
        except NotYet as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("Kept. It is shown as soon as the other side has said yes too.")
            )
            return redirect("mission-telling", pk=pk)
    context = {
        "mission": mission,
        "telling": telling,
        "form": form,
        "words": tellings.words_of(mission),
    }
    return render(request, "marketplace/missions/telling.html", context | _state(telling, side))


def _copy(telling: Telling | None, mission: Mission) -> Telling:
    """What the form fills in, so that the row on the page stays as it is kept."""
    return Telling.objects.get(pk=telling.pk) if telling else Telling(mission=mission)


def _state(telling: Telling | None, side: str) -> dict:
    if telling is None:
        return {"mine": False, "theirs": False, "is_told": False}
    shown = tellings.told().filter(pk=telling.pk).first()
    facing = Side.NEED if side == Side.OFFER else Side.OFFER
    return {
        "mine": tellings.agrees(telling, side),
        "theirs": tellings.agrees(telling, facing),
        "is_told": shown is not None,
        "names": tellings.names_of(shown or telling),
    }


@require_POST
def agree(request: SignedInRequest, pk: int) -> HttpResponse:
    mission, telling = _telling(request, pk)
    side, read = _side(request, mission), request.POST.get("read", "")
    try:
        acts.agree(telling, side=side, read=read, by=request.user)
    except NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Thank you: its end may be told."))
    return redirect("mission-telling", pk=pk)


@require_POST
def take_back(request: SignedInRequest, pk: int) -> HttpResponse:
    mission, telling = _telling(request, pk)
    try:
        acts.take_back(telling, side=_side(request, mission), by=request.user)
    except NotYet as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, _("Taken back: it is shown nowhere any more."))
    return redirect("mission-telling", pk=pk)


def _telling(request: SignedInRequest, pk: int) -> tuple[Mission, Telling]:
    mission = one_of(request.user, pk)
    return mission, get_object_or_404(Telling.objects.select_related("mission"), mission=mission)


@login_not_required
@require_safe
@never_cache
def picture(request: OurRequest, pk: int) -> HttpResponse:
    """The picture, for anybody while both sides agree, otherwise for the two sides. Browsers don't keep it: once it is
    taken back nobody sees it again."""
    telling = get_object_or_404(Telling.objects.exclude(picture=""), mission=pk)
    if not tellings.is_told(telling):
        reader = request.reader
        if reader is None or not Mission.objects.visible_to(reader).filter(pk=pk).exists():
            raise Http404
    try:
        with telling.picture.open("rb") as drawn:
            return HttpResponse(drawn.read(), content_type="image/webp")
    except FileNotFoundError:
        raise Http404 from None
