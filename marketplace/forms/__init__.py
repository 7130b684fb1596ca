"""What may be typed, and the sentence when it may not."""
