"""Times the candidates of needs that want a pair, and those who are on all their missions, among a hundred thousand offers.

python -m benchmarks.together [--offers 100000] [--full 10000] [--sample 40] [--keep DIR]
"""

import argparse
import os
import random
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.db import connection

BATCH, COMPANIES = 2_000, 300


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--offers", type=int, default=100_000)
    parser.add_argument("--full", type=int, default=10_000, help="offers on all their missions")
    parser.add_argument("--sample", type=int, default=40)
    parser.add_argument("--keep", help="the folder in which the market stays for the next run")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("VAR_DIR", folder)
        os.environ.setdefault("DATABASE_URL", "sqlite")
        os.environ["DOORBELL"] = "false"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        os.environ.setdefault("DEBUG", "true")
        django.setup()
        measure(Path(options.keep or folder), options)


def measure(folder: Path, options: argparse.Namespace) -> None:
    from benchmarks.matching import a_market

    made = argparse.Namespace(poles=1, seed=2, keep=options.keep)
    with a_market(options.offers, folder, made) as built:
        print(f"{options.offers:,} offers, {connection.vendor}: {built}")
        lay_out(options)
        pages(options.sample)


def lay_out(options: argparse.Namespace) -> None:
    """Half of the people come on their company's time; some needs want a pair; some offers are full."""
    from marketplace.models import Offer
    from marketplace.ranking import index

    if Offer.objects.filter(time="WORK").exists():
        return
    lend(options.offers // 2)
    want_pairs()
    _fill(options.full)
    index.rebuild()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def lend(how_many: int) -> None:
    from accounts.models import Membership, Organisation
    from marketplace.models import Offer

    first = Organisation.objects.order_by("pk").first()
    assert first is not None
    houses = Organisation.objects.bulk_create(
        Organisation(
            pole=first.pole, kind="COMPANY", name=f"Entreprise {n}", legal_form="SAS",
            commune=first.commune, status="ACCEPTED",
        )
        for n in range(COMPANIES)
    )  # fmt: skip
    rows = Offer.objects.order_by("pk").values_list("pk", "person")
    for start in range(0, how_many, BATCH):
        some = list(rows[2 * start : 2 * (start + BATCH) : 2])
        for number, house in enumerate(houses):
            theirs = [pk for pk, _person in some[number::COMPANIES]]
            Offer.objects.filter(pk__in=theirs).update(organisation=house, time="WORK")
        Membership.objects.bulk_create(
            Membership(user_id=person, organisation=houses[place % COMPANIES])
            for place, (_pk, person) in enumerate(some)
        )


def want_pairs() -> None:
    """Of the needs that require two skills or more, one in ten."""
    from django.db.models import Count

    from marketplace.models import Need, NeedSkill

    several = NeedSkill.objects.filter(required=True).values("need").annotate(n=Count("pk"))
    numbers = list(several.filter(n__gte=2).order_by("need").values_list("need", flat=True))[::10]
    for start in range(0, len(numbers), BATCH):
        some = Need.objects.filter(pk__in=numbers[start : start + BATCH])
        some.update(in_pair=True, places=2, time="BOTH", organisation=_house())


def _house() -> Any:
    """The one structure of which somebody is a member, who reads as it does."""
    from accounts.models import Membership

    member = Membership.objects.order_by("pk").first()
    assert member is not None
    return member.organisation


def _fill(how_many: int) -> None:
    from marketplace.models import Mission, Need, Offer, Origin, Proposal

    offers = list(Offer.objects.order_by("-pk").filter(time="OWN")[:how_many])
    needs = list(Need.objects.filter(in_pair=False).order_by("pk")[:how_many])
    both = list(zip(needs, offers, strict=False))
    for start in range(0, len(both), BATCH):
        some = both[start : start + BATCH]
        made = Proposal.objects.bulk_create(
            Proposal(
                need=need, offer=offer, origin=Origin.APPLICATION, status="AGREED",
                need_said_yes_at=need.published_at, offer_said_yes_at=need.published_at,
                created_by_id=offer.person_id,
            )
            for need, offer in some
        )  # fmt: skip
        Mission.objects.bulk_create(_missions(made, some))
        numbers = [offer.pk for _need, offer in some]
        Offer.objects.filter(pk__in=numbers).update(status="USED_UP", capacity=1)


def _missions(proposals: Iterable[Any], both: Iterable[tuple[Any, Any]]) -> Iterator[Any]:
    from marketplace.models import Mission

    for proposal, (need, offer) in zip(proposals, both, strict=True):
        yield Mission(
            proposal=proposal, need=need, offer=offer, status="RUNNING",
            starts_on=need.starts_on, ends_on=need.ends_on,
        )  # fmt: skip


def pages(sample: int) -> None:
    from django.test import Client

    from accounts.models import Membership, Pole
    from benchmarks.side_by_side import timed
    from marketplace import ranking
    from marketplace.models import Need
    from tests.factories import make_coordinator

    settings.ALLOWED_HOSTS, settings.DEBUG = ["*"], False
    pairs = _some(Need.objects.published().filter(in_pair=True), sample)
    others = _some(Need.objects.published().filter(in_pair=False), sample)
    coordinator, structure = Client(), Client()
    coordinator.force_login(make_coordinator(Pole.objects.get(pk=pairs[0].pole_id)))
    member = Membership.objects.order_by("pk").first()
    assert member is not None
    structure.force_login(member.user)
    timed("the pairs of a need", pairs, lambda one: ranking.pairs_for(ranking.around(one)))
    for who, reader in (("a coordinator", coordinator), ("the structure", structure)):
        timed(
            f"candidates of a pair, {who}", pairs, lambda one, reader=reader: _page(reader, one, "")
        )
    full = "pleines=oui"
    timed(
        "a need, also those that are full, a coordinator",
        others,
        lambda one: _page(coordinator, one, full),
    )
    timed("the same without them", others, lambda one: _page(coordinator, one, ""))
    timed(
        "a pair, also those that are full, the structure",
        pairs,
        lambda one: _page(structure, one, full),
    )


def _some(needs: Any, sample: int) -> list[Any]:
    numbers = list(needs.order_by("pk").values_list("pk", flat=True))
    return list(needs.filter(pk__in=random.Random(1).sample(numbers, min(sample, len(numbers)))))


def _page(reader: Any, need: Any, asked: str) -> None:
    answer = reader.get(f"/besoins/{need.pk}/candidats/?vue=cartes&{asked}")
    assert answer.status_code == 200, answer.status_code


if __name__ == "__main__":
    main()
