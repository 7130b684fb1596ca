"""Answers that come by e-mail: whose they are, what they say, which ones are nobody's words."""
