use super::*;
use crate::cohort::attendance::Share;
use chrono::NaiveDate;

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 12, 3).unwrap()
}

fn at(clock: &str) -> NaiveDateTime {
    day().and_time(crate::time_of_day::parse(clock).unwrap())
}

fn hours(from: &str, until: &str) -> Hours {
    Hours { from: at(from), until: at(until) }
}

fn learner(enrolment: i64, number: &str, name: &str, kana: &str, email: &str) -> Learner {
    let [number, name, kana, email] = [number, name, kana, email].map(str::to_owned);
    Learner { enrolment, number, name, kana, email }
}

#[test]
fn somebody_is_known_by_the_whole_name_or_the_mail_address_and_never_by_likeness() {
    let learners = [
        learner(1, "001", "研修 太郎", "ケンシュウ タロウ", "taro@kensan.example"),
        learner(2, "012", "研修 花子", "ケンシュウ ハナコ", "office@kensan.example"),
        learner(3, "013", "髙橋 一郎", "タカハシ イチロウ", "office@kensan.example"),
        learner(4, "014", "見本 花子", "ミホン ハナコ", ""),
        learner(5, "015", "見本 花子", "ミホン ハナコ", "hanako@kensan.example"),
        learner(6, "A-7", "マリア・サントス", "マリア サントス", ""),
    ];
    let register = Register::of(&learners);
    use Identity::{Known, Unclear};
    for (name, email, expected) in [
        ("001 研修太郎", "", Known(1)),
        ("001_研修 太郎", "", Known(1)),
        ("００１‗研修　太郎", "", Known(1)),
        ("1 研修太郎", "", Known(1)),
        ("研修太郎(001)", "", Known(1)),
        ("研修太郎 001", "", Known(1)),
        ("研修 太郎", "", Known(1)),
        ("高橋一郎", "", Known(3)),
        ("A7 マリアサントス", "", Known(6)),
        ("001 研修太郎 (taro)", "", Known(1)),
        ("001 研修太郎（研修太郎）", "", Known(1)),
        ("taro", "TARO@kensan.example", Known(1)),
        // Two of one name: the number or the mail address tells them apart.
        ("見本花子", "", Unclear(vec![4, 5])),
        ("015見本花子", "", Known(5)),
        ("見本花子", "hanako@kensan.example", Known(5)),
        // An address that several share says nothing.
        ("office", "office@kensan.example", Unclear(vec![])),
        ("研修花子", "office@kensan.example", Known(2)),
        // Something else stands beside the name, or something is missing.
        ("研修太郎 代理", "", Unclear(vec![1])),
        ("A班 研修太郎", "", Unclear(vec![1])),
        ("001", "", Unclear(vec![1])),
        ("研修", "", Unclear(vec![])),
        ("ケンシュウ タロウ", "", Unclear(vec![1])),
        ("太郎のiPad", "", Unclear(vec![])),
        ("iPad (研修太郎)", "", Unclear(vec![1])),
        ("研修太郎（代理：山田）", "", Unclear(vec![1])),
        ("研修太郎(代)", "", Unclear(vec![1])),
        ("研修太郎 (guest)", "", Unclear(vec![1])),
        ("研修太郎(ケンシュウ タロウ)", "", Known(1)),
        ("代理 山田", "taro@kensan.example", Unclear(vec![1])),
        ("高橋", "taro@kensan.example", Unclear(vec![1])),
        ("012", "taro@kensan.example", Unclear(vec![1, 2])),
        ("001", "taro@kensan.example", Known(1)),
        ("KENSHU Jiro", "taro@kensan.example", Unclear(vec![1])),
        ("dairi", "taro@kensan.example", Unclear(vec![1])),
        ("iPhone", "taro@kensan.example", Known(1)),
        ("Zoom User", "taro@kensan.example", Known(1)),
        ("研修太郎 (Kenshu Jiro)", "", Unclear(vec![1])),
        ("", "taro@kensan.example", Known(1)),
        ("015 見本花子(015 研修花子)", "", Unclear(vec![2, 4, 5])),
        ("", "", Unclear(vec![])),
        // Name and number, name and address, new name and old one speak for two people.
        ("012 研修太郎", "", Unclear(vec![1, 2])),
        ("研修花子", "taro@kensan.example", Unclear(vec![1, 2])),
        ("研修太郎 (研修花子)", "", Unclear(vec![1, 2])),
    ] {
        let participant =
            Participant { row: 1, name: name.to_owned(), email: email.to_owned(), hours: None, minutes: None };
        assert_eq!(register.identify(&participant), expected, "{name} <{email}>");
    }
}

#[test]
fn two_devices_at_once_count_once() {
    for (intervals, expected) in [
        (vec![], vec![]),
        (vec![hours("9:00", "10:00"), hours("9:30", "11:00")], vec![hours("9:00", "11:00")]),
        (vec![hours("9:30", "9:40"), hours("9:00", "10:00")], vec![hours("9:00", "10:00")]),
        (vec![hours("9:00", "10:00"), hours("10:00", "11:00")], vec![hours("9:00", "11:00")]),
        (vec![hours("10:01", "11:00"), hours("9:00", "10:00")], vec![hours("9:00", "10:00"), hours("10:01", "11:00")]),
        (vec![hours("9:00", "9:00")], vec![]),
        (vec![hours("10:00", "9:00")], vec![]),
    ] {
        assert_eq!(united(&intervals), expected, "{intervals:?}");
    }
}

#[test]
fn what_a_list_says_of_somebody() {
    let share = |from, until| Share { hours: Some(hours(from, until)), ..Share::of("01", 180) };
    let session = Session {
        id: 1,
        starts_at: at("9:00"),
        ends_at: at("16:00"),
        shares: vec![share("9:00", "12:00"), share("13:00", "16:00")],
    };
    for (name, intervals, forgiven, expected) in [
        ("throughout, early and long", vec![("8:40", "16:20")], 0, Some(("9:00", "16:00", 0))),
        ("late", vec![("9:45", "16:00")], 0, Some(("9:45", "16:00", 0))),
        (
            "left in the lunch break and came back",
            vec![("9:00", "12:05"), ("12:55", "16:00")],
            0,
            Some(("9:00", "16:00", 0)),
        ),
        ("half a minute without a line", vec![("9:00", "10:00"), ("10:00:30", "16:00")], 0, Some(("9:00", "16:00", 0))),
        ("exactly what is forgiven", vec![("9:00", "10:00"), ("10:10", "16:00")], 10, Some(("9:00", "16:00", 0))),
        ("a minute more", vec![("9:00", "10:00"), ("10:11", "16:00")], 10, Some(("10:11", "16:00", 11))),
        (
            "away before and after the break",
            vec![("9:00", "11:50"), ("13:10", "16:00")],
            0,
            Some(("9:00", "11:50", 20)),
        ),
        (
            "several times",
            vec![("9:00", "10:00"), ("10:05", "15:00"), ("15:05", "16:00")],
            0,
            Some(("10:05", "15:00", 10)),
        ),
        ("two devices", vec![("9:00", "12:00"), ("9:30", "16:00")], 0, Some(("9:00", "16:00", 0))),
        (
            "gaps under a minute add up",
            vec![("9:00", "9:59:01"), ("10:00", "10:59:01"), ("11:00", "16:00")],
            0,
            Some(("10:00", "16:00", 1)),
        ),
        ("as long before as after", vec![("9:00", "11:00"), ("14:00", "16:00")], 0, Some(("9:00", "11:00", 120))),
        ("in the lunch break alone", vec![("12:05", "12:55")], 0, None),
        ("half a minute", vec![("9:00", "9:00:30")], 0, None),
        ("before it began", vec![("8:00", "8:59")], 0, None),
        ("never", vec![], 0, None),
    ] {
        let intervals: Vec<Hours> = intervals.into_iter().map(|(from, until)| hours(from, until)).collect();
        let expected = expected.map(|(from, until, away)| (at(from), at(until), away));
        let found = stay(&session, &intervals, forgiven);
        let found = found.map(|stay| (stay.presence.arrived_at, stay.presence.left_at, stay.away));
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn a_pause_in_hours_that_lie_over_each_other_counts_once() {
    let session = Session {
        id: 1,
        starts_at: at("9:00"),
        ends_at: at("12:00"),
        shares: vec![
            Share { hours: Some(hours("9:00", "11:50")), ..Share::of("01", 170) },
            Share::of("02", 30),
            Share { hours: Some(hours("11:55", "12:00")), ..Share::of("03", 5) },
        ],
    };
    let away = stay(&session, &[hours("9:00", "9:30"), hours("10:00", "12:00")], 0).unwrap().away;
    assert_eq!(away, 30);
}

#[test]
fn moments_as_meetings_print_them() {
    for (text, expected) in [
        ("12/03/2026 11:35:16 AM", Some("2026-12-03 11:35:16")),
        ("12/03/2026 01:35:16 PM", Some("2026-12-03 13:35:16")),
        ("12/03/2026 12:05:00 AM", Some("2026-12-03 00:05:00")),
        ("12/03/2026 12:05:00 PM", Some("2026-12-03 12:05:00")),
        ("12/3/26 13:30", Some("2026-12-03 13:30:00")),
        ("03/12/2026 13:30", Some("2026-03-12 13:30:00")),
        ("23/12/2026 13:30", Some("2026-12-23 13:30:00")),
        ("2026-12-03 09:00:05 +0900", Some("2026-12-03 09:00:05")),
        ("2026/12/03 9:00 JST", Some("2026-12-03 09:00:00")),
        ("2026-12-03T09:00:05Z", None),
        ("2026/12/03 9:00:05", Some("2026-12-03 09:00:05")),
        ("2026-12-03T09:00:05", Some("2026-12-03 09:00:05")),
        ("2026年12月3日 午前9:00", Some("2026-12-03 09:00:00")),
        ("2026/12/03 午後1:05:00", Some("2026-12-03 13:05:00")),
        ("令和8年12月3日 13:00", Some("2026-12-03 13:00:00")),
        ("Dec 3, 2026 09:00:05 AM", Some("2026-12-03 09:00:05")),
        ("9:00", None),
        ("09/24/2020 11:35:16 AM", Some("2020-09-24 11:35:16")),
        ("24/09/2020 11:35:16", Some("2020-09-24 11:35:16")),
        ("2026/12/03", None),
        ("12/03/2026 25:00", None),
        ("13/13/2026 9:00", None),
        ("#N/A", None),
        ("", None),
    ] {
        let expected = expected.map(|text| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap());
        assert_eq!(moment(text), expected, "{text}");
    }
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// However the devices of somebody come and go, what is united has no overlaps, covers the same minutes, and nothing more.
        #[test]
        fn uniting_keeps_every_minute_and_adds_none(pieces in prop::collection::vec((0i64..600, 0i64..120), 0..12)) {
            let at = |minute: i64| day().and_time(NaiveTime::MIN) + TimeDelta::minutes(minute);
            let intervals: Vec<Hours> =
                pieces.iter().map(|(from, long)| Hours { from: at(*from), until: at(from + long) }).collect();
            let joined = united(&intervals);
            for minute in 0..720 {
                let is_in = |known: &Hours| known.from <= at(minute) && at(minute) < known.until;
                prop_assert_eq!(intervals.iter().any(is_in), joined.iter().any(is_in));
            }
            prop_assert!(joined.windows(2).all(|pair| pair[0].until < pair[1].from));
        }
    }
}
