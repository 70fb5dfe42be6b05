//! For how long a host office is registered, as a supplement says it.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// How long a registration lasts; prefectures differ.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lasts {
    #[default]
    UntilWithdrawn,
    /// To the end of the fiscal year, 31 March: last year's offices apply again.
    FiscalYear,
}

impl Lasts {
    /// The last day of a registration decided on a day; `None`: it has none.
    pub fn until(self, decided_on: NaiveDate) -> Option<NaiveDate> {
        match self {
            Lasts::UntilWithdrawn => None,
            Lasts::FiscalYear => {
                let year = if decided_on.month() <= 3 { decided_on.year() } else { decided_on.year() + 1 };
                NaiveDate::from_ymd_opt(year, 3, 31)
            }
        }
    }

    /// The same for an office that is registered already, until a last day: what it asks for comes after that.
    pub fn until_after(self, decided_on: NaiveDate, registered_until: Option<NaiveDate>) -> Option<NaiveDate> {
        let until = self.until(decided_on)?;
        match registered_until {
            Some(last) if last >= until && decided_on.month() <= 3 => self.until(last.succ_opt()?),
            _ => Some(until),
        }
    }
}
