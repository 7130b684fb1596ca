"""The answer of reading a text: a code, how sure it is, and the words on which it rests."""

import re
from dataclasses import dataclass, field

# Said between two words of one idea: « tenir la compta ».
BETWEEN = re.compile(
    r"[ '’-]*(?:(?:l[aes]|d[eu]s?|[dl]['’]|une?|nos|notre|[àa]|aux?|en|et|sur|the|our|of|a)\b[ '’-]*){0,2}"
)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the text, as Python slices it."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One answer. `score` is a confidence: of ten suggestions at 0.6, about six are what the writer meant."""

    code: str
    label: str
    score: float
    evidence: list[Span] = field(default_factory=list)
    pk: int | str | None = None


def joined(spans: list[tuple[int, int]], text: str) -> list[Span]:
    """The spans in order; those with nothing but spaces and small words between them become one."""
    found: list[Span] = []
    for start, end in sorted(set(spans)):
        if found and (start <= found[-1].end or BETWEEN.fullmatch(text[found[-1].end : start])):
            found[-1] = Span(found[-1].start, max(end, found[-1].end))
        else:
            found.append(Span(start, end))
    return found
