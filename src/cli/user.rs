//! `machinaka user`: accounts, for the operator.
//!
//! A temporary password goes to standard output alone, so that it can be handed on without being read.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::{Failure, open};
use crate::directory::people::{Account, AccountChange, Tokens};
use crate::directory::{Directory, Reference};
use crate::domain::user::{Role, User};

/// What to do with which account.
#[derive(Args)]
pub struct Users {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make an account; its one-time password is printed.
    Add {
        /// What they are called.
        name: String,
        /// What they are here for: editor, reviewer, planner or admin.
        #[arg(long, value_parser = role)]
        role: Role,
        /// Where that counts: a municipality or ward (five digits) or a prefecture (two); everywhere by default.
        #[arg(long, value_name = "CODE")]
        municipality: Option<String>,
    },
    /// List the accounts: name, role, area, state.
    List,
    /// Shut somebody out; their sessions end and their tokens are worth nothing meanwhile.
    Disable {
        /// Whom.
        name: String,
    },
    /// Let them in again.
    Enable {
        /// Whom.
        name: String,
    },
    /// Give somebody another one-time password, which is printed; their sessions end and their API
    /// tokens are revoked.
    ResetPassword {
        /// Whom.
        name: String,
        /// Take away the second factor as well, for somebody who lost it.
        #[arg(long)]
        without_second_factor: bool,
        /// Leave their API tokens as they are; without it they are revoked.
        #[arg(long)]
        keep_tokens: bool,
    },
}

fn role(text: &str) -> Result<Role, String> {
    text.parse()
        .map_err(|error: crate::domain::vocabulary::UnknownWord| error.to_string())
}

/// Does it.
pub fn run(database: Option<String>, options: Users) -> Result<ExitCode, Failure> {
    let directory = open(database, Reference::shipped())?;
    let by = User::operator();
    let mut out = io::stdout().lock();
    match options.command {
        Command::Add {
            name,
            role,
            municipality,
        } => {
            let (account, password) =
                directory.add_account(&by, &name, role, municipality.as_deref())?;
            writeln!(out, "{password}")?;
            eprintln!(
                "「{}」を作りました。上は一度だけの仮パスワードです（7日以内に本人が変えます）。\n\
                 The line above is a one-time password; it is to be changed within seven days.",
                account.user.name
            );
        }
        Command::List => {
            for account in directory.accounts(&by)? {
                list(&directory, &account, &mut out)?;
            }
        }
        Command::Disable { name } => disable(&directory, &by, &name, true)?,
        Command::Enable { name } => disable(&directory, &by, &name, false)?,
        Command::ResetPassword {
            name,
            without_second_factor,
            keep_tokens,
        } => {
            let account = directory.account_named(&by, &name)?;
            if without_second_factor {
                let change = AccountChange {
                    without_second_factor,
                    ..AccountChange::default()
                };
                directory.change_account(&by, account.user.id, change)?;
            }
            let (password, tokens) = directory.reset_password(&by, account.user.id, keep_tokens)?;
            writeln!(out, "{password}")?;
            eprintln!("{}", about_tokens(tokens));
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn about_tokens(tokens: Tokens) -> String {
    let Tokens { revoked, kept } = tokens;
    if kept > 0 {
        return format!(
            "APIトークンは{kept}個がまだ使えます（失効させるには token revoke）。\n\
             {kept} API tokens still work; revoke them with: token revoke"
        );
    }
    format!(
        "APIトークンを{revoked}個失効させました。残すときは --keep-tokens を付けます。\n\
         {revoked} API tokens were revoked; --keep-tokens leaves them."
    )
}

fn disable(directory: &Directory, by: &User, name: &str, disabled: bool) -> Result<(), Failure> {
    let account = directory.account_named(by, name)?;
    let change = AccountChange {
        disabled: Some(disabled),
        ..AccountChange::default()
    };
    directory.change_account(by, account.user.id, change)?;
    Ok(())
}

fn list(directory: &Directory, account: &Account, out: &mut impl Write) -> io::Result<()> {
    let user = &account.user;
    let area = user.area.map_or("everywhere".to_owned(), |area| {
        let name = directory
            .area_name(area)
            .map(|(ja, _)| ja)
            .unwrap_or_default();
        format!("{area} {name}")
    });
    let mut state = Vec::new();
    if account.disabled_at.is_some() {
        state.push("disabled");
    }
    if account.password_is_temporary {
        state.push("temporary password");
    }
    if account.second_factor_step.is_some() {
        state.push("second factor");
    }
    writeln!(
        out,
        "{}\t{}\t{area}\t{}",
        user.name,
        user.role.slug(),
        state.join(", ")
    )
}
