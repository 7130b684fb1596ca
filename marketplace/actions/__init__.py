"""What people and the clock do on the market: each act is a verb, in one transaction, with `*, by=` for who acts.
An act doesn't look up the row that it is about, nor check rights: its caller does both."""
