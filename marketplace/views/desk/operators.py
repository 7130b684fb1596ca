"""The operators of a pôle: who coordinates it, who is asked to, and the two yeses by which one comes or leaves."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts import permissions
from accounts.actions import seats
from accounts.actions.refusals import Refusal
from accounts.models import ForbiddenMove, Organisation, Pole, Seat, poles_of
from accounts.requests import SignedInRequest
from accounts.states import SeatStatus
from marketplace.actions.desk import operators as ends
from marketplace.forms.desk.operators import AddressForm, ProposeForm, WordForm


@require_safe
def first(request: SignedInRequest) -> HttpResponse:
    """To the operators of the coordinator's pôle; of several, the first."""
    pole = poles_of(request.user).first()
    permissions.require(pole is not None)
    assert pole is not None
    return redirect("operators", slug=pole.slug)


@require_safe
def index(request: SignedInRequest, slug: str) -> HttpResponse:
    """Who coordinates the pôle, what is asked, and who did; for those who coordinate it."""
    pole = _pole(request, slug)
    rows = pole.seats.select_related("operator__commune", "asked_for")
    context = {
        "pole": pole,
        "held": [_line(request, seat) for seat in rows.held()],
        "asked": list(rows.filter(status__in=[SeatStatus.PROPOSED, SeatStatus.INVITED])),
        "before": list(rows.filter(status=SeatStatus.ENDED).order_by("-until")),
        "can_propose": permissions.administered_in(request.user, pole).exists(),
        "other_poles": poles_of(request.user).exclude(pk=pole.pk),
    }
    return render(request, "marketplace/desk/operators.html", context)


def _line(request: SignedInRequest, seat: Seat) -> dict:
    return {
        "seat": seat,
        "can_end": permissions.can_ask_to_end(request.user, seat),
        "is_stopped": not seat.operator.is_accepted,
    }


def propose(request: SignedInRequest, slug: str) -> HttpResponse:
    pole = _pole(request, slug)
    permissions.require(permissions.administered_in(request.user, pole).exists())
    form = ProposeForm(request.POST or None, pole=pole)
    if request.method == "POST" and form.is_valid():
        try:
            seat = _propose(pole, form.cleaned_data, request)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _asked(seat))
            return redirect("operators", slug=slug)
    return render(request, "marketplace/desk/operator_propose.html", {"pole": pole, "form": form})


def _propose(pole: Pole, said: dict, request: SignedInRequest) -> Seat:
    by, now, role = request.user, timezone.now(), said["role"]
    if operator := said["operator"]:
        return seats.propose(pole, operator, role=role, by=by, now=now)
    return seats.found_and_propose(
        pole, name=said["name"], email=said["email"].lower(), role=role, by=by, now=now
    )


def _asked(seat: Seat) -> str:
    """What happens now, and whose answer is awaited."""
    fresh = Seat.objects.get(pk=seat.pk)
    if fresh.is_offered:
        return _("%(operator)s is asked: it coordinates with you once it has said yes.") % {
            "operator": seat.operator
        }
    others = Organisation.objects.second_to(fresh)
    return _("Asked. One of these has to agree first: %(operators)s.") % {
        "operators": ", ".join(str(one) for one in others)
    }


@require_safe
def seat(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is asked about a seat, as those read it who answer; or what has become of it."""
    found = _seat(request, pk)
    context = {
        "seat": found,
        "form": WordForm(),
        "steps": found.steps.select_related("by"),
        "seconds": list(Organisation.objects.second_to(found)),
        "can_second": permissions.can_second(request.user, found),
        "can_take": permissions.can_take_seat(request.user, found),
        "can_decline": permissions.can_decline_seat(request.user, found),
        "can_keep": permissions.can_keep_seat(request.user, found),
        "followed": ends.followed(found) if found.is_leaving else None,
        "coordinates": request.user.coordinates(found.pole),
        **_invited(request, found),
    }
    return render(request, "marketplace/desk/seat.html", context)


def _invited(request: SignedInRequest, found: Seat, form: AddressForm | None = None) -> dict:
    """Of an operator that nobody has entered yet: who was invited, and until when the letter works."""
    if not permissions.can_invite_again(request.user, found):
        return {}
    last = found.operator.invitations.shown().order_by("-sent_at", "-pk").first()
    initial = {"email": last.email if last else ""}
    return {
        "invitation": last,
        "is_open": last is not None and last.is_open(timezone.now()),
        "address_form": form or AddressForm(initial=initial),
    }


def invite(request: SignedInRequest, pk: int) -> HttpResponse:
    """Invite the first person of a new operator again, or somebody else in their place."""
    found = _seat(request, pk)
    if not found.is_offered:
        return redirect(found)
    permissions.require(permissions.can_invite_again(request.user, found))
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"].lower()
        try:
            seats.invite_again(found, email=email, by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, _("The invitation is on its way. It is good for 14 days."))
            return redirect(found)
    elif request.method != "POST":
        return redirect(found)
    context = {"seat": found, **_invited(request, found, form)}
    return render(request, "marketplace/desk/seat_invite.html", context)


@require_POST
def answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """Yes or no to what is asked about the seat: the act knows which question it was."""
    found = _seat(request, pk)
    act = _ACTS.get((found.status, request.POST.get("answer", "")))
    if act is None:
        messages.info(request, _("This has been answered meanwhile."))
        return redirect(found)
    may, done = act
    permissions.require(may(request.user, found))
    try:
        said = done(request, found)
    except (Refusal, ForbiddenMove) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    fresh = get_object_or_404(Seat, pk=pk)
    if request.user.coordinates(fresh.pole):
        return redirect("operators", slug=fresh.pole.slug)
    return redirect("home")


def _confirmed(request: SignedInRequest, found: Seat) -> str:
    seats.confirm(found, by=request.user, now=timezone.now())
    said = _("Agreed. %(operator)s is asked: it coordinates with you once it has said yes.")
    return said % {"operator": found.operator}


def _taken(request: SignedInRequest, found: Seat) -> str:
    seats.take(found, by=request.user, now=timezone.now())
    said = _("Welcome: %(operator)s coordinates %(pole)s from now on. Its desk is yours too.")
    return said % {"operator": found.operator, "pole": found.pole}


def _declined(request: SignedInRequest, found: Seat) -> str:
    seats.decline(found, reason=_word(request), by=request.user)
    return _("It isn’t followed up. Those who had asked are told.")


def _word(request: SignedInRequest) -> str:
    """The word beside a no; one that can't be kept (a thousand letters, a NUL) is left out, and the no stands."""
    form = WordForm(request.POST)
    return form.cleaned_data["reason"] if form.is_valid() else ""


def _ended(request: SignedInRequest, found: Seat) -> str:
    freed = ends.agree_to_end(found, by=request.user, now=timezone.now())
    said = ngettext(
        "%(operator)s no longer coordinates the pôle. %(n)s line that it followed is nobody’s: it stands on the desk.",
        "%(operator)s no longer coordinates the pôle. %(n)s lines that it followed are nobody’s: they stand on the desk.",
        freed.total,
    )
    return said % {"operator": found.operator, "n": freed.total}


def _kept(request: SignedInRequest, found: Seat) -> str:
    seats.keep(found, by=request.user)
    return _("%(operator)s goes on coordinating the pôle.") % {"operator": found.operator}


_ACTS: dict[tuple[str, str], tuple[Callable, Callable[[SignedInRequest, Seat], str]]] = {
    (SeatStatus.PROPOSED, "yes"): (permissions.can_second, _confirmed),
    (SeatStatus.PROPOSED, "no"): (permissions.can_decline_seat, _declined),
    (SeatStatus.INVITED, "yes"): (permissions.can_take_seat, _taken),
    (SeatStatus.INVITED, "no"): (permissions.can_decline_seat, _declined),
    (SeatStatus.LEAVING, "yes"): (permissions.can_second, _ended),
    (SeatStatus.LEAVING, "no"): (permissions.can_keep_seat, _kept),
}


def end(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask that a seat be ended: a page that says what follows, and a button."""
    found = _seat(request, pk)
    back = reverse("operators", args=[found.pole.slug])
    if found.is_leaving:
        messages.info(request, _("This has been asked already."))
        return redirect(found)
    permissions.require(permissions.can_ask_to_end(request.user, found))
    if refusal := seats.why_not_end(found):
        messages.error(request, refusal)
        return redirect(back)
    if request.method == "POST":
        try:
            seats.ask_to_end(found, by=request.user)
        except (Refusal, ForbiddenMove) as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Asked. Nothing changes before a second operator agrees."))
        return redirect(back)
    return render(request, "components/confirm_page.html", _before_the_end(found, back))


def _before_the_end(found: Seat, back: str) -> dict:
    freed = ends.followed(found)
    both = {"operator": found.operator, "pole": found.pole}
    lines = ngettext(
        "%(n)s line that it follows will be nobody’s, and stand on the desk of the others.",
        "%(n)s lines that it follows will be nobody’s, and stand on the desk of the others.",
        freed.total,
    )
    return {
        "title": _("Ask that %(operator)s leave %(pole)s?") % both,
        "consequences": [
            _("A second operator of the pôle has to agree: until then nothing changes."),
            _("Then its people no longer open the desk of this pôle."),
            lines % {"n": freed.total} if freed.total else _("It follows nothing here today."),
            _("What it did stays in the history and in the figures."),
        ],
        "act_label": _("Ask it"),
        "back_url": back,
        "danger": True,
    }


def _pole(request: SignedInRequest, slug: str) -> Pole:
    pole = get_object_or_404(Pole, slug=slug)
    permissions.require(request.user.coordinates(pole))
    return pole


def _seat(request: SignedInRequest, pk: int) -> Seat:
    rows = Seat.objects.visible_to(request.user).select_related("operator", "pole", "asked_for")
    return get_object_or_404(rows, pk=pk)
