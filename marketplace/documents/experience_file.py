"""The page of one's missions, skills and reviews, as a PDF to take along."""

from datetime import date

from accounts.models import User
from marketplace.documents.experience import Experience
from marketplace.documents.facts import figure, frame, how_stopped, period
from marketplace.documents.typeset import typeset
from marketplace.models import Mission


def _dates(mission: Mission) -> str:
    dates = period(mission.starts_on, mission.lasted_until)
    return f"{dates}, arrêtée {how_stopped(mission)}" if mission.was_interrupted else dates


def as_pdf(experience: Experience, user: User, *, on: date) -> bytes:
    name = user.get_full_name()
    data = frame("Parcours de compétences", name, on) | {
        "reference": name,
        "template": "parcours",
        "logos": [],
        "person": name,
        "hours": figure(experience.hours),
        "skills": [[skill, str(times)] for skill, times in experience.skills],
        "gained": experience.gained,
        "missions": [
            {
                "title": done.mission.need.title,
                "structure": done.mission.for_whom,
                "dates": _dates(done.mission),
                "hours": figure(done.hours) if done.hours else "",
                "skills": ", ".join(done.skills),
                "gained": ", ".join(done.gained),
                # It leaves the house: words that may not be quoted stay on the page.
                "said": done.said if done.may_quote else "",
                "said-by": done.quoted_by,
            }
            for done in experience.missions
        ],
    }
    return typeset("experience.typ", data)
