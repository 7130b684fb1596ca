"""What is run by hand: a first pôle, the places."""
