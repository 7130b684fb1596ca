"""The directory over a hundred thousand organisations and as many needs: `python -m tests.services python -m
benchmarks.directory`.

The world, the rounds and the columns are those of benchmarks.catalogue, with an organisation for each need and a
company's published offer for each second one.
"""

import os
import sys

os.environ.setdefault("ORGANISATIONS", os.environ.get("NEEDS", "100000"))

from benchmarks import catalogue


def pages():
    from accounts.models import Organisation
    from marketplace.models import Cause

    cause = Cause.objects.first()
    assert cause is not None
    middle = Organisation.objects.order_by("search_name")[catalogue.ORGANISATIONS // 2]
    last = Organisation.objects.order_by("-search_name")[0]
    yield "no filter", "/organisations/"
    yield "a page in the middle", f"/organisations/?after={middle.pk}"
    yield "the last page", f"/organisations/?before={last.pk}"
    yield "who asks", "/organisations/?does=asks"
    yield "who offers", "/organisations/?does=offers"
    yield "who does both", "/organisations/?does=both"
    yield "who has done", "/organisations/?done=on"
    yield "a kind", "/organisations/?kind=ESS"
    yield "a kind without anybody", "/organisations/?kind=AUTHORITY"
    yield "a cause", f"/organisations/?cause={cause.code}"
    yield "a large département", f"/organisations/?department={catalogue.OURS[0]}"
    yield "a small département", "/organisations/?department=48"
    yield (
        "five filters at once",
        f"/organisations/?does=both&kind=ESS&department=59&cause={cause.code}",
    )
    yield "searched: a name", "/organisations/?q=Structure+77001"
    yield "searched: a word of all", "/organisations/?q=structure"
    yield "searched: a slip", "/organisations/?q=strcuture+77001"
    yield "searched: a skill", "/organisations/?q=site+internet"
    yield "searched: a commune", "/organisations/?q=Arras"
    yield "searched: nothing", "/organisations/?q=xylophone"
    yield "the map of a département", "/organisations/?view=map&department=59"
    yield "an organisation’s page", middle.get_absolute_url()


def offers() -> None:
    """A published offer on working time of each second organisation, unless they are there."""
    from datetime import timedelta

    from django.utils import timezone

    from accounts.models import Organisation, User
    from marketplace.models import Offer, OfferSkill, Skill

    if Offer.objects.exists():
        return
    user, today = User.objects.get(email="un@example.org"), timezone.localdate()
    skills = list(Skill.objects.current().values_list("pk", flat=True))
    rows = list(Organisation.objects.order_by("pk").values_list("pk", "pole", "commune"))
    made = Offer.objects.bulk_create(
        (
            Offer(
                pole_id=pole, organisation_id=pk, title="Offre", time="WORK", commune_id=commune,
                starts_on=today, ends_on=today + timedelta(days=200), hours=40, status="PUBLISHED",
                created_by=user, published_at=timezone.now(),
            )
            for pk, pole, commune in rows[::2]
        ),
        batch_size=catalogue.BATCH,
    )  # fmt: skip
    OfferSkill.objects.bulk_create(
        (
            OfferSkill(offer=offer, skill_id=skills[(number * 7 + more) % len(skills)])
            for number, offer in enumerate(made)
            for more in range(3)
        ),
        batch_size=catalogue.BATCH,
    )


if __name__ == "__main__":
    sys.exit(catalogue.main(pages, offers))
