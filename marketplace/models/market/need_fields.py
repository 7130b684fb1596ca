"""The fields of a need, by who says them."""

from common.second_text import SECOND

# Each of the fields of a need is one of these (a test asks). What its writer says, and what another row of the
# same need says too; what is about this row alone; what follows from the rest.
SAID = (
    *("organisation", "title", "context", "deliverable", "cause", "beneficiaries", "place"),
    *("commune",),
    *("starts_on", "ends_on", "is_undated", "format", "hours", "places", "languages", "time"),
    *SECOND,
    "in_pair",
    "questions",
)
OWN = ("id", "pole", "status", "coordinator", "operator", "is_listed", "created_by", "created_at")
DERIVED = (
    *("updated_at", "search_text", "search_name", "submitted_at", "published_at"),
    *("confirmed_at", "deduced", "is_second_behind"),
)
