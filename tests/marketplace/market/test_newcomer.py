"""A volunteer with only a sentence: what we understood, to confirm, what is asked, and the needs that suit."""

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace import ranking
from marketplace.actions.talk import blocks
from marketplace.models import Portrait, Skill
from tests.factories import make_commune, make_coordinator, make_need, make_offer, make_user

PICKER = reverse("skills-picker")
HOME, SAY, CONFIRM = reverse("home"), reverse("portrait-say"), reverse("portrait-confirm")


@pytest.fixture
def accounting(our_skills):
    return Skill.objects.get(code="compta-generale")


@pytest.fixture
def noe(client):
    user = make_user(first_name="Noé", commune=make_commune())
    client.force_login(user)
    return user


def test_a_sentence_on_the_home_page_is_read_and_answered_with_needs(client, noe, accounting):
    need = make_need(skills=[accounting.code], title="Tenir nos comptes")
    assert "En une phrase" in client.get(HOME).text
    page = client.post(SAY, {"about": "J’ai tenu la comptabilité d’un garage."}, follow=True).text
    assert "Nous avons compris que vous pourriez aider" in page
    assert accounting.label_fr in page
    assert "Tenir nos comptes" in page
    page = client.post(CONFIRM, {"skills": [accounting.code]}, follow=True).text
    assert Portrait.objects.get(user=noe).held.get().skill == accounting
    assert need.title in page
    new_offer = client.get(reverse("offer-new")).text
    assert f'name="skills" value="{accounting.code}"' in new_offer
    assert "garage" in new_offer


def test_no_reason_rests_on_dates_and_hours_that_they_haven_t_said(client, noe, accounting):
    make_need(skills=[accounting.code], title="Tenir nos comptes", hours=400)
    page = client.post(SAY, {"about": "J’ai tenu la comptabilité d’un garage."}, follow=True).text
    assert "Tenir nos comptes" in page
    assert f"De votre côté\xa0: {accounting.label_fr}" in page
    assert "Convient à vos dates" not in page
    assert "400 souhaitées" not in page


def test_a_trade_is_a_sentence_too(client, noe, accounting):
    make_need(skills=[accounting.code], title="Tenir nos comptes")
    noe.trade = "Comptable"
    noe.save()
    page = client.get(HOME).text
    assert "Nous avons compris" in page
    assert "Tenir nos comptes" in page


def test_nothing_recognised_says_so(client, noe, our_skills):
    page = client.post(SAY, {"about": "zorglub"}, follow=True).text
    assert "Nous n’avons pas reconnu" in page


def test_nothing_written_nothing_ticked_and_twice(client, noe, accounting):
    assert "Écrivez d’abord une phrase" in client.post(SAY, {"about": " "}, follow=True).text
    assert "Cochez au moins" in client.post(CONFIRM, {"skills": ["inconnue"]}, follow=True).text
    for _turn in range(2):
        client.post(CONFIRM, {"skills": [accounting.code]})
    assert Portrait.objects.get(user=noe).held.count() == 1


def test_far_needs_ones_own_and_blocked_ones_arent_shown(noe, accounting):
    toulouse = make_commune("31555", "Toulouse", latitude=43.6045, longitude=1.4440)
    make_need(skills=[accounting.code], commune=toulouse, place="ON_SITE")
    make_need(member=noe, skills=[accounting.code])
    near = make_need(skills=[accounting.code])
    held = [(accounting.pk, 2)]
    assert [m.need for m in ranking.needs_for_newcomer(noe, held)] == [near]
    blocks.block(by=noe, organisation=near.organisation)
    assert ranking.needs_for_newcomer(noe, held) == []


def test_one_act_stands_out_on_a_newcomers_home_page(client, noe, accounting):
    assert client.get(HOME).text.count("btn-accent") == 1
    page = client.post(SAY, {"about": "J’ai tenu la comptabilité d’un garage."}, follow=True).text
    assert page.count("btn-accent") == 1
    page = client.post(CONFIRM, {"skills": [accounting.code]}, follow=True).text
    assert page.count("btn-accent") <= 1


def test_whoever_has_an_offer_a_structure_or_a_desk_isnt_asked(client, our_skills):
    structure = make_need(member=make_user()).organisation
    for user in (make_offer().person, structure.members.first(), make_coordinator()):
        client.force_login(user)
        assert "En une phrase" not in client.get(HOME).text


def test_the_home_page_shows_the_reasons_of_the_kept_lists_in_few_queries(
    client, django_assert_max_num_queries
):
    need, offer = make_need(member=make_user()), make_offer()
    ranking.refresh_due(timezone.now())
    client.force_login(offer.person)
    with django_assert_max_num_queries(55):
        page = client.get(HOME).text
    assert "Des besoins qui conviennent à vos offres" in page
    assert 'aria-label="Ce qui convient"' in page or "chip-reason" in page
    client.force_login(need.organisation.members.first())
    page = client.get(HOME).text
    assert "Qui pourrait vous aider" in page
    assert "chip-reason" in page


def test_a_passer_by_has_to_log_in_and_reading_the_doors_does_nothing(client, noe):
    assert client.get(SAY).status_code == client.get(CONFIRM).status_code == 405
    client.logout()
    assert client.post(SAY, {"about": "x"}).status_code == 302
    assert not Portrait.objects.exists()


def test_what_nobody_is_sure_of_is_asked(client, noe, our_skills):
    asked = client.post(PICKER, {"about": "on ne comprend rien aux gens"}).text
    assert "Rien de sûr\xa0: est-ce l’une de celles-ci\xa0?" in asked
    assert "Compris dans votre texte" not in asked
    assert "celle-ci aussi" not in asked
    said = client.post(PICKER, {"about": "comptable"}).text
    assert "Compris dans votre texte" in said
    assert said.count("celle-ci aussi") == 1


@pytest.mark.parametrize(
    "written",
    [
        "cherche bénévoles",
        "Nous avons besoin de volontaires samedi !",
        "un coup de main",
        "looking for volunteers",
    ],
)
def test_who_is_wanted_without_a_word_of_what_for_is_asked_about(client, noe, our_skills, written):
    shown = client.post(PICKER, {"title": written}).text
    assert "pas encore pour quoi faire" in shown
    assert 'name="look"' in shown
    assert 'value="own_words"' not in shown, "who is wanted is no skill to propose"


@pytest.mark.parametrize(
    "written", ["glaçonnier", "samedi", "des bénévoles pour tenir la comptabilité", ""]
)
def test_what_names_a_skill_or_nobody_is_not_asked_what_for(client, noe, our_skills, written):
    assert "pas encore pour quoi faire" not in client.post(PICKER, {"title": written}).text


def test_a_title_that_many_trades_bear_is_asked_about(client, noe, our_skills):
    shown = client.post(PICKER, {"about": "Ingénieure"}).text
    assert "Beaucoup de métiers portent ce nom" in shown
    assert 'name="pick"' not in shown
    assert "Beaucoup de métiers" not in client.post(PICKER, {"about": "Comptable"}).text


def test_the_landing_promises_no_free_help_where_some_is_billed(client):
    """“Nous trouvons qui sait le faire, gratuitement”: an association lends at cost. Nor do companies alone."""
    page = client.get("/").text
    assert "le service est gratuit" in page
    assert "gratuitement" not in page
    assert "d’entreprise au service" not in page


def test_how_it_works_tells_associations_that_they_may_lend(client):
    """“Une convention entre l’entreprise et l’association” was said of every loan."""
    page = client.get(reverse("how-it-works")).text
    assert "Une association peut-elle prêter une personne salariée" in page
    assert "entre l’entreprise et l’association" not in page
    assert "l’entreprise ou la personne bénévole" not in page
