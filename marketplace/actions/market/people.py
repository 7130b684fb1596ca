"""What happens when somebody leaves an organisation or the site: their offers and answers go with them, and those
concerned are told."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import opening
from accounts.actions import addresses, memberships
from accounts.actions import groups as account_groups
from accounts.actions import people as accounts
from accounts.actions.refusals import Refusal
from accounts.models import AddressChange, Membership, Organisation, User
from common.second_text import SECOND
from marketplace import letters, ranking
from marketplace.actions.desk import data_copies, desk, takeovers
from marketplace.actions.documents import documents, signing_links
from marketplace.actions.market import (
    consents,
    directory,
    forgetting,
    groups,
    needs,
    proposals,
    rounds,
)
from marketplace.actions.missions import (
    departures,
    manager_links,
    missions,
    team_members,
    teams,
)
from marketplace.actions.refusals import NotYet
from marketplace.actions.talk import blocks, messages
from marketplace.models import (
    Departure,
    Mission,
    Need,
    Offer,
    Side,
    TeamMember,
    Time,
    reasons,
)
from marketplace.personal_data.kept import NAMED
from marketplace.states import LIVE, MissionStatus, NeedStatus, OfferStatus, ProposalStatus
from notifications.faults import each_row


def blocking_missions(user: User) -> QuerySet[Mission]:
    """The live missions that keep an account from closing: they would lose the person who comes, or one of their
    two sides."""
    alone = accounts.left_alone_by(user)
    live = Mission.objects.live().order_by().values("pk")
    # Short lists: with "or" between them, all missions would be read.
    found = live.filter(Offer.with_coming(user, at="offer__")).union(
        live.filter(offer__organisation__in=alone), live.filter(need__organisation__in=alone)
    )
    return Mission.objects.filter(pk__in=found).select_related("need")


@transaction.atomic
def close_account(user: User, *, now: datetime, anew: bool = False, unused: bool = False) -> None:
    """Close the account for good, whatever the session opens of it; `unused`: by the clock, since nobody uses it. Raises
    NotYet or Refusal with what has to be settled first; not where a backup has brought a closed account back, which is
    closed `anew`: it had been settled since."""
    user = User.objects.get(pk=user.pk)
    memberships.lock(Organisation.objects.joined_by(user))
    for company in Organisation.objects.joined_by(user):
        rounds.withdraw_all_of(user, company, now=now)
    alone, told = accounts.left_alone_by(user), forgetting.stays(user, NAMED)
    # What a company to which they no longer belong says of them is its own: nobody there has been asked.
    theirs = Offer.objects.filter(Offer.with_coming(user))
    offers = Offer.objects.filter(Offer.with_coming(user) | Q(organisation__in=alone))
    behind = [
        takeovers.leave_behind(user, operator, by=user, all_at_once=True)
        for operator in Organisation.objects.operators().spoken_for_by(user)
        if operator not in alone
    ]
    desk.let_go_of(user)
    proposals.lock(Need.objects.filter(organisation__in=alone), offers)
    if not anew and blocking_missions(user).exists():  # asked once nobody can say yes any more
        raise NotYet(_("You have a mission that isn’t over: finish it, or stop it first."))
    gone = reasons.coded("left-the-site")
    for organisation in alone:
        _empty(organisation, by=user)
    directory.leave_all_of(user)
    consents.end_all(user)
    messages.forget_drafts_of(user)
    data_copies.forget_of(user, now=now)
    for offer in theirs:
        _retire(offer, reason=gone, by=user)
    for offer in Offer.objects.filter(Q(organisation=None) | Q(time=Time.OWN), person=user):
        _unsay(offer)
    companies = [row.organisation for row in user.memberships.select_related("organisation")]
    for company in companies:  # as long as their name and their addresses are known
        teams.leave_house(user, company, by=user, now=now)
        manager_links.end_links_of(user, company, now=now)
        signing_links.end_addresses_of(user, company, by=user, now=now)
    documents.void_waiting_for(user)
    forgetting.forget(user, now=now, unused=unused)
    led = account_groups.members_led_by(alone)
    accounts.forget(user, now=now, anew=anew, unused=unused, stays=told)
    groups.rank_anew(led)
    for company in companies:
        blocks.lose_with(user, company)
        departures.begin(user, company, why=Departure.Why.CLOSED, by=user, now=now)
    for left in behind:
        takeovers.tell_left(left, by=user)


def _unsay(offer: Offer) -> None:
    """What somebody said of themselves goes, in both languages, and their trade with it: papers hold what they quote.
    Saved one by one, since it is found by its words."""
    offer.about = offer.second_language = offer.second_title = offer.second_text = ""
    with translation.override(settings.LANGUAGE_CODE):
        offer.title = _("Volunteer help")
    offer.save(update_fields=["title", "about", *SECOND])


def unsay_left(now: datetime) -> int:
    """What those say of themselves who closed their account before this was taken away as it closes. Returns how many offers."""
    with translation.override(settings.LANGUAGE_CODE):
        unsaid = Q(title=_("Volunteer help"), about="", second_title="", second_text="")
    left = Offer.objects.filter(Q(organisation=None) | Q(time=Time.OWN), person__closed_at__lte=now)
    return each_row("retention", left.exclude(unsaid).order_by("pk"), _unsay, whole=False)


def _empty(organisation: Organisation, *, by: User) -> None:
    """The last person leaves: what the organisation asked for or offered ends."""
    reason = reasons.coded("site-left")
    for need in Need.objects.of(organisation).order_by("pk"):
        if need.may(NeedStatus.WITHDRAWN):
            needs.withdraw(need, reason=reason, by=by)
        elif need.may(NeedStatus.CLOSED):
            needs.close(need, reason=reason, by=by)
    for offer in organisation.offers.all():
        _retire(offer, reason=reason, by=by)


def _retire(offer: Offer, *, reason: str, by: User) -> None:
    """End an offer that has nobody behind it any more. A draft without proposals is deleted."""
    if offer.status == OfferStatus.DRAFT and not offer.proposals.exists():
        offer.delete()
        return
    freed = proposals.close_all(offer.proposals.open(), reason=reason)
    if offer.may(OfferStatus.EXPIRED):
        offer.move(OfferStatus.EXPIRED, by=by, reason=reason)
    ranking.changed(offer, *freed)


def missions_left_by(membership: Membership) -> QuerySet[Mission]:
    """The live missions on the company's time: suspended from the day this person leaves it."""
    at_work = Mission.objects.live().done_at_work_by(membership.user)
    behind = at_work.filter(offer__organisation=membership.organisation)
    return behind.select_related("need__organisation").order_by("pk")


def _require_own_address(person: User, company: Organisation) -> None:
    """Raises Refusal while their account would stay behind, with an address of the company by whose sign-in it opens."""
    if opening.is_left_at_work(person, company):
        raise Refusal(
            _(
                "First give an e-mail address of your own: your account stays yours when you leave, and the one it has is an address of %(organisation)s."
            )
            % {"organisation": company}
        )


@transaction.atomic
def leave(membership: Membership, *, now: datetime) -> None:
    """Someone leaves an organisation of their own will."""
    person, company = membership.user, membership.organisation
    memberships.lock(Organisation.objects.filter(pk=company.pk))
    _require_own_address(person, company)
    rounds.withdraw_all_of(person, company, now=now)
    _pause_offers(person, company, by=person)
    behind = takeovers.leave_behind(person, company, by=person)
    directory.leave_all_of(person, at=company)
    memberships.leave(membership)
    takeovers.tell_left(behind, by=person)
    blocks.lose_with(person, company)
    manager_links.end_links_of(person, company, now=now)
    signing_links.end_addresses_of(person, company, by=person, now=now)
    departures.begin(person, company, why=Departure.Why.LEFT, by=person, now=now)


@transaction.atomic
def remove(membership: Membership, *, by: User, now: datetime) -> None:
    """An administrator takes somebody out of the organisation."""
    person, company = membership.user, membership.organisation
    memberships.lock(Organisation.objects.filter(pk=company.pk))
    rounds.withdraw_all_of(person, company, now=now)
    _pause_offers(person, company, by=by)
    behind = takeovers.leave_behind(person, company, by=by)
    directory.leave_all_of(person, at=company)
    memberships.remove(membership, by=by)
    takeovers.tell_left(behind, by=by)
    blocks.lose_with(person, company)
    manager_links.end_links_of(person, company, now=now)
    signing_links.end_addresses_of(person, company, by=by, now=now)
    departures.begin(person, company, why=Departure.Why.REMOVED, by=by, now=now)


@transaction.atomic
def go_with_house(membership: Membership, *, by: User, now: datetime) -> None:
    """The organisation has left the site: somebody of it goes with it. Their account, and what they do on their own time,
    stay theirs."""
    person, company = membership.user, membership.organisation
    memberships.lock(Organisation.objects.filter(pk=company.pk))
    rounds.withdraw_all_of(person, company, now=now)
    _pause_offers(person, company, by=by)
    directory.leave_all_of(person, at=company)
    letters.house_left(membership)
    memberships.go_with_house(membership)
    blocks.lose_with(person, company)
    manager_links.end_links_of(person, company, now=now)
    signing_links.end_addresses_of(person, company, by=person, now=now)
    departures.begin(person, company, why=Departure.Why.HOUSE, by=by, now=now)
    _leave_teams(person, company, by=by, now=now)


def _leave_teams(person: User, company: Organisation, *, by: User, now: datetime) -> None:
    """From this day on their two weeks for the hours of what has stopped, or isn't reviewed, run."""
    parts = TeamMember.objects.in_it().filter(person=person, mission__offer__organisation=company)
    to_write = (MissionStatus.DELIVERED, MissionStatus.INTERRUPTED)
    for part in parts.filter(mission__status__in=to_write).select_related("mission"):
        missions.locked(part.mission)
        gone = reasons.coded("left-company", person=person, company=company)
        team_members.stop(part, reason=gone, by=by, now=now)


def retire(offer: Offer, *, by: User) -> None:
    """End what an organisation that has left offered on working time."""
    proposals.lock(Need.objects.none(), Offer.objects.filter(pk=offer.pk))
    _retire(offer, reason=reasons.coded("site-left"), by=by)


def follow_changed_addresses(now: datetime) -> int:
    """Make the changes of address that can't be taken back any more hold for the links of managers and for the mailboxes
    that sign, while it is known whose the one before was: they may leave later. Returns how many changes."""

    def follow(change: AddressChange) -> None:
        manager_links.follow_address(change, now=now)
        signing_links.end_former_address(change, now=now)

    return each_row("changed-addresses", addresses.settled(now), follow)


def notice_departures(now: datetime) -> int:
    """Find the people who have left a company in another way than the acts above, and treat them alike. Returns how
    many."""
    waiting = Q(status=OfferStatus.PUBLISHED) | Q(proposals__status=ProposalStatus.OPEN)
    running = Q(missions__status__in=set(LIVE) - {MissionStatus.LEFT})
    found = Offer.objects.left_by_their_person().filter(waiting | running).distinct()

    def notice(offer: Offer) -> None:
        person, company = offer.person, offer.organisation
        assert person is not None, "asked of the database"
        assert company is not None, "asked of the database"
        _pause_offers(person, company, by=None)
        departures.begin(person, company, why=Departure.Why.FOUND, by=None, now=now)

    rows = found.select_related("person", "organisation").order_by("pk")
    return each_row("departures", rows, notice) + teams.notice_gone(now)


def _pause_offers(person: User, company: Organisation, *, by: User | None) -> None:
    """Pause the company's offers that name somebody who has gone. The company may name somebody else, while nothing
    has come of the offer, and publish it again. The person's offers on their own time become theirs alone."""
    gone = reasons.coded("left-the-company")
    theirs = Offer.objects.filter(organisation=company, person=person)
    proposals.lock(Need.objects.none(), theirs)
    own = theirs.filter(time=Time.OWN)
    ranking.changed(*own)
    own.update(organisation=None)
    theirs = theirs.filter(time=Time.WORK)
    freed: list[Need | Offer] = []
    for offer in theirs:
        consents.void_on(offer)
        waiting = offer.proposals.open()
        freed += [offer, *proposals.close_all(waiting, reason=gone, own=Side.OFFER)]
        if offer.status == OfferStatus.PUBLISHED:
            offer.move(OfferStatus.PAUSED, by=by, reason=gone)
    ranking.changed(*freed)
