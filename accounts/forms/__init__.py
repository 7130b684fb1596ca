"""What may be typed of a person, an organisation, a place."""
