"""An invented pôle for the demonstration: people, needs, offers and their stories, dated from today."""

from marketplace.demo.load import ACCOUNTS, PASSWORD, is_loaded, load

__all__ = ["ACCOUNTS", "PASSWORD", "is_loaded", "load"]
