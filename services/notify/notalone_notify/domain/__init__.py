"""What is told to whom, and how a mail fares; pure."""
