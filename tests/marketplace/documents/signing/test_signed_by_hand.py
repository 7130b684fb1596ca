"""What a paper and its page say of how it was signed: by a click, by hand, or some of each."""

import pytest

from marketplace.actions.documents import ledger
from marketplace.actions.talk import files
from marketplace.models import Document, Kind, Party, Regime, Signature
from marketplace.uploads import Clean
from tests.marketplace.documents.document_desk import give_hours, head_of, make_mission
from tests.marketplace.documents.test_documents import make, sign, text_of

CLICKED = "chaque personne a cliqué pour signer"
PARTLY = "Ce document est signé en partie par signature électronique simple"
BY_HAND = "Ce document est signé à la main ; les pages signées sont numérisées et gardées avec lui."


def sign_by_hand(document, party):
    sides = {Party.EMPLOYER: document.mission.offer, Party.STRUCTURE: document.mission.need}
    by = head_of(sides[party].organisation)
    page = Clean("page.pdf", "application/pdf", b"%PDF")
    kept = files.store(page, by=by, mission=document.mission)
    sign(document, party, by=by, how=Signature.How.SCAN, scan=kept, ip=None)


def signed(*by_hand):
    document = make(make_mission())
    for party in (Party.EMPLOYER, Party.STRUCTURE):
        if party in by_hand:
            sign_by_hand(document, party)
        else:
            sign(document, party)
    return Document.objects.get(pk=document.pk)


def said_by(document):
    return text_of(ledger.read(document, signed=True)).replace("\xa0", " ")


def page_of(client, document):
    client.force_login(head_of(document.mission.need.organisation))
    return client.get(document.get_absolute_url()).text.replace("\xa0", " ")


def test_a_paper_signed_by_clicks_says_so(client):
    document = signed()
    said, page = said_by(document), page_of(client, document)
    assert CLICKED in said
    assert "Signé : voir la dernière page." in said
    assert "elle garde qui a cliqué" in page
    for other in (PARTLY, BY_HAND):
        assert other not in said


def test_a_paper_signed_by_hand_says_that_nobody_clicked(client):
    document = signed(Party.EMPLOYER, Party.STRUCTURE)
    said, page = said_by(document), page_of(client, document)
    assert BY_HAND in said
    assert "Signé : voir la dernière page." in said
    for other in (CLICKED, PARTLY, "eIDAS", "voie électronique"):
        assert other not in said
    assert "qui a cliqué" not in page
    assert "Signé à la main" in page


@pytest.mark.parametrize("party", [Party.EMPLOYER, Party.STRUCTURE])
def test_one_signed_in_both_ways_says_which_is_which(client, party):
    document = signed(party)
    said, page = said_by(document), page_of(client, document)
    assert PARTLY in said
    assert "en partie à la main : le tableau dit le moyen de chacun." in said
    assert "La page signée à la main est numérisée et gardée avec le document." in said
    assert "sur papier, puis numérisé" in said
    for other in (CLICKED, BY_HAND):
        assert other not in said
    assert "Signé à la main, c’est le papier qui est l’original" in page


def test_the_page_says_it_of_who_has_signed_by_hand_before_the_others(client):
    document = make(make_mission())
    sign_by_hand(document, Party.EMPLOYER)
    assert "Signé à la main, c’est le papier qui est l’original" in page_of(client, document)


def test_a_certificate_that_one_alone_signs_by_hand_says_it_too(client):
    mission = give_hours(make_mission(Regime.VOLUNTEERING, status="DELIVERED"))
    document = make(mission, Kind.HOURS_CERTIFICATE)
    sign_by_hand(document, Party.STRUCTURE)
    document.refresh_from_db()
    assert BY_HAND in said_by(document)
