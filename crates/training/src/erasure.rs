//! Classes of personal data that a provider erases when it no longer needs them. The guideline does not say when: without a word of the
//! provider they are kept.

use chrono::{Months, NaiveDate};

/// Data that is erased as one. Texts of cases have a time of their own ([`crate::practicum::retention`]); who completed what, and why, stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DataClass {
    /// How people are reached: addresses, telephone, mail, employer, where they live. From the last day of a person's last cohort; not of those
    /// in the registry.
    Contacts,
    /// Whom a notice went to and what it said. From the day it was made.
    Notices,
}

impl DataClass {
    pub const ALL: [DataClass; 2] = [DataClass::Contacts, DataClass::Notices];

    pub fn id(self) -> &'static str {
        match self {
            DataClass::Contacts => "contacts",
            DataClass::Notices => "notices",
        }
    }

    pub fn from_id(id: &str) -> Option<DataClass> {
        DataClass::ALL.into_iter().find(|class| class.id() == id)
    }
}

/// What began to count before this day is erased today; none where it is kept for good (0 years).
pub fn erased_before(today: NaiveDate, years: u32) -> Option<NaiveDate> {
    if years == 0 {
        return None;
    }
    today.checked_sub_months(Months::new(12 * years))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_years_have_to_be_over() {
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
        for (today, years, expected) in [
            (day(2032, 4, 1), 5, Some(day(2027, 4, 1))),
            (day(2025, 3, 1), 1, Some(day(2024, 3, 1))),
            (day(2028, 2, 29), 1, Some(day(2027, 2, 28))),
            (day(2032, 4, 1), 0, None),
        ] {
            assert_eq!(erased_before(today, years), expected, "{today} {years}");
        }
    }

    #[test]
    fn classes_are_read_back_by_their_ids() {
        for class in DataClass::ALL {
            assert_eq!(DataClass::from_id(class.id()), Some(class));
        }
        assert_eq!(DataClass::from_id("texts"), None);
    }
}
