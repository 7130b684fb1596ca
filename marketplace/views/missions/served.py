"""The pages of the structures that a mission serves: a mission of its own for one of them, taking it out, its mandate."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import ForbiddenMove
from accounts.requests import SignedInRequest
from marketplace.actions.missions import served as acts
from marketplace.actions.refusals import NotYet
from marketplace.forms.missions.served import ApartForm, MandateForm
from marketplace.law import regimes
from marketplace.models import Mission, Served
from marketplace.rules import permissions
from marketplace.rules import served as rules
from marketplace.rules.parties import signatories
from marketplace.views.missions.missions import one_of
from marketplace.views.missions.served_lines import receipt_words, theirs
from marketplace.views.missions.sheets import lines


def _row(request: SignedInRequest, pk: int) -> tuple[Mission, Served]:
    seen = Mission.objects.visible_to(request.user).values("pk")
    row = get_object_or_404(Served.objects.select_related("organisation"), pk=pk, mission__in=seen)
    row.mission = one_of(request.user, row.mission_id)
    return row.mission, row


def apart(request: SignedInRequest, pk: int) -> HttpResponse:
    """Make the second mission, for the structure whose hours don't fit the legal frame of the first."""
    mission, row = _row(request, pk)
    permissions.require(permissions.can_change_served(request.user, mission))
    unfit = next((one for one in rules.unfit(mission) if one.served.pk == row.pk), None)
    if unfit is None or not unfit.can_be_made or acts.too_late(mission):
        messages.info(request, _why_not_apart(mission, unfit))
        return redirect(mission)
    form = ApartForm(request.POST or None, unfit=unfit)
    if request.method == "POST" and form.is_valid():
        try:
            following = acts.set_apart(row, by=request.user, **form.cleaned_data)
        except (NotYet, ForbiddenMove) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("The second mission is made. Both sides are told, and say yes to each.")
            )
            return redirect(following)
    context = {
        "mission": mission,
        "form": form,
        "title": _("A mission of its own for %(structure)s") % {"structure": row},
        "text": unfit.words,
        "consequences": _what_follows(unfit),
        "act_label": _("Make the second mission"),
        "back_url": mission.get_absolute_url(),
    }
    return render(request, "marketplace/missions/mission_act.html", context)


def _why_not_apart(mission: Mission, unfit: rules.Unfit | None) -> str:
    if why := acts.too_late(mission):
        return why
    if unfit is None:
        return _("The hours for this structure fit the legal frame of the mission.")
    return unfit.fit.why


def _what_follows(unfit: rules.Unfit) -> list[str]:
    row, frame = unfit.served, unfit.fit.frame
    said = {"structure": row, "frame": regimes.of(frame).label if frame else ""}
    by_loan = [
        _("The second mission is the free loan of an employee, without a tax receipt (labour code, article L. 8241-3): %(structure)s says day by day what there is to do.") % said,
        _("Tick the two sentences below if they are true. If one isn’t, nobody may be lent for free to it: take it out of this mission. On their own time, whoever comes may serve it all the same: they offer it in their own name."),
    ]  # fmt: skip
    return [
        *([_("Its legal frame: %(frame)s.") % said] if frame else by_loan),
        _("Same need, same person: the second mission serves %(structure)s alone, which signs its papers and confirms its hours.")
        % {"structure": row},
        _("This mission is then for the others only, with so many hours less: both sides say yes to its sheet again."),
        _("Papers that aren’t signed by all are void, with the signatures already given."),
    ]  # fmt: skip


def take_out(request: SignedInRequest, pk: int) -> HttpResponse:
    """The mission serves this structure no more: by the lead, the coordination, or the structure itself. What follows, and
    a button: nobody puts it back."""
    mission, row = _row(request, pk)
    itself = row.organisation in theirs(request.user, mission)
    permissions.require(itself or permissions.can_change_served(request.user, mission))
    if request.method == "POST":
        return _take_out(request, mission, row)
    if why := acts.too_late(mission):
        messages.info(request, why)
        return redirect(mission)
    named = {"structure": row, "lead": mission.structure}
    context = {
        "title": _("Take %(structure)s out of this mission?") % named,
        "text": str(mission),
        "consequences": [
            _("The mission serves the others only, and %(structure)s reads it no more.") % named,
            _(
                "Papers that aren’t signed by all are void, with the signatures already given; new ones don’t bear its name."
            ),
            _("It can’t be put back into this mission. It still carries the need."),
        ],
        "act_label": _("Take it out"),
        "back_url": mission.get_absolute_url(),
        "danger": True,
    }
    return render(request, "components/confirm_page.html", context)


def _take_out(request: SignedInRequest, mission: Mission, row: Served) -> HttpResponse:
    try:
        acts.take_out(row, by=request.user)
    except NotYet as refusal:
        messages.error(request, str(refusal))
        return redirect(mission)
    messages.success(request, _("Done: the mission is for the others. All are told."))
    seen = Mission.objects.visible_to(request.user).filter(pk=mission.pk).exists()
    return redirect(mission if seen else reverse("missions"))


def mandate(request: SignedInRequest, pk: int) -> HttpResponse:
    """A structure served reads the sheet and agrees that the lead signs the papers in its name."""
    mission, row = _row(request, pk)
    permissions.require(permissions.can_give_mandate(request.user, row))
    if (why := rules.why_no_mandate(row)) and not row.has_mandated:
        messages.info(request, why)
        return redirect(mission)
    known = dict(signatories(row.organisation)).get(request.user, "")
    number = mission.sheet.number
    form = MandateForm(request.POST or None, initial={"capacity": known, "read": number})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            acts.give_mandate(
                row, read=said["read"], capacity=said["capacity"], by=request.user, now=timezone.now()
            )  # fmt: skip
        except NotYet as refusal:
            form = _read_again(form, number)
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("Thank you: %(lead)s is told.") % {"lead": mission.structure}
            )
            return redirect(mission)
    context = {
        "mission": mission,
        "served": row,
        "lead": mission.structure,
        "form": form,
        "lines": lines(mission.sheet),
        "given": row.mandated_version == number,
        "receipt": receipt_words(mission, row),
        "back_url": mission.get_absolute_url(),
    }
    return render(request, "marketplace/missions/served_mandate.html", context)


def _read_again(form: MandateForm, number: int) -> MandateForm:
    """What was typed, on the version of the sheet that the page shows now."""
    data = {"capacity": form.cleaned_data["capacity"], "read": number}
    again = MandateForm(data)
    again.is_valid()
    again.errors.pop("agrees", None)
    return again


@require_POST
def mandate_back(request: SignedInRequest, pk: int) -> HttpResponse:
    mission, row = _row(request, pk)
    permissions.require(permissions.can_give_mandate(request.user, row))
    if acts.take_mandate_back(row, by=request.user):
        messages.success(
            request, _("Taken back. What is signed stands; nothing new is signed in your name.")
        )
    else:
        messages.info(request, _("There was no mandate to take back."))
    return redirect(mission)
