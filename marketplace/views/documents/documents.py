"""The pages of a mission's documents: the list, one document, its preview, its file, and all of them in an archive."""

import io
import zipfile
from collections.abc import Iterable

from django.contrib import messages
from django.db.models import Prefetch, Q, prefetch_related_objects
from django.forms import BaseForm
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import ForbiddenMove, Organisation, User
from accounts.requests import SignedInRequest
from marketplace.actions.documents import documents as acts
from marketplace.actions.documents import ledger, receipts, valuations
from marketplace.actions.documents.signatures import why_not_for_all
from marketplace.actions.refusals import NotYet
from marketplace.forms.documents.documents import VoidForm
from marketplace.forms.documents.signatures import SignForm
from marketplace.forms.documents.signing_links import AddressForm, LinkForm
from marketplace.forms.talk.files import ScanForm
from marketplace.models import Amendment, Departure, Document, Kind, Mission, Party, Valuation
from marketplace.models.documents.documents import Signature, kinds_before
from marketplace.models.documents.eligibility import why_no_receipt
from marketplace.models.documents.valuations import told_to
from marketplace.rules import permissions, served
from marketplace.rules.documents import (
    amendments_of,
    are_all_in_force,
    changed_by,
    is_stale,
    resting_on,
)
from marketplace.rules.parties import own_party, signers_of
from marketplace.rules.permissions import signing_links
from marketplace.rules.prepared import rows_for
from marketplace.rules.references import papers_of
from marketplace.states import AmendmentStatus, DocumentStatus
from marketplace.views.documents import team_certificates
from marketplace.views.documents.of_reader import visible
from marketplace.views.documents.signing_forms import (
    address_form,
    for_parties,
    link_form,
    scan_form,
    sign_form,
)
from marketplace.views.missions.missions import led_from, led_to_what_stays, one_of


def _kind(word: str) -> Kind:
    try:
        return Kind(word)
    except ValueError:
        raise Http404 from None


@led_to_what_stays
def index(request: SignedInRequest, pk: int) -> HttpResponse:
    mission = one_of(request.user, pk)
    seen = rows_for(request.user, papers_of, mission.pk)
    documents = [one for one in seen if one.amendment_id is None]
    prefetch_related_objects(documents, "signatures")
    for document in documents:
        document.mission = mission
    standing = [one for one in documents if not one.is_void]
    current = {one.kind: one for one in standing if not (one.member_id or one.kind == Kind.RECEIPT)}
    papers = Prefetch("documents", Document.objects.order_by("pk"))
    changes = mission.amendments.prefetch_related(papers)
    amendments = list(changes) if mission.document_kinds_made else []  # they change what is signed
    changed = [one for one in amendments if one.status == AmendmentStatus.IN_FORCE]
    before, after = kinds_before(mission.regime), team_certificates.kinds_of_all(mission)
    context = {
        "mission": mission,
        "valuation": _valuation(request.user, mission),  # first: the others ask whether any is
        "groups": [
            (_("Before it starts"), _rows(mission, before, current, changed)),
            (_("To tell what was done"), _rows(mission, after, current, changed)),
        ],
        "certificates": team_certificates.rows(mission, standing),
        "voided": [document for document in documents if document.is_void],
        "can_make": permissions.can_make_documents(request.user, mission),
        "amendments": amendments,
        "receipts": [] if mission.is_own_time else _receipts(request.user, mission, standing),
        "can_declare": permissions.can_declare_value(request.user, mission)
        and not valuations.refusal_of(mission),
        "can_see_costs": mission.gives_a_receipt
        and permissions.can_see_costs(request.user, mission.offer.organisation),
        "has_documents": bool(documents),
    }
    return render(request, "marketplace/documents/documents.html", context)


def _valuation(user: User, mission: Mission) -> Valuation | None:
    """What was declared, for those who are told. The mission says from then on whether anything was."""
    found = None if mission.is_own_time else Valuation.objects.filter(mission=mission).first()
    mission.is_valued = found is not None
    told = Mission.objects.filter(told_to(user), pk=mission.pk)
    return found if found and told.exists() else None


def _receipts(user: User, mission: Mission, standing: list[Document]) -> list[dict]:
    """A line for each structure served: its receipt, or why there is none yet."""
    given = {one.organisation_id: one for one in standing if one.kind == Kind.RECEIPT}
    structures = served.structures(mission)
    lines = (
        {"receipt": given[one.pk]} if one.pk in given else _not_given(user, mission, one)
        for one in structures
    )
    several = len(structures) > 1
    return [
        {"structure": one, "name": str(one) if several else "", **line}
        for one, line in zip(structures, lines, strict=True)
    ]


def _not_given(user: User, mission: Mission, structure: Organisation) -> dict:
    """Why there is no receipt of this structure yet; where nothing stands in the way, whether the reader gives it."""
    gives_none = why_no_receipt(structure, timezone.localdate())
    refusal = receipts.refusal_of(mission, timezone.now(), structure, gives_none=gives_none)
    return {
        "refusal": refusal,
        "can_give": not refusal and permissions.can_give_receipts(user, structure),
        "can_say": bool(gives_none)
        and permissions.can_declare_eligibility(user, structure)
        and not valuations.is_closed_without(mission),
    }


def _rows(
    mission: Mission, kinds: Iterable[Kind], current: dict, changed: list[Amendment]
) -> list[dict]:
    """`changed`: by which amendments that are in force."""
    return [
        {
            "changed": changed_by(current[kind], changed) if kind in current else "",
            "kind": kind,
            "label": kind.label[0].upper() + kind.label[1:],
            "document": current.get(kind),
            "stale": kind in current and is_stale(current[kind]),
            "refusal": (refusal := acts.refusal_of(kind, mission)),
            "lacks_words": refusal in {acts.words_are_missing(), acts.dates_are_missing()},
        }
        for kind in kinds
    ]


def pdf(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def preview(request: SignedInRequest, pk: int, kind: str) -> HttpResponse:
    mission = one_of(request.user, pk)
    permissions.require(permissions.can_make_documents(request.user, mission))
    try:
        content = acts.preview(_kind(kind), mission)
    except NotYet as refusal:
        messages.error(request, str(refusal))
        return redirect("mission-documents", pk=pk)
    return pdf(content, f"apercu-{slugify(_kind(kind).label)}")


@require_POST
def make(request: SignedInRequest, pk: int, kind: str) -> HttpResponse:
    mission = one_of(request.user, pk)
    permissions.require(permissions.can_make(request.user, mission, _kind(kind)))
    try:
        document = acts.make(_kind(kind), mission, by=request.user, now=timezone.now())
    except NotYet as refusal:
        messages.error(request, str(refusal))
        return redirect("mission-documents", pk=pk)
    messages.success(request, _made(document, by=request.user))
    return redirect(document)


def _made(document: Document, *, by: User) -> str:
    """What is said of a document that was just made: whoever made it isn't written to."""
    parties = document.parties_left()
    if not parties:
        return _("The document is ready: nobody signs it on this site.")
    if {user.pk for party in parties for user, _capacity in signers_of(document, party)} - {by.pk}:
        return _("The document is ready. Those who sign it are being told.")
    if permissions.parties_to_sign(by, document):
        return _("The document is ready: you can sign it here.")
    return _("The document is ready.")


@led_from("documents")
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    return page(request, visible(request, pk))


def page(
    request: SignedInRequest, document: Document, *, bound: BaseForm | None = None
) -> HttpResponse:
    """The page of a document. `bound` is a form that was refused: it is shown in its place, with its errors."""
    prefetch_related_objects(
        [document], Prefetch("signatures", Signature.objects.select_related("scan", "user"))
    )
    mine = permissions.parties_to_sign(request.user, document)
    not_yet = why_not_for_all(document, Party.STRUCTURE) if Party.STRUCTURE in mine else ""
    if not_yet and bound is None:
        mine = [party for party in mine if party != Party.STRUCTURE]
    signed = list(document.signatures.all())
    left = document.parties_left() if document.waits_for_signatures else []
    context = {
        "document": document,
        "mission": document.mission,
        "whose": _whose(document),
        "documents_url": _documents_of(request.user, document),
        "signatures": signed,
        "left": left,
        "all_on_paper": signed and not left and all(one.is_by_hand for one in signed),
        "some_on_paper": any(one.is_by_hand for one in signed),
        "stale": is_stale(document),
        "not_yet": not_yet,
        "sign_forms": for_parties(mine, bound, SignForm, sign_form(request.user, document)),
        "scan_forms": for_parties(mine, bound, ScanForm, scan_form(document)),
        **_links(request.user, document, bound),
        "in_force": _in_force(document),
        "amendments": amendments_of(document),
        "can_void": permissions.can_void(request.user, document),
        "amendment": document.amendment,
        "steps": document.steps.select_related("by"),
        "is_receipt": document.kind == Kind.RECEIPT,
        "in_person": Party.PERSON,
        "own_party": own_party(request.user, document.mission),
    }
    if not _is_current_reader(request.user, document):
        context |= _as_it_was(request.user, document)
    return render(request, "marketplace/documents/document.html", context)


def _whose(document: Document) -> str:
    """Whose paper it is: a receipt is of the structure that gives it, the others of all that the mission serves."""
    if document.kind == Kind.RECEIPT or document.mission is None:
        return str(document.organisation)
    return document.mission.for_whom


def _in_force(document: Document) -> str:
    """What is said of a document that all have signed and on which its mission rests; "" of any other."""
    mission = document.mission
    if document.status != DocumentStatus.SIGNED or mission is None:
        return ""
    if document.kind not in kinds_before(mission.regime):
        return ""
    # Of a loan's two papers none is in force alone.
    if mission.is_live and not are_all_in_force(mission):
        return _(
            "Signed by all. This document comes into force together with the mission’s other one, once that one is signed."
        )
    if mission.is_live:
        return _("In force: signed by all.")
    return _("Signed by all.") + " " + mission.ended_words


def _is_current_reader(user: User, document: Document) -> bool:
    """Whether this person still sees the mission, and so may follow what becomes of its documents."""
    mission = document.mission
    return mission is None or Mission.objects.visible_to(user).filter(pk=mission.pk).exists()


def _as_it_was(user: User, document: Document) -> dict:
    """The context for somebody who has signed the document and left since: what had been done until then, and what
    they did themselves."""
    departure = Departure.objects.filter(mission=document.mission_id, person=user).last()
    signed = document.signatures.filter(user=user).last()
    until = departure.left_at if departure else signed.at if signed else document.made_at
    nothing = ("left", "amendments", "links_sent", "link_forms", "address_forms", "addresses")
    return {
        **dict.fromkeys(nothing, ()),
        "stale": False,
        "in_force": "",
        "amendment": None,
        "steps": document.steps.filter(Q(at__lte=until) | Q(by=user)).select_related("by"),
    }


def _documents_of(user: User, document: Document) -> str:
    """Where to go back to: the mission's documents or, for somebody who has left, their own past missions."""
    mission = document.mission
    if mission is None:
        return ""
    if permissions.can_make_documents(user, mission) or permissions.answers_for_served(
        user, mission
    ):
        return reverse("mission-documents", args=[mission.pk])
    if document.member and document.member.person_id == user.pk:
        return document.member.get_absolute_url()
    return reverse("missions-done")


def party_named(request: SignedInRequest, document: Document) -> str:
    """The side named by the form; 403 when there is no such side."""
    party = request.POST.get("party", "")
    permissions.require(document.mission is not None and party in Party.values)
    return party


def _links(user: User, document: Document, bound: BaseForm | None) -> dict:
    """The context about signing links. A side or the coordinators have its links sent; those who sign for the side
    give addresses."""
    mine = signing_links.parties_of(user, document)
    given = [party for party in mine if signing_links.may_give_address(user, document, party)]
    asks = [party for party in mine if not why_not_for_all(document, party)]
    now = timezone.now()
    sent = document.links.filter(party__in=mine, used_at=None).select_related("sent_by")
    return {
        "link_forms": for_parties(asks, bound, LinkForm, link_form(document)),
        "address_forms": for_parties(
            [party for party in given if party in asks], bound, AddressForm, address_form
        ),
        "links_sent": [link for link in sent if link.is_open(now)],
        "addresses": [
            one for party in given for one in signing_links.given_addresses(document, party)
        ],
    }


def download(request: SignedInRequest, pk: int, which: str) -> HttpResponse:
    document = visible(request, pk)
    try:
        content = ledger.read(document, signed=which == "signe")
    except FileNotFoundError:
        return _missing(request, document)
    return pdf(
        content, f"{document.reference}-{slugify(document.get_kind_display())}-v{document.version}"
    )


def _missing(request: SignedInRequest, document: Document) -> HttpResponse:
    words = _("The file of this document is missing. Please tell the coordinators.")
    messages.error(request, words)
    return redirect(document)


def archive(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """All documents of a mission in one archive, the voided ones in a folder of their own."""
    mission = one_of(request.user, pk)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as box:
        seen = Document.objects.visible_to(request.user).filter(mission=mission)
        for document in seen.order_by("pk"):
            folder = "annules/" if document.is_void else ""
            name = f"{folder}{document.reference}-{slugify(document.get_kind_display())}-v{document.version}"
            try:
                box.writestr(f"{name}.pdf", ledger.read(document))
                if document.signed_file:
                    box.writestr(f"{name}-signe.pdf", ledger.read(document, signed=True))
            except FileNotFoundError:
                return _missing(request, document)
    packed.seek(0)
    answer = FileResponse(packed, as_attachment=True, filename=f"mission-{mission.pk}.zip")
    answer["Cache-Control"] = "private, no-store"
    return answer


def void(request: SignedInRequest, pk: int) -> HttpResponse:
    document = visible(request, pk)
    permissions.require(permissions.can_void(request.user, document) or document.is_void)
    form = VoidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            acts.void(document, reason=form.cleaned_data["reason"], by=request.user)
        except (ForbiddenMove, NotYet) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request, _("This document doesn’t count any more. It is kept, with your reason.")
            )
        return redirect(document)
    context = {"document": document, "form": form, "resting": list(resting_on(document))}
    context["has_signatures"] = document.signatures.exists()
    context |= {"falls": acts.falling_with(document), "pauses": acts.pauses_with(document)}
    context["why_not"] = acts.why_not_void(document)
    return render(request, "marketplace/documents/document_void.html", context)
