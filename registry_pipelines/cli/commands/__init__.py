"""One module for each kind of command. Heavy imports are inside the functions."""
