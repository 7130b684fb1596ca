"""The score and its reasons: pure arithmetic and words, no row, no request."""
