"""A structure writes its need, with or without JavaScript, and sends it to the coordinators."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from accounts.states import OrganisationStatus
from marketplace.actions.market import needs
from marketplace.actions.refusals import NotYet
from marketplace.forms.market.skills import said_once
from marketplace.models import Need
from marketplace.states import NeedStatus
from notifications.models import Notification
from tests.factories import (
    in_days,
    make_cause,
    make_commune,
    make_coordinator,
    make_need,
    make_organisation,
    make_pole,
    make_skill,
    make_user,
)


@pytest.fixture
def member():
    return make_user(first_name="Aline")


@pytest.fixture
def structure(member):
    return make_organisation(administrator=member)


@pytest.fixture
def typed(structure):
    """What someone types in the form, complete."""
    make_skill("compta-associative", "Comptabilité associative")
    return {
        "title": "Tenir la comptabilité",
        "context": "Je suis trésorière depuis un an.",
        "deliverable": "Une comptabilité à jour.",
        "cause": make_cause().pk,
        "place": "BOTH",
        "commune": make_commune().insee,
        "starts_on": in_days(3).isoformat(),
        "ends_on": in_days(60).isoformat(),
        "format": "SPLIT",
        "time": "BOTH",
        "volume": "3,5",
        "unit": "days",
        "places": "1",
        "skills": ["compta-associative"],
        "level_compta-associative": "3",
        "required_compta-associative": "no",
    }


def test_the_form_keeps_what_was_written(client, member, structure, typed):
    client.force_login(member)
    response = client.post(reverse("need-new"), typed | {"save": "yes"})
    need = Need.objects.get()
    assert response.url == need.get_absolute_url()
    assert (need.title, need.hours, need.status) == ("Tenir la comptabilité", 25, NeedStatus.DRAFT)
    wanted = need.wanted.get()
    assert (wanted.skill.code, wanted.level, wanted.required) == ("compta-associative", 3, False)


@pytest.mark.parametrize("name", ["title", "context", "deliverable"])
def test_a_need_gives_no_address_before_both_have_agreed(client, member, structure, typed, name):
    """As an offer, which shows where it was written; the address of a site may stay."""
    client.force_login(member)
    found = typed | {name: "Voyez www.ecole.org, puis écrivez à aline@example.org", "submit": "yes"}
    page = client.post(reverse("need-new"), found)
    assert name in page.context["form"].errors
    assert "Laissez « aline@example.org » de côté" in page.text.replace("\xa0", " ")
    assert not Need.objects.exists()


def test_a_draft_of_before_a_move_goes_to_the_pole_of_today(client, member, structure, typed):
    """Until it is verified a structure may turn out to be elsewhere: the coordinators there read it, and no others."""
    before = make_coordinator(structure.pole)
    client.force_login(member)
    client.post(reverse("need-new"), typed | {"save": "yes"})
    structure.pole = make_pole("Pôle voisin", ["62"])
    structure.save()
    after = make_coordinator(structure.pole)
    need = Need.objects.get()
    client.post(reverse("need-submit", args=[need.pk]))
    need.refresh_from_db()
    assert need.pole == structure.pole
    told = Notification.objects.filter(kind="need_submitted").values_list("recipient", flat=True)
    assert list(told) == [after.pk]
    for coordinator, status in ((before, 404), (after, 200)):
        client.force_login(coordinator)
        assert client.get(need.get_absolute_url()).status_code == status


def test_a_need_handed_in_before_a_move_is_for_the_pole_of_today(client, member, structure, typed):
    """The coordinators of before neither read nor publish it; those of today are told, once."""
    Organisation.objects.update(status=OrganisationStatus.SUBMITTED)
    before = make_coordinator(structure.pole)
    client.force_login(member)
    client.post(reverse("need-new"), typed | {"submit": "yes"})
    need = Need.objects.get()
    needs.take_charge(need, by=before)
    Organisation.objects.filter(pk=structure.pk).update(pole=make_pole("Pôle voisin", ["62"]))
    after = make_coordinator(Organisation.objects.get(pk=structure.pk).pole)
    Organisation.objects.update(status=OrganisationStatus.ACCEPTED)
    client.force_login(before)
    client.post(reverse("need-publish", args=[need.pk]))
    need.refresh_from_db()
    assert need.status == NeedStatus.SUBMITTED
    for _many in range(2):
        needs.follow_moved_structures()
    need.refresh_from_db()
    assert (need.pole, need.coordinator) == (after.memberships.get().organisation.pole, None)
    told = Notification.objects.filter(kind="need_submitted").values_list("recipient", flat=True)
    assert list(told.order_by("pk")) == [before.pk, after.pk]
    assert client.get(need.get_absolute_url()).status_code == 404
    client.force_login(after)
    client.post(reverse("need-publish", args=[need.pk]))
    need.refresh_from_db()
    assert need.status == NeedStatus.PUBLISHED


def test_sending_it_tells_the_coordinators_once(client, member, structure, typed):
    coordinator = make_coordinator(structure.pole)
    client.force_login(member)
    client.post(reverse("need-new"), typed | {"submit": "yes"})
    need = Need.objects.get()
    assert need.status == NeedStatus.SUBMITTED
    client.post(reverse("need-submit", args=[need.pk]))
    assert Notification.objects.filter(recipient=coordinator, kind="need_submitted").count() == 1


def test_without_javascript_a_button_adds_a_skill_and_nothing_is_saved(client, member, typed):
    make_skill("redaction", "Rédaction")
    client.force_login(member)
    page = client.post(reverse("need-new"), typed | {"pick": "redaction"}).content.decode()
    assert page.count('class="picked-skill"') == 2
    assert "Je suis trésorière depuis un an." in page
    assert not Need.objects.exists()


WRITE_ABOVE = "Dites-le ci-dessus"


def test_who_has_written_already_isn_t_told_to_write(client, member, structure):
    client.force_login(member)
    assert WRITE_ABOVE in client.get(reverse("need-new"), {"tout": "oui"}).text
    told = client.post(reverse("skills-picker"), {"title": "Refaire notre site web"}).text
    assert "Aucune compétence choisie pour l’instant." in told
    assert WRITE_ABOVE not in told
    draft = make_need(structure, skills=[], title="Tenir nos comptes", status=NeedStatus.DRAFT)
    page = client.get(reverse("need-edit", args=[draft.pk])).text
    assert WRITE_ABOVE not in page
    assert "Aucune compétence choisie pour l’instant." in page


def test_the_words_that_gave_a_skill_away_are_said_once():
    read = ["site", "site web\nNotre site web", "Site web", "refaire"]
    assert said_once(read) == ["Notre site web", "refaire"]


def test_an_unknown_skill_is_left_out(client, member, typed):
    client.force_login(member)
    page = client.post(reverse("skills-picker"), typed | {"pick": "n'existe-pas"}).content.decode()
    assert page.count('class="picked-skill"') == 1


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "", "Ce champ est obligatoire"),
        ("title", "😀 !", "Écrivez-le avec des mots"),
        ("deliverable", "...", "Écrivez-le avec des mots"),
        ("starts_on", "2016-01-01", "plus de 3 ans"),
        ("starts_on", "0001-01-01", "est-ce la bonne année"),
        ("ends_on", in_days(-1).isoformat(), "Cette date est déjà passée."),
        ("ends_on", in_days(1).isoformat(), "La fin est avant le début."),
        ("ends_on", "9999-12-31", "plus de six ans"),
        ("ends_on", "31/02/2027x", "date valide"),
        ("volume", "beaucoup", "nombre"),
        ("volume", "-3", "Une demi-heure au moins."),
        ("volume", "99999", "plus d’un an de travail"),
        ("volume", "1000000000000", "chiffres"),
        ("places", "0", "Au moins une personne."),
        ("places", "51", "Cinquante personnes au plus"),
        ("places", "-1", "supérieure"),
        ("cause", "999999", "choix"),
        ("title", "a\x00b", "nul"),
        ("title", "x" * 200, "120 caractères"),
    ],
)
def test_bad_input_gets_a_sentence_beside_the_field(client, member, typed, field, value, sentence):
    client.force_login(member)
    page = client.post(
        reverse("need-new"), typed | {field: value, "submit": "yes"}
    ).content.decode()
    assert sentence in page
    assert "Je suis trésorière depuis un an." in page
    assert not Need.objects.exists()


@pytest.mark.parametrize(
    ("format", "hours", "sentence"),
    [
        ("ONE_HOUR", 35, "« Une heure de conseil » compte de 1 à 2 heures par personne"),
        ("ONE_HOUR", 3, "et vous en demandez 3"),
        ("ONE_DAY", 35, "« Une journée » compte de 3 à 10 heures par personne"),
        ("ONE_DAY", 1, "changez le format ou la durée"),
        ("SHORT", 71, "de 7 à 70 heures"),
        ("SHORT", 4, "de 7 à 70 heures"),
        ("SPLIT", 1, "au moins 3 heures"),
        ("LONG", 5, "au moins 7 heures"),
    ],
)
def test_a_volume_that_its_format_contradicts_is_said_beside_it(
    client, member, typed, format, hours, sentence
):
    client.force_login(member)
    typed |= {"format": format, "volume": hours, "unit": "hours", "submit": "yes"}
    page = client.post(reverse("need-new"), typed)
    errors = page.context["form"].errors
    assert list(errors) == ["volume"]
    assert sentence in errors["volume"][0].replace("\u00a0", " ")
    assert not Need.objects.exists()


@pytest.mark.parametrize(
    ("format", "hours"),
    [("ONE_HOUR", 1), ("ONE_HOUR", 2), ("ONE_DAY", 3), ("ONE_DAY", 10), ("SHORT", 7)]
    + [("SHORT", 70), ("SPLIT", 3), ("SPLIT", 150), ("LONG", 7), ("LONG", 500)],
)
def test_a_volume_within_its_format_is_kept(client, member, typed, format, hours):
    client.force_login(member)
    typed |= {"format": format, "volume": hours, "unit": "hours", "save": "yes"}
    client.post(reverse("need-new"), typed)
    assert Need.objects.get().hours == hours


@pytest.mark.parametrize(
    ("format", "days", "hours", "field", "sentence"),
    [
        ("SHORT", 1, 14, "format", "au moins 2 jours"),
        ("SPLIT", 7, 14, "format", "au moins 8 jours"),
        ("LONG", 30, 60, "format", "au moins 56 jours"),
        ("SHORT", 2, 35, "volume", "20 heures au plus"),
        ("SPLIT", 14, 70, "volume", "42 heures au plus"),
        ("LONG", 56, 600, "volume", "560 heures au plus"),
    ],
)
def test_dates_that_leave_no_room_for_it_are_said(
    client, member, typed, format, days, hours, field, sentence
):
    client.force_login(member)
    typed |= {"format": format, "volume": hours, "unit": "hours", "submit": "yes"}
    typed |= {"starts_on": in_days(3).isoformat(), "ends_on": in_days(2 + days).isoformat()}
    errors = client.post(reverse("need-new"), typed).context["form"].errors
    assert list(errors) == [field]
    assert sentence in errors[field][0].replace("\u00a0", " ")
    assert not Need.objects.exists()


def test_a_need_without_a_skill_stays_a_draft(client, member, typed):
    client.force_login(member)
    del typed["skills"]
    response = client.post(reverse("need-new"), typed | {"submit": "yes"}, follow=True)
    assert "au moins une compétence" in response.content.decode()
    assert Need.objects.get().status == NeedStatus.DRAFT


def test_someone_without_a_structure_is_told_how_to_register_one(client):
    client.force_login(make_user())
    page = client.get(reverse("need-new")).content.decode()
    assert reverse("organisation-new") in page


def test_a_draft_is_seen_by_its_structure_alone(client, member, structure):
    need = make_need(structure, status=NeedStatus.DRAFT)
    client.force_login(make_coordinator(structure.pole))
    assert client.get(need.get_absolute_url()).status_code == 404
    client.force_login(member)
    assert client.get(need.get_absolute_url()).status_code == 200


def test_nothing_of_an_unverified_structure_is_public(client):
    structure = make_organisation(status=OrganisationStatus.SUBMITTED, member=make_user())
    need = make_need(structure)
    assert client.get(need.get_absolute_url()).status_code == 404
    assert need.title not in client.get(reverse("needs")).content.decode()


EDITS = ["need-edit", "need-submit", "need-end"]


@pytest.mark.parametrize("name", EDITS)
def test_a_stranger_finds_no_draft(client, structure, name):
    need = make_need(structure, status=NeedStatus.DRAFT)
    client.force_login(make_user())
    assert client.post(reverse(name, args=[need.pk])).status_code == 404


@pytest.mark.parametrize(
    ("status", "then"),
    [
        (NeedStatus.PUBLISHED, "seule la coordination peut"),
        (NeedStatus.FILLED, "il ne peut pas être modifié"),
        (NeedStatus.PAUSED, "il ne peut pas être modifié"),
        (NeedStatus.CLOSED, "il ne peut pas être modifié"),
    ],
)
def test_a_need_that_moved_while_it_was_edited_says_so_and_gives_back_what_was_typed(
    client, structure, status, then
):
    need = make_need(structure, status=status, title="Notre site")
    client.force_login(structure.members.get())
    edit = reverse("need-edit", args=[need.pk])
    late = client.post(edit, {"title": "Notre tout nouveau site", "save": "yes"})
    assert late.status_code == 409
    for words in ("Trop tard", need.get_status_display(), "Notre tout nouveau site"):
        assert words in late.text
    assert then in late.text.lower()
    opened = client.get(edit, follow=True)
    assert opened.redirect_chain[-1][0] == need.get_absolute_url()
    assert "Trop tard" in opened.text
    need.refresh_from_db()
    assert need.title == "Notre site"


def test_coordinators_are_told_that_the_structure_has_it_in_hand(client, structure):
    need = make_need(structure, status=NeedStatus.DRAFT, submitted_at=timezone.now())
    client.force_login(make_coordinator(need.pole))
    late = client.post(reverse("need-edit", args=[need.pk]), {"title": "Un site à deux mains"})
    assert late.status_code == 409
    assert "La structure l’a en main" in late.text


def test_a_form_never_puts_back_the_state_that_somebody_has_just_changed(structure):
    need = make_need(structure, status=NeedStatus.DRAFT)
    read_before = Need.objects.get(pk=need.pk)
    needs.submit(need, by=structure.members.get())
    with pytest.raises(NotYet):
        needs.write(read_before, None, [], by=structure.members.get())
    assert Need.objects.get().status == NeedStatus.SUBMITTED


@pytest.mark.parametrize("name", EDITS)
def test_another_structure_may_not_touch_a_published_need(client, structure, name):
    need = make_need(structure)
    client.force_login(make_organisation(member=make_user()).members.get())
    assert client.post(reverse(name, args=[need.pk])).status_code == 403


@pytest.mark.parametrize("name", [*EDITS, "need-publish"])
def test_nobody_is_asked_to_sign_in(client, structure, name):
    need = make_need(structure)
    assert reverse("account_login") in client.post(reverse(name, args=[need.pk])).url


def test_a_draft_without_a_skill_is_not_offered_to_be_sent(client, member, structure):
    """The button was there, and was refused when pressed."""
    need = make_need(structure, status=NeedStatus.DRAFT, created_by=member)
    client.force_login(member)
    assert reverse("need-submit", args=[need.pk]) in client.get(need.get_absolute_url()).text
    need.wanted.all().delete()
    page = client.get(need.get_absolute_url()).text
    assert "Indiquez au moins une compétence" in page
    assert reverse("need-submit", args=[need.pk]) not in page


def test_a_need_that_was_never_published_leaves_no_catalogue(client, member, structure):
    need = make_need(structure, status=NeedStatus.DRAFT, created_by=member, published_at=None)
    client.force_login(member)
    page = client.get(reverse("need-end", args=[need.pk])).text
    assert "jamais été publié" in page
    assert "Il quitte le catalogue" not in page
    Need.objects.filter(pk=need.pk).update(
        status=NeedStatus.PUBLISHED, published_at=timezone.now(), is_listed=False
    )
    assert "Il quitte le catalogue" not in client.get(reverse("need-end", args=[need.pk])).text
    Need.objects.filter(pk=need.pk).update(is_listed=True)
    assert "Il quitte le catalogue" in client.get(reverse("need-end", args=[need.pk])).text


def test_a_family_is_looked_for_by_its_name_and_stays_while_one_picks(client, member, structure):
    make_skill("site-web"), make_skill("base-de-donnees")
    client.force_login(member)
    found = {"skill_query": "numérique", "pick": "site-web"}
    picker = client.post(reverse("skills-picker"), found).context["picker"]
    assert [skill.code for skill in picker.found] == ["base-de-donnees"]
