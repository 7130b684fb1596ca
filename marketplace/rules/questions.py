"""What a structure asks of whoever is put forward, and what it may not ask: words that a coordinator looks at before a need is
published. Reads only."""

import re

from common.as_written import plain
from marketplace.models import Origin, Proposal

# Criteria by which nobody may be set aside: Code du travail L. 1132-1, Code pénal 225-1; what is asked of somebody has to do
# with the work itself (Code du travail L. 1221-6).
ASKED_IN_VAIN = re.compile(
    r"\b(sante|malad\w*|medica\w*|handicap\w*|enceinte|grossesse|enfants?|marie\w*|celibataire\w*|conjoint\w*|epou\w*"
    r"|nationalite\w*|origine\w*|etrang\w*|religi\w*|croyan\w*|syndic\w*|politi\w*|sexuel\w*|quel age|date de naissance"
    r"|lieu de naissance|health|disab\w*|pregnan\w*|children|married|nationality|religion|how old)\b"
)


def not_to_be_asked(questions: list[str]) -> list[str]:
    """Of these questions, those in which such a word stands: the coordinator judges, since a mission may be about it."""
    return [one for one in questions if ASKED_IN_VAIN.search(plain(one))]


def asked_of(proposal: Proposal) -> list[str]:
    """What the structure asks of whoever is put forward; nothing of a colleague who takes a mission over."""
    return [] if proposal.origin == Origin.TRANSFER else proposal.need.question_list
