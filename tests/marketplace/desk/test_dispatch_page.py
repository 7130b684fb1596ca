"""The rules on screen: read, tried on the last twelve months, kept as they were tried."""

from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from accounts.models import Membership
from accounts.states import SeatStatus
from marketplace.models import DispatchRule, NeedSkill
from tests.factories import (
    make_commune,
    make_need,
    make_pole,
    make_seat,
    make_skill,
    make_user,
)
from tests.marketplace.desk.dispatching import (
    kept,
    make_operator,
    make_rule,
    person_of,
    pole_of_two_departments,
    read,
    tried,
    url,
)


@pytest.fixture
def pole(db):
    return pole_of_two_departments()


@pytest.fixture
def coup(pole, client):
    operator = make_operator(pole, "Coup de Pouce")
    client.force_login(person_of(operator))
    return operator


@pytest.fixture
def relais(pole):
    return make_operator(pole, "Relais Nord")


def in_arras(**fields):
    return make_need(commune=make_commune("62041", "Arras"), **fields)


# --- the list --------------------------------------------------------------------------------
def test_the_rules_are_read_in_their_order_and_in_words(client, coup, relais, pole):
    make_rule(coup, departments=["59"], families=[make_skill().family.code], formats=["LONG"])
    make_rule(relais, doors=[coup.pk], times=["OWN"])
    page = read(client, url("", pole.pk))
    first = "Nord · Numérique · plusieurs mois → Coup de Pouce"
    assert page.index(first) < page.index("par la porte\xa0: Coup de Pouce → Relais Nord")
    assert "Les autres\xa0: à personne" in page


def test_without_rules_the_page_says_what_happens(client, coup, pole):
    assert "Pas encore de règle" in read(client, url("", pole.pk))


def test_a_rule_of_an_operator_that_has_left_says_so(client, coup, relais, pole):
    make_rule(relais)
    relais.seats.update(status=SeatStatus.ENDED)
    assert "Relais Nord ne coordonne plus ici" in read(client, url("", pole.pk))


def test_the_page_asks_the_same_whatever_the_number_of_rules(
    client, coup, pole, django_assert_max_num_queries
):
    for n in range(2):
        make_rule(coup, departments=[f"0{n}"])
    client.get(url("", pole.pk))
    with django_assert_max_num_queries(16):
        client.get(url("", pole.pk))
    for n in range(2, 40):
        make_rule(coup, departments=[f"{n:02}"])
    with django_assert_max_num_queries(16):
        client.get(url("", pole.pk))


def test_the_page_of_a_move_asks_few_questions(client, coup, pole, django_assert_max_num_queries):
    first = make_rule(coup, families=[make_skill().family.code])
    make_rule(coup)
    make_need()
    client.get(url("down", pole.pk, first.pk))
    with django_assert_max_num_queries(16):
        assert "Numérique → Coup de Pouce" in read(client, url("down", pole.pk, first.pk))


def test_of_several_poles_one_chooses(client, coup, pole):
    assert client.get(url("first")).url == url("", pole.pk)
    other = make_pole("Pôle voisin", ("80",))
    make_seat(coup, other)
    page = read(client, url("first"))
    assert url("", pole.pk) in page
    assert url("", other.pk) in page
    assert url("", other.pk) in read(client, url("", pole.pk))


# --- written ---------------------------------------------------------------------------------
def test_a_new_rule_is_tried_before_it_is_kept(client, coup, relais, pole):
    for _n in range(3):
        make_need()
    in_arras()
    make_need(submitted_at=timezone.localtime() - timedelta(days=400))
    make_rule(relais, departments=["62"])
    typed = {"departments": ["59"], "operator": coup.pk, "place": "2", "try": "yes"}
    page = read(client, url("new", pole.pk), typed)
    assert "Essayé sur les 4 besoins des douze derniers mois" in page
    assert "<strong>3 besoins</strong> seraient allés à Coup de Pouce (0 avec" in page
    assert "<strong>1 besoin</strong> serait allé à Relais Nord (1 avec" in page
    assert "<strong>0 besoin</strong> n’aurait été à personne (3 avec" in page
    assert "3 besoins répondent à cette règle." in page
    assert "5 besoins ouverts aujourd’hui, que personne ne suit, seraient confiés" in page
    assert kept() == ["Relais Nord"]
    client.post(url("new", pole.pk), tried(client, url("new", pole.pk), typed))
    assert kept() == ["Relais Nord", "Coup de Pouce"]
    row = DispatchRule.objects.get(position=2)
    assert (row.departments, row.changed_by) == (["59"], person_of(coup))


def test_nothing_is_kept_that_was_not_tried(client, coup, pole):
    typed = {"departments": ["59"], "operator": coup.pk, "place": "1", "keep": "yes"}
    assert "Vous avez changé quelque chose après l’essai" in read(
        client, url("new", pole.pk), typed
    )
    assert kept() == []
    held = tried(client, url("new", pole.pk), typed)
    read(client, url("new", pole.pk), held | {"departments": ["62"]})
    assert kept() == []


def test_a_rule_is_changed_in_place(client, coup, relais, pole):
    row = make_rule(relais, departments=["62"])
    address = url("edit", pole.pk, row.pk)
    page = read(client, address)
    assert 'value="62"' in page
    typed = {"departments": ["59", "62"], "operator": coup.pk, "place": "1"}
    client.post(address, tried(client, address, typed))
    row.refresh_from_db()
    assert (row.departments, row.operator) == (["59", "62"], coup)


def test_a_rule_that_is_put_first_says_what_it_takes_from_another(client, coup, relais, pole):
    skill = make_skill("droit-travail")
    skill.family = skill.family.__class__.objects.create(
        code="droit", label_fr="Droit", label_en="Law"
    )
    skill.save()
    both = make_need()
    NeedSkill.objects.create(need=both, skill=skill)
    make_need()
    make_rule(relais, families=["droit"])
    typed = {"families": ["numerique"], "operator": coup.pk, "place": "2"}
    page = read(client, url("new", pole.pk), typed)
    assert "2 besoins répondent à cette règle. Les règles d’avant en prennent 1." in page
    assert "1 besoin répond à cette règle et à «\xa0Droit → Relais Nord\xa0»." in page
    assert "L’autre passe avant, et l’emporte." in page
    page = read(client, url("new", pole.pk), typed | {"place": "1"})
    assert "Celle-ci passe avant, et l’emporte." in page


def test_an_overlap_that_no_need_of_the_year_met_is_said(client, coup, relais, pole):
    make_need()
    make_rule(relais, formats=["LONG"])
    typed = {"departments": ["62"], "operator": coup.pk, "place": "2"}
    page = read(client, url("new", pole.pk), typed)
    assert "aucun de la dernière année ne le fait" in page


def test_without_needs_there_is_nothing_to_try_on_and_it_may_be_kept(client, coup, pole):
    typed = {"operator": coup.pk, "place": "1"}
    assert "il n’y a rien sur quoi essayer" in read(client, url("new", pole.pk), typed)
    client.post(url("new", pole.pk), tried(client, url("new", pole.pk), typed))
    assert kept() == ["Coup de Pouce"]


# --- the order, and removing -------------------------------------------------------------------
@pytest.mark.parametrize(
    ("act", "which", "names"),
    [
        ("up", 2, ["Relais Nord", "Coup de Pouce"]),
        ("down", 1, ["Relais Nord", "Coup de Pouce"]),
        ("remove", 1, ["Relais Nord"]),
    ],
)
def test_order_and_removal_are_tried_before_they_are_kept(
    client, coup, relais, pole, act, which, names
):
    make_need()
    make_rule(coup, departments=["59"])
    make_rule(relais, formats=["SPLIT"])
    row = DispatchRule.objects.get(position=which)
    address = url(act, pole.pk, row.pk)
    page = read(client, address)
    assert "<strong>0 besoin</strong> serait allé à Coup de Pouce (1 avec" in page
    assert "<strong>1 besoin</strong> serait allé à Relais Nord (0 avec" in page
    assert kept() == ["Coup de Pouce", "Relais Nord"]
    numbers = set(DispatchRule.objects.values_list("pk", flat=True))
    client.post(address, tried(client, address))
    assert kept() == names
    assert set(DispatchRule.objects.values_list("pk", flat=True)) <= numbers


def test_an_order_that_would_silence_a_rule_is_refused(client, coup, relais, pole):
    make_rule(coup, departments=["59"])
    row = make_rule(relais)
    address = url("up", pole.pk, row.pk)
    assert "«\xa0Nord → Coup de Pouce\xa0» ne servirait jamais" in read(client, address)
    client.post(address, tried(client, address))
    assert kept() == ["Coup de Pouce", "Relais Nord"]


def test_the_first_one_goes_no_higher(client, coup, pole):
    row = make_rule(coup)
    assert "rien ne changerait" in read(client, url("up", pole.pk, row.pk))


# --- two at once -------------------------------------------------------------------------------
def test_whoever_comes_second_reads_that_the_rules_have_changed(client, coup, relais, pole):
    address = url("new", pole.pk)
    typed = {"departments": ["59"], "operator": coup.pk, "place": "1"}
    mine = tried(client, address, typed)
    make_rule(relais, departments=["62"])
    page = read(client, address, mine)
    assert "Les règles ont changé entre-temps" in page
    assert kept() == ["Relais Nord"]
    client.post(address, tried(client, address, typed))
    assert kept() == ["Coup de Pouce", "Relais Nord"]


def test_an_operator_that_leaves_between_trial_and_keeping_is_another_trial(
    client, coup, relais, pole
):
    row = make_rule(relais, departments=["62"])
    make_rule(coup, departments=["59"])
    mine = tried(client, url("remove", pole.pk, row.pk))
    relais.seats.update(status=SeatStatus.ENDED)
    assert "Les règles ont changé" in read(client, url("remove", pole.pk, row.pk), mine)
    assert len(kept()) == 2


def test_a_rule_that_is_gone_meanwhile_loses_nothing_that_was_typed(client, coup, pole):
    row = make_rule(coup, departments=["62"])
    address = url("edit", pole.pk, row.pk)
    typed = {"departments": ["59"], "operator": coup.pk, "place": "1"}
    mine = tried(client, address, typed)
    DispatchRule.objects.all().delete()
    page = read(client, address, mine)
    assert "Quelqu’un a retiré cette règle entre-temps" in page
    client.post(address, tried(client, address, typed))
    assert DispatchRule.objects.get().departments == ["59"]
    for name in ("edit", "up", "remove"):
        answer = client.get(url(name, pole.pk, row.pk + 9), follow=True)
        assert "Cette règle n’est plus là" in unescape(answer.content.decode())


# --- rights ------------------------------------------------------------------------------------
def test_the_rules_are_their_poles_coordinators_alone(client, coup, relais, pole):
    row = make_rule(relais, departments=["62"])
    neighbour = make_operator(make_pole("Pôle voisin", ("80",)), "Somme Ensemble")
    left = person_of(relais)
    Membership.objects.filter(user=left).delete()
    pages = [url("", pole.pk), url("new", pole.pk), url("edit", pole.pk, row.pk)]
    pages += [url(name, pole.pk, row.pk) for name in ("up", "down", "remove")]
    typed = {"departments": ["59"], "operator": coup.pk, "place": "1", "keep": "yes", "tried": ""}
    for person in (make_user(), person_of(neighbour), left):
        client.force_login(person)
        for page in pages:
            assert client.get(page).status_code == 403
            if page != pages[0]:
                assert client.post(page, typed).status_code == 403
    assert client.get(url("first")).status_code == 403
    client.force_login(person_of(neighbour))
    assert client.get(url("first")).url == url("", neighbour.pole_id)
    client.force_login(person_of(coup))
    assert client.get(url("", 999999)).status_code == 404
    client.logout()
    assert client.get(pages[0]).status_code == 302
    assert kept() == ["Relais Nord"]


def test_a_rule_of_another_pole_is_not_there(client, coup, pole):
    other = make_pole("Pôle voisin", ("80",))
    row = make_rule(make_operator(other, "Somme Ensemble"), departments=["80"])
    address = url("remove", pole.pk, row.pk)
    assert "Cette règle n’est plus là" in read(client, address, {"tried": "", "keep": "yes"})
    assert DispatchRule.objects.get() == row
