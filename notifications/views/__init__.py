"""The bell, one's preferences, the mailbox of the demonstration, bounces."""
