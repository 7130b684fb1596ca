"""The pages of acts on many rows: who may, what they say beforehand, and how they are taken back."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from accounts.states import OrganisationStatus
from marketplace.actions.desk import bulk
from marketplace.models import Act, BulkAct, Need, Tag
from marketplace.states import NeedStatus
from tests.factories import make_need, make_user
from tests.marketplace.desk.bulk_acts import do
from tests.marketplace.desk.desk_people import elsewhere, submitted

ACT = "/bureau/listes/besoins/agir/"


@pytest.fixture
def two(nadia):
    return submitted(title="Refaire le site"), submitted(title="Tenir la caisse")


@pytest.fixture
def as_nadia(client, nadia):
    client.force_login(nadia)
    return client


def ask(client, rows, **fields):
    return client.get(ACT, {"rows": [row.pk for row in rows], **fields})


def press(client, page, **fields):
    """Press the page's button, with what its form holds."""
    context = page.context
    held = dict.fromkeys(name for name, _value in context["selection"].pairs())
    for name in held:
        held[name] = [value for key, value in context["selection"].pairs() if key == name]
    held |= dict(context["first"]) | {"act": context["act"].value, "seal": context["preview"].seal}
    return client.post(ACT, held | fields)


def test_the_preview_does_nothing_and_the_button_does_it(as_nadia, nadia, two):
    page = ask(as_nadia, two, act="prendre")
    assert "Vous suivrez 2 lignes" in page.text
    assert not Need.objects.filter(coordinator=nadia).exists()
    press(as_nadia, page)
    assert Need.objects.filter(coordinator=nadia).count() == 2
    assert BulkAct.objects.get().done == 2


def test_the_same_page_sent_twice_does_it_once(as_nadia, two):
    page = ask(as_nadia, two, act="prendre")
    press(as_nadia, page)
    answer = press(as_nadia, page)
    assert BulkAct.objects.count() == 1
    assert "rien à faire" in answer.text


def test_rows_left_are_named_with_why(as_nadia, nadia, two):
    mine = submitted(title="Trouver un local", coordinator=nadia)
    page = ask(as_nadia, [*two, mine], act="prendre")
    assert "Trouver un local" in page.text
    assert "1 ligne reste en l’état" in page.text


def test_handing_over_asks_to_whom_first_and_keeps_the_words(as_nadia, karim, two):
    first = ask(as_nadia, two, act="confier")
    assert "À qui" in first.text
    page = ask(as_nadia, two, act="confier", to=f"p{karim.pk}")
    assert "Karim Benali" in page.text
    press(as_nadia, page, **{"then-words": "Merci\xa0!"})
    made = BulkAct.objects.get()
    assert (made.to_person, made.words, made.done) == (karim, "Merci\xa0!", 2)


def test_nobody_of_elsewhere_can_be_chosen(as_nadia, two):
    page = ask(as_nadia, two, act="confier", to=f"p{elsewhere().pk}")
    assert page.status_code == 200
    assert "error-summary" in page.text or "invalid" in page.text
    assert not BulkAct.objects.exists()


def test_closing_wants_a_reason(as_nadia, nadia):
    need = make_need(member=make_user())
    page = ask(as_nadia, [need], act="fermer")
    assert "sera clos" in page.text, "as the need's own page says"
    acts = as_nadia.get("/bureau/listes/besoins/agir/", {"all": "1"}).text
    assert "Clore" in acts.split("<main")[1].split("</main>")[0]
    again = press(as_nadia, page, **{"then-words": ""})
    assert again.status_code == 200
    assert not BulkAct.objects.exists()
    press(as_nadia, page, **{"then-words": "Doublon."})
    need.refresh_from_db()
    assert need.status == NeedStatus.CLOSED


def test_a_tag_is_put_and_taken_off(as_nadia, two):
    press(as_nadia, ask(as_nadia, two, act="etiqueter", words="  À  Visiter "))
    assert set(Tag.objects.values_list("words", flat=True)) == {"à visiter"}
    press(as_nadia, ask(as_nadia, two, act="retirer", words="à visiter"))
    assert not Tag.objects.exists()


@pytest.mark.parametrize("act", ["", "voler", "etiqueter\0", "fermer"])
def test_an_act_that_there_isnt_leads_to_those_there_are(as_nadia, act, pole):
    page = as_nadia.get("/bureau/listes/organisations/agir/", {"all": "1", "act": act})
    assert page.status_code == 200
    assert "Prendre en charge" in page.text
    assert "Clore" not in page.text.split("<main")[1].split("</main>")[0]


def test_more_rows_than_an_act_takes_are_refused_before_they_are_read(as_nadia, two, monkeypatch):
    monkeypatch.setattr(bulk, "MOST", 1)
    answer = as_nadia.get(ACT, {"all": "1", "act": "prendre"})
    assert answer.status_code == 302
    assert not BulkAct.objects.exists()


def test_nonsense_is_no_error(as_nadia, two):
    assert as_nadia.get("/bureau/listes/rien/agir/").status_code == 404
    for bad in (
        {"rows": ["x", "9" * 40]},
        {"all": "1", "age": "99"},
        {"rows": [two[0].pk], "to": "\0"},
    ):
        assert as_nadia.get(ACT, {"act": "confier", **bad}).status_code in (200, 302)
        assert as_nadia.post(ACT, {"act": "prendre", **bad}).status_code in (200, 302)


# --- who -------------------------------------------------------------------------------------
def test_only_coordinators_of_today_may(client, nadia, two):
    client.get(ACT)
    assert ask(client, two, act="prendre").status_code == 302  # to the login
    client.force_login(two[0].organisation.members.first())
    assert ask(client, two, act="prendre").status_code == 403
    client.force_login(nadia)
    page = ask(client, two, act="prendre")
    operator = nadia.organisations.get()
    Organisation.objects.filter(pk=operator.pk).update(status=OrganisationStatus.SUSPENDED)
    assert press(client, page).status_code == 403
    Organisation.objects.filter(pk=operator.pk).update(status=OrganisationStatus.ACCEPTED)
    Membership.objects.filter(user=nadia).delete()
    assert press(client, page).status_code == 403
    assert not BulkAct.objects.exists()


def test_a_coordinator_of_elsewhere_reaches_no_row(client, two):
    client.force_login(elsewhere())
    assert ask(client, two, act="prendre").status_code == 302
    assert not BulkAct.objects.exists()


# --- back ------------------------------------------------------------------------------------
def test_the_page_of_the_act_offers_the_way_back_and_says_how_long(as_nadia, nadia, two):
    made = do(nadia, Act.TAKE, "besoins", two)
    page = as_nadia.get(made.get_absolute_url())
    assert "Annuler (9 min" in page.text
    as_nadia.post(reverse("bulk-undo", args=[made.pk]))
    assert not Need.objects.filter(coordinator=nadia).exists()
    page = as_nadia.get(made.get_absolute_url())
    assert "comme avant" in page.text
    assert "Annuler (" not in page.text


def test_undoing_twice_or_too_late_is_said(as_nadia, nadia, two):
    made = do(nadia, Act.TAKE, "besoins", two)
    url = reverse("bulk-undo", args=[made.pk])
    as_nadia.post(url)
    assert "déjà annulé" in as_nadia.post(url, follow=True).text
    late = do(nadia, Act.TAKE, "besoins", two)
    BulkAct.objects.filter(pk=late.pk).update(undo_until=timezone.now() - timedelta(seconds=1))
    assert "Trop tard" in as_nadia.post(reverse("bulk-undo", args=[late.pk]), follow=True).text
    assert Need.objects.filter(coordinator=nadia).count() == 2


def test_only_whoever_did_it_reads_it_and_takes_it_back(client, nadia, karim, two):
    made = do(nadia, Act.TAKE, "besoins", two)
    for person, status in ((karim, 404), (elsewhere(), 404), (make_user(), 403)):
        client.force_login(person)
        assert client.get(made.get_absolute_url()).status_code == status
        assert client.post(reverse("bulk-undo", args=[made.pk])).status_code == status
    Membership.objects.filter(user=nadia).delete()
    client.force_login(nadia)
    assert client.post(reverse("bulk-undo", args=[made.pk])).status_code == 403
    assert Need.objects.filter(coordinator=nadia).count() == 2


def test_many_rows_show_their_progress(as_nadia, nadia, two, monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    answer = press(as_nadia, ask(as_nadia, two, act="prendre"))
    page = as_nadia.get(answer.url)
    assert "<progress" in page.text
    bulk.carry_on(BulkAct.objects.get())
    assert "Annuler (9 min" in as_nadia.get(answer.url).text


# --- tags ------------------------------------------------------------------------------------
def test_the_tags_of_the_pole_are_counted_renamed_and_retired(as_nadia, nadia, two):
    do(nadia, Act.TAG, "besoins", two, words="a voir")
    do(nadia, Act.TAG, "besoins", two[:1], words="à visiter")
    page = as_nadia.get(reverse("tags"), {"etiquette": "a voir"})
    assert "La retirer de 2 lignes" in page.text
    as_nadia.post(reverse("tags-rename"), {"words": "a voir", "new": " À visiter"})
    assert Tag.objects.filter(words="à visiter").count() == 2
    assert not Tag.objects.filter(words="a voir").exists()
    answer = as_nadia.post(reverse("tags-retire"), {"words": "à visiter"}, follow=True)
    assert "Retirée de 2 lignes" in answer.text
    assert not Tag.objects.exists()
    again = as_nadia.post(reverse("tags-retire"), {"words": "à visiter"}, follow=True)
    assert "n’existe plus" in again.text


def test_tags_of_another_pole_are_neither_shown_nor_changed(as_nadia, nadia, two):
    do(nadia, Act.TAG, "besoins", two, words="à visiter")
    stranger = elsewhere()
    Tag.objects.create(
        words="à visiter",
        pole=stranger.organisations.get().pole,
        by=stranger,
        organisation=stranger.organisations.get(),
    )
    assert "2 lignes" in as_nadia.get(reverse("tags")).text
    as_nadia.post(reverse("tags-retire"), {"words": "à visiter"})
    assert Tag.objects.get().by == stranger


def test_what_a_boss_who_coordinates_mayn_t_know_is_in_no_count(client, nadia, karim):
    """What colleagues say of a coordinator isn't theirs to read, to rename nor to remove."""
    Tag.objects.create(
        words="à ménager", pole=nadia.organisations.get().pole, by=karim, person=nadia
    )
    client.force_login(nadia)
    assert "à ménager" not in client.get(reverse("tags")).text
    client.post(reverse("tags-retire"), {"words": "à ménager"})
    assert Tag.objects.count() == 1


def test_bad_words_for_a_tag_are_said(as_nadia, nadia, two):
    do(nadia, Act.TAG, "besoins", two, words="à visiter")
    for bad in ("", "x" * 41, "\0"):
        answer = as_nadia.post(
            reverse("tags-rename"), {"words": "à visiter", "new": bad}, follow=True
        )
        assert "40" in answer.text
    assert Tag.objects.filter(words="à visiter").count() == 2
