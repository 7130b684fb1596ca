"""The forms of the market: what may be typed, and the sentence shown when it may not."""
