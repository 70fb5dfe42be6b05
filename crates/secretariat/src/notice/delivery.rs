//! Sending what is queued. A mail is claimed before the server is asked and concluded afterwards, so that none goes out twice: one whose
//! sending a kill cut off is not sent again by itself, the secretariat is told.

use super::mail::{Mail, Mailer, Undelivered};
use super::{default_setting, is_quiet, text_of, when_allowed};
use crate::{Result, Secretariat, Staff};
use chrono::TimeDelta;
use documents::letter::Letter;
use records::Work;
use records::notice::{Delivery, Notice};
use training::notice::{NoticeState, Variable, Variables, check_transition, fill, wait_before_retry};

/// Longest message of a mail server that is kept, in characters.
const LONGEST_ERROR: usize = 300;
/// What stands first in the error of a mail that may have gone out.
pub const INTERRUPTED: &str = "interrupted";
/// Minutes after which a mail that is being sent is not being sent any more.
const CUT_OFF_MINUTES: i64 = 10;

/// A notice as it is read: its subject and body.
async fn filled(work: &mut Work, notice: &Notice, more: Variables) -> Result<(String, String)> {
    let own = work.notice_templates().await?;
    let text = text_of(&own, notice.kind, notice.template_number)?;
    let mut variables = notice.variables()?;
    variables.extend(more);
    Ok((fill(&text.subject, &variables), fill(&text.body, &variables)))
}

impl Secretariat {
    /// Sends every mail of every provider that may go out now. Gives how many the server took. What keeps one provider's mails from going
    /// out keeps no other's.
    pub async fn deliver_mails(&self, mailer: &Mailer, base_url: &str) -> Result<usize> {
        let mut work = self.read(&Secretariat::operator(0)).await?;
        let providers = work.providers().await?;
        drop(work);
        let (mut sent, mut open) = (0, None);
        for provider in providers {
            let operator = Secretariat::operator(provider.id);
            if !self.has_mail(&operator).await? {
                continue;
            }
            // A server that lets nobody in is asked once, not for each mail.
            if open.is_none() {
                open = Some(mailer.is_open().await);
            }
            if let Some(Err(error)) = &open {
                tracing::error!(%error, "the mail server cannot be used; mails wait");
                return Ok(sent);
            }
            match self.deliver_mails_of(&operator, mailer, base_url).await {
                Ok(count) => sent += count,
                Err(error) => tracing::error!(provider = provider.id, %error, "notices could not be sent"),
            }
        }
        Ok(sent)
    }

    async fn has_mail(&self, operator: &Staff) -> Result<bool> {
        let mut work = self.read(operator).await?;
        Ok(self.next_mail(&mut work).await?.is_some())
    }

    /// The mail that may go out now: what has waited for long waits for the secretariat's word, and in quiet hours only who waits to sign
    /// in is written to, whenever the mail was queued.
    async fn next_mail(&self, work: &mut Work) -> Result<Option<Notice>> {
        let setting = work.notice_setting().await?.unwrap_or_else(default_setting);
        Ok(work.next_mail(self.old_since(), is_quiet(&setting, self.now())).await?)
    }

    async fn deliver_mails_of(&self, operator: &Staff, mailer: &Mailer, base_url: &str) -> Result<usize> {
        let mut sent = 0;
        while let Some((notice, mail)) = self.claim_mail(operator, base_url).await? {
            let outcome = mailer.send(&mail).await;
            sent += usize::from(outcome.is_ok());
            // Whether the server is still there is asked before the next pass.
            let gone = matches!(outcome, Err(Undelivered::Closed(_) | Undelivered::Unsure(_)));
            self.conclude_mail(operator, notice, outcome).await?;
            if gone {
                break;
            }
        }
        Ok(sent)
    }

    /// Takes the next mail and writes that it is being sent.
    async fn claim_mail(&self, operator: &Staff, base_url: &str) -> Result<Option<(i64, Mail)>> {
        let mut work = self.write(operator).await?;
        let Some(notice) = self.next_mail(&mut work).await? else { return Ok(None) };
        let link = self.link_for(&mut work, &notice, base_url).await?;
        let more = [(Variable::Address, base_url.to_owned()), (Variable::Link, link)].into();
        let (subject, body) = filled(&mut work, &notice, more).await?;
        check_transition(notice.state, NoticeState::Sending, operator.role)?;
        work.change_notice(
            &notice,
            NoticeState::Sending,
            Delivery { attempts: notice.attempts + 1, ..notice.delivery() },
        )
        .await?;
        work.commit().await?;
        let mail = Mail {
            recipient: notice.recipient.clone(),
            address: notice.address.clone(),
            subject,
            body,
            at: self.now(),
            id: format!("kensan-{}-{}", operator.provider, notice.id),
        };
        Ok(Some((notice.id, mail)))
    }

    async fn conclude_mail(&self, operator: &Staff, notice: i64, outcome: Result<(), Undelivered>) -> Result<()> {
        let mut work = self.write(operator).await?;
        let notice = work.notice(notice).await?;
        let setting = work.notice_setting().await?.unwrap_or_else(default_setting);
        let later = |seconds| {
            let at = self.now() + TimeDelta::seconds(seconds);
            // Who waits to sign in waits for the server alone.
            if notice.kind.is_urgent() { at } else { when_allowed(&setting, at) }
        };
        let retry = wait_before_retry(notice.attempts).map(later);
        let (to, not_before, error) = match (outcome, retry) {
            (Ok(()), _) => (NoticeState::Sent, notice.not_before, String::new()),
            (Err(Undelivered::Refused(error)), _) => (NoticeState::Bounced, notice.not_before, error),
            (Err(Undelivered::Later(error) | Undelivered::Closed(error)), Some(at)) => (NoticeState::Queued, at, error),
            (Err(Undelivered::Later(error) | Undelivered::Closed(error)), None) => {
                (NoticeState::Failed, notice.not_before, error)
            }
            (Err(Undelivered::Unsure(error)), _) => {
                (NoticeState::Failed, notice.not_before, format!("{INTERRUPTED}: {error}"))
            }
        };
        if to == NoticeState::Failed {
            // What the server said may name the recipient.
            tracing::warn!(notice = notice.id, "a mail could not be sent; the notice says why");
        }
        check_transition(notice.state, to, operator.role)?;
        let error: String = error.chars().take(LONGEST_ERROR).collect();
        work.change_notice(&notice, to, Delivery { not_before, error: &error, ..notice.delivery() }).await?;
        Ok(work.commit().await?)
    }

    /// Mails a killed process was sending, of every provider: they may have arrived, so that they are not sent again by themselves.
    pub async fn conclude_mails_cut_off(&self) -> Result<()> {
        let mut work = self.read(&Secretariat::operator(0)).await?;
        let providers = work.providers().await?;
        drop(work);
        for provider in providers {
            self.conclude_cut_off_of(&Secretariat::operator(provider.id)).await?;
        }
        Ok(())
    }

    async fn conclude_cut_off_of(&self, operator: &Staff) -> Result<()> {
        let before = self.now() - TimeDelta::minutes(CUT_OFF_MINUTES);
        let mut work = self.read(operator).await?;
        let found = work.mails_cut_off(before).await?;
        drop(work);
        if found.is_empty() {
            return Ok(());
        }
        let mut work = self.write(operator).await?;
        for notice in work.mails_cut_off(before).await? {
            let delivery = Delivery { error: INTERRUPTED, ..notice.delivery() };
            work.change_notice(&notice, NoticeState::Failed, delivery).await?;
        }
        Ok(work.commit().await?)
    }

    /// Letters as one PDF, as notice and version seen; `None` where none of them waits to be printed any more.
    pub async fn letters(&self, staff: &Staff, seen: &[(i64, i64)], base_url: &str) -> Result<Option<Vec<u8>>> {
        let mut work = self.read(staff).await?;
        let provider = work.provider().await?;
        let mut waiting = work.letters_waiting(None).await?;
        waiting.retain(|letter| seen.contains(&(letter.id, letter.version)));
        let mut letters = Vec::new();
        for notice in &waiting {
            // On paper there is no link that signs in alone: whoever opens the envelope would be signed in. A code asks for the birth date.
            let known = self.code_to_print(&mut work, notice).await?;
            let code = known.as_ref().map(|code| format!("{base_url}/sign-in/link/{code}"));
            let link = code.clone().unwrap_or_else(|| base_url.to_owned());
            let mut way: Variables = [(Variable::Address, base_url.to_owned()), (Variable::Link, link)].into();
            way.extend(known.map(|code| (Variable::Code, code)));
            let (subject, body) = filled(&mut work, notice, way).await?;
            letters.push(Letter {
                address: notice.address.clone(),
                recipient: notice.recipient.clone(),
                on: crate::local_day(notice.created_at),
                sender: provider.issuer.clone(),
                subject,
                body,
                qr: code,
            });
        }
        drop(work);
        if letters.is_empty() {
            return Ok(None);
        }
        let today = self.today();
        Ok(Some(tokio::task::spawn_blocking(move || documents::letter::pdf(&letters, today)).await??))
    }

    /// Says that letters were printed, as notice and version seen; what has changed since is left. Gives how many.
    pub async fn letters_printed(&self, staff: &Staff, seen: &[(i64, i64)]) -> Result<usize> {
        let mut work = self.write(staff).await?;
        let mut printed = 0;
        for notice in work.letters_waiting(None).await? {
            if !seen.contains(&(notice.id, notice.version)) {
                continue;
            }
            check_transition(notice.state, NoticeState::Sent, staff.role)?;
            work.change_notice(&notice, NoticeState::Sent, notice.delivery()).await?;
            printed += 1;
        }
        work.commit().await?;
        Ok(printed)
    }
}
