"""Why an act can't be done, in a sentence for the reader."""


class Refusal(Exception):
    """A rule is in the way; str() is a sentence for the reader."""


class NumberTaken(Refusal):
    """The SIREN, SIRET or RNA belongs to another organisation."""
