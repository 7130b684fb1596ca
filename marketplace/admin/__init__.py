"""The back room: for those who run the site, when no page does."""

from marketplace.admin import skills

__all__ = ["skills"]
