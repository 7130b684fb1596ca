"""What the invented employers give their people: their sites, who works where, their programmes."""

from datetime import date
from decimal import Decimal

from accounts.models import Organisation
from marketplace.demo.files import read
from marketplace.demo.market import Cast
from marketplace.models import Cause, CompanyProgramme, Contract, Employee, Site

HIRED_ON = date(2017, 9, 4)


def make(cast: Cast, today: date) -> dict[str, CompanyProgramme]:
    """The first programme of each employer, by its key."""
    return {item["of"]: _employer(cast, item, today) for item in read("programmes")["employers"]}


def _employer(cast: Cast, item: dict, today: date) -> CompanyProgramme:
    house = cast.organisations[item["of"]]
    sites = {
        one["name"]: Site.objects.create(
            organisation=house, name=one["name"], commune_id=one["commune"]
        )
        for one in item.get("sites", [])
    }
    for one in item["people"]:
        Employee.objects.create(
            organisation=house,
            person=cast.persons[one["last"]],
            team=one["team"],
            site=sites.get(one.get("site", "")),
            hired_on=HIRED_ON,
            contract=Contract.PUBLIC if house.is_public else Contract.PERMANENT,
        )
    made = [_programme(house, one, sites, today) for one in item["programmes"]]
    return made[0]


def _programme(
    house: Organisation, item: dict, sites: dict[str, Site], today: date
) -> CompanyProgramme:
    first = house.memberships.order_by("pk").first()
    programme = CompanyProgramme.objects.create(
        organisation=house,
        name=item["name"],
        about=item["about"].strip(),
        days_per_year=Decimal(item["days"]),
        places=item.get("places"),
        budget_days=Decimal(item["budget"]) if "budget" in item else None,
        months_before_retirement=item.get("retirement"),
        starts_on=date(today.year - 1, 1, 1),
        manager=first.user if first else None,
    )
    programme.sites.set(sites[name] for name in item.get("sites", []))
    programme.causes.set(Cause.objects.filter(code__in=item.get("causes", [])))
    return programme
