"""People whom a pôle has brought in, and of whom it holds what they could offer, are told of it within thirty days, or erased;
they keep or erase what is held by one click. And the public register completes what is held of organisations."""

from datetime import datetime
from functools import partial
from time import sleep

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import public_register, tokens
from accounts.actions import erasures
from marketplace import letters
from marketplace.actions.desk import record_offers
from marketplace.letters.desk.records import OF_OFFER, OF_RECORD
from marketplace.models import (
    Import,
    ImportLine,
    KnownLine,
    OfferRecord,
    OrganisationRecord,
    PersonRecord,
    RefusedRecord,
)
from notifications.faults import each_row
from notifications.models import Notification
from notifications.models.letters import Status

ACT = "lists"
# By which the list of erasures knows what was held about somebody (accounts.actions.erasures).
RECORD, REFUSED, OFFER = "record", "record-refused", "record-offer"
A_TURN = 500  # letters written at once: others pass between them
A_PIECE = 1000
ASKED_AT_ONCE, PAUSE = (
    100,
    0.2,
)  # numbers, and seconds between two: the register takes some seven a second


def carry_on(now: datetime) -> None:
    """What has become due: note which letters have left, erase whom none has reached, write to the others."""
    note_told()
    erase_untold(now)
    due = PersonRecord.objects.to_tell(now).select_related("operator", "pole", "by")
    first = due.order_by("brought_at", "pk").values("pk")[:A_TURN]
    rows = PersonRecord.objects.filter(pk__in=list(first.values_list("pk", flat=True)))
    each_row(ACT, rows.order_by("pk"), partial(tell, now=now), whole=False)
    erase_offers(now)
    added = OfferRecord.objects.to_tell(now).order_by("brought_at", "pk").values_list("person")
    people = PersonRecord.objects.filter(pk__in={pk for (pk,) in added[:A_TURN]})
    each_row(ACT, people.order_by("pk"), partial(tell_offers, now=now), whole=False)
    complete()


@transaction.atomic
def tell(record: PersonRecord, *, now: datetime) -> None:
    """Write the letter to one person. Nothing when it is written already."""
    record = _locked().get(pk=record.pk)
    if record.letter_at is not None or not record.email:
        return
    secret = tokens.new_secret()
    record.token, record.letter_at = tokens.digest(secret), now
    record.save(update_fields=["token", "letter_at"])
    drafts = record_offers.draft_all(record, now=now)
    record.offers.filter(letter_at=None).update(letter_at=now)
    letters.record_told(
        record,
        secret,
        expires_at=record.erased_on,
        drafts=len(drafts),
        on_site=record_offers.account_of(record) is not None,
    )


@transaction.atomic
def tell_offers(person: PersonRecord, *, now: datetime) -> None:
    """Somebody who was told of the rest is told of what came since that they could offer, in one letter. Nothing when it is
    written already."""
    person = _locked().get(pk=person.pk)
    added = list(OfferRecord.objects.to_tell(now).filter(person=person).order_by("pk"))
    if not added:
        return
    secret, first = tokens.new_secret(), added[0]
    drafts = record_offers.draft_all(person, now=now)
    numbers = [one.pk for one in added]
    OfferRecord.objects.filter(pk__in=numbers).update(letter_at=now)
    OfferRecord.objects.filter(pk=first.pk).update(token=tokens.digest(secret))
    letters.offers_told(person, added, secret, drafts=len(drafts))


def _locked() -> QuerySet[PersonRecord]:
    fresh = PersonRecord.objects.select_for_update(of=("self",))
    return fresh.select_related("operator", "pole", "by", "commune", "structure")


def erase_offers(now: datetime) -> int:
    """Erase what somebody could offer, where nobody could tell them of it, or they have said nothing for sixty days. What has
    become a draft of theirs stays with them."""
    gone = 0
    while numbers := list(OfferRecord.objects.to_erase(now).values_list("pk", flat=True)[:A_PIECE]):
        with transaction.atomic():
            forget_offers(numbers)
        gone += len(numbers)
    return gone


@transaction.atomic
def forget_offers(numbers: list[int]) -> None:
    """Erase the records, the letters about them and what the lines of their lists said."""
    gone = OfferRecord.objects.filter(pk__in=numbers)
    erasures.note(OFFER, gone.values_list("pk", "brought_at"))
    rows = OfferRecord.objects.filter(pk__in=numbers)
    told = rows.exclude(token=None).values_list("person", "pk")
    keys = [OF_OFFER.written(record=person, offer=pk) for person, pk in told]
    Notification.objects.filter(key__in=keys).delete()
    ImportLine.objects.filter(table__kind=Import.Kind.OFFERS, record__in=numbers).delete()
    rows.delete()


def from_secret(secret: str) -> PersonRecord | None:
    """Whose record the link of a letter opens."""
    digest = tokens.digest(secret)
    rows = PersonRecord.objects.select_related("operator", "pole", "commune", "structure", "by")
    return (
        rows.filter(token=digest).first()
        or rows.filter(pk__in=OfferRecord.objects.filter(token=digest).values("person")).first()
    )


def note_told() -> None:
    """Somebody is told once their letter has left."""
    waiting = PersonRecord.objects.filter(letter_at__isnull=False, told_at=None).order_by("pk")
    numbers = list(waiting.values_list("pk", flat=True))
    for at in range(0, len(numbers), A_PIECE):
        keys = {OF_RECORD.written(record=pk): pk for pk in numbers[at : at + A_PIECE]}
        left = Notification.objects.filter(key__in=keys, status=Status.SENT)
        for key, sent_at in left.values_list("key", "sent_at"):
            PersonRecord.objects.filter(pk=keys[key]).update(told_at=sent_at or timezone.now())


def erase_untold(now: datetime) -> int:
    """Erase those whom nobody could tell within thirty days; their missions stay, without a name."""
    gone = 0
    while numbers := list(
        PersonRecord.objects.to_erase(now).values_list("pk", flat=True)[:A_PIECE]
    ):
        with transaction.atomic():
            forget_records(numbers)
        gone += len(numbers)
    return gone


@transaction.atomic
def erase(record: PersonRecord, *, now: datetime) -> None:
    """Somebody says no, by their link or to a coordinator: all that is held about them goes, and no later list brings them
    in again. Twice is once."""
    found = PersonRecord.objects.select_for_update(of=("self",)).filter(pk=record.pk).first()
    if found is None:
        return
    if found.email:
        RefusedRecord.objects.get_or_create(
            pole=found.pole, mailbox=tokens.mailbox(found.email), defaults={"at": now}
        )
    forget_records([found.pk], kind=REFUSED)


@transaction.atomic
def forget_records(numbers: list[int], *, kind: str = RECORD) -> None:
    """Erase the records, the letters about them and what the lines of their lists said."""
    gone = PersonRecord.objects.filter(pk__in=numbers)
    erasures.note(kind, gone.values_list("pk", "brought_at"))
    lines = ImportLine.objects.filter(table__kind=Import.Kind.PEOPLE, record__in=numbers)
    lines.filter(table__pole__isnull=False).delete()
    keys = [OF_RECORD.written(record=pk) for pk in numbers]
    Notification.objects.filter(key__in=keys).delete()
    offered = OfferRecord.objects.filter(person__in=numbers)
    forget_offers(list(offered.values_list("pk", flat=True)))
    KnownLine.objects.filter(record__in=numbers).delete()
    PersonRecord.objects.filter(pk__in=numbers).delete()


@transaction.atomic
def keep(record: PersonRecord, *, now: datetime) -> None:
    """Somebody agrees that what is held about them stays. Twice is once."""
    PersonRecord.objects.filter(pk=record.pk, agreed_at=None).update(agreed_at=now)


def complete() -> int:
    """Ask the public register about organisations of which a number is known, some at a time and slowly; only what is empty
    is filled. Returns how many were asked about."""
    if not public_register.is_on():
        return 0
    unasked = OrganisationRecord.objects.filter(register_at=None).exclude(siren="", rna="")
    asked = 0
    for record in unasked.order_by("pk")[:ASKED_AT_ONCE]:
        try:
            said = public_register.look_up(record.siren or record.rna, may_ask=_slowly)
        except public_register.Silent:
            break  # it is off or tired: the next turn goes on
        _fill(record, said)
        asked += 1
    return asked


def _slowly() -> bool:
    sleep(PAUSE)
    return True


@transaction.atomic
def _fill(record: OrganisationRecord, said: public_register.Entry) -> None:
    fresh = OrganisationRecord.objects.select_for_update(of=("self",)).filter(pk=record.pk).first()
    if fresh is None:
        return
    fresh.siren = fresh.siren or said.siren
    fresh.rna = fresh.rna or said.rna
    fresh.address = fresh.address or said.address
    if fresh.commune_id is None and said.is_known:
        fresh.commune = public_register.commune_of(said)
    fresh.register_at = timezone.now()
    fresh.save(update_fields=["siren", "rna", "address", "commune", "register_at"])
