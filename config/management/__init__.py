"""The commands that are run by hand or at start: prepare, serve, the health check, the drawings."""
