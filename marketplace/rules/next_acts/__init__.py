"""What comes next, and whose turn it is: one noun a room, one function a state. Reads only."""
