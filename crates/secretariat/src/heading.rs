//! Headings of lists as people write them: line breaks, blanks, width, marks and remarks in brackets do not count.

use training::trainee::person::normalise;

/// Rows in which a heading is looked for: titles stand above it.
pub(crate) const WITHIN: usize = 10;

/// The form headings are compared in: no blanks, one width, small letters, without the marks of a field that must be filled.
pub(crate) fn comparable(heading: &str) -> String {
    let text: String = normalise(heading).to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    let marks = |c: char| matches!(c, '※' | '*' | '★' | '◎' | '●' | ':');
    let text = text.trim_matches(marks);
    let text = text.trim_end_matches("(必須)").trim_end_matches("(任意)");
    text.trim_matches(marks).to_owned()
}

/// Remarks that make another column of a heading.
const OTHER_COLUMN: [&str; 14] = [
    "姓",
    "名",
    "氏",
    "せい",
    "めい",
    "セイ",
    "メイ",
    "カナ",
    "かな",
    "フリガナ",
    "ふりがな",
    "ローマ字",
    "英字",
    "旧姓",
];

/// The same without a remark in brackets at its end: `生年月日(和暦)`.
fn without_remark(comparable: &str) -> &str {
    let brackets = ['(', '[', '【', '<', ')', ']', '】', '>'];
    match comparable.split_once(&brackets[..4]) {
        Some((heading, remark)) if !heading.is_empty() => {
            let remark = remark.trim_matches(brackets);
            if OTHER_COLUMN.contains(&remark) { comparable } else { heading }
        }
        _ => comparable,
    }
}

/// Does a cell of a heading row name this column? Its full text says more than what stands before a remark.
pub(crate) fn names(cell: &str, column: &str) -> bool {
    let (cell, column) = (comparable(cell), comparable(column));
    cell == column || without_remark(&cell) == column
}

/// The places of a column in a heading row: of those with its exact text if there are any, else of those with a remark beside it.
pub(crate) fn places(row: &[String], column: &str) -> Vec<usize> {
    let places = |exact: bool| -> Vec<usize> {
        let named = |cell: &String| if exact { comparable(cell) == comparable(column) } else { names(cell, column) };
        row.iter().enumerate().filter(|(_, cell)| named(cell)).map(|(index, _)| index).collect()
    };
    let exact = places(true);
    if exact.is_empty() { places(false) } else { exact }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_as_people_write_them() {
        for (cell, column, expected) in [
            ("氏名", "氏名", true),
            ("氏　名", "氏名", true),
            ("氏\n名", "氏名", true),
            ("氏名※", "氏名", true),
            ("※氏名（必須）", "氏名", true),
            ("生年月日（和暦）", "生年月日", true),
            ("Exam Number", "exam number", true),
            ("ﾌﾘｶﾞﾅ", "フリガナ", true),
            ("旧氏名", "氏名", false),
            ("氏名（漢字）", "氏名", true),
            ("氏名（姓）", "氏名", false),
            ("氏名（フリガナ）", "氏名", false),
            ("（氏名）", "氏名", false),
            ("", "氏名", false),
        ] {
            assert_eq!(names(cell, column), expected, "{cell}");
        }
        let row = ["氏名（カナ）", "氏名", "備考", "氏名（戸籍）"].map(str::to_owned);
        assert_eq!(places(&row, "氏名"), [1], "the exact text says more than one with a remark");
        assert_eq!(places(&row[2..], "氏名"), [1]);
        assert_eq!(places(&row[..1], "氏名"), [0; 0]);
    }
}
