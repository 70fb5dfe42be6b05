//! Mails that have waited for long: whoever switches mail on, or mends the server after a week, does not send what nobody expects any
//! more. They wait for a word of the secretariat.

use super::{default_setting, when_allowed};
use crate::{Result, Secretariat, Staff};
use chrono::{DateTime, TimeDelta, Utc};
use records::notice::{Delivery, Notice};
use training::notice::{NoticeState, check_transition};

/// After so many days a mail that waits is not sent by itself. Kensan's own guard; no rule for it was found.
pub const OLD_DAYS: i64 = 7;

/// What becomes of mails that have waited for long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OldMails {
    Send,
    /// A letter of the same words instead. A link that signs in and was asked for is dropped: it goes by mail alone.
    Print,
    Drop,
}

impl OldMails {
    pub const ALL: [OldMails; 3] = [OldMails::Send, OldMails::Print, OldMails::Drop];

    pub fn id(self) -> &'static str {
        match self {
            OldMails::Send => "send",
            OldMails::Print => "print",
            OldMails::Drop => "drop",
        }
    }

    pub fn from_id(id: &str) -> Option<OldMails> {
        Self::ALL.into_iter().find(|known| known.id() == id)
    }
}

impl Secretariat {
    /// Mails last spoken for at this moment or before are old.
    pub fn old_since(&self) -> DateTime<Utc> {
        self.now() - TimeDelta::days(OLD_DAYS)
    }

    /// Does the secretariat's word on the old mails it has seen, as notice and version. What has changed since is left. Gives how many.
    pub async fn settle_old_mails(&self, staff: &Staff, seen: &[(i64, i64)], what: OldMails) -> Result<usize> {
        let mut work = self.write(staff).await?;
        let setting = work.notice_setting().await?.unwrap_or_else(default_setting);
        let mut settled = 0;
        for notice in work.old_mails(None, self.old_since()).await? {
            if !seen.contains(&(notice.id, notice.version)) {
                continue;
            }
            match what {
                OldMails::Send => {
                    let not_before = when_allowed(&setting, self.now());
                    let delivery = Delivery { not_before, ..notice.delivery() };
                    work.change_notice(&notice, NoticeState::Queued, delivery).await?;
                }
                OldMails::Print if can_be_printed(&notice) => {
                    self.put_letter_instead(&mut work, staff, &notice).await?;
                }
                OldMails::Print | OldMails::Drop => {
                    check_transition(notice.state, NoticeState::Dropped, staff.role)?;
                    work.change_notice(&notice, NoticeState::Dropped, notice.delivery()).await?;
                }
            }
            settled += 1;
        }
        work.commit().await?;
        Ok(settled)
    }
}

fn can_be_printed(notice: &Notice) -> bool {
    !notice.kind.is_asked_for()
}
