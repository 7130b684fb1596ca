"""The paper of an amendment, in each legal frame: read in its own PDF, mention by mention."""

import pytest

from marketplace.actions.documents import ledger, verification
from marketplace.models import Kind, MissionSheet, Regime
from tests.marketplace.desk.mentions import plain
from tests.marketplace.documents.test_documents import text_of
from tests.marketplace.missions.amending import (
    later,
    propose,
    sign_all,
    sign_papers,
    signed_mission,
)

SHARED = (
    "Il est rappelé", "Empreinte SHA-256", "Objet", "a été proposé le", "Le chantier a pris du retard.", "Ce qui change",
    "Ce qui est en vigueur", "Ce qui le remplace", "Heures prévues", "La mission ainsi modifiée",
    "Ce qui reste en vigueur", "Prise d’effet", "Jusque-là, ce qui a été signé reste seul en vigueur", "Signatures",
)  # fmt: skip
TOGETHER = "prennent effet ensemble : aucun ne vaut sans l’autre"
MENTIONS: dict[tuple[str, str], tuple[str, ...]] = {
    (Regime.PRESTATION, Kind.CONVENTION_CHANGE): (
        *SHARED, "Avenant n° 1 à la convention de mécénat de compétences", "dirige toujours seule ses salariés",
        "238 bis", "Pour l’Entreprise", "Pour la Structure",
    ),
    (Regime.LOAN, Kind.CONVENTION_CHANGE): (
        *SHARED, "Avenant n° 1 à la convention de mise à disposition de personnel", "nominatif (Noé Lambert)",
        "L. 8241-3 et R. 8241-2", "ne dépasse pas 3 ans", "facturés 0 €", "238 bis", TOGETHER,
    ),
    (Regime.LOAN, Kind.CONTRACT_CHANGE): (
        *SHARED, "Avenant n° 1 à l’avenant au contrat de travail", "consent librement", "L. 8241-3 et R. 8241-2",
        "ni sanction, ni licenciement, ni discrimination", "ni rompu ni suspendu", "poste équivalent",
        "période probatoire", TOGETHER, "La personne salariée",
    ),
    (Regime.VOLUNTEERING, Kind.LETTER_CHANGE): (
        *SHARED, "Avenant n° 1 à la lettre de mission bénévole", "ni rémunération ni lien de subordination",
        "sans formalité", "La personne bénévole",
    ),
    (Regime.PUBLIC_AGENT, Kind.CONVENTION_CHANGE): (
        *SHARED, "Avenant n° 1 à la convention de mise à disposition d’un agent public", "article 209", "n° 2022-1682",
        "18 mois à la fois, 3 ans en tout", "rémunéré par l’Administration", "n’ouvre pas droit à un reçu fiscal",
        "arrêté modificatif", "Pour l’Administration",
    ),
    (Regime.PUBLIC_AGENT, Kind.ORDER_CHANGE): (
        "Projet d’arrêté modificatif de mise à disposition", "article 209", "ARRÊTE", "intéressée, à recueillir", "Ce qui change", "Heures prévues",
        "ne donne toujours pas lieu à remboursement", "autorité compétente", "Vu l’avenant n° 1",
    ),
    (Regime.NOT_ELIGIBLE, Kind.CONVENTION_CHANGE): (
        *SHARED, "Avenant n° 1 à la convention de prêt de personnel sans avantage fiscal", "aucun reçu fiscal",
        "L. 8241-3", TOGETHER,
    ),
    (Regime.NOT_ELIGIBLE, Kind.CONTRACT_CHANGE): (
        *SHARED, "Avenant n° 1 à l’avenant au contrat de travail", "consent librement", TOGETHER,
    ),
    (Regime.NON_PROFIT_LOAN, Kind.CONVENTION_CHANGE): (
        *SHARED, "Avenant n° 1 à la convention de prêt de personnel à but non lucratif", "aucun reçu fiscal",
        "L. 8241-1 et L. 8241-2", "Pour l’Employeur", "que ce que la personne lui coûte, sans marge ni frais de gestion", TOGETHER,
    ),
    (Regime.NON_PROFIT_LOAN, Kind.CONTRACT_CHANGE): (
        *SHARED, "Avenant n° 1 à l’avenant au contrat de travail", "consent librement", "Pour l’Employeur", TOGETHER,
    ),
}  # fmt: skip


@pytest.mark.parametrize("regime", list(Regime))
def test_each_paper_of_an_amendment_has_all_its_mentions(regime):
    amendment = propose(signed_mission(regime))
    for document in amendment.documents.all():
        words = plain(text_of(ledger.read(document)))
        wanted = MENTIONS[regime, document.kind]
        assert [mention for mention in wanted if mention not in words] == [], document.kind
        assert "70 90" in words


def test_no_paper_of_an_amendment_is_left_unread():
    for regime in Regime:
        kinds = set(propose(signed_mission(regime)).documents.values_list("kind", flat=True))
        assert kinds == {kind for frame, kind in MENTIONS if frame == regime}


def test_it_names_the_paper_that_it_changes_and_the_amendments_before_it():
    mission = signed_mission()
    first = propose(mission, address="3 rue Neuve, Lille")
    sign_papers(first)
    paper = propose(mission, ends_on=later(mission)).documents.get()
    words = plain(text_of(ledger.read(paper)))
    for earlier in (mission.documents.get(amendment=None), first.documents.get()):
        assert f"n° {earlier.reference} (version 1), signature complète le" in words
        assert earlier.sha256 in words.replace(" ", "")
    assert "Avenant n° 2" in words
    assert "signe" in text_of(ledger.read(sign_all(paper), signed=True))
    assert list(verification.faults()) == []


def test_what_people_write_in_an_amendment_is_never_typeset():
    amendment = propose(signed_mission(), why="#import *gras* $x$", address="#sys.inputs [x](y)")
    words = text_of(ledger.read(amendment.documents.get()))
    assert "#import *gras* $x$" in words
    assert "#sys.inputs [x](y)" in words


CHANGED = {
    "billed_share": 100,
    "rights": "OPEN",
    "aim": "Un autre but, écrit au contrat de personne.",
}


def papers_of(share=80, **values):
    mission = signed_mission(Regime.NON_PROFIT_LOAN)
    MissionSheet.objects.filter(mission=mission).update(billed_share=share, least_share=share)
    papers = propose(mission, **values).documents
    return {one.kind: plain(text_of(ledger.read(one))) for one in papers.all()}


def test_of_what_changes_the_work_contract_s_paper_says_what_it_holds():
    """It changed a share that is billed and rights, of which the contract’s amendment says nothing."""
    papers = papers_of(hours=90, **CHANGED)
    convention, contract = papers[Kind.CONVENTION_CHANGE], papers[Kind.CONTRACT_CHANGE]
    for mention in ("Part du coût qui est facturée", "libre", "Un autre but"):
        assert mention in convention
    assert "70 90" in contract
    for mention in ("facturée", "Un autre but", "Droits", "Rien de ce qui est écrit"):
        assert mention not in contract


def test_where_nothing_of_the_work_contract_s_paper_changes_it_says_so():
    papers = papers_of(**CHANGED)
    said = "Rien de ce qui est écrit dans l’avenant au contrat de travail ne change"
    assert said in papers[Kind.CONTRACT_CHANGE]
    assert "Ce qui le remplace" not in papers[Kind.CONTRACT_CHANGE]
    assert said not in papers[Kind.CONVENTION_CHANGE]


@pytest.mark.parametrize(
    ("share", "said"),
    [(80, "que 80 % de ce que la personne lui coûte"), (0, "restent facturés 0 € à la Structure")],
)
def test_what_stays_billed_is_said_as_it_was_agreed(share, said):
    papers = papers_of(share, hours=90)
    assert said in papers[Kind.CONVENTION_CHANGE]
    assert "facturé" not in papers[Kind.CONTRACT_CHANGE]
