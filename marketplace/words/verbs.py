"""Finds the infinitive of verb forms that no stemmer brings back: « nous louons », « on vend », « je couds »."""

from collections.abc import Iterator

# A form's ending, then the infinitive's; the longer and rarer first. Only for words that are
# unknown otherwise, and only to infinitives that are known: « camions » stays what it is.
ENDINGS = (
    ("geons", "ger"), ("cons", "cer"), ("issons", "ir"), ("issent", "ir"), ("yons", "yer"),
    ("oient", "oyer"), ("oie", "oyer"), ("aient", "ayer"), ("aie", "ayer"),
    ("uisons", "uire"), ("uisent", "uire"), ("uis", "uire"), ("uit", "uire"),
    ("crivons", "crire"), ("crivent", "crire"), ("cris", "crire"), ("crit", "crire"),
    ("eignons", "eindre"), ("eignent", "eindre"), ("eins", "eindre"), ("eint", "eindre"),
    ("iennent", "enir"), ("ient", "enir"), ("iens", "enir"), ("oivent", "evoir"), ("oit", "evoir"),
    ("ousons", "oudre"), ("ousent", "oudre"), ("ousu", "oudre"), ("ousue", "oudre"),
    ("ousus", "oudre"), ("ousues", "oudre"),
    ("ons", "er"), ("ons", "re"), ("ons", "ir"), ("ent", "er"), ("ent", "re"), ("ent", "ir"),
    ("ez", "er"), ("ez", "re"), ("ez", "ir"), ("ds", "dre"), ("d", "dre"),
    ("u", "re"), ("us", "re"), ("ue", "re"), ("ues", "re"),
)  # fmt: skip


def infinitives(word: str) -> Iterator[str]:
    """The verbs that a folded word may be a form of, the likeliest first."""
    for ending, infinitive in ENDINGS:
        if word.endswith(ending) and word != ending:
            yield word.removesuffix(ending) + infinitive
