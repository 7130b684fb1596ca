"""A pôle writes to several: drafted, tried on oneself, sent, called off within ten minutes; then handed to the post one by
one, as long as each of them may still be written to."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import Pole, User
from marketplace import letters
from marketplace.actions.desk import journal
from marketplace.actions.refusals import NotYet
from marketplace.desk.lists.selection import Selection
from marketplace.models import Addressee, JournalKind, LetterModel, Mailing, Thread
from marketplace.models.desk.mailings import WAITS
from marketplace.rules import letter_words, mailings
from marketplace.rules.journal_parties import NOUNS, Reader
from marketplace.rules.mailings import Addressed
from notifications.faults import each_row

AT_ONCE = 1000  # letters a ring of the clock: the next one goes on


@transaction.atomic
def draft(
    pole: Pole, *, code: str, query: str, subject: str, text: str, by: User, now: datetime
) -> Mailing:
    """Keep a letter to the selection `query` of a list. Nothing leaves. Raises NotYet from who coordinates no more."""
    _require_coordinator(pole, by)
    return Mailing.objects.create(
        pole=pole, code=code, query=query, subject=subject, text=text, by=by, changed_at=now
    )


@transaction.atomic
def change(mailing: Mailing, *, subject: str, text: str, by: User, now: datetime) -> None:
    """Write a draft anew. Raises NotYet once it is sent."""
    mailing = _own_draft(mailing, by)
    mailing.subject, mailing.text, mailing.by, mailing.changed_at = subject, text, by, now
    mailing.save(update_fields=["subject", "text", "by", "changed_at"])


@transaction.atomic
def drop(mailing: Mailing, *, by: User) -> None:
    """Throw a draft away. Raises NotYet once it is sent."""
    _own_draft(mailing, by).delete()


def whom(mailing: Mailing, *, by: User) -> Addressed:
    """Who would receive it today, and who wouldn't: of the rows of its selection that `by` sees today."""
    return mailings.addressed(mailing.code, selected(mailing, by), pole=mailing.pole, by=by)


def too_many(count: int) -> str:
    words = {"count": count, "most": mailings.MOST}
    return _("That is %(count)s at once, and %(most)s at most: filter the list.") % words


def selected(mailing: Mailing, by: User) -> QuerySet:
    if not mailing.code:
        return mailings.who_wants_them(mailing.pole)
    selection = Selection.of(by, mailing.code, QueryDict(mailing.query))
    return selection.rows() if selection else mailings.who_wants_them(mailing.pole).none()


@transaction.atomic
def send(mailing: Mailing, *, by: User, now: datetime) -> int:
    """Send it in ten minutes to those who may receive it. Returns to how many. Raises NotYet when it is sent already, when
    nobody or too many would receive it, and from who coordinates no more."""
    mailing = _own_draft(mailing, by)
    found = whom(mailing, by=by)
    told = found.receivers
    if many := found.too_many or (len(told) if len(told) > mailings.MOST else 0):
        raise NotYet(too_many(many))
    if not told:
        raise NotYet(_("Nobody would receive it: see below why, and choose others."))
    Addressee.objects.bulk_create(
        [
            Addressee(
                mailing=mailing,
                person_id=one.who.number,
                ground=one.ground,
                subject=letter_words.filled(mailing.subject, values)[:200],
                text=letter_words.filled(mailing.text, values),
                **({one.ground.lower(): one.thing} if one.thing else {}),
            )
            for one, values in ((one, one.values) for one in told)
        ],
        batch_size=500,
    )
    mailing.sent_at, mailing.due_at, mailing.by = now, now + WAITS, by
    mailing.save(update_fields=["sent_at", "due_at", "by"])
    return len(told)


@transaction.atomic
def call_off(mailing: Mailing, *, by: User, now: datetime) -> None:
    """Stop what hasn't left yet. Raises NotYet when all of it has been handed to the post, or it was called off."""
    mailing = _locked(mailing)
    _require_coordinator(mailing.pole, by)
    if mailing.is_called_off:
        raise NotYet(_("It is called off already."))
    if not mailing.may_be_called_off:
        raise NotYet(_("It has left: it can’t be called off any more."))
    mailing.called_off_at = now
    mailing.save(update_fields=["called_off_at"])
    letters.forget_pole_letters(mailing)


@transaction.atomic
def try_on_oneself(mailing: Mailing, *, by: User, now: datetime) -> None:
    """Send it to `by` alone, as the first of those who would receive it would read it."""
    mailing = _own_draft(mailing, by)
    told = whom(mailing, by=by).receivers
    values = told[0].values if told else {letter_words.POLE: mailing.pole.name}
    letters.pole_letter_tried(
        mailing,
        to=by,
        subject=letter_words.filled(mailing.subject, values),
        text=letter_words.filled(mailing.text, values),
    )


def _locked(mailing: Mailing) -> Mailing:
    rows = Mailing.objects.select_for_update(no_key=True, of=("self",)).select_related("pole")
    found = rows.filter(pk=mailing.pk).first()
    if found is None:
        raise NotYet(_("This draft has been thrown away."))
    return found


def _own_draft(mailing: Mailing, by: User) -> Mailing:
    mailing = _locked(mailing)
    _require_coordinator(mailing.pole, by)
    if not mailing.is_draft:
        raise NotYet(_("This letter is sent already, by %(who)s.") % {"who": mailing.by})
    return mailing


def _require_coordinator(pole: Pole, by: User) -> None:
    if not by.coordinates(pole):
        raise NotYet(_("You don’t coordinate this pôle any more."))


# --- by the clock --------------------------------------------------------------------------
def post_due(now: datetime) -> int:
    """Hand to the post the letters whose ten minutes are over; those of whoever coordinates no more are called off.
    Returns how many."""
    due = Mailing.objects.due(now)
    for mailing in due.select_related("pole", "by"):
        if mailing.by is None or not mailing.by.coordinates(mailing.pole):
            Mailing.objects.filter(pk=mailing.pk).update(called_off_at=now)
    waiting = Addressee.objects.waiting().filter(mailing__in=due.values("pk"))
    rows = list(waiting.order_by("mailing", "pk")[:AT_ONCE])
    done = each_row("mailings", [(one, now) for one in rows], _post, whole=False)
    left = Addressee.objects.waiting().filter(mailing=OuterRef("pk"))
    due.exclude(Exists(left)).update(written_at=now)
    return done


def _post(it: Addressee, now: datetime) -> bool:
    """Post one letter; False for whoever may not be written to any more."""
    rows = Addressee.objects.waiting().select_for_update(no_key=True, of=("self",))
    joined = (
        *("mailing__pole", "mailing__by", "person", "mission__proposal"),
        *("need__organisation", "offer__organisation"),
    )
    fresh = rows.select_related(*joined).filter(pk=it.pk).first()
    if fresh is None or fresh.mailing.is_called_off:
        return False
    fresh.left_out = why = mailings.why_not_today(fresh)
    if not why:
        fresh.written_at = now
        letters.pole_letter(fresh, thread=_conversation(fresh))
        _tell(fresh, now)
    fresh.save(update_fields=["left_out", "written_at"])
    return not why


def _tell(it: Addressee, now: datetime) -> None:
    """In the journal of the pôle with the first that leaves, and of whoever it went to; what was called off went to nobody."""
    mailing = it.mailing
    if mailing.by is None:
        return
    if not mailing.addressees.filter(written_at__isnull=False).exists():
        journal.note(
            JournalKind.LETTERS, by=mailing.by, pole=mailing.pole, number=mailing.pk,
            words=mailing.subject, rows=mailing.addressees.count(), now=now,
        )  # fmt: skip
    reader = Reader.of_user(mailing.by)
    journal.tell(JournalKind.WROTE, NOUNS["letter"], it.pk, reader=reader, now=now)


def _conversation(it: Addressee) -> Thread | None:
    """Where an answer goes: the structure's with its coordinators, or that of the mission."""
    if it.need:
        return Thread.objects.get_or_create(need=it.need, asker=None, pair=None)[0]
    return Thread.objects.filter(proposal=it.mission.proposal_id).first() if it.mission else None


# --- models --------------------------------------------------------------------------------
@transaction.atomic
def keep_model(
    pole: Pole, *, name: str, subject: str, text: str, by: User, now: datetime
) -> LetterModel:
    """Keep words under a name. Raises NotYet when the pôle has a model of that name."""
    _require_coordinator(pole, by)
    _require_free(pole, name)
    return LetterModel.objects.create(
        pole=pole, name=name, subject=subject, text=text, by=by, changed_at=now
    )


@transaction.atomic
def change_model(
    model: LetterModel, *, name: str, subject: str, text: str, by: User, now: datetime
) -> None:
    """Letters already drafted keep their words. Raises NotYet when it is retired, or the name is taken."""
    model = _in_use(model, by)
    _require_free(model.pole, name, but=model)
    model.name, model.subject, model.text = name, subject, text
    model.by, model.changed_at = by, now
    model.save(update_fields=["name", "subject", "text", "by", "changed_at"])


@transaction.atomic
def retire_model(model: LetterModel, *, by: User, now: datetime) -> None:
    model = _in_use(model, by)
    model.retired_at = now
    model.save(update_fields=["retired_at"])


def _in_use(model: LetterModel, by: User) -> LetterModel:
    rows = LetterModel.objects.select_for_update(no_key=True, of=("self",)).select_related("pole")
    model = rows.get(pk=model.pk)
    _require_coordinator(model.pole, by)
    if model.retired_at:
        raise NotYet(_("This model is retired already."))
    return model


def _require_free(pole: Pole, name: str, *, but: LetterModel | None = None) -> None:
    others = LetterModel.objects.in_use().filter(pole=pole, name=name)
    if (others.exclude(pk=but.pk) if but else others).exists():
        raise NotYet(_("The pôle already has a model of this name: change the name."))
