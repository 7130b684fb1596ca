"""Links by which people join an organisation by themselves. Each act locks the organisation first, so that no more people
join than there are places."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import permissions, tokens
from accounts.actions import joining, memberships
from accounts.actions.refusals import Refusal, require_staying
from accounts.models import JoinLink, Membership, Organisation, PastMembership, User

AT_MOST = 100  # that aren't closed, of one organisation
Shut = JoinLink.Shut
# To whoever would join.
WHY: dict[JoinLink.Shut, str | Promise] = {
    Shut.CLOSED: gettext_lazy(
        "This link has been closed. Ask an administrator of your organisation for another."
    ),
    Shut.HOUSE: gettext_lazy("This organisation takes nobody on the site at the moment."),
    Shut.ENDED: gettext_lazy(
        "The last day of this link has passed. Ask an administrator of your organisation for another."
    ),
    Shut.FULL: gettext_lazy(
        "As many people as it was made for have joined by this link. Ask an administrator of your organisation for another."
    ),
    Shut.UNBACKED: gettext_lazy(
        "Whoever made this link no longer administers the organisation. Another administrator can take it over: tell them."
    ),
}


@transaction.atomic
def make(
    organisation: Organisation, *, label: str, ends_on: date, places: int, by: User, now: datetime
) -> JoinLink:
    """Make a link. Raises Refusal."""
    house = _lock(organisation.pk)
    _require_may(by, house)
    require_staying(house)
    if house.join_links.filter(closed_at=None).count() >= AT_MOST:
        raise Refusal(_("That is a lot of links: close those that are of no use any more."))
    return JoinLink.objects.create(
        organisation=house, label=label, ends_on=ends_on, places=places, made_by=by, made_at=now
    )


@transaction.atomic
def change(link: JoinLink, *, label: str, ends_on: date, places: int, by: User) -> None:
    """Change its name, its end and its number. One that is closed stays as it is; Refusal."""
    link = _locked(link, by)
    if places < link.used:
        raise Refusal(_("More people than that have joined by it already."))
    link.label, link.ends_on, link.places = label, ends_on, places
    link.save(update_fields=["label", "ends_on", "places"])


@transaction.atomic
def take_over(link: JoinLink, *, by: User) -> None:
    """Stand behind it from now on, in the place of somebody who may no longer."""
    link = _locked(link, by)
    link.made_by = by
    link.save(update_fields=["made_by"])


@transaction.atomic
def close(link: JoinLink, *, by: User, now: datetime) -> None:
    """Close it for good: nobody joins by it any more."""
    link = _locked(link, by)
    link.closed_at = now
    link.save(update_fields=["closed_at"])


@transaction.atomic
def join(link: JoinLink, *, by: User, now: datetime) -> Membership:
    """Join as an employee. Raises Refusal, saying why not."""
    _lock(link.organisation_id)
    link = _read(link.pk)
    if words := why_not(link, by, now=now):
        raise Refusal(words)
    membership, _joined = joining.join(
        link.organisation,
        user=by,
        role=Membership.Role.EMPLOYEE,
        came_by=Membership.How.LINK,
        now=now,
    )
    membership.link = link
    membership.save(update_fields=["link"])
    link.used += 1
    link.save(update_fields=["used"])
    by.join_link = None
    by.save(update_fields=["join_link"])
    return membership


def why_not(link: JoinLink, user: User, *, now: datetime) -> str:
    """Why this person doesn't join by it today; "" when they may."""
    house = link.organisation
    if user.belongs_to(house):
        return _("You already belong to %(organisation)s.") % {"organisation": house}
    if shut := link.why_shut(timezone.localdate(now)):
        return str(WHY[shut])
    if not permissions.has_shown_an_address(user):
        return _("Confirm your e-mail address first, by the link of the letter that we sent you.")
    left_after = now - memberships.FORGOTTEN_AFTER
    if PastMembership.objects.filter(
        user=user, organisation=house, left_at__gt=left_after
    ).exists():
        return _(
            "You have belonged to this organisation and no longer do: a link doesn’t let you in again. Ask an administrator to invite you."
        )
    return ""


def from_key(number: int, key: str) -> JoinLink | None:
    """The link with this address, whatever has become of it; None when there is none."""
    found = _rows().filter(pk=number).first()
    return found if found and tokens.is_join_key(key, found.pk, found.nonce) else None


def waiting_for(user: User, *, now: datetime) -> JoinLink | None:
    """The link from which this person has signed up, as long as they may still join by it."""
    if user.join_link_id is None:
        return None
    found = _rows().filter(pk=user.join_link_id).first()
    return found if found and not why_not(found, user, now=now) else None


def _rows() -> QuerySet[JoinLink]:
    return JoinLink.objects.with_backing()


def _read(number: int) -> JoinLink:
    return _rows().get(pk=number)


def _lock(number: int) -> Organisation:
    return Organisation.objects.select_for_update(no_key=True).get(pk=number)


def _locked(link: JoinLink, by: User) -> JoinLink:
    """The link, read again under the lock of its organisation. Raises Refusal when it is closed, or isn't this person's to
    change any more."""
    _require_may(by, _lock(link.organisation_id))
    fresh = _read(link.pk)
    if fresh.closed_at:
        raise Refusal(_("This link is closed: make another."))
    return fresh


def _require_may(by: User, organisation: Organisation) -> None:
    if not permissions.can_gather(by, organisation):
        raise Refusal(
            _("You can’t bring people into %(organisation)s today.")
            % {"organisation": organisation}
        )
