//! A text as lines with labels: 別紙, 別添１, 第一章, 第三条, １, （１）, ア, イ, ①, 一 …

use crate::guideline::paragraph::{OutlineEntry, Paragraph};
use unicode_normalization::UnicodeNormalization;

/// A symbol of a body, compared as a whole: a character, a number, or a citation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Symbol {
    /// As compared: width does not count.
    pub(super) key: String,
    /// Where it stands in the line, in scalar values.
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) is_citation: bool,
    /// Printed in another width than it is compared in.
    pub(super) is_folded: bool,
}

/// The kinds of label, by the style of their mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Annex,
    Part(u8),
    /// 第１, without 条.
    Point,
    /// A heading in brackets of its own, which belongs to the article after it.
    Caption,
    Article,
    Number,
    BracketNumber,
    Kana,
    BracketKana,
    Circled,
    KanjiNumber,
    BracketKanji,
    Roman,
    BracketRoman,
    Latin,
    BracketLatin,
    /// （注）, ※１.
    Note,
    /// ・, ○.
    Bullet,
    None,
}

/// One heading or paragraph.
#[derive(Debug, Clone)]
pub struct Line {
    pub(super) number: usize,
    pub(super) raw: String,
    pub(super) style: Style,
    /// The label as compared; empty without one.
    pub(super) label_key: String,
    label_from: usize,
    label_to: usize,
    pub(super) body: Vec<Symbol>,
    /// The clause it belongs to.
    pub(super) parent: Option<usize>,
}

/// A text ready to be compared.
#[derive(Debug, Clone, Default)]
pub struct Text {
    pub(super) lines: Vec<Line>,
}

/// Nothing longer is a label.
const LABEL: usize = 24;
const KANJI_NUMERALS: &str = "〇一二三四五六七八九十百千";

fn is_kanji_numeral(c: char) -> bool {
    KANJI_NUMERALS.contains(c)
}

/// One character as compared: full and half width are the same, and so are the brackets of an omission. ① stays what it is.
fn normalised(c: char) -> char {
    let folded = match c {
        '！'..='～' | '｡'..='ﾟ' => std::iter::once(c).nfkc().next().unwrap_or(c),
        _ => c,
    };
    match folded {
        '[' => '(',
        ']' => ')',
        other => other,
    }
}

/// A text as compared.
pub(in crate::guideline) fn folded(text: &str) -> String {
    text.chars().map(normalised).collect()
}

impl Line {
    /// （略）, （中略）, （以下、省略） and the like stand for text that is not there.
    pub(super) fn is_ellipsis(&self) -> bool {
        self.label_key.is_empty() && self.is_left_out()
    }

    /// Is the body left out, whatever the label: ２・３ （略）?
    pub(super) fn is_left_out(&self) -> bool {
        let text: String = self.body.iter().map(|symbol| symbol.key.as_str()).collect();
        let inner = text.trim_matches(['(', ')']);
        text.starts_with('(') && inner.chars().count() <= 8 && inner.ends_with('略')
    }

    pub(super) fn label_span(&self) -> Option<(usize, usize)> {
        (self.label_from < self.label_to).then_some((self.label_from, self.label_to))
    }
}

impl Text {
    /// One line of the input is one heading or paragraph; empty lines are passed over.
    pub fn parse(input: &str) -> Text {
        let input = input.trim_start_matches('\u{feff}');
        let lines = (1..).zip(input.lines()).filter(|(_, raw)| !raw.trim().is_empty());
        Text::of_lines(lines.map(|(number, raw)| line(number, raw)).collect())
    }

    /// Paragraphs whose wraps were undone.
    pub fn of_paragraphs(paragraphs: &[Paragraph]) -> Text {
        Text::of_lines(paragraphs.iter().map(|paragraph| line(paragraph.line, &paragraph.text)).collect())
    }

    fn of_lines(mut lines: Vec<Line>) -> Text {
        nest(&mut lines);
        Text { lines }
    }

    /// Every line with the path of the clause it begins or belongs to.
    pub fn outline(&self) -> Vec<OutlineEntry> {
        let entry = |(index, line): (usize, &Line)| OutlineEntry {
            path: self.path(index),
            begins_clause: !line.label_key.is_empty(),
            omitted: line.is_ellipsis(),
            line: line.number,
            text: line.raw.clone(),
        };
        self.lines.iter().enumerate().map(entry).collect()
    }

    pub(super) fn path(&self, index: usize) -> String {
        let mut labels = Vec::new();
        let mut at = Some(index);
        while let Some(index) = at {
            if !self.lines[index].label_key.is_empty() {
                labels.push(self.lines[index].label_key.as_str());
            }
            at = self.lines[index].parent;
        }
        labels.reverse();
        labels.join("/")
    }
}

/// A label of a style goes into whatever open clause is of another style; one of the same style closes it.
fn nest(lines: &mut [Line]) {
    let mut open: Vec<usize> = Vec::new();
    for index in 0..lines.len() {
        let style = lines[index].style;
        let rank = |style: Style| match style {
            Style::Annex => Some(0),
            Style::Part(rank) => Some(1 + rank),
            Style::Point => Some(8),
            Style::Article | Style::Caption => Some(9),
            _ => None,
        };
        match (style, rank(style)) {
            (Style::None, _) => {}
            (_, Some(own)) => open.retain(|known| rank(lines[*known].style).is_some_and(|rank| rank < own)),
            (_, None) => {
                if let Some(same) = open.iter().position(|known| lines[*known].style == style) {
                    open.truncate(same);
                }
            }
        }
        lines[index].parent = open.last().copied();
        if !matches!(style, Style::None | Style::Caption) {
            open.push(index);
        }
    }
}

fn line(number: usize, raw: &str) -> Line {
    let characters: Vec<char> = raw.chars().collect();
    let folded: Vec<char> = characters.iter().map(|c| normalised(*c)).collect();
    let start = characters.iter().take_while(|c| c.is_whitespace()).count();
    let (style, to) = label(&folded, start);
    let (style, to) = if to - start > LABEL { (Style::None, start) } else { (style, to) };
    // Blanks and the point after a label are neither label nor body.
    let mut body_from = to;
    while body_from < folded.len() && to > start && (folded[body_from].is_whitespace() || folded[body_from] == '.') {
        body_from += 1;
    }
    let key: String = folded[start..to].iter().collect();
    Line {
        number,
        raw: raw.to_owned(),
        style,
        label_key: key.trim_end_matches('.').to_owned(),
        label_from: start,
        label_to: to,
        body: symbols(&folded, &characters, body_from),
        parent: None,
    }
}

/// Does a line begin with the label of a clause?
pub(crate) fn begins_with_label(raw: &str) -> bool {
    line(1, raw).style != Style::None
}

/// The style of a line's label and where it ends.
fn label(text: &[char], start: usize) -> (Style, usize) {
    let at = |index: usize| text.get(index).copied().unwrap_or('\n');
    let run = |from: usize, test: &dyn Fn(char) -> bool| {
        let mut to = from;
        while to < text.len() && test(text[to]) {
            to += 1;
        }
        to
    };
    let ends = |index: usize| index >= text.len() || text[index].is_whitespace() || at(index) == '.';
    let digit = |c: char| c.is_ascii_digit();
    if let Some(range) = range(text, start) {
        return range;
    }
    let rest: String = text[start..].iter().collect();
    if let Some(to) = annex(&rest, text, start) {
        return (Style::Annex, to);
    }
    if let Some((style, to)) = mark(text, start) {
        return (style, to);
    }
    match at(start) {
        '第' => {
            let mut to = run(start + 1, &|c| digit(c) || is_kanji_numeral(c));
            let part = "編章節款目".chars().position(|part| part == at(to));
            if to > start + 1 && (part.is_some() || at(to) == '条') {
                to += 1;
                while at(to) == 'の' && (digit(at(to + 1)) || is_kanji_numeral(at(to + 1))) {
                    to = run(to + 1, &|c| digit(c) || is_kanji_numeral(c));
                }
                if ends(to) {
                    return (part.map_or(Style::Article, |rank| Style::Part(rank as u8)), to);
                }
            } else if to > start + 1 {
                while at(to) == 'の' && digit(at(to + 1)) {
                    to = run(to + 1, &digit);
                }
                if ends(to) {
                    return (Style::Point, to);
                }
            }
        }
        '(' => {
            let close = run(start + 1, &|c| c != ')');
            let inner: &[char] = &text[(start + 1).min(close)..close];
            if let Some((style, to)) = bracketed(text, start) {
                return (style, to);
            }
            let ellipsis = inner.last() == Some(&'略');
            if close + 1 == text.len() && inner.len() >= 2 && !ellipsis && !inner.contains(&'(') {
                return (Style::Caption, start);
            }
        }
        c if digit(c) => {
            let mut to = run(start, &digit);
            // 1-4-6: the number of a circular.
            let mut parts = 1;
            while matches!(at(to), '-' | '－' | '‐' | '−' | '―') && digit(at(to + 1)) {
                to = run(to + 1, &digit);
                parts += 1;
            }
            // 23の2 and the like are labels too; 3か月 is not.
            while at(to) == 'の' && digit(at(to + 1)) {
                to = run(to + 1, &digit);
            }
            if parts > 1 && ends(to) && to < text.len() {
                return (Style::Article, to);
            }
            if ends(to) && to < text.len() {
                return (Style::Number, to);
            }
        }
        c if is_kanji_numeral(c) => {
            let mut to = run(start, &is_kanji_numeral);
            while at(to) == 'の' && is_kanji_numeral(at(to + 1)) {
                to = run(to + 1, &is_kanji_numeral);
            }
            if at(to).is_whitespace() && to < text.len() {
                return (Style::KanjiNumber, to);
            }
        }
        c if at(start + 1).is_whitespace() && start + 1 < text.len() => {
            if let Some(style) = letter(c) {
                return (style, start + 1);
            }
        }
        _ => {}
    }
    (Style::None, start)
}

fn is_kana(c: char) -> bool {
    ('ァ'..='ヶ').contains(&c)
}

/// The style of a label of one letter, which a blank follows.
fn letter(c: char) -> Option<Style> {
    match c {
        _ if is_kana(c) => Some(Style::Kana),
        'Ⅰ'..='Ⅻ' | 'ⅰ'..='ⅻ' => Some(Style::Roman),
        'a'..='z' | 'A'..='Z' => Some(Style::Latin),
        _ => None,
    }
}

/// Where the label of an annex ends: 別紙１, 別添２, 別表第一, 様式第１号, 附則.
fn annex(rest: &str, text: &[char], start: usize) -> Option<usize> {
    const ANNEXES: [&str; 14] = [
        "(別紙",
        "(別添",
        "別紙",
        "別添",
        "(別記",
        "別記",
        "別表",
        "(別表",
        "様式第",
        "(様式",
        "附則",
        "附 則",
        "附　則",
        "付録",
    ];
    let known = ANNEXES.into_iter().find(|annex| rest.starts_with(annex))?;
    let number = |c: char| c.is_ascii_digit() || is_kanji_numeral(c) || "-様式第号の".contains(c);
    let mut to = start + known.chars().count();
    while text.get(to).is_some_and(|c| number(*c)) {
        to += 1;
    }
    if known.starts_with('(') && text.get(to) == Some(&')') {
        to += 1;
    }
    text.get(to).is_none_or(|c| c.is_whitespace() || *c == '.').then_some(to)
}

/// Labels that are one sign, or a sign with a number: ①, ⑴, ㈠, （注）, ※１, ・.
fn mark(text: &[char], start: usize) -> Option<(Style, usize)> {
    let at = |index: usize| text.get(index).copied().unwrap_or('\n');
    let digits = |from: usize| (from..).find(|index| !at(*index).is_ascii_digit()).unwrap_or(from);
    match at(start) {
        '①'..='⑳' | '㉑'..='㉟' | '㊱'..='㊿' => Some((Style::Circled, start + 1)),
        '⑴'..='⒇' => Some((Style::BracketNumber, start + 1)),
        '㈠'..='㈩' => Some((Style::BracketKanji, start + 1)),
        '⒜'..='⒵' => Some((Style::BracketLatin, start + 1)),
        '※' => Some((Style::Note, digits(start + 1))),
        '(' if at(start + 1) == '注' && at(digits(start + 2)) == ')' => Some((Style::Note, digits(start + 2) + 1)),
        '注' if at(digits(start + 1)).is_whitespace() => Some((Style::Note, digits(start + 1))),
        '・' | '○' | '●' | '◎' | '■' | '□' | '◆' | '◇' if text.len() > start + 1 => {
            Some((Style::Bullet, start + 1))
        }
        _ => None,
    }
}

/// A label in brackets: （１）, （ア）, （一）, （ⅰ）, （ａ）.
fn bracketed(text: &[char], start: usize) -> Option<(Style, usize)> {
    let close = (start + 1..text.len().min(start + 6)).find(|index| text[*index] == ')')?;
    let inner = &text[start + 1..close];
    let all = |test: &dyn Fn(char) -> bool| inner.iter().all(|c| test(*c));
    let style = match inner.len() {
        0 => return None,
        1..=4 if all(&|c| c.is_ascii_digit()) => Style::BracketNumber,
        1 | 2 if all(&is_kana) => Style::BracketKana,
        1..=4 if all(&is_kanji_numeral) => Style::BracketKanji,
        1..=4 if all(&|c| ('Ⅰ'..='ⅿ').contains(&c) || "ivx".contains(c)) => Style::BracketRoman,
        1 if all(&|c| c.is_ascii_alphabetic()) => Style::BracketLatin,
        _ => return None,
    };
    Some((style, close + 1))
}

/// The labels of clauses that are left out together: １～３ （略）, ⑿・⒀（略）, 五十四～百十九 （略）.
fn range(text: &[char], start: usize) -> Option<(Style, usize)> {
    let item = |from: usize| -> Option<(Style, usize)> {
        let c = *text.get(from)?;
        let run =
            |test: &dyn Fn(char) -> bool| (from..text.len()).find(|index| !test(text[*index])).unwrap_or(text.len());
        match c {
            '(' => bracketed(text, from),
            _ if c.is_ascii_digit() => Some((Style::Number, run(&|c| c.is_ascii_digit() || c == 'の'))),
            _ if is_kanji_numeral(c) => Some((Style::KanjiNumber, run(&|c| is_kanji_numeral(c) || c == 'の'))),
            '第' => {
                let to = run(&|c| c == '第' || c.is_ascii_digit() || is_kanji_numeral(c) || c == '条' || c == 'の');
                Some((Style::Article, to)).filter(|_| text[from..to].contains(&'条'))
            }
            _ => mark(text, from)
                .filter(|(style, _)| *style != Style::Bullet)
                .or_else(|| letter(c).map(|style| (style, from + 1))),
        }
    };
    let (style, mut to) = item(start)?;
    let mut items = 1;
    while let Some(separator) = text.get(to).filter(|c| "～〜~・、から".contains(**c)) {
        let from = if *separator == 'か' { to + 2 } else { to + 1 };
        match item(from) {
            Some((other, end)) if other == style => (to, items) = (end, items + 1),
            _ => return None,
        }
    }
    if text.get(to..to + 2).is_some_and(|word| word == ['ま', 'で']) {
        to += 2;
    }
    let rest: String = text[to..].iter().collect();
    let rest = rest.trim_start().trim_start_matches('(');
    (items > 1 && rest.starts_with('略')).then_some((style, to))
}

/// Splits a body: a citation (第三十六条の二第一項第三号) or a number is one symbol, blanks are none.
fn symbols(text: &[char], printed: &[char], from: usize) -> Vec<Symbol> {
    let at = |index: usize| text.get(index).copied().unwrap_or('\n');
    let numeral = |c: char| c.is_ascii_digit() || is_kanji_numeral(c);
    let run = |mut index: usize| {
        while numeral(at(index)) {
            index += 1;
        }
        index
    };
    let mut symbols = Vec::new();
    let mut index = from;
    while index < text.len() {
        if text[index].is_whitespace() {
            index += 1;
            continue;
        }
        let mut to = index;
        while at(to) == '第' && run(to + 1) > to + 1 && "条項号編章節款目".contains(at(run(to + 1))) {
            to = run(to + 1) + 1;
            while at(to) == 'の' && run(to + 1) > to + 1 && !"条項号".contains(at(run(to + 1))) {
                to = run(to + 1);
            }
        }
        if to == index {
            // 前二号, 前項, 次条; 注６.
            to = match at(index) {
                '前' | '次' if "条項号".contains(at(run(index + 1))) => run(index + 1) + 1,
                '注' if at(index + 1).is_ascii_digit() => run(index + 1),
                '「' => short_quote(text, index),
                _ => index,
            };
        }
        let is_citation = to > index;
        if !is_citation {
            to = if text[index].is_ascii_digit() {
                let mut to = run(index);
                while matches!(at(to), '.' | ',') && at(to + 1).is_ascii_digit() {
                    to = run(to + 1);
                }
                to
            } else if is_kanji_numeral(text[index]) {
                numeral_word(text, index, run(index))
            } else {
                index + 1
            };
        }
        let is_folded = text[index..to] != printed[index..to];
        symbols.push(Symbol { key: text[index..to].iter().collect(), from: index, to, is_citation, is_folded });
        index = to;
    }
    symbols
}

/// A number in quotes is one thing, as in 「44件目」を「49件目」と読み替える; gives where it ends.
fn short_quote(text: &[char], from: usize) -> usize {
    let close = (from + 2..text.len().min(from + 10)).find(|index| text[*index] == '」');
    match close.filter(|_| text[from + 1].is_ascii_digit()) {
        Some(close) if !text[from + 1..close].contains(&'「') => close + 1,
        _ => from,
    }
}

/// A run of kanji numerals is a number before a unit (十二条, 平成九年); elsewhere (一体, 一般) its signs are characters.
fn numeral_word(text: &[char], from: usize, to: usize) -> usize {
    let unit = text.get(to).is_some_and(|c| "条項号年月日人回時分円割歳章節編款目級".contains(*c));
    let ordinal = from > 0 && matches!(text[from - 1], '第' | '年' | '月' | 'の');
    if unit || ordinal || to - from > 1 { to } else { from + 1 }
}
