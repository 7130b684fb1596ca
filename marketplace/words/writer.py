"""Finds what a text says of its writer and of no skill: for whom they work, since when, where, how willing they
are."""

import re
from collections.abc import Iterator

_EMPLOYER = (
    r"(?:groupe|entreprise|societe|boite(?!s?\s+(?:a|de|en|aux?|mails?)\b)|pme|eti|tpe|multinationale|start-?up|filiale|banque(?!\s+alim)"
    r"|mutuelle|compagnie|assureur|cabinet(?!\s+(?:compt|d'|medic|infirm|jurid|dent|de\s+recrut))|enseigne|chaine|usine|operateur|esn|ssii"
    r"|equipementier|constructeur|fabricant|industriel|transporteur|distributeur|editeur|prestataire"
    r"|labo(?:ratoire)?|collectivite|administration|ministere|mairie|hopital|clinique|universite"
    r"|maison(?!\s+de\s+retraite)|industrie|grande\s+distribution|fonction\s+publique|secteur)s?\b"
)
_ONE = r"(?:d'un[e]?|d'|du|de\s+la|de\s+l'|de|un[e]?|le|la|l'|mon|ma|notre|plusieurs|differente?s)\s*(?:\w+\s+){0,2}?"
_IN = r"(?:dans|chez|pour|par|au\s+sein|au|aupres|en)\s+"
# Where the writer speaks of their own work, not of somebody they would help.
_WORKS = (
    r"(?:\b(?:j'|je\s+)(?:\w+\s+){0,2}(?:travail\w+|bosse\w*|exerc\w+|oeuvr\w+)\b"
    r"|\b(?:travaillant|en\s+poste|embauchee?|experiences?|carriere|metier|anciennete|passee?s?|ans|annees)\b"
    r"|\bcadre|\b(?:retraitee?|issue?|ex-?salariee?)\b)"
)
_BEGINS = r"(?:^|[.,;:!?\n(]\s{0,3}|\b(?:suis|etais|ete|etant|comme|tant\s+que|actuellement|aujourd'hui)\s+)"
# To the end of the clause.
_EMPLOYED = re.compile(
    rf"{_WORKS}[^.,;:!?\n]{{0,30}}?\b{_IN}(?:{_ONE})?{_EMPLOYER}"
    rf"|\b(?:dans|chez|pour)\s+un[e]?\s+(?:tres\s+)?(?:grande?|grosse?|gros|petite?)\s+{_EMPLOYER}"
    rf"|\bchez\s+un[e]?\s+(?:\w+\s+)?{_EMPLOYER}"
    rf"|{_BEGINS}(?:ex-?\s*|ancienn?e?\s+|jeune\s+)?(?:salariee?|employee?|cadre|collaborat\w+|fonctionnaire|agent)"
    rf"\s+(?:d'|du\b|de\b|chez\b|dans\b|en\b|a\b|au\b)(?!\s*(?:un[e]?\s+)?(?:agence|cabinet|bureau)\b)"
    rf"|{_BEGINS}ancienn?e?\s+(?:du|de\s+la|de\s+chez|de\s+l'|d'un[e]?)\s*(?:\w+\s+)?{_EMPLOYER}"
    rf"|{_BEGINS}(?:mon|ma|notre)\s+(?:employeur|entreprise|boite|societe)\b(?:\s*,[^,.;:!?\n]{{0,60}},)?"
    r"(?=\s+(?:me|m'|nous|accepte|est\s+d'accord))"
)
# Themselves only.
_OF_THE_WRITER = re.compile(
    r"\b(?:mon|ma|notre)\s+(?:employeur|entreprise|boite|societe)\s*,[^,.;:!?\n]{0,60},?"
    r"|\b(?:apres|depuis|pendant|plus\s+de)\s+(?:plus\s+de\s+)?[\w-]{1,20}\s+(?:ans|annees)\b"
    r"|\b[\w-]{1,20}\s+(?:ans|annees)\s+(?:d'experience|d'anciennete|de\s+(?:metier|carriere|maison|boite|pratique))"
    r"|\b(?:ans|annees)\s+d'experience|\bd'anciennete\b|\byears\s+of\s+experience\b"
    r"|\b(?<!depart\s)(?<!passage\s)(?<!preparer\s)(?<!preparation\s)a\s+la\s+retraite\b"
    rf"|{_BEGINS}(?:jeune\s+)?retraitee?\b|\ben\s+(?:pre-?)?retraite\b"
    r"|\b(?<!voix\s)(?:du|dans\s+le|au)\s+(?:grand\s+)?(?:nord|sud|est|ouest)(?:-(?:est|ouest))?"
    r"(?:\s+de\s+(?:la\s+france|l'ile|\w+)|\s+du\s+pays)?\b"
    r"|\b(?:(?:des|les|en|de)\s+)?hauts[-\s]de[-\s]france\b|\b(?:d'|l'|en\s+)?ile[-\s]de[-\s]france\b"
    r"|\ben\s+(?:normandie|bretagne|alsace|lorraine|picardie|provence|corse|bourgogne|auvergne|occitanie|flandres?"
    r"|france(?!\s+(?:benevolat|travail|active)))\b"
    # a grade, not somebody's age
    r"|(?<=\w\s)(?<!public\s)(?<!residence\s)(?<!club\s)(?<!habitat\s)(?<!aide\s)(?<!sport\s)(?<!gym\s)(?<!personne\s)(?:senior|junior|confirmee?)\b"
    r"|\bancienn?e?\b(?=\s+(?!combattant|bati|meuble|livre)\w)"
    r"|\bfaute\s+(?:de|d')\s*\w+|\bn'importe\s+(?:quoi|qui|quel\w*|ou|quand|comment)\b|\bpeu\s+importe\b"
    # ready to, not a loan; at the end of one's tether, and not of whoever works there
    r"|\b(?:est|sont|etes|suis|sommes|sera|seront|soit|soient|etre|semble\w*)\s+(?:pas\s+|tous\s+|tout\s+|deja\s+|enfin\s+|encore\s+)?prete?s?\b"
    r"|\b(?:je\s+n'en\s+peux\s+plus|j'en\s+ai\s+(?:marre|assez|ras\s+le\s+bol|plein\s+le\s+dos|par-dessus\s+la\s+tete)|je\s+(?:craque|sature))\b"
    r"|\b(?:me\s+)?(?:rendre|sentir|etre)\s+utile\b|\butile\s+aux\s+autres\b"
    r"|\b(?:donner|retrouver|remettre|redonner)\s+d[ue]\s+sens\b"
    r"|\b(?:transmettre|partager|donner)\b(?=\s*(?:[.,;!?]|$|(?:un\s+peu\s+)?(?:de\s+)?(?:mon|ma|mes|ce\s+que)\b|aux?\s+(?:autres|jeunes)\s*(?:[.,;!?]|$)))"
    r"(?:\s+(?:un\s+peu\s+)?(?:de\s+)?(?:mon|ma|mes)\s+(?:experience|savoir(?:-faire)?s?|connaissances?|temps|passion))?"
    r"|\b(?:mettre\s+)?(?:mon|ma|mes)\s+(?:competences?|savoir(?:-faire)?s?|experience|connaissances)\s+(?:a\s+disposition|au\s+service\b)"
    # the words of the platform, where they name a way to work and no skill
    r"|\bmecenat\s+de\s+competences?\b|\b(?:skills[-\s]based\s+)?volunteering\s+(?:at|with)\b"
    r"|\b(?:je\s+suis|deja|comme|tant\s+que|titre|devenir|etre)\s+(?:un[e]?\s+)?benevole\b|\bbenevole\s+(?:a|au|aux|chez|dans|depuis|de\s+longue)\b"
    r"|\b(?:cherch\w+|besoin\s+d[e']|recherch\w+|faudrait|trouver)\s*(?:un[e]?|des|quelques|de|deux|trois)?\s*(?:benevoles?)\b(?=\s+(?:pour|qui|capables?|avec|a\s+l'aise|motives?|en|sachant|afin|sur)\b)"
    r"|\b(?:\d{1,4}|une\s+\w{1,12}aine\s+de)\s+(?:benevoles|salariee?s|membres|adherente?s)(?=\s*(?:[.,;)\n]|$|et\s+\d))"
    r"|\b(?:faire|fais|faisant)\s+du\s+benevolat\b|\ben\s+(?:tant\s+que\s+)?benevol(?:e|at)\b"
)
_END = re.compile(r"[.!?;:,(\n]|\b(?:mais|et|pour|je|nous|voici|voila|but|and)\b")


def of_the_writer(text: str) -> Iterator[tuple[int, int]]:
    """The stretches of a folded text that speak only of its writer."""
    for found in _EMPLOYED.finditer(text):
        end = _END.search(text, found.end())
        yield found.start(), end.start() if end else len(text)
    for found in _OF_THE_WRITER.finditer(text):
        yield found.span()
