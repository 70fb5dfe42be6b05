//! What official tables do that made-up pairs do not: words cut, dates, captions that repeat, labels of other kinds.

use training::guideline::comparison::{Cell, Kind, Row, Text, compare};

fn drawn(cell: Option<&Cell>) -> String {
    let Some(cell) = cell else { return String::new() };
    let characters: Vec<char> = cell.text.chars().collect();
    let (mut text, mut at) = (String::new(), 0);
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

fn rows(old: &str, new: &str) -> Vec<Row> {
    compare(&Text::parse(old), &Text::parse(new)).rows
}

/// Lines of the new text, each with its partner's line in the old one.
fn partners(old: &str, new: &str) -> Vec<(usize, Option<usize>)> {
    let rows = rows(old, new);
    let line = |cell: &Option<Cell>| cell.as_ref().map(|cell| cell.line);
    rows.iter().filter_map(|row| Some((line(&row.new)?, line(&row.old)))).collect()
}

/// Old and new as they are drawn, the spans in brackets.
#[test]
fn a_span_is_what_one_would_quote() {
    let mut wrong = Vec::new();
    for (old, new) in [
        // A number with its unit, a fraction, a whole date, a whole citation.
        ("定員は１日に【39件】未満とする。", "定員は１日に【44件】未満とする。"),
        ("利用者の数に【２分の１】を乗じる。", "利用者の数に【３分の１】を乗じる。"),
        ("この要領は【平成29年４月１日】から施行する。", "この要領は【平成31年10月１日】から施行する。"),
        ("規程【第２条第３項】に定める者", "規程【第２条第２項】に定める者"),
        ("（【前号】に掲げる者を除く。）", "（【前二号】に掲げる者を除く。）"),
        ("【注３】の基準による。", "【注６】の基準による。"),
        // A word with its ending; kanji and kana of one word; a conjunction; a suffix.
        ("木の香りの【ついた】箱に入れる。", "木の香りの【付いた】箱に入れる。"),
        ("米の【でんぷん】を用いる。", "米の【でん粉】を用いる。"),
        ("記録【若しくは】写しを出す。", "記録【又は】写しを出す。"),
        ("【未成年者】の受講", "【二十歳未満の者】の受講"),
        ("研修を受けた【場合】の特例", "研修を受けた【場合等】の特例"),
        ("費用の【払込】を行う。", "費用の【納付】を行う。"),
        // Brackets and the full stop that stay are outside; what slides begins with the conjunction and closes what it opens.
        ("受講者（【試験】に合格した者）", "受講者（【選考】に合格した者）"),
        ("助言を【行う】。", "助言を【実施する】。"),
        ("受講を認められる【が、費用を納める】。", "受講を認められる【。費用は別に定める】。"),
        ("届出（省略の届出）の規定", "届出（省略の届出）【又は変更（軽微な変更）】の規定"),
        ("適用を受ける場合【又は届書を出し適用を受ける場合】を含む。", "適用を受ける場合を含む。"),
        // The same change twice in quotes is no shift; a new member of a list is not a change of all others.
        (
            "「【39件】」を「【44件】」と、「【40】」を「【45】」と読む。",
            "「【44件】」を「【49件】」と、「【45】」を「【50】」と読む。",
        ),
    ] {
        let plain = |drawn: &str| drawn.replace(['【', '】'], "");
        let (was, is) = (format!("１　{old}"), format!("１　{new}"));
        let rows = rows(&plain(&was), &plain(&is));
        let found: Vec<(String, String)> =
            rows.iter().map(|row| (drawn(row.old.as_ref()), drawn(row.new.as_ref()))).collect();
        if found != [(was, is)] {
            wrong.push(format!("{old} / {new}\n  {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn labels_of_official_texts_are_read() {
    for (line, label) in [
        ("⑴　対象者", "⑴"),
        ("㈠　対象者", "㈠"),
        ("（一）　対象者", "(一)"),
        ("（ⅰ）　対象者", "(ⅰ)"),
        ("Ⅱ　対象者", "Ⅱ"),
        ("ａ　対象者", "a"),
        ("第１　趣旨", "第1"),
        ("第２の１　趣旨", "第2の1"),
        ("１－４－６　届出の扱い", "1-4-6"),
        ("別表第一（第三条関係）", ""),
        ("別表第一", "別表第一"),
        ("様式第１号", "様式第1号"),
        ("（注）　数は延べ数とする。", "(注)"),
        ("※１　数は延べ数とする。", "※1"),
        ("・　数は延べ数とする。", "・"),
        ("五十四～百十九　（略）", "五十四~百十九"),
        ("⑿・⒀　（略）", "⑿・⒀"),
        ("12・13　（略）", "12・13"),
        ("３か月を超える場合", ""),
        ("12・13の項を除く。", ""),
    ] {
        let read = Text::parse(line).outline();
        assert_eq!(read[0].path, label, "{line}");
    }
}

#[test]
fn boilerplate_stays_where_its_surroundings_are() {
    let chapter = |number: usize, who: &str, first: usize| {
        format!(
            "第{number}章　{who}\n{first}　趣旨\n（１）　{who}の受講者に固有の知識を身に付けさせることを目的とする。\n{}　準用\n（１）　前章の規定は、{who}に準用する。\n",
            first + 1
        )
    };
    let old = [chapter(1, "実務研修", 1), chapter(2, "専門研修", 3), chapter(3, "更新研修", 5)].concat();
    // The first chapter is gone, and all articles are renumbered.
    let new = [chapter(2, "専門研修", 1), chapter(3, "更新研修", 3)].concat();
    let partners = partners(&old, &new);
    assert_eq!(partners, (1..=10).map(|line| (line, Some(line + 5))).collect::<Vec<_>>());
}

#[test]
fn a_clause_written_anew_stands_beside_the_one_of_its_place() {
    let old = "７　取扱い\n⑴　件数の扱い\n件数は月ごとに数える。\n⑵　通信機器の活用\n機器には、次のものが当たる。\n⑶　職員の配置\n常勤とする。\n⑷～⑹　（略）\n";
    let new = "７　取扱い\n⑴　件数の扱い\n件数は月ごとに数える。\n⑵　連携する仕組みの活用\n仕組みは、当該事業所が用いるものとする。\n⑶　職員の配置\n常勤とする。\n⑷～⑺　（略）\n";
    assert_eq!(partners(old, new), (1..=8).map(|line| (line, Some(line))).collect::<Vec<_>>());
    let last = rows(old, new).pop();
    assert!(last.is_some_and(|row| row.kind != Kind::Added && row.kind != Kind::Removed));
}
