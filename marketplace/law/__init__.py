"""What the law says, by year, each figure with its source. Pure functions: no database, no request."""
