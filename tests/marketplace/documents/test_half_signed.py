"""A paper that one has signed stands until another is offered: what is pressed on an old page doesn't take it away."""

from django.urls import reverse

from marketplace.documents import facts
from marketplace.models import Kind
from tests.marketplace.documents.document_desk import head_of, make_mission
from tests.marketplace.documents.test_documents import changes, make, sign

KIND = Kind.CONVENTION_SERVICE


def paper_of_before(monkeypatch):
    """One that was made while papers had other words."""
    with monkeypatch.context() as before:
        before.setitem(facts.TITLES, KIND, "Convention d’avant")
        return make(make_mission())


def ask_again(client, paper):
    """From a page that was opened before somebody signed."""
    client.force_login(head_of(paper.mission.need.organisation))
    answer = client.post(reverse("document-make", args=[paper.mission_id, KIND]))
    assert answer.status_code == 302
    return paper.mission.documents.standing().get(kind=KIND)


def awaited(client, paper):
    """Those whose signature the page of a mission's papers says to be awaited."""
    page = client.get(reverse("mission-documents", args=[paper.mission_id])).text
    page = page.replace("\N{NO-BREAK SPACE}", " ")
    return [one for one in ("l’employeur", "la structure") if f"En attente : {one}" in page]


def test_one_that_somebody_has_signed_stands(client, monkeypatch):
    paper = paper_of_before(monkeypatch)
    sign(paper)
    assert ask_again(client, paper) == paper
    assert paper.signatures.count() == 1


def test_one_that_nobody_has_signed_is_made_anew_with_the_new_words(client, monkeypatch):
    paper = paper_of_before(monkeypatch)
    anew = ask_again(client, paper)
    assert (anew.version, anew.facts["title"]) == (2, facts.TITLES[KIND])


def test_one_that_no_longer_says_what_is_agreed_is_made_anew_though_signed(client, monkeypatch):
    paper = paper_of_before(monkeypatch)
    sign(paper)
    changes(paper.mission)
    assert ask_again(client, paper).version == 2


def test_the_page_of_the_papers_says_whose_signature_is_awaited(client):
    paper = make(make_mission())
    client.force_login(head_of(paper.mission.need.organisation))
    assert awaited(client, paper) == ["l’employeur", "la structure"]
    sign(paper)
    assert len(awaited(client, paper)) == 1
