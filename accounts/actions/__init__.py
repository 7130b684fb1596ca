"""The acts on people, organisations and invitations: each is a verb, in one transaction."""
