//! An official text as published, plain: wrapped lines are joined to headings and paragraphs, their clause paths recognised, and
//! nothing is lost: without blanks and line ends, what comes out is what went in.

use super::comparison::Text;
use super::comparison::text::begins_with_label;
use super::paragraph::{OutlineEntry, Paragraph};

/// Half-width columns a character takes.
fn columns(c: char) -> usize {
    if c.is_ascii() || ('｡'..='ﾟ').contains(&c) { 1 } else { 2 }
}

fn width(line: &str) -> usize {
    line.trim_end().chars().map(columns).sum()
}

/// No page is wider than a hundred full-width characters; a longer line was not wrapped.
const WIDEST: usize = 200;
/// A page is wider than this, so that short lists are not taken for one.
const NARROWEST: usize = 40;
/// How far from the margin a line may end because the next signs must not be parted: two full-width characters and a half.
const SLACK: usize = 5;

/// The width the text was wrapped at, if it was: many lines end at it in the middle of a sentence.
fn wrapped_at(lines: &[&str]) -> Option<usize> {
    let widest = lines.iter().map(|line| width(line)).max().filter(|width| (NARROWEST..=WIDEST).contains(width))?;
    let written = lines.iter().filter(|line| !line.trim().is_empty()).count();
    let cut = lines.iter().filter(|line| width(line) + SLACK >= widest && !ends_sentence(line)).count();
    (cut >= 3 && cut * 8 >= written).then_some(widest)
}

fn ends_sentence(line: &str) -> bool {
    line.trim_end().ends_with(['。', '．', '：', ':'])
}

/// Was this text printed with its lines wrapped at a margin?
pub fn is_wrapped(input: &str) -> bool {
    wrapped_at(&input.lines().collect::<Vec<_>>()).is_some()
}

/// Lines on either side of one that tell how wide the text is there: an indented clause is narrower than the page.
const NEAR: usize = 3;

/// The width at each line: that of the widest near it, if it is not much narrower than the page.
fn widths(lines: &[&str], wrapped_at: usize) -> Vec<usize> {
    let all: Vec<usize> = lines.iter().map(|line| width(line)).collect();
    let at = |index: usize| {
        let near = &all[index.saturating_sub(NEAR)..all.len().min(index + NEAR + 1)];
        near.iter().copied().max().unwrap_or(0).max(wrapped_at * 4 / 5)
    };
    (0..lines.len()).map(at).collect()
}

/// （中略） on a line of its own stays there.
fn is_left_out(line: &str) -> bool {
    let inner = line.trim().trim_matches(['（', '）', '(', ')', '[', ']', '［', '］']);
    inner.chars().count() < line.trim().chars().count() && inner.chars().count() <= 8 && inner.ends_with('略')
}

/// Does a line go on where the one before it was cut?
fn continues(before: &str, line: &str, wrapped_at: usize) -> bool {
    let full = width(before) + SLACK >= wrapped_at;
    let indented = line.starts_with([' ', '　', '\t']);
    full && !line.trim().is_empty()
        && !is_left_out(line)
        && !(ends_sentence(before) && (indented || begins_with_label(line)))
        && (!begins_with_label(line) || is_citation_at_start(line))
}

/// `（１）に掲げる` at the start of a line is no label: a particle follows.
fn is_citation_at_start(line: &str) -> bool {
    let Some(rest) = line.trim_start().strip_prefix(['(', '（']) else { return false };
    let Some((_, rest)) = rest.split_once([')', '）']) else { return false };
    rest.starts_with(['の', 'に', 'を', 'は', 'が', 'と', 'へ', '及', '又', '若', '並', '、', '。'])
}

/// The headings and paragraphs of a text; empty lines are passed over.
pub fn paragraphs(input: &str) -> Vec<Paragraph> {
    let lines: Vec<&str> = input.trim_start_matches('\u{feff}').lines().collect();
    let wrapped_at = wrapped_at(&lines);
    let widths = wrapped_at.map(|at| widths(&lines, at));
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    // The line before, as long as it may go on.
    let mut before: Option<&str> = None;
    for (number, line) in (1usize..).zip(lines) {
        if line.trim().is_empty() {
            before = None;
            continue;
        }
        let at = widths.as_ref().and_then(|widths| widths.get(number.checked_sub(2)?)).copied();
        let joined = match (before, at, paragraphs.last_mut()) {
            (Some(before), Some(at), Some(paragraph)) if continues(before, line, at) => {
                paragraph.text.truncate(paragraph.text.trim_end().len());
                paragraph.text.push_str(line.trim_start());
                true
            }
            _ => false,
        };
        if !joined {
            paragraphs.push(Paragraph { line: number, text: line.to_owned() });
        }
        before = Some(line);
    }
    paragraphs
}

/// The text without its wraps, one heading or paragraph a line.
pub fn unwrapped(input: &str) -> String {
    paragraphs(input).into_iter().map(|paragraph| paragraph.text + "\n").collect()
}

/// Every paragraph with its clause.
pub fn outline(input: &str) -> Vec<OutlineEntry> {
    Text::of_paragraphs(&paragraphs(input)).outline()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// As a page of forty characters prints them.
    fn wrapped(paragraphs: &[&str]) -> String {
        let line = |chunk: &[char]| chunk.iter().collect::<String>() + "\n";
        let print = |paragraph: &&str| paragraph.chars().collect::<Vec<_>>().chunks(40).map(line).collect::<String>();
        paragraphs.iter().map(print).collect()
    }

    #[test]
    fn wrapped_lines_are_joined_and_clauses_found() {
        let printed = [
            "　　　　　　別添１",
            "１　目的",
            "　この研修は、介護支援専門員として必要な知識及び技能を修得し実践する力を身法第６９条の２に基づく。この研修の詳細は別に定める。",
            "２　対象者",
            "　次に掲げる者とし、研修を修了した者並びに必要な知識及び技能を修得し実践する前号（１）に掲げる要件を満たすものとする。",
            "（１）　介護支援専門員実務研修受講試験に合格した者であって、当該都道府県において登録を受けようとするもの",
            "（２）　（略）",
        ];
        let text = wrapped(&printed);
        assert!(text.contains("第６\n９条") && text.contains("前号\n（１）"), "{text}");
        let outline = outline(&text);
        let found: Vec<(&str, bool)> = outline.iter().map(|entry| (entry.path.as_str(), entry.begins_clause)).collect();
        assert_eq!(
            found,
            [
                ("別添1", true),
                ("別添1/1", true),
                ("別添1/1", false),
                ("別添1/2", true),
                ("別添1/2", false),
                ("別添1/2/(1)", true),
                ("別添1/2/(2)", true)
            ]
        );
        assert_eq!(outline.iter().map(|entry| entry.text.as_str()).collect::<Vec<_>>(), printed);
        assert_eq!(outline.iter().map(|entry| entry.line).collect::<Vec<_>>(), [1, 2, 3, 5, 6, 8, 10]);
    }

    #[test]
    fn lines_that_were_not_wrapped_stay() {
        let long = "あ".repeat(150);
        for text in ["１ 目的\n研修を行う。\n２．対象\n３. 内容\n", &format!("１ 目的\n{long}\n{long}\n２ 対象\n")]
        {
            assert_eq!(unwrapped(text), text);
        }
    }

    proptest! {
        /// Whatever is thrown at it: without blanks and line ends the same text comes out.
        #[test]
        fn nothing_is_lost(text in "([あ-ん。、１２（）ア 　第条]{0,60}\n){0,30}") {
            let squeezed = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(squeezed(&unwrapped(&text)), squeezed(&text));
        }

        /// A text wrapped at a margin comes back as it was.
        #[test]
        fn wrapping_is_undone(sentences in proptest::collection::vec("[あ-ん]{50,120}。", 4..12)) {
            let text: String =
                (1..).zip(&sentences).map(|(number, sentence)| format!("{number}　見出し\n　{sentence}\n")).collect();
            let printed = wrapped(&text.lines().collect::<Vec<_>>());
            prop_assert_eq!(unwrapped(&printed), text);
        }
    }
}
