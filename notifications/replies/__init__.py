"""Reads answers that come by e-mail: who wrote them, what they say, and which ones no person wrote."""
