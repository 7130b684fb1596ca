"""The certificates of hours of a team by name: one a person."""

from marketplace.actions.documents import documents as acts
from marketplace.models import Document, Kind, Mission
from marketplace.models.documents.documents import kinds_after
from marketplace.rules import teams


def kinds_of_all(mission: Mission) -> list[Kind]:
    """The papers that tell what was done, but for the certificate of hours where it is each person's."""
    own = {Kind.HOURS_CERTIFICATE} if teams.has_names(mission) else set()
    return [kind for kind in kinds_after(mission.regime) if kind not in own]


def rows(mission: Mission, standing: list[Document]) -> list[dict]:
    """Once it has begun: the certificate of each whose manager has agreed, or why there is none."""
    if mission.started_at is None or not teams.has_names(mission):
        return []
    made = {document.member_id: document for document in standing if document.member_id}
    given = set(mission.hours.confirmed().order_by().values_list("person_id", flat=True))
    said: dict[tuple[bool, bool], str] = {}  # the reason is one for all who are alike in these
    found = []
    came = mission.team.who_came().select_related("person").prefetch_related("agreements")
    for one in filter(teams.has_managers_yes, came):
        alike = one.person.closed_at is not None, one.person_id in given
        if alike not in said:
            said[alike] = acts.refusal_of(Kind.HOURS_CERTIFICATE, mission, one)
        found.append({"part": one, "document": made.get(one.pk), "refusal": said[alike]})
    return found
