//! This file writes down for PgBouncer which PostgreSQL it stands before, and how: in transaction mode,
//! with fewer connections to it than there are tests that ask at once.

/// Where a PostgreSQL is, and who may use it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) user: String,
    password: String,
    host: String,
    port: String,
    pub(super) database: String,
}

impl Address {
    pub(super) fn of(url: &str) -> Option<Self> {
        let (_, rest) = url.split_once("://")?;
        let (who, rest) = rest.split_once('@')?;
        let (user, password) = who.split_once(':').unwrap_or((who, ""));
        let (place, path) = rest.split_once('/')?;
        let (host, port) = place.rsplit_once(':').unwrap_or((place, "5432"));
        let (database, _) = path.split_once('?').unwrap_or((path, ""));
        Some(Self {
            user: user.to_owned(),
            password: password.to_owned(),
            host: host.to_owned(),
            port: port.to_owned(),
            database: database.to_owned(),
        })
    }

    /// What PgBouncer reads: whoever comes is let in, as this user. The driver asks for
    /// `extra_float_digits`, which PgBouncer cannot pass on.
    pub(super) fn settings(&self, port: u16) -> String {
        let Self {
            user,
            password,
            host,
            port: to_port,
            database: _,
        } = self;
        // An empty value at the end of the line is a syntax error to PgBouncer 1.18.
        let secret = if password.is_empty() {
            String::new()
        } else {
            format!(" password={password}")
        };
        format!(
            "[databases]\n\
             * = host={host} port={to_port} user={user}{secret}\n\
             [pgbouncer]\n\
             listen_addr = 127.0.0.1\n\
             listen_port = {port}\n\
             unix_socket_dir =\n\
             auth_type = any\n\
             pool_mode = transaction\n\
             default_pool_size = 3\n\
             max_client_conn = 300\n\
             ignore_startup_parameters = extra_float_digits\n"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pgbouncer_is_told_where_the_named_server_is() {
        let address = Address::of("postgres://u:p@db.example.org:6000/app?sslmode=prefer").unwrap();
        let settings = address.settings(7000);
        let line = "* = host=db.example.org port=6000 user=u password=p\n";
        assert!(settings.contains(line), "{settings}");
        assert!(settings.contains("listen_port = 7000\n"), "{settings}");
        assert_eq!(address.database, "app");
        let short = Address::of("postgres://postgres@127.0.0.1/postgres").unwrap();
        assert_eq!((&*short.port, &*short.password), ("5432", ""));
        assert_eq!(Address::of("postgres"), None);
    }

    #[test]
    fn a_server_without_a_password_is_named_without_one() {
        let address = Address::of("postgres://postgres@127.0.0.1:6000/postgres").unwrap();
        let settings = address.settings(7000);
        let line = "* = host=127.0.0.1 port=6000 user=postgres\n";
        assert!(settings.contains(line), "{settings}");
    }
}
