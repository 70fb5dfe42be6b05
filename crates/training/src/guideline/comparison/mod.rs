//! The comparison table (新旧対照表) of two texts: who stands beside whom, and which words changed.
//!
//! A text is a sequence of lines, each a heading or a paragraph with its label. Lines are aligned first, renumbered and moved ones
//! too; then the changed words of each pair are marked, so that what is not marked is the same on both sides.

mod alignment;
mod marking;
mod origin;
mod quoting;
pub mod table;
pub(super) mod text;

use serde::Serialize;
pub use text::Text;

/// How a row came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Same,
    Changed,
    Added,
    Removed,
    /// At another place than before; words may have changed too.
    Moved,
    /// The label alone changed.
    Renumbered,
    /// Width, blanks or the point after a number alone changed.
    Formatting,
    /// Both leave something out here: （略）, （中略）, （以下、省略）.
    Omitted,
}

/// One side of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// Labels from the outermost clause inwards, divided by `/`.
    pub path: String,
    /// 1-based line of the input.
    pub line: usize,
    pub text: String,
    /// Changed words: offsets in `text` in Unicode scalar values, end exclusive.
    pub spans: Vec<(usize, usize)>,
}

/// One heading or paragraph, on both sides or on one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    pub kind: Kind,
    pub new: Option<Cell>,
    pub old: Option<Cell>,
    /// The other side is an excerpt that leaves something out here: that the clause is new (or gone) is not proven.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unproven: bool,
    /// Where the words of an added clause were, or those of a removed one went.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// A clause that was split or merged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// An added clause: its words stood in the old clause of this path.
    SplitFrom(String),
    /// A removed clause: its words stand in the new clause of this path.
    MergedInto(String),
}

/// A whole comparison, in the order of the new text; what was removed stands where it stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    pub rows: Vec<Row>,
}

/// Compares two texts.
pub fn compare(old: &Text, new: &Text) -> Comparison {
    let pairs = alignment::align(old, new);
    let moved = alignment::out_of_order(&pairs);
    let mut rows: Vec<Row> = Vec::with_capacity(new.lines.len() + 64);
    let mut told = vec![false; old.lines.len()];
    for partner in pairs.iter().flatten() {
        told[*partner] = true;
    }
    // A removed line comes after the line it followed, wherever that line stands now.
    let mut following: Vec<Vec<usize>> = vec![Vec::new(); old.lines.len() + 1];
    let mut last_kept = 0;
    for (index, kept) in told.iter().enumerate() {
        if *kept {
            last_kept = index + 1;
        } else {
            following[last_kept].push(index);
        }
    }
    let excerpt = new.lines.last().is_some_and(|line| line.is_ellipsis());
    let leaves_out = left_out_beside(old, &pairs);
    let removed = |rows: &mut Vec<Row>, after: usize| {
        for index in &following[after] {
            rows.push(Row {
                kind: Kind::Removed,
                new: None,
                old: Some(cell(old, *index, whole(old, *index))),
                unproven: excerpt,
                origin: None,
            });
        }
    };
    removed(&mut rows, 0);
    for (index, partner) in pairs.iter().enumerate() {
        match partner {
            None => {
                let unproven = leaves_out[index];
                let spans = if new.lines[index].is_ellipsis() { Vec::new() } else { whole(new, index) };
                let kind = if new.lines[index].is_ellipsis() { Kind::Omitted } else { Kind::Added };
                rows.push(Row { kind, new: Some(cell(new, index, spans)), old: None, unproven, origin: None });
            }
            Some(partner) => {
                rows.push(pair(old, *partner, new, index, moved[index]));
                removed(&mut rows, *partner + 1);
            }
        }
    }
    origin::note(&mut rows);
    Comparison { rows }
}

fn whole(text: &Text, index: usize) -> Vec<(usize, usize)> {
    let length = text.lines[index].raw.chars().count();
    let blank = text.lines[index].raw.chars().take_while(|c| c.is_whitespace()).count();
    if blank < length { vec![(blank, length)] } else { Vec::new() }
}

fn cell(text: &Text, index: usize, spans: Vec<(usize, usize)>) -> Cell {
    let line = &text.lines[index];
    Cell { path: text.path(index), line: line.number, text: line.raw.clone(), spans }
}

/// For each line of the new text: does the old one leave something out between the lines' partners around it?
fn left_out_beside(old: &Text, pairs: &[Option<usize>]) -> Vec<bool> {
    // How many omissions stand before each line of the old text.
    let mut omissions = vec![0];
    for line in &old.lines {
        omissions.push(omissions[omissions.len() - 1] + usize::from(line.is_ellipsis()));
    }
    let mut after = vec![old.lines.len(); pairs.len() + 1];
    for index in (0..pairs.len()).rev() {
        after[index] = pairs[index].map_or(after[index + 1], |partner| partner + 1);
    }
    let mut before = 0;
    (0..pairs.len())
        .map(|index| {
            let between = omissions[after[index].max(before)] > omissions[before];
            before = pairs[index].map_or(before, |partner| partner + 1);
            between
        })
        .collect()
}

fn pair(old: &Text, o: usize, new: &Text, n: usize, moved: bool) -> Row {
    let (was, is) = (&old.lines[o], &new.lines[n]);
    let mut spans = (Vec::new(), Vec::new());
    let relabelled = was.label_key != is.label_key;
    if relabelled {
        spans.0.extend(was.label_span());
        spans.1.extend(is.label_span());
    }
    let bodies = marking::mark(&was.body, &is.body);
    let changed = !bodies.0.is_empty() || !bodies.1.is_empty();
    spans.0.extend(bodies.0);
    spans.1.extend(bodies.1);
    let kind = match (was.is_ellipsis() && is.is_ellipsis(), moved, changed, relabelled) {
        (true, ..) => Kind::Omitted,
        (_, true, ..) => Kind::Moved,
        (_, _, true, _) => Kind::Changed,
        (_, _, _, true) => Kind::Renumbered,
        _ if was.raw == is.raw => Kind::Same,
        _ => Kind::Formatting,
    };
    if kind == Kind::Omitted {
        spans = (Vec::new(), Vec::new());
    }
    let (new, old) = (cell(new, n, joined(spans.1)), cell(old, o, joined(spans.0)));
    Row { kind, new: Some(new), old: Some(old), unproven: false, origin: None }
}

/// Spans that touch are one.
fn joined(spans: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    let mut joined: Vec<(usize, usize)> = Vec::new();
    for (from, to) in spans {
        match joined.last_mut() {
            Some(last) if last.1 >= from => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    joined
}
