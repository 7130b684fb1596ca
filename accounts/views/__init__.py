"""The web's door: signing up, organisations, members, security."""
