"""The year of a structure and of a company: all receipts at once, statements, entries, estimates."""

import csv
import io
import zipfile
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.documents import ledger, receipts, valuations, verification, years
from marketplace.actions.refusals import NotYet
from marketplace.documents import sealing
from marketplace.documents.entries import Entry, as_csv, as_xlsx
from marketplace.forms.documents.valuations import HourCostForm
from marketplace.forms.fields import EurosField
from marketplace.law.value import euros
from marketplace.models import CompanyYear, Document, Duty, HourCost, Regime, Valuation
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import make_user
from tests.marketplace.documents.document_desk import (
    duty,
    give_hours,
    head_of,
    make_mission,
    make_receivable,
    make_structure,
)
from tests.marketplace.documents.test_documents import text_of

THIS = timezone.localdate().year


def issue(mission):
    return receipts.issue(
        mission, by=head_of(mission.need.organisation), capacity="présidente", now=timezone.now()
    )


def test_a_year_s_receipts_are_made_at_once_and_only_once():
    structure = make_structure()
    for _each in range(3):
        make_receivable(structure=structure)
    by = head_of(structure)
    run = receipts.start_run(structure, THIS, by=by)
    with pytest.raises(NotYet):
        receipts.start_run(structure, THIS, by=by)
    receipts.carry_on(run, now=timezone.now())
    receipts.carry_on(run, now=timezone.now())
    run.refresh_from_db()
    assert (run.total, run.done, run.refused) == (3, 3, [])
    assert run.ended_at
    assert Document.objects.receipts().count() == 3
    assert list(verification.faults()) == []


def test_a_run_gives_no_receipt_for_somebody_who_has_left_since():
    mission = make_receivable()
    structure, by = mission.need.organisation, head_of(mission.need.organisation)
    run = receipts.start_run(structure, THIS, by=by)
    structure.memberships.create(user=make_user(), role="ADMINISTRATOR")
    structure.memberships.get(user=by).delete()
    receipts.carry_on(run, now=timezone.now())
    assert not Document.objects.receipts().exists()
    run.refresh_from_db()
    assert "ne peut plus donner les reçus" in run.refused[0][1]


def test_a_year_s_receipts_are_those_whose_values_were_on_the_screen(client):
    mission = make_receivable()
    structure = mission.need.organisation
    client.force_login(head_of(structure))
    page, door = (
        reverse(name, args=[structure.pk, THIS]) for name in ("receipts-year", "receipts-make")
    )
    shown = client.get(page)
    assert euros(mission.valuation.amount) in shown.text
    Valuation.objects.filter(mission=mission).update(amount=D("2500.00"))
    told = client.post(door, {"read": shown.context["read"]}, follow=True)
    assert "a changé depuis" in told.text
    assert not structure.receipt_runs.exists()
    client.post(door, {"read": client.get(page).context["read"]})
    run = structure.receipt_runs.get()
    Valuation.objects.filter(mission=mission).update(amount=D("9000"), declared_at=timezone.now())
    receipts.carry_on(run, now=timezone.now())
    assert not Document.objects.receipts().exists()
    run.refresh_from_db()
    assert "a déclaré depuis la valeur" in run.refused[0][1]


def test_the_receipt_is_for_the_value_that_was_on_the_screen(client):
    mission = make_receivable()
    client.force_login(head_of(mission.need.organisation))
    door = reverse("mission-receipt", args=[mission.pk])
    said = {"capacity": "présidente", "read": client.get(door).context["form"]["read"].value()}
    Valuation.objects.filter(mission=mission).update(amount=D("2500.00"))
    assert "a changé la valeur" in client.post(door, said).text
    assert not Document.objects.exists()
    client.post(door, said | {"read": "2500.00"})
    assert Document.objects.receipts().get().amount == D("2500.00")


def test_the_statement_counts_what_stands_and_lists_what_was_voided():
    mission = make_receivable()
    first = issue(mission)
    told = {"by": head_of(mission.need.organisation), "capacity": "x", "now": timezone.now()}
    receipts.replace(first, reason="Erreur", counterparts=D(0), **told)
    structure, company = mission.need.organisation, mission.offer.organisation
    said = text_of(years.structure_statement(structure, THIS, on=timezone.localdate()))
    assert "Nombre de reçus délivrés 1" in said
    assert "annulé" in said
    assert structure.name in text_of(
        years.company_statement(company, THIS, on=timezone.localdate())
    )


def test_entries_balance_and_name_their_accounts():
    structure = make_structure()
    give_hours(make_mission(Regime.VOLUNTEERING, structure=structure))
    issue(make_receivable(structure=structure))
    rows = years.entries(structure, THIS, rate=D("14.50"))
    assert (
        sum(row.debit for row in rows)
        == sum(row.credit for row in rows)
        == D("203.00") + D("2261.70")
    )
    assert {row.account for row in rows} == {"864", "875", "862", "871"}
    lines = list(csv.reader(io.StringIO(as_csv(rows).decode("utf-8-sig")), delimiter=";"))
    assert lines[1][1:5] == ["864", "Personnel bénévole", rows[0].words, "101,50"]


def test_no_cell_of_a_spreadsheet_can_act():
    trap = [Entry(timezone.localdate(), "864", '=HYPERLINK("http://x")')]
    assert "'=HYPERLINK" in as_csv(trap).decode()
    with zipfile.ZipFile(io.BytesIO(as_xlsx(trap))) as box:
        assert b"<f>" not in box.read("xl/worksheets/sheet1.xml")


def test_the_cost_of_an_hour_rests_encrypted_and_is_shown_to_human_resources_alone(client):
    mission = give_hours(make_mission(status=MissionStatus.REVIEWED))
    company = mission.offer.organisation
    hr = make_user()
    company.memberships.create(user=hr)
    duty(hr, company, Duty.Kind.HR)
    url = reverse("mission-cost", args=[mission.pk])
    client.force_login(hr)
    figures = {"gross": "42 000", "charges": "18000,00", "aids": "1200", "hours": "1820"}
    assert client.post(url, figures).status_code == 302
    kept = HourCost.objects.get()
    assert "32.31" not in kept.sealed
    assert sealing.reveal(kept.sealed) == D("32.31")
    page = client.get(url).content.decode()
    assert "452,34" in page
    # The receipt, which the structure gives, has both: nobody is told that it stays secret.
    assert "approche le coût d’une heure" in page
    assert "les totaux de 5 personnes de l’entreprise ou plus" in page
    for other in (head_of(company), head_of(mission.need.organisation), mission.offer.person):
        client.force_login(other)
        assert client.get(url).status_code == 403


def test_the_totals_of_several_people_give_the_average_of_what_an_hour_of_theirs_costs():
    apart = [
        HourCostForm({"gross": gross, "charges": charges, "aids": "", "hours": "100"})
        for gross, charges in (("2000", "800"), ("4000", "1600"))
    ]
    together = HourCostForm({"gross": "6000", "charges": "2400", "aids": "", "hours": "200"})
    assert all(form.is_valid() for form in [*apart, together])
    costs = [form.cleaned_data["cost"] for form in apart]
    assert together.cleaned_data["cost"] == sum(costs) / 2


def test_the_value_is_declared_after_the_reviews_and_not_after_the_receipt():
    running = give_hours(make_mission(status=MissionStatus.RUNNING))
    by = head_of(running.offer.organisation)
    with pytest.raises(NotYet):
        valuations.declare(running, D(100), by=by, now=timezone.now())
    mission = give_hours(make_mission(status=MissionStatus.REVIEWED))
    by = head_of(mission.offer.organisation)
    valuations.declare(mission, D("452.34"), by=by, now=timezone.now())
    told = Notification.objects.filter(matter=f"mission:{mission.pk}")
    assert {letter.kind for letter in told} == {"value_declared"}  # and no letter without words
    mission.refresh_from_db()
    assert mission.status == MissionStatus.VALUED
    issue(mission)
    with pytest.raises(NotYet, match="annuler"):
        valuations.declare(mission, D(500), by=by, now=timezone.now())


def test_what_one_year_leaves_the_next_one_carries():
    company = make_receivable().offer.organisation
    CompanyYear.objects.create(organisation=company, year=THIS - 1, turnover=0, other_gifts=25_000)
    CompanyYear.objects.create(organisation=company, year=THIS, turnover=0, other_gifts=1_000)
    assert valuations.year_estimate(company, THIS).used == D(6_000)
    assert valuations.year_estimate(company, THIS - 2) is None
    later = {"turnover": 0, "other_gifts": 900_000}
    CompanyYear.objects.create(organisation=company, year=THIS + 1, **later)
    assert valuations.year_estimate(company, THIS).used == D(6_000), "whatever came after"


@pytest.mark.parametrize("typed", ["1 234,56", "1\u202f234,56 €", "1234.56"])
def test_figures_are_read_as_people_write_them(typed):
    assert EurosField().clean(typed) == D("1234.56")


@pytest.mark.parametrize(
    ("typed", "said"),
    [("-3", "négatif"), ("1000000000000", "trop grand"), ("abc", "1234,56"), ("1,234", "virgule")],
)
def test_an_impossible_figure_gets_a_sentence(typed, said):
    figures = {"gross": typed, "charges": "1", "aids": "", "hours": "1"}
    form = HourCostForm(figures)
    assert not form.is_valid()
    assert said in str(form.errors)


def test_pages_of_the_year_open_for_those_who_give_receipts(client):
    mission = make_receivable()
    structure = mission.need.organisation
    client.force_login(head_of(structure))
    page = reverse("receipts-year", args=[structure.pk, THIS])
    for said in ("Un reçu à délivrer", f"Reçus délivrés en {THIS}"):
        assert said in client.get(page).text
    given = client.post(reverse("mission-receipt", args=[mission.pk]), {"capacity": "présidente"})
    assert given.status_code == 302
    assert "R-" in client.get(page).content.decode()
    for kind in ("csv", "xlsx"):
        url = reverse("organisation-entries", args=[structure.pk, THIS, kind])
        assert client.get(url, {"rate": "14,50"}).status_code == 200
    client.force_login(head_of(mission.offer.organisation))
    assert client.get(page).status_code == 403
    assert ledger.is_intact(Document.objects.get())


def test_the_preview_of_a_receipt_has_no_number_and_is_kept_nowhere(client):
    mission = make_receivable()
    client.force_login(head_of(mission.need.organisation))
    door = reverse("mission-receipt", args=[mission.pk])
    said = {"capacity": "présidente", "preview": "yes"}
    shown = client.post(door, said)
    assert shown["Content-Type"] == "application/pdf"
    words = text_of(shown.content)
    assert "APERÇU" in words
    assert "R-" not in words
    assert "présidente" in words
    assert not Document.objects.exists()
    given = issue(mission)
    assert client.post(door, said).url == given.get_absolute_url(), "it is given: it is read there"


def test_all_receipts_of_a_year_are_asked_for_once_and_by_who_gives_them(client):
    mission = make_receivable()
    structure = mission.need.organisation
    door = reverse("receipts-make", args=[structure.pk, THIS])
    client.force_login(head_of(mission.offer.organisation))
    assert client.post(door).status_code == 403
    client.force_login(head_of(structure))
    read = {"read": client.get(reverse("receipts-year", args=[structure.pk, THIS])).context["read"]}
    assert "sont en cours d’établissement" in client.post(door, read, follow=True).text
    assert "déjà en cours" in client.post(door, read, follow=True).text
    assert structure.receipt_runs.count() == 1
    empty = reverse("receipts-make", args=[structure.pk, THIS - 1])
    assert "aucun reçu" in client.post(empty, follow=True).text


def test_each_side_reads_the_statement_of_its_own_year(client):
    mission = make_receivable()
    issue(mission)
    structure, company = mission.need.organisation, mission.offer.organisation
    for organisation, file in ((structure, f"recus-{THIS}"), (company, f"dons-{THIS}")):
        door = reverse("organisation-statement", args=[organisation.pk, THIS])
        client.force_login(head_of(organisation))
        answer = client.get(door)
        assert answer["Content-Type"] == "application/pdf"
        assert file in answer["Content-Disposition"]
        client.force_login(mission.offer.person)
        assert client.get(door).status_code == 403


def test_entries_want_to_know_what_an_hour_is_worth(client):
    structure = make_structure()
    client.force_login(head_of(structure))
    door = reverse("organisation-entries", args=[structure.pk, THIS, "csv"])
    for asked in ({}, {"rate": "0"}, {"rate": "douze"}):
        assert "ce que vaut une heure de bénévolat" in client.get(door, asked, follow=True).text


def test_a_receipt_voided_on_its_page_is_replaced_by_the_next(client):
    mission = make_receivable()
    first = issue(mission)
    client.force_login(head_of(mission.need.organisation))
    client.post(reverse("document-void", args=[first.pk]), {"reason": "Mauvaise qualité"})
    client.post(reverse("mission-receipt", args=[mission.pk]), {"capacity": "présidente"})
    assert mission.documents.receipts().standing().get().replaces == first


def test_a_receipt_that_is_given_has_no_form_any_more(client):
    """Its page leads to the receipt."""
    mission = make_receivable()
    first = issue(mission)
    client.force_login(head_of(mission.need.organisation))
    answer = client.get(reverse("mission-receipt", args=[mission.pk]), follow=True)
    assert answer.redirect_chain[-1][0] == first.get_absolute_url()
    assert "Le reçu a déjà été délivré" in answer.text


# --- the cap, and the figures of the law ----------------------------------------------------
def declare(client, mission, **said):
    client.force_login(head_of(mission.offer.organisation))
    told = {"certified": "on"} | said
    return client.post(reverse("mission-value", args=[mission.pk]), told)


def test_a_value_beyond_the_cap_is_refused_in_a_sentence(client):
    mission = give_hours(make_mission(status=MissionStatus.REVIEWED))
    answer = declare(client, mission, amount="36 100").content.decode()
    assert "trois plafonds mensuels par personne salariée" in answer
    assert "Je maintiens ce montant" not in answer
    mission.refresh_from_db()
    assert mission.status == MissionStatus.REVIEWED


def test_between_the_two_readings_of_the_cap_the_company_is_warned_then_decides(client):
    mission = give_hours(make_mission(status=MissionStatus.REVIEWED))
    answer = declare(client, mission, amount="3 000,50").content.decode()
    assert "Au prorata des heures données" in answer
    assert "Je maintiens ce montant" in answer
    assert declare(client, mission, amount="3 000,50", warned="on").status_code == 302
    assert mission.__class__.objects.get(pk=mission.pk).valuation.amount == D("3000.50")


@pytest.mark.parametrize(
    ("typed", "said"),
    [("-5", "négatif"), ("0", "négatif"), ("1000000000000", "trop grand"), ("douze", "1234,56")],
)
def test_an_impossible_value_is_answered_in_a_sentence(client, typed, said):
    mission = give_hours(make_mission(status=MissionStatus.REVIEWED))
    assert said in declare(client, mission, amount=typed).content.decode()
    assert not hasattr(mission, "valuation")


def test_the_steps_are_shown_both_ways_to_human_resources_alone(client):
    mission = give_hours(make_mission(status=MissionStatus.REVIEWED))
    company = mission.offer.organisation
    valuations.enter_cost(mission, D(100), by=head_of(company))
    page = reverse("mission-value", args=[mission.pk])
    client.force_login(head_of(company))
    assert "Pourquoi ce chiffre" not in client.get(page).content.decode()
    duty(head_of(company), company, Duty.Kind.HR)
    shown = client.get(page).content.decode()
    for words in ("Pourquoi ce chiffre", "au prorata des heures", "plafond du mois entier",
                  "Le plafond est dépassé", "à vérifier", mission.offer.person.get_full_name()):  # fmt: skip
        assert words in shown


def test_the_law_s_figures_are_shown_with_their_source_and_their_doubt(client):
    client.force_login(make_user())
    page = client.get(reverse("law-figures")).content.decode()
    for words in ("Plafond mensuel de la sécurité sociale", "4 005 €", "Arrêté du 22 décembre 2025",
                  "L. 8241-3", "à vérifier", "0,5 %", "3 ans", "27 décembre 2027"):  # fmt: skip
        assert words in page.replace("\xa0", " ").replace("\u202f", " "), words


def test_a_second_ring_leaves_the_run_to_the_first_and_a_silent_one_is_taken_up():
    structure = make_structure()
    for _each in range(2):
        make_receivable(structure=structure)
    run = receipts.start_run(structure, THIS, by=head_of(structure))
    run.done = 1
    run.save()
    receipts.carry_on(run, now=timezone.now())
    assert not Document.objects.exists()
    assert receipts.left_behind(timezone.now()) == []
    later = timezone.now() + receipts.SILENT * 2
    assert receipts.left_behind(later) == [run.pk]
    receipts.carry_on(run, now=later)
    assert Document.objects.receipts().count() == 2


def test_a_thousand_receipts_are_listed_fifty_a_page(client, django_assert_max_num_queries):
    structure = make_structure()
    for _each in range(3):
        issue(make_receivable(structure=structure))
    client.force_login(head_of(structure))
    page = reverse("receipts-year", args=[structure.pk, THIS])
    with django_assert_max_num_queries(20):
        shown = client.get(page).content.decode()
    # With its year: the page's nonce may hold "R-" by chance.
    assert shown.count(f"R-{THIS}-") == 3


@pytest.mark.parametrize("kind", ["a%0Ab", "csv%22", "pdf"])
def test_entries_come_in_two_kinds_of_file_and_no_other(client, kind):
    structure = make_structure()
    client.force_login(head_of(structure))
    door = reverse("organisation-entries", args=[structure.pk, THIS, "csv"])
    page = client.get(door.replace("/csv/", f"/{kind}/"), {"rate": "12"})
    assert page.status_code == 404
