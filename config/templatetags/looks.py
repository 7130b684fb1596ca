"""What the templates need to look the same everywhere: icons, initials, the tone of a state."""

from zlib import crc32

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

# The tone and the icon of every state; the words are the state's own label.
STATE_LOOKS = {
    "draft": ("sand", "pencil"),
    "submitted": ("amber", "hourglass-split"),
    "question": ("amber", "question-circle"),
    "published": ("green", "check-circle"),
    "filled": ("teal", "people"),
    "used_up": ("teal", "people"),
    "closed": ("sand", "lock"),
    "withdrawn": ("sand", "slash-circle"),
    "refused": ("red", "x-circle"),
    "paused": ("sand", "pause-circle"),
    "expired": ("sand", "clock-history"),
    "sent": ("blue", "send"),
    "accepted": ("green", "check-circle"),
    "declined": ("red", "x-circle"),
    "running": ("green", "play-circle"),
    "done": ("teal", "flag"),
    "cancelled": ("sand", "slash-circle"),
    "pending": ("amber", "hourglass-split"),
    "verified": ("green", "patch-check"),
    "more": ("amber", "question-circle"),
}
TONES = ("teal", "apricot", "blue", "amber", "green", "sand")
# What a reason of the matching is about, drawn.
REASON_ICONS = {
    "skills": "puzzle",
    "place": "geo-alt",
    "dates": "calendar-event",
    "cause": "heart",
    "time": "clock",
    "format": "calendar3",
    "volume": "hourglass-split",
    "level": "mortarboard",
    "history": "people",
    "words": "chat-left-text",
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw one icon of the sprite; it is silent, so a word must stand beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("icons.svg"),
        name,
    )


@register.filter
def state_tone(state: str) -> str:
    return STATE_LOOKS.get(str(state), ("sand", "circle"))[0]


@register.filter
def state_icon(state: str) -> str:
    return STATE_LOOKS.get(str(state), ("sand", "circle"))[1]


@register.filter
def reason_icon(kind: str) -> str:
    return REASON_ICONS.get(str(kind), "check-lg")


@register.filter
def initials(name: str) -> str:
    """Two letters at most, skipping the small words: "Les Jardins de Wazemmes" gives "JW"."""
    words = [word for word in str(name).replace("-", " ").replace("’", " ").split() if word]
    strong = [word for word in words if word[0].isupper() and len(word) > 3] or words
    return "".join(word[0] for word in strong[:2]).upper()


@register.filter
def name_tone(name: str) -> str:
    """Always the same tone for the same name, so that people recognise it."""
    return TONES[crc32(str(name).encode()) % len(TONES)]
