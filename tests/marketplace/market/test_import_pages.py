"""The pages of a list: who may send and read one, what is typed, what becomes of it."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actions import invitations
from accounts.models import Invitation, Organisation
from marketplace.actions.market import imports
from marketplace.models import Employee, Import, ImportLine
from tests.factories import make_authority, make_organisation, make_user, verify
from tests.marketplace.market.test_imports import (
    EMPLOYEE,
    FILE,
    company,
    head,
    now,
    outcomes,
    sent,
    started,
    work,
)

__all__ = ["company", "head"]  # fixtures


# --- what becomes of it ----------------------------------------------------------------------
def test_a_list_that_nobody_carries_out_is_forgotten_with_what_it_said(company, head):
    table = sent(company, head)
    imports.sweep(now() + timedelta(days=1))
    assert table.lines.exists()
    imports.sweep(now() + timedelta(days=3))
    assert not ImportLine.objects.exists()
    assert Import.objects.get().state == Import.State.DROPPED


def test_what_the_lines_said_is_deleted_after_a_week(client, company, head):
    table = started(company, head)
    Import.objects.update(started_at=now() - timedelta(days=8))
    imports.sweep(now())
    assert not ImportLine.objects.exists()
    client.force_login(head)
    assert client.get(table.get_absolute_url()).status_code == 200


# --- who may ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "who", ["employee", "representative", "elsewhere", "gone", "suspended", "waiting", "nobody"]
)
def test_nobody_else_sends_reads_or_carries_out_a_list(client, company, head, who):
    table = sent(company, head)
    person = head if who in ("suspended", "waiting") else make_user()
    if who == "elsewhere":
        make_organisation("COMPANY", administrator=person)
    elif who == "gone":
        company.memberships.create(user=person, role="ADMINISTRATOR").delete()
    elif who in ("employee", "representative"):
        role = "MEMBER" if who == "representative" else EMPLOYEE
        company.memberships.create(user=person, role=role)
    elif who in ("suspended", "waiting"):
        status = "SUSPENDED" if who == "suspended" else "SUBMITTED"
        Organisation.objects.filter(pk=company.pk).update(status=status)
    if who != "nobody":
        client.force_login(person)
    for name in ("gathering", "imports", "imports-leavers", "imports-model"):
        assert client.get(reverse(name, args=[company.pk])).status_code in (302, 403, 404), name
    for name in ("import", "import-faults"):
        assert client.get(reverse(name, args=[table.pk])).status_code in (302, 403, 404), name
    for name in ("import-start", "import-drop", "import-undo"):
        assert client.post(reverse(name, args=[table.pk])).status_code in (302, 403, 404), name
    answer = client.post(reverse("imports", args=[company.pk]), {"words": "a@example.org"})
    assert answer.status_code in (302, 403, 404)
    assert Import.objects.get().state == Import.State.READ


def test_an_operator_and_a_house_that_lends_nobody_bring_nobody_in(client):
    person = make_user()
    operator = make_organisation("OPERATOR", administrator=person)
    client.force_login(person)
    assert client.get(reverse("imports", args=[operator.pk])).status_code == 403


# --- what is typed ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "Choisissez un fichier"),
        ({"words": "a@example.org", "sent": FILE}, "l’un des deux"),
        ({"sent": b"\xd0\xcf\x11\xe0 old"}, ".xls"),
        ({"sent": b"PK\x03\x04 broken"}, "Enregistrer sous"),
        ({"sent": b"x" * (10 * 1024 * 1024 + 1)}, "dix mégaoctets"),
        ({"words": "x" * 500_001}, "500"),
    ],
)
def test_what_can_t_be_a_list_is_said_beside_the_field(client, company, head, given, sentence):
    client.force_login(head)
    if content := given.get("sent"):
        content = content.encode() if isinstance(content, str) else content
        given = given | {"sent": SimpleUploadedFile("liste.csv", content)}
    answer = client.post(reverse("imports", args=[company.pk]), given)
    assert answer.status_code == 200
    assert sentence in answer.text.replace("\xa0", " ")
    assert not Import.objects.exists()


def test_pasted_addresses_are_a_list(client, company, head):
    client.force_login(head)
    answer = client.post(
        reverse("imports", args=[company.pk]), {"words": "Nora Cissé <nora@example.org>\r\nbla"}
    )
    table = work(Import.objects.get())
    assert answer.url == table.get_absolute_url()
    assert outcomes(table) == [(1, "MAKE", ""), (2, "FAULT", "")]
    assert table.lines.get(number=1).said == {
        "email": "nora@example.org",
        "first_name": "Nora",
        "last_name": "Cissé",
    }


def test_a_line_typed_twice_isn_t_said_to_be_of_somebody_invited_already(client, company, head):
    client.force_login(head)
    words = "nora@example.org\r\nnora@example.org"
    client.post(reverse("imports", args=[company.pk]), {"words": words})
    page = client.get(work(Import.objects.get()).get_absolute_url()).text
    assert "ou déjà plus haut dans la liste" in page


def workbook_of_libre_office() -> bytes:
    """The least that is an ODS."""
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{words}</text:p></table:table-cell>'
        for words in ("nora@example.org", "CISSÉ Nora")
    )
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names} office:version="1.2">'
        '<office:body><office:spreadsheet><table:table table:name="Feuille1"><table:table-row>'
        f"{cells}</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        box.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        box.writestr("content.xml", content)
        box.writestr("META-INF/manifest.xml", manifest)
    return out.getvalue()


def test_a_workbook_of_libre_office_is_a_list(client, company, head):
    client.force_login(head)
    sent_file = SimpleUploadedFile("effectifs.ods", workbook_of_libre_office())
    client.post(reverse("imports", args=[company.pk]), {"sent": sent_file})
    table = work(Import.objects.get())
    assert table.name == "effectifs.ods"
    assert table.lines.get().said == {
        "email": "nora@example.org",
        "first_name": "Nora",
        "last_name": "Cissé",
    }


def test_the_lines_to_correct_come_as_a_file_that_holds_no_formula(client, company, head):
    table = sent(company, head, "E-mail;Nom\n=1+1@;=cmd\nnora@example.org;Nora Cissé\n")
    client.force_login(head)
    answer = client.get(reverse("import-faults", args=[table.pk]))
    text = answer.content.decode("utf-8-sig")
    assert "'=1+1@" in text
    assert "'=cmd" in text
    assert "nora@example.org" not in text


def test_the_members_page_leads_to_bringing_in_many_once_the_house_is_verified(
    client, company, head
):
    client.force_login(head)
    members, gathering = (reverse(name, args=[company.pk]) for name in ("members", "gathering"))
    assert gathering in client.get(members).text
    type(company).objects.filter(pk=company.pk).update(status="SUBMITTED")
    waiting = client.get(members).text
    assert gathering not in waiting
    assert "dès que votre organisation est vérifiée" in waiting


def test_a_line_to_correct_keeps_the_address_that_stood_in_the_manager_s_column(
    client, company, head
):
    table = sent(company, head, "E-mail;Nom;N+1\nnora@;Nora Cissé;paul@example.org\n")
    client.force_login(head)
    answer = client.get(reverse("import-faults", args=[table.pk]))
    assert "nora@;Nora Cissé;paul@example.org;2;" in answer.content.decode("utf-8-sig")


def test_the_number_of_questions_of_the_page_doesn_t_grow(
    client, company, head, django_assert_max_num_queries
):
    client.force_login(head)
    few = sent(company, head, "E-mail\nnora@example.org\n")
    client.get(few.get_absolute_url())
    with CaptureQueriesContext(connection) as asked:
        client.get(few.get_absolute_url())
    many = sent(company, head, "E-mail\n" + "".join(f"p{n}@example.org\n" for n in range(60)))
    with django_assert_max_num_queries(len(asked) + 1):
        client.get(many.get_absolute_url())


def test_cells_to_correct_can_be_downloaded_though_every_line_is_carried_out(client, company, head):
    table = sent(company, head, "E-mail;Contrat\nnora@example.org;Freelance\n")
    client.force_login(head)
    assert reverse("import-faults", args=[table.pk]) in client.get(table.get_absolute_url()).text


def test_pasted_addresses_have_no_headings_that_nobody_has_typed(client, company, head):
    table = sent(company, head, "Nora Cissé <nora@example.org>", is_pasted=True)
    assert table.columns == {}
    client.force_login(head)
    assert "Colonnes lues" not in client.get(table.get_absolute_url()).text


def test_a_line_that_was_taken_back_no_longer_says_that_it_invites(client, company, head):
    table = started(company, head, "E-mail\nnora@example.org\npaul@example.org\n")
    nora = verify(make_user("Nora", "Cissé", email="nora@example.org"))
    invitations.accept(Invitation.objects.get(email=nora.email), by=nora, now=now())
    imports.undo(table, by=head, now=now())
    work(table)
    client.force_login(head)
    said = client.get(table.get_absolute_url()).text
    assert "Reçoit une invitation" not in said
    assert said.count("L’invitation est retirée") == 1
    assert said.count("A déjà rejoint, et reste") == 1


def test_what_a_list_changes_at_an_authority_is_called_as_it_counts(client):
    """A public agent who is confirmed there is a civil servant."""
    boss = make_user()
    town = make_authority(administrator=boss)
    nora = make_user("Nora", "Cissé", email="nora@example.org")
    town.memberships.create(user=nora, role=EMPLOYEE)
    Employee.objects.create(organisation=town, person=nora, contract="PUBLIC")
    table = sent(town, boss, "E-mail;Contrat\nnora@example.org;CDD\n")
    client.force_login(boss)
    page = client.get(table.get_absolute_url()).text
    assert "fonctionnaire" in page
    assert "agent public" not in page
