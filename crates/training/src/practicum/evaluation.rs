//! The supervisor's evaluation of a trainee (評価表): criteria and levels are each provider's own.

use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// Most criteria of a rubric.
pub const MOST_CRITERIA: usize = 30;
/// Most levels: as many columns as a sheet of paper holds.
pub const MOST_LEVELS: usize = 6;
/// Longest criterion, level or comment line, in characters.
pub const LONGEST: usize = 200;
/// Longest comment, in characters.
pub const LONGEST_COMMENT: usize = 2000;

/// What is evaluated, and how well it can be: the best level first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rubric {
    pub criteria: Vec<String>,
    pub levels: Vec<String>,
}

/// Why a rubric cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RubricFault {
    #[error("a rubric needs at least one criterion and two levels")]
    TooFew,
    #[error("a rubric has at most {MOST_CRITERIA} criteria and {MOST_LEVELS} levels, of {LONGEST} characters each")]
    TooMany,
    #[error("a criterion or level stands twice")]
    Twice,
}

impl Rubric {
    /// One criterion, and one level, a line.
    pub fn read(criteria: &str, levels: &str) -> Result<Rubric, RubricFault> {
        let lines = |text: &str| -> Vec<String> {
            text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
        };
        let rubric = Rubric { criteria: lines(criteria), levels: lines(levels) };
        if rubric.criteria.is_empty() || rubric.levels.len() < 2 {
            return Err(RubricFault::TooFew);
        }
        for (lines, most) in [(&rubric.criteria, MOST_CRITERIA), (&rubric.levels, MOST_LEVELS)] {
            if lines.len() > most || lines.iter().any(|line| line.chars().count() > LONGEST) {
                return Err(RubricFault::TooMany);
            }
            if lines.iter().collect::<HashSet<_>>().len() < lines.len() {
                return Err(RubricFault::Twice);
            }
        }
        Ok(rubric)
    }
}

/// An evaluation: for each criterion the level, as its place in the rubric from 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluation {
    pub levels: Vec<usize>,
    pub comment: String,
}

impl Evaluation {
    /// Every criterion has a level of the rubric.
    pub fn fits(&self, rubric: &Rubric) -> bool {
        self.levels.len() == rubric.criteria.len() && self.levels.iter().all(|level| *level < rubric.levels.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rubrics_are_read_a_line_each() {
        let read = |criteria: &str, levels: &str| Rubric::read(criteria, levels);
        let rubric = read(" 尊厳 \r\n\r\n連携", "よい\nもう少し").unwrap();
        assert_eq!(
            (rubric.criteria, rubric.levels),
            (vec!["尊厳".into(), "連携".into()], vec!["よい".into(), "もう少し".into()])
        );
        for (criteria, levels, fault) in [
            ("", "a\nb", RubricFault::TooFew),
            ("a", "b", RubricFault::TooFew),
            ("a", "1\n2\n3\n4\n5\n6\n7", RubricFault::TooMany),
            ("a\na", "b\nc", RubricFault::Twice),
            ("a", "b\nb", RubricFault::Twice),
            (&"長".repeat(LONGEST + 1), "b\nc", RubricFault::TooMany),
        ] {
            assert_eq!(read(criteria, levels), Err(fault), "{criteria} {levels}");
        }
    }

    #[test]
    fn every_criterion_has_a_level() {
        let rubric = Rubric::read("a\nb", "x\ny").unwrap();
        for (levels, fits) in [(vec![0, 1], true), (vec![0], false), (vec![0, 2], false), (vec![], false)] {
            assert_eq!(Evaluation { levels: levels.clone(), comment: String::new() }.fits(&rubric), fits, "{levels:?}");
        }
    }
}
