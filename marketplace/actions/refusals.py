"""Why an act can't be done now, in a sentence for the reader."""


class NotYet(Exception):
    """Something has to come first, or is full; str() is a sentence for the reader."""
