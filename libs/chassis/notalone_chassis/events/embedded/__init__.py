"""The embedded event log: one SQLite file that several processes of one machine may open."""
