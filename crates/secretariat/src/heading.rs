//! Headings of lists as people write them: line breaks, blanks, width, marks and remarks in brackets do not count.

use training::trainee::person::normalise;

/// Rows in which a heading is looked for: titles stand above it.
pub(crate) const WITHIN: usize = 40;

/// The form headings are compared in: no blanks, one width, small letters, without the marks of a field that must be filled.
pub(crate) fn comparable(heading: &str) -> String {
    let text: String = normalise(heading).to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    let marks = |c: char| matches!(c, '※' | '*' | '★' | '◎' | '●' | ':');
    let text = text.trim_matches(marks);
    let text = text.trim_end_matches("(必須)").trim_end_matches("(任意)");
    text.trim_matches(marks).to_owned()
}

/// Remarks that say how a column is filled in, and not what is in it; also as part of one: 半角数字, ハイフンなし.
const HARMLESS: [&str; 20] = [
    "和暦",
    "西暦",
    "必須",
    "任意",
    "漢字",
    "全角",
    "半角",
    "桁",
    "ハイフン",
    "数字",
    "記入",
    "入力",
    "例:",
    "例)",
    "yyyy",
    "年月日",
    "フルネーム",
    "自宅",
    "空欄",
    "本人",
];

/// Words of a reading: beside a heading that is none they make another column.
const READINGS: [&str; 5] = ["カナ", "かな", "フリガナ", "ふりがな", "ローマ字"];

/// The same without a harmless remark in brackets at its end: `生年月日(和暦)`. Any other makes another column: 住所(勤務先).
fn without_remark(comparable: &str) -> &str {
    let brackets = ['(', '[', '【', '<', ')', ']', '】', '>'];
    match comparable.split_once(&brackets[..4]) {
        Some((heading, remark)) if !heading.is_empty() => {
            let is_reading = |text: &str| READINGS.iter().any(|reading| text.contains(reading));
            let remark = remark.trim_end_matches(brackets);
            let is_harmless = HARMLESS.iter().any(|harmless| remark.contains(harmless)) || is_reading(remark);
            let is_another = is_reading(remark) && !is_reading(heading);
            if is_harmless && !is_another { heading } else { comparable }
        }
        _ => comparable,
    }
}

/// Is a cell of a heading row this column by its full text?
pub(crate) fn is(cell: &str, column: &str) -> bool {
    comparable(cell) == comparable(column)
}

/// Does a cell of a heading row name this column? Its full text says more than what stands before a remark.
pub(crate) fn names(cell: &str, column: &str) -> bool {
    let (cell, column) = (comparable(cell), comparable(column));
    cell == column || without_remark(&cell) == column
}

/// The places of a column in a heading row: of those with its exact text if there are any, else of those with a remark beside it.
pub(crate) fn places(row: &[String], column: &str) -> Vec<usize> {
    let places = |exact: bool| -> Vec<usize> {
        let named = |cell: &String| if exact { is(cell, column) } else { names(cell, column) };
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
            ("氏名（緊急連絡先）", "氏名", false),
            ("氏名（英字表記）", "氏名", false),
            ("氏名（旧字体）", "氏名", false),
            ("住所（勤務先）", "住所", false),
            ("住所（自宅）", "住所", true),
            ("電話番号（ハイフンなし）", "電話番号", true),
            ("フリガナ（全角カタカナ）", "フリガナ", true),
            ("氏名（全角カナ）", "氏名", false),
            ("生年月日（YYYY/MM/DD）", "生年月日", true),
            ("氏名（フリガナ）", "氏名", false),
            ("（氏名）", "氏名", false),
            ("", "氏名", false),
        ] {
            assert_eq!(names(cell, column), expected, "{cell}");
        }
        let row = ["氏名（カナ）", "氏名", "備考", "氏名（漢字）"].map(str::to_owned);
        assert_eq!(places(&row, "氏名"), [1], "the exact text says more than one with a remark");
        assert_eq!(places(&row[2..], "氏名"), [1]);
        assert_eq!(places(&row[..1], "氏名"), [0; 0]);
    }
}
