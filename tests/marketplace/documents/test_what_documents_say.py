"""Every kind of paper in every legal frame, read as the reader sees it: no code, no gap, nobody's “I”."""

import base64
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from PIL import Image
from pypdf import PdfReader

from accounts.models import Commune, Organisation
from common.dates import in_french
from marketplace.actions.documents import documents, receipts, years
from marketplace.actions.market import people
from marketplace.documents import experience, parties
from marketplace.documents.experience_file import as_pdf
from marketplace.documents.facts import period
from marketplace.law import regimes
from marketplace.models import Employee, Kind, Mission, Offer, Regime
from marketplace.states import MissionStatus
from marketplace.words.persons import QUOTED, first_person
from notifications.models import Notification
from tests.factories import make_skill, make_user
from tests.marketplace.documents.document_desk import (
    declare_value,
    give_hours,
    head_of,
    make_mission,
    make_structure,
)
from tests.marketplace.documents.every_document import of_mission, of_years

# The foot of a page and what is stamped across it.
FOOTER = re.compile(r"^(?:\S.*· version \d+ · .*|page \d+ / \d+|APERÇU|ANNULÉ)$")
SIGNED_HERE = "Nom, qualité, date et signature"
FAULTS = {
    "a code": re.compile(r"\b[A-Z]{2,}(?:_[A-Z0-9]+)+\b"),
    "brackets in brackets": re.compile(r"\([^()]*\("),
    "a word twice": re.compile(r"(?<!\bpar )\b([^\W\d_]{2,})\s+\1\b", re.IGNORECASE),
    "the pôle twice": re.compile(r"\ble\s+(?:pôle\s+)?le\s+pôle\b|p[oô]le\s+p[oô]le", re.IGNORECASE),
    "nobody's capacity": re.compile(
        r"représentée par [^,;]+?,?\s+(?:ci-après|atteste)|en qualité d[e’]\s*[,.;]|, *,|,\s*\.|\(\s*\)|,\s+ci-après"
    ),
    "an empty value": re.compile(r"\bNone\b|\bnan\b|: *\.|« *»|n°\s*[,.;(]|\bdu\s+au\b|\ble\s+\."),
    "a day that isn't a span": re.compile(r"du (\d+\w* \w+ \d{4}) au \1"),
    "one of several": re.compile(r"\b(?:0(?:,\d+)?|1(?:,\d+)?) (?:heures|missions|reçus)\b"),
    "a man of whoever it is": re.compile(r"\b[Ll]e bénévole\b|\b[Ll]’un envers l’autre\b"),
    "a heading of nothing": re.compile(r"\bMissions$"),
    "a vowel after “de”": re.compile(r"\b(?:de|le|la|que) [AEIOUYÀÂÉÈÊÎÔaeiouyàâéèêîô]\w+"),
}  # fmt: skip


def codes() -> set[str]:
    """What our models keep in capitals and nobody reads: the values that aren't in their own words."""
    with override("fr"):
        return {
            value
            for model in apps.get_app_config("marketplace").get_models()
            for field in model._meta.get_fields()
            for value, words in getattr(field, "choices", None) or ()
            if isinstance(value, str) and len(value) > 2 and value.isupper()
            if value not in str(words)
        }


def pages_of(content: bytes) -> list[list[str]]:
    """The lines of each page, without its foot, as they follow each other on paper."""
    said = [page.extract_text().replace("\u202f", " ").replace("\xa0", " ")
            for page in PdfReader(io.BytesIO(content)).pages]  # fmt: skip
    lines = [[line.strip() for line in page.splitlines() if line.strip()] for page in said]
    return [[line for line in page if not FOOTER.match(line)] for page in lines]


def faults_in(content: bytes) -> list[tuple[str, str]]:
    words = " ".join(line for page in pages_of(content) for line in page)
    found = [
        (name, words[max(match.start() - 40, 0) : match.end() + 20])
        for name, pattern in FAULTS.items()
        for match in pattern.finditer(words)
    ]
    found += [("a code", code) for code in codes() if re.search(rf"\b{code}\b", words)]
    if said := first_person(words):
        found.append(("first person", QUOTED.sub(" ", words).partition(f" {said}")[2][:60]))
    return found


def breaks_in(content: bytes) -> list[str]:
    """What is cut in the wrong place between two pages."""
    found = []
    for page in pages_of(content):
        if page and re.match(r"^Article \d+ – |^Signatures$", page[-1]):
            found.append(f"a heading ends its page: {page[-1]}")
        if any(SIGNED_HERE in line for line in page):
            before = " ".join(page).partition("Signatures")[0]
            if "Signatures" not in page or len(before) < 80:
                found.append("signatures stand alone on their page")
    return found


PAPERS = [
    pytest.param(regime, full, id=f"{regime}-{'full' if full else 'bare'}")
    for regime in Regime for full in (True, False)
]  # fmt: skip


@pytest.mark.parametrize(("regime", "full"), PAPERS)
def test_no_paper_of_a_mission_says_a_code_a_gap_or_an_i(regime, full):
    for name, content in of_mission(regime, full=full):
        assert faults_in(content) == [], name
        assert breaks_in(content) == [], name


@pytest.mark.parametrize("regime", [one for one in Regime if regimes.chosen(one).gives_a_receipt])
@pytest.mark.parametrize("full", [True, False])
def test_neither_do_receipts_statements_and_one_s_own_path(regime, full):
    for name, content in of_years(regime, full=full):
        assert faults_in(content) == [], name
        assert breaks_in(content) == [], name


def test_no_kind_of_paper_is_left_unread():
    read = {
        name.partition(" ")[0] for regime in Regime for name, _pdf in of_mission(regime, full=True)
    }
    read |= {name.partition(" ")[0] for name, _pdf in of_years(full=True)}
    assert read >= set(Kind.values)


def test_a_paper_holds_whoever_signs_it_and_claims_no_skill_of_the_need_for_the_person():
    """It is sealed before anybody signs: a link may yet go to somebody else than the account's signatory."""
    mission = make_mission(Regime.LOAN)
    said = documents.preview(Kind.CONVENTION_LOAN, mission)
    words = " ".join(line for page in pages_of(said) for line in page)
    named = words.count("représentée par")
    assert words.count("ou par la personne qui signe à sa place") == named == 2
    assert "Compétences demandées" in words
    assert "mobilisées" not in words


@pytest.mark.parametrize(
    "kind", [Kind.CONVENTION_LOAN, Kind.AMENDMENT, Kind.CONVENTION_AGENT, Kind.ORDER_AGENT]
)
def test_a_paper_names_the_post_that_was_asked_for(kind):
    """The form of the employer's agreement asks it for the convention: it isn't what somebody says on their profile."""
    regime = Regime.LOAN if kind in {Kind.CONVENTION_LOAN, Kind.AMENDMENT} else Regime.PUBLIC_AGENT
    mission = make_mission(regime)
    Employee.objects.create(
        organisation=mission.offer.organisation,
        person=mission.offer.person,
        position="Ingénieure d’études",
    )
    said = " ".join(line for page in pages_of(documents.preview(kind, mission)) for line in page)
    assert "Ingénieure d’études" in said
    assert mission.offer.person.trade not in said


def test_a_passport_says_how_long_it_lasted():
    """Not until when it was planned: delivered sooner, it ended sooner."""
    mission = make_mission(Regime.VOLUNTEERING, status="DELIVERED")
    give_hours(mission)
    today = timezone.localdate()
    Mission.objects.filter(pk=mission.pk).update(
        starts_on=today - timedelta(days=20), ends_on=today + timedelta(days=40),
        started_at=timezone.now() - timedelta(days=20), delivered_at=timezone.now(),
    )  # fmt: skip
    mission.refresh_from_db()
    person = mission.offer.person
    path = as_pdf(experience.of(person), person, on=today)
    made = (Kind.PASSPORT, Kind.VOLUNTEER_CERTIFICATE, Kind.HOURS_CERTIFICATE)
    for paper in (*(documents.preview(kind, mission) for kind in made), path):
        said = " ".join(line for page in pages_of(paper) for line in page)
        assert period(mission.starts_on, today) in said


def words_of(content):
    return " ".join(line for page in pages_of(content) for line in page)


STAGES = {
    "DELIVERED": ("Ce qui a été remis", "Résultats Le site", "du {start} au {today}"),
    "RUNNING": (
        "Ce qui est attendu à la fin ; la mission est en cours",
        "Résultats attendus",
        "depuis le {start}, en cours ; fin prévue le {end}",
    ),
    "INTERRUPTED": (
        "Ce qui était attendu ; la mission s’est arrêtée avant la fin",
        "Résultats attendus",
        "du {start} au {today}, arrêtée avant la fin",
    ),
}
STAGES["SUSPENDED"] = STAGES["DISPUTED"] = tuple(
    words.replace("la mission est en cours", "la mission est suspendue").replace(
        "en cours", "suspendue"
    )
    for words in STAGES["RUNNING"]
)


@pytest.mark.parametrize("status", STAGES)
def test_nobody_certifies_as_handed_over_what_isn_t(status):
    """A paper that tells what was done may be made while the mission runs, or once it has stopped on the way."""
    mission = give_hours(make_mission(Regime.VOLUNTEERING))
    today = timezone.localdate()
    over = {"DELIVERED": "delivered_at", "INTERRUPTED": "interrupted_at"}.get(status)
    Mission.objects.filter(pk=mission.pk).update(
        status=status, starts_on=today - timedelta(days=20), ends_on=today + timedelta(days=40),
        started_at=timezone.now() - timedelta(days=20), **({over: timezone.now()} if over else {}),
    )  # fmt: skip
    mission.refresh_from_db()
    remains, results, dates = STAGES[status]
    certificate = words_of(documents.preview(Kind.VOLUNTEER_CERTIFICATE, mission))
    passport = words_of(documents.preview(Kind.PASSPORT, mission))
    assert remains in certificate
    assert ("a été remis" in certificate) == (status == "DELIVERED")
    assert results in passport
    start, end, now = map(in_french, (mission.starts_on, mission.ends_on, today))
    assert dates.format(start=start, end=end, today=now) in passport


def test_a_paper_is_whole_where_nobody_said_what_is_had_at_the_end():
    mission = give_hours(make_mission(Regime.VOLUNTEERING, status="DELIVERED"))
    mission.sheet.deliverables = mission.sheet.work = ""
    mission.sheet.save()
    mission.refresh_from_db()
    assert "Ce qui a été remis" not in words_of(
        documents.preview(Kind.VOLUNTEER_CERTIFICATE, mission)
    )
    assert "Résultats Ceux de la mission" in words_of(documents.preview(Kind.PASSPORT, mission))


def test_the_receipt_of_a_mission_that_stopped_describes_the_time_that_was_given():
    """Its signer certifies to have received and accepted what it describes."""
    mission = give_hours(make_mission(status="REVIEWED"))
    declare_value(mission)
    told = {"by": head_of(mission.need.organisation), "capacity": "présidente"}
    planned = mission.sheet.deliverables
    done = words_of(receipts.preview(mission, now=timezone.now(), **told))
    assert planned in done
    assert "avant la fin" not in done
    Mission.objects.filter(pk=mission.pk).update(
        started_at=timezone.now() - timedelta(days=30), interrupted_at=timezone.now()
    )
    stopped = words_of(receipts.preview(mission, now=timezone.now(), **told))
    assert planned not in stopped
    assert f"Arrêtée le {in_french(timezone.localdate())}, avant la fin." in stopped
    assert f"Temps donné jusque-là au travail confié : {mission.sheet.work}" in stopped


@pytest.mark.parametrize(("regime", "lends"), [(Regime.LOAN, True), (Regime.PRESTATION, False)])
def test_a_receipt_keeps_the_form_s_heading_and_says_when_the_company_did_the_work(regime, lends):
    """“Détail des salariés mis à disposition” is the official form's (2041-MEC-SD), whatever the frame; alone it stood on
    the receipt of work whose agreement says the contrary."""
    mission = give_hours(make_mission(regime, status="REVIEWED"))
    declare_value(mission)
    told = {"by": head_of(mission.need.organisation), "capacity": "présidente"}
    said = words_of(receipts.preview(mission, now=timezone.now(), **told))
    assert "Détail des salariés mis à disposition" in said
    assert ("qui ont réalisé la prestation" in said) is not lends


def test_a_passport_says_that_no_signature_covers_what_is_added_by_hand():
    mission = make_mission(Regime.VOLUNTEERING, status="DELIVERED")
    give_hours(mission)
    said = words_of(documents.preview(Kind.PASSPORT, mission))
    assert "À remplir à la main par la personne bénévole, sur la fiche imprimée" in said
    assert "les signatures ne les couvrent pas" in said


def test_nobody_is_certified_a_skill_that_they_hadn_t():
    """The need asked for two, and the offer holds one: on the papers of a volunteer and on their own path."""
    mission = make_mission(Regime.VOLUNTEERING, status="DELIVERED")
    give_hours(mission)
    mission.need.wanted.create(skill=make_skill("droit-associations"))
    person = mission.offer.person
    papers = [
        documents.preview(Kind.PASSPORT, mission),
        documents.preview(Kind.VOLUNTEER_CERTIFICATE, mission),
        as_pdf(experience.of(person), person, on=timezone.localdate()),
    ]
    for paper in papers:
        words = " ".join(line for page in pages_of(paper) for line in page)
        assert "site-web" in words
        assert "droit-associations" not in words


# --- the head of a paper -------------------------------------------------------------------
def test_a_logo_is_printed_small_and_one_whose_file_is_lost_leaves_the_name(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    structure = make_structure("Les Ateliers du Pont")
    without = {"name": "Les Ateliers du Pont", "logo": ""}
    assert parties.logos(None, structure, None) == [without], "nobody is no party"
    drawn = io.BytesIO()
    Image.new("CMYK", (640, 320), "teal").save(drawn, "JPEG")
    structure.logo.save("logo.jpg", ContentFile(drawn.getvalue()))
    (printed,) = parties.logos(structure)
    with Image.open(io.BytesIO(base64.b64decode(printed["logo"]))) as picture:
        assert (picture.format, picture.mode, picture.size) == ("PNG", "RGBA", (160, 80))
    Path(structure.logo.path).write_bytes(b"no picture any more")
    assert parties.logos(structure) == [without]
    structure.refresh_from_db()
    Path(structure.logo.path).unlink()
    assert parties.logos(structure) == [without]


def test_an_address_says_what_is_known_of_the_town():
    structure = make_structure()
    assert parties.address(structure) == "12 rue des Postes, 59000 Lille"
    structure.address = ""
    assert parties.address(structure) == "59000 Lille"
    assert parties.town(Commune(name="Lille", postal_codes="")) == "Lille"


def test_nobody_signs_in_the_place_of_the_person_who_comes():
    """The letter to a side offers to send the paper on to whoever signs for it; the person signs themselves."""
    mission = make_mission(Regime.LOAN)
    head = head_of(mission.need.organisation)
    documents.make(Kind.AMENDMENT, mission, by=make_user(), now=timezone.now())
    for one, passes_on in ((mission.offer.person, False), (head, True)):
        letter = Notification.objects.get(kind="document_to_sign", recipient=one)
        assert "signez-le d’un clic" in letter.text
        assert ("la personne qui signe pour vous" in letter.text) is passes_on


FREE = {
    Regime.PRESTATION: ("CONVENTION_SERVICE",),
    Regime.LOAN: ("CONVENTION_LOAN", "CONVENTION_CHANGE"),
    Regime.NOT_ELIGIBLE: ("CONVENTION_PLAIN", "CONVENTION_CHANGE"),
}


@pytest.mark.parametrize("regime", FREE)
def test_what_is_free_bills_no_expenses_but_those_that_the_next_article_asks_for(regime):
    """“0 €” and “remboursés par elle” in one agreement: whoever signs reads how the two go together."""
    said = dict(of_mission(regime, full=False))
    for kind in FREE[regime]:
        pages = PdfReader(io.BytesIO(said[kind])).pages
        words = " ".join(" ".join(page.extract_text() for page in pages).split())
        assert re.search(r"0 € (?:est facturé )?à la Structure, hors", words), kind
        assert "que l’article « Frais » met à sa charge" in words.replace("\u00a0", " "), kind


@pytest.mark.parametrize(("form", "is_a_grant"), [("ASSOCIATION", True), ("PUBLIC", False)])
def test_an_agent_lent_to_a_public_body_isnt_called_a_grant(form, is_a_grant):
    """Article 9-1 of the act of 2000 calls grants what a body of private law is given."""
    mission = make_mission(Regime.PUBLIC_AGENT)
    Organisation.objects.filter(pk=mission.need.organisation_id).update(legal_form=form)
    mission = Mission.objects.get()
    said = words_of(documents.preview(Kind.CONVENTION_AGENT, mission))
    assert ("subvention" in said) == is_a_grant
    assert "n’ouvre pas droit à un reçu fiscal" in said
    assert "L. 121-11 du code général de la fonction publique ; la présente convention lui" in said
    assert "les fonctionnaires, non les agents contractuels" in said
    assert all(words in said for words in ("transmise à l’agent", "des trois dernières années"))


def test_the_statement_says_the_last_day_of_the_law():
    """“Avant le deuxième jour ouvré” took away the day itself."""
    on = timezone.localdate()
    said = words_of(years.structure_statement(make_structure(), on.year, on=on))
    assert "au plus tard le deuxième jour ouvré" in said


def test_a_team_isnt_replaced_by_a_person():
    """“avec une équipe désignée par …, ou une personne de même compétence” let one come for all of them."""
    mission = make_mission(Regime.PRESTATION)
    Offer.objects.update(person=None, title="Développement web")
    mission = Mission.objects.get()
    said = words_of(documents.preview(Kind.CONVENTION_SERVICE, mission))
    assert (
        "avec une équipe désignée par Fonderie Delattre, au titre de l’offre « Développement web »."
        in said
    )
    assert "ou une personne de même compétence" not in said


def test_whoever_makes_and_signs_a_paper_alone_is_told_of_nobody_else(client):
    """“Nous prévenons celles et ceux qui le signent” was said of a certificate that its maker alone signs."""
    mission = give_hours(make_mission(Regime.LOAN, status=MissionStatus.RUNNING))
    client.force_login(head_of(mission.need.organisation))
    made = reverse("document-make", args=[mission.pk, Kind.HOURS_CERTIFICATE])
    said = client.post(made, follow=True).text
    assert not Notification.objects.filter(kind="document_to_sign").exists()
    assert "Nous prévenons" not in said
    assert "vous pouvez le signer ici" in said


def test_no_sentence_is_about_nobody_where_the_account_is_closed():
    """“certifie avoir reçu les heures ci-dessus, données par ”."""
    mission = give_hours(make_mission(Regime.VOLUNTEERING, status="CLOSED"))
    people.close_account(mission.offer.person, now=timezone.now())
    said = words_of(documents.preview(Kind.HOURS_CERTIFICATE, Mission.objects.get()))
    assert "donné par une personne dont le compte est fermé, tel" in said
