//! Does a free text say who a client is? A client in a case is known by a letter code alone (別添1 4(1)イ ¶3: secrets are kept).
//!
//! Patterns find what names, addresses, birth dates and numbers look like in Japanese notes. They can be wrong both ways: a false
//! alarm is confirmed by the practicum supervisor, and what they miss the supervisor still reads.

use crate::trainee::person::normalise;
use regex::{Match, Regex};
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::sync::LazyLock;

/// What a piece of text looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonalData {
    Name,
    Address,
    BirthDate,
    Phone,
    Email,
    /// 被保険者番号 (ten digits) or My Number (twelve).
    Number,
}

impl PersonalData {
    pub const ALL: [PersonalData; 6] = [
        PersonalData::Name,
        PersonalData::Address,
        PersonalData::BirthDate,
        PersonalData::Phone,
        PersonalData::Email,
        PersonalData::Number,
    ];
}

/// A piece of a text that looks like personal data, with full-width letters and digits made half-width.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspicion {
    pub kind: PersonalData,
    pub piece: String,
}

/// Endings of words that go before さん or 様 and name nobody.
const NOBODY: [&str; 58] = [
    "利用者",
    "お客",
    "客",
    "奥",
    "皆",
    "家族",
    "親族",
    "本人",
    "患者",
    "入居者",
    "入所者",
    "医師",
    "医",
    "看護師",
    "保健師",
    "薬剤師",
    "療法士",
    "栄養士",
    "衛生士",
    "福祉士",
    "相談員",
    "専門員",
    "指導者",
    "職員",
    "管理者",
    "責任者",
    "担当",
    "担当者",
    "講師",
    "事業者",
    "民生委員",
    "委員",
    "所長",
    "長男",
    "次男",
    "三男",
    "長女",
    "次女",
    "三女",
    "娘",
    "息子",
    "妻",
    "夫",
    "嫁",
    "婿",
    "孫",
    "父",
    "母",
    "兄",
    "姉",
    "弟",
    "妹",
    "叔父",
    "叔母",
    "伯父",
    "伯母",
    "隣",
    "主人",
];
/// The same in kana.
const NOBODY_IN_KANA: [&str; 12] = [
    "ヘルパー",
    "ケアマネ",
    "ケアマネージャー",
    "ケアマネジャー",
    "デイ",
    "サービス",
    "ドクター",
    "ナース",
    "スタッフ",
    "リハビリ",
    "パートナー",
    "キーパーソン",
];
/// The same in hiragana.
const NOBODY_IN_HIRAGANA: [&str; 14] = [
    "おじい",
    "おばあ",
    "おとう",
    "おかあ",
    "おにい",
    "おねえ",
    "おじ",
    "おば",
    "おく",
    "むすこ",
    "むすめ",
    "みな",
    "みんな",
    "たく",
];
/// Words that only look like a name and an honorific: 同様, 多様, 摂氏.
const WORDS: [&str; 14] = ["同", "多", "異", "一", "仕", "模", "有", "各", "神", "仏", "左", "今", "摂", "華"];

/// The hundred or so family names met most; with one of these a given name or an honorific is not needed to be known.
const FAMILY_NAMES: &str = "佐藤|鈴木|高橋|田中|伊藤|渡辺|渡邊|渡部|山本|中村|小林|加藤|吉田|山田|佐々木|山口|松本|井上|木村|斎藤|齋藤|斉藤|\
    清水|山崎|阿部|池田|橋本|山下|石川|中島|前田|藤田|後藤|小川|岡田|長谷川|村上|近藤|石井|坂本|遠藤|青木|藤井|西村|福田|\
    太田|三浦|藤原|岡本|松田|中川|中野|原田|小野|田村|竹内|金子|和田|中山|石田|上田|森田|柴田|酒井|工藤|横山|宮崎|宮本|\
    内田|高木|安藤|谷口|大野|丸山|今井|高田|藤本|武田|村田|上野|杉山|増田|平野|大塚|千葉|久保|松井|小島|岩崎|桜井|野口|\
    松尾|野村|木下|菊地|菊池|佐野|大西|杉本|新井|浜田|市川|古川|水野|小松|島田|小山|荒井|星野|黒田|関口";

/// With an honorific or after 氏名; the run of letters before it is looked at.
static WITH_HONORIFIC: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"([\p{Han}々]{1,8}|[ァ-ヺー]{2,12}) ?(さん|様|さま|氏|ちゃん|殿)").ok());
static HIRAGANA_WITH_HONORIFIC: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"([ぁ-ゖ]{2,8}) ?(さん|ちゃん)").ok());
/// In Latin letters, or a family name with what somebody is by profession.
static OTHERWISE_CALLED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?-u:\b)[A-Z][a-z]+(?: [A-Z][a-z]+)? ?(?:さん|様|さま|氏)|(?:{FAMILY_NAMES}) ?(?:先生|医師|看護師|師長|主任|相談員|専門員|ヘルパー|ケアマネ)"
    ))
    .ok()
});
static LABELLED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:氏名|名前|フリガナ|ふりがな)[:は ]+([\p{Han}々ァ-ヺーぁ-ゖ]{2,})").ok());
static FAMILY_AND_GIVEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?:{FAMILY_NAMES})(?: [\p{{Han}}々ァ-ヺぁ-ゖ]{{1,4}}|[\p{{Han}}]{{0,2}}[郎子男雄夫美恵代江枝介助太也香奈吉蔵治司之弘博])"
    ))
    .ok()
});
static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"[\p{Han}ァ-ヺぁ-ゖ]{1,8}[市区町村郡字] ?[\p{Han}ァ-ヺー]{0,10} ?\d{1,5}(?:丁目|番|-\d|号)|\d{1,3} ?丁目|\d{1,5} ?番地|\d{1,3}番\d{1,3}号|[\p{Han}ァ-ヺ]{1,6}[市郡区][\p{Han}ァ-ヺー--市区町村]{1,6}[町村]|[〇一二三四五六七八九十]{1,3}(?:丁目|番地)|〒 ?\d{3}-?\d{4}",
    )
    .ok()
});
static BIRTH_DATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?:明治|大正|昭和|(?-u:\b)[MTS]) ?(?:\d{1,2}|元)(?:年|[./-]) ?\d{1,2}(?:月|[./-]) ?\d{1,2}|(?:19[0-6]\d) ?(?:年|[./-]) ?\d{1,2}(?:月|[./-]) ?\d{1,2}|生年月日|\d{1,2}月 ?\d{1,2}日 ?生|(?:明治|大正|昭和)[〇一二三四五六七八九十元]{1,3}年[〇一二三四五六七八九十]{1,2}月|(?:(?:明治|大正|昭和) ?(?:\d{1,2}|[〇一二三四五六七八九十元]{1,3})|(?-u:\b)[MTS]\d{1,2}|19[0-6]\d) ?年? ?(?:生|うまれ)",
    )
    .ok()
});
static PHONE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?-u:\b)0\d{1,4}[-( ]\d{1,4}[-) ]\d{3,4}(?-u:\b)|(?-u:\b)0[5789]0\d{8}(?-u:\b)|(?i:tel|fax)[.:]? ?0[\d-]{8,12}").ok()
});
static EMAIL: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[\w.+-]+@[\w-]+\.[\w.-]+").ok());
static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?-u:\b)(?:\d{12}|\d{4}[ -]\d{4}[ -]\d{4}|[0-9H]\d{9})(?-u:\b)|(?:被保険者|保険者|受給者)番号[:はが ]*[\dH][\d-]{4,}").ok()
});

/// As patterns look at a text: dashes people type between digits become one.
fn looked_at(text: &str) -> String {
    normalise(text).chars().map(|c| if matches!(c, '‐' | '―' | '−' | '–' | '—') { '-' } else { c }).collect()
}

/// What stands in place of a covered piece.
pub const COVER: &str = "●●";

/// The text with everything that looks like personal data covered, and how many pieces were. Lines without any stay as they are.
pub fn covered(text: &str) -> (String, usize) {
    let mut count = 0;
    let lines = text.lines().map(|line| {
        let mut line = line.to_owned();
        // What is left beside a cover may only now look like a piece.
        loop {
            let looked = looked_at(&line);
            let pieces = pieces(&looked);
            if pieces.is_empty() {
                return line;
            }
            count += pieces.len();
            line = pieces.iter().rev().fold(looked, |mut line, piece| {
                line.replace_range(piece.clone(), COVER);
                line
            });
        }
    });
    let lines: Vec<String> = lines.collect();
    (lines.join("\n"), count)
}

/// Where pieces are that look like personal data, from front to back; those that touch are one, and a house number goes on to its end.
fn pieces(looked: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = names(looked).map(|found| found.range()).collect();
    for (kind, pattern) in patterns() {
        for piece in pattern.iter().flat_map(|pattern| pattern.find_iter(looked)) {
            let mut range = piece.range();
            if kind == PersonalData::Address {
                let goes_on = |letter: &char| letter.is_ascii_digit() || "丁目番地号の-".contains(*letter);
                range.end += looked[range.end..].chars().take_while(goes_on).map(char::len_utf8).sum::<usize>();
            }
            found.push(range);
        }
    }
    found.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in found {
        match merged.last_mut().filter(|last| range.start <= last.end) {
            Some(last) => last.end = last.end.max(range.end),
            None => merged.push(range),
        }
    }
    merged
}

fn patterns() -> [(PersonalData, &'static LazyLock<Option<Regex>>); 5] {
    [
        (PersonalData::Address, &ADDRESS),
        (PersonalData::BirthDate, &BIRTH_DATE),
        (PersonalData::Phone, &PHONE),
        (PersonalData::Email, &EMAIL),
        (PersonalData::Number, &NUMBER),
    ]
}

/// How many pieces are told of one text: whoever has so many has to rewrite it, not to read on.
pub const MOST_TOLD: usize = 100;

/// What looks like personal data in a text; each piece once, in the order of [`PersonalData`], [`MOST_TOLD`] at most.
pub fn look_for(text: &str) -> Vec<Suspicion> {
    let text = looked_at(text);
    let mut once: Vec<Suspicion> = Vec::new();
    let mut tell = |kind: PersonalData, piece: &str| {
        // 山田花子 within 山田花子さん is said once. A mobile number without hyphens has eleven digits, an insured number ten.
        let said = |known: &Suspicion| {
            (known.kind == kind && known.piece.contains(piece))
                || (known.kind != PersonalData::Name && known.piece == piece)
        };
        if once.len() < MOST_TOLD && !once.iter().any(said) {
            once.push(Suspicion { kind, piece: piece.to_owned() });
        }
        once.len() < MOST_TOLD
    };
    for found in names(&text) {
        if !tell(PersonalData::Name, found.as_str()) {
            break;
        }
    }
    for (kind, pattern) in patterns() {
        for found in pattern.iter().flat_map(|pattern| pattern.find_iter(&text)) {
            if !tell(kind, found.as_str()) {
                break;
            }
        }
    }
    once
}

fn names(text: &str) -> impl Iterator<Item = Match<'_>> {
    let with_honorific = WITH_HONORIFIC.iter().flat_map(|pattern| pattern.captures_iter(text)).filter_map(|found| {
        let (whole, name) = (found.get(0)?, found.get(1)?.as_str());
        let kana = name.chars().all(|c| matches!(c, 'ァ'..='ヺ' | 'ー'));
        // 様子, 氏名 and the like go on.
        let goes_on =
            text[whole.end()..].chars().next().is_some_and(|next| matches!(next, '子' | '名' | '々' | '式' | '態'));
        let nobody = match kana {
            true => NOBODY_IN_KANA.iter().any(|word| name.ends_with(word)),
            // A word of one letter is somebody only alone: 夫さん, but not 和夫さん.
            false => {
                let nobody = |word: &&str| if word.chars().count() > 1 { name.ends_with(*word) } else { name == *word };
                NOBODY.iter().any(nobody) || WORDS.contains(&name)
            }
        };
        (!nobody && !goes_on).then_some(whole)
    });
    let hiragana = HIRAGANA_WITH_HONORIFIC.iter().flat_map(|pattern| pattern.captures_iter(text)).filter_map(|found| {
        let (whole, name) = (found.get(0)?, found.get(1)?.as_str());
        // もうちゃんと, さんざん.
        let goes_on = text[whole.end()..].chars().next().is_some_and(|next| matches!(next, 'と' | 'ざ' | 'ぽ'));
        let nobody = NOBODY_IN_HIRAGANA.iter().any(|word| name.ends_with(word));
        (!nobody && !goes_on).then_some(whole)
    });
    let otherwise = OTHERWISE_CALLED.iter().flat_map(|pattern| pattern.find_iter(text));
    let labelled = LABELLED.iter().flat_map(|pattern| pattern.find_iter(text));
    let given = FAMILY_AND_GIVEN.iter().flat_map(|pattern| pattern.find_iter(text));
    with_honorific.chain(hiragana).chain(otherwise).chain(labelled).chain(given)
}

/// Is this a letter code such as `A`, `Ｂさん`, `C2様`: at most three letters and digits, never a name? Gives it with half-width letters.
pub fn letter_code(text: &str) -> Option<String> {
    let text = normalise(text);
    let code = text.strip_suffix("さん").or_else(|| text.strip_suffix('様')).unwrap_or(&text);
    let sound = !code.is_empty() && code.len() <= 3 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    sound.then(|| text.to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use PersonalData::*;
    use proptest::prelude::*;

    #[test]
    fn a_long_text_is_told_as_far_as_it_helps() {
        let many: String = (0..20_000).map(|index| format!("09{index:08}へ電話、山田{index}郎さん。")).collect();
        let found = look_for(&many);
        assert_eq!(found.len(), MOST_TOLD);
        let digits: String = (0..60_000).map(|index| format!("{index:010} ")).collect();
        assert_eq!(look_for(&digits).len(), MOST_TOLD);
        assert_eq!(look_for(&"あ".repeat(200_000)), []);
    }

    #[test]
    fn what_looks_like_personal_data() {
        for (text, expected) in [
            ("山田太郎さんのお宅を訪問した", &[Name][..]),
            ("田中 花子 と面談", &[Name]),
            ("研修さんより電話", &[Name]),
            ("見本和夫さん", &[Name]),
            ("ヤマダさんは一人暮らし", &[Name]),
            ("氏名:けんしゅう たろう", &[Name]),
            ("はなこさんが訪ねてきた", &[Name]),
            ("Yamada Taroさん", &[Name]),
            ("鈴木先生に相談した", &[Name]),
            ("山田 医師の意見", &[Name]),
            ("見本市例町に住む", &[Address]),
            ("大手町一丁目一番一号", &[Address]),
            ("昭和15年生まれ", &[BirthDate]),
            ("昭和十五年三月三日生", &[BirthDate]),
            ("S15生", &[BirthDate]),
            ("1940年生まれ", &[BirthDate]),
            ("℡0279000001", &[Phone]),
            ("被保険者番号 123-456-7890", &[Number]),
            ("見本市例町1丁目2番3号に住む", &[Address]),
            ("見本市大字架空123番地", &[Address]),
            ("〒999-0000", &[Address]),
            ("昭和１５年３月３日生まれ", &[BirthDate]),
            ("S15.3.3", &[BirthDate]),
            ("1940年3月3日", &[BirthDate]),
            ("電話は０９０－００００－００００", &[Phone]),
            ("09000000000", &[Phone]),
            ("027-000-0000へ連絡", &[Phone]),
            ("a.b@kensan.example", &[Email]),
            ("被保険者番号は0000123456", &[Number]),
            ("1234 5678 9012", &[Number]),
            ("山田さん、電話03-0000-0000", &[Name, Phone]),
        ] {
            let kinds: Vec<PersonalData> = look_for(text).into_iter().map(|found| found.kind).collect();
            assert!(expected.iter().all(|kind| kinds.contains(kind)), "{text}: {kinds:?}");
            assert!(kinds.iter().all(|kind| expected.contains(kind)), "{text}: {kinds:?}");
        }
    }

    #[test]
    fn what_notes_say_without_saying_who() {
        for text in [
            "Aさんの様子を確認し、長女さんと担当看護師さんに同席いただいた。",
            "Ａ様は要介護2、認知症高齢者の日常生活自立度はⅡb。",
            "デイサービスを週3回、ヘルパーさんを週2回利用。多様な社会資源があり、同様の事例は2件。",
            "奥様が主介護者。ご主人様は10年前に他界。",
            "令和9年5月10日にサービス担当者会議を開催、10:00から11:30まで90分。",
            "長期目標 R9.5.1-R10.4.30、短期目標は3か月。",
            "血圧は130-80、体温36.5度。",
            "医療連携の仕様、各様式の記入方法を学んだ。",
            "たくさんの話をおばあさんから聞いた。薬をちゃんと飲む。みなさんで確認した。",
            "各市区町村の窓口、市町村の介護保険課。MSWさん、PTさん、OTさんと連携した。",
            "主治医の先生と看護師に相談した。一番の希望は家で暮らすこと。昭和の歌が好き。",
            "昭和40年代から続く商店。1960年に結婚し、来年度に向けて生活を整える。",
            "",
        ] {
            assert_eq!(look_for(text), [], "{text}");
        }
    }

    proptest! {
        /// Nothing that looks like personal data is left.
        #[test]
        fn what_is_covered_is_covered(text in "([\\PC山田花子さん様氏市町番地丁目0-9-]|\n){0,60}") {
            let (covered_text, _) = covered(&text);
            let left: Vec<Suspicion> = covered_text.lines().flat_map(look_for).collect();
            prop_assert_eq!(left, []);
        }

        /// Whatever is typed is looked through, and every piece told is in the text as it was looked at.
        #[test]
        fn any_text_is_looked_through(text in "[\\PC山田さん様氏0-9-]{0,60}") {
            for found in look_for(&text) {
                prop_assert!(!found.piece.is_empty() && looked_at(&text).contains(&found.piece));
            }
        }
    }

    #[test]
    fn pieces_are_covered_line_by_line() {
        let text = "Ａ様は２階で暮らす\n電話は０９０−００００−００００、山田花子さん";
        assert_eq!(covered(text), ("Ａ様は２階で暮らす\n電話は●●、●●".to_owned(), 2));
        assert_eq!(covered(""), (String::new(), 0));
        for (text, expected) in [
            ("見本市例町123番地田中花子様宅", "●●宅"),
            ("見本市例町1丁目2-3に住む", "●●に住む"),
            ("山田花子さんが見守る。山田花子の長女", "●●が見守る。●●の長女"),
        ] {
            assert_eq!(covered(text).0, expected, "{text}");
        }
    }

    #[test]
    fn a_pseudonym_is_a_letter_code() {
        for (text, expected) in [
            ("A", Some("A")),
            ("Ａさん", Some("Aさん")),
            ("B2様", Some("B2様")),
            ("a", Some("A")),
            ("", None),
            ("さん", None),
            ("研修 太郎", None),
            ("Taro", None),
            ("山田さん", None),
        ] {
            assert_eq!(letter_code(text).as_deref(), expected, "{text}");
        }
    }
}
