//! Where the next facilities should go: choices among candidates, with proof of how good they are.

pub mod answer;
mod branch;
pub mod center;
pub mod cover;
pub mod distances;
mod grain;
pub mod lists;
pub mod median;
pub mod points;
pub mod reach;
mod subsets;
#[cfg(test)]
mod tests;
mod weighting;
pub mod work;
