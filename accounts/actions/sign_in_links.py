"""The links between accounts and the sign-ins of organisations: which there are, and how they go."""

from dataclasses import dataclass
from datetime import datetime

from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Organisation, SignIn, User


@dataclass(frozen=True)
class Link:
    """An organisation's sign-in opens somebody's account."""

    account: SocialAccount
    organisation: Organisation


def of_sign_in(sign_in: SignIn) -> QuerySet[SocialAccount]:
    """The links of this sign-in; none once it has ended."""
    if sign_in.app is None:
        return SocialAccount.objects.none()
    return SocialAccount.objects.filter(provider=sign_in.app.provider_id)


def of(user: User) -> list[Link]:
    """The links of this person's account, the first first."""
    accounts = list(SocialAccount.objects.filter(user=user).order_by("pk"))
    if not accounts:
        return []
    rows = SignIn.objects.live().filter(app__provider_id__in=[one.provider for one in accounts])
    houses = {
        row.app.provider_id: row.organisation
        for row in rows.select_related("app", "organisation")
        if row.app
    }
    return [Link(one, houses[one.provider]) for one in accounts if one.provider in houses]


@transaction.atomic
def remove(account: SocialAccount) -> None:
    """Its owner takes it away: the organisation's sign-in no longer opens their account."""
    SocialAccount.objects.filter(pk=account.pk).delete()


def forget(user: User, organisation: Organisation) -> None:
    """Somebody leaves the organisation: its sign-in no longer opens their account."""
    for sign_in in organisation.sign_ins.live().select_related("app"):
        of_sign_in(sign_in).filter(user=user).delete()


def finish(sign_in: SignIn, *, why: str, now: datetime) -> None:
    """Write that it has ended; its secret and its links go. The caller holds the lock."""
    of_sign_in(sign_in).delete()
    app, sign_in.app = sign_in.app, None
    sign_in.opened_at = sign_in.required_at = None
    sign_in.ended_at, sign_in.ended_why = now, why
    sign_in.save(update_fields=["app", "opened_at", "required_at", "ended_at", "ended_why"])
    if app is not None:
        app.delete()


def finish_all_of(organisation: Organisation, *, now: datetime) -> None:
    """The organisation closes."""
    for sign_in in organisation.sign_ins.live().select_related("app"):
        finish(sign_in, why="", now=now)
