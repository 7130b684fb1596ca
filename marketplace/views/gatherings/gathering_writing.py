"""A gathering as its host writes it: new, changed, announced, on other days too, cancelled; and the answer of who leads it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts import drafts
from accounts.drafts import Typing
from accounts.models import ForbiddenMove
from accounts.requests import SignedInRequest
from accounts.views.organisations import visible
from marketplace.actions.gatherings import gatherings
from marketplace.actions.refusals import NotYet
from marketplace.forms.gatherings.gatherings import CancelForm, CopyForm, GatheringForm
from marketplace.forms.market import skills
from marketplace.forms.market.skills import Picker
from marketplace.models import Gathering, Offer
from marketplace.rules import leading, permissions
from marketplace.views.gatherings.gatherings import gathering_or_404
from marketplace.views.market.skills import as_typed, posted_picker, texts_of

FOLDED = {"seats_each", "audience", "spoken", "trainer", "trainer_address"}


def run_or_403(request: SignedInRequest, pk: int) -> Gathering:
    """The gathering, for whoever runs it."""
    gathering = gathering_or_404(request, pk)
    permissions.require(permissions.runs_gathering(request.user, gathering))
    return gathering


# --- written ---------------------------------------------------------------------------------
def create(request: SignedInRequest, pk: int) -> HttpResponse:
    organisation = visible(request, pk)
    permissions.require(permissions.can_host(request.user, organisation))
    gathering = Gathering(host=organisation, pole=organisation.pole, created_by=request.user)
    if led_by := _asked_for(request):
        gathering.trainer = led_by
    return _write(request, gathering, f"gathering:new:{pk}")


def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    gathering = run_or_403(request, pk)
    if not (gathering.is_draft or gathering.is_to_come(timezone.now())):
        messages.info(request, _("It is over, or cancelled: what people came to stays as it is."))
        return redirect(gathering)
    return _write(request, gathering, f"gathering:{pk}")


def _write(request: SignedInRequest, gathering: Gathering, place: str) -> HttpResponse:
    typing = drafts.of(request, place, anew=bool(gathering.trainer_id and not gathering.pk))
    if typing.answers:
        return typing.answer()
    title, posted = gathering.title, request.method == "POST"
    begun = {"trainer": typing.data.get("trainer", "")} if typing.data else {}
    trainers = _trainers(request, gathering, (begun or request.POST).get("trainer", ""))
    among: dict[str, Any] = {"instance": gathering, "trainers": trainers, "writer": request.user}
    # Of a large house the list holds whom it is handed here: what was begun has to be known before it is filled in.
    form = typing.fill(GatheringForm(request.POST or None, initial=begun, **among))
    picker = posted_picker(request) if posted else _first_picker(typing, gathering)
    if posted and skills.is_picking(request.POST):
        form = GatheringForm(initial=as_typed(form), **among)
    elif posted and (saved := _save(request, gathering, form, picker, typing)):
        return redirect(saved)
    context = {"form": form, "picker": picker, "gathering": gathering, "title": title}
    context |= {"typing": typing, "asks_required": False, "host": gathering.host}
    context["is_folded"] = not FOLDED & set(form.errors)
    return render(request, "marketplace/gatherings/gathering_form.html", context)


def _save(
    request: SignedInRequest,
    gathering: Gathering,
    form: GatheringForm,
    picker: Picker,
    typing: Typing,
) -> Gathering | None:
    """Saved; None where it is refused, with the sentence in the form."""
    if not form.is_valid():
        return None
    chosen = [one.skill for one in picker.chosen]
    try:
        with typing.sending():
            saved = gatherings.write(gathering, form, chosen, by=request.user, now=timezone.now())
    except gatherings.SeatsTaken as refusal:
        form.add_error("seats", str(refusal))
        return None
    except NotYet as refusal:
        form.add_error(None, str(refusal))
        return None
    if saved.behind_words:
        messages.warning(request, saved.behind_words)
    if saved.is_draft:
        messages.success(request, _("Saved. Read it again, then announce it."))
    else:
        messages.success(request, _("Saved. Those who come are told of another time or place."))
    return saved


def _first_picker(typing: Typing, gathering: Gathering) -> Picker:
    if typing.data is not None:
        return skills.from_post(typing.data, texts_of(typing.data))
    taught: list[str] = []
    if gathering.pk:
        taught = list(gathering.skills.values_list("code", flat=True))
    elif gathering.trainer is not None:
        taught = list(gathering.trainer.held.values_list("skill__code", flat=True))
    return skills.from_codes(taught)


def _asked_for(request: SignedInRequest) -> Offer | None:
    """The offer from whose page one comes, if the reader may see it and it trains groups."""
    number = request.GET.get("animee-par", "")
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        return None
    return _training(request).filter(pk=int(number)).first()


def _training(request: SignedInRequest) -> QuerySet[Offer]:
    rows = Offer.objects.visible_to(request.user).published()
    return rows.filter(trains_up_to__isnull=False, person__isnull=False)


def _trainers(request: SignedInRequest, gathering: Gathering, typed: str) -> QuerySet[Offer]:
    """The offers among which the host chooses: those of its own people and the writer's, the one it has, and the one from
    whose page it came, which is `typed` from then on."""
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 18 else 0
    asked = _training(request).filter(pk__in=[number, gathering.trainer_id or 0])
    own = Offer.objects.owned_by(request.user).published().filter(person__isnull=False)
    own = own.filter(Q(organisation=gathering.host) | Q(person=request.user))
    kept = Offer.objects.filter(~Offer.at_home_under(request.user), pk=gathering.trainer_id or 0)
    numbers = Q(pk__in=asked.values("pk")) | Q(pk__in=own.values("pk"))
    if gathering.pk:
        numbers |= Q(pk__in=kept.values("pk"))
    return Offer.objects.filter(numbers).select_related("person", "organisation")


# --- acts ------------------------------------------------------------------------------------
@require_POST
def announce(request: SignedInRequest, pk: int) -> HttpResponse:
    gathering = run_or_403(request, pk)
    done = _("Announced: people may put their names down.")
    return act(
        request,
        gathering,
        done,
        lambda: gatherings.announce(gathering, by=request.user, now=timezone.now()),
    )


def cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say what follows; the button cancels."""
    posted = request.POST if request.method == "POST" else None
    gathering, form = run_or_403(request, pk), CancelForm(posted)
    if request.method == "POST" and form.is_valid():
        word, now = form.cleaned_data["word"], timezone.now()
        return act(
            request,
            gathering,
            _("Cancelled."),
            lambda: gatherings.cancel(gathering, word=word, by=request.user, now=now),
        )
    told = gathering.attendances.standing().count()
    follows = [
        ngettext(
            "%(n)s person who comes or waits is told by letter.",
            "%(n)s people who come or wait are told by letter.",
            told,
        )
        % {"n": told}
        if told
        else _("Nobody has put their name down: nobody is told."),
        _("It can’t be announced again; you may write another one."),
    ]
    if leading.ends_a_mission(request.user, gathering):
        follows.append(_("The mission of whoever leads it stops too, if it hasn’t begun."))
    context = {
        "title": _("Cancel “%(gathering)s”?") % {"gathering": gathering},
        "consequences": follows,
        "act_label": _("Cancel it for good"),
        "danger": True,
        "form": form if told else None,
        "back_url": gathering.get_absolute_url(),
    }
    return render(request, "components/confirm_page.html", context)


def copy(request: SignedInRequest, pk: int) -> HttpResponse:
    """The same on other days: each is a draft of its own."""
    gathering = run_or_403(request, pk)
    posted = request.POST if request.method == "POST" else None
    form = CopyForm(posted, gathering=gathering)
    if request.method == "POST" and form.is_valid():
        try:
            made = gatherings.copy(gathering, on=form.days, by=request.user, now=timezone.now())
        except NotYet as refusal:
            form.add_error(None, str(refusal))
        else:
            words = ngettext(
                "%(n)s draft is made. Read it, then announce it.",
                "%(n)s drafts are made. Read each, then announce it.",
                len(made),
            )
            messages.success(request, words % {"n": len(made)})
            return redirect("gatherings-of-host", pk=gathering.host_id)
    context = {"form": form, "gathering": gathering}
    return render(request, "marketplace/gatherings/gathering_copy.html", context)


@require_POST
def lead(request: SignedInRequest, pk: int) -> HttpResponse:
    """The yes or no of whoever is asked to lead it, and their stepping back later."""
    gathering = gathering_or_404(request, pk)
    offer = gathering.trainer
    permissions.require(offer is not None and offer.brings(request.user))
    yes = request.POST.get("answer") == "YES"
    done = _("Thank you: the host is told, and your name is shown.")
    if not yes:
        done = _("Noted: the host is told, and decides what comes of it.")
    now = timezone.now()
    return act(
        request,
        gathering,
        done,
        lambda: gatherings.answer_as_trainer(gathering, yes=yes, by=request.user, now=now),
    )


def act(
    request: SignedInRequest, gathering: Gathering, done: str, do: Callable[[], object]
) -> HttpResponse:
    """Do it, and lead back to the page with what came of it."""
    try:
        do()
    except (ForbiddenMove, NotYet) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    seen = Gathering.objects.visible_to(request.user).filter(pk=gathering.pk)
    return redirect(gathering) if seen.exists() else redirect("gatherings")
