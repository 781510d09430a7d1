"""The schema of notify's database, one file a step."""
