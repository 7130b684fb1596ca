"""Cases: opened by a rule or by a coordinator, worked on with dated entries, closed with an outcome."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, Pole, User
from accounts.models.reasons import Coded, as_typed, coded
from marketplace import letters
from marketplace.actions.refusals import NotYet
from marketplace.models import Case, CaseEntry, FollowUp, Mission, Promises, Proposal
from marketplace.models.desk.cases import subject_field
from marketplace.rules import permissions, working_days

# These come with a letter of their own (notify.help_asked).
TOLD_ALREADY = {Case.Reason.HELP, Case.Reason.DOUBT}
# What the clock opens, and how it writes it again.
SILENT = (Case.Reason.SILENCE, Case.Reason.LATE_ANSWER, Case.Reason.OVERDUE)
SAID_OF_SILENCE = ('["silent"', '["answered"', *(f'["reason-{reason}"' for reason in SILENT))
# What else is said in one about silence; it is about that once the silence has ended.
SAID_BESIDE = {
    Case.Reason.BAD_REVIEW: f'["anew-{Case.Reason.BAD_REVIEW}"',
    Case.Reason.OVERDUE: f'["reason-{Case.Reason.OVERDUE}"',
}
# Added to a case about something else they are named: the words that come with them don't say it.
NAMED = {Case.Reason.HELP, Case.Reason.DOUBT, Case.Reason.BAD_REVIEW}
# What an open case is about from then on, where it was only about what is less: a call for help is seen to today.
LESS_THAN: dict[str, tuple[str, ...]] = {
    Case.Reason.HELP: tuple(reason for reason in Case.Reason if reason != Case.Reason.HELP),
    Case.Reason.DOUBT: SILENT,
    Case.Reason.SILENCE: (Case.Reason.LATE_ANSWER,),
    Case.Reason.OVERDUE: (Case.Reason.LATE_ANSWER,),
    Case.Reason.BAD_REVIEW: (Case.Reason.LATE_ANSWER,),
}


@transaction.atomic
def open_about(
    subject: Mission | Proposal | Organisation,
    *,
    reason: str,
    words: str = "",
    by: User | None = None,
    now: datetime,
) -> Case:
    """Open a case about this subject; where one is open already, the reason and the words are added to that one, which is
    about that reason from then on if it is graver."""
    words = as_typed(words)
    if isinstance(subject, Organisation):
        follow_moved_organisations()
    case = Case.objects.open().about(subject).first()
    if case is None:
        try:
            with transaction.atomic():
                case = Case.objects.create(
                    **{subject_field(subject): subject},
                    pole=_pole_of(subject),
                    reason=reason,
                    in_charge=by or _in_charge_of(subject),
                    opened_by=by,
                    opened_at=now,
                )
        except IntegrityError:
            case = Case.objects.open().about(subject).first()
            if case is None:  # it isn't that somebody opened it at this very moment
                raise
        else:
            entry = case.entries.create(kind=CaseEntry.Kind.OPENED, words=words, by=by, at=now)
            if by is None and reason not in TOLD_ALREADY:
                letters.case_opened(case, words=entry.told)
            return case
    told = words or coded(f"reason-{reason}")
    if words and reason in NAMED and reason != case.reason:
        told = coded(f"anew-{reason}", words=words)
    case.entries.create(kind=CaseEntry.Kind.AGAIN, words=told, by=by, at=now)
    less = Case.objects.filter(pk=case.pk, reason__in=LESS_THAN.get(reason, ()))
    if less.update(reason=reason):
        case.reason = reason
    return case


def follow_moved_organisations() -> int:
    """Hand the cases of organisations that have moved to another pôle, before they were verified, to the coordinators of
    today: nobody is in charge of them yet. Returns how many."""
    today = Organisation.objects.filter(pk=OuterRef("organisation")).values("pole")
    moved = Case.objects.left_in_another_pole().values("pk")
    return Case.objects.filter(pk__in=moved).update(pole=Subquery(today), in_charge=None)


def _pole_of(subject: Mission | Proposal | Organisation) -> Pole:
    return subject.pole if isinstance(subject, Organisation) else subject.need.pole


def _in_charge_of(subject: Mission | Proposal | Organisation) -> User | None:
    """The coordinator who already follows the mission or the need, if their account is active; otherwise None."""
    if isinstance(subject, Organisation):
        return None
    own = subject.coordinator if isinstance(subject, Mission) else None
    found = own or subject.need.coordinator
    return found if found and permissions.follows(found, subject) else None


@transaction.atomic
def assign(case: Case, *, to: User, words: str = "", by: User) -> None:
    """Take the case, or pass it on to a colleague with a word; a letter tells them."""
    case = _open_one(case)
    case.in_charge = to
    case.save(update_fields=["in_charge"])
    told = _with(coded("in-charge", who=to), words)
    entry = case.entries.create(kind=CaseEntry.Kind.ASSIGNED, words=told, by=by, at=timezone.now())
    letters.case_passed_on(case, entry=entry, by=by)


@transaction.atomic
def note(case: Case, *, kind: str, words: str, by: User) -> CaseEntry:
    """Add to the case what was done. Whoever notes something in a case without anybody in charge is then in charge
    of it."""
    case = _open_one(case)
    if case.in_charge_id is None:
        case.in_charge = by
        case.save(update_fields=["in_charge"])
    return case.entries.create(kind=kind, words=as_typed(words), by=by, at=timezone.now())


@transaction.atomic
def close(case: Case, *, outcome: str, words: str = "", by: User | None) -> None:
    """Close a case with an outcome; the mission's follow-up questions that were answered with worry, or not in the days
    promised, are settled with it: one asked since still waits for its answer. Raises NotYet for whoever may not settle
    one of them."""
    now = timezone.now()
    case = _open_one(case)
    patience = Promises.of(case.pole).case_after
    fresh = Q(answered_at=None, asked_on__gt=working_days.before(timezone.localdate(now), patience))
    waits = FollowUp.objects.filter(mission=case.mission_id, settled_at=None)
    waits = waits.exclude(answer=FollowUp.Answer.GOOD).exclude(fresh)
    if by and any(not permissions.can_settle(by, one) for one in waits.filter(asked=by)):
        raise NotYet(
            _("You were asked how this mission goes, for one of its sides: a colleague closes it.")
        )
    _end(case, outcome=outcome, words=words, by=by, now=now)
    waits.update(settled_at=now)


def _end(case: Case, *, outcome: str, words: str = "", by: User | None, now: datetime) -> None:
    case.outcome, case.closed_at, case.closed_by = outcome, now, by
    case.save(update_fields=["outcome", "closed_at", "closed_by"])
    told = _with(coded(f"outcome-{outcome}"), words)
    case.entries.create(kind=CaseEntry.Kind.CLOSED, words=told, by=by, at=now)


def answered(case: Case, *, words: Coded, is_last: bool) -> None:
    """Note in this case that a silence has ended; with the `is_last` of them, a case about nothing else that nobody has
    worked on is closed, and any other is no longer about silence."""
    now = timezone.now()
    case.entries.create(kind=CaseEntry.Kind.AGAIN, words=words, at=now)
    if not is_last or case.reason != Case.Reason.SILENCE:
        return
    after = list(case.entries.exclude(kind=CaseEntry.Kind.OPENED).values_list("kind", "words"))
    beside = (
        reason
        for reason, begins in SAID_BESIDE.items()
        if any(words.startswith(begins) for _kind, words in after)
    )
    if found := next(beside, None):
        case.reason = found
    elif all(kind == CaseEntry.Kind.AGAIN and _is_of_silence(words) for kind, words in after):
        _end(case, outcome=Case.Outcome.ANSWERED, by=None, now=now)
        return
    else:
        case.reason = Case.Reason.LATE_ANSWER
    case.save(update_fields=["reason"])


def end_with(mission: Mission) -> None:
    """Close the cases of a mission that is over which only said that nobody answered, or that it was late. What
    somebody was worried about is still for a coordinator to close."""
    moot = Case.objects.open().about(mission).filter(reason__in=SILENT)
    for case in moot:
        more = case.entries.filter(kind=CaseEntry.Kind.AGAIN).values_list("words", flat=True)
        if all(_is_of_silence(words) for words in more):
            late = case.reason == Case.Reason.LATE_ANSWER
            outcome = Case.Outcome.ANSWERED if late else Case.Outcome.GROUNDLESS
            close(case, outcome=outcome, words=coded("mission-over"), by=None)


def end_worry(mission: Mission, *, by: User) -> None:
    """Close the case of a mission that a doubt or a call for help had opened, once that is settled, where nothing was noted
    in it since."""
    for case in Case.objects.open().about(mission).filter(reason__in=TOLD_ALREADY):
        if case.entries.count() == 1:
            _end(case, outcome=Case.Outcome.SOLVED, by=by, now=timezone.now())


def _is_of_silence(words: str) -> bool:
    return words.startswith(SAID_OF_SILENCE)


def _with(said: Coded, words: str) -> Coded:
    """The site's own words, followed by those that somebody adds."""
    words = words if isinstance(words, Coded) else words.strip()
    return coded("and-words", said=said, words=words) if words else said


def _open_one(case: Case) -> Case:
    """Lock the case. Raises NotYet when a colleague has closed it meanwhile."""
    locked = Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
    if not locked.is_open:
        raise NotYet(_("This case has been closed meanwhile."))
    return locked
