"""What the reading of a text answers: a code, how sure, and the words that made it think so."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the text, as Python slices it."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`score` is a confidence: of ten suggestions at 0.6, about six are what the writer meant."""

    code: str
    label: str
    score: float
    evidence: list[Span] = field(default_factory=list)
    pk: int | str | None = None


def joined(spans: list[tuple[int, int]], text: str) -> list[Span]:
    """In order, and one where only spaces lie between."""
    found: list[Span] = []
    for start, end in sorted(set(spans)):
        if found and (start <= found[-1].end or not text[found[-1].end : start].strip(" '’-")):
            found[-1] = Span(found[-1].start, max(end, found[-1].end))
        else:
            found.append(Span(start, end))
    return found
