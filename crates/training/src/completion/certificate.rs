//! The completion certificate's number, by the provider's own pattern.

/// Why a pattern cannot number certificates.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    #[error("the pattern must contain {{serial}} once")]
    SerialMissing,
    #[error("the pattern has an unknown placeholder {{{0}}}; known: {{fiscal_year}}, {{era_year}}, {{serial}}")]
    Unknown(String),
    #[error("the pattern has an opening brace without a closing one")]
    Unclosed,
}

/// Checks a pattern such as `第{era_year}-{serial:4}号`.
pub fn check_pattern(pattern: &str) -> Result<(), PatternError> {
    expand(pattern, 2026, 1).map(|_| ())
}

/// The number for a serial: `{fiscal_year}` is western, `{era_year}` 令和, `{serial:N}` is filled with zeros to N digits.
pub fn number(pattern: &str, fiscal_year: i32, serial: i64) -> Result<String, PatternError> {
    expand(pattern, fiscal_year, serial)
}

fn expand(pattern: &str, fiscal_year: i32, serial: i64) -> Result<String, PatternError> {
    let mut printed = String::new();
    let mut serials = 0;
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        printed.push_str(before);
        let (placeholder, after) = after.split_once('}').ok_or(PatternError::Unclosed)?;
        let (name, width) = placeholder.split_once(':').unwrap_or((placeholder, "1"));
        match (name, width.parse::<usize>()) {
            ("fiscal_year", _) => printed.push_str(&fiscal_year.to_string()),
            ("era_year", _) => printed.push_str(&(fiscal_year - 2018).to_string()),
            ("serial", Ok(width)) if width <= 12 => {
                serials += 1;
                printed.push_str(&format!("{serial:0width$}"));
            }
            _ => return Err(PatternError::Unknown(placeholder.to_owned())),
        }
        rest = after;
    }
    printed.push_str(rest);
    if serials == 1 { Ok(printed) } else { Err(PatternError::SerialMissing) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_by_pattern() {
        for (pattern, printed) in [
            ("第{era_year}-{serial:4}号", Ok("第8-0012号")),
            ("{fiscal_year}{serial:5}", Ok("202600012")),
            ("第{serial}号", Ok("第12号")),
            ("第号", Err(PatternError::SerialMissing)),
            ("{serial}{serial}", Err(PatternError::SerialMissing)),
            ("{year}-{serial}", Err(PatternError::Unknown("year".into()))),
            ("{serial", Err(PatternError::Unclosed)),
        ] {
            assert_eq!(number(pattern, 2026, 12), printed.map(str::to_owned), "{pattern}");
        }
    }
}
