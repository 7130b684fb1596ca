"""The Django admin of the market, for those who run the site and what no other page does."""

from marketplace.admin import skills

__all__ = ["skills"]
