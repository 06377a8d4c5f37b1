//! Which sets are part of another: what dominance between sites, and between places, comes to.

use super::lists::Lists;

/// Calls `found(part, whole)` for sets of which one is part of the other (equal sets: the later is
/// the part), as long as `alive` says both still count. Returns the steps it took, and stops at `most`.
///
/// Whatever contains a set contains the set's rarest item too, so only the sets of that item are looked at.
pub(super) fn parts(
    sets: &Lists,
    holders: &Lists,
    most: usize,
    alive: &mut [bool],
    mut found: impl FnMut(&mut [bool], usize, usize),
) -> usize {
    let mut marked = vec![0_u32; holders.len()];
    let mut steps = 0;
    for part in 0..sets.len() {
        if !alive[part] || steps > most {
            continue;
        }
        let items = sets.get(part);
        let rarest = items
            .iter()
            .min_by_key(|item| holders.get(**item as usize).len());
        let Some(&rarest) = rarest else { continue };
        let mark = part as u32 + 1;
        for &item in items {
            marked[item as usize] = mark;
        }
        steps += items.len();
        for &whole in holders.get(rarest as usize) {
            let whole = whole as usize;
            let others = sets.get(whole);
            steps += 1;
            if whole == part
                || !alive[whole]
                || others.len() < items.len()
                || (others.len() == items.len() && whole > part)
            {
                continue;
            }
            steps += others.len();
            let common = others.iter().filter(|item| marked[**item as usize] == mark);
            if common.count() == items.len() {
                found(alive, part, whole);
                if !alive[part] {
                    break;
                }
            }
        }
    }
    steps
}
