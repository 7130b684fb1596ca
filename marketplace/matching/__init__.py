"""The score of a pair, and its reasons in words: pure arithmetic and text, without database or request."""
