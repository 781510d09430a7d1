"""Executed by Alembic for every command: runs it on the connection, and in the transaction, that the caller gave."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    # SQLite takes changes of tables back with the rest of the transaction; Alembic would not rely on it.
    transactional_ddl=True,
)
context.run_migrations()
