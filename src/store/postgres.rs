//! A PostgreSQL database: connecting, and writing many changes at once.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::error::one_line;
use super::log::NewRow;
use super::schema::change;

/// Programs that start together migrate one after the other under this advisory lock ("machinak").
pub(super) const MIGRATION_LOCK: i64 = 0x6d61_6368_696e_616b;

/// Who changes accounts, or counts failed sign-ins, does so under this one ("people"). It is not the
/// log's lock: nobody should wait for an import to sign in.
pub(super) const PEOPLE_LOCK: i64 = 0x7065_6f70_6c65;

/// Who takes a visitor's report in does so under this one ("report"), so that all of them are counted.
pub(super) const REPORTS_LOCK: i64 = 0x7265_706f_7274;

/// libpq by itself waits for minutes when a server's address doesn't answer.
const CONNECT_SECONDS: u32 = 10;

/// Opens one connection.
pub(super) fn connect(url: &str) -> Result<PgConnection, String> {
    let mut url = url.to_owned();
    if !url.contains("connect_timeout=") {
        url.push(if url.contains('?') { '&' } else { '?' });
        url.push_str(&format!("connect_timeout={CONNECT_SECONDS}"));
    }
    let mut db = PgConnection::establish(&url).map_err(|error| one_line(&error.to_string()))?;
    // A server may be set up to acknowledge before it has written. `local` and stronger settings stay.
    db.batch_execute(
        "do $$ begin if current_setting('synchronous_commit') = 'off' then set synchronous_commit = 'on'; end if; end $$",
    )
    .map_err(|error| one_line(&error.to_string()))?;
    Ok(db)
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
