//! The comparison table (新旧対照表) as HTML, PDF (A4 landscape), Word file and plain text.

mod docx;

pub use docx::docx;

use crate::pdf::{PdfError, render};
use chrono::NaiveDate;
use serde::Serialize;
use training::guideline::comparison::table::{Side, TableRow};

/// What stands around the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    pub title: String,
    /// Over the new text, for example 改正後.
    pub new_heading: String,
    /// Over the old text, for example 現行.
    pub old_heading: String,
    /// The old text stands on the left.
    pub old_left: bool,
    pub rules: Rules,
}

/// Lines drawn across the table, besides its frame.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rules {
    #[default]
    None,
    /// Above the outer clauses.
    Clause,
    /// Above every heading and paragraph.
    Row,
}

/// Clauses that lie deeper have no line above them.
const RULED_LEVEL: usize = 1;

impl Rules {
    /// Is there a line above this row?
    fn above(self, row: &TableRow) -> bool {
        match self {
            Rules::None => false,
            Rules::Clause => row.labelled && row.level <= RULED_LEVEL,
            Rules::Row => true,
        }
    }
}

impl Default for Layout {
    fn default() -> Layout {
        Layout {
            title: "新旧対照表".to_owned(),
            new_heading: "改正後".to_owned(),
            old_heading: "現行".to_owned(),
            old_left: false,
            rules: Rules::default(),
        }
    }
}

const TEMPLATE: &str = include_str!("../../templates/comparison.typ");
const UNPROVEN: &str =
    "※ 対照する文の一方は抜粋であり、この箇所に略された部分がある。新設又は削除であるかは確かめられない。";

#[derive(Serialize)]
struct Data<'a> {
    title: &'a str,
    new_heading: &'a str,
    old_heading: &'a str,
    old_left: bool,
    unproven: bool,
    rows: Vec<PrintedRow<'a>>,
}

#[derive(Serialize)]
struct PrintedRow<'a> {
    #[serde(flatten)]
    row: &'a TableRow,
    ruled: bool,
}

fn is_unproven(rows: &[TableRow]) -> bool {
    let unproven = |side: &Side| matches!(side, Side::New { unproven: true, .. } | Side::Gone { unproven: true, .. });
    rows.iter().any(|row| unproven(&row.new) || unproven(&row.old))
}

/// PDF/A, dated `day`; long rows break across pages, the head repeats.
pub fn pdf(rows: &[TableRow], layout: &Layout, day: NaiveDate) -> Result<Vec<u8>, PdfError> {
    let data = Data {
        title: &layout.title,
        new_heading: &layout.new_heading,
        old_heading: &layout.old_heading,
        old_left: layout.old_left,
        unproven: is_unproven(rows),
        rows: rows.iter().map(|row| PrintedRow { row, ruled: layout.rules.above(row) }).collect(),
    };
    let data = serde_json::to_string(&data)?;
    render(TEMPLATE, data, day)
}

/// A column's words, between `marks` where they are underlined.
fn written(side: &Side, marks: (&str, &str), escape: impl Fn(&str) -> String) -> String {
    let Side::Words { words } = side else { return escape(&side.omission()) };
    let word = |(words, underlined): &(String, bool)| match underlined {
        true => format!("{}{}{}", marks.0, escape(words), marks.1),
        false => escape(words),
    };
    words.iter().map(word).collect()
}

/// Left and right, in the layout's order.
fn in_order<'a>(row: &'a TableRow, layout: &Layout) -> [(&'a Side, bool); 2] {
    if layout.old_left { [(&row.old, true), (&row.new, false)] } else { [(&row.new, false), (&row.old, true)] }
}

/// For a terminal: each row's two sides below each other, changed words in 【】.
pub fn text(rows: &[TableRow], layout: &Layout) -> String {
    let mut text = format!("{}\n", layout.title);
    for row in rows {
        for (side, is_old) in in_order(row, layout) {
            let heading = if is_old { &layout.old_heading } else { &layout.new_heading };
            text.push_str(&format!("{heading}: {}\n", written(side, ("【", "】"), str::to_owned)));
        }
        text.push('\n');
    }
    if is_unproven(rows) {
        text.push_str(UNPROVEN);
    }
    text
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A page of its own: changed words are `ins` and `del`, underlined alike.
pub fn html(rows: &[TableRow], layout: &Layout) -> String {
    let heads = if layout.old_left {
        [&layout.old_heading, &layout.new_heading]
    } else {
        [&layout.new_heading, &layout.old_heading]
    };
    let title = escaped(&layout.title);
    let mut body = String::new();
    for row in rows {
        body.push_str("<tr>");
        for (side, is_old) in in_order(row, layout) {
            let marks = if is_old { ("<del>", "</del>") } else { ("<ins>", "</ins>") };
            body.push_str(&format!("<td>{}</td>", written(side, marks, escaped)));
        }
        body.push_str("</tr>\n");
    }
    let note = if is_unproven(rows) { format!("<p class=\"note\">{UNPROVEN}</p>") } else { String::new() };
    format!(
        "<!DOCTYPE html>\n<html lang=\"ja\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
<title>{title}</title><style>{STYLE}</style></head>\n<body><main><h1>{title}</h1><p class=\"note\">（傍線部分は改正部分）</p>\
<table><thead><tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th></tr></thead><tbody>\n{body}</tbody></table>{note}</main></body></html>\n",
        escaped(heads[0]),
        escaped(heads[1]),
    )
}

const STYLE: &str = "body{font-family:'BIZ UDPMincho','Yu Mincho',serif;line-height:1.9;margin:0;color:#1a1a1c;background:#fff}\
main{max-width:76rem;margin:0 auto;padding:1.5rem 1rem}h1{font-size:1.4rem;text-align:center}.note{text-align:right;font-size:.9rem}\
table{border-collapse:collapse;width:100%;table-layout:fixed}th,td{border:1px solid #626264;padding:.6rem .8rem;vertical-align:top;text-align:left;overflow-wrap:anywhere}\
th{text-align:center;background:#f1f1f4}ins,del{text-decoration:underline;text-underline-offset:.25em}\
@media print{thead{display:table-header-group}main{padding:0}}";
