"""Takes a backup of the site and restores one: the database, the files, and what is kept apart from both."""
