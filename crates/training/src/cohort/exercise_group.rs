//! Dividing trainees into exercise groups (演習グループ).

/// Fewest and most trainees of a group that are sensible to ask for. The guideline names no number.
pub const SIZES: std::ops::RangeInclusive<usize> = 2..=60;

/// The sizes of groups for `count` trainees of which none has more than `most`, as even as can be, the larger ones first.
pub fn divide(count: usize, most: usize) -> Vec<usize> {
    let groups = count.div_ceil(most.max(1));
    (0..groups).map(|group| count / groups + usize::from(group < count % groups)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_as_even_as_can_be() {
        for (count, most, expected) in [
            (0, 6, vec![]),
            (5, 6, vec![5]),
            (6, 6, vec![6]),
            (7, 6, vec![4, 3]),
            (20, 6, vec![5, 5, 5, 5]),
            (21, 6, vec![6, 5, 5, 5]),
            (3, 1, vec![1, 1, 1]),
        ] {
            assert_eq!(divide(count, most), expected, "{count} by {most}");
        }
    }
}
