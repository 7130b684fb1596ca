"""What a page does with somebody’s words: builtins of every template.

`{{ words|quoted }}`, so that no page writes marks of one language in the other.
`{{ words|as_written }}` and `{{ words|as_told }}`, so that a screen reader changes its voice;
`{% said_in words|reads_as %}` where they are paragraphs.
"""

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from common.quotes import quoted
from common.spoken import said_in
from common.tongue import language_of, reads_as

register = template.Library()
register.filter("quoted", quoted)
register.filter("reads_as", lambda words: reads_as(str(words)))


@register.filter
def as_written(words: object) -> SafeString:
    """Somebody's words with their language, where the page is in another: a screen reader then changes its voice."""
    return _in(language_of(str(words)), words)


@register.filter
def as_told(words: object) -> SafeString:
    """The same of what may be the site's own words, of a day when they were read in another language."""
    return _in(reads_as(str(words)), words)


def _in(tag: str, words: object) -> SafeString:
    said = said_in(tag)
    return format_html("<span{}>{}</span>", said, words) if said else conditional_escape(str(words))
