//! Changing the directory: accounts and sessions, submissions, single facilities, visitors' reports,
//! history, and how the server is.

pub mod auth;
mod health;
mod history;
pub mod people;
mod qr;
mod redaction;
pub mod reports;
pub mod schemas;
mod session;
mod submission_view;
pub mod submissions;
pub mod writes;

use super::resource::{Resource, at, behind_login};

/// The resources of this folder.
pub fn resources() -> Vec<Resource> {
    vec![
        at("/collections/facilities/items").post(writes::make),
        at("/collections/facilities/items/{id}")
            .put(writes::replace)
            .patch(writes::change)
            .delete(writes::withdraw),
        // Visitors: what is wrong about a facility, said without an account.
        at("/collections/facilities/items/{id}/reports")
            .get(reports::form)
            .post(reports::submit),
        // The staff of its place: what became of a facility.
        behind_login("/collections/facilities/items/{id}/history").get(history::show),
        behind_login("/collections/facilities/items/{id}/undo").post(history::undo),
        behind_login("/session")
            .get(session::show)
            .post(session::begin)
            .delete(session::end),
        behind_login("/session/password").put(session::password),
        behind_login("/session/second-factor")
            .post(session::offer)
            .put(session::confirm)
            .delete(session::refrain),
        behind_login("/tokens")
            .get(people::tokens)
            .post(people::add_token),
        behind_login("/tokens/{id}").delete(people::revoke_token),
        // Municipalities: from a sheet to what is published.
        behind_login("/submissions")
            .get(submissions::list)
            .post(submissions::submit),
        behind_login("/submissions/checks").get(submissions::checks),
        behind_login("/submissions/{id}")
            .get(submissions::show)
            .patch(submissions::change),
        behind_login("/submissions/{id}/rows").get(submissions::rows),
        behind_login("/submissions/{id}/differences").get(submissions::differences),
        behind_login("/submissions/{id}/file").get(submissions::file),
        behind_login("/submissions/{id}/corrected").get(submissions::corrected),
        behind_login("/submissions/{id}/decision").post(submissions::decide),
        behind_login("/submissions/{id}/rest").post(submissions::take_rest),
        behind_login("/submissions/{id}/told").post(submissions::told),
        // Administrators.
        behind_login("/changes/{seq}/redaction").post(redaction::redact),
        behind_login("/users")
            .get(people::users)
            .post(people::add_user),
        behind_login("/users/{id}").patch(people::change_user),
        behind_login("/users/{id}/password").post(people::reset_password),
        // Operators.
        at("/healthz").get(health::healthz),
        at("/readyz").get(health::readyz),
    ]
}
