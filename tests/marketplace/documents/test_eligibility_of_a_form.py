"""What was said of tax receipts holds for the legal form that the structure had: another form, another answer."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from marketplace.actions.documents import eligibility as acts
from marketplace.actions.documents import receipts
from marketplace.actions.refusals import NotYet
from marketplace.documents.facts import eligibility_words
from marketplace.models import Eligibility, Mission
from marketplace.models.documents.eligibility import why_no_receipt
from tests.factories import in_days, make_coordinator
from tests.marketplace.documents.document_desk import head_of, make_receivable

NEVER, DECLARE = Eligibility.Before.NEVER, Eligibility.Before.DECLARE


@pytest.fixture
def mission():
    """A receipt may be given: an association has declared, and a coordinator has checked."""
    mission = make_receivable(eligibility=False)
    checked(mission.need.organisation, "SELF_DECLARED")
    return mission


def checked(structure, status):
    said = acts.declare(
        structure, status=status, category="GENERAL_INTEREST", by=head_of(structure)
    )
    return acts.verify(
        said, status=status, valid_until=None, by=make_coordinator(structure.pole), now=timezone.now()
    )  # fmt: skip


def becomes(structure, form):
    """As a coordinator corrects it."""
    Organisation.objects.filter(pk=structure.pk).update(legal_form=form)
    structure.refresh_from_db()


def before_receipt(mission):
    return Mission.objects.with_course().get(pk=mission.pk).before_receipt


def test_an_association_that_becomes_a_cooperative_gives_no_receipt_by_its_former_word(
    client, mission
):
    structure = mission.need.organisation
    becomes(structure, "SCIC")
    assert "forme juridique" in why_no_receipt(structure, in_days(0))
    assert before_receipt(mission) == DECLARE
    assert eligibility_words(structure) == ""
    with pytest.raises(NotYet, match="forme juridique"):
        receipts.issue(mission, by=head_of(structure), capacity="présidente", now=timezone.now())
    client.force_login(head_of(structure))
    assert "La forme juridique de la structure a changé" in client.get(
        reverse("eligibility", args=[structure.pk])
    ).text.replace("\N{NO-BREAK SPACE}", " ")


def test_it_declares_again_and_is_checked_again(mission):
    structure = mission.need.organisation
    becomes(structure, "SCIC")
    said = acts.declare(structure, status="NOT_ELIGIBLE", by=head_of(structure))
    assert before_receipt(mission) == NEVER
    becomes(structure, "ASSOCIATION")
    assert before_receipt(mission) == DECLARE
    again = checked(structure, "SELF_DECLARED")
    assert said.pk < again.pk
    assert why_no_receipt(structure, in_days(0)) == ""
    assert receipts.issue(mission, by=head_of(structure), capacity="présidente", now=timezone.now())


def test_who_checks_after_the_change_has_looked_at_the_form_of_today(mission):
    structure = mission.need.organisation
    said = acts.declare(structure, status="SECTORISED", category="OTHER", by=head_of(structure))
    becomes(structure, "SCIC")
    acts.verify(
        said, status="SECTORISED", valid_until=None, by=make_coordinator(structure.pole), now=timezone.now()
    )  # fmt: skip
    assert why_no_receipt(structure, in_days(0)) == ""


def test_the_same_words_after_the_change_are_a_new_declaration(mission):
    structure = mission.need.organisation
    words = {"status": "SELF_DECLARED", "category": "GENERAL_INTEREST", "by": head_of(structure)}
    first = acts.declare(structure, **words)
    assert acts.declare(structure, **words) == first
    becomes(structure, "FOUNDATION")
    assert acts.declare(structure, **words) != first


def test_what_was_said_before_forms_were_kept_stands(mission):
    Eligibility.objects.update(legal_form="")
    becomes(mission.need.organisation, "SCIC")
    assert why_no_receipt(mission.need.organisation, in_days(0)) == ""


@pytest.mark.parametrize(
    ("form", "warned"), [("SCIC", True), ("SAS", True), ("ASSOCIATION", False)]
)
def test_a_cooperative_or_a_company_is_warned_before_it_says_yes_and_isn_t_refused(
    client, mission, form, warned
):
    structure = mission.need.organisation
    becomes(structure, form)
    page = reverse("eligibility", args=[structure.pk])
    for reader in (head_of(structure), make_coordinator(structure.pole)):
        client.force_login(reader)
        assert ("Avant de choisir «" in client.get(page).text) is warned
    client.force_login(head_of(structure))
    said = {"status": "RESCRIT", "category": "OTHER", "reference": "12 mai 2026", "declare": "yes"}
    assert client.post(page, said).status_code == 302
    assert Eligibility.objects.current_of(structure).status == "RESCRIT"


def test_some_companies_are_named_by_the_law_and_the_page_does_not_say_that_none_is(
    client, mission
):
    """Article 238 bis, 1 e, names some whose shareholders are public."""
    structure = mission.need.organisation
    becomes(structure, "SAS")
    client.force_login(head_of(structure))
    page = client.get(reverse("eligibility", args=[structure.pk])).text
    assert "ne nomme pas les coopératives, ni en général les sociétés commerciales" in page
