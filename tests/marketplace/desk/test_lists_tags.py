"""Tags in the lists: in their column and in their filter, for who may read them, at the price of a page without."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from marketplace.actions.desk import journal, notes
from marketplace.models import JournalEntry, JournalKind, SavedFilter
from tests.marketplace.desk.list_rows import one_of_each

pytestmark = pytest.mark.django_db


def page_of(client, code, query=""):
    return client.get(f"{reverse('lists', args=[code])}?{query}")


def test_a_page_with_a_filter_and_many_tags_asks_no_more(
    client, nadia, karim, pole, django_assert_max_num_queries
):
    needs = [one_of_each(pole)["besoins"] for _one in range(6)]
    for number, need in enumerate(needs):
        for words in ("à visiter", f"mot {number}"):
            notes.pin(need, pole=pole, words=words, by=karim)
    client.force_login(nadia)
    page_of(client, "besoins", f"etat={needs[0].status}&age=2")
    with django_assert_max_num_queries(21):
        page = page_of(client, "besoins", f"etat={needs[0].status}&departement=59")
    assert len(page.context["rows"]) == 6
    words = next(one for one in page.context["filters"] if one["name"] == "etiquette")
    assert dict(words["choices"]).keys() == {"à visiter", *(f"mot {number}" for number in range(6))}
    said = {row["number"]: row["cells"][-1]["words"] for row in page.context["rows"]}
    assert said == {need.pk: f"mot {n}, à visiter" for n, need in enumerate(needs)}


def test_a_tag_that_isnt_a_readers_to_read_is_in_no_column_and_no_filter(
    client, nadia, karim, pole
):
    """One on a need that they leave to others, as the structure's own; their own words stay."""
    theirs, other = (one_of_each(pole)["besoins"] for _one in range(2))
    Membership.objects.create(user=nadia, organisation=theirs.organisation, role="MEMBER")
    notes.pin(theirs, pole=pole, words="fragile", by=karim)
    notes.pin(other, pole=pole, words="à visiter", by=karim)
    for reader, known in ((nadia, ["à visiter"]), (karim, ["fragile", "à visiter"])):
        client.force_login(reader)
        page = page_of(client, "besoins")
        words = next(one for one in page.context["filters"] if one["name"] == "etiquette")
        assert sorted(value for value, _words in words["choices"]) == sorted(known)
        assert ("fragile" in page.text) == (reader == karim)


def test_what_is_written_in_a_cell_or_a_choice_is_words_and_no_markup(client, nadia, karim, pole):
    need = one_of_each(pole)["besoins"]
    notes.pin(need, pole=pole, words='<b>&"', by=karim)
    client.force_login(nadia)
    page = page_of(client, "besoins")
    assert "<b>" not in page.text
    assert page.text.count("&lt;b&gt;&amp;&quot;") == 3  # a cell, a choice and its value


@pytest.fixture
def left_by_nadia(nadia, karim, pole):
    """A need that Nadia leaves to others, with a tag that she doesn't read."""
    need = one_of_each(pole)["besoins"]
    Membership.objects.create(user=nadia, organisation=need.organisation, role="MEMBER")
    notes.pin(need, pole=pole, words="fragile", by=karim)
    return need


def test_a_shared_view_by_a_tag_is_shown_to_those_alone_who_read_its_words(
    client, nadia, karim, pole, left_by_nadia
):
    SavedFilter.objects.create(
        user=karim, list="besoins", name="À suivre", query="etiquette=fragile", pole=pole
    )
    SavedFilter.objects.create(user=karim, list="besoins", name="Tous", query="", pole=pole)
    for reader, reads in ((karim, True), (nadia, False)):
        client.force_login(reader)
        page = page_of(client, "besoins").text
        assert ("fragile" in page) == reads
        assert ("À suivre" in page) == reads
        assert "Tous" in page


def test_the_journal_says_that_a_list_was_narrowed_by_a_tag_and_not_by_which(
    client, karim, pole, left_by_nadia
):
    client.force_login(karim)
    client.post(
        reverse("lists-export", args=["besoins", "csv"]) + "?etiquette=fragile", {"why": "x"}
    )
    line = JournalEntry.objects.filter(told=False).get()
    assert "Étiquette" in line.words
    assert "fragile" not in line.words


def test_a_line_of_before_hides_the_words_of_a_tag_from_all_but_its_writer(
    client, karim, nadia, pole
):
    journal.note(
        JournalKind.LIST, by=karim, pole=pole, words="Besoins, Étiquette : fragile, et plus",
        form="csv", rows=3, now=timezone.now(),
    )  # fmt: skip
    for reader in (karim, nadia):
        Membership.objects.filter(user=reader).update(role="ADMINISTRATOR")
        client.force_login(reader)
        page = client.get(reverse("pole-journal")).text
        assert "Besoins" in page
        assert ("fragile" in page) == (reader == karim)
