//! What an account or a sign-in is refused for.

use training::role::Role;

/// What an account or a sign-in is refused for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccountRefusal {
    #[error("the link was used already or has expired")]
    LinkUsedUp,
    #[error("the link was asked for in another browser, and opens there alone")]
    OtherBrowser,
    #[error("the birth date is not the one known of the holder; {left} tries are left")]
    WrongBirthDate { left: i64 },
    #[error("an account needs a password or a mail address")]
    NoWayIn,
    #[error("login name or password is wrong")]
    WrongPassword,
    #[error("too many failed sign-ins; try again in {seconds} seconds")]
    Throttled { seconds: i64 },
    #[error("the password needs at least {0} characters")]
    PasswordTooShort(usize),
    #[error("the password is easy to guess: take several words that do not belong together")]
    PasswordGuessable,
    #[error("the password became known in a breach elsewhere: take another one")]
    PasswordBreached,
    #[error("nobody closes their own account")]
    OwnAccount,
    #[error("the login name {0} is taken")]
    LoginTaken(String),
    #[error("the supervisor has an account already")]
    SupervisorHasAccount,
    #[error("the password was given to be changed soon, and has ended")]
    PasswordExpired,
    #[error("the code is wrong, was used before, or is too old")]
    WrongCode,
    #[error("the account has a second factor already")]
    HasSecondFactor,
    #[error("the provider wants a second factor of its staff")]
    SecondFactorAsked,
    #[error("another administrator has to confirm it")]
    NeedsAnother,
    #[error("too many people are signing in at this moment; try again in a few seconds")]
    SigningInBusy,
    #[error("it waits for a second person as proposal {proposal}")]
    WaitsForAnother { proposal: i64 },
    #[error("{value} is no network for {role:?}")]
    NotNetwork { role: Role, value: String },
    #[error("the networks for {role:?} would shut out {address}, where this is asked from")]
    ShutsOutOwn { role: Role, address: String },
    #[error("this account cannot be used from {address}")]
    OutsideNetwork { address: String },
    #[error("the answer of the device does not fit; try again")]
    PasskeyWrong,
    #[error("passkeys need pages that are reached by a name over https")]
    PasskeysUnavailable,
    #[error("{title} cannot be reached at this moment; sign in with the password, or try again later")]
    IdentityAway { title: String },
    #[error("{title} did not confirm who you are; begin again from the sign-in page")]
    IdentityRefused { title: String },
    #[error("no account is linked with this identity of {title}")]
    IdentityUnknown { title: String },
    #[error("another account is linked with this identity of {title}")]
    IdentityTaken { title: String },
}
