//! Mail through the SMTP server the operator names.

use crate::{Refusal, Result};
use chrono::{DateTime, Utc};
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use records::is_this_machine;
use std::time::Duration;

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// Answers that are about who sends and how, not about the mail (RFC 5321, RFC 4954).
const ABOUT_US: [u16; 6] = [504, 521, 530, 534, 535, 538];

/// A connection to the mail server, and the address mails come from.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// One mail, ready to go.
#[derive(Debug, Clone)]
pub(crate) struct Mail {
    pub(crate) recipient: String,
    pub(crate) address: String,
    pub(crate) subject: String,
    pub(crate) body: String,
    pub(crate) at: DateTime<Utc>,
    /// Stays the same however often the mail is sent, so that a mailbox can tell that it has it already.
    pub(crate) id: String,
}

/// Why a mail has not gone out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Undelivered {
    /// The server does not take mail for this address.
    Refused(String),
    /// The server puts it off.
    Later(String),
    /// The server takes nothing from us at all, whatever the address.
    Closed(String),
    /// The way to the server broke off in the middle: the mail may have gone out.
    Unsure(String),
}

/// Would mails travel to another machine in the clear without the operator having said so?
fn is_silently_clear(url: &str) -> bool {
    let url = url.to_ascii_lowercase();
    let Some(rest) = url.strip_prefix("smtp://") else { return false };
    let (authority, question) = rest.split_once(['/', '?']).unwrap_or((rest, ""));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let name = match host.find(']') {
        Some(end) => &host[..=end],
        None => host.split(':').next().unwrap_or_default(),
    };
    !is_this_machine(name) && !question.contains("tls=required") && !question.contains("tls=none")
}

impl Mailer {
    /// `url` as `smtps://user:password@host`, `smtp://host:587?tls=required`, to this machine also `smtp://localhost:25`, and where mails may
    /// travel in the clear `smtp://host:25?tls=none`; `from` as `name <address>`.
    pub fn new(url: &str, from: &str) -> Result<Mailer> {
        let invalid = |field, value: &str| Refusal::FieldInvalid { field, value: value.to_owned() };
        // The URL may hold a password: it is not repeated.
        if is_silently_clear(url) {
            let why = "mails would travel in the clear; say ?tls=required, or ?tls=none where they may";
            return Err(invalid("smtp", why).into());
        }
        let url = url.strip_suffix("?tls=none").unwrap_or(url);
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|_| invalid("smtp", "…"))?;
        Ok(Mailer {
            transport: transport.timeout(Some(PATIENCE)).build(),
            from: from.parse().map_err(|_| invalid("mail-from", from))?,
        })
    }

    fn message(&self, mail: &Mail) -> Result<Message, Undelivered> {
        let refused = |why: String| Undelivered::Refused(why);
        let address = mail.address.parse().map_err(|_| refused("the address is none".to_owned()))?;
        let domain = self.from.email.domain();
        // A head is one line.
        let name = mail.recipient.replace(char::is_control, " ");
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(Some(name).filter(|name| !name.is_empty()), address))
            .subject(mail.subject.as_str())
            .date(mail.at.into())
            .message_id(Some(format!("<{}@{domain}>", mail.id)))
            .header(ContentType::TEXT_PLAIN)
            .body(mail.body.clone())
            .map_err(|error| refused(error.to_string()))
    }

    pub(crate) async fn send(&self, mail: &Mail) -> Result<(), Undelivered> {
        match self.transport.send(self.message(mail)?).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_transient() => Err(Undelivered::Later(error.to_string())),
            Err(error) if error.status().is_some_and(|code| ABOUT_US.contains(&u16::from(code))) => {
                Err(Undelivered::Closed(error.to_string()))
            }
            Err(error) if error.is_permanent() => Err(Undelivered::Refused(error.to_string())),
            Err(error) => Err(Undelivered::Unsure(error.to_string())),
        }
    }

    /// Does the server answer, and let us in?
    pub(crate) async fn is_open(&self) -> Result<(), String> {
        match self.transport.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err("the server does not answer".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // A mailer's connections live on the runtime.
    #[tokio::test]
    async fn mails_travel_in_the_clear_only_where_that_is_said() {
        for (url, clear) in [
            ("smtp://mail.example.lg.jp:25", true),
            ("smtp://mail.example.lg.jp:587?tls=opportunistic", true),
            ("smtp://localhost.example.lg.jp", true),
            ("smtp://user:localhost@mail.example.lg.jp", true),
            ("smtp://mail.example.lg.jp:587?tls=required", false),
            ("smtp://mail.example.lg.jp:25?tls=none", false),
            ("smtps://user:password@mail.example.lg.jp", false),
            ("smtp://127.0.0.1:2525", false),
            ("smtp://localhost", false),
        ] {
            assert_eq!(is_silently_clear(url), clear, "{url}");
            assert_eq!(Mailer::new(url, "研修係 <kenshu@example.lg.jp>").is_err(), clear, "{url}");
        }
    }

    #[tokio::test]
    async fn nothing_written_becomes_a_head_of_a_mail() {
        let mailer = Mailer::new("smtp://localhost", "研修係 <kenshu@example.lg.jp>").unwrap();
        let mail = |recipient: &str, subject: &str, address: &str| Mail {
            recipient: recipient.to_owned(),
            address: address.to_owned(),
            subject: subject.to_owned(),
            body: "本文".to_owned(),
            at: DateTime::UNIX_EPOCH,
            id: "1".to_owned(),
        };
        let hostile = "研修\r\nBcc: evil@example.com\r\n\r\nbody";
        for (recipient, subject) in [(hostile, "件名"), ("研修 太郎", hostile), ("\"a\" <evil@example.com>,", "x")]
        {
            let made = mailer.message(&mail(recipient, subject, "taro@example.lg.jp")).unwrap();
            let text = String::from_utf8(made.formatted()).unwrap();
            let heads: Vec<&str> = text.split("\r\n\r\n").next().unwrap().split("\r\n").collect();
            assert!(!heads.iter().any(|head| head.to_ascii_lowercase().starts_with("bcc")), "{text}");
            assert_eq!(made.envelope().to().len(), 1, "{text}");
            assert_eq!(made.envelope().to()[0].to_string(), "taro@example.lg.jp");
        }
        assert!(mailer.message(&mail("研修 太郎", "件名", "taro@example.lg.jp\r\nBcc: evil@example.com")).is_err());
    }
}
