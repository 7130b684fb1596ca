"""Which of the names in a text is what it asks for or offers: the one that follows « pour », « besoin de »,
« je propose ». What else a sentence speaks of (a neighbour, a farm, the office) is often only told by the way."""

import re

from marketplace.words.names import Said
from marketplace.words.negation import same_length_fold
from marketplace.words.tokenizer import clean

REACH = 60  # characters looked at before a name
_ASKS = (
    r"(?:\b(?:pour|sur|besoins?|manqu\w+|cherch\w*|recherch\w*|propos\w*|offr\w*|donn\w*|apport\w*|sais|savons"
    r"|connai\w*|maitris\w*|reste|aid\w*|accompagn\w*|epaul\w*|appui\w*|soutien|conseil\w*|bras|mains?|pouce|cote|niveau|matiere"
    r"|rayon|question|form\w+|orient\w+|compet\w+|capables?|pratique|experience|calee?s?|douee?s?|ete|est|serait"
    r"|sont|domaine|fau\w+|occup\w+|parl\w+|reproch\w+|met\w*|mettr\w+"
    r"|(?:temps|services?|missions?|diplom\w+|etudes|fac|licence|master|passion|specialit\w+|vis|vivais|vecu)(?=\s+(?:en|pour|sur|d[eu'])\b))\b|:)"
)
_BETWEEN = (
    r"(?:(?:d'|l'|(?:de|du|des|la|le|les|un|une|a|au|aux|en|mes|mon|ma|notre|nos|vos|votre|quelqu'un|pour|toujours"
    r"|volontiers|surtout)\b)\s*){0,4}"
)
_JUST_BEFORE = re.compile(rf"{_ASKS}\s*{_BETWEEN}$")
_JUST_AFTER = re.compile(
    r"\s*(?:[,:]\s*(?:c'est|c'etait|voila)\b|\s(?:que|dont)\s+(?:nous|on|j'|je)\b|\sa\s+(?:votre|ta|leur)\s+disposition"
    r"|\s(?:peut|peuvent|pourrait|pourraient)\s+(?:nous|m'|vous)\s*(?:aider|servir|etre\s+utiles?)\b"
    r"|\s(?:je|j'|on|nous)\s*(?:\w{1,5}\s+){0,2}(?:maitris|connai|sais|gere|ador|debrouill|fais)\w*"
    r"|\s(?:reste|est)\s(?:\w+\s)?(?:ce\s+qu|mon\s|ma\s|le\s+plus)|\s(?:m'|nous\s+)?interess\w+"
    r"|\s(?:en\s+(?:charge|main)\b|ne\s+(?:me|nous)\s+fait\s+pas\s+peur|(?:me|nous)\s+(?:manqu|depass|bloqu|plai|passionn)\w+))"
)
# « pour la compta, la paie et un peu de secrétariat », « traduction de l'allemand »; « la compta, et l'assemblée
# approche » tells something else.
_GOES_ON = re.compile(
    r"(?![^.;:!?\n]*,\s+et\s+(?:l[ae]s?\b|l'|notre|nos|mon|ma|mes|c'|ce\b|ils?\b|elles?\b|j'|je\b|on\b|nous\b))"
    r"(?:[^.;:!?\n]{0,25}(?:,|\bet|\bou|&|\+)\s[^.,;:!?\n]{0,25}|\s?(?:(?:d'|l'|(?:de|du|des|la|le|en)\b)\s?){1,3})"
)


def asked_for(text: str, said: list[Said]) -> set[int]:
    """The skills whose name is asked for or offered, alone or in a list."""
    folded = same_length_fold(clean(text))
    asked, end, is_asked = set[int](), -1, False
    for name in said:
        between = folded[end : name.start] if 0 <= end <= name.start else ""
        # « avocate : baux et contrats »: the second tells more of the first
        goes_on = between.strip() == ":" or bool(_GOES_ON.fullmatch(between))
        before = folded[max(0, name.start - REACH) : name.start]
        asks = between.strip() != ":" and bool(_JUST_BEFORE.search(before))
        is_asked = goes_on and is_asked or asks or bool(_JUST_AFTER.match(folded, name.end))
        if is_asked:
            asked |= set(name.skills)
        end = name.end
    return asked
