use super::*;
use crate::guideline::curriculum::{Form, Half, Subject};

fn curriculum() -> Curriculum {
    let subject = |code: &str, name: &str, hours| Subject {
        code: code.to_owned(),
        name: name.to_owned(),
        form: Form::Lecture,
        half: Half::First,
        hours,
        purposes: vec![],
        stages: vec![],
        source: None,
        confidence: None,
    };
    Curriculum {
        confirmed: true,
        source: String::new(),
        total_hours: 9,
        subjects: vec![
            subject("01", "介護保険制度の理念・現状及びケアマネジメント", 3),
            subject("02", "ケアマネジメントに係る法令等の理解", 2),
            subject("10", "受付及び相談並びに契約", 4),
            subject("17", "ケアマネジメントの基礎技術に関する実習", 0),
        ],
    }
}

fn day(of_month: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2027, 5, of_month).unwrap()
}

fn clock(text: &str) -> NaiveTime {
    crate::time_of_day::parse(text).unwrap()
}

fn row(number: usize, of_month: u32, from: &str, until: &str, taught: &str) -> Row {
    Row {
        number,
        day: day(of_month),
        from: clock(from),
        until: clock(until),
        taught: Taught::named(&curriculum(), taught).unwrap(),
        minutes: None,
        title: String::new(),
        place: String::new(),
        online: false,
        teachers: vec![],
    }
}

#[test]
fn what_a_text_names() {
    let subject = |code: &str| Some(Taught::Subject(code.to_owned()));
    for (text, expected) in [
        ("01", subject("01")),
        ("1", subject("01")),
        ("０１", subject("01")),
        ("介護保険制度の理念・現状及びケアマネジメント", subject("01")),
        ("介護保険制度の理念･現状 及びケアマネジメント", subject("01")),
        ("01 介護保険制度の理念・現状及びケアマネジメント", subject("01")),
        ("01．介護保険制度の理念・現状及びケアマネジメント", subject("01")),
        ("10", subject("10")),
        ("受付及び相談並びに契約", subject("10")),
        ("休憩", Some(Taught::Nothing("休憩".to_owned()))),
        ("受付", Some(Taught::Nothing("受付".to_owned()))),
        ("1 介護保険制度の理念、現状及びケアマネジメント", subject("01")),
        ("①介護保険制度の理念・現状及びケアマネジメント", subject("01")),
        ("①", subject("01")),
        ("(1)", subject("01")),
        ("（１）介護保険制度の理念・現状及びケアマネジメント", subject("01")),
        ("科目1", subject("01")),
        ("第1科目 介護保険制度の理念・現状及びケアマネジメント", subject("01")),
        ("10：受付及び相談並びに契約", subject("10")),
        ("昼休憩（60分）", Some(Taught::Nothing("昼休憩（60分）".to_owned()))),
        ("開講式・オリエンテーション", Some(Taught::Nothing("開講式・オリエンテーション".to_owned()))),
        ("受付及び相談", None),
        ("100", None),
        ("02 介護保険制度の理念・現状及びケアマネジメント", None),
        ("介護保険制度", None),
        ("0", None),
        ("", None),
    ] {
        assert_eq!(Taught::named(&curriculum(), text), expected, "{text}");
    }
}

#[test]
fn rows_of_a_day_are_one_session_unless_title_or_place_tell_them_apart() {
    let hall = |row: Row| Row { place: "会館".to_owned(), ..row };
    let called = |title: &str, row: Row| Row { title: title.to_owned(), ..row };
    let rows = [
        hall(row(1, 10, "9:30", "10:00", "受付")),
        row(2, 10, "10:00", "13:00", "01"),
        row(3, 10, "13:00", "14:00", "昼休み"),
        Row { minutes: Some(90), teachers: vec!["講師 一郎".to_owned()], ..row(4, 10, "14:00", "16:00", "02") },
        row(5, 12, "9:00", "12:00", "10"),
        called("A班", hall(row(6, 13, "9:00", "12:00", "10"))),
        called("B班", Row { place: "別館".to_owned(), online: true, ..row(7, 13, "9:00", "12:00", "10") }),
        called("A班", row(8, 13, "13:00", "14:00", "10")),
    ];
    let planned = sessions(&rows, &BTreeSet::from([day(3)]));
    let told: Vec<_> = planned
        .iter()
        .map(|session| {
            let shares: Vec<String> =
                session.shares.iter().map(|share| format!("{}:{}", share.subject, share.minutes)).collect();
            (session.row, session.title.as_str(), session.from, session.until, session.place.as_str(), shares.join(" "))
        })
        .collect();
    assert_eq!(
        told,
        [
            (1, "第2日", clock("9:30"), clock("16:00"), "会館", "01:180 02:90".to_owned()),
            (5, "第3日", clock("9:00"), clock("12:00"), "", "10:180".to_owned()),
            (6, "A班", clock("9:00"), clock("14:00"), "会館", "10:240".to_owned()),
            (7, "B班", clock("9:00"), clock("12:00"), "別館", "10:180".to_owned()),
        ]
    );
    assert_eq!(planned[0].teachers, ["講師 一郎"]);
    assert!(planned[3].online && !planned[2].online);
}

#[test]
fn a_reception_of_several_rooms_belongs_to_each() {
    let room = |place: &str, row: Row| Row { place: place.to_owned(), ..row };
    let rows = [
        row(1, 10, "9:00", "9:30", "受付"),
        room("A", row(2, 10, "9:30", "12:00", "01")),
        room("B", row(3, 10, "9:30", "12:00", "02")),
        room("ロビー", row(4, 10, "12:00", "12:10", "事務連絡")),
        room("ロビー", row(5, 11, "9:00", "9:30", "受付")),
    ];
    let told: Vec<_> = sessions(&rows, &BTreeSet::new())
        .into_iter()
        .map(|session| (session.row, session.from, session.until, session.shares.len(), session.is_titled))
        .collect();
    assert_eq!(
        told,
        [
            (2, clock("9:00"), clock("12:10"), 1, false),
            (3, clock("9:00"), clock("12:10"), 1, false),
            (5, clock("9:00"), clock("9:30"), 0, false),
        ]
    );
}

#[test]
fn a_session_becomes_rows_and_the_rows_that_session_again() {
    let hours = |(from, until): (&str, &str)| Hours {
        from: day(10).and_time(clock(from)),
        until: day(10).and_time(clock(until)),
    };
    let share = |subject: &str, minutes, told: Option<(&str, &str)>| Share {
        hours: told.map(hours),
        ..Share::of(subject, minutes)
    };
    let with_break = Share { breaks: vec![hours(("12:00", "13:00"))], ..share("01", 360, Some(("9:00", "16:00"))) };
    for (name, shares, later, expected) in [
        (
            "told hours, longer than they are",
            vec![share("01", 180, Some(("9:30", "12:30"))), share("02", 100, Some(("13:30", "15:30")))],
            7,
            vec![("01", 180, "9:30", "12:30"), ("02", 100, "13:30", "15:30")],
        ),
        ("with a break", vec![with_break], 1, vec![("01", 360, "9:00", "16:00")]),
        (
            "laid out by minutes",
            vec![share("01", 180, None), share("02", 180, None)],
            0,
            vec![("01", 180, "9:00", "12:30"), ("02", 180, "12:30", "16:00")],
        ),
    ] {
        let session = Session {
            id: 1,
            starts_at: day(10).and_time(clock("9:00")),
            ends_at: day(10).and_time(clock("16:00")),
            shares,
        };
        let rows = rows_of(&session, "第1日", "会館", true, TimeDelta::days(later));
        let [again] = &sessions(&rows, &BTreeSet::new())[..] else { panic!("{name}") };
        let moved = day(10) + TimeDelta::days(later);
        assert_eq!((again.day, again.from, again.until), (moved, clock("9:00"), clock("16:00")), "{name}");
        assert_eq!((again.title.as_str(), again.place.as_str(), again.online), ("第1日", "会館", true), "{name}");
        let found: Vec<_> = again
            .shares
            .iter()
            .map(|share| {
                let hours = share.hours.unwrap();
                (share.subject.as_str(), share.minutes, hours.from.time(), hours.until.time())
            })
            .collect();
        let expected: Vec<_> =
            expected.into_iter().map(|(a, b, from, until)| (a, b, clock(from), clock(until))).collect();
        assert_eq!(found, expected, "{name}");
        let breaks = |shares: &[Share]| shares.iter().map(|share| share.breaks.len()).sum::<usize>();
        assert_eq!(breaks(&again.shares), breaks(&session.shares), "{name}");
    }
}

#[test]
fn what_is_worth_a_second_look() {
    let at = |title: &str, of_month: u32, from: &str, until: &str, place: &str, teacher: &str| Neighbour {
        title: title.to_owned(),
        hours: Hours { from: day(of_month).and_time(clock(from)), until: day(of_month).and_time(clock(until)) },
        place: place.to_owned(),
        teachers: vec![teacher.to_owned()],
    };
    let sessions = [
        at("holiday", 4, "9:00", "12:00", "", "a"),
        at("one", 11, "9:00", "12:00", "会館", "a"),
        at("other", 11, "11:59", "13:00", "会 館", "b"),
        at("after", 11, "13:00", "14:00", "会館", "b"),
        at("nowhere", 11, "9:00", "10:00", "", "a"),
        at("early", 12, "1:30", "3:30", "", "a"),
        at("first of the practicum", 17, "9:00", "10:00", "", "a"),
        at("the day after it", 24, "9:00", "10:00", "", "a"),
    ];
    let year = NaiveDate::from_ymd_opt(holiday::KNOWN_UNTIL + 1, 6, 1).unwrap();
    let hours = Hours { from: year.and_time(clock("9:00")), until: year.and_time(clock("10:00")) };
    let later = Neighbour { hours, ..at("later", 11, "9:00", "10:00", "", "a") };
    assert_eq!(remarks(&[later], (day(17), day(24))), [vec![Remark::HolidaysUnknown]]);
    let taken = |title: &str| Remark::PlaceTaken(title.to_owned());
    let same = |title: &str| Remark::SameTime(title.to_owned());
    let twice = |title: &str| Remark::TeachesTwice { teacher: "a".to_owned(), title: title.to_owned() };
    assert_eq!(
        remarks(&sessions, (day(17), day(24))),
        [
            vec![Remark::DayOff("みどりの日")],
            vec![taken("other"), same("nowhere"), twice("nowhere")],
            vec![taken("one")],
            vec![],
            vec![same("one"), twice("one")],
            vec![Remark::Early],
            vec![Remark::InPracticum],
            vec![],
        ]
    );
}

#[test]
fn planned_and_required_minutes() {
    let shares = [Share::of("01", 100), Share::of("10", 240), Share::of("01", 79), Share::of("99", 5)];
    let found = sums(&curriculum(), shares.iter());
    let found: Vec<_> =
        found.iter().map(|sum| (sum.code.as_str(), sum.planned, sum.required, sum.is_short())).collect();
    assert_eq!(found, [("01", 179, 180, true), ("02", 0, 120, true), ("10", 240, 240, false)]);
}
