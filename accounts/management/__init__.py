"""The commands that make a first pôle and load the places."""
