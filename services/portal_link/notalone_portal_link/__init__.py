"""From a programme on to the municipality that decides on it."""
