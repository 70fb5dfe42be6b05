//! A comparison table (新旧対照表) that came as one text, as PDF readers give it: page by page the left column, then the right one.
//!
//! Nothing in such a text says where a column ends. On each page the right column says again what the left one says: of all divisions into
//! pages and columns the one is taken in which most of the right columns stands in the left columns of their pages.

use super::comparison::text::folded;
use std::collections::BTreeMap;

/// The two columns, each one line of the print a line, without empty lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TwoColumns {
    /// What stands above the columns.
    pub title: String,
    pub left_heading: String,
    pub right_heading: String,
    pub left: String,
    pub right: String,
    /// Is the left column the new text? Read from the headings; where they do not say, the new text is on the left.
    pub new_left: bool,
}

impl TwoColumns {
    pub fn old(&self) -> &str {
        if self.new_left { &self.right } else { &self.left }
    }

    pub fn new_text(&self) -> &str {
        if self.new_left { &self.left } else { &self.right }
    }
}

const NEW_HEADINGS: [&str; 6] = ["改正後", "改正案", "新", "改正後全文", "改正後（案）", "改正（案）"];
const OLD_HEADINGS: [&str; 6] = ["現行", "改正前", "旧", "現行規定", "改正前全文", "現"];
/// Characters in a stretch that is looked for in the other column.
const STRETCH: usize = 4;
/// What a stretch of the right column is worth that the left one has too, and what one costs that it has not.
const COMMON: i64 = 2;
const OWN: i64 = 2;
/// What a page costs, in stretches that both its columns have: words repeat within a column too.
const PAGE: i64 = 60;
/// What it is worth that both columns of a page begin alike, and that the print leaves room between them.
const BEGIN_ALIKE: i64 = 60;
const ROOM: i64 = 3;
/// No column of a page has more lines.
const LONGEST_COLUMN: usize = 90;

/// Headings over both columns: `改正後 現行`, also spread out as `改 正 後　　現 行`.
fn headings(line: &str) -> Option<(String, String, bool)> {
    let words: Vec<&str> = line.split_whitespace().collect();
    (1..words.len()).find_map(|at| {
        let (left, right) = (words[..at].concat(), words[at..].concat());
        let is = |known: &[&str], heading: &str| known.contains(&heading);
        match (is(&NEW_HEADINGS, &left), is(&OLD_HEADINGS, &right), is(&OLD_HEADINGS, &left), is(&NEW_HEADINGS, &right))
        {
            (true, true, ..) => Some((left, right, true)),
            (_, _, true, true) => Some((left, right, false)),
            _ => None,
        }
    })
}

/// Divides a text into its two columns; `None` where it has no headings of two columns.
pub fn divided(input: &str) -> Option<TwoColumns> {
    let input = input.trim_start_matches('\u{feff}');
    let mut lines: Vec<(&str, bool)> = Vec::new();
    let mut empty = 0;
    for line in input.lines() {
        if line.trim().is_empty() {
            empty += 1;
            continue;
        }
        lines.push((line, empty > 1));
        empty = 0;
    }
    let at = lines.iter().position(|(line, _)| headings(line).is_some())?;
    let (left_heading, right_heading, new_left) = headings(lines[at].0)?;
    let title: Vec<&str> = lines[..at].iter().map(|(line, _)| line.trim()).collect();
    // A table that repeats its head on every page.
    let body: Vec<(&str, bool)> =
        lines[at + 1..].iter().copied().filter(|(line, _)| headings(line).is_none()).collect();
    let is_right = columns(&body);
    let of = |right: bool| {
        let own = body.iter().zip(&is_right).filter(|(_, known)| **known == right);
        own.map(|((line, _), _)| format!("{}\n", line.trim_end())).collect::<String>()
    };
    Some(TwoColumns {
        title: title.join("\n"),
        left_heading,
        right_heading,
        left: of(false),
        right: of(true),
        new_left,
    })
}

/// The stretches of each line, by numbers from 0; and how many different ones there are.
fn stretches(lines: &[(&str, bool)]) -> (Vec<Vec<usize>>, usize) {
    let mut numbers: BTreeMap<Vec<char>, usize> = BTreeMap::new();
    let mut of_line = |line: &str| {
        let signs: Vec<char> = folded(line).chars().filter(|c| !c.is_whitespace() && *c != '.').collect();
        let size = STRETCH.min(signs.len().max(1));
        let mut own = Vec::with_capacity(signs.len());
        for stretch in signs.windows(size) {
            let next = numbers.len();
            own.push(*numbers.entry(stretch.to_vec()).or_insert(next));
        }
        own
    };
    let all = lines.iter().map(|(line, _)| of_line(line)).collect();
    (all, numbers.len())
}

/// A page: where it begins, where its right column begins.
#[derive(Debug, Clone, Copy)]
struct Page {
    left: usize,
    right: usize,
}

/// For each line: is it of the right column?
fn columns(lines: &[(&str, bool)]) -> Vec<bool> {
    let (stretches, count) = stretches(lines);
    let total = lines.len();
    // For each line: what the best division up to it is worth, and its last page.
    let mut best: Vec<Option<(i64, Page)>> = vec![None; total + 1];
    let (mut in_left, mut in_right) = (vec![0u32; count], vec![0u32; count]);
    for left in 0..total {
        let before = match left {
            0 => 0,
            _ => match best[left] {
                Some((worth, _)) => worth,
                None => continue,
            },
        };
        let last = total.min(left + LONGEST_COLUMN);
        for right in left + 1..=last {
            stretches[right - 1].iter().for_each(|stretch| in_left[*stretch] += 1);
            let alike = match lines.get(right) {
                Some((_, gap)) => begin_alike(&stretches[left], &stretches[right]) + if *gap { ROOM } else { 0 },
                None => 0,
            };
            let mut common = 0i64;
            let page = Page { left, right };
            improve(&mut best[right], before - PAGE, page);
            for end in right + 1..=total.min(right + LONGEST_COLUMN) {
                for stretch in &stretches[end - 1] {
                    in_right[*stretch] += 1;
                    common += if in_right[*stretch] <= in_left[*stretch] { COMMON } else { -OWN };
                }
                improve(&mut best[end], before + common + alike - PAGE, page);
            }
            let end = total.min(right + LONGEST_COLUMN);
            stretches[right..end].iter().flatten().for_each(|stretch| in_right[*stretch] = 0);
        }
        stretches[left..last].iter().flatten().for_each(|stretch| in_left[*stretch] = 0);
    }
    let mut found = vec![false; total];
    let mut end = total;
    while let Some((_, page)) = best[end] {
        found[page.right..end].iter_mut().for_each(|right| *right = true);
        end = page.left;
        if end == 0 {
            break;
        }
    }
    found
}

/// The first division of equal worth stays, so that the result is always the same.
fn improve(best: &mut Option<(i64, Page)>, worth: i64, page: Page) {
    if best.is_none_or(|(known, _)| worth > known) {
        *best = Some((worth, page));
    }
}

/// How much of one line stands in the other.
fn begin_alike(left: &[usize], right: &[usize]) -> i64 {
    let found = right.iter().filter(|stretch| left.contains(stretch)).count();
    BEGIN_ALIKE * found as i64 / right.len().max(1) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_that_alternate_by_page_are_told_apart() {
        let input = "要綱 新旧対照表\n\n改正後 現行\n\n１ 目的\n\n受講者が地域で実践できる力を身に付け、多くの職種と協働して支えることを目的とする。\n\n２ 対象者\n\n試験に合格した者とし、都道府県知事が認める者を含むものとする。\n\n１ 目的\n\n受講者が実践できる力を身に付けることを目的とする。\n\n２ 対象者\n\n試験に合格した者とする。\n\n\n\n３ 実施方法\n\n講義及び演習を一体として行い、実習の振り返りを後期の課程に置くものとする。\n\n３ 実施方法\n\n講義及び演習を行うものとする。\n";
        let found = divided(input).unwrap();
        assert_eq!(
            found.left,
            "１ 目的\n受講者が地域で実践できる力を身に付け、多くの職種と協働して支えることを目的とする。\n２ 対象者\n試験に合格した者とし、都道府県知事が認める者を含むものとする。\n３ 実施方法\n講義及び演習を一体として行い、実習の振り返りを後期の課程に置くものとする。\n"
        );
        assert_eq!(
            found.right,
            "１ 目的\n受講者が実践できる力を身に付けることを目的とする。\n２ 対象者\n試験に合格した者とする。\n３ 実施方法\n講義及び演習を行うものとする。\n"
        );
        assert_eq!((found.title.as_str(), found.new_left), ("要綱 新旧対照表", true));
        assert_eq!(found.new_text(), found.left);
    }

    #[test]
    fn the_headings_say_which_column_is_new() {
        let found = divided("現行 改正案\n一 旧い文\n一 新しい文\n").unwrap();
        assert!(!found.new_left);
        for (line, new_left) in [("改 正 後　　　現 行", true), ("現　行 改 正 案", false)] {
            let found = divided(&format!("{line}\n一 ある文\n一 別の文\n")).unwrap();
            assert_eq!(found.new_left, new_left, "{line}");
        }
        assert_eq!(divided("見出しのない文\n"), None);
    }

    #[test]
    fn no_line_is_lost() {
        let input = "改正後 現行\n甲\n乙\n甲\n丙\n（以下、省略）\n[以下、省略]\n";
        let found = divided(input).unwrap();
        let mut all: Vec<&str> = found.left.lines().chain(found.right.lines()).collect();
        all.sort_unstable();
        let mut given: Vec<&str> = input.lines().skip(1).collect();
        given.sort_unstable();
        assert_eq!(all, given);
    }
}
