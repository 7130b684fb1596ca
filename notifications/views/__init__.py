"""The pages about letters: the bell, one's preferences, the operators' screen, the mailbox of the demonstration,
bounces."""
