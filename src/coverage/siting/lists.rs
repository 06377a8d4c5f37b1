//! Many short lists in one piece of memory (compressed sparse rows).

/// Lists of whole numbers, one after another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lists {
    /// Where each list begins, and where the last ends.
    starts: Vec<usize>,
    items: Vec<u32>,
}

impl Lists {
    /// No list yet, with room for so many items.
    pub fn with_capacity(lists: usize, items: usize) -> Lists {
        let mut starts = Vec::with_capacity(lists + 1);
        starts.push(0);
        let items = Vec::with_capacity(items);
        Lists { starts, items }
    }

    /// Adds a list at the end.
    pub fn push(&mut self, items: impl IntoIterator<Item = u32>) {
        self.items.extend(items);
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        self.starts.push(self.items.len());
    }

    /// How many lists there are.
    pub fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Whether there is no list at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many items all lists have together.
    pub fn items(&self) -> usize {
        self.items.len()
    }

    /// One list.
    pub fn get(&self, list: usize) -> &[u32] {
        &self.items[self.starts[list]..self.starts[list + 1]]
    }

    /// All lists in order.
    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        self.starts
            .windows(2)
            .map(|ends| &self.items[ends[0]..ends[1]])
    }

    /// The other way round: for each of `values` numbers, the lists it stands in, in order.
    pub fn turned(&self, values: usize) -> Lists {
        let mut starts = vec![0; values + 1];
        for &item in &self.items {
            starts[item as usize + 1] += 1;
        }
        for i in 0..values {
            starts[i + 1] += starts[i];
        }
        let mut next = starts.clone();
        let mut items = vec![0; self.items.len()];
        for (list, of) in (0_u32..).zip(self.iter()) {
            for &item in of {
                let at = &mut next[item as usize];
                items[*at] = list;
                *at += 1;
            }
        }
        Lists { starts, items }
    }
}

impl<I: IntoIterator<Item = u32>> FromIterator<I> for Lists {
    fn from_iter<T: IntoIterator<Item = I>>(lists: T) -> Lists {
        let mut all = Lists::with_capacity(0, 0);
        for list in lists {
            all.push(list);
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turning_twice_gives_the_same() {
        let lists: Lists = [vec![0, 2], vec![], vec![1, 2, 3]].into_iter().collect();
        assert_eq!((lists.len(), lists.items()), (3, 5));
        let turned = lists.turned(5);
        let all: Vec<&[u32]> = turned.iter().collect();
        assert_eq!(all, [&[0][..], &[2], &[0, 2], &[2], &[]]);
        assert_eq!(turned.turned(3), lists);
    }
}
