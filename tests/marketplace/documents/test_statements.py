"""The yearly lists of receipts: in which order they stand."""

from django.utils import timezone

from marketplace.actions.documents import years
from tests.marketplace.documents.document_desk import make_receivable, make_structure
from tests.marketplace.documents.test_documents import text_of
from tests.marketplace.documents.test_years import THIS, issue


def test_the_statement_of_gifts_is_by_the_date_of_the_receipts():
    first = make_receivable()
    company = first.offer.organisation
    second = make_receivable(company=company, structure=make_structure("Vagues pour Tous"))
    early = issue(second)
    late = issue(first)
    said = text_of(years.company_statement(company, THIS, on=timezone.localdate()))
    assert late.organisation_id < early.organisation_id
    assert said.index("Vagues pour Tous") < said.index("Les Ateliers du Pont")
