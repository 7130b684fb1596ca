"""A mission's papers: what they say, who signs, what is refused, what stays."""

import io
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pypdf import PdfReader
from typst import TypstError

from accounts.models import ForbiddenMove
from marketplace.actions.documents import documents, ledger, receipts, signatures, verification
from marketplace.actions.refusals import NotYet
from marketplace.documents.typeset import sources_of, typeset
from marketplace.models import Document, Kind, Mission, MissionSheet, Party, Regime, Signature
from marketplace.models.documents.documents import kinds_after, kinds_before
from notifications.models import Notification
from tests.factories import make_user
from tests.marketplace.documents.document_desk import (
    give_hours,
    head_of,
    make_mission,
    make_receivable,
)


def text_of(content: bytes) -> str:
    pages = PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def make(mission, kind=Kind.CONVENTION_SERVICE):
    return documents.make(kind, mission, by=head_of(mission.need.organisation), now=timezone.now())


def _of(mission, party):
    """Somebody of that side."""
    if party == Party.PERSON:
        return mission.offer.person
    return head_of((mission.need if party == Party.STRUCTURE else mission.offer).organisation)


def sign(document, party=Party.STRUCTURE, **said):
    user = said.pop("by", None) or _of(document.mission, party)
    told = {"read": document.sha256, "name": user.get_full_name(), "capacity": "présidente",
            "how": Signature.How.ACCOUNT, "now": timezone.now(), "ip": "192.0.2.7"}  # fmt: skip
    return signatures.sign(document, party=party, by=user, **told | said)


@pytest.mark.parametrize("regime", list(Regime))
def test_each_legal_frame_has_its_papers(regime):
    mission = give_hours(make_mission(regime))
    for kind in kinds_before(regime):
        document = make(mission, kind)
        said = text_of(ledger.read(document))
        for words in (
            mission.need.organisation.name,
            mission.offer.person.get_full_name(),
            document.reference,
        ):
            assert words in said
    Mission.objects.filter(pk=mission.pk).update(status="DELIVERED")
    mission.refresh_from_db()
    for kind in kinds_after(regime):
        assert "14" in text_of(ledger.read(make(mission, kind)))
    assert list(verification.faults()) == []


def test_a_convention_carries_its_clauses():
    said = text_of(ledger.read(make(make_mission())))
    for clause in ("Objet", "Forme du mécénat", "Durée, calendrier et lieu", "Référents", "0 €",
                   "Assurances", "Confidentialité", "Droits", "238 bis", "3 fois le plafond",
                   "Suspension", "désaccords", "Signatures"):  # fmt: skip
        assert clause in said


@pytest.mark.parametrize(
    ("name", "said"), [("Pôle du Nord", "le Pôle du Nord"), ("Grand Est", "le pôle Grand Est")]
)
def test_a_convention_names_the_pole_once(name, said):
    mission = make_mission()
    type(mission.need.pole).objects.filter(pk=mission.need.pole_id).update(name=name)
    mission.need.pole.refresh_from_db()
    read = " ".join(text_of(ledger.read(make(mission))).split())
    assert f"d’abord avec {said}" in read
    assert "pôle Pôle" not in read


def test_the_pole_heads_the_page_once_it_has_a_logo(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    drawn = io.BytesIO()
    Image.new("RGB", (300, 100), "teal").save(drawn, "PNG")
    mission = make_mission()

    def pictures() -> int:
        page = PdfReader(io.BytesIO(documents.preview(Kind.CONVENTION_SERVICE, mission))).pages[0]
        return len(page.images)

    assert pictures() == 0
    mission.need.pole.logo.save("pole.png", ContentFile(drawn.getvalue()))
    assert pictures() == 1


def test_a_loan_is_for_one_person_and_three_years_at_most():
    said = text_of(ledger.read(make(make_mission(Regime.LOAN), Kind.CONVENTION_LOAN)))
    for words in (
        "nominative",
        "R. 8241-2",
        "ne dépasse pas 3 ans",
        "Noé Lambert",
        "poste équivalent",
    ):
        assert words in said


def test_without_eligibility_no_word_of_tax_reduction_is_promised():
    said = text_of(ledger.read(make(make_mission(Regime.NOT_ELIGIBLE), Kind.CONVENTION_PLAIN)))
    assert "aucun reçu fiscal n’est délivré" in said
    assert "délivre un reçu fiscal" not in said


def test_what_people_write_is_never_typeset():
    mission = make_mission()
    trap = '#read("/etc/passwd") *gras* $x$ #import "@preview/x:1.0.0" <script>'
    MissionSheet.objects.filter(mission=mission).update(aim=trap)
    mission.refresh_from_db()
    assert '#read("/etc/passwd") *gras* $x$' in text_of(ledger.read(make(mission)))


@pytest.mark.once
@pytest.mark.parametrize(
    "line",
    ['#read("/etc/passwd")', '#read("/manage.py")', '#image("/static/icons.svg")', '#import "@preview/a:1.0.0": *'],
)  # fmt: skip
def test_even_a_template_reaches_no_file_and_no_network(line):
    texts = sources_of("experience.typ") | {"experience.typ": line}
    with pytest.raises((TypstError, ValueError), match="not found|elsewhere"):
        typeset("experience.typ", {"logos": []}, texts)


def test_a_document_is_tagged_french_and_names_its_standard():
    reader = PdfReader(io.BytesIO(ledger.read(make(make_mission()))))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).startswith("fr")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == "Convention de mécénat de compétences"
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert root["/StructTreeRoot"]["/K"]


def test_the_preview_keeps_nothing_and_says_so():
    assert "APERÇU" in text_of(documents.preview(Kind.CONVENTION_SERVICE, make_mission()))
    assert not Document.objects.exists()


def test_when_all_have_signed_there_is_a_page_of_signatures():
    mission = make_mission()
    document = make(mission)
    sign(document)
    sign(document, Party.EMPLOYER, by=head_of(mission.offer.organisation), capacity="directeur")
    document.refresh_from_db()
    assert document.status == "SIGNED"
    said = text_of(ledger.read(document, signed=True))
    for words in ("Page de signature", "Inès Marchal", "Paul Delattre", "192.0.2.7", "simple"):
        assert words in said
    assert document.sha256 in said.replace(" ", "")
    assert documents.left_to_sign(mission) == []
    assert list(verification.faults()) == []


def test_the_letters_of_a_signature_begin_with_a_capital_whatever_the_document_is():
    document = make(make_mission())
    sign(document)
    sign(document, Party.EMPLOYER, name="Anne Roy", capacity="DRH")
    for kind, goes_on in (("document_half_signed", ", "), ("document_signed", "\u00a0: ")):
        said = Notification.objects.filter(kind=kind).first().text
        assert f"Convention de mécénat de compétences {document.reference}{goes_on}" in said


def test_the_letter_of_a_signature_names_who_has_signed():
    document = make(make_mission(Regime.LOAN), Kind.AMENDMENT)
    sign(document, Party.PERSON, name="Noé Lambert", capacity="salarié")
    said = Notification.objects.filter(kind="document_half_signed").first().text
    assert "Noé Lambert a signé" in said


def test_of_a_draft_order_nobody_is_said_to_sign_it_here(client):
    mission = make_mission(Regime.PUBLIC_AGENT)
    client.force_login(head_of(mission.offer.organisation))
    made = reverse("document-make", args=[mission.pk, Kind.ORDER_AGENT])
    said = client.post(made, follow=True).text
    assert "personne ne le signe sur ce site" in said
    assert "l’autorité compétente le complète et le signe" in said
    signed = reverse("document-make", args=[mission.pk, Kind.CONVENTION_AGENT])
    said = client.post(signed, follow=True).text
    assert "Nous prévenons celles et ceux qui le signent" in said
    assert "l’autorité compétente le complète" not in said


def test_nobody_signs_twice_for_the_same_side():
    document = make(make_mission())
    sign(document)
    with pytest.raises(NotYet, match="déjà signé"):
        sign(document)


def test_signing_what_one_has_not_read_is_refused():
    with pytest.raises(NotYet, match="a changé depuis que vous"):
        sign(make(make_mission()), read="0" * 64)


def changes(mission):
    """Both have agreed on another sheet since the papers were made."""
    MissionSheet.objects.filter(mission=mission).update(number=2, need_agreed=2, offer_agreed=2)


def test_a_new_version_voids_the_old_which_nobody_signs_any_more():
    mission = make_mission()
    old = make(mission)
    sign(old)
    changes(mission)
    new = make(mission)
    old.refresh_from_db()
    assert (old.status, new.version, new.replaces) == ("VOIDED", 2, old)
    with pytest.raises(NotYet, match="n’est plus valable"):
        sign(old, Party.EMPLOYER)
    assert list(verification.faults()) == []


def test_a_sheet_that_changes_makes_the_document_stale():
    mission = make_mission()
    document = make(mission)
    sign(document)
    MissionSheet.objects.filter(mission=mission).update(number=2, need_agreed=2, offer_agreed=2)
    with pytest.raises(NotYet, match="nouvelle version"):
        sign(document, Party.EMPLOYER)
    mission.refresh_from_db()
    assert documents.outdate(mission, by=head_of(mission.need.organisation)) == 1
    document.refresh_from_db()
    assert document.is_void


def test_the_database_itself_refuses_to_change_or_delete():
    document = make(make_mission())
    for sentence in (
        "UPDATE marketplace_document SET sha256 = 'x' WHERE id = %s",
        "DELETE FROM marketplace_document WHERE id = %s",
    ):
        with (
            pytest.raises(DatabaseError, match="written once"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sentence, [document.pk])


def test_a_byte_changed_on_the_disk_is_found():
    document = make(make_mission())
    with open(document.file.path, "r+b") as kept:
        kept.seek(200)
        kept.write(b"!")
    with pytest.raises(CommandError, match="1 fault"):
        call_command("verify_documents")
    with pytest.raises(NotYet, match="n’est pas celui"):
        sign(document)


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE marketplace_document SET amount = 1",
        "UPDATE marketplace_document SET status = 'ISSUED'",
        "UPDATE marketplace_document SET number = 7",
        "UPDATE marketplace_seal SET position = position + 9",
        "UPDATE marketplace_signature SET name = 'Un autre'",
        "UPDATE marketplace_register SET position = 1",
        "DELETE FROM marketplace_signature",
    ],
)
@pytest.mark.sqlite
def test_tampering_with_a_row_past_the_guards_is_found(tampering):
    mission = make_mission()
    sign(make(mission))
    with connection.cursor() as cursor:
        for table in ("document", "seal", "signature"):
            for end in "ud":
                cursor.execute(f"DROP TRIGGER {table}_written_once_{end}")
        cursor.execute(tampering)
    assert list(verification.faults())


def test_all_of_a_mission_s_papers_come_in_one_archive(client):
    mission = make_mission()
    make(mission)
    changes(mission)
    make(mission)
    client.force_login(mission.offer.person)
    answer = client.get(reverse("mission-archive", args=[mission.pk]))
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as box:
        names = box.namelist()
    assert len(names) == 2
    assert [name.startswith("annules/") for name in names] == [True, False]


def test_a_stranger_finds_neither_the_papers_nor_their_files(client):
    document = make(make_mission())
    client.force_login(make_user())
    for url in (
        reverse("document", args=[document.pk]),
        reverse("document-file", args=[document.pk, "original"]),
        reverse("mission-documents", args=[document.mission_id]),
        reverse("mission-archive", args=[document.mission_id]),
    ):
        assert client.get(url).status_code == 404


def test_pages_open_and_a_click_signs(client):
    mission = make_mission()
    client.force_login(head_of(mission.need.organisation))
    assert client.get(reverse("mission-documents", args=[mission.pk])).status_code == 200
    client.post(reverse("document-make", args=[mission.pk, Kind.CONVENTION_SERVICE.value]))
    document = mission.documents.get()
    assert "Signer ce document" in client.get(document.get_absolute_url()).content.decode()
    said = {"party": "STRUCTURE", "read": document.sha256, "capacity": "présidente", "agreed": "on"}
    client.post(reverse("document-sign", args=[document.pk]), said)
    assert document.signatures.get().capacity == "présidente"


def test_who_may_not_sign_for_a_side_is_refused(client):
    document = make(make_mission())
    client.force_login(document.mission.offer.person)
    said = {"party": "EMPLOYER", "read": document.sha256, "capacity": "patron", "agreed": "on"}
    assert client.post(reverse("document-sign", args=[document.pk]), said).status_code == 403
    assert not document.signatures.exists()


@pytest.mark.parametrize("door", ["document-sign", "document-scan", "document-link"])
def test_a_side_that_is_none_is_refused(client, door):
    document = make(make_mission())
    client.force_login(head_of(document.mission.need.organisation))
    for party in ("", "%", "PERSONNE"):
        said = {"party": party, "read": "", "capacity": ""}
        assert client.post(reverse(door, args=[document.pk]), said).status_code == 403


def test_a_receipt_carries_every_mention():
    mission = make_receivable()
    receipt = receipts.issue(
        mission, by=head_of(mission.need.organisation), capacity="présidente", now=timezone.now()
    )
    said = text_of(ledger.read(receipt)).replace("\u202f", " ").replace("\xa0", " ")
    structure, company = mission.need.organisation, mission.offer.organisation
    for mention in (receipt.reference, structure.name, structure.rna, structure.purpose, company.name,
                    company.siren, "SAS", "3 quai du Wault", "12 rue des Postes", "14 heures",
                    "Noé Lambert", "développeur web", "***2 261,70 €***", "238 bis", "Inès Marchal",
                    "présidente", "sous sa seule responsabilité"):  # fmt: skip
        assert mention in said, mention
    assert (receipt.amount, receipt.donor) == (mission.valuation.amount, company)


def test_without_checked_eligibility_no_receipt_and_one_says_why():
    mission = make_receivable(eligibility=False)
    with pytest.raises(NotYet, match="reçus fiscaux"):
        receipts.issue(
            mission, by=head_of(mission.need.organisation), capacity="x", now=timezone.now()
        )


def test_a_second_receipt_is_refused_and_a_wrong_one_is_replaced():
    mission = make_receivable()
    told = {
        "by": head_of(mission.need.organisation),
        "capacity": "présidente",
        "now": timezone.now(),
    }
    first = receipts.issue(mission, **told)
    with pytest.raises(NotYet, match="remplacez"):
        receipts.issue(mission, **told)
    second = receipts.replace(first, reason="Mauvaises heures", counterparts=0, **told)
    first.refresh_from_db()
    assert (first.status, second.number, second.replaces) == ("VOIDED", 2, first)
    assert first.reference in text_of(ledger.read(second))
    with pytest.raises(ForbiddenMove):
        documents.void(first, reason="encore", by=told["by"])
    assert list(verification.faults()) == []


def test_what_comes_back_beyond_a_quarter_asks_for_a_yes():
    mission = make_receivable()
    told = {"by": head_of(mission.need.organisation), "capacity": "x", "now": timezone.now()}
    with pytest.raises(receipts.TooMuchInReturn, match="25\u00a0% du don"):
        receipts.issue(mission, counterparts=mission.valuation.amount / 2, **told)
    assert not Document.objects.exists()
