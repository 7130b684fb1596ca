"""The exceptions of acts that can't be done; each says why in a sentence for the reader."""


class Refusal(Exception):
    """A rule forbids the act; str() is a sentence for the reader."""


class NumberTaken(Refusal):
    """The SIREN, SIRET or RNA belongs to another organisation."""
