//! `machinaka token`: API tokens, for the operator.
//!
//! A token goes to standard output alone, so that it can be piped to where it belongs.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::{Failure, open};
use crate::directory::Reference;
use crate::directory::people::Token;
use crate::domain::user::{Scope, User};

/// Whose token, or what to do with tokens.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Tokens {
    /// The user it acts for.
    #[arg(required = true)]
    name: Option<String>,
    /// What it may do, and never more than its user: read, submit or publish.
    #[arg(long, value_parser = scope, default_value = "publish")]
    scope: Scope,
    /// After how many days it ends; 365 by default.
    #[arg(long, value_name = "DAYS")]
    expires: Option<i64>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// List tokens: number, first characters, user, scope, last use, state.
    List {
        /// Only of this user.
        name: Option<String>,
    },
    /// Revoke a token.
    Revoke {
        /// Its number, as listed.
        id: i64,
    },
}

fn scope(text: &str) -> Result<Scope, String> {
    text.parse()
        .map_err(|error: crate::domain::vocabulary::UnknownWord| error.to_string())
}

/// Does it.
pub fn run(database: Option<String>, options: Tokens) -> Result<ExitCode, Failure> {
    let directory = open(database, Reference::shipped())?;
    let by = User::operator();
    let mut out = io::stdout().lock();
    match options.command {
        None => {
            let name = options.name.unwrap_or_default();
            let account = directory.account_named(&by, &name)?;
            let (_, secret) = directory.add_token(&account.user, options.scope, options.expires)?;
            writeln!(out, "{secret}")?;
        }
        Some(Command::List { name }) => {
            let owner = match name {
                Some(name) => Some(directory.account_named(&by, &name)?.user.id),
                None => None,
            };
            let tokens = directory.tokens(&by)?;
            let wanted = |token: &Token| owner.is_none_or(|owner| token.owner == owner);
            for (token, name) in tokens.iter().filter(|(token, _)| wanted(token)) {
                list(token, name, &mut out)?;
            }
        }
        Some(Command::Revoke { id }) => directory.revoke_token(&by, id)?,
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn list(token: &Token, name: &str, out: &mut impl Write) -> io::Result<()> {
    let used = token.used_at.map_or("never used".to_owned(), |at| {
        format!("last used {}", at.rfc3339())
    });
    let state = match (token.revoked_at, token.expires_at) {
        (Some(at), _) => format!("revoked {}", at.rfc3339()),
        (None, Some(at)) => format!("until {}", at.rfc3339()),
        (None, None) => "without end".to_owned(),
    };
    writeln!(
        out,
        "{}\t{}…\t{name}\t{}\t{used}\t{state}",
        token.id,
        token.hint,
        token.scope.slug()
    )
}
