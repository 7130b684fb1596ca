"""The end of a mission, told with a picture: shown while both sides agree, and nowhere from the moment one doesn't."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import Membership, Organisation, User
from accounts.states import OrganisationStatus
from marketplace.actions.market import consents
from marketplace.actions.missions import tellings as acts
from marketplace.actions.refusals import NotYet
from marketplace.figures.told_missions import finished_with_quote
from marketplace.letters.missions.tellings import TELLING_ASKED
from marketplace.models import (
    Block,
    Consent,
    ConsentKind,
    Mission,
    Regime,
    Side,
    Telling,
)
from marketplace.rules import tellings
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import make_coordinator, make_mission, make_need, make_user
from tests.marketplace.missions.telling_people import (
    SAID,
    address,
    agree,
    both,
    ended,
    photo,
    post,
    shown,
)
from tests.marketplace.missions.test_closings import by_of


@pytest.fixture(autouse=True)
def _disk(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def mission():
    """One that has ended, beside another of other people."""
    ended(need=make_need(title="Un autre besoin"))
    return ended()


# --- both agree ----------------------------------------------------------------------------
def test_it_is_shown_once_both_have_said_yes_and_not_before(client, mission):
    post(client, mission, by_of(mission, Side.NEED))
    assert SAID["changed"] not in shown(client, mission)
    agree(client, mission, mission.offer.person)
    page = shown(client, mission)
    assert SAID["changed"] in page
    assert "Noé" in page
    assert mission.offer.person.last_name not in page


def test_whoever_came_may_write_it_first(client, mission):
    post(client, mission, mission.offer.person)
    assert not tellings.told().exists()
    agree(client, mission, by_of(mission, Side.NEED))
    assert tellings.told().get().mission == mission


def test_the_other_side_is_asked_by_a_letter_that_ends_with_the_answer(client, mission):
    post(client, mission, by_of(mission, Side.NEED))
    letter = Notification.objects.get(kind="telling_asked")
    assert not letter.asks, "the home, which lists what is asked, says nothing of it"
    assert letter.recipient == mission.offer.person
    assert SAID["done"] in letter.text
    agree(client, mission, mission.offer.person)
    assert TELLING_ASKED.moot(letter, **TELLING_ASKED.key.read(letter.key))


def test_the_photo_is_drawn_again_without_what_its_file_said(client, mission):
    telling = both(client, mission, picture=photo(), alt="La page d’accueil")
    with telling.picture.open("rb") as kept:
        raw = kept.read()
    assert b"UnAppareil" not in raw
    with Image.open(BytesIO(raw)) as drawn:
        assert drawn.format == "WEBP"
        assert max(drawn.size) == 1280
    client.logout()
    answer = client.get(telling.picture_url)
    assert answer.content == raw
    assert "no-store" in answer["Cache-Control"]
    assert "La page d’accueil" in shown(client, mission)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (SimpleUploadedFile("x.jpg", b"<script>alert(1)</script>"), "lire cette image"),
        (SimpleUploadedFile("x.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 60), "image"),
    ],
)
def test_what_is_no_picture_is_refused_beside_its_field_and_the_words_stay(
    client, mission, file, words
):
    answer = post(client, mission, by_of(mission, Side.NEED), picture=file, alt="Rien")
    assert words in str(answer.context["form"].errors["picture"])
    assert SAID["needed"] in answer.content.decode()
    assert not Telling.objects.exists()


def test_a_photo_without_its_words_is_refused(client, mission):
    answer = post(client, mission, by_of(mission, Side.NEED), picture=photo())
    assert "alt" in answer.context["form"].errors
    assert not Telling.objects.exists()


@pytest.mark.parametrize("line", ["needed", "done", "changed"])
def test_each_line_is_asked_and_gives_no_address(client, mission, line):
    by = by_of(mission, Side.NEED)
    assert line in post(client, mission, by, **{line: " "}).context["form"].errors
    assert line in post(client, mission, by, **{line: "x@example.org"}).context["form"].errors
    assert line in post(client, mission, by, **{line: "a" * 281}).context["form"].errors


# --- taken back, changed --------------------------------------------------------------------
@pytest.mark.parametrize("side", list(Side))
def test_taken_back_by_either_it_is_gone_at_once_with_its_picture(client, mission, side):
    telling = both(client, mission, picture=photo(), alt="La page d’accueil")
    client.force_login(by_of(mission, side))
    client.post(address(mission, "-take-back"))
    assert SAID["changed"] not in shown(client, mission)
    assert client.get(telling.picture_url).status_code == 404
    assert finished_with_quote(3) == []


def test_it_is_taken_back_from_the_page_of_one_s_consents_too(client, mission):
    both(client, mission)
    person = mission.offer.person
    client.force_login(person)
    consent = Consent.objects.standing(person, ConsentKind.TELLING).get()
    assert "récit" in client.get(reverse("consent-take-back", args=[consent.pk])).content.decode()
    client.post(reverse("consent-take-back", args=[consent.pk]))
    assert not tellings.told().exists()


def test_a_change_asks_the_other_side_again(client, mission):
    both(client, mission)
    post(client, mission, mission.offer.person, changed="Tout.")
    assert not tellings.told().exists()
    agree(client, mission, by_of(mission, Side.NEED))
    assert tellings.told().get().changed == "Tout."


def test_a_new_photo_takes_the_place_of_the_old_and_one_may_be_taken_off(
    client, mission, django_capture_on_commit_callbacks
):
    telling = both(client, mission, picture=photo(), alt="Avant")
    first = telling.picture
    with django_capture_on_commit_callbacks(execute=True):
        post(client, mission, mission.offer.person, picture=photo(), alt="Après")
    assert not first.storage.exists(first.name)
    post(client, mission, mission.offer.person, drop="on", alt="Après")
    telling.refresh_from_db()
    assert not telling.picture
    assert not telling.alt


def test_the_photo_stays_when_only_the_words_change(client, mission):
    before = both(client, mission, picture=photo(), alt="Avant").picture.name
    post(client, mission, mission.offer.person, alt="Avant", changed="Tout.")
    assert Telling.objects.get(mission=mission).picture.name == before


def test_the_same_sent_twice_is_one(client, mission):
    by = by_of(mission, Side.NEED)
    post(client, mission, by)
    post(client, mission, by)
    assert Telling.objects.get().version == 1
    assert Notification.objects.filter(kind="telling_asked").count() == 1
    agree(client, mission, mission.offer.person)
    agree(client, mission, mission.offer.person)
    assert Consent.objects.standing(kind=ConsentKind.TELLING).count() == 2


def test_a_yes_to_what_has_changed_meanwhile_is_no_yes(client, mission):
    post(client, mission, by_of(mission, Side.NEED))
    post(client, mission, by_of(mission, Side.NEED), changed="Autre chose.")
    agree(client, mission, mission.offer.person, read="1")
    assert not tellings.told().exists()


def test_what_is_taken_back_twice_says_so(client, mission):
    telling = both(client, mission)
    by = mission.offer.person
    acts.take_back(telling, side=Side.OFFER, by=by)
    with pytest.raises(NotYet):
        acts.take_back(telling, side=Side.OFFER, by=by)


# --- who ------------------------------------------------------------------------------------
def test_a_stranger_finds_nothing_and_nobody_is_asked_who_they_are(client, mission):
    telling = Telling.objects.create(mission=mission, picture="tellings/x.webp", alt="x", **SAID)
    client.force_login(make_user())
    for suffix in ("", "-picture"):
        assert client.get(address(mission, suffix)).status_code == 404
    for suffix in ("-agree", "-take-back"):
        assert client.post(address(mission, suffix)).status_code == 404
    client.logout()
    assert client.get(address(mission)).status_code == 302
    assert client.get(telling.picture_url).status_code == 404


def test_a_coordinator_tells_nothing_for_the_sides(client, mission):
    client.force_login(make_coordinator(mission.need.pole))
    assert client.get(address(mission)).status_code == 403


def test_nobody_speaks_for_the_employee_who_came(client):
    mission = ended(work=True)
    boss = make_user()
    Membership.objects.create(
        user=boss, organisation=mission.offer.organisation, role="ADMINISTRATOR"
    )
    client.force_login(boss)
    assert client.get(address(mission)).status_code == 403


def test_an_employee_without_a_part_in_it_finds_nothing(client):
    mission = ended(work=True)
    other = make_user()
    Membership.objects.create(user=other, organisation=mission.offer.organisation, role="EMPLOYEE")
    client.force_login(other)
    assert client.get(address(mission)).status_code == 404


def test_before_the_end_nothing_is_told(client):
    mission = make_mission(status=MissionStatus.RUNNING, regime=Regime.VOLUNTEERING)
    by = by_of(mission, Side.NEED)
    client.force_login(by)
    assert client.get(address(mission)).status_code == 302
    post(client, mission, by)
    assert not Telling.objects.exists()
    with pytest.raises(NotYet):
        acts.write(mission, side=Side.NEED, read="0", by=by, alt="", **SAID)


def test_one_person_of_both_sides_says_one_yes(client, mission):
    person = mission.offer.person
    Membership.objects.create(
        user=person, organisation=mission.need.organisation, role="ADMINISTRATOR"
    )
    post(client, mission, person)
    agree(client, mission, person)
    assert not tellings.told().exists()


def leave(mission):
    mission.need.organisation.memberships.all().delete()


def close(mission):
    User.objects.filter(pk=mission.offer.person_id).update(is_active=False)


def suspend(mission):
    Organisation.objects.filter(pk=mission.need.organisation_id).update(
        status=OrganisationStatus.SUSPENDED
    )


def block(mission):
    Block.objects.create(by=mission.offer.person, organisation=mission.need.organisation)


def interrupt(mission):
    Mission.objects.filter(pk=mission.pk).update(interrupted_at=timezone.now())


def end_account(mission):
    consents.end_all(mission.offer.person)


@pytest.mark.parametrize("what", [leave, close, suspend, block, interrupt, end_account])
def test_it_is_shown_no_more_once_somebody_isn_t_there(client, mission, what):
    both(client, mission)
    assert tellings.told().exists()
    what(mission)
    assert not tellings.told().exists()
    assert finished_with_quote(3) == []


def test_a_colleague_says_yes_anew_for_somebody_who_has_left(client, mission):
    both(client, mission)
    leave(mission)
    heir = make_user("Béa")
    mission.need.organisation.memberships.create(user=heir, role=Membership.Role.ADMINISTRATOR)
    client.force_login(heir)
    assert client.get(address(mission)).context["mine"] is False
    agree(client, mission, heir)
    assert tellings.told().exists()
    assert client.get(address(mission)).context["mine"] is True


def test_a_suspended_structure_says_no_yes(client, mission):
    post(client, mission, mission.offer.person)
    suspend(mission)
    assert agree(client, mission, by_of(mission, Side.NEED)).status_code == 403
    assert not Consent.objects.standing(by_of(mission, Side.NEED), ConsentKind.TELLING).exists()


@pytest.mark.parametrize(
    ("language", "if_"), [("fr", "Si vous reprenez votre oui"), ("en", "If you take it back")]
)
def test_under_a_yes_that_stands_what_would_go_is_no_statement_about_today(
    client, mission, language, if_
):
    """“At once: the words and the picture are shown nowhere”, of what is shown."""
    both(client, mission)
    User.objects.update(language=language)
    client.force_login(mission.offer.person)
    page = client.get(reverse("consents")).text
    assert if_ in page
    assert ">Aussitôt" not in page
    assert ">At once" not in page


@pytest.mark.parametrize("own", [True, False])
def test_the_door_of_a_mission_says_where_its_telling_stands(client, mission, own):
    """« Raconter sa fin en trois lignes et une photo », of an end that both had told."""
    mission = mission if own else ended(work=True)
    need, offer = by_of(mission, Side.NEED), mission.offer.person

    def door(person):
        client.force_login(person)
        return client.get(mission.get_absolute_url()).text.replace("\N{NO-BREAK SPACE}", " ")

    begin, theirs = "Raconter sa fin en trois lignes", "L’autre partie a raconté sa fin : la lire"
    stands, both_ = "Voir comment sa fin est racontée", "Sa fin est racontée : la voir, la changer"
    assert begin in door(need)
    post(client, mission, need)
    assert theirs in door(offer)
    assert stands in door(need)
    assert begin not in door(need)
    agree(client, mission, offer)
    for person in (need, offer):
        assert both_ in door(person)
        assert begin not in door(person)
    acts.take_back(Telling.objects.get(), side=Side.OFFER, by=offer)
    assert theirs in door(offer)
    assert stands in door(need)
