"""What a page does with somebody’s words: builtins of every template.

`{{ words|quoted }}`, so that no page writes marks of one language in the other.
`{{ words|as_written }}`, so that a screen reader changes its voice.
"""

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from common.quotes import quoted
from common.spoken import said_in
from common.tongue import language_of

register = template.Library()
register.filter("quoted", quoted)


@register.filter
def as_written(words: object) -> SafeString:
    """Somebody's words with their language, where the page is in another: a screen reader then changes its voice."""
    said = said_in(language_of(str(words)))
    return format_html("<span{}>{}</span>", said, words) if said else conditional_escape(words)
