"""The conversation itself: pure, without I/O and without a clock."""
