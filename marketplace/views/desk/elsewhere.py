"""The pages on which coordinators ask another pôle about a need, or answer one that asks."""

from collections.abc import Collection

from django.contrib import messages
from django.db.models import Case, QuerySet, When
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import ForbiddenMove, Pole, User, coordinated_by
from accounts.requests import SignedInRequest
from marketplace import ranking
from marketplace.actions.desk import elsewhere
from marketplace.actions.refusals import NotYet
from marketplace.forms.desk.elsewhere import AskPoleForm, NobodyForm
from marketplace.models import AskedPole, InTouch, Need, Offer, Proposal
from marketplace.ranking.live import TOP
from marketplace.rules import ask_limits, audience, permissions
from marketplace.states import AskedPoleStatus, NeedStatus, ProposalStatus
from marketplace.views.market.needs import need_or_404

LIVE_PROPOSALS = {ProposalStatus.OPEN, ProposalStatus.AGREED}
MANY = 50  # nobody asks more pôles than this


def ask(request: SignedInRequest, pk: int) -> HttpResponse:
    """For the coordinators of the need: what the pôles that were asked have answered, how many would suit in each of
    the others, and a word to its coordinators."""
    need = need_or_404(request, pk)
    permissions.require(permissions.can_ask_elsewhere(request.user, need))
    asked = list(need.asked_poles.as_told(request.user))
    now = timezone.now()
    closed = [one.pole_id for one in asked if elsewhere.why_not_again(one, now)]
    others = Pole.objects.exclude(pk__in=[need.pole_id, *closed])
    form = AskPoleForm(request.POST or None, poles=others)
    if request.method == "POST" and form.is_valid():
        try:
            elsewhere.ask(need, **form.cleaned_data, by=request.user)
        except NotYet as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Asked. Its coordinators are told, and look for somebody."))
        return redirect("need-elsewhere", pk=need.pk)
    poles = list(others[:MANY])
    counted = ranking.how_many_elsewhere(need, poles, hidden=_at_home(request.user))
    found = [(pole, counted[pole.pk]) for pole in poles]
    context = {"need": need, "form": form, "asked": asked, "found": found, "most": TOP}
    return render(request, "marketplace/desk/elsewhere_ask.html", context)


@require_POST
def take_back(request: SignedInRequest, pk: int) -> HttpResponse:
    """The need's own coordinators no longer ask."""
    ours = AskedPole.objects.filter(need__pole__in=coordinated_by(request.user))
    asked = get_object_or_404(ours.select_related("need__organisation", "pole"), pk=pk)
    need = asked.need
    permissions.require(permissions.can_ask_elsewhere(request.user, need))
    try:
        elsewhere.take_back(asked, by=request.user)
    except ForbiddenMove as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back. Its coordinators are told not to look any more."))
    return redirect("need-elsewhere", pk=need.pk)


def look(request: SignedInRequest, pk: int) -> HttpResponse:
    """The page of the pôle that was asked, by the number of the need; of several pôles of theirs, of the first that has
    to answer."""
    first = Case(When(status=AskedPoleStatus.ASKED, then=0), default=1)
    asked = _asked_of(request.user).filter(need=pk).order_by(first, "at", "pk").first()
    if asked is None:
        raise Http404
    return _look(request, asked)


def look_as(request: SignedInRequest, pk: int) -> HttpResponse:
    return _look(request, get_object_or_404(_asked_of(request.user), pk=pk))


def _asked_of(user: User) -> QuerySet[AskedPole]:
    """What the pôles that this person coordinates were asked."""
    rows = AskedPole.objects.filter(pole__in=coordinated_by(user))
    return rows.select_related("need__organisation", "need__pole", "pole", "by")


def _look(request: SignedInRequest, asked: AskedPole) -> HttpResponse:
    """For the coordinators of the pôle that was asked: how their people's proposals stand and, while the need is
    open and shown to them, who else would suit, ranked, with the reasons; or to say that nobody does."""
    need = Need.objects.with_what_cards_show().get(pk=asked.need_id)
    nothing_left = _why_nothing_left(request.user, need, asked)
    open_now = not nothing_left
    theirs = _put_forward(request.user, need)
    today = timezone.localdate()
    in_touch = InTouch(p for p, _why in theirs if p.status in LIVE_PROPOSALS or p.is_put_off(today))
    hidden = _at_home(request.user) if open_now else ()
    best = ranking.offers_elsewhere(need, asked.pole, hidden=hidden) if open_now else []
    new = [match for match in best if not in_touch.between(need.pk, match.offer)]
    resting = ask_limits.resting(
        [match.offer for match in new], timezone.now(), reader=request.user
    )
    return render(
        request,
        "marketplace/desk/elsewhere_look.html",
        {
            "need": need,
            "asked": asked,
            "reads_word": (looks := request.user in audience.who_looks(asked)),
            "can_say_nobody": looks and open_now and asked.may_be_answered,
            "open_now": open_now,
            "nothing_left": nothing_left,
            "put_forward": theirs,
            "has_more": len(best) == TOP,
            "best": [(match, resting.get(match.offer_id)) for match in new],
        },
    )


def nobody(request: SignedInRequest, pk: int) -> HttpResponse:
    """The pôle that was asked has nobody, and says so with a word or without."""
    asked = get_object_or_404(_asked_of(request.user), pk=pk)
    permissions.require(request.user in audience.who_looks(asked))
    form = NobodyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            elsewhere.find_nobody(asked, word=form.cleaned_data["word"], by=request.user)
        except (ForbiddenMove, NotYet) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Thank you. Those who asked are told."))
        return redirect("asked-pole", pk=pk)
    shown = AskedPole.objects.shown().filter(pk=pk).exists()
    if not (asked.may_be_answered and shown):
        return redirect("asked-pole", pk=pk)
    return render(request, "marketplace/desk/elsewhere_nobody.html", {"asked": asked, "form": form})


def _at_home(user: User) -> Collection[int]:
    """The offers that this coordinator learns nothing of."""
    return list(Offer.objects.at_home_under(user).values_list("pk", flat=True))


def _why_nothing_left(user: User, need: Need, asked: AskedPole) -> str:
    """Why nobody is looked for among this coordinator's people, as a sentence; "" while somebody is."""
    if need.status != NeedStatus.PUBLISHED:
        return _(
            "This need isn’t looking for anybody any more: it is “%(state)s”. Nothing is left for you to do."
        ) % {"state": need.get_status_display()}
    if permissions.is_a_candidate(user, need):
        return _(
            "You are on a side of what is proposed for this need: who else is asked, and who could be, is your colleagues’ to follow."
        )
    if asked.is_taken_back:
        return _("%(pole)s no longer asks you: nothing is left for you to do.") % {
            "pole": need.pole
        }
    if not Need.objects.visible_to(user).filter(pk=need.pk).exists():
        return _("This need isn’t shown to other pôles any more. Nothing is left for you to do.")
    return ""


def _put_forward(user: User, need: Need) -> list[tuple[Proposal, str]]:
    """The proposals of this coordinator's people, each with the words of its last step, which both sides have read;
    nothing of their conversation."""
    found = (
        Proposal.objects.put_forward_elsewhere_by(user)
        .filter(need=need)
        .select_related("need__organisation", "offer__person", "offer__organisation")
        .prefetch_related("steps")
    )
    return [(proposal, [step.said for step in proposal.steps.all()][-1]) for proposal in found]
