"""What happens to an offer. One verb, one transaction."""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.forms import BaseModelForm
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ForbiddenMove, User
from accounts.models.leavings import why_nothing_new
from marketplace import letters, ranking
from marketplace.actions import double_submit
from marketplace.actions.market import consents, meeting_rules, proposals, waiting_lists
from marketplace.actions.refusals import NotYet
from marketplace.models import ConsentKind, Offer, Side, TeamMember, reasons
from marketplace.models.market.offers import SAID
from marketplace.models.missions import places
from marketplace.rules import lenders, own_yes, rounds, shown_families
from marketplace.states import MissionStatus, OfferStatus
from notifications.faults import each_row

# Of one value each: its skills are compared apart.
ONE_VALUE = tuple(name for name in SAID if name != "causes")
KEPT = (OfferStatus.DRAFT, OfferStatus.PUBLISHED, OfferStatus.PAUSED)


@transaction.atomic
def write(offer: Offer, form: BaseModelForm, chosen: Collection, *, by: User) -> Offer:
    """Save what the form says, with the skills chosen: each item of `chosen` has .skill and .level. A new offer
    that was written a moment ago in the same words isn't made twice: the first is returned."""
    is_new = offer.pk is None
    before, families = None, []
    if not is_new:
        before, families = _as_it_stands(offer, by=by), shown_families.of_offer(offer)
    elif there := _written_already(offer, form, chosen, by=by):
        return there
    offer.save()
    form.save_m2m()
    held = {item.skill.pk: item for item in chosen}
    offer.held.exclude(skill__in=held).delete()
    for item in held.values():
        offer.held.update_or_create(skill=item.skill, defaults={"level": item.level})
    if before is not None and _said_of(offer) != before:
        _changed(offer, before[ONE_VALUE.index("person")], by=by)
        if not {*shown_families.of_offer(offer)} <= {*families}:  # they were shown the others
            consents.void(ConsentKind.FAMILY, offer)
    # Fewer missions offered may be those there are.
    freed = proposals.use_up(offer, by=by) if offer.status == OfferStatus.PUBLISHED else []
    ranking.changed(offer, *freed)
    return offer.begin(by=by) if is_new else offer


def _said_of(offer: Offer) -> tuple:
    """All that an offer says of whoever would come, to compare it before and after a change."""
    keys = {"organisation", "person", "commune"}  # without asking the database who they are
    fields = [getattr(offer, f"{name}_id" if name in keys else name) for name in ONE_VALUE]
    return *fields, frozenset(offer.held.values_list("skill", "level"))


def _changed(offer: Offer, former: int | None, *, by: User) -> None:
    """After a change: by the person who would come, it is their yes, which stands where they have just put their name
    where nobody's was (`_join`). By somebody else, or once it names somebody else, the earlier consent is void, and a
    published offer is paused until that person has agreed. On their own time their employer puts nobody forward: what
    it had asked or been told of it ends."""
    person = own_yes.named(offer)
    if person is None or by.pk != person.pk or former not in (None, person.pk):
        consents.void_on(offer)
    if person is None or offer.status != OfferStatus.PUBLISHED:
        return
    if by.pk == person.pk:
        consents.give(by, ConsentKind.OFFER, offer)
        return
    reason = reasons.coded("offer-changed")
    offer.move(OfferStatus.PAUSED, by=by, reason=reason)
    consents.ask(person, ConsentKind.OFFER, offer, by=by, now=timezone.now())


def _as_it_stands(offer: Offer, *, by: User) -> tuple:
    """Lock the offer, and keep what its form doesn't ask. Returns what it said until now.

    Once somebody was asked through it, who comes and on whose time can't change: the
    other side, the employer and the papers rely on it. Only a member of the team may put
    their own name (`_join`). Raises NotYet.
    """
    now = Offer.objects.select_for_update(no_key=True).get(pk=offer.pk)
    if why := rounds.why_not_written(offer):
        raise NotYet(why)
    another, same_time = offer.person_id != now.person_id, offer.time == now.time
    joins = now.person_id is None and offer.person_id == by.pk and same_time
    if joins and now.proposals.exists():
        _join(offer, by=by)
    elif (another or not same_time) and now.proposals.exists():
        raise NotYet(
            _(
                "People have been put in touch through this offer: who comes, and on whose time, stays as it "
                "is. For somebody else, write another offer."
            )
            if now.person_id
            else _(
                "People have been put in touch through this offer: whoever comes says so themselves. "
                "Ask them to open this offer and to choose their own name: an employee has to be a representative for that."
            )
        )
    offer.status, offer.published_at = now.status, now.published_at
    offer.confirmed_at = now.confirmed_at
    return _said_of(now)


def _join(offer: Offer, *, by: User) -> None:
    """A member of the team puts their own name: they agree to the offer, and to the
    proposals that the team has agreed to.

    Raises NotYet when they belong to the structure, when it keeps them away, or once
    their employer was asked: the papers and hours are then about somebody else
    (decisions/0017).
    """
    if offer.missions.exclude(status=MissionStatus.FRAMING).exists():
        raise NotYet(
            _(
                "A mission of this team has been put to the employer, or has gone further: it stays the "
                "team’s. For somebody by name, write another offer."
            )
        )
    if TeamMember.objects.in_it().filter(mission__offer=offer).exists():
        raise NotYet(
            _(
                "People are named for this team, each asked by name: it stays the team’s. Take them off it first."
            )
        )
    for proposal in offer.proposals.going_on().select_related("need__organisation"):
        meeting_rules.require_no_block(proposal.need, offer, by=by)
        if by.belongs_to(proposal.need.organisation):
            raise NotYet(
                _("You belong to the structure that asks: somebody else of the team comes.")
            )
    consents.give(by, ConsentKind.OFFER, offer)
    for proposal in offer.proposals.going_on().filter(offer_said_yes_at__isnull=False):
        consents.give(by, ConsentKind.MISSION, proposal)


def _written_already(
    offer: Offer, form: BaseModelForm, chosen: Collection, *, by: User
) -> Offer | None:
    alive = Offer.objects.filter(status__in=KEPT)
    held = {(item.skill.pk, int(item.level)) for item in chosen}
    preferred = set(form.cleaned_data["causes"])
    for one in double_submit.just_written(offer, ONE_VALUE, alive, by=by):
        skills = set(one.held.values_list("skill", "level"))
        if (skills, set(one.causes.all())) == (held, preferred):
            return one
    return None


def _why_nobody_comes(offer: Offer) -> str:
    """Nobody is put forward, nor asked whether they agree to it, who is no longer with whoever offers their time."""
    if offer.person is None or not offer.person_has_left:
        return ""
    names = {"person": offer.person.get_full_name(), "house": offer.organisation}
    if not offer.proposals.exists():
        return (
            _("%(person)s is no longer with %(house)s: choose somebody else, then publish.") % names
        )
    return (
        _("%(person)s is no longer with %(house)s. For somebody else, write another offer.") % names
    )


def refusal_of(offer: Offer) -> str:
    """Why the offer can't be shown now, as a sentence; "" when it can."""
    if why := _why_nobody_comes(offer):
        return why
    if not offer.held.exists():
        return _("Say at least one skill that you offer: nobody can find you without.")
    if offer.ends_on < timezone.localdate():
        return _("Your availability is over: change the dates, then publish.")
    if (house := offer.in_the_name_of) and not house.is_accepted:
        return _(
            "The coordinators are verifying your organisation. You can publish once it is done."
        )
    if why := why_nothing_new(offer.in_the_name_of):
        return why
    if why := lenders.why_not_for(offer, timezone.localdate()):
        return why
    if why := rounds.why_no_team(offer):
        return why
    if places.open_of(offer) < 1 <= places.left_of(offer):
        return _("A structure was waiting for this place: it has 48 hours to answer.")
    if places.open_of(offer) < 1:
        return _("This offer is fully booked: raise the number of missions first.")
    return ""


@transaction.atomic
def publish(offer: Offer, *, by: User) -> bool:
    """Show the offer to the pôle: for the first time, after a pause, or with new dates. Nobody is put forward
    without their own yes: False when the person who would come is asked first; the offer is then shown as they
    say yes. Raises NotYet."""
    list(Offer.objects.select_for_update(no_key=True).filter(pk=offer.pk).values("pk"))
    if offer.status == OfferStatus.USED_UP:
        waiting_lists.keep_for_the_next(offer, now=timezone.now())
    if reason := refusal_of(offer):
        raise NotYet(reason)
    person = own_yes.named(offer)
    if person is not None and by.pk == person.pk:
        consents.give(by, ConsentKind.OFFER, offer)
    elif person is not None and not own_yes.stands(offer):
        consents.ask(person, ConsentKind.OFFER, offer, by=by, now=timezone.now())
        return False
    if offer.organisation and offer.status == OfferStatus.DRAFT:
        offer.pole = offer.organisation.pole  # it may have moved until it was verified
    step = offer.move(OfferStatus.PUBLISHED, by=by)
    offer.published_at = step.at
    offer.save(update_fields=["pole", "published_at", "updated_at"])
    ranking.changed(offer)
    return True


def keep_apart(offer: Offer, *, by: User) -> None:
    """Of one's own time, written for what one asks for oneself: no structure finds it, and it is never put forward."""
    offer.move(OfferStatus.PAUSED, by=by)


@transaction.atomic
def pause(offer: Offer, *, by: User) -> None:
    """Pause the offer: nobody new asks, what is under way goes on. When the person who would come pauses it, their
    consent ends: nobody else can show it again before they agree."""
    if own_yes.named(offer) == by and (consent := own_yes.consent_to(offer)):
        consents.end(consent)
    offer.move(OfferStatus.PAUSED, by=by)
    ranking.changed(offer)


@transaction.atomic
def expire(offer: Offer) -> None:
    """The offer's dates are over: its owner is told, and so are those who were waiting."""
    locked = Offer.objects.select_for_update(no_key=True).get(pk=offer.pk)
    step = locked.move(OfferStatus.EXPIRED, by=None)
    reason = reasons.coded("dates-over")
    freed = proposals.close_all(locked.proposals.open(), reason=reason, own=Side.OFFER)
    if locked.published_at:  # nobody has seen the others
        letters.offer_expired(locked, step)
    ranking.changed(locked, *freed)


@transaction.atomic
def stop_lending(offer: Offer) -> None:
    """The law lets this employer lend nobody: the offer is paused, its owner is told why, and so are those who were
    waiting."""
    locked = Offer.objects.select_for_update(no_key=True).get(pk=offer.pk)
    reason = reasons.coded("employer-may-not-lend")
    step = locked.move(OfferStatus.PAUSED, by=None, reason=reason)
    freed = proposals.close_all(locked.proposals.open(), reason=reason, own=Side.OFFER)
    letters.offer_stopped(locked, step)
    ranking.changed(locked, *freed)


@transaction.atomic
def stop_team(offer: Offer, *, reason: str, by: User | None) -> None:
    """The team of this offer comes no more: it is paused, and those who were waiting for it are told. Missions that were
    agreed go on."""
    locked = Offer.objects.select_for_update(no_key=True).get(pk=offer.pk)
    if locked.status == OfferStatus.PUBLISHED:
        locked.move(OfferStatus.PAUSED, by=by, reason=reason)
    freed = proposals.close_all(locked.proposals.open(), reason=reason, own=Side.OFFER)
    ranking.changed(locked, *freed)


def expire_past(today: date) -> int:
    """End each offer whose dates are over, and each that its employer may not make, each in its own transaction.
    Returns how many."""
    ended = Offer.objects.past(today) | Offer.objects.of_municipalities_up_to(lenders.least(today))
    return each_row("expired-offers", ended.select_related("organisation__commune"), _end_once)


def _end_once(offer: Offer) -> bool:
    is_past = offer.ends_on < timezone.localdate()
    try:
        (expire if is_past else stop_lending)(offer)
    except ForbiddenMove:  # somebody else moved it meanwhile
        return False
    return True
