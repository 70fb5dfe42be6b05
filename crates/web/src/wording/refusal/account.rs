//! What the area `account` refuses, in words.

use crate::shell::page::Page;
use secretariat::account::refusal::AccountRefusal;

pub(super) fn refusal(page: &Page, refusal: &AccountRefusal) -> String {
    match refusal {
        AccountRefusal::LinkUsedUp => t!(page, "refused-link-used-up"),
        AccountRefusal::OtherBrowser => t!(page, "refused-other-browser"),
        AccountRefusal::WrongBirthDate { left } => t!(page, "refused-wrong-birth-date", left = *left),
        AccountRefusal::NoWayIn => t!(page, "refused-no-way-in"),
        AccountRefusal::WrongPassword => t!(page, "refused-wrong-password"),
        AccountRefusal::Throttled { seconds } => t!(page, "refused-throttled", seconds = *seconds),
        AccountRefusal::PasswordTooShort(length) => {
            t!(page, "refused-password-short", length = *length)
        }
        AccountRefusal::PasswordBreached => t!(page, "refused-password-breached"),
        AccountRefusal::PasswordGuessable => t!(page, "refused-password-guessable"),
        AccountRefusal::SupervisorHasAccount => t!(page, "refused-supervisor-has-account"),
        AccountRefusal::OwnAccount => t!(page, "refused-own-account"),
        AccountRefusal::LoginTaken(login) => t!(page, "refused-login-taken", login = login.clone()),
        AccountRefusal::PasswordExpired => t!(page, "refused-password-expired"),
        AccountRefusal::WrongCode => t!(page, "refused-wrong-code"),
        AccountRefusal::HasSecondFactor => t!(page, "refused-has-second-factor"),
        AccountRefusal::SecondFactorAsked => t!(page, "refused-second-factor-asked"),
        AccountRefusal::NeedsAnother => t!(page, "refused-needs-another"),
        AccountRefusal::WaitsForAnother { .. } => t!(page, "refused-waits-for-another"),
        AccountRefusal::NotNetwork { role, value } => {
            t!(page, "refused-not-network", role = crate::wording::role(page, *role), value = value.clone())
        }
        AccountRefusal::ShutsOutOwn { role, address } => {
            t!(page, "refused-shuts-out-own", role = crate::wording::role(page, *role), address = address.clone())
        }
        AccountRefusal::OutsideNetwork { address } => t!(page, "refused-outside-network", address = address.clone()),
        AccountRefusal::PasskeyWrong => t!(page, "refused-passkey-wrong"),
        AccountRefusal::PasskeysUnavailable => t!(page, "refused-passkeys-unavailable"),
        AccountRefusal::IdentityAway { title } => t!(page, "refused-identity-away", title = title.clone()),
        AccountRefusal::IdentityRefused { title } => t!(page, "refused-identity-refused", title = title.clone()),
        AccountRefusal::IdentityUnknown { title } => t!(page, "refused-identity-unknown", title = title.clone()),
        AccountRefusal::IdentityTaken { title } => t!(page, "refused-identity-taken", title = title.clone()),
        AccountRefusal::SigningInBusy => t!(page, "refused-signing-in-busy"),
    }
}
