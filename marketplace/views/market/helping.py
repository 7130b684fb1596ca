"""Offering one's help for a need before one has an offer: what was said is kept, looked at once, and sent."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import coming
from accounts.coming import Said
from accounts.models import Coming, ForbiddenMove
from accounts.requests import OurRequest, SignedInRequest, is_signed_in
from marketplace.actions.market import helping
from marketplace.actions.market.helping import Helping
from marketplace.actions.refusals import HelpOfferedAlready, NotYet
from marketplace.forms.market.helping import HelpForm, PublishedForm, as_sent
from marketplace.models import Need, NeedSkill, Offer, Proposal, Waiter, Welcome
from marketplace.rules import own_time, permissions, service_levels
from marketplace.rules import waiters as rules
from marketplace.views.market import needs, waiters
from marketplace.views.market.help_panel import held_for, skills_of, waits_for_help

A_FEW = 3


@login_not_required
def keep(request: OurRequest, pk: int) -> HttpResponse:
    """Keep what they say, and lead to the look before it leaves; a visitor makes an account on the way."""
    need = needs.need_or_404(request, pk)
    if request.method != "POST":  # “back” comes here, to the form with what is kept of it
        return redirect(f"{need.get_absolute_url()}#aider")
    if not waits_for_help(need):
        messages.error(request, _("This need isn’t open any more: it is filled or closed."))
        return redirect(need)
    if request.reader is not None:
        permissions.require(permissions.can_help(request.reader, need))
    if is_signed_in(request) and (there := own_time.offered(request.user, need)):
        messages.info(request, str(HelpOfferedAlready(there)))
        return redirect(there)
    if is_signed_in(request) and "first" in request.POST:
        coming.keep(request, Said(Coming.Kind.APPLY, about=need.pk))
        return redirect("offer-new")
    if need.time == Welcome.WORK:
        return _at_work_alone(request, need)
    form = HelpForm(request.POST, need=need, wanted=skills_of(need))
    if not form.is_valid():
        return needs.page(request, need, form)
    coming.keep(request, form.said)
    way_on = reverse("need-help-send", args=[need.pk])
    if is_signed_in(request):
        return redirect(way_on)
    return redirect(f"{reverse('account_signup')}?{urlencode({'next': way_on})}")


def send(request: SignedInRequest, pk: int) -> HttpResponse:
    """What leaves, and the one button that sends it. Who has an offer by now chooses it; where the need waits for nobody
    any more, needs like it are shown, and what was said stays kept."""
    said = held_for(request, pk)
    if said is None:
        return _where_it_stands(request, needs.need_or_404(request, pk))
    need = Need.objects.visible_to(request.user).with_what_cards_show().filter(pk=pk).first()
    if need is None or not waits_for_help(need):
        return _too_late(request, said.words.get("skills", []), need)
    if not permissions.can_help(request.user, need):
        messages.error(request, _("You belong to the structure that asks: somebody else comes."))
        return redirect(need)
    if there := own_time.offered(request.user, need):
        return _offered_already(request, there)
    if waits := rules.mine_of(request.user, need):
        coming.put_aside(request)
        return redirect(waits)
    if Offer.objects.to_apply_with(request.user).published().exists():
        return redirect("need-wait" if rules.is_full(need, timezone.now()) else "need-apply", pk)
    if need.time == Welcome.WORK:
        return _at_work_alone(request, need)
    form = HelpForm(as_sent(said, need), need=need, wanted=skills_of(need))
    if not form.is_valid():  # they have said nothing yet, or the need has changed since
        return redirect(f"{need.get_absolute_url()}#aider")
    sent = request.POST if request.method == "POST" else None
    published = PublishedForm(sent, skills=form.brought, need=need, word=said.text)
    if published.is_valid():
        return _sent(request, need, form.helping(published))
    shown = {
        "need": need,
        "form": published,
        "word": said.text,
        "commune": form.cleaned_data["commune"],
        "title": helping.title_for(request.user, form.brought),
        "when": form.when_words,
        "promise": service_levels.promise_from_now(need, timezone.now()),
        "pace": service_levels.pace_of(need.organisation),
        "next_turn": rules.next_turn(need) if rules.is_full(need, timezone.now()) else 0,
    }
    return render(request, "marketplace/market/help_send.html", shown)


def _at_work_alone(request: OurRequest, need: Need) -> HttpResponse:
    messages.error(request, str(helping.WORK_ALONE))
    return redirect(need)


def _sent(request: SignedInRequest, need: Need, said: Helping) -> HttpResponse:
    try:
        made = helping.help(need, said, by=request.user)
    except HelpOfferedAlready as refusal:
        return _offered_already(request, refusal.proposal)
    except (NotYet, ForbiddenMove) as refusal:
        messages.error(request, str(refusal))
        return _where_it_stands(request, need)
    coming.drop(request)
    messages.success(request, _said_of(made))
    return redirect(made)


def _offered_already(request: SignedInRequest, there: Proposal) -> HttpResponse:
    """To what they have offered already, in one calm sentence; what was said a second time is put aside."""
    coming.put_aside(request)
    messages.info(request, str(HelpOfferedAlready(there)))
    return redirect(there)


def _said_of(made: Proposal | Waiter) -> str:
    if isinstance(made, Proposal):
        return _("Sent. You will be told of the answer, whatever it is.")
    return waiters.where_one_stands(made)


def _where_it_stands(request: SignedInRequest, need: Need) -> HttpResponse:
    """Their proposal, when it was sent already; the need's page otherwise."""
    seen = Proposal.objects.visible_to(request.user).going_on().filter(need=need)
    mine = seen.filter(offer__in=Offer.objects.to_apply_with(request.user)).first()
    return redirect(mine or rules.mine_of(request.user, need) or need)


def _too_late(request: SignedInRequest, skills: list[str], need: Need | None) -> HttpResponse:
    """Needs that ask for something of what they can bring, in place of one that waits for nobody any more."""
    alike = NeedSkill.objects.filter(skill__code__in=skills).values("need")
    open_now = Need.objects.in_the_catalogue().filter(ends_on__gte=timezone.localdate())
    found = open_now.filter(pk__in=alike).order_by("-published_at", "-pk")
    numbers = found.values_list("pk", flat=True)[:A_FEW]
    shown = {"need": need, "alike": Need.objects.as_cards(numbers)}
    return render(request, "marketplace/market/help_too_late.html", shown)


@login_not_required
@require_POST
def put_aside(request: OurRequest) -> HttpResponse:
    """They no longer want what they came for; or they do after all."""
    said = coming.take_up(request) if "again" in request.POST else coming.put_aside(request)
    if said and said.kind == Coming.Kind.APPLY and said.about:
        need = Need.objects.visible_to(request.user).filter(pk=said.about).first()
        return redirect(need or "needs")
    return redirect("home")
