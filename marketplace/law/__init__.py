"""What the law says, by year, each figure with where it was read. Pure: no row, no request."""
