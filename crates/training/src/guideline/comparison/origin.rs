//! Split and merged clauses: a new clause whose words were cut out of another one beside it, a removed one whose words went into another.

use super::text::folded;
use super::{Cell, Kind, Origin, Row};

/// Fewer signs are no clause that was cut out; the same few words stand anywhere.
const SHORTEST: usize = 8;
/// How many rows away the other clause may stand.
const REACH: usize = 20;

/// Signs as compared, without blanks.
fn squeezed(text: &str) -> String {
    folded(text).chars().filter(|c| !c.is_whitespace()).collect()
}

/// The words of a cell without its label.
fn body(cell: &Cell) -> String {
    let label = cell.path.rsplit('/').next().unwrap_or_default();
    let text = squeezed(&cell.text);
    let body = text.strip_prefix(label).filter(|_| !label.is_empty()).unwrap_or(&text);
    body.trim_start_matches('.').to_owned()
}

/// The underlined words of a cell.
fn marked(cell: &Cell) -> impl Iterator<Item = String> {
    cell.spans.iter().map(|(from, to)| squeezed(&cell.text.chars().skip(*from).take(to - from).collect::<String>()))
}

/// Says of added and removed rows where their words were, or went.
pub(super) fn note(rows: &mut [Row]) {
    for index in 0..rows.len() {
        let (added, cell) = match &rows[index] {
            Row { kind: Kind::Added, new: Some(cell), .. } => (true, cell),
            Row { kind: Kind::Removed, old: Some(cell), .. } => (false, cell),
            _ => continue,
        };
        let body = body(cell);
        if body.chars().count() < SHORTEST {
            continue;
        }
        let near = index.saturating_sub(REACH)..(index + REACH + 1).min(rows.len());
        let mut others: Vec<usize> = near.filter(|other| *other != index).collect();
        others.sort_by_key(|other| other.abs_diff(index));
        let found = others.into_iter().find_map(|other| {
            let (Some(new), Some(old)) = (&rows[other].new, &rows[other].old) else { return None };
            let cut_out = if added { old } else { new };
            marked(cut_out).any(|words| words.contains(&body)).then(|| cut_out.path.clone())
        });
        rows[index].origin = found.map(|path| if added { Origin::SplitFrom(path) } else { Origin::MergedInto(path) });
    }
}
