//! The origin of changes for staff: who made them, from which submission, with which token.

use std::collections::HashMap;

use diesel::prelude::*;

use super::schema::{submission, token, users};
use super::{Store, StoreError};
use crate::domain::change::ActorId;

/// How a submission came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// What its file was called, where there was a file.
    pub file_name: Option<String>,
    /// The first characters of the token it came with, where it came with one.
    pub token: Option<String>,
}

impl Store {
    /// The names of those who acted, also of those who cannot sign in (any more).
    pub fn names_of(&self, actors: &[ActorId]) -> Result<HashMap<i64, String>, StoreError> {
        let ids: Vec<i64> = actors.iter().map(|actor| actor.0).collect();
        let rows: Vec<(i64, String)> = users::table
            .filter(users::id.eq_any(ids))
            .select((users::id, users::name))
            .load(&mut *self.connection()?)?;
        Ok(rows.into_iter().collect())
    }

    /// How submissions came.
    pub fn origins_of(&self, submissions: &[i64]) -> Result<HashMap<i64, Origin>, StoreError> {
        self.read(|db| {
            let rows: Vec<(i64, Option<String>, Option<i64>)> = submission::table
                .filter(submission::id.eq_any(submissions.to_vec()))
                .select((submission::id, submission::file_name, submission::token))
                .load(db)?;
            let tokens: Vec<i64> = rows.iter().filter_map(|(_, _, token)| *token).collect();
            let hints: Vec<(i64, String)> = token::table
                .filter(token::id.eq_any(tokens))
                .select((token::id, token::hint))
                .load(db)?;
            let hints: HashMap<i64, String> = hints.into_iter().collect();
            let origin = |(id, file_name, token): (i64, Option<String>, Option<i64>)| {
                let token = token.and_then(|token| hints.get(&token).cloned());
                (id, Origin { file_name, token })
            };
            Ok(rows.into_iter().map(origin).collect())
        })
    }
}
