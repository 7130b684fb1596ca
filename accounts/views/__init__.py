"""The web pages of accounts: signing up, organisations, members, security."""
