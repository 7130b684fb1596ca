"""Reference data that comes with the site, and the scripts that made it."""
