"""A tag is renamed, or put back, in the moment in which a colleague pins the same words."""

import pytest
from django.db import transaction
from django.db.models import Exists

from accounts.models import Pole
from marketplace.actions.desk import notes, tags
from marketplace.actions.refusals import NotYet
from marketplace.models import Tag
from tests.at_once import HalfWay, together
from tests.factories import make_coordinator
from tests.marketplace.desk.bulk_acts import Act, do, undo, whys
from tests.marketplace.desk.desk_people import make_colleague, submitted

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture
def nadia():
    return make_coordinator(first_name="Nadia")


@pytest.fixture
def karim(nadia):
    return make_colleague(nadia, first_name="Karim")


def pin(need, words, by):
    return notes.pin(need, pole=Pole.objects.get(pk=need.pole_id), words=words, by=by)


def pin_slowly(need, words, by, half):
    with transaction.atomic():
        pin(need, words, by)
        half.stop()


def test_renaming_to_words_that_a_colleague_pins_in_this_moment_is_told(nadia, karim):
    need, other = submitted(coordinator=karim), submitted(coordinator=karim)
    pin(need, "a voir", nadia)
    pin(other, "a voir", nadia)
    refused, half = [], HalfWay()

    def rename():
        with pytest.raises(NotYet) as refusal:
            tags.rename("a voir", to="à visiter", by=nadia)
        refused.append(str(refusal.value))

    together(
        lambda: pin_slowly(need, "à visiter", karim, half),
        lambda: half.then(rename),
    )
    assert "Quelqu’un du pôle vient de mettre" in refused[0]
    assert Tag.objects.filter(words="a voir").count() == 2, "nothing half done"
    tags.rename("a voir", to="à visiter", by=nadia)
    assert sorted(Tag.objects.values_list("need", "words")) == [
        (need.pk, "à visiter"),
        (other.pk, "à visiter"),
    ]


def test_of_two_who_rename_one_tag_into_the_other_each_line_keeps_one(nadia, karim, monkeypatch):
    rows = [submitted(coordinator=karim) for _n in range(3)]
    for need in rows:
        pin(need, "subvention", nadia)
        pin(need, "subventions", karim)

    half = HalfWay()

    def slowly(same):
        half.stop()
        return Exists(same)

    monkeypatch.setattr(tags, "Exists", slowly)
    together(
        lambda: tags.rename("subvention", to="subventions", by=nadia),
        lambda: tags.rename("subventions", to="subvention", by=karim),
    )
    assert sorted(Tag.objects.values_list("need", flat=True)) == [need.pk for need in rows]


def test_a_tag_that_a_colleague_puts_back_as_the_act_is_undone_is_left(nadia, karim):
    need = submitted(coordinator=karim)
    pin(need, "à visiter", nadia)
    made, half = do(nadia, Act.UNTAG, "besoins", [need], words="à visiter"), HalfWay()
    together(
        lambda: pin_slowly(need, "à visiter", karim, half),
        lambda: half.then(lambda: undo(made)),
    )
    assert Tag.objects.get().by == karim
    assert whys(made) == {need.pk: "Quelqu’un a remis l’étiquette depuis."}
