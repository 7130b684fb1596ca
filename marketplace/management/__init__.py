"""What is run by hand on the market: reference data, the demonstration, matching, incoming mail."""
