//! Spans as one would quote them in an amendment: whole words with their endings, numbers with their units, whole dates and citations,
//! brackets in pairs.
//!
//! A span is widened by what is the same on both sides, or slid along it, so that what is not marked stays the same on both sides.

use super::marking::{Block, Script, badness, script};
use super::text::Symbol;

const CONJUNCTIONS: [&str; 7] = ["又は", "若しくは", "及び", "並びに", "かつ", "ただし", "なお"];
const PARTICLES: &str = "をにがはのへともでや";
/// Words of their own that follow a word.
const WORDS: [&str; 14] =
    ["から", "まで", "より", "よう", "こと", "ため", "とき", "もの", "ところ", "など", "する", "され", "させ", "した"];
/// One kanji that makes another word of the word before it.
const SUFFIXES: &str = "等者的性化法";
/// Longest first.
const UNITS: [&str; 43] = [
    "パーセント",
    "メートル",
    "か月",
    "箇月",
    "ヶ月",
    "時間",
    "件目",
    "回目",
    "人目",
    "日目",
    "単位",
    "分の",
    "年度",
    "以上",
    "％",
    "%",
    "年",
    "月",
    "日",
    "時",
    "分",
    "秒",
    "件",
    "名",
    "人",
    "歳",
    "回",
    "度",
    "円",
    "割",
    "週",
    "級",
    "点",
    "頁",
    "番",
    "階",
    "床",
    "室",
    "台",
    "個",
    "枚",
    "倍",
    "項",
];
const ERAS: [&str; 5] = ["明治", "大正", "昭和", "平成", "令和"];
/// No word is longer.
const LONGEST_WORD: usize = 12;

/// The blocks of two bodies, in order, as they are quoted.
pub(super) fn quoted(old: &[Symbol], new: &[Symbol], blocks: Vec<Block>) -> Vec<Block> {
    let mut quoted: Vec<Block> = Vec::new();
    for index in 0..blocks.len() {
        let before = quoted.last().map_or((0, 0), |last: &Block| (last.old.1, last.new.1));
        let after = blocks.get(index + 1).map_or((old.len(), new.len()), |next| (next.old.0, next.new.0));
        let mut block = trimmed(old, new, blocks[index]);
        block = slid(old, new, block, (before, after));
        for _ in 0..2 {
            let (left, right) = lacking(old, new, &block);
            let left = left.min(block.old.0 - before.0).min(block.new.0 - before.1);
            let right = right.min(after.0 - block.old.1).min(after.1 - block.new.1);
            block.old = (block.old.0 - left, block.old.1 + right);
            block.new = (block.new.0 - left, block.new.1 + right);
        }
        match quoted.last_mut() {
            Some(last) if last.old.1 == block.old.0 && last.new.1 == block.new.0 => {
                (last.old.1, last.new.1) = (block.old.1, block.new.1);
            }
            _ => quoted.push(block),
        }
    }
    with_captions(old, new, quoted)
}

fn first(symbol: &Symbol) -> char {
    symbol.key.chars().next().unwrap_or(' ')
}

fn last(symbol: &Symbol) -> char {
    symbol.key.chars().last().unwrap_or(' ')
}

fn is_number(symbol: &Symbol) -> bool {
    !symbol.is_citation && symbol.key.chars().all(|c| c.is_ascii_digit() || ".,〇一二三四五六七八九十百千".contains(c))
}

fn text_of(symbols: &[Symbol]) -> String {
    symbols.iter().map(|symbol| symbol.key.as_str()).collect()
}

/// Signs that are the same at an end of both sides stay outside: brackets, quotes, the full stop.
fn trimmed(old: &[Symbol], new: &[Symbol], block: Block) -> Block {
    let mut block = block;
    let is_sign = |symbol: &Symbol| "()「」『』《》〔〕。".contains(symbol.key.as_str());
    let same = |a: &Symbol, b: &Symbol| a.key == b.key && a.is_folded == b.is_folded;
    let both = |block: &Block| block.old.0 < block.old.1 && block.new.0 < block.new.1;
    let runs_on = |block: &Block| {
        let before = block.old.0.checked_sub(1).map(|index| script(last(&old[index])));
        script(first(&old[block.old.0])) == Script::Hiragana && before == Some(Script::Hiragana)
    };
    while both(&block) && same(&old[block.old.0], &new[block.new.0]) && (is_sign(&old[block.old.0]) || runs_on(&block))
    {
        (block.old.0, block.new.0) = (block.old.0 + 1, block.new.0 + 1);
    }
    while both(&block) && same(&old[block.old.1 - 1], &new[block.new.1 - 1]) && is_sign(&old[block.old.1 - 1]) {
        (block.old.1, block.new.1) = (block.old.1 - 1, block.new.1 - 1);
    }
    block
}

/// Words that were put in or taken out stand where they read best, of all the places that come to the same text.
fn slid(old: &[Symbol], new: &[Symbol], block: Block, (before, after): ((usize, usize), (usize, usize))) -> Block {
    let inserted = block.old.0 == block.old.1;
    if !inserted && block.new.0 != block.new.1 {
        return block;
    }
    let text = if inserted { new } else { old };
    let (from, to) = if inserted { block.new } else { block.old };
    let lowest = if inserted {
        (block.new.0 - before.1).min(block.old.0 - before.0)
    } else {
        (block.old.0 - before.0).min(block.new.0 - before.1)
    };
    let highest = (after.0 - block.old.1).min(after.1 - block.new.1);
    let mut best = (awkwardness(text, from, to), 0, 0isize);
    let mut consider = |shift: isize| {
        let at = (from.saturating_add_signed(shift), to.saturating_add_signed(shift));
        let rated = (awkwardness(text, at.0, at.1), shift.unsigned_abs(), shift);
        if (rated.0, rated.1) < (best.0, best.1) {
            best = rated;
        }
    };
    let mut shift = 0;
    while shift < lowest && text[from - 1 - shift].key == text[to - 1 - shift].key {
        shift += 1;
        consider(-(shift as isize));
    }
    shift = 0;
    while shift < highest && text[from + shift].key == text[to + shift].key {
        shift += 1;
        consider(shift as isize);
    }
    let moved = |(from, to): (usize, usize)| (from.saturating_add_signed(best.2), to.saturating_add_signed(best.2));
    Block { old: moved(block.old), new: moved(block.new) }
}

/// How badly a span that was put in reads: open brackets, words cut, a conjunction at its end.
fn awkwardness(text: &[Symbol], from: usize, to: usize) -> u32 {
    let inside = text_of(&text[from..to]);
    let mut depth = 0i32;
    let mut unbalanced = 0;
    for c in inside.chars() {
        match c {
            '(' | '「' | '『' | '《' | '〔' => depth += 1,
            ')' | '」' | '』' | '》' | '〕' => {
                depth -= 1;
                if depth < 0 {
                    (unbalanced, depth) = (unbalanced + 1, 0);
                }
            }
            _ => {}
        }
    }
    unbalanced += depth as u32;
    let ends_with = CONJUNCTIONS.iter().any(|word| inside.ends_with(word));
    let begins_with = inside.starts_with('、') || CONJUNCTIONS.iter().any(|word| inside.starts_with(word));
    let sentence = inside.ends_with('。') && (from == 0 || last(&text[from - 1]) == '。');
    let start = if begins_with || sentence { 0 } else { badness(text, from) + 4 };
    let end = if sentence { 0 } else { badness(text, to) + u32::from(inside.ends_with('、')) * 4 };
    100 * unbalanced + start + end + if ends_with { 8 } else { 0 }
}

/// How many symbols a block lacks on its left and right to be quotable.
fn lacking(old: &[Symbol], new: &[Symbol], block: &Block) -> (usize, usize) {
    let sides = [(old, block.old), (new, block.new)];
    let (mut left, mut right) = (0, 0);
    for (text, (from, to)) in sides {
        for (start, end) in dates(text, from, to) {
            if start < to.max(from + 1) && from < end {
                left = left.max(from.saturating_sub(start));
                right = right.max(end.saturating_sub(to));
            }
        }
        let (before, after) = conjunction(text, from, to);
        left = left.max(before);
        right = right.max(after);
    }
    right = right.max(unit(old, new, block)).max(ending(old, new, block));
    let (before, after) = rewritten(old, new, block);
    left = left.max(before).max(suffix(old, new, block));
    (left, right.max(after))
}

/// A number takes its unit along: 44件目, ３分の１.
fn unit(old: &[Symbol], new: &[Symbol], block: &Block) -> usize {
    let ends_in_number = |text: &[Symbol], (from, to): (usize, usize)| from < to && is_number(&text[to - 1]);
    if !ends_in_number(old, block.old) || !ends_in_number(new, block.new) {
        return 0;
    }
    let rest = &new[block.new.1..new.len().min(block.new.1 + 8)];
    let words = text_of(rest);
    let Some(unit) = UNITS.iter().find(|unit| words.starts_with(**unit)) else { return 0 };
    let count = unit.chars().count();
    // Each sign of a unit is a symbol of its own.
    let fraction = *unit == "分の" && rest.get(count).is_some_and(is_number);
    if fraction { count + 1 } else { count }
}

/// Dates near a block: 平成31年10月１日, 令和元年.
fn dates(text: &[Symbol], from: usize, to: usize) -> Vec<(usize, usize)> {
    let is = |at: usize, sign: &str| text.get(at).is_some_and(|symbol| symbol.key == sign);
    let number = |at: usize| text.get(at).is_some_and(|symbol| is_number(symbol) || symbol.key == "元");
    let mut found = Vec::new();
    for start in from.saturating_sub(10)..to.min(text.len()) {
        let era = text.get(start..start + 2).is_some_and(|two| ERAS.contains(&text_of(two).as_str()));
        let year = if era { start + 2 } else { start };
        if !number(year) || !is(year + 1, "年") {
            continue;
        }
        let mut end = year + 2;
        for part in ["月", "日"] {
            if number(end) && is(end + 1, part) {
                end += 2;
            } else {
                break;
            }
        }
        found.push((start, end));
        if era {
            // The year alone is not a second date.
            found.retain(|(known, _)| *known != start + 2);
        }
    }
    // Of dates that overlap the longest.
    found.sort_by_key(|(start, end)| (*start, usize::MAX - end));
    found.dedup_by(|later, earlier| later.0 < earlier.1);
    found
}

/// What a conjunction lacks that begins or ends outside: 又【は】.
fn conjunction(text: &[Symbol], from: usize, to: usize) -> (usize, usize) {
    let cut = |at: usize| {
        CONJUNCTIONS.iter().find_map(|word| {
            let length = word.chars().count();
            (1..length).find_map(|before| {
                let start = at.checked_sub(before)?;
                let stretch = text.get(start..start + length)?;
                (text_of(stretch) == *word).then_some((before, length - before))
            })
        })
    };
    if from == to {
        return (0, 0);
    }
    (cut(from).map_or(0, |(before, _)| before), cut(to).map_or(0, |(_, after)| after))
}

/// The ending of a word of one kanji (付いた), and a suffix that belongs to both words (未成年者).
fn ending(old: &[Symbol], new: &[Symbol], block: &Block) -> usize {
    if block.old.0 == block.old.1 || block.new.0 == block.new.1 {
        return 0;
    }
    let Some(next) = new.get(block.new.1) else { return 0 };
    let after = new.get(block.new.1 + 1).map_or(' ', first);
    let ends = [(old, block.old), (new, block.new)].map(|(text, (from, to))| {
        let before = (to > from + 1).then(|| script(last(&text[to - 2])));
        let counted = to > from + 1 && is_number(&text[to - 2]);
        // A unit, a date and a citation have no ending.
        let end =
            if text[to - 1].is_citation || is_number(&text[to - 1]) || counted { ' ' } else { last(&text[to - 1]) };
        (end, before)
    });
    let is_kanji = |c: char| script(c) == Script::Kanji;
    let rest = text_of(&new[block.new.1..new.len().min(block.new.1 + 3)]);
    if WORDS.iter().any(|word| rest.starts_with(word)) {
        return 0;
    }
    match script(first(next)) {
        Script::Hiragana if !PARTICLES.contains(first(next)) => {
            let stem = ends.iter().any(|(end, before)| is_kanji(*end) && *before != Some(Script::Kanji));
            let rest = new[block.new.1..]
                .iter()
                .take_while(|symbol| script(first(symbol)) == Script::Hiragana && !PARTICLES.contains(first(symbol)));
            if stem { rest.count().min(3) } else { 0 }
        }
        Script::Kanji if SUFFIXES.contains(first(next)) => {
            let both = ends.iter().all(|(end, _)| is_kanji(*end));
            let person = first(next) == '者' && ends.iter().any(|(end, _)| is_kanji(*end));
            usize::from((both || person) && (!is_kanji(after) || first(next) == '法'))
        }
        _ => 0,
    }
}

/// Kanji written in kana, or the other way: the whole word, でん粉 for でんぷん.
fn rewritten(old: &[Symbol], new: &[Symbol], block: &Block) -> (usize, usize) {
    let of = |text: &[Symbol], (from, to): (usize, usize), wanted: Script| {
        from < to && text[from..to].iter().all(|symbol| script(first(symbol)) == wanted)
    };
    let is_rewritten = (of(old, block.old, Script::Kanji) && of(new, block.new, Script::Hiragana))
        || (of(old, block.old, Script::Hiragana) && of(new, block.new, Script::Kanji));
    if !is_rewritten || (block.old.1 - block.old.0).min(block.new.1 - block.new.0) > 2 {
        return (0, 0);
    }
    let before = |back: usize| block.new.0.checked_sub(back).map(|index| first(&new[index]));
    let mut left = 0;
    // These signs begin no word.
    while before(left + 1).is_some_and(|c| "んっゃゅょー".contains(c)) {
        left += 1;
    }
    if left > 0 {
        return (left + 1, 0);
    }
    let kanji = (1..=2).take_while(|back| before(*back).is_some_and(|c| script(c) == Script::Kanji)).count();
    (kanji, 0)
}

/// A word to which one kanji was added or taken away is another word: 場合等 for 場合.
fn suffix(old: &[Symbol], new: &[Symbol], block: &Block) -> usize {
    let (text, (from, to), other) = match (block.old.1 - block.old.0, block.new.1 - block.new.0) {
        (0, 1) => (new, block.new, old.get(block.old.1)),
        (1, 0) => (old, block.old, new.get(block.new.1)),
        _ => return 0,
    };
    let is_kanji =
        |symbol: &Symbol| script(first(symbol)) == Script::Kanji && !symbol.is_citation && !is_number(symbol);
    if !is_kanji(&text[from]) || other.is_some_and(is_kanji) || text.get(to).is_some_and(is_kanji) {
        return 0;
    }
    let word = text[..from].iter().rev();
    word.take_while(|symbol| is_kanji(symbol) || script(first(symbol)) == Script::Katakana).count().min(LONGEST_WORD)
}

/// A citation that changed takes its caption along where that changed too: 第14条《製造業者等の行う格付》.
fn with_captions(old: &[Symbol], new: &[Symbol], blocks: Vec<Block>) -> Vec<Block> {
    let mut joined: Vec<Block> = Vec::new();
    for block in blocks {
        if let Some(before) = joined.last_mut() {
            let opens = |text: &[Symbol], at: usize| {
                at > 0 && text[at - 1].is_citation && text.get(at).is_some_and(|symbol| symbol.key == "《")
            };
            let closes = |text: &[Symbol], from: usize| {
                text[from..].iter().position(|symbol| symbol.key == "》").map(|position| from + position + 1)
            };
            let is_replaced = before.old.0 < before.old.1 && before.new.0 < before.new.1;
            if is_replaced
                && opens(old, before.old.1)
                && opens(new, before.new.1)
                && let (Some(old_end), Some(new_end)) = (closes(old, before.old.1), closes(new, before.new.1))
                && block.old.1 < old_end
                && block.new.1 < new_end
                && old_end - block.old.1 == new_end - block.new.1
            {
                (before.old.1, before.new.1) = (old_end, new_end);
                continue;
            }
        }
        joined.push(block);
    }
    joined
}
