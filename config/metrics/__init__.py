"""What the site tells Prometheus: what its processes count together, and what the database says when it is asked."""
