"""What nobody should have touched and somebody has: beside a paper's own row and bytes."""

from django.urls import reverse

from marketplace.actions.documents import verification
from marketplace.actions.talk import files
from marketplace.models import Template
from marketplace.models.documents.documents import vault
from marketplace.uploads import Clean
from tests.marketplace.documents.document_desk import head_of, make_mission
from tests.marketplace.documents.test_documents import make, sign


def test_a_scan_whose_bytes_have_changed_is_found():
    document = make(make_mission())
    by = head_of(document.organisation)
    kept = files.store(
        Clean("page.pdf", "application/pdf", b"%PDF"), by=by, mission=document.mission
    )
    sign(document, how="SCAN", scan=kept)
    assert list(verification.faults()) == []
    with vault().open(files.path_of(kept.name), "ab") as page:
        page.write(b"!")
    assert [fault for fault in verification.faults() if document.reference in fault]


def test_a_template_rewritten_in_the_database_is_found():
    document = make(make_mission())
    Template.objects.update(texts={"convention_prestation.typ": "Tout est permis."})
    assert [fault for fault in verification.faults() if document.reference in fault]


def test_an_archive_with_a_file_gone_says_so(client):
    document = make(make_mission())
    document.file.storage.delete(document.file.name)
    client.force_login(head_of(document.organisation))
    answer = client.get(reverse("mission-archive", args=[document.mission_id]), follow=True)
    assert "manque" in answer.content.decode()
