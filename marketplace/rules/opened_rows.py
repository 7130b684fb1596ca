"""Whom a row is about that whoever runs the site opens in its administration: they read it in the journal as what coordinators read."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from accounts.models import Membership, Organisation, Pole, User

# Model → by which column it leads to a person, and to an organisation.
ABOUT: dict[str, tuple[str, str]] = {
    "accounts.User": ("pk", ""),
    "accounts.Organisation": ("", "pk"),
    "accounts.Invitation": ("", "organisation_id"),
    "accounts.GroupTie": ("", "member_id"),
    "accounts.SignIn": ("", "organisation_id"),
    "account.EmailAddress": ("user_id", ""),
    "mfa.Authenticator": ("user_id", ""),
    "socialaccount.SocialAccount": ("user_id", ""),
    "notifications.Notification": ("recipient_id", ""),
    "notifications.Habits": ("user_id", ""),
    "marketplace.SkillProposal": ("proposed_by_id", ""),
}
# Those of the administration that say nothing of somebody with an account, each with its reason.
UNTOLD: dict[str, str] = {
    "accounts.Pole": "a pôle: no story of anybody is in it",
    "accounts.Commune": "the same for everybody",
    "marketplace.SkillFamily": "the list of skills, the same for everybody",
    "marketplace.Skill": "the list of skills, the same for everybody",
    "auth.Group": "which rights go together: nobody is named in it",
    "notifications.SuppressedAddress": "an address that refuses, which may be nobody’s",
    "notifications.MailPipe": "the state of the mail server",
    "notifications.ClockAct": "an act of the clock",
    "notifications.RowFault": "which row was set aside, by its number",
}


@dataclass(frozen=True)
class Party:
    """The person or the organisation, and one of their pôles: whom to ask."""

    person: int | None
    house: int | None
    pole: int


def party_of(model: type[Model], key: str) -> Party | None:
    """Whom the row of this key is about; None where it is about nobody, or there is no such row."""
    by_person, by_house = ABOUT.get(model._meta.label, ("", ""))
    columns = [column for column in (by_person, by_house) if column]
    if not columns:
        return None
    rows: Any = model._default_manager.filter(pk=key)
    found = rows.values_list(*columns).first()
    if found is None or found[0] is None:
        return None
    person, house = (found[0], None) if by_person else (None, found[0])
    pole = _pole_of(person, house)
    return Party(person, house, pole) if pole else None


def _pole_of(person: int | None, house: int | None) -> int | None:
    """One of their pôles, and where they have none the first one: None on a site that has none yet."""
    if person is None:
        found = Organisation.objects.filter(pk=house or 0).values_list("pole", flat=True).first()
    else:
        mine = Membership.objects.filter(user=person).order_by("pk")
        found = mine.values_list("organisation__pole", flat=True).first() or _near(person)
    return found or Pole.objects.order_by("pk").values_list("pk", flat=True).first()


def _near(person: int) -> int | None:
    lives = User.objects.filter(pk=person).values("commune__department")
    return (
        Pole.objects.filter(departments__in=lives)
        .order_by("pk")
        .values_list("pk", flat=True)
        .first()
    )
