"""Who a paper names, what each is, and the hours of each."""

from django.db.models import Max, Min, QuerySet, Sum

from accounts.models import User
from marketplace.documents.words import figure, period
from marketplace.models import Employee, HoursEntry, Mission
from marketplace.rules import teams

NAMELESS = "Une personne dont le compte est fermé"


def called_within(person: User) -> str:
    """Their whole name, or what stands for it within a sentence."""
    return person.get_full_name() or NAMELESS[:1].lower() + NAMELESS[1:]


def names_of(mission: Mission) -> list[str]:
    """Those whom the employer sends in a team by name, each with what they are."""
    if not teams.is_a_team(mission):
        return []
    people = [one.person for one in teams.sent(mission)]
    posts = [(one, post_of(mission, one.pk, one.trade, or_else="")) for one in people]
    return [", ".join(said for said in (one.get_full_name(), post) if said) for one, post in posts]


def post_of(mission: Mission, person: int, trade: str, *, or_else: str | None = None) -> str:
    """What somebody is: at work, the post that their employer's agreement was asked with; on own time, what they
    say of themselves."""
    held = None
    if not mission.is_own_time:
        known = Employee.objects.filter(organisation=mission.offer.organisation_id, person=person)
        held = known.values_list("position", flat=True).first()
    return held or trade or (mission.offer.title if or_else is None else or_else)


def with_hours(confirmed: QuerySet[HoursEntry], mission: Mission) -> list[dict[str, str]]:
    rows = (
        HoursEntry.objects.filter(pk__in=confirmed.values("pk"))
        .values("person", "person__first_name", "person__last_name", "person__trade")
        .annotate(total=Sum("hours"), first=Min("day"), last=Max("day"))
        .order_by("person__last_name", "person")
    )
    return [
        {
            "name": f"{row['person__first_name']} {row['person__last_name']}".strip() or NAMELESS,
            "trade": post_of(mission, row["person"], row["person__trade"]),
            "hours": figure(row["total"]),
            "period": period(row["first"], row["last"]),
        }
        for row in rows
    ]
