"""What we tell about what sleeps: needs and offers that may not be true any more, drafts, needs without anyone.

Each key names its fact and its step.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop, override

from accounts.models import Organisation, User
from marketplace import ranking
from marketplace.letters.telling import tell
from marketplace.models import Need, Offer
from marketplace.rules import audience
from notifications import outbox
from notifications.rendering import language_of

STILL_TRUE_ANSWERS = (
    ("yes", gettext_noop("Yes, still true")),
    ("pause", gettext_noop("Pause it for now")),
)


def need_alone(need: Need, *, since: int) -> None:
    """The coordinator gets the best who haven't been asked, and what keeps the others away."""
    for person in audience.coordinators(need):
        with override(language_of(person)):
            best = [
                f"{match.offer.discreet_name}, {match.offer.title}: {match.strength_words}"
                for match in ranking.offers_for(need, top=5)
            ]
            others = [
                f"{match.offer.discreet_name}: {'; '.join(reason.words for reason in match.excluded)}"
                for match in ranking.near_misses_for_need(need, top=5)
            ]
        outbox.post(
            recipient=person,
            key=f"need:{need.pk}:alone",
            template="need_alone",
            url=reverse("need-candidates", args=[need.pk]),
            need=need,
            days=since,
            best=best,
            others=others,
        )


def still_true(
    row: Need | Offer, *, occasion: str, url: Callable[[Need | Offer, User], str], pauses_on: date
) -> None:
    """One click says yes; the page it leads to confirms."""
    for person in owners(row):
        page = settings.SITE_URL + url(row, person)
        with override(language_of(person)):
            choices = [
                {"label": gettext(label), "url": f"{page}?answer={code}"}
                for code, label in STILL_TRUE_ANSWERS
            ]
        outbox.post(
            recipient=person,
            key=f"{noun(row)}:{row.pk}:fresh:{occasion}",
            template="still_true",
            url=page,
            row=row,
            answers=choices,
            pauses_on=pauses_on,
            **_named(row),
        )


def fell_asleep(
    row: Need | Offer, *, occasion: str, url: Callable[[Need | Offer, User], str]
) -> None:
    for person in owners(row):
        tell(
            [person],
            "fell_asleep",
            f"{noun(row)}:{row.pk}:paused:{occasion}",
            url(row, person),
            row=row,
            **_named(row),
        )


def draft_waiting(row: Need | Offer, *, occasion: str) -> None:
    """Whoever began it, while they may go on with it."""
    organisation, writer = row.organisation, row.created_by
    may = writer.is_active and (organisation is None or writer.speaks_for(organisation))
    tell(
        [writer] if may else [],
        "draft_waiting",
        f"{noun(row)}:{row.pk}:draft:{occasion}",
        row.get_absolute_url(),
        row=row,
        **_named(row),
    )


def owners(row: Need | Offer) -> Iterable[User]:
    return audience.structure(row) if isinstance(row, Need) else audience.offering(row)


def _named(row: Need | Offer) -> dict[str, Any]:
    """Under the name that a letter's words and its thread in a summary know it by."""
    return {noun(row): row}


def noun(row: Need | Offer) -> str:
    return "need" if isinstance(row, Need) else "offer"


def organisation_quiet(organisation: Organisation, *, occasion: str) -> None:
    is_company = organisation.kind == Organisation.Kind.COMPANY
    tell(
        audience.administrators(organisation),
        "organisation_quiet",
        f"organisation:{organisation.pk}:quiet:{occasion}",
        reverse("offer-new" if is_company else "need-new"),
        organisation=organisation,
        is_company=is_company,
    )
