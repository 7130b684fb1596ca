"""The reports of a pôle: begun, written by two at once, put in order, sent; and who may."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Seat
from accounts.states import SeatStatus
from marketplace.actions.desk import figures, report_chapters, reports
from marketplace.actions.refusals import NotYet
from marketplace.models import (
    ChapterKind,
    Finding,
    FindingStep,
    HoursEntry,
    Report,
    ReportPartner,
    ReportVersion,
    Telling,
)
from tests.factories import make_coordinator, make_organisation, make_pole, make_user
from tests.marketplace.desk.report_people import (
    NOW,
    YEAR,
    a_report,
    a_small_pole,
    fifteen,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def small():
    return a_small_pole()


def browser_of(person) -> Client:
    browser = Client()
    browser.force_login(person)
    return browser


def kinds(report):
    return list(report.chapters.values_list("kind", flat=True))


def chapter_of(report, kind=ChapterKind.WORDS):
    return report.chapters.get(kind=kind)


def test_a_coordinator_begins_the_report_of_the_year_in_one_click(small):
    pole, maelle = small
    desk = browser_of(maelle)
    page = desk.get(reverse("figures-report", args=[YEAR]))
    assert "Commencer le rapport" in page.text
    answer = desk.post(reverse("figures-report", args=[YEAR]), {"of": ""}, follow=True)
    report = Report.objects.get()
    assert answer.redirect_chain[-1][0] == report.get_absolute_url()
    assert kinds(report) == [str(kind) for kind in ChapterKind]
    desk.post(reverse("figures-report", args=[YEAR]), {"of": ""})
    assert Report.objects.count() == 1, "begun twice is once"


def test_a_second_year_begins_from_the_first_ones_chapters(small):
    pole, maelle = small
    first = a_report(pole, maelle, year=YEAR - 1)
    report_chapters.write(
        chapter_of(first), version=1, title="Le mot de la présidente", above="Merci.", below="", by=maelle, now=NOW
    )  # fmt: skip
    report_chapters.show(chapter_of(first, ChapterKind.MAP), on=False)
    report_chapters.move(chapter_of(first, ChapterKind.METHOD), up=True)
    second = a_report(pole, maelle)
    assert kinds(second) == kinds(first)
    words = chapter_of(second)
    assert (words.title, words.above) == ("Le mot de la présidente", "Merci.")
    assert not chapter_of(second, ChapterKind.MAP).is_on
    assert kinds(a_report(pole, maelle, department_id="59")) != kinds(first), (
        "another kind of report has its own"
    )


@pytest.mark.parametrize("year", [1999, 9999])
def test_a_report_is_of_a_year_that_has_begun(small, year):
    assert browser_of(small[1]).get(reverse("figures-report", args=[year])).status_code == 404


def test_nobody_else_reads_it(small, client):
    pole, maelle = small
    report = a_report(pole, maelle)
    addresses = [
        reverse("report", args=[report.pk]),
        reverse("report-page", args=[report.pk]),
        reverse("report-targets", args=[report.pk]),
        reverse("report-chapter", args=[report.chapters.first().pk]),
    ]
    member = make_user()
    make_organisation(pole=pole, administrator=member)
    elsewhere = make_coordinator(make_pole("Pôle d’ailleurs", ("80",)))
    for url in addresses:
        assert client.get(url).status_code == 302
        for person in (make_user(), member, elsewhere):
            assert browser_of(person).get(url).status_code == 404
        assert browser_of(maelle).get(url).status_code == 200


def test_an_operators_report_is_for_that_operator_alone(small):
    pole, maelle = small
    ours = maelle.memberships.get().organisation
    report = a_report(pole, maelle, operator=ours)
    colleague = make_coordinator(pole)
    assert browser_of(colleague).get(report.get_absolute_url()).status_code == 404
    assert browser_of(maelle).get(report.get_absolute_url()).status_code == 200
    desk = browser_of(colleague)
    desk.post(reverse("figures-report", args=[YEAR]), {"of": f"operator={ours.pk}"})
    assert Report.objects.count() == 1, "nor does anybody else begin one"


def test_whoever_has_left_the_operator_or_whose_operator_has_left_reads_it_no_more(small):
    pole, maelle = small
    report = a_report(pole, maelle)
    other = make_coordinator(pole)
    other.memberships.all().delete()
    assert browser_of(other).get(report.get_absolute_url()).status_code == 404
    Seat.objects.filter(pole=pole).update(status=SeatStatus.ENDED)
    assert browser_of(maelle).get(report.get_absolute_url()).status_code == 404
    desk = browser_of(maelle)
    assert desk.post(reverse("report-freeze", args=[report.pk])).status_code == 404
    assert not ReportVersion.objects.exists()


def test_what_the_page_tells_of_both_versions(small):
    pole, maelle = small
    fifteen(pole)
    report = a_report(pole, maelle)
    desk = browser_of(maelle)
    funder = desk.get(report.get_absolute_url(), {"version": "financeur"}).text
    public = desk.get(report.get_absolute_url(), {"version": "publique"}).text
    assert "Valeur déclarée" in funder
    assert "Valeur déclarée" not in public
    assert "Association 00" in funder
    assert "Association 00" not in public
    assert "Missions décidées" in public
    assert desk.get(report.get_absolute_url(), {"version": "x"}).status_code == 200


def words(chapter, **changed):
    return {"version": chapter.version, "title": "", "above": "", "below": ""} | changed


def test_two_who_write_at_once_lose_nothing(small):
    pole, maelle = small
    jean = make_coordinator(pole, first_name="Jean")
    chapter = chapter_of(a_report(pole, maelle))
    url = reverse("report-chapter", args=[chapter.pk])
    browser_of(jean).post(url, words(chapter, above="Une belle année."))
    page = browser_of(maelle).post(url, words(chapter, above="Une année difficile."))
    assert "Une belle année." in page.text
    assert "Une année difficile." in page.text
    assert "a changé ce chapitre entre-temps" in page.text
    chapter.refresh_from_db()
    assert chapter.above == "Une belle année.", (
        "what the other has saved stays until one has chosen"
    )
    kept = words(chapter, above="Une année difficile.", both="1")
    assert browser_of(maelle).post(url, kept).status_code == 302
    chapter.refresh_from_db()
    assert chapter.above == "Une belle année.\n\nUne année difficile."


def test_of_two_the_later_may_also_take_the_others_place_knowingly(small):
    pole, maelle = small
    chapter = chapter_of(a_report(pole, maelle))
    url = reverse("report-chapter", args=[chapter.pk])
    browser_of(make_coordinator(pole)).post(url, words(chapter, above="Eux."))
    page = browser_of(maelle).post(url, words(chapter, above="Nous."))
    version = page.context["form"]["version"].value()
    browser_of(maelle).post(url, words(chapter, above="Nous.", version=version))
    chapter.refresh_from_db()
    assert chapter.above == "Nous."


def test_what_is_typed_is_kept_at_each_keystroke_and_found_again(small):
    pole, maelle = small
    chapter = chapter_of(a_report(pole, maelle))
    url = reverse("report-chapter", args=[chapter.pk])
    desk = browser_of(maelle)
    key = desk.get(url).context["typing"].key
    kept = words(chapter, above="Cette année", typing_key=key, keep_typing="yes")
    assert desk.post(url, kept).status_code == 200
    chapter.refresh_from_db()
    assert chapter.above == ""
    assert "Cette année" in desk.get(url).text
    report_chapters.write(
        chapter, version=1, title="", above="Autre chose", below="", by=maelle, now=NOW
    )
    page = desk.get(url)
    assert "Autre chose" in page.text, "what was saved meanwhile is beside the draft"
    assert "Cette année" in page.text
    assert page.context["form"]["version"].value() == 2


def test_words_that_are_too_long_are_given_back_with_a_sentence(small):
    pole, maelle = small
    chapter = chapter_of(a_report(pole, maelle))
    page = browser_of(maelle).post(
        reverse("report-chapter", args=[chapter.pk]), words(chapter, above="a" * 6001)
    )
    assert page.status_code == 200
    assert "6000" in page.text.replace("\N{NARROW NO-BREAK SPACE}", "").replace(
        "\N{NO-BREAK SPACE}", ""
    )
    assert "a" * 6001 in page.text
    nothing = browser_of(maelle).post(
        reverse("report-chapter", args=[chapter.pk]), {"version": "x\0", "above": "\0"}
    )
    assert nothing.status_code == 200


def test_chapters_are_moved_left_out_added_and_removed_without_javascript(small):
    pole, maelle = small
    report = a_report(pole, maelle)
    desk, first = browser_of(maelle), report.chapters.first()
    desk.post(reverse("report-chapter-down", args=[first.pk]), {"version": "publique"})
    assert kinds(report)[:2] == ["FIGURES", "WORDS"]
    desk.post(reverse("report-chapter-up", args=[first.pk]))
    desk.post(reverse("report-chapter-up", args=[first.pk]))
    assert kinds(report)[:2] == ["WORDS", "FIGURES"]
    families = chapter_of(report, ChapterKind.FAMILIES)
    desk.post(reverse("report-chapter-hide", args=[families.pk]))
    families.refresh_from_db()
    assert not families.is_on
    desk.post(reverse("report-chapter-show", args=[families.pk]))
    assert desk.post(reverse("report-chapter-new", args=[report.pk])).status_code == 302
    added = report.chapters.last()
    assert added.kind == ChapterKind.WORDS
    desk.post(reverse("report-chapter-remove", args=[families.pk]))
    assert report.chapters.filter(pk=families.pk).exists(), "what the site tells is only left out"
    desk.post(reverse("report-chapter-remove", args=[added.pk]))
    assert not report.chapters.filter(pk=added.pk).exists()


def test_a_target_is_a_whole_number_or_nothing(small):
    pole, maelle = small
    report, desk = a_report(pole, maelle), browser_of(maelle)
    url = reverse("report-targets", args=[report.pk])
    for wrong in ("vingt", "-3", "0", "9" * 30, "\0"):
        page = desk.post(url, {"missions": wrong})
        assert page.status_code == 200
        assert page.context["form"].errors
    assert desk.post(url, {"missions": "20", "structures": ""}).status_code == 302
    report.refresh_from_db()
    assert report.targets == {"missions": 20}


def test_a_version_that_was_sent_stays_what_it_was(small):
    pole, maelle = small
    fifteen(pole)
    report, desk = a_report(pole, maelle), browser_of(maelle)
    sent = desk.post(
        reverse("report-freeze", args=[report.pk]), {"version": "financeur"}, follow=True
    )
    assert "Figé le" in sent.text
    version = ReportVersion.objects.get()
    HoursEntry.objects.update(confirmed_at=None)
    report_chapters.write(
        chapter_of(report), version=1, title="", above="Corrigé.", below="", by=maelle, now=NOW
    )
    figures.refresh(pole, now=NOW + timedelta(days=1))
    page = desk.get(version.get_absolute_url()).text
    assert "100\N{NO-BREAK SPACE}h" in page
    assert "Corrigé." not in page
    assert "100\N{NO-BREAK SPACE}h" not in desk.get(report.get_absolute_url()).text
    desk.post(reverse("report-freeze", args=[report.pk]), {"version": "publique"})
    assert [(one.number, one.edition) for one in report.versions.all()] == [
        (2, "publique"),
        (1, "financeur"),
    ]
    assert browser_of(make_user()).get(version.get_absolute_url()).status_code == 404


def test_without_figures_nothing_is_kept_as_sent(small):
    pole, maelle = small
    report = a_report(pole, maelle)
    Report.objects.update(facts=None, made_at=None)
    with pytest.raises(NotYet):
        reports.freeze(report, edition="publique", by=maelle, now=NOW)
    page = browser_of(maelle).get(report.get_absolute_url())
    assert "en cours de calcul" in page.text
    assert figures.refresh_due(timezone.now()) >= 1, "the clock finds it"
    report.refresh_from_db()
    assert report.facts


def test_a_brake_lifted_in_the_year_is_told_in_the_poles_words_and_not_what_shows_it(small):
    pole, maelle = small
    found = Finding.objects.create(
        pole=pole, kind="BRAKE", title="Assurances mal connues", evidence="Mme Petit l’a dit", action="Une fiche d’une page", status="DONE"
    )  # fmt: skip
    FindingStep.objects.create(
        finding=found, before="IN_HAND", after="DONE", by=maelle, at=NOW - timedelta(days=60)
    )
    page = browser_of(maelle).get(a_report(pole, maelle).get_absolute_url()).text
    assert "Assurances mal connues" in page
    assert "Une fiche d’une page" in page
    assert "Mme Petit" not in page


def test_a_partner_is_named_with_their_logo_once_they_agree(small, png):
    pole, maelle = small
    desk, url = browser_of(maelle), reverse("report-partners")
    logo = SimpleUploadedFile("logo.png", png, "image/png")
    refused = desk.post(url, {"name": "Région", "role": "", "logo": logo})
    assert refused.context["form"].errors.keys() == {"agreed"}
    logo = SimpleUploadedFile("logo.png", png, "image/png")
    desk.post(
        url,
        {
            "name": "Région Hauts-de-France",
            "role": "Soutient le pôle",
            "logo": logo,
            "agreed": "on",
        },
    )
    partner = ReportPartner.objects.get()
    assert desk.get(partner.logo_url)["Content-Type"] == "image/png"
    assert browser_of(make_user()).get(partner.logo_url).status_code == 404
    report = a_report(pole, maelle)
    page = desk.get(report.get_absolute_url()).text
    assert "Région Hauts-de-France" in page
    assert partner.logo_url in page
    twice = desk.post(url, {"name": "Région Hauts-de-France", "agreed": "on"})
    assert "déjà dans la liste" in twice.text
    stranger = browser_of(make_coordinator(make_pole("Pôle d’ailleurs", ("80",))))
    assert stranger.post(reverse("report-partner-remove", args=[partner.pk])).status_code == 404
    desk.post(reverse("report-partner-remove", args=[partner.pk]))
    assert "Région Hauts-de-France" not in desk.get(report.get_absolute_url()).text


def test_the_page_asks_few_questions_however_many_missions_there_are(
    small, django_assert_max_num_queries
):
    pole, maelle = small
    fifteen(pole)
    report, desk = a_report(pole, maelle), browser_of(maelle)
    desk.get(report.get_absolute_url())  # the map's land is drawn once a process
    with django_assert_max_num_queries(32):
        desk.get(report.get_absolute_url())


@pytest.fixture
def png():
    from io import BytesIO

    from PIL import Image

    drawn = BytesIO()
    Image.new("RGB", (40, 20), "teal").save(drawn, "PNG")
    return drawn.getvalue()


@pytest.fixture
def told(small):
    """A mission of the year that both sides tell, each by a yes of today."""
    pole, maelle = small
    mission = fifteen(pole)[0]
    speaker = mission.need.organisation.members.first()
    telling = Telling.objects.create(
        mission=mission, needed="Un site", done="Un site en ligne", changed="Trois familles de plus",
        for_need=speaker, for_offer=mission.offer.person,
    )  # fmt: skip
    return telling


def test_a_story_is_told_with_the_consent_of_today_and_gone_with_it_also_from_what_was_sent(
    small, told
):
    from marketplace.actions.market import consents
    from marketplace.models import ConsentKind

    pole, maelle = small
    given = [
        consents.give(person, ConsentKind.TELLING, told)
        for person in (told.for_need, told.for_offer)
    ]
    report, desk = a_report(pole, maelle), browser_of(maelle)
    desk.post(reverse("report-freeze", args=[report.pk]), {"version": "publique"})
    version = ReportVersion.objects.get()
    for url in (report.get_absolute_url(), version.get_absolute_url()):
        assert "Trois familles de plus" in desk.get(url).text
    assert "Trois familles de plus" not in str(version.kept), "nothing that somebody tells is kept"
    consents.end(given[0], because="TAKEN_BACK")
    for url in (report.get_absolute_url(), version.get_absolute_url()):
        assert "Trois familles de plus" not in desk.get(url).text


def test_a_story_may_be_left_out_by_the_pole(small, told):
    from marketplace.actions.market import consents
    from marketplace.models import ConsentKind

    pole, maelle = small
    for person in (told.for_need, told.for_offer):
        consents.give(person, ConsentKind.TELLING, told)
    report, desk = a_report(pole, maelle), browser_of(maelle)
    chapter = chapter_of(report, ChapterKind.STORIES)
    url = reverse("report-chapter", args=[chapter.pk])
    page = desk.get(url)
    assert page.context["form"]["shown"].value() == [told.mission_id]
    desk.post(url, words(chapter))
    assert "Trois familles de plus" not in desk.get(report.get_absolute_url()).text
    chapter.refresh_from_db()
    desk.post(url, words(chapter, shown=[told.mission_id]))
    assert "Trois familles de plus" in desk.get(report.get_absolute_url()).text
