//! A form that was refused comes back as the page it was sent from: with what was typed, and every error at its field at once. The one
//! mechanism for every form: what a field must be is read from the form itself.

use crate::shell::form::Fields;
use crate::shell::form_of_page::{Place, Seen, form_of};
use crate::shell::page::{Page, is_own_path};
use crate::shell::problem::Problem;
use crate::wording;
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use lol_html::html_content::{ContentType, Element};
use lol_html::{HandlerResult, RewriteStrSettings, element, rewrite_str};
use secretariat::Refusal;
use secretariat::cohort::refusal::CohortRefusal;
use secretariat::practicum::refusal::PracticumRefusal;
use std::cell::RefCell;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use tower::ServiceExt;
use training::trainee::person::normalise;
use training::{NaiveDate, time_of_day, wareki};

/// Largest page that is shown again.
const LARGEST_PAGE: usize = 8 * 1024 * 1024;
/// The field that keeps which page a form stood on first: after a refusal the address is that of the act.
pub(super) const FROM_FIELD: &str = "from_page";

/// Where a form leaves what was typed, for the case that it is refused.
#[derive(Debug, Clone, Default)]
pub(crate) struct Typed(Arc<Mutex<Option<Fields>>>);

impl Typed {
    pub(super) fn keep(&self, fields: &Fields) {
        if let Ok(mut kept) = self.0.lock() {
            *kept = Some(fields.clone());
        }
    }

    /// Every field with each of its values; they stay.
    pub(super) fn pairs(&self) -> Vec<(String, String)> {
        let Ok(kept) = self.0.lock() else { return Vec::new() };
        let fields = kept.iter().flat_map(Fields::pairs);
        fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    fn take(&self) -> Option<Fields> {
        self.0.lock().ok()?.take()
    }
}

/// A form to be shown again.
#[derive(Debug)]
pub(crate) struct Again {
    /// Path the form was sent to.
    path: String,
    /// Page it stood on.
    from: String,
    status: StatusCode,
    fields: Fields,
    /// What is wrong: the field's name, of several of one name with its place (`minutes#2`), empty for the form as a whole; and the message.
    faults: Vec<(String, String)>,
    /// Do the faults say no more than that a field cannot be read? Then what the form asks of it says more.
    is_vague: bool,
    words: Words,
    today: NaiveDate,
}

#[derive(Debug)]
struct Words {
    title: String,
    empty: String,
    not_date: String,
    not_time: String,
    not_number: String,
}

impl Again {
    /// What to show again of a refused form; none where the problem is no field's, or where nobody knows which page it stood on.
    pub(super) fn of(page: &Page, problem: &Problem, typed: &Typed) -> Option<Again> {
        let faults = match problem {
            Problem::BadForm(field) => vec![(field.clone(), t!(page, "field-unreadable"))],
            Problem::Fields(faults) => faults.clone(),
            Problem::Refused(Refusal::Cohort(CohortRefusal::Shares(faults))) => {
                let typed = typed.0.lock().ok()?;
                wording::session::faults_at_fields(page, faults, typed.as_ref()?)
            }
            Problem::Refused(Refusal::Practicum(PracticumRefusal::Day(faults))) => {
                wording::practicum::day_faults_at_fields(page, faults)
            }
            Problem::Refused(refusal) => {
                let field = match refusal {
                    Refusal::Cohort(CohortRefusal::AbsentWithTimes { enrolment, .. }) => format!("arrived-{enrolment}"),
                    Refusal::Cohort(CohortRefusal::LeftBeforeArrived { enrolment, .. }) => format!("left-{enrolment}"),
                    _ => wording::field::field_of(refusal).unwrap_or_default().to_owned(),
                };
                vec![(field, wording::refusal::refusal(page, refusal))]
            }
            _ => return None,
        };
        let fields = typed.take()?;
        let own = fields.text(FROM_FIELD);
        let from = if is_own_path(own) { own.to_owned() } else { page.from.clone()? };
        let words = Words {
            title: t!(page, "problem-refused"),
            empty: t!(page, "field-empty"),
            not_date: t!(page, "field-not-date"),
            not_time: t!(page, "field-not-time"),
            not_number: t!(page, "field-not-number"),
        };
        Some(Again {
            path: page.path.clone(),
            from,
            status: problem.status(),
            fields,
            faults,
            is_vague: matches!(problem, Problem::BadForm(_)),
            words,
            today: page.today,
        })
    }
}

/// Answers a refused form with its page. `pages` is what answers without this.
pub(crate) async fn again(State(pages): State<Router>, request: Request, next: Next) -> Response {
    let headers = request.headers().clone();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().copied();
    let answer = next.run(request).await;
    let Some(again) = answer.extensions().get::<Arc<Again>>().cloned() else { return answer };
    shown_again(pages, &headers, peer, &again).await.unwrap_or(answer)
}

async fn shown_again(
    pages: Router,
    headers: &HeaderMap,
    peer: Option<ConnectInfo<SocketAddr>>,
    again: &Again,
) -> Option<Response> {
    let mut request = Request::builder().method(Method::GET).uri(&again.from).body(Body::empty()).ok()?;
    let forwarded = HeaderName::from_static("x-forwarded-for");
    for name in [header::COOKIE, header::HOST, header::ACCEPT_LANGUAGE, forwarded] {
        for value in headers.get_all(&name) {
            request.headers_mut().append(&name, value.clone());
        }
    }
    if let Some(peer) = peer {
        request.extensions_mut().insert(peer);
    }
    let (mut parts, body) = pages.oneshot(request).await.ok()?.into_parts();
    let is_html = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if parts.status != StatusCode::OK || !is_html {
        return None;
    }
    let html = axum::body::to_bytes(body, LARGEST_PAGE).await.ok()?;
    let html = refilled(std::str::from_utf8(&html).ok()?, again)?;
    parts.status = again.status;
    parts.headers.remove(header::CONTENT_LENGTH);
    Some(Response::from_parts(parts, Body::from(html)))
}

/// The page with the form filled as it was sent; none where it has no such form.
fn refilled(html: &str, again: &Again) -> Option<String> {
    let sent = form_of(html, &again.path, &again.fields)?;
    let filling = Rc::new(RefCell::new(Filling::new(again, sent)));
    let html = rewritten(html, &filling)?;
    let summary = filling.borrow().summary();
    let place = element!("main", |main: &mut Element<'_, '_>| {
        main.prepend(&summary, ContentType::Html);
        Ok(())
    });
    rewrite_str(&html, RewriteStrSettings::new().append_element_content_handler(place)).ok()
}

/// A fault at a field of the page.
struct Told {
    id: String,
    /// What the field is called; empty where the page does not say.
    label: String,
    message: String,
}

/// Fills one form of a page, and collects what is wrong in it.
struct Filling<'a> {
    again: &'a Again,
    form: Seen,
    /// Faults that have not found their field yet.
    open: Vec<(String, String)>,
    /// Faults of the form as a whole.
    whole: Vec<String>,
    told: Vec<Told>,
    /// Forms and folded parts met so far.
    place: Place,
    inside: bool,
    /// How often each name was met in the form.
    met: HashMap<String, usize>,
    /// What is chosen in the list being met.
    chosen: Option<String>,
}

/// A control of the form.
struct Control {
    name: String,
    kind: String,
    /// What was typed into it; none for one that was not sent.
    typed: Option<String>,
}

/// The name of a field and, of several of one name, which it is from 0: `minutes#2`.
fn placed(field: &str) -> (&str, Option<usize>) {
    match field.split_once('#') {
        Some((name, place)) => (name, place.parse().ok()),
        None => (field, None),
    }
}

impl<'a> Filling<'a> {
    fn new(again: &'a Again, form: Seen) -> Filling<'a> {
        let is_at_field = |(field, _): &&(String, String)| form.names.contains(placed(field).0);
        let (open, whole): (Vec<_>, Vec<_>) = again.faults.iter().partition(is_at_field);
        Filling {
            again,
            open: open.into_iter().cloned().collect(),
            whole: whole.into_iter().map(|(_, message)| message.clone()).collect(),
            form,
            told: Vec::new(),
            place: Place::default(),
            inside: false,
            met: HashMap::new(),
            chosen: None,
        }
    }

    /// Remembers that a control of the form was met.
    fn meet(&mut self, element: &Element<'_, '_>) -> Option<Control> {
        if !self.inside {
            return None;
        }
        let name = element.get_attribute("name")?;
        let kind = element.get_attribute("type").unwrap_or_default();
        let place = self.met.entry(name.clone()).or_default();
        let typed = self.again.fields.all(&name).nth(*place).map(str::to_owned);
        *place += 1;
        Some(Control { name, kind, typed })
    }

    /// What is wrong with a control: what the act has said of it, else what the form itself asks of it.
    fn fault(&mut self, element: &Element<'_, '_>, control: &Control) -> Option<String> {
        let text = control.typed.as_deref().unwrap_or_default().trim();
        let own = self.own_fault(element, text);
        let repeated = self.again.fields.all(&control.name).count() > 1;
        let here = self.met.get(&control.name).map_or(0, |met| met - 1);
        let is_said = |(field, _): &(String, String)| {
            let (name, place) = placed(field);
            name == control.name && place.is_none_or(|place| place == here)
        };
        let said = self.open.iter().position(is_said);
        let is_placed = said.is_some_and(|said| placed(&self.open[said].0).1.is_some());
        match (said, own) {
            // Of several fields of one name the one that is wrong.
            (Some(_), None) if !is_placed && repeated && self.later_is_wrong(element, &control.name) => None,
            (Some(place), own) => {
                let message = self.open.remove(place).1;
                Some(own.filter(|_| self.again.is_vague).unwrap_or(message))
            }
            (None, own) => own,
        }
    }

    fn later_is_wrong(&self, element: &Element<'_, '_>, name: &str) -> bool {
        let place = self.met.get(name).copied().unwrap_or(0);
        self.again.fields.all(name).skip(place).any(|typed| self.own_fault(element, typed.trim()).is_some())
    }

    fn own_fault(&self, element: &Element<'_, '_>, text: &str) -> Option<String> {
        let is = |name: &str, value: &str| element.get_attribute(name).is_some_and(|known| known == value);
        if text.is_empty() {
            let is_asked = element.has_attribute("required") && !is("type", "radio") && !is("type", "file");
            return is_asked.then(|| self.again.words.empty.clone());
        }
        let is_number = |text: &str| normalise(text).parse::<i64>().is_ok();
        match () {
            () if is("data-kind", "date") && wareki::parse_near(text, self.again.today).is_none() => {
                Some(self.again.words.not_date.clone())
            }
            () if is("data-kind", "time") && time_of_day::parse(text).is_none() => {
                Some(self.again.words.not_time.clone())
            }
            () if element.has_attribute("data-kind") => None,
            () if is("inputmode", "numeric") && element.tag_name() == "input" && !is_number(text) => {
                Some(self.again.words.not_number.clone())
            }
            () => None,
        }
    }

    /// Says a fault at a control.
    fn tell(&mut self, element: &mut Element<'_, '_>, message: String) -> HandlerResult {
        let number = self.told.len() + 1;
        let fault = format!("fault-{number}");
        let id = element.get_attribute("id").unwrap_or_else(|| format!("field-{number}"));
        let known = element.get_attribute("aria-describedby");
        let described = known.map_or_else(|| fault.clone(), |known| format!("{fault} {known}"));
        element.set_attribute("id", &id)?;
        element.set_attribute("aria-invalid", "true")?;
        element.set_attribute("aria-describedby", &described)?;
        let said = format!("<span class=\"field-error\" id=\"{fault}\">{}</span>", escaped(&message));
        element.before(&said, ContentType::Html);
        let label = self.form.labels.get(&id).cloned().or_else(|| element.get_attribute("aria-label"));
        self.told.push(Told { id, label: label.unwrap_or_default(), message });
        Ok(())
    }

    /// Fills one control as it was sent, and says what is wrong with it.
    fn fill(&mut self, element: &mut Element<'_, '_>) -> HandlerResult {
        let Some(control) = self.meet(element) else { return Ok(()) };
        let typed = control.typed.clone();
        match (element.tag_name().as_str(), control.kind.as_str()) {
            ("input", "hidden") => {
                // The token is the page's own, the rest what the person's page had: nobody else's change is overwritten unseen.
                if let Some(typed) = typed.filter(|_| control.name != "csrf") {
                    element.set_attribute("value", &escaped(&typed))?;
                }
                return Ok(());
            }
            ("input", "checkbox" | "radio") => {
                let value = element.get_attribute("value").unwrap_or_else(|| "on".to_owned());
                match self.again.fields.all(&control.name).any(|sent| sent == value) {
                    true => element.set_attribute("checked", "")?,
                    false => element.remove_attribute("checked"),
                }
            }
            ("input", "password" | "file") => {}
            ("input", _) => element.set_attribute("value", &escaped(typed.as_deref().unwrap_or_default()))?,
            ("select", _) => self.chosen = typed,
            // The first line break of such a field is not its content.
            (_, _) => element.set_inner_content(&format!("\n{}", typed.unwrap_or_default()), ContentType::Text),
        }
        match self.fault(element, &control) {
            Some(message) => self.tell(element, message),
            None => Ok(()),
        }
    }

    /// What stands over the page: all that is wrong, each with a link to its field.
    fn summary(&self) -> String {
        let whole = self.whole.iter().map(|message| format!("<li>{}</li>", escaped(message)));
        let link = |told: &Told| {
            // The label is as the page has it, escaped already.
            let label = if told.label.is_empty() { String::new() } else { format!("{}: ", told.label) };
            format!("<li><a href=\"#{}\">{label}{}</a></li>", escaped(&told.id), escaped(&told.message))
        };
        let lines: String = whole.chain(self.told.iter().map(link)).collect();
        let title = escaped(&self.again.words.title);
        format!(
            "<div class=\"error-summary\" role=\"alert\" tabindex=\"-1\" data-faults><h2>{title}</h2><ul>{lines}</ul></div>"
        )
    }
}

/// What fills the form while the page passes by.
fn rewritten(html: &str, filling: &Rc<RefCell<Filling<'_>>>) -> Option<String> {
    let details = element!("details", |details: &mut Element<'_, '_>| {
        let mut now = filling.borrow_mut();
        let number = now.place.details;
        now.place.details += 1;
        match now.form.details.contains(&number) {
            true => details.set_attribute("open", "").map_err(Into::into),
            false => Ok(()),
        }
    });
    let forms = element!("form", |form: &mut Element<'_, '_>| {
        let mut now = filling.borrow_mut();
        now.inside = now.place.forms == now.form.index;
        now.place.forms += 1;
        if now.inside {
            let from = escaped(&now.again.from);
            let mut head = format!("<input type=\"hidden\" name=\"{FROM_FIELD}\" value=\"{from}\">");
            head.extend(now.whole.iter().map(|message| format!("<p class=\"field-error\">{}</p>", escaped(message))));
            form.prepend(&head, ContentType::Html);
        }
        Ok(())
    });
    let controls = element!("form input, form select, form textarea", |control: &mut Element<'_, '_>| {
        filling.borrow_mut().fill(control)
    });
    let options = element!("form select option", |option: &mut Element<'_, '_>| {
        let now = filling.borrow();
        let Some(chosen) = now.chosen.as_ref().filter(|_| now.inside) else { return Ok(()) };
        match option.get_attribute("value").as_ref() == Some(chosen) {
            true => option.set_attribute("selected", "").map_err(Into::into),
            false => {
                option.remove_attribute("selected");
                Ok(())
            }
        }
    });
    let settings = RewriteStrSettings::new()
        .append_element_content_handler(details)
        .append_element_content_handler(forms)
        .append_element_content_handler(controls)
        .append_element_content_handler(options);
    rewrite_str(html, settings).ok()
}

/// A text within HTML, also within an attribute.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const PAGE: &str = r#"<body><main><h1>期</h1>
<details><summary>記録</summary>
<form method="post" action="/a"><input type="hidden" name="csrf" value="new"><input type="hidden" name="kind" value="one"><input type="hidden" name="version" value="2"><input id="reason" name="reason"></form>
<form method="post" action="/a"><input type="hidden" name="csrf" value="new"><input type="hidden" name="kind" value="two"><input type="hidden" name="version" value="2">
<label for="on">日付</label><input id="on" name="on" required data-kind="date"><input name="at" data-kind="time" aria-describedby="hint"><input name="minutes" required inputmode="numeric">
<input type="checkbox" name="own" value="1"><input type="radio" name="way" value="x" checked><input type="radio" name="way" value="y">
<select name="stage"><option value="plan" selected>計画</option><option value="look">振り返り</option></select>
<textarea name="note">old</textarea><input name="subject" value=""><input name="subject" value=""><input type="password" name="password" required></form></details>
<form method="post" action="/b"><input name="on" value="b"></form></main></body>"#;

    fn again(fields: &[(&str, &str)], faults: &[(&str, &str)]) -> Again {
        let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
        let words = ["refused", "empty", "no date", "no time", "no number"].map(str::to_owned);
        let [title, empty, not_date, not_time, not_number] = words;
        Again {
            path: "/a".into(),
            from: "/page?x=1&y=\"2\"".into(),
            status: StatusCode::UNPROCESSABLE_ENTITY,
            fields: Fields::of(fields),
            faults: faults.iter().map(owned).collect(),
            is_vague: false,
            words: Words { title, empty, not_date, not_time, not_number },
            today: NaiveDate::from_ymd_opt(2026, 11, 29).unwrap(),
        }
    }

    /// The second form, as it comes back.
    fn second(fields: &[(&str, &str)], faults: &[(&str, &str)]) -> (String, String) {
        let sent: Vec<(&str, &str)> =
            [("csrf", "old"), ("kind", "two"), ("version", "1")].into_iter().chain(fields.iter().copied()).collect();
        let html = refilled(PAGE, &again(&sent, faults)).unwrap();
        let form = html.split("<form").nth(2).unwrap().split("</form>").next().unwrap().to_owned();
        (html, form)
    }

    #[test]
    fn everything_typed_comes_back() {
        let typed = [
            ("on", "12/1"),
            ("at", "930"),
            ("minutes", "６０"),
            ("own", "1"),
            ("way", "y"),
            ("stage", "look"),
            ("note", "<b>\"&\n一行"),
            ("subject", ""),
            ("subject", "02"),
            ("password", "secret"),
        ];
        let (html, form) = second(&typed, &[("on", "まだ来ていません")]);
        for piece in [
            "name=\"on\" required data-kind=\"date\" value=\"12/1\"",
            "name=\"at\" data-kind=\"time\" aria-describedby=\"hint\" value=\"930\"",
            "value=\"６０\"",
            "name=\"own\" value=\"1\" checked",
            "value=\"x\">",
            "value=\"y\" checked",
            "<option value=\"plan\">",
            "<option value=\"look\" selected",
            "<textarea name=\"note\">\n&lt;b&gt;\"&amp;\n一行</textarea>",
            "<input name=\"subject\" value=\"\"><input name=\"subject\" value=\"02\">",
            "<input type=\"password\" name=\"password\" required>",
            "name=\"csrf\" value=\"new\"",
            "name=\"version\" value=\"1\"",
            "name=\"from_page\" value=\"/page?x=1&amp;y=&quot;2&quot;\"",
        ] {
            assert!(form.contains(piece), "{piece}\n{form}");
        }
        assert!(html.contains("<details open"), "what folds the form is open");
        assert!(html.contains("<a href=\"#on\">日付: まだ来ていません</a>"), "{html}");
        let first = html.split("<form").nth(1).unwrap();
        assert!(!first.contains("from_page") && first.contains("value=\"2\""), "another form stays as it is");
        assert!(html.contains("<input name=\"on\" value=\"b\">"));
    }

    #[test]
    fn every_fault_stands_at_its_field_at_once() {
        let typed =
            [("on", "来週"), ("at", "25時"), ("minutes", ""), ("way", "x"), ("stage", "plan"), ("password", "p")];
        let (html, form) = second(&typed, &[("on", "unreadable"), ("gone", "nothing of this name"), ("", "the whole")]);
        for (field, message) in
            [("name=\"on\"", "unreadable"), ("name=\"at\"", "no time"), ("name=\"minutes\"", "empty")]
        {
            let before = form.split(field).next().unwrap();
            let said = before.rsplit("field-error").next().unwrap();
            assert!(said.contains(message), "{field}: {form}");
        }
        assert_eq!(form.matches("aria-invalid=\"true\"").count(), 3, "{form}");
        assert!(form.contains("aria-describedby=\"fault-2 hint\""), "{form}");
        for message in ["nothing of this name", "the whole"] {
            assert!(form.contains(&format!("<p class=\"field-error\">{message}</p>")), "{form}");
            assert!(html.contains(&format!("<li>{message}</li>")), "{html}");
        }
    }

    #[test]
    fn a_fault_of_several_fields_stands_at_the_wrong_one() {
        let page = r#"<main><form action="/a"><input name="m" inputmode="numeric"><input name="m" inputmode="numeric"></form></main>"#;
        let html = refilled(page, &again(&[("m", "60"), ("m", "x")], &[("m", "unreadable")])).unwrap();
        let (before, after) = html.split_once("value=\"60\"").unwrap();
        assert!(!before.contains("field-error") && after.contains("field-error"), "{html}");
    }

    #[test]
    fn a_page_without_the_form_is_not_shown() {
        assert_eq!(refilled("<main><form action=\"/other\"></form></main>", &again(&[], &[("on", "x")])), None);
    }
}
