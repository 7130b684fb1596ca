"""An organisation’s own sign-in: what we ask its provider, and what we believe."""
