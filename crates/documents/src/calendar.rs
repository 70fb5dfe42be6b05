//! Days for the calendars people have: iCalendar (RFC 5545), in Japan's time without a time zone of its own to load.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use icalendar::{Calendar, Component, Event, EventLike, EventStatus};

/// A day at an office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    /// The same for the same day, whenever the file is made.
    pub uid: String,
    pub on: NaiveDate,
    pub from: NaiveTime,
    pub until: NaiveTime,
    pub summary: String,
    pub place: String,
    pub note: String,
    pub standing: Standing,
    /// How often it was changed.
    pub sequence: u32,
}

/// How far a day has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Offered,
    Agreed,
    CalledOff,
}

/// Japan has no summer time: nine hours before UTC all year.
const AHEAD: TimeDelta = TimeDelta::hours(9);

/// The file, made at `now`.
pub fn ics(name: &str, appointments: &[Appointment], now: DateTime<Utc>) -> String {
    // A lone carriage return ends a line for some readers and not for others.
    let text = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n");
    let mut calendar = Calendar::new();
    calendar.name(name);
    for appointment in appointments {
        let utc = |time: NaiveTime| (appointment.on.and_time(time) - AHEAD).and_utc();
        let mut event = Event::new();
        event
            .uid(&appointment.uid)
            .timestamp(now)
            .starts(utc(appointment.from))
            .ends(utc(appointment.until))
            .summary(&text(&appointment.summary))
            .location(&text(&appointment.place))
            .sequence(appointment.sequence)
            .status(match appointment.standing {
                Standing::Offered => EventStatus::Tentative,
                Standing::Agreed => EventStatus::Confirmed,
                Standing::CalledOff => EventStatus::Cancelled,
            });
        if !appointment.note.is_empty() {
            event.description(&text(&appointment.note));
        }
        calendar.push(event.done());
    }
    calendar.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_told_in_utc_with_its_text_escaped() {
        let on = NaiveDate::from_ymd_opt(2027, 6, 5).unwrap();
        let time = |hour| NaiveTime::from_hms_opt(hour, 30, 0).unwrap();
        let appointment = Appointment {
            uid: "day-1@kensan.example".into(),
            on,
            from: time(8),
            until: time(12),
            summary: "見学実習; 訪問".into(),
            place: "見本事業所".into(),
            note: "駅前に集合\r\n雨天も\r決行".into(),
            standing: Standing::Agreed,
            sequence: 2,
        };
        let text = ics("実習", &[appointment], on.and_time(time(0)).and_utc());
        for line in [
            "DTSTART:20270604T233000Z",
            "DTEND:20270605T033000Z",
            "DTSTAMP:20270605T003000Z",
            "SUMMARY:見学実習\\; 訪問",
            "DESCRIPTION:駅前に集合\\n雨天も\\n決行",
            "STATUS:CONFIRMED",
            "SEQUENCE:2",
            "UID:day-1@kensan.example",
        ] {
            assert!(text.contains(&format!("{line}\r\n")), "{line} in {text}");
        }
        assert_eq!(text.matches('\r').count(), text.matches("\r\n").count(), "no lone carriage return");
        let now = on.and_time(time(0)).and_utc();
        assert!(ics("実習", &[], now).starts_with("BEGIN:VCALENDAR\r\n"));
    }
}
