"""“New for…”: a coordinator writes down what somebody tells on the phone or on a visit."""

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import drafts, public_register
from accounts.forms.places import Typed
from accounts.models import Commune, Organisation, poles_of
from accounts.numbers import compact
from accounts.permissions import require
from accounts.public_register import Silent
from accounts.requests import SignedInRequest
from accounts.states import OrganisationStatus
from accounts.views.filling import asked
from common.word_search import called, called_almost
from marketplace.actions.desk import behalf as acts
from marketplace.actions.desk import unclaimed
from marketplace.actions.refusals import NotYet
from marketplace.forms.desk.behalf import NeedForForm, OfferForForm, RenewForm
from marketplace.forms.market import skills
from marketplace.forms.market.skills import Picker
from marketplace.models import Behalf, NeedRecord, OrganisationRecord
from marketplace.rules import permissions
from marketplace.states import NEED_MOVES, NeedStatus
from marketplace.views.desk.desk import scope_of

MOST, MOST_WAITING, MOST_SKILLS = 8, 50, 4


@require_safe
def first(request: SignedInRequest) -> HttpResponse:
    """For whom: a structure found as one types, or a new one; somebody who offers; and what still waits for a yes."""
    scope_of(request)
    looked_for = request.GET.get("q", "").replace("\0", "").strip()[:120]
    found, held = _found(request, looked_for) if looked_for else ([], [])
    context: dict[str, Any] = {
        "q": looked_for,
        "found": found,
        "held": held,
        "is_number": compact(looked_for)[:9].isdigit() and len(compact(looked_for)) >= 9,
    }
    if request.htmx:
        return render(request, "marketplace/desk/_behalf_found.html", context)
    rows = Behalf.objects.visible_to(request.user).waiting()
    context["waiting"] = rows.select_related("organisation", "need", "by").order_by("ends_at")[
        :MOST_WAITING
    ]
    return render(request, "marketplace/desk/behalf_first.html", context)


def _found(
    request: SignedInRequest, text: str
) -> tuple[list[Organisation], list[OrganisationRecord]]:
    """Structures of the coordinator's pôles that are called so, or bear this number; else those almost called so: of the
    site, and of the pôle's own files those that nobody has made yet."""
    ours = Organisation.objects.in_poles_of(request.user).without_operators()
    ours = ours.exclude(status__in=[OrganisationStatus.CLOSED, OrganisationStatus.REFUSED])
    ours = ours.select_related("commune")
    records = OrganisationRecord.objects.visible_to(request.user).filter(organisation=None)
    records = records.exclude(kind=Organisation.Kind.COMPANY).select_related("commune")
    wanted, wanted_record = called(Organisation, text), called(OrganisationRecord, text)
    if len(number := compact(text)) >= 9:
        wanted |= Q(siren=number[:9]) | Q(rna=number)
        wanted_record |= Q(siren=number[:9]) | Q(rna=number)
    wanted_record |= Q(number=text)
    found, held = _first(ours.filter(wanted)), _first(records.filter(wanted_record))
    if not found and not held:
        found = _first(ours.filter(called_almost(ours, text)))
        held = _first(records.filter(called_almost(records, text)))
    there = {number for one in found for number in (one.siren, one.rna) if number}
    return [one for one in found if one.may_ask], [
        one for one in held if one.siren not in there and one.rna not in there
    ]


def _first[Row: Organisation | OrganisationRecord](rows: QuerySet[Row]) -> list[Row]:
    return list(rows.order_by("search_name", "pk")[:MOST])


def need(request: SignedInRequest) -> HttpResponse:
    """The sentence, and who told it; then the three steps of the need, which is there from now on."""
    scope_of(request)
    house = _house(request)
    record = _brought(request, house)
    if record is not None and record.need is not None:
        return redirect(record.need)
    held = _held(request) if house is None and record is None else None
    if held is not None and held.organisation is not None:
        return redirect(f"{request.path}?structure={held.organisation.pk}")
    posted = request.method == "POST"
    place = f"behalf:need:{house.pk if house else 'new'}" + (f":{record.pk}" if record else "")
    place += f":s{held.pk}" if held else ""
    known = record is not None or held is not None
    typing = drafts.of(request, place, anew=bool(_given(request)) and not known)
    if typing.answers:
        return typing.answer()
    initial = {} if posted or house else _from_address(request)
    if record is not None and not posted:
        initial = _from_record(record)
    elif held is not None and not posted:
        initial = _from_structure(held)
    form = typing.fill(NeedForForm(request.POST if posted else None, house=house, initial=initial))
    if posted and form.is_valid():
        organisation = house or _new(request, form)
        form.require_known()
        if form.is_valid():
            try:
                with typing.sending():
                    made = acts.write_need(
                        organisation,
                        told=form.told,
                        text=form.cleaned_data["text"],
                        skills=_read(form.cleaned_data["text"]),
                        brought=record,
                        held=held,
                        by=request.user,
                        now=timezone.now(),
                    )
            except NotYet as refusal:
                form.add_error(None, str(refusal))
            else:
                return redirect("need-steps", made.pk)
    context = {"form": form, "house": house, "typing": typing, "record": record, "held": held}
    return render(request, "marketplace/desk/behalf_need.html", context)


def _house(request: SignedInRequest) -> Organisation | None:
    """The structure that the address names; 404 outside of the coordinator's pôles."""
    number = request.GET.get("structure", "")
    if not number:
        return None
    ours = Organisation.objects.in_poles_of(request.user).select_related("commune", "pole")
    wanted = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
    house = get_object_or_404(ours, pk=wanted)
    require(permissions.can_write_for(request.user, house))
    return house


def _brought(request: SignedInRequest, house: Organisation | None) -> NeedRecord | None:
    """The record that the address names; 404 outside of the coordinator's pôles, and for a structure that it isn't of."""
    number = request.GET.get("fiche", "")
    if not number:
        return None
    rows = NeedRecord.objects.visible_to(request.user).filter(is_open=True)
    wanted = int(number) if number.isascii() and number.isdigit() and len(number) < 18 else 0
    held = rows.select_related("structure__commune", "commune", "need")
    record = get_object_or_404(held, pk=wanted)
    if house is not None and record.structure.organisation_id != house.pk:
        raise Http404
    return record


def _held(request: SignedInRequest) -> OrganisationRecord | None:
    """The record of a structure that the address names; 404 outside of the coordinator's pôles."""
    number = request.GET.get("fiche-structure", "")
    if not number:
        return None
    rows = OrganisationRecord.objects.visible_to(request.user)
    wanted = int(number) if number.isascii() and number.isdigit() and len(number) < 18 else 0
    return get_object_or_404(rows.select_related("commune", "organisation"), pk=wanted)


def _from_record(record: NeedRecord) -> dict[str, Any]:
    text = {"text": record.text or record.title}
    return text | _from_structure(record.structure, record.commune)


def _from_structure(house: OrganisationRecord, place: Commune | None = None) -> dict[str, Any]:
    town = house.commune or place
    return {
        "name": house.name,
        "number": house.siret or house.siren or house.rna,
        "commune": Typed(str(town), town.pk) if town else None,
    }


def _given(request: SignedInRequest) -> str:
    return request.GET.get("nom", "").replace("\0", "")[:160]


def _from_address(request: SignedInRequest) -> dict[str, Any]:
    """What was looked for and isn't there: its name or, where it is a number, what the register says of it."""
    text = _given(request)
    number = compact(text)
    if not (number[1:].isdigit() and len(number) >= 9):
        return {"name": text}
    return {"number": text} | _said_by_the_register(request, number)


def _said_by_the_register(request: SignedInRequest, number: str) -> dict[str, Any]:
    try:
        entry = asked(request, number[:10] if number.startswith("W") else number[:9])
    except Silent:
        return {}
    commune = public_register.commune_of(entry) if entry.is_known else None
    town = Typed(str(commune), commune.pk) if commune else None
    return {"name": entry.name, "commune": town} if entry.is_known else {}


def _new(request: SignedInRequest, form: NeedForForm) -> Organisation:
    """The structure that is made: as it was typed and, where nothing was, as the State's register says."""
    said = form.cleaned_data
    number = said.get("number", "")
    house = Organisation(
        legal_form=Organisation.LegalForm.ASSOCIATION,
        name=said.get("name", ""),
        commune=said.get("commune"),
    )
    if number.startswith("W"):
        house.rna = number
    elif number:
        house.siren, house.siret = number[:9], number if len(number) == 14 else ""
    if number:
        _fill(request, house)
    said["name"], said["commune"] = house.name, house.commune if house.commune_id else None
    return house


def _fill(request: SignedInRequest, house: Organisation) -> None:
    try:
        entry = asked(request, public_register.number_of(house))
    except Silent:
        return
    house.register_said = entry.as_kept()
    if not entry.is_known:
        return
    house.name = house.name or entry.name
    house.address = entry.address
    if not house.commune_id and (town := public_register.commune_of(entry)):
        house.commune = town
    if not house.rna and not Organisation.objects.holding_numbers().filter(rna=entry.rna).exists():
        house.rna = entry.rna
    house.siren = house.siren or entry.siren
    if entry.legal_forms:
        house.legal_form = entry.legal_forms[0]


def _read(text: str) -> list[Any]:
    """The skills that are surely read in the sentence."""
    picker = Picker([])
    skills.read_into(picker, [text])
    return [one.skill for one in picker.suggested if not one.is_unsure][:MOST_SKILLS]


def offer(request: SignedInRequest) -> HttpResponse:
    """What somebody could offer: kept as words, for them alone to say yes to."""
    scope_of(request)
    typing = drafts.of(request, "behalf:offer")
    if typing.answers:
        return typing.answer()
    poles = poles_of(request.user)
    form = typing.fill(OfferForForm(request.POST or None, poles=poles))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            with typing.sending():
                made = acts.write_offer(
                    said["pole"], told=form.told, text=said["text"], commune=said["commune"],
                    by=request.user, now=timezone.now(),
                )  # fmt: skip
        except NotYet as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Kept. Nobody but your pôle’s coordinators sees it."))
            return redirect(made)
    return render(request, "marketplace/desk/behalf_offer.html", {"form": form, "typing": typing})


def _one(request: SignedInRequest, pk: int) -> Behalf:
    scope_of(request)
    rows = Behalf.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("organisation", "need", "by", "commune"), pk=pk)


@require_safe
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(request, _one(request, pk))


def _page(request: SignedInRequest, row: Behalf, form: RenewForm | None = None) -> HttpResponse:
    house = row.organisation
    on_site = house is not None and house.memberships.administrators().people().exists()
    form = form or RenewForm(initial={"email": row.email})
    state = row.need.status if row.need else None
    context = {
        "behalf": row,
        "form": form,
        "on_site": on_site,
        "need": row.need,
        "need_goes_on": bool(state and NEED_MOVES[state]),
        "need_is_withdrawn": state == NeedStatus.WITHDRAWN,
    }
    return render(request, "marketplace/desk/behalf.html", context)


@require_POST
def renew(request: SignedInRequest, pk: int) -> HttpResponse:
    row = _one(request, pk)
    form = RenewForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form)
    try:
        acts.renew(row, email=form.cleaned_data["email"], by=request.user, now=timezone.now())
    except NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The letter is on its way; its link works for sixty days."))
    return redirect(row)


def erase(request: SignedInRequest, pk: int) -> HttpResponse:
    """What will go, then it goes at the press of the button."""
    row = _one(request, pk)
    if request.method == "POST":
        try:
            unclaimed.refuse(row, by=request.user, now=timezone.now())
        except NotYet as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Erased."))
        return redirect("behalf-first")
    return render(request, "marketplace/desk/behalf_erase.html", {"behalf": row, "need": row.need})
