//! What comes of all rows together: the report, what would change, and what waits for a decision.

use std::collections::HashMap;
use std::sync::Arc;

use super::duplicates::{Seen, Sight};
use super::key::{OwnId, RowKey};
use super::likely::{self, Like, LikelyDuplicate, Newcomer, Reason};
use super::plan::{How, Plan, Refused};
use super::{Against, Review, Reviewed, Usable, addresses, blanks, duplicates};
use crate::domain::position::Position;
use crate::domain::report::{Problem, Report, one_a_code};
use crate::snapshot::entries::Entry;

impl Review {
    /// What would be published, and the report.
    pub fn reviewed(&mut self, against: &Against<'_>) -> Reviewed {
        let mut doubles = self.doubles();
        let mut reviewed = Reviewed::default();
        let mut shared = self.shared_positions(&doubles);
        self.compare_with_published(against, &doubles);
        let mut problems = Vec::new();
        let (mut accepted, mut keep_kind) = (0, 0);
        for (number, held) in &self.rows {
            let first = problems.len();
            let done = held
                .usable
                .as_ref()
                .and_then(|row| row.draft.accepted.as_ref());
            // What a row does not say is not unknown where it is published.
            let keeps_kind = done.is_some_and(|done| done.keeps_kind);
            let read = held.read.iter();
            problems.extend(
                read.filter(|p| !keeps_kind || p.code != "kind-missing")
                    .cloned(),
            );
            problems.extend(doubles.remove(number));
            problems.extend(shared.remove(number));
            let Some(row) = &held.usable else { continue };
            problems.extend(row.draft.problems.iter().cloned());
            let is_blocked = problems[first..].iter().any(|p| p.blocks);
            self.ask(row, against, is_blocked, &mut reviewed, &mut problems);
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
            against.answers.blank,
            &self.labels,
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

    /// Rows that are the same facility as an earlier one.
    fn doubles(&self) -> HashMap<usize, Problem> {
        let usable = || self.rows.values().filter_map(|held| held.usable.as_ref());
        let mut seen = Seen::default();
        let mut doubles = HashMap::new();
        for row in usable() {
            let sight = Sight {
                number: row.key.number,
                id: row.plan.id(&row.key),
                written: &row.key.written,
                name: &row.key.name.text,
                position: row.key.position,
                address: row.key.address.as_deref(),
            };
            if let Some((first, same)) = seen.see(&sight) {
                let problem = duplicates::problem(&sight, first, same, &self.labels);
                doubles.insert(sight.number, problem);
            }
        }
        doubles
    }

    /// Rows with exactly the position of an earlier one of another name, at another address.
    fn shared_positions(&self, doubles: &HashMap<usize, Problem>) -> HashMap<usize, Problem> {
        let mut first: HashMap<[u32; 2], &RowKey> = HashMap::new();
        let mut shared = HashMap::new();
        for row in self.rows.values().filter_map(|held| held.usable.as_ref()) {
            let key = &row.key;
            let (Some(position), Some(lot)) = (key.position, &key.lot) else {
                continue;
            };
            let before = *first.entry(position.units()).or_insert(key);
            let is_other = before.name.text != key.name.text
                && before
                    .lot
                    .as_ref()
                    .is_some_and(|other| !addresses::goes_on(other, lot));
            if is_other && !doubles.contains_key(&key.number) {
                let problem = duplicates::shared(key.number, position, before.number, &self.labels);
                shared.insert(key.number, problem);
            }
        }
        shared
    }

    /// Finds the published facilities that new rows are like.
    fn compare_with_published(&mut self, against: &Against<'_>, doubles: &HashMap<usize, Problem>) {
        let (mut phones, mut websites) = (HashMap::new(), HashMap::new());
        let mut places = Vec::new();
        for row in self.rows.values().filter_map(|held| held.usable.as_ref()) {
            let Some(accepted) = row.draft.accepted.as_ref() else {
                continue;
            };
            if doubles.contains_key(&row.key.number) {
                continue;
            }
            let (phone, website) = &accepted.contacts;
            *phones.entry(phone.clone()).or_insert(0) += 1;
            *websites.entry(website.clone()).or_insert(0) += 1;
            if row.like.is_none() && matches!(row.plan, Plan::New { .. }) {
                places.extend(accepted.difference.as_ref().map(|d| d.facility.position));
            }
        }
        self.known.look_around(against.snapshot, places.into_iter());
        let known = &self.known;
        for row in self
            .rows
            .values_mut()
            .filter_map(|held| held.usable.as_mut())
        {
            let (Plan::New { .. }, Some(accepted)) = (&row.plan, &row.draft.accepted) else {
                continue;
            };
            let Some(difference) = &accepted.difference else {
                continue;
            };
            let (phone, website) = &accepted.contacts;
            let own = [
                phones.get(phone) == Some(&1),
                websites.get(website) == Some(&1),
            ];
            if row
                .like
                .as_ref()
                .is_some_and(|(found_with, _)| *found_with == own)
            {
                continue;
            }
            let newcomer = Newcomer {
                facility: &difference.facility,
                name: &row.key.name,
                phone: phone.clone().filter(|_| own[0]),
                website: website.clone().filter(|_| own[1]),
            };
            row.like = Some((own, known.find(&newcomer)));
        }
    }

    /// Lists a row that may be a published facility, and asks where nothing is decided.
    fn ask(
        &self,
        row: &Usable,
        against: &Against<'_>,
        is_blocked: bool,
        reviewed: &mut Reviewed,
        problems: &mut Vec<Problem>,
    ) {
        let number = row.key.number;
        if let Plan::Of {
            entry,
            how: How::SamePlace,
            ..
        } = &row.plan
        {
            reviewed.matched.insert(number, entry.id.clone());
        }
        let Some(Like {
            entry,
            metres,
            reason,
        }) = self.likeness(row)
        else {
            return;
        };
        let answer = against.answers.about(number, reason == Reason::SamePlace);
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
                &self.labels,
            ));
            reviewed.undecided.insert(number);
        }
        reviewed.likely.push(found);
    }

    /// The published facility a row may be.
    fn likeness(&self, row: &Usable) -> Option<Like> {
        let like = |entry: &Arc<Entry>, metres: f64, reason: Reason| Like {
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
            (Plan::Refused(Refused::Another(entry)), _) => {
                Some(like(entry, from(entry), Reason::Id))
            }
            (Plan::Refused(_), _) | (Plan::Of { how: How::Id, .. }, _) => None,
            (
                Plan::Of {
                    how: How::Decision,
                    entry,
                    ..
                },
                OwnId::Another(own),
            ) if own.id == entry.id => Some(like(entry, from(entry), Reason::Id)),
            (
                Plan::Of {
                    how: How::Decision,
                    entry,
                    away,
                    ..
                },
                _,
            ) => Some(like(entry, *away, Reason::SameName)),
            (
                Plan::Of {
                    how: How::SamePlace,
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
