//! The order store: SQLite, one writer, group commit. The only SQL.
