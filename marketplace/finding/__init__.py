"""Finds what a reader may see by a name, some words or a number: people, organisations, needs, offers, missions, conversations, papers."""
