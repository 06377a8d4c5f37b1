//! What the benches share: points like real ones, medians, and a clock.

#![allow(dead_code, reason = "each bench uses its part")]

use std::hint::black_box;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use machinaka::directory::Reference;
use machinaka::domain::position::Position;

/// Paired runs; their median is reported.
pub const ROUNDS: usize = 5;

/// The sizes to run: the bench's own, or those of `MACHINAKA_BENCH_SIZES` (comma-separated).
pub fn sizes(own: &[usize]) -> Vec<usize> {
    match std::env::var("MACHINAKA_BENCH_SIZES") {
        Ok(sizes) => sizes
            .split(',')
            .filter_map(|size| size.trim().parse().ok())
            .collect(),
        Err(_) => own.to_vec(),
    }
}

/// The shipped reference data, read once.
pub fn reference() -> &'static Arc<Reference> {
    static REFERENCE: OnceLock<Arc<Reference>> = OnceLock::new();
    REFERENCE.get_or_init(Reference::shipped)
}

/// Positions like those of synthetic facilities: near real towns.
pub fn positions(count: usize, seed: u64) -> Vec<Position> {
    let reference = reference();
    let count = u32::try_from(count).expect("a bench of less than 2^32 points");
    machinaka::synthetic::facilities(&reference.districts, reference.places(), count, seed)
        .map(|facility| facility.position)
        .collect()
}

/// Nanoseconds a call, over `calls` calls.
pub fn nanoseconds(calls: usize, mut call: impl FnMut(usize) -> u64) -> f64 {
    let start = Instant::now();
    let mut sum = 0u64;
    for i in 0..calls {
        sum = sum.wrapping_add(call(i));
    }
    black_box(sum);
    start.elapsed().as_nanos() as f64 / calls as f64
}

/// The middle of some values.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Memory the process holds now and held at most, MiB.
pub fn memory() -> (f64, f64) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let field = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name));
        let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
        kilobytes.unwrap_or(f64::NAN) / 1024.0
    };
    (field("VmRSS:"), field("VmHWM:"))
}
