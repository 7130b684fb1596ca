"""Tasks carry ids and make one call."""
