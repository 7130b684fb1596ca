"""The web pages of the market: each view finds the rows, checks the rights, calls the act, and answers."""
