//! Attendance of a class held online, from the list of participants a meeting leaves: who somebody is, and when they were there.
//!
//! Nobody is credited by likeness. Somebody is known by the agreed display name (the name, or number and name, and nothing else) or by the mail
//! address, where nothing in the display name speaks against it; everybody else is asked about.

use super::attendance::{Hours, Presence, Session};
use crate::trainee::person::{comparable, comparable_name};
use crate::wareki;
use chrono::{NaiveDateTime, NaiveTime, TimeDelta};
use std::collections::{BTreeSet, HashMap};

/// A line of a list of participants: one device, once in the meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participant {
    /// Where it stands in its list, from 1.
    pub row: usize,
    /// As displayed; behind it in brackets the name it had before, if it was changed.
    pub name: String,
    pub email: String,
    /// `None` in a list that tells minutes alone.
    pub hours: Option<Hours>,
    pub minutes: Option<u32>,
}

/// Somebody a participant could be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Learner {
    pub enrolment: i64,
    pub number: String,
    pub name: String,
    pub kana: String,
    pub email: String,
}

/// Who a participant is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// By the whole display name or the mail address.
    Known(i64),
    /// Nobody can say; these are the ones something speaks for, in the order of the list.
    Unclear(Vec<i64>),
}

/// Signs people put between the parts of a display name.
fn is_separator(c: char) -> bool {
    matches!(c, '_' | '\u{2017}' | '-' | '.' | ',' | '、' | '/' | ':' | ';' | '|' | '#' | '*' | '~' | '〜')
}

/// What devices and programs call somebody who has not told a name.
const DEVICES: [&str; 20] = [
    "iphone",
    "ipad",
    "android",
    "galaxy",
    "xperia",
    "pixel",
    "aquos",
    "pc",
    "mypc",
    "desktop",
    "laptop",
    "windows",
    "mac",
    "macbook",
    "macbookair",
    "macbookpro",
    "surface",
    "user",
    "zoomuser",
    "owner",
];

/// A display name with nothing but what tells people apart.
fn plain(text: &str) -> String {
    // Before comparing too: the double low line becomes another sign by it.
    let without = |text: &str| -> String { text.chars().filter(|c| !is_separator(*c)).collect() };
    without(&comparable(&without(text)))
}

/// The displayed name, and the one before it was changed.
fn parts(name: &str) -> (&str, Option<&str>) {
    let name = name.trim();
    let Some(inner) = name.strip_suffix([')', '）']) else { return (name, None) };
    match inner.rfind(['(', '（']) {
        Some(at) if at > 0 => {
            let before = inner[at..].trim_start_matches(['(', '（']);
            (inner[..at].trim(), Some(before.trim()))
        }
        _ => (name, None),
    }
}

fn only(found: &BTreeSet<usize>) -> Option<usize> {
    if found.len() == 1 { found.first().copied() } else { None }
}

/// People by everything they can be known by.
pub struct Register<'a> {
    learners: &'a [Learner],
    by_text: HashMap<String, BTreeSet<usize>>,
    by_email: HashMap<String, BTreeSet<usize>>,
}

impl<'a> Register<'a> {
    pub fn of(learners: &'a [Learner]) -> Register<'a> {
        let mut by_text: HashMap<String, BTreeSet<usize>> = HashMap::new();
        let mut by_email: HashMap<String, BTreeSet<usize>> = HashMap::new();
        for (index, learner) in learners.iter().enumerate() {
            let (number, name) = (plain(&learner.number), comparable_name(&plain(&learner.name)));
            let short = number.trim_start_matches('0').to_owned();
            for number in BTreeSet::from([number, short]).into_iter().filter(|number| !number.is_empty()) {
                by_text.entry(format!("{number}{name}")).or_default().insert(index);
                by_text.entry(format!("{name}{number}")).or_default().insert(index);
            }
            by_text.entry(name).or_default().insert(index);
            let email = comparable(&learner.email);
            if !email.is_empty() {
                by_email.entry(email).or_default().insert(index);
            }
        }
        by_text.remove("");
        Register { learners, by_text, by_email }
    }

    fn called(&self, text: &str) -> Option<&BTreeSet<usize>> {
        self.by_text.get(&comparable_name(&plain(text)))
    }

    /// Who a participant is. Nothing of what is told may speak for somebody else: not the mail address, unless several share it, not a Japanese
    /// word that is not the person's name (代理, 見学), not another's number.
    pub fn identify(&self, participant: &Participant) -> Identity {
        let (displayed, former) = parts(&participant.name);
        let whole = self.called(&participant.name);
        let named = self.called(displayed).or(whole);
        let by_mail = self.by_email.get(&comparable(&participant.email)).filter(|found| found.len() == 1);
        let known = match (named, by_mail) {
            (Some(named), Some(by_mail)) => only(&named.intersection(by_mail).copied().collect()),
            (Some(named), None) => only(named),
            (None, by_mail) => by_mail.and_then(only).filter(|known| self.may_be_called(*known, displayed)),
        };
        let known = known.filter(|known| {
            whole.is_some_and(|whole| whole.contains(known))
                || former.is_none_or(|former| self.may_be_called(*known, former))
        });
        match known {
            Some(known) => Identity::Known(self.learners[known].enrolment),
            None => {
                let former = former.and_then(|former| self.called(former));
                let told = [named, by_mail, former].into_iter().flatten().flatten().copied();
                Identity::Unclear(self.alike(&participant.name, told.collect()))
            }
        }
    }

    /// Can somebody be called so? By name, number or reading; as a device is, or as the own mail address.
    fn may_be_called(&self, index: usize, text: &str) -> bool {
        let learner = &self.learners[index];
        let text = comparable_name(&plain(text));
        let number = plain(&learner.number);
        let is_own = self.called(&text).is_some_and(|found| found.contains(&index));
        let is_number = !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
        let is_own_number = is_number && text.trim_start_matches('0') == number.trim_start_matches('0');
        let is_own_reading = !text.is_empty() && text == plain(&learner.kana);
        let account = plain(learner.email.split('@').next().unwrap_or_default());
        let is_account = !text.is_empty() && text == account;
        let is_device = DEVICES.contains(&text.trim_end_matches(|c: char| c.is_ascii_digit()));
        text.is_empty() || is_own || is_own_number || is_own_reading || is_account || is_device
    }

    /// Whom something of a display name speaks for, beside those told already: the name stands in it, the number begins it, or it is the
    /// reading.
    fn alike(&self, text: &str, told: BTreeSet<usize>) -> Vec<i64> {
        let text = comparable_name(&plain(text));
        let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
        let digits = digits.trim_start_matches('0');
        let speaks_for = |learner: &Learner| {
            let (name, kana) = (comparable_name(&plain(&learner.name)), plain(&learner.kana));
            let number = plain(&learner.number);
            let is_numbered = !digits.is_empty() && number.trim_start_matches('0') == digits;
            (!name.is_empty() && text.contains(&name)) || is_numbered || (!kana.is_empty() && text.contains(&kana))
        };
        let found = self.learners.iter().enumerate();
        let found = found.filter(|(index, learner)| told.contains(index) || speaks_for(learner));
        found.map(|(_, learner)| learner.enrolment).collect()
    }
}

/// Intervals as one of each: what overlaps or touches is one, so that two devices at once count once.
pub fn united(intervals: &[Hours]) -> Vec<Hours> {
    let mut sorted: Vec<Hours> = intervals.iter().copied().filter(|known| known.from < known.until).collect();
    sorted.sort_by_key(|known| (known.from, known.until));
    let mut united: Vec<Hours> = Vec::new();
    for next in sorted {
        match united.last_mut() {
            Some(last) if next.from <= last.until => last.until = last.until.max(next.until),
            _ => united.push(next),
        }
    }
    united
}

/// What a list says of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stay {
    /// What would be recorded.
    pub presence: Presence,
    /// When they were there, in pieces.
    pub pieces: Vec<Hours>,
    /// Minutes of teaching missed between the first and the last piece, where they are more than is forgiven: then the longest stay would be
    /// recorded, and somebody has to look at it.
    pub away: u32,
}

fn overlap(one: Hours, other: Hours) -> TimeDelta {
    (one.until.min(other.until) - one.from.max(other.from)).max(TimeDelta::zero())
}

/// What the intervals of somebody come to in a session; `None` where they were not there for a minute of what was taught. Minutes away between the
/// pieces count where something was taught; up to `forgiven` of them make no difference.
pub fn stay(session: &Session, intervals: &[Hours], forgiven: u32) -> Option<Stay> {
    let whole = Hours { from: session.starts_at, until: session.ends_at };
    let within = |known: &Hours| Hours { from: known.from.max(whole.from), until: known.until.min(whole.until) };
    let pieces = united(&intervals.iter().map(within).collect::<Vec<_>>());
    let (first, last) = (pieces.first()?, pieces.last()?);
    // Hours that are not told can lie over each other: as one they count once.
    let taught = united(&session.taught());
    let taught_in = |gap: Hours| taught.iter().map(|taught| overlap(gap, *taught)).sum::<TimeDelta>();
    let attended: TimeDelta = pieces.iter().map(|piece| taught_in(*piece)).sum();
    if !taught.is_empty() && attended.num_minutes() == 0 {
        return None;
    }
    let gaps = pieces.windows(2).map(|pair| Hours { from: pair[0].until, until: pair[1].from });
    let gaps: Vec<TimeDelta> = gaps.map(taught_in).collect();
    let minutes = |missed: &[TimeDelta]| u32::try_from(missed.iter().sum::<TimeDelta>().num_minutes()).unwrap_or(0);
    let away = minutes(&gaps);
    if away <= forgiven {
        let presence = Presence { arrived_at: first.from, left_at: last.until };
        return Some(Stay { presence, pieces, away: 0 });
    }
    // The stay with most of what was taught, in which no more is missed than is forgiven; of two equal ones the earlier.
    let mut longest = Hours { from: first.from, until: first.from };
    let mut begin = 0;
    for end in 0..pieces.len() {
        while minutes(&gaps[begin..end]) > forgiven {
            begin += 1;
        }
        let stay = Hours { from: pieces[begin].from, until: pieces[end].until };
        if taught_in(stay) > taught_in(longest) {
            longest = stay;
        }
    }
    let presence = Presence { arrived_at: longest.from, left_at: longest.until };
    Some(Stay { presence, pieces, away })
}

/// Reads a moment as meetings print it: `09/24/2020 11:35:16 AM`, `9/24/20 13:30`, `2026/11/30 9:00:05`, `2026-11-30T09:00:05`,
/// `Nov 30, 2026 09:00:05 AM`, `2026年11月30日 午前9:00`, each with Japan's time zone or none. Where the year stands last, the month comes first,
/// or the day where that is no date. `None` where it is no moment, and for a time of day alone: nobody knows of which day.
pub fn moment(text: &str) -> Option<NaiveDateTime> {
    let text = crate::trainee::person::normalise(text).replace("午前", " AM ").replace("午後", " PM ");
    let zones = ["JST", "+09:00", "+0900", "GMT+9", "UTC+9"];
    let text = zones.iter().fold(text, |text, zone| text.trim().trim_end_matches(zone).to_owned());
    // Between the date and the time of ISO 8601.
    let text = text.replacen('T', " ", usize::from(text.starts_with(|c: char| c.is_ascii_digit())));
    let words: Vec<&str> = text.split_whitespace().collect();
    let half = words.iter().find_map(|word| match word.to_ascii_uppercase().trim_matches('.') {
        "AM" | "A.M" => Some(false),
        "PM" | "P.M" => Some(true),
        _ => None,
    });
    let is_half = |word: &&str| matches!(word.to_ascii_uppercase().trim_matches('.'), "AM" | "A.M" | "PM" | "P.M");
    let rest: Vec<&str> = words.iter().copied().filter(|word| !is_half(word)).collect();
    let (time, date) = rest.split_last()?;
    let time = clock(time, half)?;
    Some(day_of(&date.join(" "))?.and_time(time))
}

/// A time of day, on a clock of twelve hours where `afternoon` is told.
fn clock(text: &str, afternoon: Option<bool>) -> Option<NaiveTime> {
    let time = crate::time_of_day::parse(text)?;
    let hour = chrono::Timelike::hour(&time);
    let hour = match afternoon {
        // Some programs print 13:30 PM.
        Some(true) if hour < 12 => hour + 12,
        Some(false) if hour == 12 => 0,
        _ => hour,
    };
    chrono::Timelike::with_hour(&time, hour)
}

/// The day a date means.
fn day_of(text: &str) -> Option<chrono::NaiveDate> {
    let numbers: Option<Vec<i32>> = text.split(['/', '.', '-']).map(|part| part.trim().parse().ok()).collect();
    let century = |year: i32| if year < 100 { year + 2000 } else { year };
    let day = |year, month, day| {
        chrono::NaiveDate::from_ymd_opt(century(year), u32::try_from(month).ok()?, u32::try_from(day).ok()?)
    };
    match numbers.as_deref() {
        Some([year, month, of_month]) if *year > 31 => day(*year, *month, *of_month),
        Some([month, of_month, year]) => day(*year, *month, *of_month).or_else(|| day(*year, *of_month, *month)),
        _ => {
            let english = ["%b %d, %Y", "%B %d, %Y", "%d %b %Y", "%b %d %Y"];
            let named = english.iter().find_map(|format| chrono::NaiveDate::parse_from_str(text, format).ok());
            named.or_else(|| wareki::parse(text))
        }
    }
}

#[cfg(test)]
mod tests;
