"""A person's consents: given, asked for, ended. What follows from each is in `own_name`."""

from datetime import datetime

from django.core import signing
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.tokens import mailbox
from common.dates import end_of_day
from marketplace import letters
from marketplace.actions.refusals import NotYet, require_mailbox
from marketplace.models import Consent, ConsentKind, ConsentRequest, Offer
from marketplace.models.market.consents import ON_AN_OFFER, WORDS
from marketplace.rules import letters_a_day
from notifications.faults import each_row

SALT = "own-yes"


def give(
    person: User, kind: str, thing: models.Model, *, words: str = "", how: str = Consent.How.ACCOUNT
) -> Consent:
    """Keep the person's yes to the words of the page that they are reading: those of its kind, unless it had others. A second
    yes changes nothing. It also answers the request that they may have had about it."""
    language = translation.get_language() or person.language
    said = words or str(WORDS[ConsentKind(kind)])
    return _keep(person, kind, thing.pk, said, language[:2], how)


def agree(asked: ConsentRequest, *, how: str) -> Consent:
    """Keep the person's yes to the words of a request."""
    return _keep(asked.person, asked.kind, asked.about, asked.words, asked.language, how)


def _keep(person: User, kind: str, about: int, words: str, language: str, how: str) -> Consent:
    now = timezone.now()
    waiting = ConsentRequest.objects.waiting().filter(person=person, kind=kind, about=about)
    waiting.update(answered_at=now, answer=ConsentRequest.Answer.YES)
    consent, _created = Consent.objects.get_or_create(
        person=person, kind=kind, about=about, ended_at=None,
        defaults={"words": words, "language": language, "how": how, "given_at": now},
    )  # fmt: skip
    return consent


def end(consent: Consent, *, because: str = Consent.Ended.TAKEN_BACK) -> bool:
    """End a consent. False when it had ended already."""
    ended = {"ended_at": timezone.now(), "ended_because": because}
    return bool(Consent.objects.standing().filter(pk=consent.pk).update(**ended))


def void(kind: str, thing: models.Model) -> None:
    """End the consents about a thing that has changed since, and withdraw the requests about it."""
    now = timezone.now()
    given = Consent.objects.standing(kind=kind, thing=thing)
    given.update(ended_at=now, ended_because=Consent.Ended.CHANGED)
    for asked in ConsentRequest.objects.waiting().about(kind, thing):
        withdraw(asked, now=now)


def void_on(offer: Offer) -> None:
    """End what people have agreed to of an offer, which somebody else has changed or which its person has left."""
    for kind in ON_AN_OFFER:
        void(kind, offer)


def end_all(person: User) -> None:
    """End all consents of a person who closes their account, and withdraw what was asked of them."""
    now = timezone.now()
    ended = {"ended_at": now, "ended_because": Consent.Ended.TAKEN_BACK}
    Consent.objects.standing(person).update(**ended)
    for asked in ConsentRequest.objects.waiting().filter(person=person):
        withdraw(asked, now=now)


def withdraw(asked: ConsentRequest, *, now: datetime) -> None:
    """Withdraw a request: there is nothing to answer any more, and its letter isn't sent if it hasn't left yet."""
    waiting = ConsentRequest.objects.waiting().filter(pk=asked.pk)
    if waiting.update(withdrawn_at=now):
        letters.forget_consent_asked(asked)


# --- asking --------------------------------------------------------------------------------
@transaction.atomic
def ask(person: User, kind: str, thing: models.Model, *, by: User, now: datetime) -> ConsentRequest:
    """Send one letter with a link. The person is asked again only once that link has run out, or when what they
    refused has changed. Raises NotYet after a no, and beyond the letters of a day."""
    asked = ConsentRequest.objects.about(kind, thing).filter(person=person, withdrawn_at=None)
    latest = asked.first()
    if latest and latest.answer == ConsentRequest.Answer.NO:
        raise NotYet(
            _("%(name)s has said no to this: change it, or choose somebody else.")
            % {"name": person.get_full_name()}
        )
    if latest and not latest.answer:
        if not latest.is_expired(now):
            return latest
        withdraw(latest, now=now)
    a_day_ago = now - letters_a_day.A_DAY  # each change of a colleague's offer asks anew
    theirs = ConsentRequest.objects.filter(person=person, asked_by=by, asked_at__gt=a_day_ago)
    if why := letters_a_day.why_no_more(theirs.count()):
        raise NotYet(why)
    with translation.override(person.language):
        words = str(WORDS[ConsentKind(kind)])
    made = ConsentRequest.objects.create(
        person=person, kind=kind, about=thing.pk, words=words, language=person.language,
        asked_by=by, asked_at=now,
    )  # fmt: skip
    _send(made, now=now)
    return made


def _send(asked: ConsentRequest, *, now: datetime) -> None:
    asked.sent_at, asked.expires_at = now, end_of_day(now + ConsentRequest.LASTS)
    asked.save(update_fields=["sent_at", "expires_at"])
    letters.consent_asked(asked, url=link(asked))


def send_waiting(now: datetime) -> int:
    """Send the requests that have no letter yet: those that an update of the site has created."""
    unsent = ConsentRequest.objects.waiting().filter(sent_at=None)

    def send(asked: ConsentRequest) -> bool:
        fresh = unsent.select_for_update(no_key=True, of=("self",)).filter(pk=asked.pk).first()
        if fresh is not None:
            _send(fresh, now=now)
        return fresh is not None

    return each_row("consents", unsent.order_by("pk"), send)


def link(asked: ConsentRequest) -> str:
    """The address of the page that answers without login, signed for this request and this person's mailbox alone."""
    said = [asked.pk, asked.person_id, mailbox(asked.person.email)]
    token = signing.Signer(salt=SALT).sign_object(said)
    return reverse("consent-answer", args=[token])


def from_token(token: str) -> ConsentRequest | None:
    """The request behind a link; None for a link that is forged or isn't whole. Raises NotYet, with a sentence,
    when the link went to another address of the person."""
    try:
        number, person, *sent_to = signing.Signer(salt=SALT).unsign_object(token)
    except signing.BadSignature:
        return None
    rows = ConsentRequest.objects.select_related("person", "asked_by")
    asked = rows.filter(pk=number, person=person).first()
    if asked is not None:
        require_mailbox(asked.person, *sent_to)
    return asked
