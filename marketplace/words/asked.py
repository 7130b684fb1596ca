"""Which of the names in a text is what it asks for or offers: the one that follows « pour », « besoin de »,
« je propose », plainly or not. What else a sentence speaks of (a neighbour, a farm, the office) is often only told by
the way."""

import re

from marketplace.words.names import Said
from marketplace.words.negation import same_length_fold
from marketplace.words.tokenizer import clean

REACH = 60  # characters looked at before a name
GAP = 32  # characters between the word that asks and the one before the name
_ASKS = (
    r"(?:\b(?:pour|sur|besoins?|manqu\w+|cherch\w*|recherch\w*|propos\w*|offr\w*|donn\w*|apport\w*|sais|sav(?:ons|ions|ait|aient|ent|ez)"
    r"|connai\w*|maitris\w*|reste|aid\w*|accompagn\w*|epaul\w*|appui\w*|soutien|conseil\w*|bras|mains?|pouce|cote|niveau|matiere"
    r"|rayon|question|form\w+|orient\w+|compet\w+|capables?|pratique|experience|calee?s?|douee?s?|ete|est|serait|etant"
    r"|sont|domaine|fau\w+|occup\w+|parl\w+|reproch\w+|met\w*|mettr\w+|remett\w+"
    r"|assurer|confi(?:er|ons|ent|e)|deleguer|reprendre|assumer|demarrer|(?:re)?lancer|repouss\w+|reporter|reclam\w+|priorite|oe?il"
    r"|initi\w+|apprendre|appris|notions?|bases|autour|s'agit|pein\w+|pataug\w+|galer\w+|coinc\w+|ram(?:e|ent|ons)|touche"
    r"|(?:temps|services?|missions?|diplom\w+|etudes|fac|licence|master|passion|specialit\w+|vis|vivais|vecu)(?=\s+(?:en|pour|sur|d[eu'])\b))\b|:)"
)
_LITTLE = (
    r"(?:d'|l'|(?:de|du|des|la|le|les|un|une|a|au|aux|en|avec|mes|mon|ma|notre|nos|vos|votre|quelqu'un|pour|toujours"
    r"|volontiers|surtout)\b)"
)
_JUST_BEFORE = re.compile(rf"{_ASKS}\s*(?:{_LITTLE}\s*){{0,4}}$")
# « un renfort ponctuel en », « besoin d'un vrai professionnel de »: a word or two may stand between, and no name.
_PLAINLY = re.compile(
    r"\b(?P<cue>besoins?|renforts?|aides?(?=[^.;:!?,]{0,25}\s(?:pour|en|sur|avec)\b)|appuis?|soutien|coups?\s+de\s+(?:main|pouce)"
    r"|main[\s-]forte|(?:re)?cherch\w+"
    r"|manqu\w+|quelqu'un|personne|competences?|connaissances?|experiences?|notions?|diplom\w+|specialit\w+|metier|domaine"
    r"|professionnel\w*|expert\w*|initi\w+|conseils?|formee?s?|formation|progresser|l'aise|heures?|atelier|cours"
    r"|seances?|confier|priorite|je\s+(?:vous\s+)?propose|j'offre|galer\w+|maitris\w+|consacr\w+"
    r"|(?:m'|nous\s+|vous\s+)(?:expliquer|montrer|apprendre|enseigner))"
    rf"(?:(?:\s*{_LITTLE}){{1,4}}|[\w' -]{{0,{GAP}}}?\s(?:en|d[e']|pour|sur|avec|a|aux?)\b(?:\s*{_LITTLE}){{0,3}})\s*$"
)
# « mais personne pour les coordonner »: them, and not what is named.
_THEM = re.compile(r"\s(?:les?|la|l')\s*$")
_TO_DO = re.compile(r"\w+(?:er|ir|re)\b")
# What follows a name that is asked for: « … reste le point qui coince », « … n'a plus de secret pour moi ».
_IS_WHAT = (
    r"\s(?:reste|est|sont|etait|demeure|devient)\s(?:toujours\s|aussi\s|vraiment\s|bien\s)?(?:(?:l'|(?:le|la|notre|un|une)\s)"
    r"(?:\w+\s)?(?:point|sujet|souci|probleme|difficulte|priorite|chantier|casse|bete|talon|besoin|manque|urgence)"
    r"|\w+\s(?:ce\s+qu|mon\s|ma\s|le\s+plus)|ce\s+qu|mon\s|ma\s|le\s+plus)"
)
_JUST_AFTER = re.compile(
    r"\s*(?:[,:]\s*(?:c'est|c'etait|voila)\b|\s(?:que|dont)\s+(?:nous|on|j'|je)\b|\sa\s+(?:votre|ta|leur)\s+disposition"
    r"|\s(?:peut|peuvent|pourrait|pourraient)\s+(?:nous|m'|vous)\s*(?:aider|servir|etre\s+utiles?)\b"
    r"|\s(?:je|j'|on|nous)\s*(?:\w{1,5}\s+){0,2}(?:maitris|connai|sais|gere|ador|debrouill|fais)\w*"
    rf"|{_IS_WHAT}|\s(?:m'|vous\s+|nous\s+)?interess\w+"
    r"|\s(?:en\s+(?:charge|main)\b|ne\s+(?:me|nous)\s+fait\s+pas\s+peur|n'(?:a|ont)\s+(?:plus|pas)\s+de\s+secret"
    r"|(?:me|nous|vous)\s+(?:manqu|depass|bloqu|plai|passionn|tent|fai\w+\s+defaut)\w*|qui\s+(?:coince|bloque|peche|manque)\b"
    r"|sur\s+le\s+tas\b|faute\s+d|prend\w*\s+(?:tout|trop|beaucoup)\b|nous\s+(?:prend|tombe|donne|coute|prive|echappe)\w*\b))"
)
# « pour la compta, la paie et un peu de secrétariat », « traduction de l'allemand »; « la compta, et l'assemblée
# approche » tells something else.
_GOES_ON = re.compile(
    r"(?!\s(?:m'|me|nous|vous|est|sont|a|ont|peu\w+)\s)(?![^.;:!?\n]*,\s+et\s+(?:l[ae]s?\b|l'|notre|nos|mon|ma|mes|c'|ce\b))"
    r"(?![^.;:!?\n]*\bet\s+(?:c'|ce\b|ca\b|ils?\b|elles?\b|j'|je\b|on\b|nous\b))"
    r"(?:[^.;:!?\n]{0,25}(?:,|\bet|\bou|&|\+)\s[^.,;:!?\n]{0,25}|\s?(?:(?:d'|l'|(?:de|du|des|la|le|en)\b)\s?){1,3})"
)


def asked_for(text: str, said: list[Said]) -> dict[int, bool]:
    """The skills whose name is asked for or offered, alone or in a list, each with whether it is plainly."""
    folded = same_length_fold(clean(text))
    asked, last = dict[int, bool](), Said((), 0, -1, 0)
    is_asked = is_plain = False
    for name in said:
        between = folded[last.end : name.start] if 0 <= last.end <= name.start else ""
        # « avocate : baux et contrats »: the second tells more of the first
        tells_more = between.strip() == ":"
        goes_on = tells_more or bool(_GOES_ON.fullmatch(between))
        before = folded[max(0, name.start - REACH) : name.start]
        asks = not tells_more and bool(_JUST_BEFORE.search(before))
        plain = not tells_more and _is_plain(folded, name, last)
        is_plain = goes_on and is_plain or plain or bool(_JUST_AFTER.match(folded, name.end))
        is_asked = goes_on and is_asked or asks or is_plain
        if is_asked:
            asked |= {skill: is_plain or asked.get(skill, False) for skill in name.skills}
        last = name
    return asked


def _is_plain(folded: str, name: Said, last: Said) -> bool:
    """Whether what stands between a name and the `last` one, or that one itself, plainly asks for it."""
    before = folded[max(0, name.start - REACH, last.start) : name.start]
    cue = _PLAINLY.search(before)
    if cue is None or len(before) - cue.end("cue") > name.start - last.end:
        return False
    return not (_THEM.search(before) and _TO_DO.match(folded, name.start, name.end))
