"""The letters about new matches: a few in one letter, with the reasons of the side that reads."""

from collections.abc import Iterable, Sequence

from django.db.models import Exists
from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import User
from marketplace.letters.families import MATCHES
from marketplace.matching.match import Match
from marketplace.models import Learning, Need, Offer, Time
from marketplace.ranking.live import of_its_own
from marketplace.rules import ask_limits, audience
from notifications.letter import Key, Letter
from notifications.models import Notification


def _needs_gone(letter: Notification, *, offer: int, needs: tuple[int, ...]) -> str:
    open_needs = Need.objects.published().filter(pk__in=needs).order_by()
    still = Offer.objects.published().filter(Exists(open_needs), pk=offer)
    return "" if still.exists() else gettext_noop("No longer open")


def _offers_gone(letter: Notification, *, need: int, offers: tuple[int, ...]) -> str:
    """Why the letter needn't leave: nothing of it is open, or one whom it names on their own time has come to work for
    its reader, or for the structure. "" otherwise."""
    told = Offer.objects.published().filter(pk__in=offers).order_by()
    asked = Need.objects.published().filter(Exists(told), pk=need).first()
    if asked is None:
        return gettext_noop("No longer open")
    return (
        gettext_noop("No longer theirs") if names_at_home(asked, offers, letter.recipient) else ""
    )


def names_at_home(need: Need, offers: Iterable[int], reader: User | None) -> bool:
    """Whether a letter about a need, which names these offers, names somebody on their own time who has come to work for
    its reader, or for the structure."""
    hidden = of_its_own(need)
    if reader:
        hidden |= Offer.objects.at_home_under(reader)
    return Offer.objects.filter(pk__in=offers).filter(pk__in=hidden.values("pk")).exists()


# Which rows are told: read again just before the letter leaves. A solicitation has the key of its letter.
NEW_NEEDS = Letter(
    "new_needs", Key("news:offer:{offer}:{needs:numbers}"), MATCHES, moot=_needs_gone
)
NEW_OFFERS = Letter(
    "new_offers", Key("news:need:{need}:{offers:numbers}"), MATCHES, moot=_offers_gone
)


def new_needs(offer: Offer, matches: Sequence[Match]) -> None:
    NEW_NEEDS.tell(
        audience.offering(offer),
        url=offer.get_absolute_url(),
        offer=offer,
        needs=[match.need_id for match in matches],
        matches=matches,
        a_month=ask_limits.news_a_month(offer),
        # At work the mailbox may be the employer's, and colleagues read it too.
        would_learn=offer.time == Time.OWN
        and Learning.objects.filter(person=offer.person_id).exists(),
    )


def new_offers(need: Need, matches: Sequence[Match]) -> None:
    for person in audience.structure(need):
        hidden = set(Offer.objects.at_home_under(person).values_list("pk", flat=True))
        if shown := [match for match in matches if match.offer_id not in hidden]:
            NEW_OFFERS.tell(
                [person],
                url=reverse("need-candidates", args=[need.pk]),
                need=need,
                offers=[match.offer_id for match in shown],
                matches=shown,
            )
