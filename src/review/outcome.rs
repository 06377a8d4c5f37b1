//! The review's outcome: the report, the differences, and the rows that wait for a decision.

use std::sync::Arc;

use super::key::OwnId;
use super::likely::{self, LikelyDuplicate, LikelyMatch, Reason};
use super::plan::{IdRefusal, MatchedBy, Plan};
use super::{ReadableRow, Review, ReviewContext, Reviewed, blanks};
use crate::domain::position::Position;
use crate::domain::report::{Problem, Report, one_a_code};
use crate::snapshot::entries::Entry;

impl Review {
    /// What would be published, and the report.
    pub fn reviewed(&mut self, context: &ReviewContext<'_>) -> Reviewed {
        self.compare(context);
        let mut reviewed = Reviewed::default();
        let mut problems = Vec::new();
        let (mut accepted, mut keep_kind) = (0, 0);
        for held in self.rows.values() {
            let first = problems.len();
            let done = held
                .usable
                .as_ref()
                .and_then(|row| row.draft.accepted.as_ref());
            // A published kind is known even if the row does not state it.
            let keeps_kind = done.is_some_and(|done| done.keeps_kind);
            let read = held.read.iter();
            problems.extend(
                read.filter(|p| !keeps_kind || p.code != "kind-missing")
                    .cloned(),
            );
            let Some(row) = &held.usable else { continue };
            problems.extend(row.double.clone());
            problems.extend(row.shared.clone());
            problems.extend(row.draft.problems.iter().cloned());
            let is_blocked = problems[first..].iter().any(|p| p.blocks);
            self.ask(row, context, is_blocked, &mut reviewed, &mut problems);
            let Some(done) = done.filter(|_| !is_blocked) else {
                continue;
            };
            accepted += 1;
            keep_kind += usize::from(keeps_kind);
            reviewed.differences.extend(done.difference.clone());
            for field in &done.blanks {
                *reviewed.blanks.entry(field).or_default() += 1;
            }
        }
        let mut of_file = self.of_file.clone();
        if accepted > 0 && keep_kind == accepted {
            of_file.retain(|problem| problem.code != "kind-missing");
        }
        of_file.extend(blanks::problem(
            &reviewed.blanks,
            context.decisions.blank,
            &self.headers,
        ));
        reviewed.unchanged = accepted - reviewed.differences.len();
        of_file.extend(problems);
        reviewed.report = Report {
            rows: self.count,
            accepted,
            problems: one_a_code(of_file),
        };
        reviewed
    }

    /// Lists a row that may be a published facility, and asks for a decision if there is none.
    fn ask(
        &self,
        row: &ReadableRow,
        context: &ReviewContext<'_>,
        is_blocked: bool,
        reviewed: &mut Reviewed,
        problems: &mut Vec<Problem>,
    ) {
        let number = row.key.number;
        if let Plan::Of {
            entry,
            how: MatchedBy::SamePlace,
            ..
        } = &row.plan
        {
            reviewed.matched.insert(number, entry.id.clone());
        }
        let Some(LikelyMatch {
            entry,
            metres,
            reason,
        }) = self.likeness(row)
        else {
            return;
        };
        let answer = context.decisions.about(number, reason == Reason::SamePlace);
        let found = LikelyDuplicate {
            row: number,
            id: entry.id.clone(),
            name: name_of(&entry),
            metres,
            reason,
            decided: answer,
        };
        let is_kept_out = matches!(row.plan, Plan::Refused(_));
        if is_blocked && !is_kept_out {
            return;
        }
        if let (None, false, Some(accepted)) = (answer, is_kept_out, &row.draft.accepted)
            && let Some(difference) = &accepted.difference
        {
            problems.push(likely::problem(
                number,
                &difference.facility,
                &found,
                &self.headers,
            ));
            reviewed.undecided.insert(number);
        }
        reviewed.likely.push(found);
    }

    /// The published facility a row may be.
    fn likeness(&self, row: &ReadableRow) -> Option<LikelyMatch> {
        let like = |entry: &Arc<Entry>, metres: f64, reason: Reason| LikelyMatch {
            entry: Arc::clone(entry),
            metres,
            reason,
        };
        let from = |entry: &Entry| {
            let measured = |own: Position| own.distance(entry.position).0;
            row.key.position.map_or(0.0, measured)
        };
        let changes = row
            .draft
            .accepted
            .as_ref()
            .is_some_and(|a| a.difference.is_some());
        match (&row.plan, &row.key.own) {
            (Plan::Refused(IdRefusal::Another(entry)), _) => {
                Some(like(entry, from(entry), Reason::Id))
            }
            (Plan::Refused(_), _)
            | (
                Plan::Of {
                    how: MatchedBy::Id, ..
                },
                _,
            ) => None,
            (
                Plan::Of {
                    how: MatchedBy::Decision,
                    entry,
                    ..
                },
                OwnId::Another(own),
            ) if own.id == entry.id => Some(like(entry, from(entry), Reason::Id)),
            (
                Plan::Of {
                    how: MatchedBy::Decision,
                    entry,
                    away,
                    ..
                },
                _,
            ) => Some(like(entry, *away, Reason::SameName)),
            (
                Plan::Of {
                    how: MatchedBy::SamePlace,
                    entry,
                    away,
                    stays,
                },
                _,
            ) => (changes || *stays).then(|| like(entry, *away, Reason::SamePlace)),
            (Plan::New { .. }, OwnId::Another(entry)) => Some(like(entry, from(entry), Reason::Id)),
            (
                Plan::New {
                    same: Some((entry, away)),
                    ..
                },
                _,
            ) => Some(like(entry, *away, Reason::SamePlace)),
            (Plan::New { .. }, _) => row.like.as_ref()?.1.clone(),
        }
    }
}

fn name_of(entry: &Entry) -> String {
    #[derive(serde::Deserialize)]
    struct Named {
        name: String,
    }
    entry.properties::<Named>().name
}
