//! What an act would send, told before it is done.

use super::{Text, readable};
use crate::Result;
use records::Work;
use records::notice::{Channel, Notice};
use std::collections::BTreeMap;
use training::notice::NoticeKind;

/// What goes out to whom.
#[derive(Debug, Clone, Default)]
pub struct Outgoing {
    /// Mails and letters of each kind.
    pub by_kind: BTreeMap<NoticeKind, (usize, usize)>,
    /// Everybody it goes to, each once.
    pub recipients: Vec<String>,
    /// Recipients of letters without a postal address.
    pub without_address: Vec<String>,
    /// Whom the first of them goes to, and how it reads.
    pub sample: Option<(String, Text)>,
}

impl Outgoing {
    /// Of these notices; `to_come` stands for addresses and links, which are put in when they go out.
    pub async fn of(work: &mut Work, notices: &[Notice], to_come: &str) -> Result<Outgoing> {
        let mut outgoing = Outgoing::default();
        for notice in notices {
            let (mails, letters) = outgoing.by_kind.entry(notice.kind).or_default();
            match notice.channel {
                Channel::Mail => *mails += 1,
                Channel::Letter => *letters += 1,
            }
            if notice.channel == Channel::Letter && notice.address.trim().is_empty() {
                outgoing.without_address.push(notice.recipient.clone());
            }
        }
        outgoing.recipients = notices.iter().map(|notice| notice.recipient.clone()).collect();
        outgoing.recipients.dedup();
        if let Some(first) = notices.first() {
            let own = work.notice_templates().await?;
            outgoing.sample = Some((first.recipient.clone(), readable(&own, first, to_come)?));
        }
        Ok(outgoing)
    }

    /// Of the notices queued in this work, by their ids.
    pub(crate) async fn queued(work: &mut Work, ids: &[i64], to_come: &str) -> Result<Outgoing> {
        let (Some(first), Some(last)) = (ids.iter().min(), ids.iter().max()) else { return Ok(Outgoing::default()) };
        let mut notices = work.notices_from(*first, *last).await?;
        notices.retain(|notice| ids.contains(&notice.id));
        Outgoing::of(work, &notices, to_come).await
    }

    pub fn mails(&self) -> usize {
        self.by_kind.values().map(|(mails, _)| mails).sum()
    }

    pub fn letters(&self) -> usize {
        self.by_kind.values().map(|(_, letters)| letters).sum()
    }
}
