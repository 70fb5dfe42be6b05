//! Clauses of the guideline: the path as printed, a gist in own words, never the official text.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// How strongly a clause speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// 〜こと, 〜しなければならない: blocks completion until met or waived.
    Must,
    /// 適当である, 効果的である: shown and reported, never blocks.
    Appropriate,
}

/// How a text says that a part of it was left out. The clause is known to exist; its text is not at hand and is never invented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Omission {
    #[serde(rename = "略")]
    Whole,
    #[serde(rename = "中略")]
    Between,
    #[serde(rename = "以下省略")]
    FromHere,
}

impl Omission {
    /// As it is printed.
    pub fn printed(self) -> &'static str {
        match self {
            Omission::Whole => "（略）",
            Omission::Between => "（中略）",
            Omission::FromHere => "（以下、省略）",
        }
    }
}

/// One clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// As printed, from the outermost level: `別添1 4(1)イ ¶2`. Full and half width are the same.
    pub path: String,
    pub heading: String,
    /// In own words, Japanese.
    #[serde(default)]
    pub gist: String,
    /// In own words, English.
    #[serde(default)]
    pub gist_en: String,
    #[serde(default)]
    pub omitted: Option<Omission>,
    /// The text at hand has no clause of this number: it is left out there, and the number is taken to be this one.
    #[serde(default)]
    pub assumed: bool,
}

impl Clause {
    /// Levels below the outermost: 0 for 別紙, 1 for 別紙 1, 3 for 別添1 4(1)イ.
    pub fn depth(&self) -> usize {
        levels(&self.path).map_or(0, |levels| levels.len().saturating_sub(1))
    }
}

/// The levels of a path, half width: `別添１ 4(1)イ ¶2` is 別添1, 4, (1), イ, ¶2. None where a sign belongs to no level's style: 別紙,
/// 別添, 別記 and 附則 with or without a number, 第1, 1, (1), ア, (ア), ①, ¶1; a law's article 法69条の8, 規則113条の18 and its 第3項.
pub fn levels(path: &str) -> Option<Vec<String>> {
    // ① is a level's style of its own and must not become 1.
    let folded: Vec<char> = path
        .chars()
        .flat_map(|c| if ('①'..='⑳').contains(&c) { vec![c] } else { std::iter::once(c).nfkc().collect() })
        .collect();
    let mut levels = Vec::new();
    let mut at = 0;
    while at < folded.len() {
        let rest = &folded[at..];
        let digits = |from: usize| rest[from..].iter().take_while(|c| c.is_ascii_digit()).count();
        let annex = ["別紙", "別添", "別記", "附則"]
            .into_iter()
            .any(|name| rest.starts_with(&[name.chars().next().unwrap_or(' '), name.chars().nth(1).unwrap_or(' ')]));
        let kana = |c: &char| ('ァ'..='ヶ').contains(c);
        let length = match rest[0] {
            c if c.is_whitespace() => {
                at += 1;
                continue;
            }
            _ if annex => 2 + digits(2),
            '法' | '規' | '令' => law(rest)?,
            '第' if digits(1) > 0 && rest.get(1 + digits(1)).is_some_and(|c| "項号".contains(*c)) => 2 + digits(1),
            '第' | '¶' if digits(1) > 0 => 1 + digits(1) + usize::from(rest.get(1 + digits(1)) == Some(&'条')),
            '(' => {
                let close = rest.iter().position(|c| *c == ')')?;
                let inner = &rest[1..close];
                let sound = !inner.is_empty() && (inner.iter().all(char::is_ascii_digit) || inner.iter().all(kana));
                if !sound {
                    return None;
                }
                close + 1
            }
            c if c.is_ascii_digit() => digits(0),
            c if kana(&c) || ('①'..='⑳').contains(&c) => 1,
            _ => return None,
        };
        levels.push(rest[..length].iter().collect());
        at += length;
    }
    (!levels.is_empty()).then_some(levels)
}

/// How long a law's article is: 法69条の8, 規則113条の18, 令35条の16.
fn law(rest: &[char]) -> Option<usize> {
    let name = if rest.starts_with(&['規', '則']) { 2 } else { 1 };
    let digits = |from: usize| rest[from.min(rest.len())..].iter().take_while(|c| c.is_ascii_digit()).count();
    let article = name + digits(name);
    if article == name || rest.get(article) != Some(&'条') {
        return None;
    }
    let mut end = article + 1;
    while rest.get(end) == Some(&'の') && digits(end + 1) > 0 {
        end += 1 + digits(end + 1);
    }
    Some(end)
}

/// A path as compared: its levels, half width, divided by blanks. A path of no known style stays what it is.
pub(super) fn canonical(path: &str) -> String {
    levels(path).map_or_else(|| path.to_owned(), |levels| levels.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_levels() {
        for (path, expected) in [
            ("別紙", Some(vec!["別紙"])),
            ("別添１ 4(1)イ ¶2", Some(vec!["別添1", "4", "(1)", "イ", "¶2"])),
            ("別添1　４（１）イ", Some(vec!["別添1", "4", "(1)", "イ"])),
            ("第1 1 ア ① (ｱ)", Some(vec!["第1", "1", "ア", "①", "(ア)"])),
            ("第3条", Some(vec!["第3条"])),
            ("規則113条の18 第3項", Some(vec!["規則113条の18", "第3項"])),
            ("法６９条の２ 第１項", Some(vec!["法69条の2", "第1項"])),
            ("法", None),
            ("", None),
            ("4.1", None),
            ("別添1 (", None),
            ("A", None),
        ] {
            let expected = expected.map(|levels| levels.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(levels(path), expected, "{path}");
        }
        assert_eq!(canonical("別添１ ４（１）イ"), canonical("別添1 4(1)イ"));
    }
}
