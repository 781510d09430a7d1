"""Ways of a mail: a folder, and an SMTP server."""
