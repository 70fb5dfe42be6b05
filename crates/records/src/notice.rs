//! Notices: their texts in versions, what was told to whom, and where each delivery stands.

use crate::work::one_row;
use crate::{Error, Result, Work};
use chrono::{DateTime, Utc};
use training::notice::{NoticeKind, NoticeState, Variables};

/// A provider's own text.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct NoticeTemplate {
    pub id: i64,
    #[sqlx(try_from = "String")]
    pub kind: NoticeKind,
    /// Versions of a kind count from 1; the text that ships is 0.
    pub number: i64,
    pub subject: String,
    pub body: String,
    pub published_by: String,
    pub published_at: DateTime<Utc>,
}

/// When notices go out by themselves. `version` is 0 where the provider has said nothing.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct NoticeSetting {
    pub quiet_from: i64,
    pub quiet_until: i64,
    /// Days before the last day of the practicum, divided by blanks.
    pub lead_days: String,
    /// Days an entry waits before its supervisor is reminded; 0: never.
    pub waiting_days: i64,
    pub link_days: i64,
    pub version: i64,
}

/// By what a notice reaches its recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    Mail,
    Letter,
}

impl Channel {
    pub fn id(self) -> &'static str {
        match self {
            Channel::Mail => "mail",
            Channel::Letter => "letter",
        }
    }
}

impl TryFrom<String> for Channel {
    type Error = training::UnknownId;

    fn try_from(id: String) -> std::result::Result<Channel, training::UnknownId> {
        match id.as_str() {
            "mail" => Ok(Channel::Mail),
            "letter" => Ok(Channel::Letter),
            _ => Err(training::UnknownId(id, "channel")),
        }
    }
}

/// Which notices a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    All,
    In(NoticeState),
    /// What has not reached anybody and will not by itself.
    Undelivered,
}

/// A notice to be sent.
#[derive(Debug, Clone)]
pub struct NewNotice {
    pub cohort: Option<i64>,
    pub kind: NoticeKind,
    pub template_number: i64,
    pub variables: Variables,
    pub enrolment: Option<i64>,
    pub host_office: Option<i64>,
    pub supervisor: Option<i64>,
    pub recipient: String,
    pub channel: Channel,
    pub address: String,
    /// Not before this moment.
    pub not_before: DateTime<Utc>,
    /// What it is about; a second notice about the same is not made.
    pub once: String,
}

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Notice {
    pub id: i64,
    pub provider_id: i64,
    pub cohort_id: Option<i64>,
    #[sqlx(try_from = "String")]
    pub kind: NoticeKind,
    pub template_number: i64,
    /// JSON of [`Variables`].
    pub variables: String,
    pub enrolment_id: Option<i64>,
    pub host_office_id: Option<i64>,
    pub supervisor_id: Option<i64>,
    pub recipient: String,
    #[sqlx(try_from = "String")]
    pub channel: Channel,
    pub address: String,
    #[sqlx(try_from = "String")]
    pub state: NoticeState,
    pub error: String,
    pub attempts: i64,
    pub not_before: DateTime<Utc>,
    pub created_by: String,
    pub created_at: DateTime<Utc>,
    pub changed_at: DateTime<Utc>,
    pub version: i64,
}

/// How the delivery of a notice stands, beside its state.
#[derive(Debug, Clone, Copy)]
pub struct Delivery<'a> {
    pub attempts: i64,
    pub not_before: DateTime<Utc>,
    /// What the mail server said.
    pub error: &'a str,
    pub address: &'a str,
}

impl Notice {
    /// As it stands.
    pub fn delivery(&self) -> Delivery<'_> {
        Delivery { attempts: self.attempts, not_before: self.not_before, error: &self.error, address: &self.address }
    }

    /// Its time was over: whom it went to and what it said is gone.
    pub fn is_erased(&self) -> bool {
        self.recipient.is_empty() && self.variables == "{}"
    }

    pub fn variables(&self) -> Result<Variables> {
        Ok(serde_json::from_str(&self.variables)?)
    }
}

const NOTICE: &str = "id, provider_id, cohort_id, kind, template_number, variables, enrolment_id, host_office_id, supervisor_id, recipient,
        channel, address, state, error, attempts, not_before, created_by, created_at, changed_at, version";

impl Work {
    /// A new version of a text.
    pub async fn publish_notice_template(&mut self, kind: NoticeKind, subject: &str, body: &str) -> Result<i64> {
        let number = self.notice_templates().await?.iter().filter(|known| known.kind == kind).count() as i64 + 1;
        let id = insert!(
            self,
            "notice_template",
            "INSERT INTO notice_template (provider_id, kind, number, subject, body, published_by, published_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
            self.actor.provider,
            kind.id(),
            number,
            subject,
            body,
            &self.actor.name,
            self.actor.now
        )?;
        self.audit("notice.template_published", format!("notice_template/{id}"), (kind, number))?;
        Ok(number)
    }

    /// Every version of the provider's own texts, the newest first.
    pub async fn notice_templates(&mut self) -> Result<Vec<NoticeTemplate>> {
        all!(
            self,
            NoticeTemplate,
            "SELECT id, kind, number, subject, body, published_by, published_at FROM notice_template
             WHERE provider_id = $1 ORDER BY id DESC",
            self.actor.provider
        )
    }

    /// What the provider has said; `None` where nothing.
    pub async fn notice_setting(&mut self) -> Result<Option<NoticeSetting>> {
        optional!(
            self,
            NoticeSetting,
            "SELECT quiet_from, quiet_until, lead_days, waiting_days, link_days, version FROM notice_setting WHERE provider_id = $1",
            self.actor.provider
        )
    }

    /// Changes the setting as read at its version.
    pub async fn set_notice_setting(&mut self, setting: &NoticeSetting) -> Result<()> {
        let changed = if setting.version == 0 {
            change!(
                self,
                "notice_setting",
                "INSERT INTO notice_setting (provider_id, quiet_from, quiet_until, lead_days, waiting_days, link_days)
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (provider_id) DO NOTHING RETURNING id",
                self.actor.provider,
                setting.quiet_from,
                setting.quiet_until,
                &setting.lead_days,
                setting.waiting_days,
                setting.link_days
            )?
        } else {
            change!(
                self,
                "notice_setting",
                "UPDATE notice_setting SET quiet_from = $2, quiet_until = $3, lead_days = $4, waiting_days = $5, link_days = $6,
                    version = version + 1 WHERE provider_id = $1 AND version = $7 RETURNING id",
                self.actor.provider,
                setting.quiet_from,
                setting.quiet_until,
                &setting.lead_days,
                setting.waiting_days,
                setting.link_days,
                setting.version
            )?
        };
        let id = one_row(&changed)?;
        let detail =
            (setting.quiet_from, setting.quiet_until, &setting.lead_days, setting.waiting_days, setting.link_days);
        self.audit("notice.setting_changed", format!("notice_setting/{id}"), detail)
    }

    /// Queues a notice; `None` where one about the same was made before. The ledger names what it is about, never what it says.
    pub async fn queue_notice(&mut self, new: &NewNotice) -> Result<Option<i64>> {
        let made = change!(
            self,
            "notice",
            "INSERT INTO notice (provider_id, cohort_id, kind, template_number, variables, enrolment_id, host_office_id, supervisor_id,
                recipient, channel, address, state, not_before, once, created_by, created_at, changed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16)
             ON CONFLICT (provider_id, once) DO NOTHING RETURNING id",
            self.actor.provider,
            new.cohort,
            new.kind.id(),
            new.template_number,
            serde_json::to_string(&new.variables)?,
            new.enrolment,
            new.host_office,
            new.supervisor,
            &new.recipient,
            new.channel.id(),
            &new.address,
            NoticeState::Queued.id(),
            new.not_before,
            &new.once,
            &self.actor.name,
            self.actor.now
        )?;
        if let Some(id) = made.first() {
            self.audit("notice.queued", format!("notice/{id}"), (new.kind, new.template_number, new.channel.id()))?;
        }
        Ok(made.first().copied())
    }

    pub async fn notice(&mut self, id: i64) -> Result<Notice> {
        let sql = sqlx::AssertSqlSafe(format!("SELECT {NOTICE} FROM notice WHERE id = $1 AND provider_id = $2"));
        optional!(self, Notice, sql, id, self.actor.provider)?.ok_or(Error::NotFound)
    }

    /// Notices about a trainee, the newest first.
    pub async fn notices_of(&mut self, enrolment: i64) -> Result<Vec<Notice>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {NOTICE} FROM notice WHERE enrolment_id = $1 AND provider_id = $2 ORDER BY id DESC"
        ));
        all!(self, Notice, sql, enrolment, self.actor.provider)
    }

    /// Notices of a cohort or of all, the newest first.
    pub async fn notices(
        &mut self,
        cohort: Option<i64>,
        shown: Shown,
        (limit, offset): (i64, i64),
    ) -> Result<Vec<Notice>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {NOTICE} FROM notice WHERE provider_id = $1 AND (cohort_id = $2 OR $2 = 0)
                AND ($3 = '' OR state IN ($3, $4)) ORDER BY id DESC LIMIT $5 OFFSET $6"
        ));
        let (one, other) = match shown {
            Shown::All => ("", ""),
            Shown::In(state) => (state.id(), state.id()),
            Shown::Undelivered => (NoticeState::Bounced.id(), NoticeState::Failed.id()),
        };
        all!(self, Notice, sql, self.actor.provider, cohort.unwrap_or(0), one, other, limit, offset)
    }

    /// How many notices of a cohort, or of all, stand so, by state.
    pub async fn count_notices(&mut self, cohort: Option<i64>) -> Result<Vec<(NoticeState, i64)>> {
        let sql =
            "SELECT state, count(*) FROM notice WHERE provider_id = $1 AND (cohort_id = $2 OR $2 = 0) GROUP BY state";
        let counts = all!(self, (String, i64), sql, self.actor.provider, cohort.unwrap_or(0))?;
        counts.into_iter().map(|(state, count)| Ok((NoticeState::try_from(state)?, count))).collect()
    }

    /// Letters that wait to be printed, of a cohort or of all, the oldest first.
    pub async fn letters_waiting(&mut self, cohort: Option<i64>) -> Result<Vec<Notice>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {NOTICE} FROM notice WHERE provider_id = $1 AND (cohort_id = $2 OR $2 = 0) AND state = 'queued'
                AND channel = 'letter' ORDER BY id"
        ));
        all!(self, Notice, sql, self.actor.provider, cohort.unwrap_or(0))
    }

    /// Is a link to sign in with on its way to this person at this address, or was one sent after a moment?
    pub async fn link_on_its_way(
        &mut self,
        (office, supervisor): (i64, Option<i64>),
        (recipient, address): (&str, &str),
        since: DateTime<Utc>,
    ) -> Result<bool> {
        let found = scalar!(
            self,
            i64,
            "SELECT count(*) FROM notice WHERE provider_id = $1 AND host_office_id = $2 AND coalesce(supervisor_id, 0) = $3 AND kind = $4
                AND recipient = $5 AND address = $6
                AND (state IN ('queued', 'sending') OR (state = 'sent' AND changed_at > $7))",
            self.actor.provider,
            office,
            supervisor.unwrap_or(0),
            NoticeKind::SignIn.id(),
            recipient,
            address,
            since
        )?;
        Ok(found > 0)
    }

    /// A link that waits for later goes out now; somebody asks for it again.
    pub async fn hasten_link(&mut self, (office, supervisor): (i64, Option<i64>), address: &str) -> Result<()> {
        let hastened = change!(
            self,
            "notice",
            "UPDATE notice SET not_before = $6, version = version + 1
             WHERE provider_id = $1 AND host_office_id = $2 AND coalesce(supervisor_id, 0) = $3 AND kind = $4 AND address = $5
                AND state = 'queued' AND not_before > $6 RETURNING id",
            self.actor.provider,
            office,
            supervisor.unwrap_or(0),
            NoticeKind::SignIn.id(),
            address,
            self.actor.now
        )?;
        for id in hastened {
            self.audit("notice.changed", format!("notice/{id}"), (NoticeState::Queued, NoticeState::Queued))?;
        }
        Ok(())
    }

    /// The newest mail of this kind about a trainee at an office that still waits.
    pub async fn mail_waiting(&mut self, kind: NoticeKind, enrolment: i64, host_office: i64) -> Result<Option<Notice>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {NOTICE} FROM notice WHERE provider_id = $1 AND kind = $2 AND enrolment_id = $3 AND host_office_id = $4
                AND state = 'queued' AND channel = 'mail' ORDER BY id DESC LIMIT 1"
        ));
        optional!(self, Notice, sql, self.actor.provider, kind.id(), enrolment, host_office)
    }

    /// Lets a mail that waits, as read, say something else, and not before this moment. Gives `false` where it is going out already.
    pub async fn say_instead(
        &mut self,
        notice: &Notice,
        variables: &Variables,
        not_before: DateTime<Utc>,
    ) -> Result<bool> {
        let changed = change!(
            self,
            "notice",
            "UPDATE notice SET variables = $4, not_before = $5, changed_at = $6, version = version + 1
             WHERE id = $1 AND provider_id = $2 AND version = $3 AND state = 'queued' RETURNING id",
            notice.id,
            self.actor.provider,
            notice.version,
            serde_json::to_string(variables)?,
            not_before,
            self.actor.now
        )?;
        if changed.is_empty() {
            return Ok(false);
        }
        self.audit("notice.changed", format!("notice/{}", notice.id), (notice.state, notice.state))?;
        Ok(true)
    }

    /// The mail that waits longest and may go out now, of the provider this work is done for: one that was queued or last spoken for after
    /// `since`; of the urgent kinds alone where `only_urgent` says so.
    pub async fn next_mail(&mut self, since: DateTime<Utc>, only_urgent: bool) -> Result<Option<Notice>> {
        let urgent = NoticeKind::ALL.into_iter().filter(|kind| kind.is_urgent());
        let urgent = urgent.map(|kind| format!("'{}'", kind.id())).collect::<Vec<_>>().join(", ");
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {NOTICE} FROM notice WHERE state = 'queued' AND channel = 'mail' AND not_before <= $1 AND provider_id = $2
                AND changed_at > $3 AND (NOT $4 OR kind IN ({urgent})) ORDER BY not_before, id LIMIT 1"
        ));
        optional!(self, Notice, sql, self.actor.now, self.actor.provider, since, only_urgent)
    }

    /// Mails that still wait and were last spoken for at `since` or before, of a cohort or of all, the oldest first.
    pub async fn old_mails(&mut self, cohort: Option<i64>, since: DateTime<Utc>) -> Result<Vec<Notice>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {NOTICE} FROM notice WHERE state = 'queued' AND channel = 'mail' AND provider_id = $1 AND changed_at <= $2
                AND (cohort_id = $3 OR $3 = 0) ORDER BY id"
        ));
        all!(self, Notice, sql, self.actor.provider, since, cohort.unwrap_or(0))
    }

    /// Notices by id, in the order of their ids.
    pub async fn notices_from(&mut self, first: i64, last: i64) -> Result<Vec<Notice>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {NOTICE} FROM notice WHERE id BETWEEN $1 AND $2 AND provider_id = $3 ORDER BY id"
        ));
        all!(self, Notice, sql, first, last, self.actor.provider)
    }

    /// Mails that have been going out since before a moment: their sending was cut off.
    pub async fn mails_cut_off(&mut self, before: DateTime<Utc>) -> Result<Vec<Notice>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {NOTICE} FROM notice WHERE state = 'sending' AND provider_id = $1 AND changed_at < $2"
        ));
        all!(self, Notice, sql, self.actor.provider, before)
    }

    /// Writes a change of a delivery that the caller has checked against the transition table.
    pub async fn change_notice(&mut self, notice: &Notice, to: NoticeState, delivery: Delivery<'_>) -> Result<()> {
        let changed = change!(
            self,
            "notice",
            "UPDATE notice SET state = $4, attempts = $5, not_before = $6, error = $7, address = $8, changed_at = $9,
                version = version + 1
             WHERE id = $1 AND provider_id = $2 AND version = $3 RETURNING id",
            notice.id,
            self.actor.provider,
            notice.version,
            to.id(),
            delivery.attempts,
            delivery.not_before,
            delivery.error,
            delivery.address,
            self.actor.now
        )?;
        one_row(&changed)?;
        self.audit("notice.changed", format!("notice/{}", notice.id), (notice.state, to))
    }
}
