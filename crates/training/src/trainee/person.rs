//! What a person's row must look like: normalising the text people type, and comparing names.

use unicode_normalization::UnicodeNormalization;

/// Full-width digits and letters become half-width, half-width kana full-width, runs of blanks one blank, ends trimmed.
pub fn normalise(text: &str) -> String {
    text.nfkc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text as it was given: only blanks at its ends go, and a run of blanks is one. No character is changed, as names are on the family
/// register character by character.
pub fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Does a text hold a sign no document and not every database can keep, such as a zero? Line breaks and tabs can be kept.
pub fn has_control(text: &str) -> bool {
    text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

/// Does a text hold signs nobody sees that change how it reads (its direction, a soft hyphen, a blank without width), or the sign that stands
/// for a character that was lost?
pub fn has_unseen(text: &str) -> bool {
    let is_unseen = |c: char| matches!(c, '\u{ad}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffd}');
    text.chars().any(is_unseen)
}

/// A telephone number as digits and hyphens; `None` when it has fewer than 10 or more than 11 digits or does not begin with 0.
pub fn phone(text: &str) -> Option<String> {
    let text: String = text
        .nfkc()
        .map(|c| if matches!(c, '-' | 'ー' | '−' | '‐' | '―' | '(' | ')' | ' ') { '-' } else { c })
        .collect();
    let parts: Vec<&str> = text.split('-').filter(|part| !part.is_empty()).collect();
    let digits: usize = parts.iter().map(|part| part.len()).sum();
    let sound = parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()))
        && (10..=11).contains(&digits)
        && parts.first().is_some_and(|part| part.starts_with('0'));
    sound.then(|| parts.join("-"))
}

/// A postcode as `123-4567`; `None` when it does not have seven digits.
pub fn postcode(text: &str) -> Option<String> {
    let digits: String =
        text.nfkc().filter(|c| !matches!(c, '〒' | '-' | 'ー' | '−' | '‐' | '―') && !c.is_whitespace()).collect();
    let sound = digits.len() == 7 && digits.bytes().all(|b| b.is_ascii_digit());
    sound.then(|| format!("{}-{}", &digits[..3], &digits[3..]))
}

/// Hiragana and half-width kana become full-width katakana, as furigana is kept.
pub fn kana(text: &str) -> String {
    normalise(text)
        .chars()
        .map(|c| match c {
            'ぁ'..='ゖ' => char::from_u32(c as u32 + 0x60).unwrap_or(c),
            other => other,
        })
        .collect()
}

/// Is this text katakana (with the marks and blanks a furigana may hold)?
pub fn is_kana(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| matches!(c, 'ァ'..='ヺ' | 'ー' | '・' | ' '))
}

/// Old and other forms of characters in names beside the form people type. Unicode's own equivalents (塚 U+FA10, 神 U+FA19 …) are
/// folded by normalising.
const OTHER_FORMS: [(&str, char); 33] = [
    ("髙", '高'),
    ("﨑碕嵜埼", '崎'),
    ("邉邊", '辺'),
    ("齋齊斎", '斉'),
    ("澤", '沢'),
    ("濵濱", '浜'),
    ("𠮷", '吉'),
    ("廣", '広'),
    ("國", '国'),
    ("嶋嶌", '島'),
    ("櫻", '桜'),
    ("眞", '真'),
    ("藏", '蔵'),
    ("惠", '恵'),
    ("榮", '栄'),
    ("冨", '富'),
    ("德", '徳'),
    ("瀨", '瀬'),
    ("桒", '桑'),
    ("栁", '柳'),
    ("舘", '館'),
    ("龍", '竜'),
    ("瀧", '滝'),
    ("條", '条'),
    ("實", '実'),
    ("壽", '寿'),
    ("靜", '静'),
    ("豐", '豊'),
    ("彌", '弥'),
    ("萬", '万'),
    ("與", '与'),
    ("黑", '黒'),
    ("黃", '黄'),
];

/// The one form in which names are compared and searched, wherever that is: width, case, blanks, kinds of kana, old and new forms of
/// characters and their variants do not count.
pub fn comparable(text: &str) -> String {
    let is_variant =
        |c: &char| matches!(*c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' | '\u{200b}'..='\u{200d}');
    let fold = |c: char| match c {
        'ぁ'..='ゖ' => char::from_u32(c as u32 + 0x60).unwrap_or(c),
        '‐' | '‑' | '–' | '—' | '―' | '−' => '-',
        'ヶ' => 'ケ',
        'ヵ' => 'カ',
        other => OTHER_FORMS.iter().find(|(forms, _)| forms.contains(other)).map_or(other, |(_, usual)| *usual),
    };
    let folded =
        text.nfkc().filter(|c| !c.is_whitespace() && *c != '・' && !is_variant(c)).flat_map(char::to_lowercase);
    folded.map(fold).collect()
}

/// A telephone number in the form it is searched in: its digits. `None` where the text is none.
pub fn comparable_phone(text: &str) -> Option<String> {
    let text: String = text.nfkc().filter(|c| !c.is_whitespace()).collect();
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '-' | 'ー' | '−' | '‐' | '―' | '(' | ')');
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    (text.chars().all(is_part) && digits.len() >= 3).then_some(digits)
}

/// A name reduced to what two spellings of it share: as [`comparable`], and legal forms of corporations do not count.
pub fn comparable_name(text: &str) -> String {
    let mut name = comparable(text);
    for form in [
        "社会福祉法人",
        "医療法人社団",
        "医療法人財団",
        "医療法人",
        "株式会社",
        "有限会社",
        "合同会社",
        "合資会社",
        "一般社団法人",
        "一般財団法人",
        "公益社団法人",
        "公益財団法人",
        "特定非営利活動法人",
        "npo法人",
        "(株)",
        "(有)",
        "(福)",
        "(医)",
    ] {
        name = name.replace(form, "");
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephone_numbers() {
        for (text, kept) in [
            ("０１１－６１１－７７７５", Some("011-611-7775")),
            ("(011)611-7775", Some("011-611-7775")),
            ("09012345678", Some("09012345678")),
            ("011ー611ー7775", Some("011-611-7775")),
            ("611-7775", None),
            ("011-61a-7775", None),
            ("", None),
        ] {
            assert_eq!(phone(text).as_deref(), kept, "{text}");
        }
    }

    #[test]
    fn postcodes() {
        for (text, kept) in [
            ("〒371-0026", Some("371-0026")),
            ("３７１００２６", Some("371-0026")),
            ("371-002", None),
            ("abcdefg", None),
        ] {
            assert_eq!(postcode(text).as_deref(), kept, "{text}");
        }
    }

    #[test]
    fn furigana_is_katakana() {
        assert_eq!(kana("けんしゅう　たろう"), "ケンシュウ タロウ");
        assert_eq!(kana("ｹﾝｼｭｳ ﾀﾛｳ"), "ケンシュウ タロウ");
        assert!(is_kana("ケンシュウ タロウ"));
        assert!(!is_kana("研修 タロウ"));
    }

    #[test]
    fn one_person_written_in_several_ways_is_one() {
        for (one, other) in [
            ("見本　千代子", "見本千代子"),
            ("見本 千代子", "見本 千代子"),
            ("高橋 一郎", "髙橋一郎"),
            ("みほん ちよこ", "ﾐﾎﾝ ﾁﾖｺ"),
            ("ミホン　チヨコ", "みほんちよこ"),
            ("Smith John", "ＳＭＩＴＨ　ｊｏｈｎ"),
            ("﨑田 塚子", "崎田 \u{fa10}子"),
            ("渡邉 花子", "渡辺花子"),
            ("齋藤", "斎藤"),
            ("𠮷田", "吉田"),
            ("葛\u{e0100}城", "葛城"),
            ("一ヶ谷", "一ケ谷"),
            ("研修・太郎", "研修太郎"),
        ] {
            assert_eq!(comparable(one), comparable(other), "{one} {other}");
        }
        assert_ne!(comparable("高橋"), comparable("高端"));
        assert_ne!(comparable("鈴木 一"), comparable("鈴木 二"));
    }

    #[test]
    fn names_are_kept_as_they_are() {
        for (given, kept) in [
            (" \u{fa2a}\u{fa10}　\u{fa19}太 ", "\u{fa2a}\u{fa10} \u{fa19}太"),
            ("髙\u{fa11} 京子", "髙\u{fa11} 京子"),
            ("ｹﾝｼｭｳ", "ｹﾝｼｭｳ"),
            ("葛\u{e0100}城", "葛\u{e0100}城"),
        ] {
            assert_eq!(tidy(given), kept);
        }
        assert!(has_control("期\u{0}の名") && has_control("\u{7f}") && !has_control("一行\r\n二行\t"));
    }

    #[test]
    fn telephone_numbers_are_searched_by_their_digits() {
        for (text, expected) in [
            ("０９０－１２３４", Some("0901234")),
            ("(011)611-7775", Some("0116117775")),
            ("12", None),
            ("090-1234番", None),
        ] {
            assert_eq!(comparable_phone(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn corporations_are_compared_without_their_legal_form() {
        assert_eq!(comparable_name("（株） さくら"), comparable_name("株式会社さくら"));
        assert_ne!(comparable_name("株式会社さくら"), comparable_name("株式会社うめ"));
    }
}
