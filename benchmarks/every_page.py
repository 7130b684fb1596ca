"""The pages of organisations that ask and lend, over a hundred thousand missions and their needs:
`python -m tests.services python -m benchmarks.every_page`.

Each new address has its line in `pages()`: who opens it, in the world of big_pole.py, with the rows of their own that
`_own` adds. Prints what benchmarks.desk prints, the slowest line last, and exits with 1 above its ceiling. With a
DATABASE_URL of one's own the world is kept for the next run; without, `python -m benchmarks.every_page` takes SQLite.
"""

import sys
from datetime import timedelta

from benchmarks import big_pole, desk, employees
from benchmarks.desk import CEILING_MS, ROUNDS, in_a_folder_of_its_own, told

MINE = 40  # needs, and offers, of each organisation that opens its own pages
OFFERS = 100_000  # published in all, with skills, for "who can help" to count


def main() -> int:
    return in_a_folder_of_its_own(measure)


def measure() -> int:
    from django.conf import settings
    from django.db import connection

    settings.ALLOWED_HOSTS = ["testserver"]
    big_pole.ready()
    settings.DEBUG = False
    print(f"\n{connection.vendor}, {big_pole.MISSIONS} missions, {ROUNDS} rounds")
    print(f"{'page':34}{'best ms':>9}{'p50 ms':>9}{'p95 ms':>9}{'in SQL':>9}{'queries':>9}")
    found = [(*told(name, url, client), name) for name, url, client in pages()]
    slow = [name for late, _asked, name in found if late > CEILING_MS]
    late, asked, name = max(found)
    print(f"The slowest: {name}, {late:.1f} ms at the 95th of 100, {asked} questions.")
    print("The ceiling held." if not slow else f"Above the ceiling: {', '.join(slow)}")
    return 1 if slow else 0


def pages():
    from django.test import Client

    _offers()
    desk.nightly()  # the pôle's page shows the figures of the night
    town, clerk = _own("AUTHORITY", "PUBLIC", level="DEPARTMENT")
    lender, head = _own("ESS", "ASSOCIATION")
    for who, organisation, client in (
        ("a département", town, clerk),
        ("an association", lender, head),
    ):
        own = f"/organisations/{organisation.pk}/"
        yield f"{who}: home", "/", client
        yield f"{who}: its needs", "/besoins/les-miens/", client
        yield f"{who}: a new need", "/besoins/nouveau/", client
        yield f"{who}: what it offers", "/offres/", client
        yield f"{who}: a new offer", "/offres/nouvelle/", client
        yield f"{who}: who can help", "/qui-peut-aider/", client
        yield f"{who}: who, on site, at work", "/qui-peut-aider/?place=ON_SITE&time=WORK", client
        yield f"{who}: its page", own, client
        yield f"{who}: its duties", f"{own}fonctions/", client
        yield f"{who}: in the directory", f"{own}annuaire/", client
        yield f"{who}: its group", f"{own}groupe/", client
        yield f"{who}: its group’s head", f"{own}groupe/nommer/?whose=organisation+1234", client
    yield "the pôle’s page", f"/pole/{town.pole.slug}/", Client()
    yield "the pôle’s page, signed in", f"/pole/{town.pole.slug}/", head
    coordinator, operator = _coordinator()
    yield "the desk, loans below cost", "/bureau/?kind=below_cost", coordinator
    yield from _absences(town.pole, coordinator)
    yield from _of_operators(town.pole, operator, coordinator, head)
    yield from _dispatch_rules(town.pole, coordinator)
    for name, url, client in employees.pages():
        yield f"a company: {name}", url, client
    yield "nature of a public body", f"/bureau/organisations/{town.pk}/nature/", coordinator


def _absences(pole, coordinator):
    """The pages of absences, and of all that the coordinator who follows most has in hand."""
    from django.db.models import Count
    from django.utils import timezone

    from accounts.models import User
    from marketplace.models import Absence, Need

    busy = Need.objects.filter(pole=pole, coordinator__isnull=False).values("coordinator")
    person = User.objects.get(pk=busy.annotate(n=Count("pk")).order_by("-n")[0]["coordinator"])
    today = timezone.localdate()
    absence, _new = Absence.objects.get_or_create(
        person=person, pole=pole, said_by=person, first_day=today, last_day=today
    )
    yield "absences", "/bureau/absences/", coordinator
    yield "a new absence", "/bureau/absences/noter/", coordinator
    yield "an absence", absence.get_absolute_url(), coordinator
    yield "who has what", "/bureau/charge/", coordinator
    yield "all that somebody follows", f"/bureau/charge/{person.pk}/", coordinator


def _of_operators(pole, operator, coordinator, head):
    """The pages of an operator: its door, its seat, what it brings to the others."""
    from django.test import Client

    door = _door(operator)
    yield "an operator’s door", door.get_absolute_url(), Client()
    yield "an operator’s door, signed in", door.get_absolute_url(), head
    yield "signing up by a door", f"/compte/signup/?{door.query}", Client()
    yield "registering by a door", f"/organisations/nouvelle/structure/?{door.query}", head
    yield "an operator’s own page", f"/organisations/{operator.pk}/", Client()
    yield "what is on the door", f"/organisations/{operator.pk}/porte/", coordinator
    yield "the directory, by an operator", f"/organisations/?operator={operator.pk}", Client()
    yield "the exchanges, two years", "/bureau/chiffres/echanges/?months=24", coordinator
    yield "the exchanges, a file", "/bureau/chiffres/echanges.csv?months=24", coordinator
    seat, own = operator.seats.earliest("pk"), f"/pole/{pole.slug}/operateurs/"
    yield "the operators of a pôle", own, coordinator
    yield "proposing an operator", f"{own}proposer/", coordinator
    yield "a seat", seat.get_absolute_url(), coordinator
    yield "before a seat is ended", f"/sieges/{seat.pk}/fin/", coordinator


def _dispatch_rules(pole, coordinator):
    """The pages of a pôle's dispatch rules, of which there are ten."""
    from marketplace.models import DispatchRule

    operator = pole.seats.earliest("pk").operator
    forms = ("ONE_HOUR", "ONE_DAY", "SHORT", "SPLIT", "LONG")
    for place in range(1, 11):
        DispatchRule.objects.get_or_create(
            pole=pole, position=place,
            defaults={
                "operator": operator, "formats": [forms[place % 5]],
                "times": ["OWN" if place > 5 else "WORK"],
            },
        )  # fmt: skip
    own = f"/bureau/repartition/{pole.pk}/"
    rule = DispatchRule.objects.get(pole=pole, position=2).pk
    yield "dispatch rules", own, coordinator
    yield "a new dispatch rule", f"{own}nouvelle/", coordinator
    yield "a dispatch rule", f"{own}{rule}/", coordinator
    for act in ("monter", "descendre", "retirer"):
        yield f"a dispatch rule, {act}, tried", f"{own}{rule}/{act}/", coordinator


def _own(kind: str, form: str, *, level: str = ""):
    """An organisation of the first pôle with needs and offers of its own, and the client of its administrator."""
    from django.test import Client

    from accounts.models import Membership, Organisation, Pole, User

    pole = Pole.objects.order_by("pk")[0]
    email = f"every-page-{kind.lower()}@example.org"
    user, _new = User.objects.get_or_create(
        email=email, defaults={"first_name": "Alix", "password": "!"}
    )
    organisation, new = Organisation.objects.get_or_create(
        name=f"Every page {kind}",
        defaults={
            "pole": pole, "kind": kind, "legal_form": form, "level": level, "status": "ACCEPTED",
            "commune": _commune(), "purpose": "…",
        },
    )  # fmt: skip
    if new:
        Membership.objects.create(user=user, organisation=organisation, role="ADMINISTRATOR")
        _fill(organisation, user)
    client = Client()
    client.force_login(user)
    return organisation, client


def _fill(organisation, user) -> None:
    from django.utils import timezone

    from marketplace.models import Cause, Need, Offer

    now, cause = timezone.now(), Cause.objects.all()[0]
    shared = {
        "pole": organisation.pole, "organisation": organisation, "commune": organisation.commune, "created_by": user,
        "starts_on": now.date(), "ends_on": now.date() + timedelta(days=365), "hours": 20, "status": "PUBLISHED",
        "published_at": now,
    }  # fmt: skip
    Need.objects.bulk_create(
        Need(title=f"Besoin {n}", cause=cause, format="SPLIT", **shared) for n in range(MINE)
    )
    Offer.objects.bulk_create(Offer(title=f"Offre {n}", time="WORK", **shared) for n in range(MINE))


def _offers() -> None:
    """Offers of everybody up to OFFERS, half of them on working time, and three skills for each."""
    import random

    from django.db import connection
    from django.utils import timezone

    from accounts.models import Commune, Pole, User
    from marketplace.models import Offer, OfferSkill, Skill

    if OfferSkill.objects.exists():
        return
    chance, now = random.Random(2), timezone.now()
    communes, skills = list(Commune.objects.all()), list(Skill.objects.values_list("pk", flat=True))
    people, poles = list(User.objects.values_list("pk", flat=True)), list(Pole.objects.all())
    company = _company()
    lacking = OFFERS - Offer.objects.count()
    Offer.objects.bulk_create(
        (
            Offer(
                pole=poles[n % len(poles)], person_id=chance.choice(people), created_by_id=people[0],
                organisation=company if n % 2 else None, time="WORK" if n % 2 else "OWN", title="Offre",
                commune=chance.choice(communes), radius_km=chance.choice([5, 10, 20, 30, 50]), hours=40,
                place=chance.choice(["ON_SITE", "REMOTE", "BOTH"]), status="PUBLISHED", published_at=now,
                starts_on=now.date(), ends_on=now.date() + timedelta(days=365),
            )
            for n in range(lacking)
        ),
        batch_size=big_pole.BATCH,
    )  # fmt: skip
    OfferSkill.objects.bulk_create(
        (
            OfferSkill(offer_id=offer, skill_id=skill)
            for offer in Offer.objects.values_list("pk", flat=True)
            for skill in chance.sample(skills, 3)
        ),
        batch_size=big_pole.BATCH,
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _company():
    from accounts.models import Organisation, Pole

    return Organisation.objects.get_or_create(
        name="Every page COMPANY",
        defaults={
            "pole": Pole.objects.order_by("pk")[0], "kind": "COMPANY", "legal_form": "SAS",
            "status": "ACCEPTED", "commune": _commune(), "purpose": "…",
        },
    )[0]  # fmt: skip


def _commune():
    from accounts.models import Commune

    return Commune.objects.order_by("pk")[0]


def _coordinator():
    """The client of somebody who administers an operator, and this operator."""
    from django.test import Client

    from accounts.models import Membership

    rows = Membership.objects.filter(organisation__kind="OPERATOR")
    member = rows.select_related("user", "organisation")[0]
    member.role = Membership.Role.ADMINISTRATOR
    member.save(update_fields=["role"])
    client = Client()
    client.force_login(member.user)
    return client, member.organisation


def _door(operator):
    """Its door, by which one in three people and organisations came."""
    from django.db.models import F
    from django.db.models.functions import Mod

    from accounts.actions.seats import open_door
    from accounts.models import Organisation, User

    for model in (User, Organisation):
        rows = model.objects.annotate(third=Mod(F("pk"), 3)).filter(third=0).exclude(pk=operator.pk)
        rows.update(came_through=operator)
    return open_door(operator)


if __name__ == "__main__":
    sys.exit(main())
