//! Inviting trainees: an account for each, and the way to it by mail or by letter. Whoever cannot be reached by mail gets a code on paper,
//! which asks for the birth date.

use super::Account;
use super::refusal::AccountRefusal;
use crate::notice::NoticeWriter;
use crate::notice::link::{ON_PAPER, digest};
use crate::notice::outgoing::Outgoing;
use crate::{Result, Secretariat, Staff};
use chrono::{NaiveDate, TimeDelta};
use records::Work;
pub use records::account::listing::Invitee;
use records::account::user::{NO_PASSWORD, NewUser, User};
use records::notice::Notice;
use training::notice::{NoticeKind, Variable, Variables};
use training::role::Role;
use training::trainee::enrolment::EnrolmentState;
use training::wareki;

/// Days an invitation can be used. Kensan's own guard; no rule for it was found.
pub const INVITATION_DAYS: i64 = 30;

/// Letters and digits that are not mistaken for each other.
pub(super) const ALPHABET: &[u8] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// Letters of a code on paper, in groups of four: 60 bits.
const CODE_LENGTH: usize = 12;

/// Whom of a cohort an invitation goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invited {
    /// Everybody who was not invited and has no account in use.
    NotYet,
    /// Everybody who was invited and never came.
    NeverCame,
    /// One enrolment, whoever it is.
    One(i64),
}

/// How far the way to an account went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invitation {
    /// Takes no part (yet, or any more) and is not invited.
    NotInvited,
    /// Takes part and was not invited.
    Waiting,
    /// Was invited and has set no password yet.
    NeverCame,
    /// Has a password.
    Came,
    /// The account is closed, or its last day is over.
    Closed,
}

impl Invitation {
    pub const ALL: [Invitation; 5] =
        [Invitation::Waiting, Invitation::NeverCame, Invitation::Came, Invitation::Closed, Invitation::NotInvited];

    pub fn id(self) -> &'static str {
        match self {
            Invitation::NotInvited => "not-invited",
            Invitation::Waiting => "waiting",
            Invitation::NeverCame => "never-came",
            Invitation::Came => "came",
            Invitation::Closed => "closed",
        }
    }

    pub fn from_id(id: &str) -> Option<Invitation> {
        Self::ALL.into_iter().find(|known| known.id() == id)
    }

    /// Where somebody stands on a day. Whoever has come and set no password can only come by another invitation.
    pub fn of(invitee: &Invitee, today: NaiveDate) -> Invitation {
        let takes_part = matches!(
            invitee.state,
            EnrolmentState::Admitted | EnrolmentState::Enrolled | EnrolmentState::TransferredIn
        );
        match (invitee.active, invitee.has_password) {
            (Some(false), _) => Invitation::Closed,
            _ if invitee.ends_on.is_some_and(|end| end < today) => Invitation::Closed,
            (_, Some(true)) => Invitation::Came,
            _ if !takes_part => Invitation::NotInvited,
            _ if invitee.invited_at.is_some() => Invitation::NeverCame,
            _ => Invitation::Waiting,
        }
    }
}

impl Invited {
    fn includes(self, invitee: &Invitee, today: NaiveDate) -> bool {
        let stands = Invitation::of(invitee, today);
        match self {
            Invited::NotYet => stands == Invitation::Waiting,
            Invited::NeverCame => stands == Invitation::NeverCame,
            Invited::One(enrolment) => {
                invitee.enrolment_id == enrolment && matches!(stands, Invitation::Waiting | Invitation::NeverCame)
            }
        }
    }
}

/// Random letters of the alphabet.
pub(super) fn random_letters<const LENGTH: usize>() -> String {
    let bytes: [u8; LENGTH] = std::array::from_fn(|_| rand::random());
    bytes.iter().map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()])).collect()
}

/// A code on paper as it is kept and compared: without the marks between its groups, in whatever width it was typed. `None` for a text that
/// has not the shape of one.
pub fn code(text: &str) -> Option<String> {
    let code = training::trainee::person::comparable(text).replace(['-', 'ー'], "");
    let is_code = code.len() == CODE_LENGTH && code.bytes().all(|byte| ALPHABET.contains(&byte));
    is_code.then_some(code)
}

/// As it is printed: `abcd-efgh-ijkm`.
pub(super) fn in_groups(code: &str) -> String {
    code.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join("-")
}

/// What a code is sealed for while its letter waits.
const CODE_TO_PRINT: &str = "code to print";

impl Secretariat {
    /// Everybody of a cohort with where their invitation stands, in the order of their numbers.
    pub async fn invitations(&self, work: &mut Work, cohort: i64) -> Result<Vec<(Invitee, Invitation)>> {
        let invitees = work.invitees(cohort).await?.into_iter();
        let today = self.today();
        Ok(invitees.map(|invitee| (invitee.clone(), Invitation::of(&invitee, today))).collect())
    }

    /// Invites: makes the accounts that are missing, and queues a mail or a letter to each. Gives how many.
    pub async fn invite(&self, staff: &Staff, cohort: i64, whom: Invited) -> Result<usize> {
        let mut work = self.write(staff).await?;
        let queued = self.invite_in(&mut work, cohort, whom).await?;
        work.commit().await?;
        Ok(queued.len())
    }

    /// What inviting would send. It is done and taken back, so that it says what will happen.
    pub async fn rehearse_invitations(
        &self,
        staff: &Staff,
        cohort: i64,
        whom: Invited,
        to_come: &str,
    ) -> Result<Outgoing> {
        let mut work = self.write(staff).await?;
        let queued = self.invite_in(&mut work, cohort, whom).await?;
        Outgoing::queued(&mut work, &queued, to_come).await
    }

    async fn invite_in(&self, work: &mut Work, cohort: i64, whom: Invited) -> Result<Vec<i64>> {
        let invitees = work.invitees(cohort).await?.into_iter().filter(|invitee| whom.includes(invitee, self.today()));
        let mut writer = NoticeWriter::open(work, cohort, None).await?;
        // One press is one invitation, however often it is pressed: a second within a minute says the same.
        let about = self.now().format("%Y-%m-%dT%H:%M").to_string();
        for invitee in invitees {
            let user = match invitee.user_id {
                Some(user) => work.user(user).await?,
                None => new_account(work, invitee.person_id, &invitee.name).await?,
            };
            let kind = match writer.has_mail(invitee.enrolment_id) {
                true => NoticeKind::InvitationTrainee,
                false => NoticeKind::InvitationLetter,
            };
            let (news, code) = self.way_in(work, &user, kind).await?;
            let to = (invitee.enrolment_id, invitee.name.as_str());
            // Only a letter that is new brings a new code; it ends the one before.
            if writer.tell_trainee(work, to, kind, (&about, news)).await? {
                self.keep_code(work, &user, code).await?;
            }
        }
        Ok(writer.queued)
    }

    /// What an invitation tells beside the names: the login, until when, and on paper the code.
    async fn way_in(&self, work: &mut Work, user: &User, kind: NoticeKind) -> Result<(Variables, Option<String>)> {
        let expires = self.now() + TimeDelta::days(INVITATION_DAYS);
        let mut news: Variables = [
            (Variable::Login, user.login.clone()),
            (Variable::Until, wareki::format(crate::local_day(expires))),
            (Variable::Account, user.id.to_string()),
        ]
        .into();
        let code = (kind == NoticeKind::InvitationLetter).then(random_letters::<CODE_LENGTH>);
        if let Some(code) = &code {
            // Whoever reads the database does not read it.
            news.insert(Variable::Code, work.seal_by_pepper(CODE_TO_PRINT, &in_groups(code)).await?);
        }
        Ok((news, code))
    }

    /// The code of a letter that is to be printed.
    pub(crate) async fn code_to_print(&self, work: &mut Work, notice: &Notice) -> Result<Option<String>> {
        match notice.variables()?.get(&Variable::Code) {
            // From before they were sealed.
            Some(code) if code.contains('-') => Ok(Some(code.clone())),
            Some(sealed) => Ok(Some(work.open_by_pepper(CODE_TO_PRINT, sealed).await?)),
            None => Ok(None),
        }
    }

    /// Makes a code good, and ends what was sent before.
    async fn keep_code(&self, work: &mut Work, user: &User, code: Option<String>) -> Result<()> {
        let Some(code) = code else { return Ok(()) };
        work.end_sign_in_links(user.id).await?;
        let expires = self.now() + TimeDelta::days(INVITATION_DAYS);
        // Short enough to be guessed by whoever reads the database, were it not for the pepper.
        work.make_pepper().await?;
        let kept = work.peppered(ON_PAPER, &code).await?.unwrap_or_else(|| digest(&code));
        Ok(work.create_sign_in_link(user.id, &kept, expires, true).await?)
    }

    /// An invitation that is not sent after all opens nothing.
    pub(crate) async fn end_invitation(&self, work: &mut Work, notice: &Notice) -> Result<()> {
        match account_of(work, &notice.variables()?).await? {
            Some(user) => Ok(work.end_sign_in_links(user.id).await?),
            None => Ok(()),
        }
    }

    /// The same invitation for a letter, where the mail came back.
    pub(crate) async fn invitation_on_paper(
        &self,
        work: &mut Work,
        notice: &Notice,
    ) -> Result<(NoticeKind, i64, Variables)> {
        let kind = NoticeKind::InvitationLetter;
        let mut variables = notice.variables()?;
        let user = account_of(work, &variables).await?.ok_or(records::Error::NotFound)?;
        let (news, code) = self.way_in(work, &user, kind).await?;
        variables.extend(news);
        self.keep_code(work, &user, code).await?;
        let own = work.notice_templates().await?;
        Ok((kind, own.iter().find(|known| known.kind == kind).map_or(0, |known| known.number), variables))
    }

    /// A link for the account a notice is for, if the notice still goes to its holder's address; else where the pages are.
    pub(crate) async fn account_link(&self, work: &mut Work, notice: &Notice, base_url: &str) -> Result<String> {
        let user = account_of(work, &notice.variables()?).await?;
        let Some(user) = user.filter(|user| user.is_open_on(self.today())) else { return Ok(base_url.to_owned()) };
        if mail_address(work, &user).await? != notice.address {
            return Ok(base_url.to_owned());
        }
        let days = match notice.kind {
            NoticeKind::InvitationTrainee => INVITATION_DAYS,
            _ => self.link_days(work).await?,
        };
        let token = self.make_link(work, user.id, notice.id, days).await?;
        Ok(format!("{base_url}/sign-in/link/{token}"))
    }
}

/// An account for a person, entered by a link until its holder sets a password.
async fn new_account(work: &mut Work, person: i64, name: &str) -> Result<User> {
    // Short enough to be typed; nothing in it says who it is.
    let login = format!("j{}", random_letters::<7>());
    let new = NewUser {
        login: &login,
        name,
        role: Role::Trainee,
        password_hash: NO_PASSWORD,
        person_id: Some(person),
        host_office_id: None,
    };
    let id = work.create_user(&new).await?;
    Ok(work.user(id).await?)
}

/// The account a notice names.
async fn account_of(work: &mut Work, variables: &Variables) -> Result<Option<User>> {
    match variables.get(&Variable::Account).and_then(|id| id.parse().ok()) {
        Some(id) => Ok(Some(work.user(id).await?)),
        None => Ok(None),
    }
}

/// Where mails to an account that is no office's go; empty: nowhere.
pub(crate) async fn mail_address(work: &mut Work, user: &User) -> Result<String> {
    match user.person_id {
        Some(person) => Ok(work.person(person).await?.email.unwrap_or_default()),
        None => Ok(user.email.clone()),
    }
}

/// Refuses an account without any way in.
pub(super) fn check_way_in(account: &Account<'_>) -> Result<(), AccountRefusal> {
    match account.password.is_none() && account.email.is_empty() {
        true => Err(AccountRefusal::NoWayIn),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_was_typed() {
        for (typed, expected) in [
            ("abcd-efgh-ijkm", Some("abcdefghijkm")),
            (" ＡＢＣＤ ｅｆｇｈ－ｉｊｋｍ ", Some("abcdefghijkm")),
            ("abcdefghijkm", Some("abcdefghijkm")),
            ("abcdーefghーijkm", Some("abcdefghijkm")),
            ("abcd-efgh-ijk", None),
            ("abcd-efgh-ijkmn", None),
            ("abcd-efgh-ijk0", None),
            ("", None),
        ] {
            assert_eq!(code(typed).as_deref(), expected, "{typed}");
        }
        let made = random_letters::<CODE_LENGTH>();
        assert_eq!(code(&in_groups(&made)), Some(made));
    }

    #[test]
    fn who_is_invited() {
        let invitee = |state, invited: bool, active, has_password| Invitee {
            enrolment_id: 7,
            person_id: 1,
            trainee_number: "0001".to_owned(),
            name: "研修 太郎".to_owned(),
            state,
            email: None,
            user_id: None,
            login: None,
            active,
            has_password,
            signed_in_at: None,
            invited_at: invited.then(chrono::DateTime::default),
            ends_on: None,
        };
        let today = NaiveDate::from_ymd_opt(2027, 4, 1).unwrap();
        use EnrolmentState::{Admitted, Applied, Enrolled, Withdrawn};
        for (invitee, expected) in [
            (invitee(Enrolled, false, None, None), Invitation::Waiting),
            (invitee(Admitted, false, None, None), Invitation::Waiting),
            (invitee(Applied, false, None, None), Invitation::NotInvited),
            (invitee(Withdrawn, true, Some(true), Some(false)), Invitation::NotInvited),
            (invitee(Enrolled, true, Some(true), Some(false)), Invitation::NeverCame),
            (invitee(Enrolled, false, Some(true), Some(true)), Invitation::Came),
            (invitee(Enrolled, true, Some(false), Some(true)), Invitation::Closed),
        ] {
            assert_eq!(Invitation::of(&invitee, today), expected, "{invitee:?}");
        }
        let never_came = invitee(Enrolled, true, Some(true), Some(false));
        for (whom, expected) in
            [(Invited::NotYet, false), (Invited::NeverCame, true), (Invited::One(7), true), (Invited::One(8), false)]
        {
            assert_eq!(whom.includes(&never_came, today), expected, "{whom:?}");
        }
        let ended = Invitee { ends_on: today.pred_opt(), ..never_came.clone() };
        let came = Invitee { signed_in_at: Some(chrono::DateTime::default()), ..never_came };
        assert_eq!(Invitation::of(&ended, today), Invitation::Closed);
        assert_eq!(Invitation::of(&came, today), Invitation::NeverCame, "without a password there is no other way in");
        assert!(
            !Invited::One(7).includes(&invitee(Enrolled, false, Some(true), Some(true)), today),
            "who came is not invited"
        );
    }
}
