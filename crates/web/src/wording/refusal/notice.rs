//! What the area `notice` refuses, in words.

use crate::shell::page::Page;
use secretariat::notice::refusal::NoticeRefusal;

pub(super) fn refusal(page: &Page, refusal: &NoticeRefusal) -> String {
    match refusal {
        NoticeRefusal::MessageTooLong { most, .. } => t!(page, "refused-message-long", most = *most),
        NoticeRefusal::SaidToday => t!(page, "refused-said-today"),
        NoticeRefusal::Erased => t!(page, "notice-erased-text"),
        NoticeRefusal::NobodyToTell => t!(page, "refused-nobody-to-tell"),
        NoticeRefusal::UnknownVariables(names) => {
            t!(page, "refused-unknown-variables", names = names.join("、"))
        }
    }
}
