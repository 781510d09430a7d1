"""The memo to take to the counter."""
