//! Which words changed between two bodies: spans as a person would draw them.
//!
//! The cheapest way to turn one body into the other, where every changed symbol costs its length, every block of changes costs
//! something more, and a block that begins or ends inside a word costs more still. Short stretches between two changes are then
//! not worth keeping apart, and what is kept is always the same on both sides.

use super::alignment::{hash, increasing};
use super::quoting::quoted;
use super::text::Symbol;
use std::collections::{BTreeMap, BTreeSet};

type Spans = Vec<(usize, usize)>;

/// Costs in quarters of a character.
const CHARACTER: u32 = 4;
const BLOCK: u32 = 20;
/// Of one citation standing for another: it stays where it is and is marked alone.
const CITATION: u32 = 6;
/// Of one that the other side has too.
const KNOWN_CITATION: u32 = 20;

/// Spans in the old and the new line.
pub(super) fn mark(old: &[Symbol], new: &[Symbol]) -> (Spans, Spans) {
    let head = old.iter().zip(new).take_while(|(a, b)| a.key == b.key).count();
    if head == old.len() && head == new.len() {
        return (Vec::new(), Vec::new());
    }
    let mut spans = (Spans::new(), Spans::new());
    for block in blocks(old, new) {
        let (old_ends, new_ends) = kept_ends(old, new, &block);
        for (text, (from, to), (before, after), into) in
            [(old, block.old, old_ends, &mut spans.0), (new, block.new, new_ends, &mut spans.1)]
        {
            if from < to && text[from].from + before < text[to - 1].to - after {
                into.push((text[from].from + before, text[to - 1].to - after));
            }
        }
    }
    spans
}

/// How many characters at the beginning and the end of a block are the same on both sides inside a symbol: quotation marks, and of
/// citations in kanji the parts that did not change, 第三十条 of 第三十条第二項. A citation in figures is quoted whole.
fn kept_ends(old: &[Symbol], new: &[Symbol], block: &Block) -> ((usize, usize), (usize, usize)) {
    if block.old.0 == block.old.1 || block.new.0 == block.new.1 {
        return ((0, 0), (0, 0));
    }
    let is_quote = |symbol: &Symbol| symbol.is_citation && symbol.key.starts_with('「');
    let in_kanji = |symbol: &Symbol| symbol.is_citation && !symbol.key.contains(|c: char| c.is_ascii_digit());
    let (a, b) = (&old[block.old.0], &new[block.new.0]);
    let (y, z) = (&old[block.old.1 - 1], &new[block.new.1 - 1]);
    let mut head = usize::from(is_quote(a) && is_quote(b));
    let mut tail = usize::from(is_quote(y) && is_quote(z));
    if in_kanji(y) && in_kanji(z) && tail == 0 {
        let (y_parts, z_parts) = (parts(&y.key), parts(&z.key));
        let same = y_parts.iter().rev().zip(z_parts.iter().rev()).take_while(|(y, z)| y == z).count();
        tail = y_parts[y_parts.len() - same..].iter().map(|part| part.chars().count()).sum();
        let alone = block.old.1 - block.old.0 == 1 && block.new.1 - block.new.0 == 1;
        if alone {
            let before = y_parts.iter().zip(&z_parts).take_while(|(y, z)| y == z).count();
            let before = before.min(y_parts.len().min(z_parts.len()) - same);
            head = y_parts[..before].iter().map(|part| part.chars().count()).sum();
        }
    }
    ((head, tail), (head, tail))
}

/// The parts of a citation: 第三十六条の二, 第一項, 第三号.
fn parts(citation: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = Vec::new();
    let mut from = 0;
    for (at, _) in citation.match_indices('第').skip(1) {
        parts.push(&citation[from..at]);
        from = at;
    }
    parts.push(&citation[from..]);
    parts
}

/// Symbols replaced by others; either side may be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) old: (usize, usize),
    pub(super) new: (usize, usize),
}

/// What it costs to keep one symbol in the place of another; `None` where it cannot be. A citation that the other side has as well is
/// rather that one than another in its place.
fn stands_for(old: &Symbol, new: &Symbol, cited: &Cited<'_>) -> Option<u32> {
    match () {
        () if old.key == new.key => Some(0),
        () if !old.is_citation || !new.is_citation => None,
        () if old.key.starts_with('「') != new.key.starts_with('「') => None,
        () if !old.key.starts_with('「') && (cited.0.contains(&*new.key) || cited.1.contains(&*old.key)) => {
            Some(KNOWN_CITATION)
        }
        () => Some(CITATION),
    }
}

/// The citations of the old and of the new body.
type Cited<'a> = (BTreeSet<&'a str>, BTreeSet<&'a str>);

fn cited<'a>(old: &'a [Symbol], new: &'a [Symbol]) -> Cited<'a> {
    let of = |text: &'a [Symbol]| {
        text.iter().filter(|symbol| symbol.is_citation).map(|symbol| symbol.key.as_str()).collect()
    };
    (of(old), of(new))
}

/// How far from a good place to begin or end a change a boundary is.
pub(super) fn badness(text: &[Symbol], at: usize) -> u32 {
    let (Some(before), Some(after)) = (at.checked_sub(1).and_then(|index| text.get(index)), text.get(at)) else {
        return 0;
    };
    let (Some(last), Some(first)) = (before.key.chars().last(), after.key.chars().next()) else { return 0 };
    // What a sign belongs to: the comma to the words after it, a full stop to the words before it.
    match (last, first) {
        (_, '。') => 12,
        ('。', _) => 0,
        (_, '、') => 0,
        ('、', _) => 2,
        ('(' | '「' | '『', _) | (_, ')' | '」' | '』') => 8,
        (')' | '」' | '』', _) | (_, '(' | '「' | '『') => 0,
        _ => match (script(last), script(first)) {
            (Script::Hiragana, Script::Hiragana) => 4,
            (Script::Hiragana, _) => 0,
            (Script::Kanji, Script::Hiragana) => 3,
            (Script::Kanji, Script::Kanji) => 3,
            (Script::Katakana, Script::Katakana) => 8,
            (Script::Katakana, Script::Hiragana) => 1,
            (Script::Number, _) | (_, Script::Number) => 1,
            _ => 1,
        },
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    Hiragana,
    Katakana,
    Kanji,
    Number,
    Other,
}

pub(super) fn script(c: char) -> Script {
    match c {
        'ぁ'..='ゖ' => Script::Hiragana,
        'ァ'..='ヺ' | 'ー' => Script::Katakana,
        '0'..='9' => Script::Number,
        '\u{3400}'..='\u{9fff}' | '々' | '\u{20000}'..='\u{3ffff}' => Script::Kanji,
        _ => Script::Other,
    }
}

/// Long stretches that stand once in each body are kept as they are; between them the cheapest way is looked for.
fn blocks(old: &[Symbol], new: &[Symbol]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let (mut o, mut n) = (0, 0);
    let mut anchors = common_stretches(old, new);
    anchors.push((old.len(), new.len(), 0));
    let cited = cited(old, new);
    for (at_old, at_new, length) in anchors {
        cheapest((old, new, &cited), (o, at_old), (n, at_new), &mut blocks);
        (o, n) = (at_old + length, at_new + length);
    }
    quoted(old, new, tidy(old, new, blocks))
}

/// Appends the blocks of the cheapest way between two ranges.
fn cheapest(
    (old, new, cited): (&[Symbol], &[Symbol], &Cited<'_>),
    o: (usize, usize),
    n: (usize, usize),
    blocks: &mut Vec<Block>,
) {
    let (rows, columns) = (o.1 - o.0, n.1 - n.0);
    if rows == 0 && columns == 0 {
        return;
    }
    // A table of this size would take seconds: the whole range is one change.
    if rows == 0 || columns == 0 || rows * columns > 6_000_000 {
        blocks.push(Block { old: o, new: n });
        return;
    }
    let width = columns + 1;
    let cost = |symbol: &Symbol| CHARACTER * (symbol.to - symbol.from) as u32;
    let bad_old: Vec<u32> = (o.0..=o.1).map(|at| badness(old, at)).collect();
    let bad_new: Vec<u32> = (n.0..=n.1).map(|at| badness(new, at)).collect();
    const FAR: u32 = u32::MAX / 4;
    // In each cell: the least cost with the last symbols kept, and with them inside a block.
    let mut kept = vec![FAR; (rows + 1) * width];
    let mut inside = vec![FAR; (rows + 1) * width];
    kept[0] = 0;
    for row in 0..=rows {
        for column in 0..=columns {
            let here = row * width + column;
            if row > 0
                && column > 0
                && let Some(cost) = stands_for(&old[o.0 + row - 1], &new[n.0 + column - 1], cited)
            {
                let before = here - width - 1;
                let closed = inside[before] + bad_old[row - 1] + bad_new[column - 1];
                kept[here] = kept[before].min(closed) + cost;
            }
            let mut block = kept[here].saturating_add(BLOCK + bad_old[row] + bad_new[column]);
            if row > 0 {
                block = block.min(inside[here - width] + cost(&old[o.0 + row - 1]));
            }
            if column > 0 {
                block = block.min(inside[here - 1] + cost(&new[n.0 + column - 1]));
            }
            inside[here] = block;
        }
    }
    let mut found = Vec::new();
    let (mut row, mut column) = (rows, columns);
    let last = rows * width + columns;
    let mut in_block = kept[last] > inside[last] + bad_old[rows] + bad_new[columns];
    let mut end = (row, column);
    while row > 0 || column > 0 || in_block {
        let here = row * width + column;
        if in_block {
            if row > 0 && inside[here] == inside[here - width] + cost(&old[o.0 + row - 1]) {
                row -= 1;
            } else if column > 0 && inside[here] == inside[here - 1] + cost(&new[n.0 + column - 1]) {
                column -= 1;
            } else {
                found.push(Block { old: (o.0 + row, o.0 + end.0), new: (n.0 + column, n.0 + end.1) });
                in_block = false;
            }
        } else {
            let before = here - width - 1;
            (row, column) = (row - 1, column - 1);
            let cost = stands_for(&old[o.0 + row], &new[n.0 + column], cited).unwrap_or(0);
            if cost > 0 {
                let (old, new) = ((o.0 + row, o.0 + row + 1), (n.0 + column, n.0 + column + 1));
                found.push(Block { old, new });
            }
            if kept[here] != kept[before] + cost {
                in_block = true;
                end = (row, column);
            }
        }
    }
    blocks.extend(found.into_iter().rev());
}

/// Joins blocks with less than three characters between them, unless a citation stands beside: its change stands alone. Then a change
/// inside a short word of hiragana takes the word's rest.
fn tidy(old: &[Symbol], new: &[Symbol], blocks: Vec<Block>) -> Vec<Block> {
    let mut tidied: Vec<Block> = Vec::new();
    for block in blocks {
        if let Some(last) = tidied.last_mut() {
            let between = &new[last.new.1..block.new.0];
            let length: usize = between.iter().map(|symbol| symbol.to - symbol.from).sum();
            let text: String = between.iter().map(|symbol| symbol.key.as_str()).collect();
            let citation = |at: usize| new.get(at).is_some_and(|symbol| symbol.is_citation);
            let beside = citation(last.new.1.wrapping_sub(1)) || citation(block.new.0);
            let apart = matches!(text.as_str(), "、" | "・") || beside;
            if length == 0 || (length < 3 && !apart) {
                last.old.1 = block.old.1;
                last.new.1 = block.new.1;
                continue;
            }
        }
        tidied.push(block);
    }
    let count = tidied.len();
    for index in 0..count {
        let next = tidied.get(index + 1).map_or((old.len(), new.len()), |next| (next.old.0, next.new.0));
        let block = &mut tidied[index];
        if block.old.0 == block.old.1 || block.new.0 == block.new.1 {
            continue;
        }
        let hiragana = |text: &[Symbol], at: usize| {
            text.get(at).and_then(|symbol| symbol.key.chars().next()).is_some_and(|c| script(c) == Script::Hiragana)
        };
        let mut rest = 0;
        while hiragana(new, block.new.1 + rest) && rest <= 2 {
            rest += 1;
        }
        let inside_word = hiragana(new, block.new.1 - 1) && hiragana(old, block.old.1 - 1);
        if inside_word && rest == 1 && block.new.1 + rest <= next.1 && block.old.1 + rest <= next.0 {
            block.old.1 += rest;
            block.new.1 += rest;
        }
    }
    tidied
}

/// Stretches of at least this many symbols that stand once on each side are surely the same.
const STRETCH: usize = 12;

/// Common stretches of two bodies in order: where they begin in the old and the new one, and how long they are.
fn common_stretches(old: &[Symbol], new: &[Symbol]) -> Vec<(usize, usize, usize)> {
    if old.len() < STRETCH || new.len() < STRETCH || old.len() * new.len() < 10_000 {
        return Vec::new();
    }
    let keys = |text: &[Symbol]| text.iter().map(|symbol| hash(&symbol.key)).collect::<Vec<u64>>();
    let (a, b) = (keys(old), keys(new));
    let places = |keys: &[u64]| {
        let mut places: BTreeMap<u64, Option<usize>> = BTreeMap::new();
        for (index, stretch) in keys.windows(STRETCH).enumerate() {
            places.entry(hash(stretch)).and_modify(|place| *place = None).or_insert(Some(index));
        }
        places
    };
    let (in_old, in_new) = (places(&a), places(&b));
    let mut found: Vec<(usize, usize)> =
        in_new.iter().filter_map(|(key, new)| Some((*new.as_ref()?, in_old.get(key).copied().flatten()?))).collect();
    found.sort_unstable();
    let kept = increasing(&found);
    let mut stretches: Vec<(usize, usize, usize)> = Vec::new();
    for index in kept {
        let (at_new, at_old) = found[index];
        match stretches.last_mut() {
            Some((o, n, length)) if *o + *length >= at_old && at_old - *o == at_new - *n => {
                *length = at_old + STRETCH - *o;
            }
            Some((o, n, length)) if *o + *length > at_old || *n + *length > at_new => {}
            _ => stretches.push((at_old, at_new, STRETCH)),
        }
    }
    // The ends may belong to a change beside them: they are left to the search for the cheapest way.
    for (o, n, length) in &mut stretches {
        (*o, *n) = (*o + 4, *n + 4);
        *length -= 8;
    }
    stretches
}
