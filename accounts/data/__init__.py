"""The reference data of communes and départements that comes with the site, and the scripts that made it."""
