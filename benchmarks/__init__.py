"""What the house costs, measured: each module is a programme with its own --help."""
