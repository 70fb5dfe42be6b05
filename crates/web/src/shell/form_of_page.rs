//! Finds the form on a page that was sent.

use crate::shell::form::Fields;
use lol_html::html_content::Element;
use lol_html::{RewriteStrSettings, element, rewrite_str, text};
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

/// A form of a page, and what it stands in.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    pub(super) index: usize,
    pub(super) action: String,
    /// Names of everything that can be filled in.
    pub(super) names: BTreeSet<String>,
    /// Hidden fields with their values.
    pub(super) hidden: Vec<(String, String)>,
    /// Numbers of the folded parts it stands in.
    pub(super) details: Vec<usize>,
    /// What controls are called, by id.
    pub(super) labels: HashMap<String, String>,
}

/// Which form a handler is in, and in which folded parts.
#[derive(Debug, Default)]
pub(super) struct Place {
    pub(super) forms: usize,
    pub(super) details: usize,
    pub(super) within: Vec<usize>,
}

/// Of the forms that lead where this one was sent, the one with the same hidden fields; else the first.
pub(super) fn form_of(html: &str, path: &str, sent_fields: &Fields) -> Option<Seen> {
    let place = Rc::new(RefCell::new(Place::default()));
    let seen: Rc<RefCell<Vec<Seen>>> = Rc::default();
    let details = {
        let place = place.clone();
        element!("details", move |details: &mut Element<'_, '_>| {
            let mut now = place.borrow_mut();
            let number = now.details;
            now.details += 1;
            now.within.push(number);
            let place = place.clone();
            details.on_end_tag(Box::new(move |_| {
                place.borrow_mut().within.pop();
                Ok(())
            }))
        })
    };
    let forms = {
        let (place, seen) = (place.clone(), seen.clone());
        element!("form", move |form: &mut Element<'_, '_>| {
            let mut now = place.borrow_mut();
            let action = form.get_attribute("action").unwrap_or_default();
            let action = action.split(['#', '?']).next().unwrap_or_default().to_owned();
            let found = Seen { index: now.forms, action, details: now.within.clone(), ..Seen::default() };
            now.forms += 1;
            seen.borrow_mut().push(found);
            Ok(())
        })
    };
    let inputs = {
        let seen = seen.clone();
        element!("form input, form select, form textarea", move |control: &mut Element<'_, '_>| {
            let mut seen = seen.borrow_mut();
            let (Some(form), Some(name)) = (seen.last_mut(), control.get_attribute("name")) else { return Ok(()) };
            match control.get_attribute("type").as_deref() {
                Some("hidden") => form.hidden.push((name, control.get_attribute("value").unwrap_or_default())),
                _ => {
                    form.names.insert(name);
                }
            }
            Ok(())
        })
    };
    let label_of: Rc<RefCell<String>> = Rc::default();
    let labels = {
        let label_of = label_of.clone();
        element!("form label", move |label: &mut Element<'_, '_>| {
            *label_of.borrow_mut() = label.get_attribute("for").unwrap_or_default();
            Ok(())
        })
    };
    let label_texts = {
        let seen = seen.clone();
        text!("form label", move |chunk| {
            if let Some(form) = seen.borrow_mut().last_mut() {
                form.labels.entry(label_of.borrow().clone()).or_default().push_str(chunk.as_str().trim());
            }
            Ok(())
        })
    };
    let settings = RewriteStrSettings::new()
        .append_element_content_handler(details)
        .append_element_content_handler(forms)
        .append_element_content_handler(inputs)
        .append_element_content_handler(labels)
        .append_element_content_handler(label_texts);
    rewrite_str(html, settings).ok()?;
    let seen = seen.borrow();
    let mut candidates = seen.iter().filter(|form| form.action == path);
    let is_same = |form: &&Seen| {
        // What changes with the record is not what tells one form from another.
        let telling = form.hidden.iter().filter(|(name, _)| name != "csrf" && !name.contains("version"));
        telling.clone().all(|(name, value)| sent_fields.all(name).any(|sent| sent == value))
    };
    candidates.clone().find(is_same).or_else(|| candidates.next()).cloned()
}
