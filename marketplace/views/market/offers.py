"""The pages of offers: one offer, writing one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import drafts
from accounts.drafts import Typing
from accounts.models import ForbiddenMove, Organisation, Pole, User
from accounts.requests import SignedInRequest
from marketplace import ranking
from marketplace.actions.market import consents, offers
from marketplace.actions.refusals import NotYet
from marketplace.forms.market import skills, suggested
from marketplace.forms.market.offers import OfferForm
from marketplace.forms.market.skills import Picker
from marketplace.models import (
    Consent,
    ConsentKind,
    ConsentRequest,
    Offer,
    OfferSkill,
    Portrait,
    PortraitSkill,
    SkillFamily,
)
from marketplace.models.desk.left_to_others import asked_beforehand
from marketplace.models.desk.tasks import leaves
from marketplace.models.market.consents import WORDS
from marketplace.models.missions import places
from marketplace.rules import few, lenders, own_yes, permissions, shown_families
from marketplace.rules.next_acts import offers as next_acts
from marketplace.rules.next_acts.offers import Naming
from marketplace.rules.prepared import rows_for
from marketplace.states import OfferStatus
from marketplace.views import opened_for
from marketplace.views.desk.stories import tags_about, tasks_about, with_what_is_kept
from marketplace.views.gatherings.gatherings import hosts_asking
from marketplace.views.market import learnings, offer_start, offer_steps, waiting_panel
from marketplace.views.market.gaps import OfferSide, nearly
from marketplace.views.market.offer_steps import Page, Writing
from marketplace.views.market.skills import posted_picker, texts_of
from marketplace.views.timeline import events

FEW = 3  # below, we say what would bring more


def offer_or_404(request: SignedInRequest, pk: int) -> Offer:
    """One that this person reads, or one that is full and of which they may wait for a place."""
    for offer in rows_for(request.user, _seen, pk):
        return offer
    full = places.to_wait_for(request.user, timezone.localdate())
    return get_object_or_404(_related(full), pk=pk)


def _seen(user: User, pk: int) -> QuerySet[Offer]:
    """Prepared (common/prepared.py): each page of an offer asks it."""
    return with_what_is_kept(_related(Offer.objects.visible_to(user).filter(pk=pk)), "offer")


def _related(offers: QuerySet[Offer]) -> QuerySet[Offer]:
    return offers.select_related("person", "organisation", "commune__department", "pole")


def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    offer = offer_or_404(request, pk)
    owns = permissions.owns_offer(request.user, offer)
    is_open = offer.status == OfferStatus.PUBLISHED
    shows_matches = is_open and (owns or request.user.coordinates(offer.pole))
    refusal = offers.refusal_of(offer) if owns and not is_open else ""
    naming = _naming(request.user, offer) if owns else None
    missions_left, is_full = places.left_of(offer), offer.status == OfferStatus.USED_UP
    return render(
        request,
        "marketplace/market/offer.html",
        {
            "offer": offer,
            "held": offer.held.select_related("skill"),
            "causes": offer.causes.all(),
            "owns": owns,
            "second_behind": offer.behind_words if owns else "",
            "aside": not permissions.is_theirs(request.user, offer),
            "may_apply": owns and own_yes.may_say_yes(request.user, offer),
            "next_act": next_acts.card(request.user, offer, refusal=refusal, naming=naming),
            "naming": naming,
            "family": _family(request.user, offer),
            "can_pause": permissions.can_pause_offer(request.user, offer),
            **(_matches(request.user, offer) if shows_matches else {}),
            "shows_matches": shows_matches,
            "can_keep_away": not owns and not request.user.coordinates(offer.pole),
            "events": events(offer.steps.select_related("by"), discreet=False) if owns else [],
            "to_do": _to_do(request.user, offer),
            "missions_left": missions_left,
            "has_left": not is_open and offer.person_has_left,
            "with_a_place_again": {offer.pk} if is_full and missions_left > 0 else set(),
            "waiting": waiting_panel.of_offer(request.user, offer, owns=owns),
            "hosts": hosts_asking(request.user, offer),
            **learnings.for_offer(request.user, offer, timezone.now()),
        },
    )


def _to_do(user: User, offer: Offer) -> dict:
    """What coordinators keep about it, and have to do; nothing for whoever leaves it to others."""
    if not user.coordinates(offer.pole):
        return {}
    user = asked_beforehand(user)
    if leaves(user, offer):
        return {}
    tags = {} if offer.status == OfferStatus.DRAFT else tags_about(user, offer, "offer")
    return {**tasks_about(user, offer, "offer"), **tags}


def _naming(user: User, offer: Offer) -> Naming | None:
    """Whether the person named has agreed, when they were asked, and their own buttons; None when nobody's consent
    is needed."""
    if not own_yes.names_somebody(offer):
        return None
    is_me = user.pk == offer.person_id
    asked = ConsentRequest.objects.about(ConsentKind.OFFER, offer).filter(
        person=offer.person_id, withdrawn_at=None
    )
    latest = asked.first()
    waits = latest is not None and not latest.answer
    is_over = latest is not None and waits and latest.is_expired(timezone.now())
    ended = Consent.objects.filter(
        person=offer.person_id, kind=ConsentKind.OFFER, about=offer.pk
    ).exclude(ended_at=None)
    return Naming(
        is_another=not is_me,
        own_words=str(WORDS[ConsentKind.OFFER]) if is_me else "",
        consent=own_yes.consent_to(offer),
        asked=latest,
        is_over=is_over,
        may_ask=latest is None or is_over or latest.answer == ConsentRequest.Answer.YES,
        former=ended.order_by("-ended_at").first(),
        # A refusal's word is for whoever asked: colleagues read the no alone.
        reads_reason=latest is not None and user.pk in {latest.asked_by_id, offer.person_id},
        answer_url=consents.link(latest) if latest is not None and is_me and waits else "",
    )


@dataclass(frozen=True)
class Family:
    """What the person named is asked: whether the families of their offer are shown on their organisation's page."""

    families: list[SkillFamily]
    key: str
    words: str
    consent: Consent | None
    few: int = few.FEW


def _family(user: User, offer: Offer) -> Family | None:
    """The question to the person named alone; None for anybody else, and while the offer says no skill."""
    if not permissions.may_show_family(user, offer):
        return None
    families = shown_families.of_offer(offer)
    given = Consent.objects.standing(user, ConsentKind.FAMILY, offer).first()
    words = str(WORDS[ConsentKind.FAMILY])
    key = shown_families.key_of(families)
    return Family(families, key, words, given) if families else None


def _matches(user: User, offer: Offer) -> dict:
    """The needs that suit, the near misses, and why there are few or none."""
    read = ranking.near_offer(offer)
    best, missed = ranking.around_offer(offer, top=6, near=3, read=read)
    side = replace(OfferSide.of(user, offer), read=read)
    near = nearly(side, missed, few=len(best) < FEW)
    return {
        "matches": best,
        "near_misses": near.cards,
        "empty": ranking.nothing_because(offer) if not (best or near.cards) else (),
        "relaxations": near.changes,
    }


def create(request: SignedInRequest) -> HttpResponse:
    """Write an offer for the company in whose name one acts, or for oneself."""
    organisation = request.acting_for
    if organisation is not None and not (organisation.may_offer and _comes_for(request)):
        organisation = None
    elif organisation and (why := lenders.why_not(organisation, timezone.localdate())):
        if request.method != "POST":
            messages.info(request, why)
        organisation = None
    permissions.require(permissions.can_offer_for(request.user, organisation))
    commune = organisation.commune if organisation else request.user.commune
    offer = Offer(organisation=organisation, created_by=request.user)
    initial: dict[str, Any] = {
        "commune": commune,
        "title": request.user.trade if organisation is None else "",
        "starts_on": (today := timezone.localdate()),
        "ends_on": today + offer_steps.A_YEAR,
    }
    if organisation and not permissions.oversees(request.user, organisation):
        initial["person"] = request.user  # whoever is not in charge of others comes for themselves
    told = Portrait.objects.filter(user=request.user).first() if organisation is None else None
    if told:
        initial["about"] = told.about
    said = offer_start.held_by(request)
    begun = {name: value for name, value in offer_start.fields(said).items() if value}
    begun = begun | {"title": initial["title"] or begun.get("title", "")}
    start = offer_start.picker(said) if said and said.words else None
    answer = _write(request, offer, organisation, initial=initial | begun, told=told, start=start)
    if offer.pk and request.method == "POST":
        offer_start.sent(request, offer)
    return answer


def _comes_for(request: SignedInRequest) -> bool:
    """Whether this person offers something for the house at all today: while it is suspended, its plain employees have
    their own time alone. Those who represent it are told that nothing is done in its name."""
    house = request.acting_for
    return house is None or not house.is_suspended or request.user.represents(house)


def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    offer = offer_or_404(request, pk)
    permissions.require(permissions.can_edit_offer(request.user, offer))
    return _write(request, offer, offer.organisation, initial=suggested.fields(request.GET))


def _write(
    request: SignedInRequest,
    offer: Offer,
    organisation: Organisation | None,
    initial: dict[str, Any] | None = None,
    told: Portrait | None = None,
    start: Picker | None = None,
) -> HttpResponse:
    """The form with its picker of skills: the picker's buttons change the list, the form's button saves. A new offer is
    written in steps."""
    by, posted = request.user, request.method == "POST"
    typing = offer_start.typing(request, offer, _place(offer, organisation))
    if typing.answers:
        return typing.answer()
    names_others = permissions.names_others(by, organisation)
    owner = {"organisation": organisation, "user": offer.person or by, "by": by}
    writing = Writing(request, offer, initial or {}, owner | {"names_others": names_others})
    form = typing.fill(writing.form())
    picker = posted_picker(request) if posted else _first_picker(typing, offer, told, start)
    moved = offer.pk and not posted and suggested.skills(request.GET, picker)
    if not (posted or picker.chosen):
        skills.read_into(picker, texts_of(form.initial))
    if posted and offer.pk is None:
        opened_for.refuse_another(request, form, organisation)
    page = Page(form, picker, writing.step(typing))
    if posted and (answer := _answer(request, writing, page, typing)):
        return answer
    context = {"form": page.form, "picker": picker, "offer": offer, "organisation": organisation}
    context |= {"typing": typing, "step": page.step, "fitting": page.fitting}
    context |= {
        "said": offer_steps.words_of(page.form),
        "own_words": WORDS[ConsentKind.OFFER],
        "opened_for": opened_for.key_of(organisation),
        "names_others": names_others,
        "asks_required": False,
        "is_suggested": offer.pk and not posted and (moved or suggested.fields(request.GET)),
    }
    template = "offer_step" if page.step else "offer_form"
    return render(request, f"marketplace/market/{template}.html", context)


def _answer(
    request: SignedInRequest, writing: Writing, page: Page, typing: Typing
) -> HttpResponse | None:
    """What was sent: saved, kept, or counted; None when `page` is shown again, as another step or with what is wrong."""
    offer, was_shown = writing.offer, writing.offer.status == OfferStatus.PUBLISHED
    if writing.turns(page):
        if offer_steps.COUNT in request.POST and request.htmx:
            shown = {"fitting": page.fitting}
            return render(request, "marketplace/market/_offer_fitting.html", shown)
        return None
    if page.form.is_valid() and _finds_its_pole(offer, page.form.organisation, page.form):
        try:
            with typing.sending():
                written = page.form.save(commit=False)
                saved = offers.write(written, page.form, page.picker.chosen, by=request.user)
        except NotYet as refusal:
            page.form.add_error("person", str(refusal))
            return None
        return _written(request, offer, saved, was_shown=was_shown)
    if page.step is None:
        return None
    is_draft = "publish" not in request.POST and not page.form.non_field_errors()
    if is_draft and drafts.keep(typing, now=timezone.now()):
        messages.success(request, _("Kept as you typed it: you find it again on this page."))
        return redirect("offers")
    page.step = offer_steps.to_the_first_wrong(page.form, page.step)
    return None


def _written(
    request: SignedInRequest, offer: Offer, saved: Offer, *, was_shown: bool
) -> HttpResponse:
    publishes = "publish" in request.POST
    if saved is not offer and not (publishes and saved.status == OfferStatus.DRAFT):
        messages.info(request, _("This offer is there already: you wrote it a moment ago."))
        return redirect(saved)
    if publishes:
        return publish(request, saved.pk)
    if saved.status == OfferStatus.PAUSED and was_shown:
        messages.info(request, _asking(saved))
        return redirect(saved)
    messages.success(request, " ".join([_("Saved."), saved.behind_words]).strip())
    return redirect(saved)


def _place(offer: Offer, organisation: Organisation | None) -> str:
    """Which form it is that is typed: of this offer, or of a new one for this house or for oneself."""
    return f"offer:{offer.pk}" if offer.pk else f"offer:new:{opened_for.key_of(organisation)}"


def _first_picker(
    typing: Typing, offer: Offer, told: Portrait | None, start: Picker | None
) -> Picker:
    if typing.data is not None:
        return skills.from_post(typing.data, texts_of(typing.data))
    return start or skills.from_rows(_rows(offer, told))


def _rows(offer: Offer, told: Portrait | None) -> Iterable[OfferSkill] | Iterable[PortraitSkill]:
    """The skills of the offer; a new one begins with those that the person has confirmed."""
    if offer.pk:
        return offer.held.select_related("skill")
    return told.held.select_related("skill") if told else []


def _finds_its_pole(offer: Offer, organisation: Organisation | None, form: OfferForm) -> bool:
    """Set the pôle: the company's, or that of the département where the volunteer lives. False, with an error in
    the form, when there is none."""
    if organisation is not None:
        offer.pole = organisation.pole
        return True
    commune = form.cleaned_data["commune"]
    pole = Pole.objects.filter(departments=commune.department_id).first()
    if pole is None:
        form.add_error(
            "commune",
            _("No pôle covers this département yet: we can’t connect you with structures there."),
        )
        return False
    offer.pole = pole
    return True


@require_POST
def publish(request: SignedInRequest, pk: int) -> HttpResponse:
    offer = offer_or_404(request, pk)
    permissions.require(permissions.owns_offer(request.user, offer))
    done = _("Your offer is published.")
    if own_yes.names_somebody(offer) and request.user.pk != offer.person_id:
        done = _("Published.") if own_yes.stands(offer) else _asking(offer)
    return _act(request, offer, done, offers.publish)


def _asking(offer: Offer) -> str:
    name = offer.person.get_full_name() if offer.person else ""
    return _(
        "%(name)s is asked first, by a letter: the offer is shown as soon as they say yes."
    ) % {"name": name}


@require_POST
def pause(request: SignedInRequest, pk: int) -> HttpResponse:
    offer = offer_or_404(request, pk)
    permissions.require(permissions.owns_offer(request.user, offer))
    return _act(
        request,
        offer,
        _("Paused: nobody new will ask you. What is under way goes on."),
        offers.pause,
    )


def _act(
    request: SignedInRequest, offer: Offer, done: str, act: Callable[..., object]
) -> HttpResponse:
    try:
        act(offer, by=request.user)
    except (ForbiddenMove, NotYet) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(offer)
