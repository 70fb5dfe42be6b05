//! Clauses of the guideline: the path as printed, a gist in own words, never the official text.

use serde::{Deserialize, Serialize};

/// How strongly a clause speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// 〜こと, 〜しなければならない: blocks completion until met or waived.
    Must,
    /// 適当である, 効果的である: shown and reported, never blocks.
    Appropriate,
}

/// Is the text of a clause at hand?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Text {
    #[default]
    AtHand,
    /// The clause is known to exist, its text was left out of what could be read (略, 中略, 以下省略).
    NotAtHand,
}

/// One clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// As printed, levels divided by a blank: `別添1 4(1)イ ¶2`.
    pub path: String,
    pub heading: String,
    /// In own words, Japanese.
    #[serde(default)]
    pub gist: String,
    /// In own words, English.
    #[serde(default)]
    pub gist_en: String,
    #[serde(default)]
    pub text: Text,
}
