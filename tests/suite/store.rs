//! The change log, on both databases.

use std::collections::BTreeMap;
use std::env;
use std::process::{Command, Stdio};
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::thread;
use std::time::Duration;

use machinaka::domain::change::{ActorId, Change, Moment, Proposal, Seq, Statement};
use machinaka::domain::facility::FacilityId;
use machinaka::store::chain::{self, BodyError, Digest, Entry};
use machinaka::store::{Store, StoreError};

use crate::support::databases::{Database, on_each_database};

fn id(text: &str) -> FacilityId {
    FacilityId::new(text).unwrap()
}

fn state(facility: &str, body: &str) -> Proposal {
    Proposal {
        facility: id(facility),
        statement: Statement::State(body.to_owned()),
    }
}

fn withdrawal(facility: &str) -> Proposal {
    Proposal {
        facility: id(facility),
        statement: Statement::Withdrawn,
    }
}

fn named(facility: &str, name: &str) -> Proposal {
    state(facility, &format!("{{\"name\":\"{name}\",\"seats\": 12}}"))
}

/// Publishes as the operator, and tells the last number.
fn publish(store: &Store, proposals: &[Proposal]) -> Seq {
    let published = store
        .publish(ActorId::CLI, None, proposals, None, Moment(1_000_000))
        .unwrap();
    *published.unwrap().end()
}

fn seqs(changes: &[Change]) -> Vec<i64> {
    changes.iter().map(|change| change.seq.0).collect()
}

/// The beginning of the chain's hash at a change.
fn database_hash(store: &Store, seq: Seq) -> u64 {
    let head = store.head().unwrap();
    store.hash_of(seq, &head).unwrap().unwrap().beginning()
}

fn damage(store: &Store) -> Option<Seq> {
    match store.verify(|_, _| ()) {
        Err(StoreError::Damaged { seq, .. }) => seq,
        other => panic!("damage expected, not {other:?}"),
    }
}

#[test]
fn what_is_published_is_read_back_as_it_was() {
    on_each_database(|database| {
        let store = database.store();
        // White space and the order of members are part of the text. 髙 and 𠮷 are in names here.
        let body = "{\"seats\": 12,\"name\":\"髙橋 𠮷 \\u0000\\\\\",\"a\":[1, 2]}";
        let published = store
            .publish(
                ActorId::SHIPPED,
                Some(7),
                [state("hub-1", body), withdrawal("hub-2")],
                None,
                Moment(1_234_567),
            )
            .unwrap();
        assert_eq!(published, Some(Seq(1)..=Seq(2)));
        let first = Change {
            seq: Seq(1),
            facility: id("hub-1"),
            statement: Statement::State(body.to_owned()),
            actor: ActorId::SHIPPED,
            submission: Some(7),
            at: Moment(1_234_567),
            hash: database_hash(&store, Seq(1)),
        };
        assert_eq!(store.change_at(Seq(1)).unwrap(), Some(first.clone()));
        assert_eq!(store.history(&id("hub-1")).unwrap(), [first]);
        let second = store.change_at(Seq(2)).unwrap().unwrap();
        assert_eq!(
            (second.statement, second.seq),
            (Statement::Withdrawn, Seq(2))
        );
        assert_eq!(store.change_at(Seq(3)).unwrap(), None);
    });
}

#[test]
fn an_empty_publication_changes_nothing() {
    on_each_database(|database| {
        let store = database.store();
        let before = store.head().unwrap();
        let none: &[Proposal] = &[];
        assert_eq!(
            store
                .publish(ActorId::CLI, None, none, None, Moment(1))
                .unwrap(),
            None
        );
        assert_eq!(
            store
                .publish_if_empty(ActorId::CLI, none, Moment(1))
                .unwrap(),
            None
        );
        assert_eq!(store.head().unwrap(), before);
        assert_eq!(before.seq, Seq(0));
        assert_eq!(before.hash, chain::genesis(&before.directory_id));
        assert_eq!(store.verify(|_, _| ()).unwrap().changes, 0);
    });
}

#[test]
fn one_publication_may_say_several_things_of_one_facility() {
    on_each_database(|database| {
        let store = database.store();
        publish(
            &store,
            &[
                named("a", "1"),
                named("a", "2"),
                withdrawal("a"),
                named("a", "3"),
            ],
        );
        assert_eq!(seqs(&store.history(&id("a")).unwrap()), [1, 2, 3, 4]);
        store.verify(|_, _| ()).unwrap();
    });
}

#[test]
fn the_latest_of_each_facility_is_found_as_of_any_number() {
    on_each_database(|database| {
        let store = database.store();
        publish(
            &store,
            &[
                named("a", "1"),
                named("b", "1"),
                named("a", "2"),
                named("c", "1"),
            ],
        );
        publish(&store, &[withdrawal("b"), named("a", "3")]);
        let latest = |up_to| {
            let mut found = BTreeMap::new();
            store
                .latest(Seq(up_to), |change| {
                    let change = change.checked().unwrap();
                    let twice = found.insert(change.facility.as_str().to_owned(), change.seq.0);
                    assert_eq!(twice, None);
                })
                .unwrap();
            found
                .into_iter()
                .map(|(id, seq)| format!("{id}{seq}"))
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(latest(0), "");
        assert_eq!(latest(2), "a1 b2");
        assert_eq!(latest(4), "a3 b2 c4");
        assert_eq!(latest(6), "a6 b5 c4");
        assert_eq!(latest(99), "a6 b5 c4");
    });
}

#[test]
fn changes_come_in_pages() {
    on_each_database(|database| {
        let store = database.store();
        let many: Vec<Proposal> = (0..12).map(|n| named(&format!("hub-{n}"), "x")).collect();
        publish(&store, &many);
        assert_eq!(
            seqs(&store.changes_since(Seq(0), 5).unwrap()),
            [1, 2, 3, 4, 5]
        );
        assert_eq!(seqs(&store.changes_since(Seq(10), 5).unwrap()), [11, 12]);
        assert!(store.changes_since(Seq(12), 5).unwrap().is_empty());
    });
}

#[test]
fn a_publication_larger_than_a_chunk_is_still_one() {
    on_each_database(|database| {
        let store = database.store();
        let many = (0..12_345).map(|n| named(&format!("hub-{n}"), "x"));
        let published = store
            .publish(ActorId::CLI, None, many, None, Moment(1))
            .unwrap();
        assert_eq!(published, Some(Seq(1)..=Seq(12_345)));
        let mut steps = Vec::new();
        let verified = store.verify(|at, of| steps.push((at.0, of.0))).unwrap();
        assert_eq!(verified.changes, 12_345);
        assert_eq!(steps, [(5_000, 12_345), (10_000, 12_345), (12_345, 12_345)]);
    });
}

#[test]
fn a_reader_sees_every_number_once_and_in_order_while_eight_publish() {
    const PUBLISHERS: i64 = 8;
    const EACH: i64 = 15;
    on_each_database(|database| {
        let store = database.store();
        let expected: i64 = (0..PUBLISHERS)
            .flat_map(|p| (0..EACH).map(move |n| size(p, n)))
            .sum();
        fn size(publisher: i64, n: i64) -> i64 {
            (publisher + n) % 5 + 1
        }
        let running = AtomicI64::new(PUBLISHERS);
        let start = Barrier::new(PUBLISHERS as usize + 1);
        let seen = thread::scope(|scope| {
            for publisher in 0..PUBLISHERS {
                let (store, running, start) = (&store, &running, &start);
                scope.spawn(move || {
                    start.wait();
                    for n in 0..EACH {
                        let proposals: Vec<Proposal> = (0..size(publisher, n))
                            .map(|k| named(&format!("hub-{publisher}-{k}"), &n.to_string()))
                            .collect();
                        publish(store, &proposals);
                    }
                    running.fetch_sub(1, Ordering::SeqCst);
                });
            }
            // A replica: a store of its own, as another process would have.
            let replica = Store::open(&database.url).unwrap();
            start.wait();
            let mut seen: Vec<i64> = Vec::new();
            let mut polls_with_news = 0;
            loop {
                let done = running.load(Ordering::SeqCst) == 0;
                let since = Seq(seen.last().copied().unwrap_or(0));
                let news = replica.changes_since(since, 7).unwrap();
                if news.is_empty() && done {
                    break;
                }
                polls_with_news += i64::from(!news.is_empty());
                // A publication shows whole or not at all: the head is never behind its changes.
                let head = replica.head().unwrap();
                assert!(news.last().is_none_or(|last| last.seq <= head.seq));
                seen.extend(seqs(&news));
            }
            assert!(polls_with_news > 1);
            seen
        });
        assert_eq!(seen, (1..=expected).collect::<Vec<_>>());
        assert_eq!(store.verify(|_, _| ()).unwrap().changes, expected);
    });
}

#[test]
fn publishing_what_somebody_else_changed_is_a_conflict_that_names_it() {
    on_each_database(|database| {
        let store = database.store();
        let reviewed = publish(&store, &[named("a", "1"), named("b", "1"), named("c", "1")]);
        publish(&store, &[named("b", "2"), named("c", "2"), named("d", "2")]);
        let before = store.head().unwrap();

        let mine = [
            named("a", "3"),
            named("c", "3"),
            named("b", "3"),
            named("c", "4"),
        ];
        let conflict = store.publish(ActorId::CLI, None, &mine, Some(reviewed), Moment(2));
        match conflict {
            Err(StoreError::Conflict { since, facilities }) => {
                assert_eq!(since, reviewed);
                assert_eq!(facilities, [id("b"), id("c")]);
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(store.head().unwrap(), before, "nothing was written");

        let untouched = [named("a", "3"), named("new", "1"), named("a", "4")];
        let published = store.publish(ActorId::CLI, None, &untouched, Some(reviewed), Moment(2));
        assert_eq!(published.unwrap(), Some(Seq(7)..=Seq(9)));
        store.verify(|_, _| ()).unwrap();
    });
}

#[test]
fn of_two_publishers_with_the_same_review_one_succeeds() {
    on_each_database(|database| {
        let store = database.store();
        let reviewed = publish(&store, &[named("a", "1")]);
        let start = Barrier::new(2);
        let outcomes: Vec<bool> = thread::scope(|scope| {
            let threads: Vec<_> = (0..2)
                .map(|n| {
                    let (store, start) = (Store::open(&database.url).unwrap(), &start);
                    scope.spawn(move || {
                        start.wait();
                        let mine = [named("a", &n.to_string())];
                        match store.publish(ActorId::CLI, None, &mine, Some(reviewed), Moment(2)) {
                            Ok(_) => true,
                            Err(StoreError::Conflict { .. }) => false,
                            Err(error) => panic!("{error}"),
                        }
                    })
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        assert_ne!(outcomes[0], outcomes[1]);
        assert_eq!(store.head().unwrap().seq, Seq(2));
    });
}

#[test]
fn programs_that_start_together_migrate_and_fill_once() {
    on_each_database(|database| {
        let start = Barrier::new(4);
        let filled: Vec<bool> = thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn(|| {
                        start.wait();
                        let store = database.store();
                        let shipped = (0..100).map(|n| named(&format!("hub-{n}"), "x"));
                        store
                            .publish_if_empty(ActorId::SHIPPED, shipped, Moment(1))
                            .unwrap()
                            .is_some()
                    })
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        assert_eq!(filled.iter().filter(|filled| **filled).count(), 1);
        let store = database.store();
        assert_eq!(store.verify(|_, _| ()).unwrap().changes, 100);
        assert_eq!(database.number("select count(*) from log_head"), 1);
        let ours = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite"));
        assert_eq!(
            database.number("select count(*) from __diesel_schema_migrations"),
            i64::try_from(ours.unwrap().count()).unwrap()
        );
    });
}

#[test]
fn the_head_tells_of_imported_reference_data() {
    on_each_database(|database| {
        let store = database.store();
        assert_eq!(store.head().unwrap().reference, 0);
        let first = store.raise_reference().unwrap();
        let second = store.raise_reference().unwrap();
        // By the clock, so that a directory restored from a backup gives no number again.
        assert!(first > 1_700_000_000 && second > first, "{first}, {second}");
        assert_eq!(store.head().unwrap().reference, second);
    });
}

#[test]
fn the_directory_keeps_its_id_and_another_has_another() {
    on_each_database(|database| {
        let first = database.store().head().unwrap().directory_id;
        assert_eq!(database.store().head().unwrap().directory_id, first);
        assert_ne!(
            Database::sqlite().store().head().unwrap().directory_id,
            first
        );
    });
}

#[test]
fn a_change_can_be_neither_altered_nor_removed() {
    on_each_database(|database| {
        let store = database.store();
        publish(&store, &[named("a", "1"), named("b", "1")]);
        let mut attempts = vec![
            "update change set body = '{}' where seq = 1",
            "update change set seq = 5 where seq = 2",
            "delete from change where seq = 2",
            "delete from change",
        ];
        if database.is_sqlite() {
            attempts.push(
                "replace into change (seq, facility, actor, at, hash)
                 select seq, facility, actor, at, hash from change where seq = 1",
            );
        } else {
            attempts.push("truncate change");
        }
        for attempt in attempts {
            let error = database.run(attempt).unwrap_err().to_string();
            assert!(
                error.contains("never altered or removed"),
                "{attempt}: {error}"
            );
        }
        assert_eq!(store.verify(|_, _| ()).unwrap().changes, 2);
    });
}

#[test]
fn damage_is_found_and_named() {
    let damages: &[(&str, i64)] = &[
        (
            "update change set body = '{\"name\":\"x\",\"seats\": 13}' where seq = 3",
            3,
        ),
        ("update change set body = 'gone' where seq = 3", 3),
        ("update change set body = null where seq = 3", 3),
        ("update change set facility = 'other' where seq = 3", 3),
        ("update change set actor = 2 where seq = 3", 3),
        ("update change set submission = 0 where seq = 3", 3),
        ("update change set at = at + 1 where seq = 3", 3),
        (
            "update change set hash = (select hash from change where seq = 2) where seq = 3",
            3,
        ),
        ("delete from change where seq = 3", 3),
        ("delete from change where seq = 1", 1),
        ("delete from change where seq = 6", 5),
        ("delete from change", 0),
        ("update change set seq = 7 where seq = 3", 3),
        (
            "update change set seq = 100 where seq = 3; update change set seq = 3 where seq = 4;
             update change set seq = 4 where seq = 100",
            3,
        ),
        ("update log_head set seq = 5", 5),
        ("update log_head set seq = 7", 6),
        (
            "update log_head set hash = (select hash from change where seq = 5)",
            6,
        ),
        ("update log_head set directory_id = 'another'", 1),
    ];
    on_each_database(|template| {
        for (damaging, seq) in damages {
            let database = if template.is_sqlite() {
                Database::sqlite()
            } else {
                Database::postgres().unwrap()
            };
            let store = database.store();
            let many: Vec<Proposal> = (0..6).map(|n| named(&format!("hub-{n}"), "x")).collect();
            publish(&store, &many);
            database.disarm();
            database.run(damaging).unwrap();
            assert_eq!(damage(&store), Some(Seq(*seq)), "{damaging}");
        }
    });
}

#[test]
fn a_value_replaced_by_its_digest_leaves_the_chain_whole() {
    on_each_database(|database| {
        let store = database.store();
        publish(
            &store,
            &[
                state("a", "{\"phone\": \"03-1234-5678\",\"name\":\"x\"}"),
                named("b", "1"),
            ],
        );
        database.disarm();
        // SHA-256 of "03-1234-5678" with its quotation marks.
        let digest = "d1a924d400996b8c3ec19ee16fa004fd8c8d1fb0afad00b9e183f306cb9be0a6";
        let redact = |digest: &str| {
            database
                .run(&format!(
                    "update change set body = '{{\"phone\":{{\"redacted\":\"{digest}\"}},\"name\":\"x\"}}' where seq = 1"
                ))
                .unwrap();
        };
        redact(digest);
        // Nothing on record says why.
        assert_eq!(damage(&store), Some(Seq(1)));
        let record = "insert into redaction (id, seq, field, reason, actor, at) values";
        database
            .run(&format!("{record} (1, 1, 'phone', 'private', 1, 0)"))
            .unwrap();
        let verified = store.verify(|_, _| ()).unwrap();
        assert_eq!((verified.changes, verified.redacted), (2, 1));
        redact(&"0".repeat(64));
        assert_eq!(damage(&store), Some(Seq(1)));
        // On record, and still there.
        redact(digest);
        database
            .run(&format!("{record} (2, 2, 'name', 'private', 1, 0)"))
            .unwrap();
        assert_eq!(damage(&store), Some(Seq(2)));
    });
}

#[test]
fn a_body_that_has_no_hash_of_its_own_is_refused() {
    on_each_database(|database| {
        let store = database.store();
        let forged = format!("{{\"phone\":{{\"redacted\":\"{}\"}}}}", "0".repeat(64));
        for body in [
            "",
            "[]",
            "{} {}",
            "{\"a\":1,\"\\u0061\":2}",
            "{\"a\":\"\0\"}",
            &forged,
        ] {
            let proposals = [named("a", "1"), state("b", body)];
            let refused = store.publish(ActorId::CLI, None, &proposals, None, Moment(1));
            assert!(
                matches!(refused, Err(StoreError::Failed(_))),
                "{body}: {refused:?}"
            );
        }
        assert_eq!(store.head().unwrap().seq, Seq(0), "nothing was written");
        // The same text inside a value is harmless.
        publish(&store, &[state("b", &format!("{{\"a\":[{forged}]}}"))]);
    });
}

/// The layout of what is hashed is for ever. These values were computed by an independent program
/// written from the description in `store::chain`.
#[test]
fn the_hash_of_a_change_never_drifts() {
    let genesis = chain::genesis("018f6b7e-0000-7000-8000-000000000001");
    assert_eq!(
        genesis.to_string(),
        "d6da1e23410e7f13c5f4aa1f22c921b42775a2a1e5a652dbd7efdc61023c7174"
    );
    let first = Entry {
        seq: Seq(1),
        facility: "hub-001",
        body: Some(
            "{\"name\":\"まちなか\",\"seats\": 12 ,\"a\":[1, 2],\"\\u0062\":null,\"é\":{\"x\":\"\\u3042\"}}",
        ),
        actor: ActorId(2),
        submission: None,
        at: Moment(1_790_000_000_000_001),
    }
    .chained_to(genesis)
    .unwrap();
    assert_eq!(
        first.to_string(),
        "38cf201d9db58edb65a35d46108f0c70c008704e55aaae3557a70aae2aff76aa"
    );
    let second = Entry {
        seq: Seq(2),
        facility: "hub-001",
        body: None,
        actor: ActorId(1),
        submission: Some(-3),
        at: Moment(-1),
    }
    .chained_to(first)
    .unwrap();
    assert_eq!(
        second.to_string(),
        "01c497bb9605807f3330d0a25167842c475b2ef08f39356bacd5ba7f5a02e3a7"
    );
    assert_eq!(Digest::from_hex(&second.to_string()), Some(second));
    assert_eq!(Digest::from_hex(&second.to_string().to_uppercase()), None);
}

#[test]
fn a_member_that_comes_twice_has_no_hash() {
    let entry = Entry {
        seq: Seq(1),
        facility: "a",
        body: Some("{\"x\":1,\"y\":1,\"\\u0078\":1}"),
        actor: ActorId(1),
        submission: None,
        at: Moment(0),
    };
    assert_eq!(
        entry.chained_to(chain::genesis("")),
        Err(BodyError::Twice("x".to_owned()))
    );
}

#[test]
fn a_publisher_that_panics_leaves_nothing_behind() {
    on_each_database(|database| {
        let store = database.store();
        publish(&store, &[named("a", "1")]);
        thread::scope(|scope| {
            let panicking = scope.spawn(|| {
                let proposals = (0..8_000).map(|n| {
                    assert!(n < 7_000, "a panic on purpose");
                    named(&format!("hub-{n}"), "x")
                });
                store.publish(ActorId::CLI, None, proposals, None, Moment(1))
            });
            assert!(panicking.join().is_err());
        });
        assert_eq!(publish(&store, &[named("a", "2")]), Seq(2));
        assert_eq!(store.verify(|_, _| ()).unwrap().changes, 2);
    });
}

const VICTIM: &str = "MACHINAKA_TEST_VICTIM";

/// Not a test by itself: the program that the next test starts, and kills.
#[test]
fn a_child_publishes_threes_until_it_is_killed() {
    let Ok(url) = env::var(VICTIM) else { return };
    let store = Store::open(&url).unwrap();
    for n in 0.. {
        let n = format!("{n}");
        publish(&store, &[named("a", &n), named("b", &n), named("c", &n)]);
    }
}

#[test]
fn a_killed_publisher_leaves_whole_publications_only() {
    on_each_database(|database| {
        let store = database.store();
        let mut before = 0;
        for kill in 0..6 {
            let mut child = Command::new(env::current_exe().unwrap())
                .args([
                    "--exact",
                    "store::a_child_publishes_threes_until_it_is_killed",
                ])
                .env(VICTIM, &database.url)
                .stdout(Stdio::null())
                .spawn()
                .unwrap();
            // Wait until it is at work, then a little longer, differently each time.
            while store.head().unwrap().seq.0 < before + 9 {
                assert_eq!(child.try_wait().unwrap(), None, "the child ended by itself");
                thread::sleep(Duration::from_millis(1));
            }
            thread::sleep(Duration::from_micros(700 * kill));
            child.kill().unwrap();
            child.wait().unwrap();
            let verified = store.verify(|_, _| ()).unwrap();
            assert_eq!(verified.changes % 3, 0, "half a publication");
            before = verified.changes;
        }
        // PostgreSQL may still commit what a killed client had asked it to. That holds the log's lock, so
        // that whoever publishes next comes after it, and nothing comes later.
        let last = publish(&store, &[named("a", "last")]).0;
        assert!(last > before, "{last} after {before}");
        assert_eq!((last - 1) % 3, 0, "half a publication");
        assert_eq!(store.verify(|_, _| ()).unwrap().changes, last);
    });
}

#[test]
fn an_import_does_not_keep_readers_waiting() {
    on_each_database(|database| {
        let store = database.store();
        publish(&store, &[named("a", "1")]);
        let read = AtomicBool::new(false);
        // Halfway through its publication the importer finds that readers still see the old state.
        let proposals = (0..10_000).map(|n| {
            if n == 9_000 {
                assert_eq!(store.head().unwrap().seq, Seq(1));
                assert_eq!(store.changes_since(Seq(0), 10).unwrap().len(), 1);
                read.store(true, Ordering::SeqCst);
            }
            named(&format!("hub-{n}"), "x")
        });
        store
            .publish(ActorId::CLI, None, proposals, None, Moment(1))
            .unwrap();
        assert!(read.load(Ordering::SeqCst));
        assert_eq!(store.head().unwrap().seq, Seq(10_001));
    });
}
