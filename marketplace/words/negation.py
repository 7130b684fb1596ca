"""Finds what a text says it does not need, what it says only about its writer, and what it says in passing."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

import numpy as np

from common.roots import fold
from marketplace.words.beside import BESIDE, beside
from marketplace.words.names import Said
from marketplace.words.tokenizer import clean
from marketplace.words.writer import of_the_writer

# « nous n'avons pas de graphiste » is a need; « pas besoin d'un graphiste » is not.
_REFUSED = re.compile(
    r"\b(?:surtout\s+)?pas\s+(?:envie\s+)?(?:de\s+)?faire\s+d[eu']|\bpas\s+envie\b|\bmarre\s+d"
    r"|\b(?:pas|plus|aucun|aucunement|nul|inutile|sans)\s+(?:du tout\s+|vraiment\s+)?besoin\b"
    r"|\b(?:ne|n')\s*(?:re)?cherch\w+\s+(?:pas|plus|aucun\w*)\b"
    r"|\b(?:ne|n')\s*(?:veu\w+|voul\w+|souhait\w+|demand\w+|concern\w+)\s+(?:pas|plus|aucun\w*)\b(?!\s+qu)"
    # « je ne sais pas faire la compta, mais je jardine » offers; without what one knows, it is a need
    r"|\b(?:je|j')\s*(?:ne\s+)?sais\s+pas\b(?=[^.!?;\n]{1,60}\bmais\s+(?:je\b|j'))"
    # as it is spoken; « on veut plus de monde » wants more
    r"|\b(?:on|je|j')\s*(?:re)?(?:cherche|veux|veut|recrute|souhaite|demande)\s+pas\b(?!\s+(?:qu|loin|mal|trop|mieux))"
    r"|\binutile\s+d[e'’]|\bpas\s+(?:question|la peine|necessaire)\b|\bhors\s+de\s+question\b"
    r"|\b(?:ce|c')\s*n'est\s+pas\b|\bil\s+ne\s+s'agit\s+pas\b"
    r"|\bsauf\b|\ba l'exception\b|\bhormis\b|\bplutot\s+que\b|\bexcepte\b"
    r"|\b(?:no|don'?t|do not|not|doesn'?t|without any)\s+(?:really\s+)?(?:need|want|require|looking)\w*\b"
    r"|\bno\s+need\b|\bexcept\b|\brather\s+than\b|\binstead\s+of\b"
    r"|\b(?:besoin|cherch\w+|veu\w+|voul\w+|souhait\w+)\s+ni\b"
    # « pas un graphiste mais un correcteur »; « pas de comptable, mais des factures » is a lack
    r"|(?:^|[.,;:!?(\n]\s{0,3}|\b(?:veu\w+|cherch\w+|faut|est|voul\w+|souhait\w+)\s+)pas\s+(?:une?\s|des\s|les?\s|la\s|l')"
    r"(?=[^.!?;\n]{1,60}\bmais\s)"
    r"|\bje\s+ne\s+(?:fais|suis|ferai|serai)\s+(?:pas|plus|jamais)\b|\bplus\s+envie\b"
    r"|\b(?:i\s+am|i'm)\s+not\b|\b(?:i\s+don'?t|do\s+not)\s+do\b"
    r"|(?:^|[,;(])\s*(?:surtout\s+)?pas\s+d[eu'](?=[^.!?;\n]{0,80}(?:\bsvp\b|s'il\s+(?:vous|te)\s+plait|\bmerci\b))"
)
# « la présidente ne veut plus tenir les comptes »: what somebody else refuses is often what is needed.
_SOMEBODY_ELSE = re.compile(
    r"(?:\b(?:ils?|elles?|personne|qui)|\b(?:(?:les?|la|une?|deux|trois|certain\w*|plusieurs)\s|l'"
    r"|(?:nos|notre|leurs?|sa|son|ses|vos|votre|mon|ma|mes)\s)"
    r"(?!(?:petite\s|jeune\s)?(?:association|asso|structure|cooperative|ressourcerie|epicerie|creche|fondation"
    r"|federation|collectif|entreprise|equipe|club|centre|conseil)\b)\w+(?:\s\w+)?)\s+$"
)
# « nous avons tout sauf quelqu'un pour tenir les comptes » is a lack; « je fais tout sauf la compta » refuses.
_ALL_BUT = re.compile(
    r"\b(?:on\s+a|nous\s+avons|il\s+y\s+a|avoir)\s+(?:presque\s+|deja\s+)?tout\s*,?\s*$"
)
_WANTS_NOT = re.compile(r"(?:ne|n')\s*(?:re)?(?:cherche|veut|veulent|souhaite|demande)(?:nt)?\s")
# « on ne veut plus de ce logiciel ; où aller ? »: what one leaves is what one asks about.
_LEAVES = re.compile(
    r"[^.!?\n]{0,100}?(?:\bou\s+aller\b|\b(?:quoi|qui)\s+(?:d'autre|prendre|utiliser|choisir|mettre)\b|\bpar\s+quoi\b"
    r"|\ba\s+la\s+place\b|\bquelles?\s+alternatives?\b|\bcomment\s+(?:s'en\s+passer|en\s+sortir|en\s+changer|(?:le|la|les)\s+remplacer)\b)"
)
_HAVE_ALREADY = re.compile(
    r"\b(?:avons|avait|a|ai|ont|avez|dispos\w+|possed\w+)\s+(?:bien\s+)?deja\b"
    r"|\bdeja\s+(?:une?|des|notre|l'|la|le|quelqu)\b|\balready\s+(?:have|has|got)\b"
    r"|\b(?:have|has)\s+already\b|\bdeja\s+pris\w*\s+en\s+charge\b"
    r"|\b(?:est|sont|avons|a|ai|ont)\s+(?:deja\s+)?confie\w*\b"
)
# « tout va bien côté cuisine et potager »
_GOES_WELL = re.compile(
    r"\btout\s+(?:va|se\s+passe|roule)\s+(?:tres\s+)?bien\s+(?:cote|pour|avec|niveau|dans|a)\b[^.!?;:,\n]*"
)
_TURN = re.compile(
    r"\b(?:juste|simplement|seulement|uniquement)\b(?=\s+(?:d[eu'\s]|une?\b|des\b|quelqu|qqn|pour\b|besoin|envie|l[ea]\b|l'|les\b|a\b|qu))"
    r"|,\s*(?:comment|que|quoi|quel\w*|(?:ou|vers\s+qui)\s+\w+(?:er|ir|re))\b"
    r"|[.!?;\n]|:\s*(?:nous|on|je|il|elle|c'|ce\s|we|i)\b|,\s*(?:mais|par contre|en revanche|il|elle|on|nous|je|but|we|cherch|recherch)"
    r"|\bplutot\b(?!\s+qu)|\b(?:mais|cependant|toutefois|neanmoins|par contre|en revanche|but|however)\b"
)
# « … déjà un site mais il est vieux »: what we have is what is to be mended.
_TO_MEND = re.compile(
    r",?\s*(?:mais|but)\s+(?:il|elle|ils|elles|on\s+(?:doit|veut|voudrait)\s+l|il faut l|it|they)\b"
)
_ABOUT_US = re.compile(
    r"\b(?:notre|l'|une|la)\s*(?:petite\s+|jeune\s+)?(?:association|asso|structure|cooperative"
    r"|ressourcerie|epicerie|creche|fondation|federation|collectif|entreprise|equipe|foyer|maison|mjc|amicale|refuge|residence)\b"
    # « une structure en a besoin, je propose… »: somebody else does it
    r"(?:(?!\bje\b|\bj'|,\s*(?:nous|on|vous)\b)[^.!?;\n]){0,30}?\b(?:accompagne|aide|gere|lutte|oeuvre|intervient|existe|accueille|propose|agit|soutient"
    r"|defend|loge|heberge|distribue|collecte|organise|anime|emploie|forme|developpe|repare|recoit|reunit|rassemble)\b"
    r"|\bnous\s+(?:accompagnons|accueillons|gerons|aidons|hebergeons|soutenons|agissons|luttons"
    r"|intervenons|proposons|sommes\s+une?)\b|\bon\s+est\s+(?:une?\s+(?:petite?\s+)?"
    r"(?:association|asso|structure|coop\w*|scop|scic|club|collectif|equipe|troupe|chorale|groupe|centre|foyer|maison|mjc|ferme)|\d+)\b"
    r"|\b(?:our|the)\s+(?:association|charity|nonprofit|organisation|organization)\s+"
    r"(?:helps|supports|runs|works|provides|hosts|is)\b|\bwe\s+(?:help|support|run|host|provide|are\s+an?)\b"
)
# « notre épicerie ouvre dans deux mois, et… », « la maison de quartier fête ses trente ans »: to the end of the clause.
_LIVES = re.compile(
    r"\b(?:notre|la|le|l')\s*(?:[\w'-]+\s+){1,4}?(?:fete(?:ra)?|ouvr(?:e|ira)|rouvr(?:e|ira)|demenage(?:ra)?|existe|ferme(?:ra)?"
    r"|a\s+(?:fete|ouvert|demenage|ferme)|va\s+(?:feter|ouvrir|demenager|fermer))\s+(?:ses|dans|au|en|a|le|depuis|avant|des|cet)\b(?:(?!\b(?:et|mais|qui|ou)\b)[^.!?;:,\n]){0,60}"
)
# « notre épicerie solidaire aurait besoin de… »: who asks, and not what for.
_WHO_ASKS = re.compile(
    r"\b(?:notre|nos|la|le|l')\s*(?:petit[es]*\s+|jeunes?\s+)?(?:\w+[\s'-]+){1,5}?"
    r"(?:,[^.!?;:,\n]{1,40},\s*)?(?=(?:re)?cherch\w+\b|souhait\w+|voudrai\w+|aimerai\w+)"
    r"|\b(?:notre|nos|la|le|l')\s*(?:petit[es]*\s+|jeunes?\s+)?(?:association|asso|structure|cooperative|ressourcerie"
    r"|recyclerie|epicerie|creche|fondation|federation|collectif|equipe|centre|club|maison|foyer|ferme|tiers-lieu|mjc|scop|scic)"
    r"\s(?:\w+[\s'-]+){0,4}?(?=(?:a|aurait|avait|ont|auraient)\s+(?:\w+\s+)?besoin\b|manqu\w+)"
)
# What is true of whoever writes, whatever they need or know: when, where to reach them, who they
# are, and good manners. It reaches to the end of the clause.
_ASIDE = re.compile(
    r"\b(?:dispo(?:nib\w*)?|libres?)\b(?=[^.!?;\n]{0,60}(?:jour|soir|matin|midi|week|semaine|mois|partir|\b(?:lun|mar|mercre|jeu|vendre|same|diman)(?:di|che)))"
    r"|\bdepuis\s+(?:le|son|leur)\s+(?:depart|conge|arret|deces)\b"
    r"|\b(?:meme|ou|voire)\s+(?:a\s+distance|(?:en|par)\s+visio\w*)\b"
    r"|\ben\s+(?:soiree|journee|semaine)\b|\ble\s+(?:soir|matin|week-?end)\b"
    r"|\bouvert\w*\s+(?:du|le|les|de|tous)\b|\b(?:nous|me)\s+(?:contacter|joindre|rappeler|appeler)\b"
    r"|\bcontactez\b|\bjoignable\w*\b|\b(?:merci|thanks|thank\s+you)\b(?:\s+(?:d'avance|par\s+avance|beaucoup))?(?:\s+(?:pour|de)\s+(?:votre|vos|ta|ton)\s+\w+)?|\bbonne\s+(?:journee|soiree|continuation)\b"
    r"|\b(?:passer|venez|venir)\s+nous\s+voir\b|\b(?:je\s+suis|suis)\s+vehicule\w*"
    # an address, not those who sleep in the street nor who play in it
    r"|(?:\b\d+\s*(?:bis|ter)?\s*,?\s*|(?<!\bla\s)(?<!\bde\s))\b(?:rue|avenue|boulevard|impasse)\s+(?!et\b|ou\b|pour\b|avec\b)\w+"
    r"|\bdans\s+tout(?:e\s+la|\s+le)\s+(?:departement|region|ville|metropole|agglomeration|pays|secteur)\b"
    r"|\ben\s+(?:bonne|pleine|tres\s+bonne)\s+(?:sante|forme)\b|\bpret\w*\s+a\s+bouger\b"
    r"|\bsecteur\s+(?:prive|public)\b|,\s*(?:region|secteur|departement)\s+(?:d'|(?:de(?:\s+la)?|du)\s)\w+"
    r"|\b(?:j'habite|je\s+(?:vis(?!\s+d[e'])|reside|loge)|i\s+live)\b|\bj'ai\s+\d\d\s+ans\b|\b\d\d\s+ans\b(?=\s*(?:,|$))"
    r"|\b(?:mere|pere|maman|papa)\s+de\s+(?:\w+\s+)?enfants?\b|(?<=,)\s*(?:un|deux|trois|quatre|1|2|3|4)\s+(?:petits?[\s-])?enfants?\b(?=\s*(?:,|[.]|$))"
    r"|\b(?:loi\s+(?:de\s+)?1901|reconnue?\s+d'(?:interet|utilite)(?:\s+(?:general|publique))?|agreee?\s+(?:jeunesse(?:\s+(?:et|&)\s+education\s+populaire)?|par|depuis)|membre\s+(?:de\s+la|du|de\s+l')|affiliee?\s+a)\b"
    r"|\b(?:voir|cf\.?)\s+(?:la\s+)?(?:piece\s+jointe|pj|fichier\s+joint|ci-?joint)\b|\bci-joint\w*\b"
    r"|\blorem\s+ipsum\b|\bpas\s+de\s+competences?\s+particulieres?\b|\bprivee?\b(?=\s*,)"
)
_MEANS = r"(?:(?:les?|la|assez|de|du|des)\s+|[dl]'){0,2}(?:temps|budgets?|moyens?|argent|sous|competences?|connaissances?|forces?|bras|monde|materiel|outils?)\b"
# Said before what is asked for: « un coup de main en menuiserie ».
_HELP = re.compile(
    r"\b(?:nous|me)\s+depanner\b(?=\s+(?:pour|sur|avec)\b)"
    r"|\b(?:coup\s+de\s+main|coup\s+de\s+pouce)\b(?=\s+(?:pour|sur|en|a|avec|niveau|cote)\b)"
    # « ni le budget ni les compétences pour… »: the means, and not what they would serve
    rf"|\b(?:ni|pas|plus|sans|peu)\s+{_MEANS}(?:(?:\s*,|\s+(?:ni|et|ou))\s+(?:ni\s+)?{_MEANS}){{0,3}}(?=\s+pour\b)"
)
# « une affiche pour notre concert »: what it is for, once what is asked has been named.
_FOR_WHAT = re.compile(
    r"\b(?<!c'est\s)(?:pour|pendant|durant|lors\s+d[eu']|a\s+l'occasion\s+d[eu'])\s*"
    r"(?:(?:notre|nos|une?|son|sa|ses|leurs?|cet?|cette|les?|la)\b|l'|(?P<act>(?:(?:nous|se|les?|la)\s+|[ls]')?\w{2,}(?:er|ir|re)\b))"
)
# Who or what is looked for comes after these: « notre club cherche quelqu'un pour … » has named nothing yet.
_ASKED = re.compile(
    r"[.;:!?\n]|\b(?:quelqu\w*|qqn|qq1|personnes?|benevoles?|volontaires?|besoins?|cherch\w+|recherch\w+|aid\w+|saur\w+|coup\s+de\s+main|appuis?|soutien|renfort|accompagn\w+|epaul\w+|depann\w+"
    r"|competences?|connaissances?|moyens|bras)\b"
)
FOR_WHAT = 0.5
# « un juriste pour revoir notre bail »: what somebody is to do is what is asked.
_SOMEBODY = re.compile(
    r"(?:ist|eus|eur|tric|ienn?|ier|air|cat|graph|log|prof|coach|chef)(?:e|fe|ue)?s?$"
)
# Good wishes, then a name and what one is: « Cordialement, Nadia, secrétaire de l'association ».
_CLOSING = re.compile(
    r"(?:\b(?:bien|tres)\s+)?\b(?:cordialement|amicalement|solidairement|respectueusement|sincerement"
    r"|bien\s+a\s+(?:vous|toi)|salutations|kind\s+regards|best\s+regards|yours\s+sincerely)\b"
)
_SIGNED = 100  # characters: a longer end isn't a signature
_END = re.compile(r"[.!?;:,\n]|\b(?:mais|et|pour|je|nous|niveau|cote|but|and)\b")
_ASKING = re.compile(
    r"\b(?:re)?cherch\w+|\bbesoin\b|\bmanqu\w+|\b(?:voudr|aimer|souhait|faudr)\w*|\bfaut\b|\bneed\w*|\blooking\b|[.!?;\n]"
    # « nous sommes une crèche, l'inspection nous reproche… », « on est un club et chaque automne je recopie… »
    r"|,\s+(?:(?:l'|la\s|les?\s|notre\s|nos\s)\s*\w+\s+(?:nous|me|m'|va|vont|a|ont|est|sont|ne|n')(?!\w)|(?:je|j'|on)(?!\w))"
    r"|\bet\b[^.!?;,\n]{0,40}?\b(?=je\b|j'|nous\b)"
)


_WORD = re.compile(r"\w")
LONGEST_REACH = 300  # characters: no refusal reaches further than a long sentence


def heard(text: str) -> np.ndarray:
    """The weight of the word at each character: 1, less when it is said in passing, 0 when
    it is refused.

    What the writer says of themselves counts in full, since trades are found by it.
    """
    return listened(text, (), of_writer=True)[0]


def listened(
    text: str, named: Sequence[Said], of_writer: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """The weight of the word at each character, and which are refused.

    What is said in passing, or stands beside what is asked, never begins within a name of several words, of those
    `named`.
    """
    folded = same_length_fold(clean(text))
    weights = np.ones(len(folded) + 1, dtype=np.float32)
    refused = np.zeros(len(folded) + 1, dtype=bool)
    whole = [name for name in named if name.words > 1]

    def lower(start: int, end: int, weight: float) -> None:
        word = _WORD.search(folded, start, end)  # a stretch may begin with the comma before a name
        start = _after(whole, word.start() if word else start)
        np.minimum(weights[start:end], weight, out=weights[start:end])

    for start, end, weight in _in_passing(folded, whole, of_writer):
        lower(start, end, weight)
    aloud = [name for name in named if weights[name.start : name.end].min() > 0.5]
    for start, end in beside(folded, aloud):
        lower(start, end, BESIDE)
    for start, end in _for_what(folded, aloud):
        lower(start, end, FOR_WHAT)
    for start, end, weight in _refusals(folded):
        np.minimum(weights[start:end], weight, out=weights[start:end])
        refused[start:end] |= weight == 0
    return weights, refused


def _after(whole: Sequence[Said], start: int) -> int:
    """The end of the name that holds a place, or the place itself. The names are in order."""
    found = bisect_right(whole, start, key=lambda name: name.start)
    return max(start, whole[found - 1].end) if found else start


def _refusals(text: str) -> Iterator[tuple[int, int, float]]:
    for cue in _REFUSED.finditer(text):
        if not _is_no_refusal(cue, text):
            yield cue.start(), _until(_TURN, text, cue.end()), 0.0
    for cue in _HAVE_ALREADY.finditer(text):
        end = _until(_TURN, text, cue.end())
        if not any(_TO_MEND.match(text, start) for start in (end, max(0, end - 1))):
            yield cue.start(), end, 0.15
    for cue in _GOES_WELL.finditer(text):
        yield *cue.span(), 0.15


def _in_passing(
    text: str, whole: Sequence[Said], of_writer: bool
) -> Iterator[tuple[int, int, float]]:
    for cue in _ASIDE.finditer(text):
        if _after(whole, cue.end() - 1) <= cue.end():  # not « en semaine de sensibilisation »
            yield cue.start(), _until(_END, text, cue.end()), 0.0
    for cue in _HELP.finditer(text):
        yield *cue.span(), 0.0
    for cue in _CLOSING.finditer(text):
        signed = len(text) - cue.end() <= _SIGNED
        yield cue.start(), len(text) if signed else _until(_END, text, cue.end()), 0.0
    for start, end in () if of_writer else of_the_writer(text):
        yield start, end, 0.0
    for cue in () if of_writer else _WHO_ASKS.finditer(text):
        yield *cue.span(), 0.45
    for cue in _LIVES.finditer(text):
        yield *cue.span(), 0.45
    for cue in _ABOUT_US.finditer(text):
        yield cue.start(), _until(_ASKING, text, cue.end()), 0.45


def _for_what(text: str, named: Sequence[Said]) -> Iterator[tuple[int, int]]:
    """What something is for, in clauses that have named it before."""
    ends = [name.end for name in named]
    stops = [stop.end() for stop in _ASKED.finditer(text)]
    for cue in _FOR_WHAT.finditer(text):
        before, begun = bisect_right(ends, cue.start()), bisect_right(stops, cue.start())
        if (
            before
            and named[before - 1].start >= (stops[begun - 1] if begun else 0)
            and not (cue["act"] and _is_somebody(text, named[before - 1]))
        ):
            yield cue.start(), _until(_END, text, cue.end())


def _is_somebody(text: str, name: Said) -> bool:
    return bool(_SOMEBODY.search(text[name.start : name.end]))


def _is_no_refusal(cue: re.Match, text: str) -> bool:
    before = text[max(0, cue.start() - 40) : cue.start()]
    if cue.group() == "sauf" and _ALL_BUT.search(before):
        return True
    wants_not = _WANTS_NOT.match(cue.group())
    return bool(wants_not and (_SOMEBODY_ELSE.search(before) or _LEAVES.match(text, cue.end())))


def _until(pattern: re.Pattern, text: str, start: int) -> int:
    """The end of a stretch: the pattern that ends it, the end of the text, or LONGEST_REACH."""
    reach = min(len(text), start + LONGEST_REACH)
    found = pattern.search(text, start, reach)
    return found.start() if found else reach


def same_length_fold(text: str) -> str:
    """The text folded without changing its length, so that offsets stay those of the text."""
    if text.isascii():
        return text.lower()
    return "".join(_one(character) for character in text)


def _one(character: str) -> str:
    if character.isascii():
        return character.lower()
    if character in "’ʼ‘":
        return "'"
    folded = fold(character)
    return folded if len(folded) == 1 else (folded[:1] or " ")
