//! PostgreSQL: connections, and bulk writes of changes.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::error::one_line;
use super::log::NewRow;
use super::relay::Relay;
use super::schema::change;
use crate::domain::change::ActorId;

/// Programs that start together migrate one after the other under this advisory lock ("machinak").
pub(super) const MIGRATION_LOCK: i64 = 0x6d61_6368_696e_616b;

/// Who changes accounts, or counts failed sign-ins, does so under this one ("people"). It is not the
/// log's lock: nobody should wait for an import to sign in.
pub(super) const PEOPLE_LOCK: i64 = 0x7065_6f70_6c65;

/// Who takes a visitor's report in does so under this one ("report"), so that all of them are counted.
pub(super) const REPORTS_LOCK: i64 = 0x7265_706f_7274;

/// libpq by itself waits for minutes when a server's address doesn't answer.
const CONNECT: Duration = Duration::from_secs(5);

/// What the address of a server is given where it does not say: a connection whose other end is gone is
/// noticed within half a minute. Where packets are acknowledged and nothing more, the relay notices.
const OPTIONS: &[(&str, &str)] = &[
    ("connect_timeout", "5"),
    ("keepalives_idle", "10"),
    ("keepalives_interval", "5"),
    ("keepalives_count", "3"),
    ("tcp_user_timeout", "20000"),
];

/// How long an answer may take before the connection counts as dead. The server gives up sooner.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// The same for a sign of life of a connection that was idle.
pub(super) const PING: Duration = Duration::from_secs(3);

/// What a connection begins with.
///
/// A server may be set up to acknowledge before it has written. `local` and stronger settings stay.
/// A transaction that hears nothing for some seconds is undone by the server: before [`PATIENCE`] ends,
/// so that nothing is carried out that was already answered as failed, and nobody waits for a lock
/// that a lost program holds.
const SETTINGS: &str = "do $$ begin if current_setting('synchronous_commit') = 'off' then set synchronous_commit = 'on'; end if; end $$;
    set lock_timeout = '10s'; set statement_timeout = '15s'; set idle_in_transaction_session_timeout = '10s';";

/// Opens one connection, through a relay where the address names one server on the network.
pub(super) fn connect(url: &str) -> Result<(PgConnection, Option<Relay>), String> {
    let mut options: Vec<(&str, String)> = OPTIONS
        .iter()
        .map(|(name, value)| (*name, (*value).to_owned()))
        .collect();
    options.retain(|(name, _)| !names(url, name));
    let line = match server(url) {
        Some((host, port)) => {
            let line = Relay::open(&host, port, CONNECT)
                .map_err(|error| format!("{host}, port {port}: {error}"))?;
            options.push(("hostaddr", "127.0.0.1".to_owned()));
            options.push(("port", line.port.to_string()));
            Some(line)
        }
        None => None,
    };
    let mut address = url.to_owned();
    for (name, value) in options {
        address.push(if address.contains('?') { '&' } else { '?' });
        address.push_str(&format!("{name}={value}"));
    }
    let mut db = PgConnection::establish(&address).map_err(|error| one_line(&error.to_string()))?;
    db.batch_execute(SETTINGS)
        .map_err(|error| one_line(&error.to_string()))?;
    if let Some(line) = &line {
        line.set_patience(PATIENCE);
    }
    Ok((db, line))
}

/// Whether an address sets an option.
fn names(url: &str, option: &str) -> bool {
    let options = url.split_once('?').map_or("", |(_, options)| options);
    let mut pairs = options.split('&');
    pairs.any(|pair| pair.split('=').next() == Some(option))
}

/// The one server an address names by host and port. Nothing where libpq has to find out by itself: a
/// socket in a folder, several hosts, a service, or a file of passwords that names ports.
fn server(url: &str) -> Option<(String, u16)> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?']).next()?;
    let (user, place) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (host, port) = match place.strip_prefix('[') {
        Some(six) => {
            let (host, port) = six.split_once(']')?;
            (host, port.strip_prefix(':'))
        }
        None => match place.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (place, None),
        },
    };
    let settled = [
        "host",
        "hostaddr",
        "port",
        "service",
        "target_session_attrs",
    ];
    let is_set = |name| std::env::var_os(name).is_some();
    let has_password = user.contains(':') || names(url, "password") || is_set("PGPASSWORD");
    if host.is_empty()
        || place.contains([',', '%'])
        || settled.iter().any(|option| names(url, option))
        || ["PGHOSTADDR", "PGSERVICE", "PGTARGETSESSIONATTRS"]
            .into_iter()
            .any(is_set)
        || (port.is_none() && is_set("PGPORT"))
        || (!has_password && has_password_file(url))
    {
        return None;
    }
    let port = port.filter(|port| !port.is_empty()).unwrap_or("5432");
    Some((host.to_owned(), port.parse().ok()?))
}

/// Whether libpq would look a password up by host and port.
fn has_password_file(url: &str) -> bool {
    let own = std::env::var_os("PGPASSFILE").map(std::path::PathBuf::from);
    let usual = || {
        let home = std::env::var_os("HOME")?;
        Some(std::path::Path::new(&home).join(".pgpass"))
    };
    names(url, "passfile") || own.or_else(usual).is_some_and(|file| file.exists())
}

/// Waits until nobody else does what somebody calls by this key, until the transaction ends.
pub(super) fn lock_key(db: &mut PgConnection, actor: ActorId, key: &str) -> QueryResult<()> {
    use diesel::sql_types::Text;
    diesel::sql_query("select pg_advisory_xact_lock(hashtextextended($1, 0))")
        .bind::<Text, _>(format!("{} {key}", actor.0))
        .execute(db)?;
    Ok(())
}

/// Inserts rows in one COPY instead of a round trip for each.
pub(super) fn copy(db: &mut PgConnection, rows: &[NewRow<'_>]) -> QueryResult<()> {
    diesel::copy_from(change::table)
        .from_insertable(rows)
        .execute(db)?;
    Ok(())
}

/// The URL as it may be shown: without password and options. Also for what is no URL of ours.
pub(super) fn shown(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        // Where a URL is malformed, so may be the place of its password.
        return url
            .split_once('@')
            .map_or(url, |_| "with the URL given")
            .to_owned();
    };
    let rest = rest.split('?').next().unwrap_or_default();
    match rest.rsplit_once('@') {
        Some((user, place)) => {
            let user = user.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}@{place}")
        }
        None => format!("{scheme}://{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_server_on_the_network_is_told_from_all_else() {
        let of = |url: &str| server(url).map(|(host, port)| format!("{host} {port}"));
        for (url, expected) in [
            (
                "postgres://me:x@db.example:6000/hubs",
                Some("db.example 6000"),
            ),
            (
                "postgres://me:x@db.example/hubs?sslmode=require",
                Some("db.example 5432"),
            ),
            ("postgresql://me:x@[::1]:6000/hubs", Some("::1 6000")),
            ("postgres://me:x@10.0.0.1:/hubs", Some("10.0.0.1 5432")),
            ("postgres:///hubs", None),
            ("postgres://me:x@/hubs?host=/run/postgresql", None),
            ("postgres://me:x@%2Frun%2Fpostgresql/hubs", None),
            ("postgres://me:x@a,b/hubs", None),
            (
                "postgres://me:x@a/hubs?target_session_attrs=read-write",
                None,
            ),
            ("postgres://me:x@a/hubs?service=x", None),
            ("postgres://me:x@a:99999/hubs", None),
        ] {
            assert_eq!(of(url).as_deref(), expected, "{url}");
        }
    }
}
