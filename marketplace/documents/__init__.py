"""Documents: what they say (facts), how they are typeset (typeset), how they are sealed (sealing)."""
