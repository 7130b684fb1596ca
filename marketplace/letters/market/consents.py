"""What we tell of a person's own yes, one function a letter. The words are in templates/emails/."""

from collections.abc import Iterable

from django.urls import reverse

from accounts.models import User
from marketplace.models import Consent, ConsentKind, ConsentRequest, Mission, Offer, Proposal
from marketplace.rules import audience
from notifications import outbox


def consent_asked(asked: ConsentRequest, *, url: str) -> None:
    """The link answers in this person's name."""
    outbox.post(
        recipient=asked.person, key=f"{_key(asked)}asked", template="consent_asked", url=url,
        expires_at=asked.expires_at, asked=asked, kind=asked.kind, about=_title(asked),
    )  # fmt: skip


def _title(asked: ConsentRequest) -> str:
    """Of the offer, or of the mission: two letters of one day are told apart."""
    match asked.kind:
        case ConsentKind.OFFER:
            return Offer.objects.get(pk=asked.about).title
        case ConsentKind.MISSION:
            return str(Proposal.objects.select_related("need").get(pk=asked.about).need.title)
    return str(Mission.objects.select_related("need").get(pk=asked.about))


def forget_consent_asked(asked: ConsentRequest) -> None:
    """There is nothing to answer any more: a letter that hasn't left must not leave."""
    outbox.cancel(key_prefix=_key(asked), reason="What was asked has changed")


def _key(asked: ConsentRequest) -> str:
    return f"consent-request:{asked.pk}:"


def consent_given(asked: ConsentRequest, *, about: Offer | None, shown: bool) -> None:
    """`shown`: the offer is in the catalogue since."""
    _tell_asker("consent_given", asked, about, shown=shown)


def consent_refused(asked: ConsentRequest, *, about: Offer | None) -> None:
    _tell_asker("consent_refused", asked, about, reason=asked.reason)


def _tell_asker(template: str, asked: ConsentRequest, about: Offer | None, **context) -> None:
    asker, company = asked.asked_by, about.organisation if about else None
    gone = not asker.is_active or (company is not None and not asker.speaks_for(company))
    if gone or asker.pk == asked.person_id:
        return
    outbox.post(
        recipient=asker, key=f"{_key(asked)}answer", template=template,
        url=about.get_absolute_url() if about else reverse("offers"),
        asked=asked, kind=asked.kind, offer=about, **context,
    )  # fmt: skip


def consent_taken_back(consent: Consent, *, offer: Offer, missions: Iterable[Mission]) -> None:
    """Whoever wrote the offer hears it; of a mission that goes on, its coordinators."""
    told: list[tuple[User, str]] = []
    if offer.created_by_id != consent.person_id and offer.created_by.is_active:
        told.append((offer.created_by, offer.get_absolute_url()))
    for mission in missions:
        told += [(one, mission.get_absolute_url()) for one in audience.coordinators(mission.need)]
    for person, url in told:
        outbox.post(
            recipient=person, key=f"consent:{consent.pk}:taken-back:{url}", url=url,
            template="consent_taken_back", consent=consent, kind=consent.kind, offer=offer,
        )  # fmt: skip
