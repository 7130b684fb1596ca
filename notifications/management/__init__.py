"""What the mail server runs: a bounce is read."""
