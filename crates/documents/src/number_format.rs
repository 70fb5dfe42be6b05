//! Numbers as a spreadsheet shows them: `0012` for a number 12 with the format `0000`, `060-0001` for 600001 with `000-0000`.

/// A number with a format that pads it or puts signs between its digits, as it is shown. `None` for any other format: the number itself is
/// what people read then.
pub(crate) fn shown(number: f64, format: &str) -> Option<String> {
    if number.fract() != 0.0 || !(0.0..1e15).contains(&number) {
        return None;
    }
    let section = section_for(number, format)?;
    if let Some(text) = around_general(number, section) {
        return Some(text);
    }
    // With thousands marked, places that always show a digit still do.
    let unmarked = section.replace(',', "");
    let pieces = pieces(&unmarked).filter(|_| unmarked == section || unmarked.matches('0').count() > 1)?;
    // Right of a place that always shows a digit, every place does.
    let digits_of = |piece: &&Piece| matches!(piece, Piece::Digit { .. });
    let from_first = pieces.iter().skip_while(|piece| !matches!(piece, Piece::Digit { always: true }));
    let least = from_first.filter(digits_of).count();
    let places = pieces.iter().filter(digits_of).count();
    let has_signs = pieces.iter().any(|piece| matches!(piece, Piece::Sign(_)));
    if places == 0 {
        // Words for a zero say something; a dash does not.
        let words: String = pieces.iter().filter_map(Piece::sign).collect();
        return words.contains(char::is_alphanumeric).then_some(words);
    }
    if least < 2 && !has_signs {
        return None;
    }
    let digits = format!("{number:.0}");
    let digits = if digits == "0" { String::new() } else { digits };
    // More digits than places: the first place takes the rest. Fewer: places that always show a digit show 0.
    let missing = places.saturating_sub(digits.len());
    let surplus = digits.len().saturating_sub(places);
    let (mut text, mut place, mut digits) = (String::new(), 0, digits.chars());
    for piece in &pieces {
        match piece {
            Piece::Sign(sign) => text.push(*sign),
            Piece::Digit { always } => {
                if place == 0 {
                    text.extend(digits.by_ref().take(surplus));
                }
                if place < missing {
                    if *always || !text.chars().all(|c| !c.is_ascii_digit()) {
                        text.push('0');
                    }
                } else {
                    text.extend(digits.next());
                }
                place += 1;
            }
        }
    }
    Some(text)
}

/// A number as it is, with words around it: `"A-"General`.
fn around_general(number: f64, section: &str) -> Option<String> {
    let general = ["General", "G/標準"].into_iter().find(|general| section.contains(general))?;
    let (before, after) = section.split_once(general)?;
    let words = |format: &str| -> Option<String> { pieces(format)?.iter().map(Piece::sign).collect() };
    let (before, after) = (words(before)?, words(after)?);
    (!before.is_empty() || !after.is_empty()).then(|| format!("{before}{number:.0}{after}"))
}

enum Piece {
    /// `0` always shows a digit, `#` only one that is there.
    Digit {
        always: bool,
    },
    Sign(char),
}

impl Piece {
    fn sign(&self) -> Option<char> {
        match self {
            Piece::Sign(sign) => Some(*sign),
            Piece::Digit { .. } => None,
        }
    }
}

/// The section of a format for a number: of several the first whose condition holds, without one the first.
fn section_for(number: f64, format: &str) -> Option<&str> {
    let mut sections = format.split(';');
    let first = sections.clone().next()?;
    if !format.contains("[<") && !format.contains("[>") {
        // The third is for zero.
        return Some(sections.nth(2).filter(|_| number == 0.0).unwrap_or(first));
    }
    let mut last = first;
    for section in sections.by_ref() {
        if holds(number, last) {
            return Some(last);
        }
        last = section;
    }
    Some(last)
}

fn holds(number: f64, section: &str) -> bool {
    let condition =
        section.trim_start().strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(inside, _)| inside);
    let Some(condition) = condition else { return true };
    let than = |prefix: &str| condition.strip_prefix(prefix).and_then(|limit| limit.parse::<f64>().ok());
    if let Some(limit) = than("<=") {
        number <= limit
    } else if let Some(limit) = than(">=") {
        number >= limit
    } else if let Some(limit) = than("<") {
        number < limit
    } else if let Some(limit) = than(">") {
        number > limit
    } else {
        true
    }
}

/// Digits and signs; `None` where the format has anything else, such as thousands, decimals, per cent, or dates.
fn pieces(section: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut signs = section.chars();
    while let Some(sign) = signs.next() {
        match sign {
            '0' => pieces.push(Piece::Digit { always: true }),
            '#' | '?' => pieces.push(Piece::Digit { always: false }),
            '"' => {
                for quoted in signs.by_ref().take_while(|c| *c != '"') {
                    pieces.push(Piece::Sign(quoted));
                }
            }
            '\\' | '!' => pieces.push(Piece::Sign(signs.next()?)),
            // A colour or a condition; room for a sign that is not shown.
            '[' => {
                signs.by_ref().find(|c| *c == ']')?;
            }
            '_' | '*' => {
                signs.next()?;
            }
            '-' | '(' | ')' | ' ' | '+' | '/' | ':' => pieces.push(Piece::Sign(sign)),
            '〒' => pieces.push(Piece::Sign(sign)),
            _ => return None,
        }
    }
    Some(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_read() {
        for (number, format, expected) in [
            (12.0, "0000", Some("0012")),
            (90887.0, "00000000", Some("00090887")),
            (600001.0, "000-0000", Some("060-0001")),
            (600001.0, "[<=999]000;[<=9999]000\\-00;000\\-0000", Some("060-0001")),
            (601.0, "[<=999]000;[<=9999]000\\-00;000\\-0000", Some("601")),
            (9012345678.0, "00000000000", Some("09012345678")),
            (9012345678.0, "000\"-\"0000\"-\"0000", Some("090-1234-5678")),
            (9012345678.0, "0##########", Some("09012345678")),
            (7.0, "\"第\"00\"号\"", Some("第07号")),
            (123456.0, "0000", Some("123456")),
            (0.0, "0000", Some("0000")),
            (5.0, "[Red]000", Some("005")),
            (77.0, "\"A-\"General", Some("A-77")),
            (78.0, "G/標準\"号\"", Some("78号")),
            (12.0, "0,000", Some("0012")),
            (0.0, "0000;-0000;\"欠番\"", Some("欠番")),
            (3.0, "0000;-0000;\"欠番\"", Some("0003")),
            (12.0, "General", None),
            (12.0, "0", None),
            (1234.0, "#,##0", None),
            (0.5, "0%", None),
            (1234.5, "0000", None),
            (1e12, "0.00E+00", None),
            (45000.0, "yyyy/mm/dd", None),
            (-12.0, "0000", None),
        ] {
            assert_eq!(shown(number, format).as_deref(), expected, "{number} {format}");
        }
    }
}
