"""What comes next, and whose turn it is: a module for each noun, in it a function for each state. Reads only."""
