"""The figures of a pôle: events counted once a night, added up for whoever looks. Never writes to the database."""
