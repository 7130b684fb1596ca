"""The filters of the desk: whose lines, and those that a coordinator comes back to, kept under a name."""

import pytest
from django.urls import reverse

from marketplace.desk import read
from marketplace.desk.board import needs as board_of_needs
from marketplace.models import SavedFilter
from tests.factories import make_coordinator, make_organisation, make_pole, make_seat, make_user
from tests.marketplace.desk.desk_people import lines_of, make_operator, scope_of, submitted


@pytest.fixture
def coordinator():
    return make_coordinator(first_name="Maëlle", last_name="Vandamme")


def keep(client, name, query="kind=need"):
    return client.post(reverse("desk-filter-keep"), {"name": name, "query": query}, follow=True)


def test_a_filter_is_kept_under_a_name_and_found_again(client, coordinator):
    client.force_login(coordinator)
    page = keep(client, "À qualifier").content.decode()
    assert 'href="?kind=need"' in page
    assert "À qualifier" in page


def test_the_same_name_again_replaces_it(client, coordinator):
    client.force_login(coordinator)
    colleague = SavedFilter.objects.create(user=make_user(), name="À voir", query="kind=case")
    keep(client, "À voir")
    keep(client, "À voir", "kind=mission")
    assert SavedFilter.objects.get(user=coordinator).query == "kind=mission"
    colleague.refresh_from_db()
    assert colleague.query == "kind=case"


def test_there_is_a_limit_to_them(client, coordinator):
    client.force_login(coordinator)
    for number in range(21):
        page = keep(client, f"Filtre {number}")
    assert SavedFilter.objects.count() == 20
    assert "Vingt filtres au plus" in page.content.decode()


def test_a_filter_needs_a_name(client, coordinator):
    client.force_login(coordinator)
    assert "Donnez un nom" in keep(client, " ").content.decode()


def test_a_filter_is_ones_own(client, coordinator):
    kept = SavedFilter.objects.create(user=make_user(), name="x", query="")
    client.force_login(coordinator)
    assert client.post(reverse("desk-filter-drop", args=[kept.pk])).status_code == 404
    mine = SavedFilter.objects.create(user=coordinator, name="x", query="")
    client.post(reverse("desk-filter-drop", args=[mine.pk]))
    assert list(SavedFilter.objects.all()) == [kept]


def test_nothing_is_kept_by_reading(client, coordinator):
    client.force_login(coordinator)
    assert client.get(reverse("desk-filter-keep")).status_code == 405
    assert scope_of(coordinator, kind="need").query() == "kind=need"


# --- whose, of several operators and pôles -------------------------------------------------------
def test_the_lines_of_one_operator_are_those_of_its_people_and_its_own_as_a_whole(coordinator):
    pole = coordinator.organisations.get().pole
    person = make_user()
    operator = make_operator(pole, member=person)
    theirs, whole = submitted(coordinator=person), submitted(operator=operator)
    submitted(coordinator=coordinator)
    submitted()
    found = read(scope_of(coordinator, operator=str(operator.pk)))
    assert {line.number for line in found.lines} == {theirs.pk, whole.pk}
    assert found.total == found.by_whose[""] == 2
    board = board_of_needs(scope_of(coordinator, operator=str(operator.pk)))
    assert {card.row for column in board for card in column.cards} == {theirs, whole}


def test_who_coordinates_two_poles_looks_at_one_alone(client, coordinator):
    second = make_pole("Un second", ["02"])
    make_seat(coordinator.organisations.get(), second)
    here, there = submitted(), submitted(organisation=make_organisation(pole=second))
    assert {line.number for line in lines_of(coordinator)} == {here.pk, there.pk}
    assert [line.number for line in lines_of(coordinator, pole=str(second.pk))] == [there.pk]
    client.force_login(coordinator)
    assert 'name="pole"' in client.get(reverse("desk")).content.decode()


def test_the_choice_of_a_pole_isn_t_shown_to_who_has_one(client, coordinator):
    client.force_login(coordinator)
    page = client.get(reverse("desk")).content.decode()
    assert 'name="pole"' not in page
    assert 'name="operator"' not in page


@pytest.mark.parametrize("said", ["0", "x", "²", "99999999999", "-1", ""])
def test_a_pole_or_an_operator_that_is_none_is_left_out_without_an_error(client, coordinator, said):
    client.force_login(coordinator)
    assert client.get(reverse("desk"), {"pole": said, "operator": said}).status_code == 200


def test_another_pole_s_lines_aren_t_reached_by_its_number(coordinator):
    other = make_pole("Ailleurs", ["02"])
    submitted(organisation=make_organisation(pole=other))
    assert lines_of(coordinator, pole=str(other.pk)) == []


@pytest.mark.parametrize("kind", ["COMPANY", "OPERATOR"])
def test_the_filter_of_operators_says_of_nobody_where_else_they_belong(coordinator, kind):
    """A number is typed easily: it would tell which colleagues are of a company, or of an operator elsewhere."""
    house = make_organisation(kind, pole=make_pole("Ailleurs", ["02"]), member=coordinator)
    pole = coordinator.organisations.exclude(pk=house.pk).get().pole
    submitted(coordinator=coordinator, organisation=make_organisation(pole=pole))
    other = make_user()
    make_operator(pole, member=other)
    assert lines_of(other)
    found = scope_of(other, operator=str(house.pk))
    assert read(found).lines == []
    assert not any(column.count for column in board_of_needs(found))
