//! What the area `office` refuses, in words.

use crate::shell::page::Page;
use secretariat::office::refusal::OfficeRefusal;

pub(super) fn refusal(page: &Page, refusal: &OfficeRefusal) -> String {
    match refusal {
        OfficeRefusal::ConfirmedLater(day) => t!(page, "refused-confirmed-later", day = page.date(*day)),
        OfficeRefusal::PrefectureDecides => t!(page, "refused-prefecture-decides"),
        OfficeRefusal::ApplicationOnItsWay => t!(page, "registration-on-its-way"),
        OfficeRefusal::AddressKnown => t!(page, "refused-address-known"),
        OfficeRefusal::SupervisorKnown(name) => {
            t!(page, "refused-supervisor-known", name = name.clone())
        }
        OfficeRefusal::SupervisorUnnamed => t!(page, "refused-supervisor-unnamed"),
    }
}
