//! The comparison table: cases a legal officer would draw by hand, and what holds whatever the texts are.

use proptest::prelude::*;
use training::guideline::comparison::table::table;
use training::guideline::comparison::{Cell, Comparison, Kind, Origin, Row, Text, compare};

/// A cell with its spans in brackets.
fn drawn(cell: &Cell) -> String {
    let characters: Vec<char> = cell.text.chars().collect();
    let mut text = String::new();
    let mut at = 0;
    for (from, to) in &cell.spans {
        text.extend(&characters[at..*from]);
        text.push('【');
        text.extend(&characters[*from..*to]);
        text.push('】');
        at = *to;
    }
    text.extend(&characters[at..]);
    text
}

fn compared(old: &str, new: &str) -> Comparison {
    compare(&Text::parse(old), &Text::parse(new))
}

fn side(cell: Option<&Cell>) -> String {
    cell.map(drawn).unwrap_or_default()
}

#[test]
fn changed_words_are_drawn_as_a_person_would() {
    for (old, new, old_drawn, new_drawn) in [
        ("書類を提出する。", "書類を提出する。", "書類を提出する。", "書類を提出する。"),
        // A number is never cut, a citation is one thing, and of it only the part that changed is marked.
        (
            "研修は十二時間とする。",
            "研修は十五時間とする。",
            "研修は【十二時間】とする。",
            "研修は【十五時間】とする。",
        ),
        (
            "第三十条第二項の規定による。",
            "第三十一条第二項の規定による。",
            "【第三十条】第二項の規定による。",
            "【第三十一条】第二項の規定による。",
        ),
        (
            "第三条、第四条及び第六条の規定",
            "第三条、第五条及び第七条の規定",
            "第三条、【第四条】及び【第六条】の規定",
            "第三条、【第五条】及び【第七条】の規定",
        ),
        // The comma goes with the words after it, the full stop with those before.
        (
            "受講者は、記録を残す。",
            "受講者は、実習の後に、記録を残す。",
            "受講者は、記録を残す。",
            "受講者は【、実習の後に】、記録を残す。",
        ),
        (
            "記録を残す。",
            "記録を残す。ただし、軽微なものを除く。",
            "記録を残す。",
            "記録を残す。【ただし、軽微なものを除く。】",
        ),
        // No confetti: two characters between two changes are not worth keeping apart.
        (
            "要介護者等の自立した生活を、多様な主体が連携をして支えることが重要である。",
            "要介護者等の自立した生活を、多様なものが一体となり連携しながら支えることが重要である。",
            "要介護者等の自立した生活を、多様な【主体が連携をして】支えることが重要である。",
            "要介護者等の自立した生活を、多様な【ものが一体となり連携しながら】支えることが重要である。",
        ),
    ] {
        let rows = compared(old, new).rows;
        assert_eq!(
            (rows.len(), side(rows[0].old.as_ref()), side(rows[0].new.as_ref())),
            (1, old_drawn.into(), new_drawn.into())
        );
    }
}

#[test]
fn every_kind_of_row() {
    let old = "１ 目的\n研修の質を高めることを目的とする。\n２．対象者\n（１）試験に合格した者を対象とする。\n（２）他県からの転入者も対象とする。\n３ 実施\n都道府県が研修を実施する。\n（以下、省略）\n";
    let new = "１．目的\n研修の質を高めることを目的とする。\n２ 対象者\n（１）他県からの転入者も対象とする。\n（２）試験に合格した者のうち希望者を対象とする。\n３ 実施\n都道府県が研修を実施する。\n４ 実習における留意点\n［以下、省略］\n";
    let kinds: Vec<(Kind, Option<usize>, Option<usize>)> = compared(old, new)
        .rows
        .iter()
        .map(|row| (row.kind, row.new.as_ref().map(|cell| cell.line), row.old.as_ref().map(|cell| cell.line)))
        .collect();
    assert_eq!(kinds[0], (Kind::Formatting, Some(1), Some(1)));
    assert_eq!(kinds[1], (Kind::Same, Some(2), Some(2)));
    assert_eq!((kinds[3].1, kinds[3].2), (Some(4), Some(5)), "found again under another number");
    assert_eq!((kinds[4].1, kinds[4].2), (Some(5), Some(4)));
    assert!([kinds[3].0, kinds[4].0].contains(&Kind::Moved));
    assert_eq!(kinds[7], (Kind::Added, Some(8), None));
    assert_eq!(kinds[8], (Kind::Omitted, Some(9), Some(8)));
}

#[test]
fn an_article_both_have_is_not_taken_by_an_item() {
    let old = "（定義）\n第二条　この法律において用語の意義は、次に定める。\n（審査基準）\n第五条　行政庁は、申請により求められた許認可等をするかどうかを判断するために必要とされる基準を定めるものとする。\n";
    let new = "（定義）\n第二条　この法律において用語の意義は、次に定める。\n一　審査基準　申請により求められた許認可等をするかどうかを判断するために必要とされる基準をいう。\n（審査基準）\n第五条　行政庁は、審査基準を定めるものとする。\n";
    let rows = compared(old, new).rows;
    let partner = |line: usize| {
        let row = rows.iter().find(|row| row.new.as_ref().is_some_and(|cell| cell.line == line)).unwrap();
        row.old.as_ref().map(|cell| cell.line)
    };
    assert_eq!((partner(3), partner(5)), (None, Some(4)));
}

#[test]
fn split_and_merged_clauses_are_recognised() {
    let one = "２　対象者\n（１）　試験に合格した者とし、都道府県知事が必要と認めた者を含むものとする。\n３　その他\n";
    let two = "２　対象者\n（１）　試験に合格した者とし、\n（２）　都道府県知事が必要と認めた者を含むものとする。\n３　その他\n";
    let origin = |old, new| compared(old, new).rows.into_iter().find_map(|row| row.origin);
    assert_eq!(origin(one, two), Some(Origin::SplitFrom("2/(1)".into())));
    assert_eq!(origin(two, one), Some(Origin::MergedInto("2/(1)".into())));
    let other = two.replace("都道府県知事が必要と認めた者を含む", "別に定める要件を満たす");
    assert_eq!(origin(one, &other), None, "other words are a new clause");
    let printed = table(&compared(one, two), true);
    assert!(printed.iter().any(|row| row.old.omission() == "（新設。(1)から分かれたもの）"), "{printed:?}");
}

#[test]
fn where_the_other_text_is_an_excerpt_nothing_is_proven() {
    let rows = compared("１ 目的\n研修の質を高める。\n（以下、省略）\n", "１ 目的\n研修の質を高める。\n２ 実習\n").rows;
    let added = rows.iter().find(|row| row.kind == Kind::Added).map(|row| row.unproven);
    assert_eq!(added, Some(true));
}

#[test]
fn a_clause_knows_its_path() {
    let rows = compared(
        "",
        "（別添１）\n４ 留意点\n（１）研修実施方法\nイ　実習における留意点\n実習先は整った事業所とする。\n",
    )
    .rows;
    let paths: Vec<&str> = rows.iter().filter_map(|row| row.new.as_ref()).map(|cell| cell.path.as_str()).collect();
    assert_eq!(paths.last(), Some(&"(別添1)/4/(1)/イ"));
}

#[test]
fn many_lines_of_one_wording_stay_beside_each_other() {
    let lines = |count: usize| "同上の規定による。\n".repeat(count);
    let same = compared(&lines(500), &lines(500)).rows;
    assert!(same.iter().all(|row| row.kind == Kind::Same));
    let more = compared(&lines(500), &format!("{}新しい規定を加える。\n{}", lines(200), lines(300))).rows;
    assert_eq!(more.iter().filter(|row| row.kind != Kind::Same).count(), 1);
}

fn sentence() -> impl Strategy<Value = String> {
    "((第[一二三四五六七八九十]{1,3}条(第[一二三]項)?|[0-9０-９]{1,3}時間|実習|事業所|利用者|研修|記録|[ぁ-ん]{1,3}|ケア|（[一-龠]{2}）|、|　| ){1,12}。?)"
}

fn line() -> impl Strategy<Value = String> {
    let label =
        prop_oneof!["", "[１-９] ", "[１-９]．", "（[１-９]）", "[アイウエ]　", "第[一二三]条　", "[一二三]　", "①"];
    (label, sentence()).prop_map(|(label, body)| format!("{label}{body}"))
}

/// A text, and the same after some lines were taken out, put in, changed or moved.
fn texts() -> impl Strategy<Value = (String, String)> {
    let edits = prop::collection::vec((0usize..30, 0u8..4, line()), 0..8);
    (prop::collection::vec(line(), 0..14), edits).prop_map(|(old, edits)| {
        let mut new = old.clone();
        for (at, how, line) in edits {
            let at = at % (new.len() + 1);
            match how {
                0 => new.insert(at, line),
                1 if at < new.len() => drop(new.remove(at)),
                2 if at < new.len() => {
                    let middle = new[at].chars().count() / 2;
                    new[at] = new[at].chars().take(middle).chain(line.chars()).collect();
                }
                _ if at < new.len() => {
                    let moved = new.remove(at);
                    new.push(moved);
                }
                _ => {}
            }
        }
        (old.join("\n"), new.join("\n"))
    })
}

/// What is left of a cell without its spans; blanks and the points of labels do not count.
fn unmarked(cell: &Cell) -> String {
    let marked = |index: usize| cell.spans.iter().any(|(from, to)| (*from..*to).contains(&index));
    let kept =
        cell.text.chars().enumerate().filter(|(index, c)| !marked(*index) && !c.is_whitespace() && !"．.".contains(*c));
    // Widths are a matter of form, not of words.
    kept.map(
        |(_, c)| {
            if ('０'..='９').contains(&c) { char::from_digit(c as u32 - '０' as u32, 10).unwrap_or(c) } else { c }
        },
    )
    .collect()
}

fn lines_of(rows: &[Row], which: impl Fn(&Row) -> Option<&Cell>) -> Vec<usize> {
    let mut lines: Vec<usize> = rows.iter().filter_map(|row| which(row).map(|cell| cell.line)).collect();
    lines.sort_unstable();
    lines
}

fn written(text: &str) -> Vec<usize> {
    (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()).map(|(number, _)| number).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn nothing_is_lost_and_nothing_changed_stays_unmarked((old, new) in texts()) {
        let rows = compared(&old, &new).rows;
        prop_assert_eq!(lines_of(&rows, |row| row.new.as_ref()), written(&new));
        prop_assert_eq!(lines_of(&rows, |row| row.old.as_ref()), written(&old));
        for row in &rows {
            if let (Some(n), Some(o), false) = (&row.new, &row.old, row.kind == Kind::Omitted) {
                prop_assert_eq!(unmarked(n), unmarked(o), "{:?}", row);
            }
            for cell in [&row.new, &row.old].into_iter().flatten() {
                let ordered = cell.spans.windows(2).all(|pair| pair[0].1 < pair[1].0);
                prop_assert!(ordered && cell.spans.iter().all(|(from, to)| from < to && *to <= cell.text.chars().count()));
            }
        }
    }

    #[test]
    fn a_text_beside_itself_is_the_same((old, _) in texts()) {
        prop_assert!(compared(&old, &old).rows.iter().all(|row| matches!(row.kind, Kind::Same | Kind::Omitted)));
    }

    #[test]
    fn any_text_is_answered(old in "\\PC{0,300}", new in "\\PC{0,300}") {
        compared(&old, &new);
    }
}
