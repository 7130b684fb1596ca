"""The pages of a company of five thousand employees, beside a hundred thousand missions:
`python -m tests.services python -m benchmarks.employees`. EMPLOYEES=500 makes a smaller one. Prints what
benchmarks.desk prints; exits with 1 above its ceiling. The same company is in the world of benchmarks.country."""

import os
import sys
from datetime import timedelta

from benchmarks import big_pole
from benchmarks.desk import CEILING_MS, ROUNDS, in_a_folder_of_its_own, told

EMPLOYEES = int(os.environ.get("EMPLOYEES", "5000"))
NAME = "Verreries du Nord"


def main() -> int:
    return in_a_folder_of_its_own(measure)


def measure() -> int:
    from django.conf import settings
    from django.db import connection

    settings.ALLOWED_HOSTS = ["testserver"]
    big_pole.ready()
    settings.DEBUG = False
    print(
        f"\n{connection.vendor}, {EMPLOYEES} employees, {big_pole.MISSIONS} missions, {ROUNDS} rounds"
    )
    print(f"{'page':34}{'best ms':>9}{'p50 ms':>9}{'p95 ms':>9}{'in SQL':>9}{'queries':>9}")
    found = [(*told(name, url, client), name) for name, url, client in pages()]
    slow = [name for late, _asked, name in found if late > CEILING_MS]
    print("The ceiling held." if not slow else f"Above the ceiling: {', '.join(slow)}")
    return 1 if slow else 0


def pages():
    """Its administrator's pages, a manager's and one employee's."""
    from django.test import Client
    from django.utils import timezone

    company = _company()
    own = f"/organisations/{company.pk}/"
    people = company.memberships.order_by("pk")
    head, one = Client(), Client()
    head.force_login(people[0].user)
    one.force_login(people[1].user)
    middle = people.order_by("user__last_name", "user__first_name", "pk")[people.count() // 2]
    yield "its people", f"{own}salaries/", head
    yield "its people, in the middle", f"{own}salaries/?after={middle.pk}", head
    yield "its people, the newest", f"{own}salaries/?tri=arrivee", head
    yield "its people, a name", f"{own}salaries/?q=marie", head
    yield "its people, by an address", f"{own}salaries/?q=salarie77", head
    for state in ("offre", "mission", "sans-offre", "invite", "parti"):
        yield f"its people, {state}", f"{own}salaries/?etat={state}", head
    yield "its people, a role", f"{own}salaries/?role=EMPLOYEE", head
    yield "who speaks for it", f"{own}membres/", head
    yield "the roles", f"{own}roles/", head
    yield "the role of one", f"/membres/{people[1].pk}/role/", head
    yield "its duties", f"{own}fonctions/?membre={people[1].pk}", head
    yield "its page", own, head
    yield "its departure", f"{own}depart/", head
    yield "an administrator’s new offer", "/offres/nouvelle/", head
    yield "an employee’s home", "/", one
    yield "an employee’s offers", "/offres/", one
    yield "an employee’s new offer", "/offres/nouvelle/", one
    yield "what it takes out", f"{own}emporter/", head
    yield "its journal", f"{own}journal/", head
    yield "its administrator’s home", "/", head
    yield "its programmes’ page", f"{own}pilotage/", head
    year = timezone.localdate().year - 1
    yield "its programmes, a year ago", f"{own}pilotage/{year}/", head
    yield "its report", f"{own}annee/{year + 1}/", head
    yield "its report, to be shown", f"{own}annee/{year + 1}/?version=a-montrer", head
    hr = Client()
    hr.force_login(people[2].user)
    yield from _of_human_resources(own, year + 1, hr)


def _of_human_resources(own: str, year: int, hr):
    yield "contracts to confirm", f"{own}salaries/a-confirmer/", hr
    yield "its costs of an hour", f"{own}couts/{year}/", hr
    yield "its average costs", f"{own}couts/{year}/moyennes/", hr


def _company():
    from accounts.models import Pole

    return company_in(Pole.objects.order_by("pk")[0])


def company_in(pole):
    """Half of its people have an offer, one in twenty a mission, one in ten is invited, one in fifty has left."""
    from django.db import connection

    from accounts.models import Commune, Organisation
    from marketplace.models import CompanyProgramme

    company, new = Organisation.objects.get_or_create(
        name=NAME,
        defaults={
            "pole": pole, "kind": "COMPANY", "legal_form": "SAS", "status": "ACCEPTED", "purpose": "…",
            "commune": Commune.objects.filter(department__poles=pole).order_by("pk")[0],
        },
    )  # fmt: skip
    if not new:
        return company
    people = _hire(company)
    CompanyProgramme.objects.create(
        organisation=company, name="Deux jours", days_per_year=2, places=2000, budget_days=5000
    )
    _offers(company, people)
    _hours(company, people)
    _kept(company)
    _human_resources(company, people)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return company


def _hire(company) -> list:
    """Its people, those who are invited, and those who have left."""
    from django.utils import timezone

    from accounts.models import Invitation, Membership, PastMembership, User

    first = ("Marie", "Nora", "Karim", "Hélène", "Paul", "Inès", "Luc", "Amina")
    people = User.objects.bulk_create(
        User(
            email=f"salarie{n}@example.org", first_name=first[n % 8], last_name=f"{chr(65 + n % 26)}ernard {n}",
            trade="Comptable", password="!",
        )
        for n in range(EMPLOYEES)
    )  # fmt: skip
    Membership.objects.bulk_create(
        Membership(user=user, organisation=company, role="EMPLOYEE" if n else "ADMINISTRATOR")
        for n, user in enumerate(people)
    )
    now = timezone.now()
    Invitation.objects.bulk_create(
        Invitation(
            organisation=company, email=f"invite{n}@example.org", role="EMPLOYEE", token=f"{n:064}",
            invited_by=people[0], expires_at=now + timedelta(days=9),
        )
        for n in range(EMPLOYEES // 10)
    )  # fmt: skip
    left = User.objects.exclude(memberships__organisation=company)[: EMPLOYEES // 50]
    PastMembership.objects.bulk_create(
        PastMembership(user=user, organisation=company, role="EMPLOYEE", joined_at=now)
        for user in left
    )
    return people


def _offers(company, people) -> None:
    from django.db.models import Count
    from django.utils import timezone

    from marketplace.models import Mission, MissionSheet, Offer
    from marketplace.states import LIVE

    today = timezone.localdate()
    Offer.objects.bulk_create(
        Offer(
            pole=company.pole, organisation=company, person=user, created_by=user, title="Comptable",
            time="WORK", commune=company.commune, hours=14, status="PUBLISHED", starts_on=today,
            ends_on=today + timedelta(days=200), published_at=timezone.now(),
        )
        for user in people[1::2]
    )  # fmt: skip
    often = Offer.objects.annotate(n=Count("missions")).filter(n__gt=10).values("pk")
    live = Mission.objects.filter(status__in=LIVE, need__pole=company.pole).order_by("-pk")
    live = live.exclude(offer__in=often)
    taken = list(live.values_list("offer", flat=True).distinct()[: EMPLOYEES // 20])
    for user, offer in zip(people[1::20], taken, strict=False):
        Offer.objects.filter(pk=offer).update(
            organisation=company, person=user, time="WORK", created_by=user
        )
    theirs = Mission.objects.filter(offer__organisation=company, sheet=None)
    MissionSheet.objects.bulk_create(
        MissionSheet(mission=mission, hours=14, address="…") for mission in theirs
    )
    theirs = Mission.objects.filter(offer__organisation=company)
    theirs.update(regime="PRESTATION")


def _hours(company, people) -> None:
    """Everybody has a team and a site; two in five gave some days in the last two years, in the company's missions."""
    from django.utils import timezone

    from accounts.models import Commune
    from marketplace.models import Employee, HoursEntry, Mission, Site

    now, today = timezone.now(), timezone.localdate()
    sites = [
        Site.objects.create(organisation=company, name=f"Usine {n}", commune=commune)
        for n, commune in enumerate(Commune.objects.filter(department__in=company.pole.departments.all())[:12])
    ]  # fmt: skip
    Employee.objects.bulk_create(
        Employee(organisation=company, person=one, team=f"Équipe {n % 90}", site=sites[n % len(sites)])
        for n, one in enumerate(people)
    )  # fmt: skip
    missions = list(
        Mission.objects.filter(offer__organisation=company).values_list("pk", flat=True)
    )
    HoursEntry.objects.bulk_create(
        HoursEntry(
            mission_id=missions[n % len(missions)], person=one, hours=7, confirmed_at=now,
            day=today - timedelta(days=(n * 7 + day * 53) % 730),
        )
        for n, one in enumerate(people[: len(people) * 2 // 5])
        for day in range(4)
    )  # fmt: skip


def _kept(company) -> None:
    """Twenty lines of the matching for each offer; the needs ask for no skill, so that none is shown at the end."""
    from marketplace.models import KeptMatch, Need

    needs = list(Need.objects.published().filter(pole=company.pole).values_list("pk", flat=True))
    offers = company.offers.filter(status="PUBLISHED").values_list("pk", flat=True)
    KeptMatch.objects.bulk_create(
        KeptMatch(
            side="OFFER", need_id=needs[(offer * 37 + n * 11) % len(needs)], offer_id=offer,
            score=500 + (offer * 7 + n * 13) % 400, reasons="",
        )
        for offer in offers
        for n in range(20)
    )  # fmt: skip


def _human_resources(company, people) -> None:
    """One of its people; every contract is declared, and one in ten of the missions is to value, by an average."""
    from datetime import date

    from django.utils import timezone

    from marketplace.actions.documents import costs
    from marketplace.models import Duty, Employee, Mission

    them = company.memberships.get(user=people[2])
    company.memberships.filter(pk=them.pk).update(role="MEMBER")
    Duty.objects.create(membership=them, kind="HR", given_by=people[0])
    Employee.objects.filter(organisation=company).update(
        contract="PERMANENT", hired_on=date(2020, 3, 2)
    )
    theirs = Mission.objects.filter(offer__organisation=company).order_by("pk")
    numbers = list(theirs.values_list("pk", flat=True))[::10]
    Mission.objects.filter(pk__in=numbers).update(status="REVIEWED")
    year = timezone.localdate().year
    for one in (year - 2, year - 1, year):
        costs.keep_averages(company, one, {None: 30}, by=people[2])


if __name__ == "__main__":
    sys.exit(main())
