"""The market's commands, run by hand: reference data, the demonstration, matching, incoming mail."""
