"""What happens to people, organisations and invitations: one verb, one transaction."""
