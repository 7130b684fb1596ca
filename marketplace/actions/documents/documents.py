"""A mission's papers: made, replaced, voided. One verb, one transaction."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from marketplace import letters
from marketplace.actions.documents import ledger
from marketplace.actions.refusals import NotYet
from marketplace.documents import facts
from marketplace.documents.typeset import typeset
from marketplace.law.regimes import why_no_team
from marketplace.models import (
    Document,
    DocumentStep,
    Kind,
    Mission,
    Party,
    Register,
    Seal,
    TeamMember,
    reasons,
)
from marketplace.models.documents.documents import kinds_after, kinds_before
from marketplace.rules import below_cost, lenders, served, teams
from marketplace.rules.documents import called_off, in_force, is_stale, resting_on
from marketplace.states import BEFORE_IT_RUNS, OPEN_TO_CHANGE, DocumentStatus, MissionStatus

# What a document says of itself, and not of the mission.
OF_ITS_MAKING = {"made", "made-on", "reference", "version", "template"}
RELATED = (
    "sheet", "need__pole", "need__organisation__commune", "apart_for__commune", "offer__person",
    "offer__organisation__commune",
)  # fmt: skip


def preview(kind: Kind, mission: Mission) -> bytes:
    """The document as it would be today: it has no number, isn't kept, and says across the page that it is a
    preview."""
    _require_ready(kind, mission)
    data = facts.of_mission(kind, mission, on=timezone.localdate())
    return typeset(kind.template, data | {"preview": True})


@transaction.atomic
def make(
    kind: Kind,
    mission: Mission,
    *,
    by: User | None,
    now: datetime,
    member: TeamMember | None = None,
) -> Document:
    """Make a document, or its next version, by itself without a `by`: the version that stood until then is voided, and kept. One that says what
    the new one would say is returned as it is; so is one that somebody has signed, whatever words papers have since, while
    it says what the two sides have agreed. One that all have signed is never replaced in this way: it is amended, or voided
    by the coordination. `member`: of a team, whose it is. Raises
    NotYet."""
    locked = Mission.objects.select_for_update(no_key=True, of=("self",))
    mission = locked.select_related(*RELATED).get(pk=mission.pk)
    _require_ready(kind, mission, member)
    register = ledger.lock(mission.structure)
    former = mission.documents.standing().filter(kind=kind, member=member).first()
    if former and former.status == DocumentStatus.SIGNED:
        raise NotYet(_("This document is signed: it stands, and no new version takes its place."))
    on = timezone.localdate(now)
    said = facts.of_mission(kind, mission, on=on, member=member)
    if former and (_says_the_same(former, said) or _is_being_signed(former)):
        return former
    if former:
        _void(former, register, reason=reasons.coded("paper-replaced"), by=by)
    earlier = mission.documents.filter(kind=kind, member=member)
    former = former or earlier.filter(replaced_by=None).order_by("-pk").first()
    document = ledger.write(
        register, kind, said, letter="D", on=on, by=by, mission=mission, member=member,
        version=earlier.count() + 1, replaces=former, made_at=now,
    )  # fmt: skip
    letters.document_made(document)
    if Party.STRUCTURE in kind.signers and kind in kinds_before(mission.regime):
        letters.mandates_asked(mission, but=by)
    return document


def _says_the_same(document: Document, said: dict[str, Any]) -> bool:
    return _of_the_mission(document.facts) == _of_the_mission(json.loads(json.dumps(said)))


def _is_being_signed(document: Document) -> bool:
    """Whether somebody has signed it, and it can still be signed by the others: no page offers another then."""
    return document.signatures.exists() and not is_stale(document)


def _of_the_mission(said: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in said.items() if key not in OF_ITS_MAKING}


@transaction.atomic
def void(document: Document, *, reason: str, by: User | None) -> None:
    """Void a document: it doesn't count any more, but stays with its signatures and the reason. When all had signed
    it, a running mission of an employee is paused until its papers are signed again. Raises NotYet while a receipt
    rests on it: a gift isn't left without the paper that says it."""
    mission = document.mission
    if mission is not None:
        mission = Mission.objects.select_for_update(no_key=True).get(pk=mission.pk)
        document.refresh_from_db(fields=["status"])
        document.mission = mission
    if why := why_not_void(document):
        raise NotYet(why)
    others, pauses = falling_with(document), pauses_with(document)
    register = ledger.lock(document.organisation)
    step = _void(document, register, reason=reason, by=by)
    letters.document_voided(document, reason=step.said, by=by)
    with_it = reasons.coded("paper-falls-with", other=document.reference)
    for other in others:
        step = _void(other, register, reason=with_it, by=by)
        letters.document_voided(other, reason=step.said, by=by)
    if mission and pauses:
        letters.mission_moved(mission.move(MissionStatus.SUSPENDED, by=by, reason=reason))


def why_not_void(document: Document) -> str:
    """What has to be done before it can be voided, as a sentence; "" where nothing has."""
    mission = document.mission
    if document.is_signed_by_several and mission and mission.amendments.open().exists():
        return _("An amendment of it waits for signatures: it has to be withdrawn first.")
    if resting_on(document).filter(kind=Kind.RECEIPT).exists():
        return _("A tax receipt rests on it: whoever gave the receipt has to void it first.")
    return ""


def falling_with(document: Document) -> list[Document]:
    """The other paper of an employee's loan, once all have signed this one: neither of the two is in force without the
    other."""
    mission = document.mission
    if not mission or not document.is_signed_by_several:
        return []
    before = kinds_before(mission.regime)
    if document.kind not in before:
        return []
    others = mission.documents.standing().filter(kind__in=before).exclude(pk=document.pk)
    return [other for other in others if Kind(other.kind).signers]


def pauses_with(document: Document) -> bool:
    """Whether the mission is paused with it, until its papers are signed again."""
    mission = document.mission
    if not mission or not document.is_signed_by_several:
        return False
    runs = mission.status == MissionStatus.RUNNING and mission.has_employer
    return runs and document.kind in kinds_before(mission.regime)


def void_with(document: Document, register: Register, *, reason: str, by: User | None) -> None:
    """Void a document together with the amendment it is about; the amendment's own letter tells people. The
    register has to be locked."""
    _void(document, register, reason=reason, by=by)


def _void(document: Document, register: Register, *, reason: str, by: User | None) -> DocumentStep:
    step: DocumentStep = document.move(DocumentStatus.VOIDED, by=by, reason=reason)
    said = {"reason": reason, "by": by.pk if by else None, "at": timezone.now().timestamp()}
    ledger.add(register, document, Seal.Act.VOIDED, said)
    return step


@transaction.atomic
def outdate(mission: Mission, *, by: User | None) -> int:
    """Void the papers, not yet signed by all, that no longer say what the sheet says. On own time, where nothing
    else has to be agreed first, the new versions are made at once. Returns how many were voided."""
    standing = mission.documents.standing().filter(kind__in=kinds_before(mission.regime))
    outdated = [document for document in standing if is_stale(document)]
    for document in outdated:
        void(document, reason=reasons.coded("paper-outdated"), by=by)
        if mission.is_own_time:
            make(Kind(document.kind), mission, by=by, now=timezone.now())
    return len(outdated)


def void_waiting_for(user: User) -> None:
    """Void the papers that wait for the signature of this person, whose account closes: nobody else can give it."""
    waiting = Document.objects.filter(status=DocumentStatus.TO_SIGN, amendment=None).order_by()
    theirs = waiting.filter(member__person=user).union(
        waiting.filter(member=None, mission__offer__person=user)
    )
    for document in list(theirs):
        if Party.PERSON in document.parties_left():
            void(document, reason=reasons.coded("paper-person-gone"), by=user)


def left_to_sign(mission: Mission, signed: Collection[str] | None = None) -> list[Kind]:
    """The kinds of document that still keep the mission from starting: not made yet, or not signed by all. `signed`: those
    that are, where they have been read."""
    if signed is None:
        signed = set(in_force(mission).values_list("kind", flat=True))
    return [kind for kind in kinds_before(mission.regime) if kind.signers and kind not in signed]


def _require_ready(kind: Kind, mission: Mission, member: TeamMember | None = None) -> None:
    if reason := refusal_of(kind, mission, member):
        raise NotYet(reason)


def words_are_missing() -> str:
    """The sentence shown while the sheet lacks the aim and the work entrusted. All who sign read these words, so
    they are written for the papers and never copied from the need."""
    return _("First write on the sheet what its papers say: the aim, and the work entrusted.")


def dates_are_missing() -> str:
    """The sentence while nobody has said from when to when: the need had no dates, and papers print none that nobody said."""
    return _("First say from when to when the mission takes place: its need had no dates.")


def never_written() -> str:
    """The sentence where these words are missing and the sheet can't be changed."""
    return _(
        "The sheet lacks the aim or the work entrusted, and at this stage it can’t be changed: this document isn’t made."
    )


def _no_team(mission: Mission) -> str:
    if mission.offer.person_id is not None:
        return ""
    return why_no_team(mission.regime, is_framed=not mission.is_being_framed)


def _why_none_before(mission: Mission) -> str:
    """Why no document can be made yet of those that are signed before the mission starts."""
    if mission.has_been_left:
        return _("The person who came has left their employer: say first how the mission goes on.")
    if mission.was_called_off:
        return called_off()
    # At work it can't have begun without its papers.
    if mission.was_interrupted or (mission.is_own_time and not mission.is_live):
        return _("The mission is over: nothing is signed before it any more.")
    today = timezone.localdate()
    if why := _no_team(mission) or lenders.why_too_small_for(mission.offer, today):
        return why
    if why := lenders.why_not_in_frame(mission) or served.why_none_before(mission):
        return why
    if not mission.is_own_time and not mission.sheet.is_agreed:
        return _("Both sides have to say yes to the same version of the sheet first.")
    if teams.awaits_employer(mission):
        return _("The employer agrees first: then the papers say who comes in the team.")
    if not mission.has_dates:
        return dates_are_missing()
    if not mission.sheet.is_written_for_documents:
        return words_are_missing() if mission.status in OPEN_TO_CHANGE else never_written()
    return below_cost.refusal_of(mission)


def refusal_of(kind: Kind, mission: Mission, member: TeamMember | None = None) -> str:
    """Why the document can't be made now, as a sentence for the reader; empty when it can. `member`: of a team, whose it
    is."""
    if mission.was_never_framed:
        return _("It ended before its legal frame was chosen: it has no papers.")
    if not mission.regime:
        return _("First say under which legal frame the mission is done: a few questions.")
    if kind in kinds_before(mission.regime):
        return _why_none_before(mission)
    if kind not in kinds_after(mission.regime):
        return _("This document doesn’t belong to the legal frame of this mission.")
    if mission.status in BEFORE_IT_RUNS:
        return _("This document tells what was done: the mission hasn’t started yet.")
    if kind == Kind.HOURS_CERTIFICATE and member is None and teams.has_names(mission):
        return _("In this team each person has a certificate of their own.")
    if member and member.person.closed_at:
        return _("This account is closed: there is no name left to certify these hours to.")
    if mission.was_called_off:
        return _("This mission was stopped before it began: there is nothing to certify.")
    if not _has_confirmed_hours(mission, member):
        return _("No hour has been confirmed yet: there is nothing to certify.")
    return ""


def _has_confirmed_hours(mission: Mission, member: TeamMember | None) -> bool:
    """A mission that comes from `with_course` says it itself."""
    if member is None and hasattr(mission, "has_confirmed_hours"):
        return mission.has_confirmed_hours
    theirs = {"person": member.person_id} if member else {}
    return mission.hours.confirmed().filter(**theirs).exists()
