"""Finds what stands beside what a text asks: the house that asks, the day or the feast it is for, the language
that a text is turned into, the object of a work, and who has left."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import chain

from marketplace.words.names import Said

BESIDE = 0.45
# A house that is known already: « le stock de la banque alimentaire ». With « une », it is what is wanted.
_DEFINITE = r"(?:\b(?:du|des|au|aux|le|la|les|notre|nos|votre|vos|mon|ma|cet?|cette)\s|\b[dl]')"
_OF_WHAT = r"(?:\s(?:d'|(?:de\s+la|de\s+l'|du|de|des)\s*)\w+)"
_HOUSE = re.compile(
    rf"{_DEFINITE}\s*(?:petit[es]*\s|grande?s?\s|vieil?l?e?\s|ancienn?e?\s|future?\s)?"
    r"(?:"
    rf"(?:club|equipe|section|compagnie|ecole|cafe|maison|amicale|federation|comite|foyer|residence|cinema|theatre|musee)s?{_OF_WHAT}"
    r"|(?:club|amicale|mjc|amap|ehpad|esat|ime|ccas|ludotheque|bibliotheque"
    r"|mediatheque|bricotheque|friperie|ressourcerie|recyclerie|repair\s+cafe|banque\s+alimentaire|creche|halte-garderie"
    r"|centre\s+(?:social|aere|de\s+loisirs|culturel)|tiers-lieu|fablab|cooperative|coop|scop|scic|refuge|gymnase)s?"
    r"|(?:epicerie|boutique|cafe|garage|resto|restaurant|laverie)s?\s(?:solidaire|sociale?|associati(?:f|ve))s?"
    r"|jardins?\s(?:partage|ouvrier|familia(?:l|ux)|collectif|de\s+cocagne|d'insertion|pedagogique)s?"
    r")\b"
)
# « entretenir le jardin partagé », « s'occuper de la ludothèque »: the house is what is worked on.
_WORKED_ON = re.compile(
    r"(?:\w{2,}(?:er|ir|re)|charge|gestion|animation|tenue|entretien|creation)\s+(?:de\s+)?$"
)
# « écrire un communiqué pour les vingt ans », « avant l'AG du 14 juin »: the occasion, and the day.
_FEAST = (
    r"(?:ag\b|assemblee|fetes?\b|festival|spectacle|concert|kermesse|tournoi|gala|anniversaire|centenaire|ducasse|braderie"
    r"|rentree|inauguration|portes\s+ouvertes|forum|salon\b|ceremonie|vernissage|reunion|loto\b|course\b|noel\b|conseil\b|ca\b)"
)
_ANY = r"(?:le\s+|la\s+|les\s+|l'|notre\s+|nos\s+|une?\s+|cet?t?e?\s+)"
_OCCASION = re.compile(
    rf"\b(?:pour|pendant|durant|lors\s+de|a\s+l'occasion\s+de)\s+{_ANY}(?:prochaine?\s+|grande?\s+|\w{{2,9}}\s+)?{_FEAST}"
    rf"|\b(?:avant|d'ici|apres)\s+{_ANY}(?:prochaine?\s+)?\w+"
    r"|\bpour\s+(?:nos|les|ses)\s+(?:\d{1,3}|dix|quinze|vingt|trente|quarante|cinquante|cent)\s+ans\b"
)
_LANGUAGES = (
    r"(?:anglais|arabe|espagnol|italien|allemand|neerlandais|flamand|portugais|russe|ukrainien|polonais|roumain|turc|chinois"
    r"|dari|pachto|farsi|persan|albanais|georgien|armenien|somali|tigrinya|bambara|wolof|lingala|kurde|ourdou|bengali|tamoul)"
)
_TURNED = re.compile(
    r"\b(?:tradui\w+|traduct\w+|sous[\s-]?titr\w+|interpret\w+|doubl(?:er|age))\b"
    rf"(?=[^.!?;\n]{{0,60}}?\b((?:en|vers\s+l[ea'])\s*{_LANGUAGES}\b(?:[\s,/]+(?:(?:et|ou|en|puis|vers|l')\s*)*{_LANGUAGES}\b)*))"
)
# « le département veut un bilan »: who wants it of us.
_WANTS = re.compile(
    r"(?:^|[.!?,;\n]\s*)(?:l'|(?:le|la|les|notre|nos)\s)(?:departement|region|mairie|ville|commune|metropole|agglo\w*|caf|prefecture"
    r"|etat|banque|federation|ca|conseil|ars|drac|fondation|ministere|assureur|bailleur|proprietaire|financeur|commissaire|assurance|ecole|syndicat|ccas)s?"
    r"(?:\s\w+)?\s(?=(?:nous\s|me\s|m'|on\s)?(?:veu\w+|voudr\w+|exig\w+|demand\w+|reclam\w+|impos\w+|attend\w*|menac\w+|propos\w+|refus\w+|doi\w+)\b)"
)
# « le webmaster a déménagé »: why somebody isn't there any more.
_GONE = re.compile(
    r"\b(?:a|est|sont|ont)\s+(?:\w+\s+)?(?:demenagee?s?|partie?s?|decedee?s?|demissionnee?s?)\b"
    r"(?:\s+(?:a|au|en|dans|de|du)\s+[^.,;:!?\n\s]+)?"
)
# « étant en arrêt maladie », « le temps que notre salariée revienne »: why it is asked, where something else is named.
_AWAY = re.compile(
    r"\b(?:est|sont|etant|etait|part|partie?s?|reparti\w*|revien\w+)\s+(?:(?!de\b|en\b)\w+\s+)?(?:en|de)\s+(?:arret|conges?|vacances|deplacement|retraite)\b"
    r"(?:\s+(?:maladie|mat\w+|pat\w+|parental|sabbatique|de\s+(?:maladie|mat\w+)))?"
    r"|\b(?:le\s+temps|en\s+attendant|jusqu'a\s+ce|pendant)\s+qu[e'][^.!?;:,\n]{1,60}"
)
# « filmer la pièce », « une carte des jardins », « combien coûte un repas »: what the work is about.
_WORK = (
    r"(?:films?|videos?|photos?|photographies|cartes?|affiches?|depliants?|plaquettes?|livrets?|logos?|plannings?|questionnaires?"
    r"|expositions?|inventaires?|statistiques|stocks?|assurances?|bail)"
)
_CRAFT = r"(?:filmer|photographier|traduire|sous[\s-]?titrer|numeriser|repeindre|chiffrer|cartographier|imprimer|enregistrer|illustrer)"
_TO_THE_NEXT = r"[^.!?;:,\n]{1,40}?(?=[.!?;:,\n]|$|\s(?:et|pour|mais|avec|en|a|dans)\s)"
_ABOUT = re.compile(
    rf"\b{_WORK}\s+((?:d'|(?:de|des|du|sur)\s){_TO_THE_NEXT})"
    rf"|\b{_WORK}\b[^.!?;:,\n]{{0,25}}?\s(qui\s+(?:montr|racont|present|expliqu|parl|retrac|illustr)\w+\s[^.!?;\n]{{1,80}})"
    rf"|\b{_CRAFT}\s+((?:l'|(?:les?|la|notre|nos|une?|des)\s){_TO_THE_NEXT})"
    r"|\b(?:combien|ce\s+que)\s+(?:nous\s+)?cout\w+\s+(?:vraiment\s+)?((?:l'|(?:les?|la|une?|chaque)\s)[^.!?;:,\n]{1,60})"
    r"|\bassuree?s?\s+(pour\s[^.!?;:,\n]{1,60})"
)

# « une carte des lavoirs, à imprimer et sur le téléphone »: where the work is to be seen.
_ON = (
    r"(?:(?:a\s+imprimer|imprimee?s?)\b|(?:sur|dans|par|via)\s+(?:les?\s+|la\s+|l'|un\s+|notre\s+|nos\s+)?"
    r"(?:papier|telephones?|portables?|tablettes?|ordi(?:nateur)?s?|ecrans?|internet|site(?:\s+(?:internet|web))?|mail)\b)"
)
_SEEN_ON = re.compile(
    rf"\b{_WORK}\b[^.!?;\n]{{0,120}}?\b({_ON}(?:\s*(?:,|\bet\b|\bou\b|\bmais\b)\s*(?:aussi\s+|meme\s+)?{_ON})*)"
)
# « on a la salle et les groupes, mais pas de quoi brancher les micros »: what is there already.
_THERE = re.compile(
    r"\b(?:on\s+a|nous\s+avons|j'ai)\s[^.!?;:\n]{1,60}?,?\s(?=mais\s+(?:pas\s+de\s+quoi|rien\s+pour|il\s+(?:nous\s+)?manque)\b)"
)
# « un membre du bureau la harcèle »: who did it, not what is to be done.
_WHO = re.compile(
    r"\b(?:une?|deux|certaine?s|plusieurs)\s+(?:membre|administrat(?:eur|rice)|salariee?|benevole|adherente?|voisine?|parent)s?"
    r"(?:\s+(?:du|de\s+l[a'])\s*(?:bureau|conseil|ca|equipe))?\s+(?=(?:l[ae]s?|l'|me|m'|nous|s[e']|n[e'])\s*\w)"
)


def beside(text: str, named: Sequence[Said]) -> Iterator[tuple[int, int]]:
    """The stretches of a folded text that tell what stands beside what it asks. A house, an absence or an
    occasion is beside only where something else is named."""
    starts = [name.start for name in named]
    away = (cue.span() for cue in _AWAY.finditer(text))
    for start, end in chain(_houses(text), away):
        if bisect_left(starts, end) - bisect_left(starts, start) < len(starts):
            yield start, end
    begins = len(text) - len(text.lstrip())
    for cue in _OCCASION.finditer(text) if named else ():
        before, after = named[0].end <= cue.start(), named[-1].start >= cue.end()
        if before or (after and cue.start() == begins):  # « pour la fête, il nous faudrait … »
            yield cue.span()
    for pattern in (_ABOUT, _SEEN_ON, _TURNED, _WANTS, _GONE, _WHO, _THERE):
        for cue in pattern.finditer(text):
            yield cue.span(cue.lastindex or 0)


def _houses(text: str) -> Iterator[tuple[int, int]]:
    for cue in _HOUSE.finditer(text):
        if not _WORKED_ON.search(text, max(0, cue.start() - 30), cue.start()):
            yield cue.span()
