//! A question before something is sent: how many mails and letters go to whom, and how the first of them reads.

use crate::shell::desk::Desk;
use crate::shell::form::Fields;
use crate::shell::page::{Answer, Page, render};
use crate::wording::notice as words;
use askama::Template;
use secretariat::notice::Text;
use secretariat::notice::outgoing::Outgoing;

struct OfKind {
    kind: String,
    mails: usize,
    letters: usize,
}

#[derive(Template)]
#[template(path = "notice/sending.html")]
struct Sending {
    page: Page,
    heading: String,
    /// Where the form goes when it is confirmed, and where it came from.
    action: String,
    back: String,
    button: String,
    kinds: Vec<OfKind>,
    mails: usize,
    letters: usize,
    recipients: Vec<String>,
    without_address: Vec<String>,
    sample: Option<(String, Text)>,
    /// Is there a mail server?
    server: bool,
    /// What was sent with the form.
    others: Vec<(String, String)>,
}

/// Said by whoever has seen what will be sent.
const CONFIRMED: &str = "confirmed";

pub(crate) fn is_confirmed(fields: &Fields) -> bool {
    fields.ticked(CONFIRMED)
}

/// What is asked: a heading, where the form goes and came from, and what its button says.
pub(crate) struct Question {
    pub(crate) heading: String,
    pub(crate) action: String,
    pub(crate) back: String,
    pub(crate) button: String,
}

/// The page that asks. Nothing is done yet.
pub(crate) fn ask(desk: &mut Desk, page: Page, question: Question, fields: &Fields, outgoing: Outgoing) -> Answer {
    let others = fields.names().filter(|name| ![CONFIRMED, "csrf"].contains(name));
    let others = others.flat_map(|name| fields.all(name).map(|value| (name.to_owned(), value.to_owned())));
    let (mails, letters) = (outgoing.mails(), outgoing.letters());
    let kinds = outgoing.by_kind.into_iter();
    let asked = Sending {
        heading: question.heading,
        action: question.action,
        back: question.back,
        button: question.button,
        kinds: kinds
            .map(|(kind, (mails, letters))| OfKind { kind: words::kind(&page, kind), mails, letters })
            .collect(),
        mails,
        letters,
        recipients: outgoing.recipients,
        without_address: outgoing.without_address,
        sample: outgoing.sample,
        server: desk.app().mails,
        others: others.collect(),
        page,
    };
    render(&asked)
}
