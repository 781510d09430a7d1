"""SQL: one database of one service, its outbox and its inbox."""
