"""A company's or a structure's year on one page, to be printed for a board or a report."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Organisation
from accounts.requests import SignedInRequest
from accounts.views.organisations import visible
from marketplace.actions.desk import journal
from marketplace.actions.documents import valuations, year_report
from marketplace.figures import organisation_year, programme_year, shown_year
from marketplace.figures.organisation_year import OrganisationYear
from marketplace.models import JournalKind, Mission, Review
from marketplace.models.desk.journal import LONGEST_REASON
from marketplace.rules import permissions
from marketplace.views.documents import year_words
from marketplace.views.documents.documents import pdf
from marketplace.views.documents.years import GIVEN, around

QUOTED = 6
LISTED = 30  # missions on the page
SHOWN = "a-montrer"
RECEIVED = "recu"  # the other side of its year


@require_safe
def page(request: SignedInRequest, pk: int, year: int) -> HttpResponse:
    organisation = _asked(request, pk, year)
    company = _tells_of_gifts(request, organisation, year)
    shown = company and request.GET.get("version") == SHOWN
    context: dict[str, Any] = {
        "organisation": organisation,
        "year": year,
        "is_company": company,
        "lead": _lead(organisation, company),
        "sides": _sides(organisation, company) if organisation.asks_and_offers else [],
        "versions": _versions(organisation, shown) if company else [],
        "version": SHOWN if shown else "",
        "this_side": _this_side(request, organisation, company),
        "testimonials": _quotes(organisation, company, year),
        "longest": LONGEST_REASON,
        "reads_journal": permissions.can_read_journal(request.user, organisation),
        **around(year),
    }
    if shown:
        context |= year_words.shown_in_words(organisation, year, today=timezone.localdate())
        return render(request, "marketplace/documents/organisation_year_shown.html", context)
    if company:
        told, words = _given(request, organisation, year)
        context |= words
    else:
        told = organisation_year.received_by(organisation, year)
    deducts = organisation.may_deduct_gifts
    sees_gifts = company and deducts and permissions.can_see_gifts_of(request.user, organisation)
    estimate = valuations.year_estimate(organisation, year) if sees_gifts else None
    context |= {
        "told": told,
        "missions": _listed(told.missions[:LISTED]),
        "more_missions": max(len(told.missions) - LISTED, 0),
        "shares": [told.by_regime, told.by_cause, told.by_territory],
        "tells_receipts": (
            permissions.can_see_receipts_given_to(request.user, organisation)
            if company
            else not organisation.is_public
        ),
        "estimate": estimate,
        "tells_reduction": sees_gifts
        and (told.may_reduce_a_tax or (estimate and estimate.reduction)),
        "money": permissions.can_see_receipts(request.user, organisation),
    }
    return render(request, "marketplace/documents/organisation_year.html", context)


def _given(
    request: SignedInRequest, company: Organisation, year: int
) -> tuple[OrganisationYear, dict]:
    today = timezone.localdate()
    programme = programme_year.of(company, year, today=today)
    told = organisation_year.given_by(company, year, programme)
    words = year_words.given_in_words(company, told, programme, today=today, user=request.user)
    return told, words


def _listed(numbers: list[int]) -> list[Mission]:
    """In this order."""
    shown = (
        "need__organisation",
        "apart_for",
        "need__commune",
        "offer__organisation",
        "offer__person",
    )
    rows = Mission.objects.select_related(*shown).in_bulk(numbers)
    return [rows[pk] for pk in numbers]


@require_POST
def pdf_report(request: SignedInRequest, pk: int, year: int) -> HttpResponse:
    """The report of what it gave, as a PDF in French, whoever asks for it: that it is taken out is noted before it leaves."""
    company, today = _asked(request, pk, year), timezone.localdate()
    permissions.require(company.may_offer and permissions.can_see_work_of(request.user, company))
    is_shown = request.POST.get("version") == SHOWN
    with override("fr"):
        whole = programme_year.of(company, year, today=today)
        told: year_report.Own | shown_year.ShownYear
        if is_shown:
            told = shown_year.of(company, whole)
        else:
            sees = permissions.can_see_receipts_given_to(request.user, company)
            told = year_report.Own(organisation_year.given_by(company, year, whole), sees)
        quotes = _quotes(company, True, year)
        content = year_report.report(company, whole, told, quotes, today=today)
    journal.note(
        JournalKind.REPORT,
        by=request.user,
        organisation=company,
        number=year,
        words=str(_("version to show")) if is_shown else "",
        form="pdf",
        why=request.POST.get("why", ""),
        now=timezone.now(),
    )
    return pdf(content, f"bilan-{year}-{'a-montrer' if is_shown else 'interne'}")


def _asked(request: SignedInRequest, pk: int, year: int) -> Organisation:
    organisation = visible(request, pk)
    permissions.require(permissions.can_see_organisation_year(request.user, organisation))
    if not 2000 <= year <= timezone.localdate().year:
        raise Http404
    return organisation


def _quotes(organisation: Organisation, given: bool, year: int) -> list[Review]:
    return Review.objects.quoted_of(organisation, year, lent=given, most=QUOTED)


def _versions(organisation: Organisation, shown: bool) -> list[dict]:
    """For its own eyes, or to be shown to anybody."""
    side = f"sens={GIVEN}&" if organisation.asks_and_offers else ""
    return [
        {"url": f"?{side}version=", "label": _("for your own eyes"), "count": None, "active": not shown},
        {"url": f"?{side}version={SHOWN}", "label": _("to be shown"), "count": None, "active": shown},
    ]  # fmt: skip


def _tells_of_gifts(request: SignedInRequest, organisation: Organisation, year: int) -> bool:
    """Whether the page tells what it gave rather than what it received: whoever does both chooses. What it received comes
    first, where there is any."""
    if not organisation.asks_and_offers:
        return organisation.may_offer
    asked = request.GET.get("sens", "")
    if asked not in (GIVEN, RECEIVED):
        alone = organisation_year.gave_alone(organisation, year)
        return alone and permissions.can_see_work_of(request.user, organisation)
    given = asked == GIVEN
    permissions.require(not given or permissions.can_see_work_of(request.user, organisation))
    return given


def _this_side(request: SignedInRequest, organisation: Organisation, given: bool) -> str:
    """Of another year's address: the side that is read, once it was chosen, and what it gave."""
    if not organisation.asks_and_offers:
        return ""
    if given:
        return f"?sens={GIVEN}"
    return f"?sens={RECEIVED}" if request.GET.get("sens") == RECEIVED else ""


def _lead(organisation: Organisation, given: bool) -> str:
    if not given:
        return _("What the structure received: time, skills, and what people say of it.")
    if organisation.is_non_profit:
        return _("The people it lent, on working time.")
    return _("What it gave through its people, on working time.")


def _sides(organisation: Organisation, given: bool) -> list[dict]:
    """The two sides of its year; what a non-profit lends at cost isn't given."""
    lends = _("lent") if organisation.is_non_profit else _("given")
    return [
        {"url": f"?sens={RECEIVED}", "label": _("received"), "count": None, "active": not given},
        {"url": f"?sens={GIVEN}", "label": lends, "count": None, "active": given},
    ]
