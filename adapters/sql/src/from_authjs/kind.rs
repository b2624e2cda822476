//! This file says of what kind a column is, by what it was declared as.

use crate::dialect::Dialect;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: ColumnKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ColumnKind {
    Text,
    Number,
    Truth,
    Uuid,
    Zoned,
    Unzoned,
    Bytes,
    Other,
}

impl ColumnKind {
    pub(super) fn is_key(self) -> bool {
        matches!(self, Self::Text | Self::Number | Self::Uuid)
    }

    pub(super) fn of(dialect: Dialect, declared: &str) -> Self {
        let text = declared.to_ascii_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
        match dialect {
            _ if has(&["bool"]) || text == "tinyint(1)" => Self::Truth,
            _ if text == "uuid" && dialect == Dialect::Postgres => Self::Uuid,
            Dialect::Postgres if text == "timestamp with time zone" => Self::Zoned,
            _ if has(&["timestamp", "datetime"]) => Self::Unzoned,
            Dialect::Sqlite if has(&["int"]) => Self::Number,
            Dialect::Postgres if matches!(&*text, "integer" | "bigint" | "smallint") => {
                Self::Number
            }
            Dialect::Mysql if has(&["int"]) && !has(&["point"]) => Self::Number,
            _ if has(&["blob", "bytea", "binary"]) => Self::Bytes,
            Dialect::Postgres if has(&["[]", "array"]) => Self::Other,
            _ if has(&["char", "text", "clob"]) => Self::Text,
            _ => Self::Other,
        }
    }
}

/// A name that can stand in quotes without a second look.
pub(super) fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 63
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_by_what_they_are_declared_as() {
        for (dialect, declared, kind) in [
            (Dialect::Postgres, "character varying", ColumnKind::Text),
            (Dialect::Postgres, "integer", ColumnKind::Number),
            (Dialect::Postgres, "interval", ColumnKind::Other),
            (Dialect::Postgres, "uuid", ColumnKind::Uuid),
            (Dialect::Postgres, "ARRAY", ColumnKind::Other),
            (
                Dialect::Postgres,
                "timestamp with time zone",
                ColumnKind::Zoned,
            ),
            (
                Dialect::Postgres,
                "timestamp without time zone",
                ColumnKind::Unzoned,
            ),
            (Dialect::Mysql, "tinyint(1)", ColumnKind::Truth),
            (Dialect::Mysql, "int(11)", ColumnKind::Number),
            (Dialect::Mysql, "datetime(3)", ColumnKind::Unzoned),
            (Dialect::Mysql, "varbinary(255)", ColumnKind::Bytes),
            (Dialect::Sqlite, "INTEGER", ColumnKind::Number),
            (Dialect::Sqlite, "DATETIME", ColumnKind::Unzoned),
            (Dialect::Sqlite, "", ColumnKind::Other),
        ] {
            assert_eq!(ColumnKind::of(dialect, declared), kind, "{declared}");
        }
    }

    #[test]
    fn only_letters_digits_and_underscores_are_taken_into_a_statement() {
        assert!(is_plain("createdAt") && is_plain("user_2"));
        for name in ["", "a b", "a\"", "a`", "a'", "a;b", "a\0", "ä"] {
            assert!(!is_plain(name), "{name:?}");
        }
    }
}
