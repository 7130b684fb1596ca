"""The command that the mail server runs to hand over a bounce."""
