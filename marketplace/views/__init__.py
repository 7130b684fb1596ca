"""The web's door: find, ask, act, answer."""
