//! What the area `certificate` refuses, in words.

use crate::shell::page::Page;
use secretariat::certificate::refusal::CertificateRefusal;

pub(super) fn refusal(page: &Page, refusal: &CertificateRefusal) -> String {
    match refusal {
        CertificateRefusal::Revoked => t!(page, "refused-revoked"),
        CertificateRefusal::CertificateStands => t!(page, "refused-certificate-stands"),
        CertificateRefusal::CertificateCovers { name, number } => {
            t!(page, "refused-certificate-covers", name = name.clone(), number = number.clone())
        }
    }
}
