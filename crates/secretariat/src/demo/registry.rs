//! People of the demonstration in the registry: a newcomer, cards that end soon and late, a lapsed one, a chief, a transfer, a ban.

use crate::registry::{Entering, NewFact};
use crate::{Result, Secretariat, Staff};
use chrono::{Months, NaiveDate, TimeDelta};
use records::trainee::person::Person;
use training::registry::expiry::{last_day_of_years, months_later};
use training::registry::{CardCause, Fact, Filing, RegistrationNumber, Training};

/// Name, furigana, months from today to the card's last day, what was completed in this span, whether the card was renewed before.
type Someone = (&'static str, &'static str, i32, &'static [Training], bool);

const PEOPLE: [Someone; 9] = [
    ("登録 一郎", "トウロク イチロウ", 2, &[Training::SpecialistTwo], true),
    ("登録 二葉", "トウロク フタバ", 4, &[], true),
    ("登録 三郎", "トウロク サブロウ", 9, &[Training::SpecialistOne], false),
    ("登録 四季", "トウロク シキ", 14, &[], false),
    ("登録 五月", "トウロク サツキ", 26, &[Training::Chief], true),
    ("登録 六花", "トウロク リッカ", 33, &[Training::ChiefRenewal], true),
    ("登録 七海", "トウロク ナナミ", 45, &[], false),
    ("失効 八重", "シッコウ ヤエ", -3, &[], true),
    ("移転 九平", "イテン キュウヘイ", 20, &[], false),
];

fn months_from(day: NaiveDate, months: i32) -> NaiveDate {
    match months {
        0.. => months_later(day, months.unsigned_abs()),
        _ => day.checked_sub_months(Months::new(months.unsigned_abs())).unwrap_or(day),
    }
}

impl Secretariat {
    /// Fills the registry; the trainee who can sign in has just completed the course and is to be registered.
    pub(super) async fn demo_registry(&self, staff: &Staff) -> Result<()> {
        for (index, someone) in PEOPLE.iter().enumerate() {
            self.demo_registered(staff, (index, someone)).await?;
        }
        Ok(())
    }

    async fn demo_registered(&self, staff: &Staff, (index, someone): (usize, &Someone)) -> Result<()> {
        let (name, kana, months, trainings, renewed) = *someone;
        let today = self.today();
        let ends = months_from(today, months);
        let issued = months_from(ends, -60) + TimeDelta::days(1);
        let began = if renewed { months_from(issued, -60) } else { issued };
        let mut work = self.write(staff).await?;
        let birth_date = today - TimeDelta::days(13_000 + 211 * index as i64);
        let new = Person { name: name.to_owned(), kana: kana.to_owned(), birth_date, ..Person::default() };
        let person = work.create_person(&new).await?;
        work.commit().await?;
        let number = RegistrationNumber::new(10, 16, u16::try_from(index + 1).unwrap_or(1));
        let Some(number) = number else { return Ok(()) };
        self.register(staff, person, (began, &Entering::TakenOver(number)), "紙の台帳から").await?;
        let mut facts = vec![(began, Fact::Practised { until: None, dedicated: true })];
        let first = Fact::CardIssued { cause: CardCause::First, expires_on: last_day_of_years(began, 5) };
        facts.push((began, first));
        if renewed {
            let before = issued - TimeDelta::days(90);
            for training in [Training::SpecialistOne, Training::SpecialistTwo] {
                facts.push((before, Fact::Completed { training, valid_until: None }));
            }
            // In time for the card before, which ends the day before the new one is issued.
            facts.push((issued - TimeDelta::days(30), Fact::Filed { filing: Filing::Renewal }));
            facts.push((issued, Fact::CardIssued { cause: CardCause::Renewal, expires_on: ends }));
        }
        for training in trainings {
            let on = today - TimeDelta::days(40);
            let before = today - TimeDelta::days(4 * 366);
            // Whoever renews as a chief was one before.
            if *training == Training::ChiefRenewal {
                facts.push((before, Fact::Completed { training: Training::Chief, valid_until: None }));
            }
            facts.push((on, Fact::Completed { training: *training, valid_until: None }));
        }
        if name.starts_with("移転") {
            facts.push((today - TimeDelta::days(20), Fact::Filed { filing: Filing::Transfer }));
            facts.push((today - TimeDelta::days(5), Fact::Transferred { prefecture: 13 }));
        }
        facts.sort_by_key(|(on, _)| *on);
        for (on, fact) in facts {
            self.record_registry_fact(staff, person, &NewFact { on, fact, note: String::new() }).await?;
        }
        Ok(())
    }
}
