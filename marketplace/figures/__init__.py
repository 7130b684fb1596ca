"""What a pôle learns of itself: events counted once a night, added up for whoever looks. Never writes."""
