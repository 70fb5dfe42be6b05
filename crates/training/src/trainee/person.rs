//! What a person's row must look like: normalising the text people type, and comparing names.

use unicode_normalization::UnicodeNormalization;

/// Full-width digits and letters become half-width, half-width kana full-width, runs of blanks one blank, ends trimmed.
pub fn normalise(text: &str) -> String {
    text.nfkc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
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

/// A name reduced to what two spellings of it share: width, blanks and legal forms of corporations do not count.
pub fn comparable_name(text: &str) -> String {
    let mut name: String = text.nfkc().filter(|c| !c.is_whitespace() && *c != '・').collect();
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
        "NPO法人",
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
    fn corporations_are_compared_without_their_legal_form() {
        assert_eq!(comparable_name("（株） さくら"), comparable_name("株式会社さくら"));
        assert_ne!(comparable_name("株式会社さくら"), comparable_name("株式会社うめ"));
    }
}
