"""What follows when a person says yes, says no, or takes their yes back. One verb, one transaction."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from marketplace import letters, ranking
from marketplace.actions.market import consents, directory, offers, proposals
from marketplace.actions.missions import teams
from marketplace.actions.refusals import NotYet
from marketplace.models import (
    Consent,
    ConsentKind,
    ConsentRequest,
    Mission,
    Need,
    Offer,
    Proposal,
    Side,
    TeamMember,
    reasons,
)
from marketplace.rules import shown_families, worked_with
from marketplace.states import OfferStatus


# --- answering -----------------------------------------------------------------------------
def why_over(asked: ConsentRequest, now: datetime) -> str:
    """Why the request can't be answered any more, as a sentence; empty while it can."""
    if asked.answer:
        said = {"answer": asked.get_answer_display()}
        return _("You have answered: %(answer)s. Thank you.") % said
    if asked.withdrawn_at:
        return _("This has changed since the letter, or was withdrawn: there is nothing to answer.")
    if asked.is_expired(now):
        return _("This link has run out: it lasted two weeks.")
    if not asked.person.is_active:
        return _("This account is closed.")
    return _why_not_theirs(asked)


def _why_not_theirs(asked: ConsentRequest) -> str:
    """Why the request isn't this person's to answer: they have left the company, or the offer isn't in their name
    any more. Empty when it is."""
    if asked.kind == ConsentKind.TEAM:
        return teams.why_not_answered(part_of(asked))
    offer = offer_of(asked)
    stopped = Mission.objects.filter(pk=asked.about, interrupted_at__isnull=False)
    over = asked.kind == ConsentKind.RENEWAL and stopped.exists()
    if over or offer is None or offer.person_id != asked.person_id:
        return _("This has changed since the letter, or was withdrawn: there is nothing to answer.")
    company = offer.organisation
    if company is not None and not asked.person.belongs_to(company):
        return _("You no longer belong to %(company)s: nobody there may put you forward.") % {
            "company": company
        }
    if company is not None and not company.is_accepted:
        return _("These two can’t be put in touch for now: the coordinators know why.")
    return ""


def part_of(asked: ConsentRequest | Consent) -> TeamMember:
    """The part in a team that the consent is about."""
    related = ("mission__need__organisation", "mission__offer__organisation", "mission__sheet")
    return TeamMember.objects.select_related("person", *related).get(pk=asked.about)


def offer_of(asked: ConsentRequest | Consent) -> Offer | None:
    """The offer that the consent is about, or through which its mission came."""
    found = Offer.objects.select_related("organisation", "person", "commune")
    match asked.kind:
        case ConsentKind.OFFER:
            return found.filter(pk=asked.about).first()
        case ConsentKind.MISSION:
            return found.filter(proposals=asked.about).first()
        case ConsentKind.RENEWAL:
            return found.filter(missions=asked.about).first()
        case ConsentKind.TEAM:
            return found.filter(missions__team=asked.about).first()
    return None


@transaction.atomic
def answer(
    asked: ConsentRequest,
    *,
    yes: bool,
    family: bool = False,
    manager: tuple[str, str] = ("", ""),
    reason: str = "",
    how: str,
    now: datetime,
) -> None:
    """Answer a request, once. A yes publishes the offer, if the request is about one, and lets its `family` be shown on
    the employer's page where that is said too; a no is told, with its reason, to whoever asked. Whoever says yes to come
    in a team may name their `manager`, by name and address. Raises NotYet."""
    if asked.kind == ConsentKind.TEAM:
        _answer_for_a_team(asked, yes=yes, manager=manager, reason=reason, how=how, now=now)
        return
    if asked.kind == ConsentKind.OFFER:
        proposals.lock(Need.objects.none(), Offer.objects.filter(pk=asked.about))
    fresh = ConsentRequest.objects.select_related("person", "asked_by")
    asked = fresh.select_for_update(no_key=True, of=("self",)).get(pk=asked.pk)
    if over := why_over(asked, now):
        raise NotYet(over)
    if yes:
        consents.agree(asked, how=how)
        if family and (offer := offer_of(asked)):
            consents.give(asked.person, ConsentKind.FAMILY, offer, how=how)
        shown = asked.kind == ConsentKind.OFFER and _publish(asked)
        letters.consent_given(asked, about=offer_of(asked), shown=shown)
        return
    asked.answer, asked.reason, asked.answered_at = asked.Answer.NO, reason, now
    asked.save(update_fields=["answer", "reason", "answered_at"])
    letters.consent_refused(asked, about=offer_of(asked))


def _answer_for_a_team(
    asked: ConsentRequest, *, yes: bool, manager: tuple[str, str], reason: str, how: str, now: datetime
) -> None:  # fmt: skip
    if over := why_over(ConsentRequest.objects.select_related("person").get(pk=asked.pk), now):
        raise NotYet(over)
    if yes:
        teams.agree(part_of(asked), manager=manager, how=how, now=now)
    else:
        teams.decline(part_of(asked), reason=reason, now=now)


def _publish(asked: ConsentRequest) -> bool:
    """Show the offer at once. False when something else is in the way, which whoever asked then reads."""
    offer = Offer.objects.select_related("organisation", "person").get(pk=asked.about)
    if not offer.may(OfferStatus.PUBLISHED) or offers.refusal_of(offer):
        return False
    return offers.publish(offer, by=asked.person)


# --- thinking again ------------------------------------------------------------------------
@transaction.atomic
def take_back(consent: Consent, *, by: User) -> None:
    """The person takes their consent back. Nothing more is done in their name; missions that are under way aren't
    stopped, and those who follow them are told."""
    follows = _FOLLOWS[ConsentKind(consent.kind)]
    follows(consent, by)


def _offer_no_more(consent: Consent, by: User) -> None:
    mine = Offer.objects.filter(pk=consent.about)
    proposals.lock(Need.objects.none(), mine)
    offer = mine.select_related("organisation", "person").get()
    if not consents.end(consent):
        return
    reason = reasons.coded("no-longer-put-forward")
    freed = proposals.close_all(offer.proposals.open(), reason=reason, own=Side.OFFER)
    if offer.status == OfferStatus.PUBLISHED:
        offer.move(OfferStatus.PAUSED, by=by, reason=reason)
    ranking.changed(offer, *freed)
    letters.consent_taken_back(consent, offer=offer, missions=live_missions(consent))


def _mission_no_more(consent: Consent, by: User) -> None:
    proposals.lock(Need.objects.none(), Offer.objects.filter(proposals=consent.about))
    proposal = Proposal.objects.select_related("need", "offer").get(pk=consent.about)
    if not consents.end(consent):
        return
    waited, missions = proposal.is_open, live_missions(consent)
    if waited:
        reason = reasons.coded("no-longer-agrees")
        proposals.withdraw(proposal, reason=reason, by=by)
    if waited or missions:  # of what is over nothing changes
        letters.consent_taken_back(consent, offer=proposal.offer, missions=missions)


def _renewal_no_more(consent: Consent, by: User) -> None:
    mission = Mission.objects.select_related("offer").get(pk=consent.about)
    if consents.end(consent) and (missions := live_missions(consent)):
        letters.consent_taken_back(consent, offer=mission.offer, missions=missions)


def _team_no_more(consent: Consent, by: User) -> None:
    teams.step_out(part_of(consent), consent=consent, now=timezone.now())


def _no_more(consent: Consent, by: User) -> None:
    """Of what is shown only while the consent stands."""
    consents.end(consent)


def _named_no_more(consent: Consent, by: User) -> None:
    """One of their yeses is enough for the two names: all that they gave about the same two organisations end."""
    consents.end(consent)
    both = ("need__organisation", "offer__organisation")
    mission = Mission.objects.select_related(*both).get(pk=consent.about)
    structure, employer = mission.need.organisation, mission.offer.organisation
    if employer is None:
        return
    for ends in ((structure, employer), (employer, structure)):
        for one in worked_with.yeses_of(*ends).filter(person=consent.person):
            consents.end(one)


def _listed_no_more(consent: Consent, by: User) -> None:
    directory.leave_with(consent)


_FOLLOWS = {
    ConsentKind.OFFER: _offer_no_more,
    ConsentKind.MISSION: _mission_no_more,
    ConsentKind.RENEWAL: _renewal_no_more,
    ConsentKind.TEAM: _team_no_more,
    ConsentKind.LISTED: _listed_no_more,
    ConsentKind.QUOTE: _no_more,
    ConsentKind.WORKED_WITH: _named_no_more,
    ConsentKind.FAMILY: _no_more,
    ConsentKind.TELLING: _no_more,
    ConsentKind.LETTERS: _no_more,
    ConsentKind.BEHALF: _no_more,
}


@transaction.atomic
def unname(organisation: Organisation, other: Organisation) -> int:
    """Take back, for an organisation, what its people said to its being named with the other. Returns how many yeses;
    whoever gave one reads on their page that an administrator has ended it."""
    yeses = worked_with.yeses_of(organisation, other)
    return sum(consents.end(one, because=Consent.Ended.ORGANISATION) for one in yeses)


# --- the family of an offer ----------------------------------------------------------------
@transaction.atomic
def show_family(offer: Offer, *, read: str, by: User) -> None:
    """The person named lets the families of their offer be shown, as they have `read` them. Raises NotYet when it has
    changed meanwhile."""
    offer = Offer.objects.select_for_update(no_key=True).get(pk=offer.pk)
    if read != shown_families.key_of(shown_families.of_offer(offer)):
        raise NotYet(_("This offer has changed meanwhile: read it again, then say yes."))
    consents.give(by, ConsentKind.FAMILY, offer)


def has_open_proposal(consent: Consent) -> bool:
    """Whether the consent is about a proposal that still waits for an answer."""
    waiting = Proposal.objects.open().filter(pk=consent.about)
    return consent.kind == ConsentKind.MISSION and waiting.exists()


def live_missions(consent: Consent) -> list[Mission]:
    """The live missions that rest on this consent, and that don't stop when it ends."""
    found = Mission.objects.live().select_related("need__organisation", "need__pole", "coordinator")
    match consent.kind:
        case ConsentKind.OFFER:
            found = found.filter(offer=consent.about)
        case ConsentKind.MISSION:
            found = found.filter(proposal=consent.about, renewed_from=None)
        case ConsentKind.RENEWAL:
            found = found.filter(pk=consent.about)
        case _:
            return []
    return list(found.order_by("pk"))
