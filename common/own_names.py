"""How somebody's name is shown."""

SMALL = {"de", "du", "des", "van", "von"}


def shown(name: str) -> str:
    """A name typed in small letters, with its capitals: « moussa » is Moussa, « jean-pierre » is Jean-Pierre. One that holds a
    capital is its owner's to write, and so is one that begins with a small word, « d’Arc » or « de la tour »."""
    if name != name.lower() or name[1:2] in {"'", "\N{RIGHT SINGLE QUOTATION MARK}"}:
        return name
    if name.split(" ")[0] in SMALL:
        return name
    return " ".join(_each(word) for word in name.split(" "))


def _each(word: str) -> str:
    return "-".join(part[:1].upper() + part[1:] for part in word.split("-"))
