"""Tax receipts: numbered without a gap, never edited, only voided and replaced."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from celery import current_app
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, User
from marketplace import letters
from marketplace.actions.documents import documents, ledger, valuations
from marketplace.actions.missions import missions
from marketplace.actions.refusals import NotYet
from marketplace.documents import facts
from marketplace.documents.typeset import typeset
from marketplace.law.parameters import of_year
from marketplace.law.value import counterparts_allowed, euros
from marketplace.law.words import number
from marketplace.models import (
    Document,
    HoursEntry,
    Kind,
    Mission,
    ReceiptRun,
    Served,
)
from marketplace.models.documents.eligibility import why_no_receipt
from marketplace.rules import permissions, receipt_shares, served
from marketplace.rules.parties import signatories
from marketplace.rules.teams import has_come
from marketplace.states import DocumentStatus
from notifications.faults import rows_of

SILENT = timedelta(minutes=3)  # without a word from its worker a run is taken up by another
STEP = 20  # receipts between two words
CANT_BE_MADE = gettext_lazy(
    "A fault of the site: it couldn’t be made. The people who run the site see it; ask for it again later."
)
RELATED = (
    "sheet", "valuation", "need__pole", "need__organisation__commune", "apart_for__commune",
    "offer__person", "offer__organisation__commune",
)  # fmt: skip


SHARED = ("valuation", "sheet", "need")  # what a structure's part of the value is told by


class TooMuchInReturn(NotYet):
    """The counterparts are worth more than is usual: the receipt is given only by somebody who has read the
    warning."""


@transaction.atomic
def issue(
    mission: Mission,
    *,
    by: User,
    capacity: str,
    now: datetime,
    counterparts: Decimal = Decimal(0),
    warned: bool = False,
    replaces: Document | None = None,
    read: Decimal | None = None,
    asked_at: datetime | None = None,
    structure: Organisation | None = None,
) -> Document:
    """Give the receipt of a structure served, the lead's unless it is said, for its own hours and their part of the
    value. `read` is the part that was on the screen; for a whole year's receipts, which are
    given after they were asked for, `asked_at` says when. Raises NotYet with the sentence of what is in the way."""
    Mission.objects.select_for_update(no_key=True).get(pk=mission.pk)
    mission = Mission.objects.select_related(*RELATED).get(pk=mission.pk)
    structure = structure or mission.structure
    register = ledger.lock(structure)
    on = timezone.localdate(now)
    if reason := refusal_of(mission, now, structure):
        raise NotYet(reason)
    _require_one_side(mission, by, structure)
    amount = receipt_shares.part_of(mission.valuation, structure)
    _require_as_read(mission, amount, read, asked_at)
    _require_modest(counterparts, amount, on.year, warned)
    data = facts.of_receipt(
        mission, counterparts=counterparts, signatory=(by.get_full_name(), capacity), at=now,
        replaces=replaces, structure=structure,
    )  # fmt: skip
    receipt = ledger.write(
        register, Kind.RECEIPT, data, letter="R", on=on, by=by, mission=mission,
        donor=mission.offer.organisation, amount=amount, counterparts=counterparts,
        replaces=replaces, made_at=now,
    )  # fmt: skip
    letters.receipt_given(receipt)
    missions.close_if_done(mission, now=now)
    return receipt


def _require_as_read(
    mission: Mission, amount: Decimal, read: Decimal | None, asked_at: datetime | None
) -> None:
    """Raises NotYet when the company has declared another value since the page was read."""
    valuation = mission.valuation
    if read is not None and read != amount:
        raise NotYet(
            _("The company has changed the value since you opened this page: read it again.")
        )
    if asked_at is not None and valuation.declared_at > asked_at:
        raise NotYet(
            _(
                "%(company)s has declared the value of “%(mission)s” since: read it, then give its receipt."
            )
            % {"company": mission.offer.organisation, "mission": mission}
        )


def _require_one_side(mission: Mission, by: User, structure: Organisation) -> None:
    """Raises NotYet for somebody who has to do with the company's side too, or who may give none any more: a year's
    receipts are given after they were asked for."""
    if not permissions.can_give_receipts(by, structure):
        raise NotYet(
            _("%(who)s may no longer give the receipts of %(structure)s.")
            % {"who": by, "structure": structure}
        )
    came = by.pk == mission.offer.spokesperson_id or has_come(mission, by.pk)
    if came:  # they have joined the structure since
        raise NotYet(
            _(
                "You stand on the other side of this mission: somebody else of the structure gives the receipt."
            )
        )
    if by.pk == mission.valuation.declared_by_id:  # they are of both
        raise NotYet(
            _(
                "You declared its value for the company: somebody else of the structure gives the receipt."
            )
        )


def preview(
    mission: Mission, *, by: User, capacity: str, now: datetime, counterparts: Decimal = Decimal(0),
    structure: Organisation | None = None,
) -> bytes:  # fmt: skip
    mission = Mission.objects.select_related(*RELATED[0:1], *RELATED[2:]).get(pk=mission.pk)
    structure = structure or mission.structure
    if reason := refusal_of(mission, now, structure):
        raise NotYet(reason)
    _require_one_side(mission, by, structure)
    data = facts.of_receipt(
        mission, counterparts=counterparts, signatory=(by.get_full_name(), capacity), at=now,
        replaces=None, structure=structure,
    )  # fmt: skip
    number = {"receipt": data["receipt"] | {"number": "aperçu"}}
    return typeset(Kind.RECEIPT.template, data | number | {"preview": True})


@transaction.atomic
def replace(
    receipt: Document, *, reason: str, by: User, capacity: str, now: datetime, counterparts: Decimal,
    warned: bool = False,
) -> Document:  # fmt: skip
    """Void a wrong receipt, which is kept, and give the right one, which has a new number and names the one that it
    replaces."""
    mission = receipt.mission
    assert mission is not None, "a receipt is given for a mission"
    documents.void(receipt, reason=reason, by=by)
    return issue(
        mission, by=by, capacity=capacity, now=now, counterparts=counterparts,
        warned=warned, replaces=receipt, structure=receipt.organisation,
    )  # fmt: skip


def voided(mission: Mission, structure: Organisation | None = None) -> Document | None:
    """The last voided receipt of this structure that none replaces yet; the next receipt will name it."""
    theirs = mission.documents.receipts().filter(organisation=structure or mission.structure)
    found = theirs.filter(status=DocumentStatus.VOIDED, replaced_by=None)
    return found.order_by("-pk").first()


def refusal_of(
    mission: Mission,
    now: datetime,
    structure: Organisation | None = None,
    *,
    gives_none: str | None = None,
) -> str:
    """Why the receipt of a structure served can't be given now, the lead's unless it is said, as a sentence for the
    reader; empty when it can. `gives_none`: why the structure gives none at all, where that has been asked."""
    structure, company = structure or mission.structure, mission.offer.organisation
    if not mission.regime:
        return served.unframed(mission)
    if not mission.gives_a_receipt or company is None:
        return _("This legal frame brings no tax reduction: there is no receipt to give.")
    if valuations.is_closed_without(mission):
        return _("This mission was closed without a declared value: there is no receipt to give.")
    if mission.was_called_off:
        return _(
            "The mission stopped before it began: there is nothing to value, and no receipt to give."
        )
    if gives_none is None:
        gives_none = why_no_receipt(structure, timezone.localdate(now))
    if gives_none:
        return gives_none
    if not valuations.is_declared(mission):
        return _(
            "The value of the mission isn’t declared yet: only the person’s employer may fix it."
        )
    if why := _why_not_theirs(mission, structure):
        return why
    if mission.documents.receipts().standing().filter(organisation=structure).exists():
        return _("The receipt has been given already. To correct it, replace it.")
    return _missing(structure, company)


def _why_not_theirs(mission: Mission, structure: Organisation) -> str:
    """Why none of the value is this structure's: it has received no hour, or none when the value was declared."""
    if not mission.hours.confirmed().of_structure(mission, structure).exists():
        return _(
            "No hour has been confirmed: a receipt is for what has been received and accepted."
        )
    if not receipt_shares.part_of(mission.valuation, structure):
        return _(
            "The value was declared before the hours for %(structure)s were confirmed: %(company)s declares it again."
        ) % {"structure": structure, "company": mission.offer.organisation}
    return ""


def _missing(structure: Organisation, company: Organisation) -> str:
    wanted = (
        (structure.siren or structure.siret or structure.rna, structure, _("SIREN or RNA number")),
        (company.siren or company.siret, company, _("SIREN number")),
        (structure.address, structure, _("address")),
        (company.address, company, _("address")),
    )
    for value, organisation, what in wanted:
        if not value:
            return _("A receipt must carry the %(what)s of %(who)s: complete its page first.") % {
                "what": what,
                "who": organisation,
            }
    return ""


def _require_modest(counterparts: Decimal, amount: Decimal, year: int, warned: bool) -> None:
    if counterparts < 0:
        raise NotYet(_("A figure can’t be negative here."))
    if counterparts >= amount:
        raise NotYet(_("What comes back can’t reach the value of the gift: it wouldn’t be a gift."))
    allowed = counterparts_allowed(amount, year)
    if counterparts > allowed and not warned:
        raise TooMuchInReturn(
            _(
                "Beyond %(allowed)s (%(share)s%% of the gift), what comes back begins to look like a sale. Tick the box if you keep this amount."
            )
            % {"allowed": euros(allowed), "share": number(of_year("counterpart_share", year))}
        )


# --- a year at once ------------------------------------------------------------------------
def waiting(organisation: Organisation, year: int) -> QuerySet[Mission]:
    """The missions whose value was declared in that year and that have no receipt of this structure yet; of those that serve
    several, the ones in which it has received hours."""
    rows = Served.objects.order_by()
    alone = Q(need__organisation=organisation) & ~Exists(rows.filter(mission=OuterRef("pk")))
    among = rows.filter(organisation=organisation).values("mission")
    itself = Organisation.objects.filter(pk=organisation.pk).values("pk")
    received = HoursEntry.objects.confirmed().for_whom(itself).values("mission")
    theirs = alone | Q(pk__in=among) & Q(pk__in=received)
    given = Document.objects.receipts().standing().filter(organisation=organisation)
    waits = Mission.objects.filter(theirs, valuation__declared_at__year=year)
    return waits.exclude(pk__in=given.filter(mission__isnull=False).values("mission"))


def fingerprint_of(missions: Iterable[Mission], organisation: Organisation) -> str:
    """What was on the screen of whoever gives these missions' receipts: each with its value and what comes back."""
    lines = sorted(
        (
            one.pk,
            str(receipt_shares.part_of(one.valuation, organisation)),
            str(counterparts_of(one, organisation)),
        )
        for one in missions
    )
    return hashlib.sha256(repr(lines).encode()).hexdigest()


def counterparts_of(mission: Mission, organisation: Organisation) -> Decimal:
    """What comes back to the company, as planned on the sheet: by the structure that leads, which wrote it there."""
    leads = organisation.pk == mission.structure_id
    return (mission.sheet.counterparts_value or Decimal(0)) if leads else Decimal(0)


@transaction.atomic
def start_run(
    organisation: Organisation, year: int, *, by: User, read: str | None = None
) -> ReceiptRun:
    """Give all that wait, in the background. `read` is the fingerprint of what was on the screen."""
    ledger.lock(organisation)
    running = ReceiptRun.objects.filter(organisation=organisation, year=year, ended_at=None)
    if running.exists():
        raise NotYet(_("These receipts are already being made."))
    if gives_none := why_no_receipt(organisation, timezone.localdate()):
        raise NotYet(gives_none)
    to_give = list(waiting(organisation, year).select_related(*SHARED))
    if not to_give:
        raise NotYet(_("There is no receipt to make for this year."))
    if read is not None and read != fingerprint_of(to_give, organisation):
        raise NotYet(
            _("What is to be given has changed since you opened this page: read it again.")
        )
    total = len(to_give)
    run = ReceiptRun.objects.create(organisation=organisation, year=year, asked_by=by, total=total)
    # By name: tasks stand on actions. A broker that is down loses nothing, the sweep rings again.
    ring = partial(current_app.send_task, "marketplace.tasks.make_receipts", [run.pk])
    transaction.on_commit(ring, robust=True)
    return run


def left_behind(now: datetime) -> list[int]:
    """The numbers of the receipt runs that aren't ended and whose worker has shown no sign of life for a while."""
    silent = ReceiptRun.objects.filter(ended_at=None, seen_at__lt=now - SILENT)
    return list(silent.values_list("pk", flat=True))


def carry_on(run: ReceiptRun, *, now: datetime) -> None:
    """Give the receipts that a run has left, each in its own transaction: a run that was
    stopped goes on from there.

    The broker may start a long run twice: the second worker leaves it to the first, as
    long as that one shows signs of life.
    """
    if run.done and run.seen_at > now - SILENT:
        return
    capacity = dict(signatories(run.organisation)).get(run.asked_by, "") or str(
        _("authorised person")
    )
    refused = {pk for pk, _reason in run.refused}
    found = waiting(run.organisation, run.year).order_by("pk")
    planned = [
        (one.pk, counterparts_of(one, run.organisation)) for one in found.select_related(*SHARED)
    ]
    with rows_of("receipts", whole=False) as each:
        for pk, counterparts in (line for line in planned if line[0] not in refused):
            give = partial(
                issue, Mission(pk=pk), by=run.asked_by, capacity=capacity, now=now,
                counterparts=counterparts, asked_at=run.asked_at, structure=run.organisation,
            )  # fmt: skip
            if each.treat(Mission(pk=pk), partial(_give, run, pk, give)) is False:
                run.refused.append([pk, str(CANT_BE_MADE)])
            run.done += 1
            if run.done % STEP == 0:
                run.seen_at = timezone.now()
                run.save(update_fields=["done", "refused", "seen_at"])
        run.ended_at = timezone.now()
        run.save(update_fields=["done", "refused", "ended_at"])


def _give(run: ReceiptRun, pk: int, give: Callable[[], Document]) -> None:
    """Give one receipt of the run; when it can't be given, keep the reason with the run."""
    try:
        give()
    except NotYet as refusal:
        if waiting(run.organisation, run.year).filter(pk=pk).exists():  # else somebody else gave it
            run.refused.append([pk, str(refusal)])
