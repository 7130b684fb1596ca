"""Papers: what they say (facts), how they are set (typeset), who signs them (kinds)."""
