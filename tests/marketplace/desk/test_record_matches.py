"""What a pôle holds already, against which each line of its list is put: how much work a line is."""

from marketplace.actions.desk.record_matches import MOST_ALIKE, KnownPeople, KnownStructures
from marketplace.models import Import, OrganisationRecord, PersonRecord
from marketplace.rules.people_lists import Person
from marketplace.rules.record_cells import near
from tests.factories import make_organisation, make_user
from tests.marketplace.desk.bringing import PEOPLE


class Counting(dict):
    """Records, and how often one was looked at."""

    looked_at = 0

    def __getitem__(self, pk):
        self.looked_at += 1
        return super().__getitem__(pk)


def test_homonyms_by_the_hundred_are_not_put_each_against_each():
    coordinator = make_user("Hélène", "Roux")
    operator = make_organisation("OPERATOR", member=coordinator, name="Les Passeurs")
    table = Import(pole=operator.pole, organisation=operator, kind=PEOPLE)
    kept = {"pole": operator.pole, "operator": operator, "by": coordinator}
    martin = {"first_name": "Jean", "last_name": "Martin", "near": "jean martin"}
    petit = {"name": "Les Petits", "near": near("Les Petits")}
    numbers = range(300)
    PersonRecord.objects.bulk_create(
        PersonRecord(email=f"jean{n}@example.org", **martin, **kept) for n in numbers
    )
    OrganisationRecord.objects.bulk_create(
        OrganisationRecord(rna=f"W{n:09}", **petit, **kept) for n in numbers
    )
    people, houses = KnownPeople(table), KnownStructures(operator.pole, operator)
    people.records, houses.records = Counting(people.records), Counting(houses.records)
    for n in numbers:
        name = {"first_name": "Jean", "last_name": "Martin"}
        assert people.like(Person(n, {}, {"email": f"martin{n}@example.org"} | name)) is None
        assert people.like(Person(n, {}, dict(name))) is not None, "no address tells them apart"
        houses.like(Person(n, {}, {"name": "Les Petits", "rna": f"W1{n:08}"}))
    assert people.records.looked_at <= 2 * len(numbers)
    assert houses.records.looked_at <= MOST_ALIKE * len(numbers)
    PersonRecord.objects.create(**martin, **kept)
    alone = KnownPeople(table).like(Person(1, {}, {"email": "new@example.org"} | name))
    assert alone == PersonRecord.objects.get(email="").pk
