//! The comparison as it is printed: unchanged runs abbreviated, headings kept as context.

use super::{Cell, Comparison, Kind, Origin, Row};
use serde::Serialize;
use std::collections::BTreeMap;

/// What stands in one column of a printed row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Side {
    /// Words, the changed ones to be underlined: text and whether it is underlined.
    Words { words: Vec<(String, bool)> },
    /// （略）, with the labels it stands for.
    Abbreviated { labels: String },
    /// （新設）: nothing stood here. `unproven`: the other text is an excerpt that leaves something out here. `part_of`: the label of
    /// the clause its words stood in.
    New { unproven: bool, part_of: Option<String> },
    /// （削る）: nothing stands here any more. `part_of`: the label of the clause its words stand in now.
    Gone { unproven: bool, part_of: Option<String> },
    /// The same as in the row above: （新設） and （削る） are said once of a block.
    AsAbove,
}

impl Side {
    /// What is printed where no words are: 二・三　（略）, （新設）, （削る）, with ※ where it is not proven. Empty for words.
    pub fn omission(&self) -> String {
        let star = |unproven: bool| if unproven { "※" } else { "" };
        match self {
            Side::Words { .. } | Side::AsAbove => String::new(),
            Side::Abbreviated { labels } if labels.is_empty() => "（略）".to_owned(),
            Side::Abbreviated { labels } => format!("{labels}　（略）"),
            Side::New { unproven, part_of: None } => format!("（新設）{}", star(*unproven)),
            Side::Gone { unproven, part_of: None } => format!("（削る）{}", star(*unproven)),
            Side::New { part_of: Some(label), .. } => format!("（新設。{label}から分かれたもの）"),
            Side::Gone { part_of: Some(label), .. } => format!("（削る。{label}に合わせたもの）"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableRow {
    pub new: Side,
    pub old: Side,
    /// How deep the clause lies, from 0: how far its lines are indented.
    pub level: usize,
    /// Begins with the label of a clause.
    pub labelled: bool,
}

/// Says （新設） and （削る） once of a clause and what lies in it.
fn said_once(rows: &mut [TableRow]) {
    let plain = |side: &Side| matches!(side, Side::New { part_of: None, .. } | Side::Gone { part_of: None, .. });
    for of in [0, 1] {
        // What was said last, and how deep the clause lies that it was said of.
        let mut said: Option<(Side, usize)> = None;
        for row in rows.iter_mut() {
            let (level, labelled) = (row.level, row.labelled);
            let side = if of == 0 { &mut row.new } else { &mut row.old };
            if !plain(side) {
                said = None;
                continue;
            }
            match &said {
                Some((known, above)) if known == side && !(labelled && level <= *above) => *side = Side::AsAbove,
                _ => said = Some((side.clone(), level)),
            }
        }
    }
}

/// A heading of at most so many characters is printed whole where it is kept as context.
const HEADING: usize = 40;

/// The rows to print; `whole`: nothing is abbreviated.
pub fn table(comparison: &Comparison, whole: bool) -> Vec<TableRow> {
    let rows = &comparison.rows;
    let kept = if whole { vec![true; rows.len()] } else { kept(rows) };
    let mut table = Vec::new();
    let mut index = 0;
    while index < rows.len() {
        if kept[index] {
            table.push(printed(&rows[index], whole));
            index += 1;
            continue;
        }
        let from = index;
        while index < rows.len() && !kept[index] {
            index += 1;
        }
        let run = &rows[from..index];
        let level = run[0].new.as_ref().or(run[0].old.as_ref()).map_or(0, level);
        table.push(TableRow {
            level,
            labelled: false,
            new: Side::Abbreviated { labels: labels(run.iter().filter_map(|row| row.new.as_ref())) },
            old: Side::Abbreviated { labels: labels(run.iter().filter_map(|row| row.old.as_ref())) },
        });
    }
    said_once(&mut table);
    table
}

fn level(cell: &Cell) -> usize {
    cell.path.matches('/').count()
}

fn parent(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(parent, _)| parent)
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Changed rows, the headings above them, and the caption of an article that is kept.
fn kept(rows: &[Row]) -> Vec<bool> {
    let mut kept: Vec<bool> = rows.iter().map(|row| !matches!(row.kind, Kind::Same | Kind::Formatting)).collect();
    // The row of each row's heading: the last one labelled with the path above.
    let mut headings: BTreeMap<&str, usize> = BTreeMap::new();
    let mut above: Vec<Option<usize>> = Vec::with_capacity(rows.len());
    for (index, row) in rows.iter().enumerate() {
        let Some(cell) = row.new.as_ref().or(row.old.as_ref()) else {
            above.push(None);
            continue;
        };
        let path = cell.path.as_str();
        let labelled = is_labelled(cell);
        let heading = if labelled { parent(path) } else { Some(path) };
        above.push(heading.and_then(|path| headings.get(path).copied()));
        if labelled {
            headings.insert(path, index);
        }
    }
    for index in (0..rows.len()).rev() {
        if !kept[index] {
            continue;
        }
        if index > 0 && rows[index - 1].new.as_ref().is_some_and(|cell| is_caption(&cell.text)) {
            kept[index - 1] = true;
        }
        if let Some(heading) = above[index] {
            kept[heading] = true;
        }
    }
    // The title below a bare label: （別紙） and 介護支援専門員資質向上事業実施要綱.
    for index in 1..rows.len() {
        let bare =
            |cell: &Cell| is_labelled(cell) && cell.text.trim().chars().count() == last(&cell.path).chars().count();
        let title =
            |cell: &Cell| !is_labelled(cell) && cell.text.chars().count() <= HEADING && !cell.text.ends_with('。');
        if kept[index - 1]
            && rows[index - 1].new.as_ref().is_some_and(bare)
            && rows[index].new.as_ref().is_some_and(title)
        {
            kept[index] = true;
        }
    }
    kept
}

fn is_caption(text: &str) -> bool {
    let text = text.trim();
    text.starts_with(['（', '(']) && text.ends_with(['）', ')']) && text.chars().count() <= HEADING
}

/// Does the cell begin with the label its path ends with?
fn is_labelled(cell: &Cell) -> bool {
    let label = last(&cell.path);
    !label.is_empty() && super::text::folded(&written_label(cell)) == label
}

/// The label as it is written.
fn written_label(cell: &Cell) -> String {
    cell.text.trim_start().chars().take(last(&cell.path).chars().count()).collect()
}

fn printed(row: &Row, whole: bool) -> TableRow {
    let side = |cell: &Option<Cell>, nothing: Side| match cell {
        None => nothing,
        Some(cell) if whole => words(cell, &cell.spans, usize::MAX),
        Some(cell) => match row.kind {
            // An unchanged body is abbreviated; the labels stay.
            Kind::Renumbered => words(cell, &cell.spans, cell.spans.last().map_or(0, |(_, to)| *to)),
            Kind::Same | Kind::Formatting if cell.text.chars().count() > HEADING => {
                let blank = cell.text.chars().take_while(|c| c.is_whitespace()).count();
                words(cell, &[], blank + last(&cell.path).chars().count())
            }
            _ => words(cell, &cell.spans, usize::MAX),
        },
    };
    let part_of = row.origin.as_ref().map(|origin| match origin {
        Origin::SplitFrom(path) | Origin::MergedInto(path) => last(path).to_owned(),
    });
    let cell = row.new.as_ref().or(row.old.as_ref());
    TableRow {
        level: cell.map_or(0, level),
        labelled: cell.is_some_and(is_labelled),
        new: side(&row.new, Side::Gone { unproven: row.unproven, part_of: part_of.clone() }),
        old: side(&row.old, Side::New { unproven: row.unproven, part_of }),
    }
}

/// The words of a cell up to `end` characters, with （略） for the rest.
fn words(cell: &Cell, spans: &[(usize, usize)], end: usize) -> Side {
    let characters: Vec<char> = cell.text.chars().collect();
    let end_of_text = characters.len().min(end);
    let mut words = Vec::new();
    let mut at = 0;
    let mut push = |from: usize, to: usize, underlined: bool| {
        if from < to {
            words.push((characters[from..to].iter().collect::<String>(), underlined));
        }
    };
    for (from, to) in spans.iter().filter(|(from, _)| *from < end_of_text) {
        push(at, *from, false);
        push(*from, (*to).min(end_of_text), true);
        at = (*to).min(end_of_text);
    }
    push(at, end_of_text, false);
    if end_of_text < characters.len() {
        words.push(("　（略）".to_owned(), false));
    }
    Side::Words { words }
}

/// 二　（略）, 二・三　（略）, 二～五　（略）: the outermost labels of a run; none where paragraphs without a label are left out.
fn labels<'a>(cells: impl Iterator<Item = &'a Cell>) -> String {
    let labelled: Vec<&Cell> = cells.filter(|cell| is_labelled(cell)).collect();
    let outermost = labelled.iter().map(|cell| level(cell)).min().unwrap_or(0);
    let found: Vec<String> =
        labelled.iter().filter(|cell| level(cell) == outermost).map(|cell| written_label(cell)).collect();
    match found.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [one, two] => format!("{one}・{two}"),
        [first, .., end] => format!("{first}～{end}"),
    }
}
