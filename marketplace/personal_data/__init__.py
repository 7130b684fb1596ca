"""What the site holds of a person or of an organisation: by which columns it is found in each table, and how a copy of it is written."""
