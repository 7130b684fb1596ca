"""The forms for a person, an organisation, a place: what may be typed."""
