//! How a practicum is arranged, over HTTP, on SQLite and on PostgreSQL: trainees who ask offices themselves, notices by mail and by letter,
//! links that sign a supervisor in, reminders.

use crate::support::mail::Catcher;
use crate::support::{Kensan, Visitor, first_day, text};
use chrono::TimeDelta;
use reqwest::StatusCode;
use secretariat::Staff;
use secretariat::notice::Mailer;
use training::role::Role;

#[tokio::test]
async fn on_sqlite() {
    story(crate::support::sqlite().await).await;
}

#[tokio::test]
async fn on_postgres() {
    story(crate::support::postgres().await).await;
}

const OFFICES: &str = "都道府県コード又は市町村コード,No,都道府県名,市区町村名,事業所名,事業所名カナ,サービスの種類,住所,緯度,経度,電話番号,法人の名称,事業所番号\r\n\
102083,1,群馬県,渋川市,見本事業所一,ミホンイチ,居宅介護支援,群馬県渋川市1,36.48,139.00,0279-00-0001,医療法人見本会,1010000001\r\n\
102083,2,群馬県,渋川市,見本事業所二,ミホンニ,居宅介護支援,群馬県渋川市2,36.49,139.00,0279-00-0002,株式会社架空,1010000002\r\n\
102083,3,群馬県,渋川市,見本事業所三,ミホンサン,居宅介護支援,群馬県渋川市3,36.90,139.00,0279-00-0003,株式会社仮名,1010000003\r\n";

/// The second works at the corporation of the first office; the third has no mail address.
const ROSTER: &str = "受験番号,氏名,フリガナ,生年月日,住所,勤務先,メール,緯度,経度\r\n\
0001,研修 太郎,ケンシュウ タロウ,1985-04-01,群馬県渋川市10,,taro@trainee.example,36.480,139.000\r\n\
0002,研修 花子,ケンシュウ ハナコ,1990-05-06,群馬県渋川市11,見本会,hanako@trainee.example,36.481,139.000\r\n\
0003,研修 一郎,ケンシュウ イチロウ,1993-07-08,群馬県渋川市12,,,36.482,139.000\r\n";

struct Scene {
    kensan: Kensan,
    staff: Staff,
    office: Visitor,
    cohort: String,
    enrolments: Vec<i64>,
    catcher: Catcher,
    mailer: Mailer,
}

impl Scene {
    /// Sends what is queued; gives recipients and bodies.
    async fn deliver(&self) -> Vec<crate::support::mail::Caught> {
        self.kensan.secretariat.deliver_mails(&self.mailer, &self.kensan.address).await.unwrap();
        self.catcher.take()
    }

    /// Lets days pass; who was signed in is no longer.
    async fn days_pass(&mut self, days: i64) {
        self.kensan.days_pass(days);
        self.office = self.kensan.signed_in("jimukyoku").await;
    }

    async fn trainee(&self, index: usize) -> Visitor {
        let mut visitor = self.kensan.signed_in(&format!("trainee{index}")).await;
        visitor.read("/me/offices").await;
        visitor
    }
}

fn day(offset: i64) -> String {
    (first_day() + TimeDelta::days(offset)).to_string()
}

async fn scene(kensan: Kensan) -> Scene {
    let staff = kensan.provider("見本県 研修実施機関").await;
    kensan.account(&staff, "jimukyoku", Role::Secretariat, None, None).await;
    let mut office = kensan.signed_in("jimukyoku").await;
    office.read("/imports").await;
    office.upload("/imports/hosts", "jigyosho.csv", OFFICES.as_bytes().to_vec(), &[]).await;
    for (id, capacity, confirmed) in [("1", "1", ""), ("2", "2", "2027-03-20"), ("3", "0", "")] {
        let fields = [
            ("version", "1"),
            ("capacity", capacity),
            ("weekly_capacity", "1"),
            ("chief_care_managers", "1"),
            ("confirmed_on", confirmed),
        ];
        office.submit(&format!("/offices/{id}"), &fields).await;
    }
    let (starts, ends, practicum) = (day(0), day(200), day(60));
    let fields = [
        ("name", "第30期"),
        ("edition", "initial-training-revised"),
        ("starts_on", starts.as_str()),
        ("ends_on", &ends),
        ("practicum_from", &practicum),
        ("practicum_weeks", "2"),
        ("travel_limit_km", "30"),
    ];
    let cohort = office.submit("/cohorts", &fields).await;
    office.upload(&format!("{cohort}/roster"), "roster.csv", ROSTER.as_bytes().to_vec(), &[]).await;
    office.submit(&format!("{cohort}/enrol"), &[]).await;
    let number: i64 = cohort.rsplit('/').next().unwrap().parse().unwrap();
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    let enrolled = work.enrolments(number).await.unwrap();
    work.roll_back().await.unwrap();
    for (index, enrolment) in enrolled.iter().enumerate() {
        kensan.account(&staff, &format!("trainee{index}"), Role::Trainee, Some(enrolment.person_id), None).await;
    }
    // Two supervisors at the first office, each with an address.
    for name in ["指導 一子", "指導 二子"] {
        office.submit("/offices/1/supervisors", &[("name", name), ("chief_care_manager", "1")]).await;
    }
    for (id, email) in [("1", "ichiko@office.example"), ("2", "niko@office.example")] {
        let fields = [("version", "0"), ("email", email)];
        office.submit(&format!("/offices/1/supervisors/{id}/contact"), &fields).await;
    }
    let wrong = office
        .post("/offices/2/contact", &[("version", "0"), ("email", "no address"), ("contact_name", "受入 見本")])
        .await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    office
        .submit(
            "/offices/2/contact",
            &[("version", "0"), ("email", "bounce@office.example"), ("contact_name", "受入 見本")],
        )
        .await;
    let catcher = Catcher::start().await;
    let mailer = Mailer::new(&catcher.url, "見本県 研修実施機関 <kensan@provider.example>").unwrap();
    let enrolments = enrolled.iter().map(|enrolment| enrolment.id).collect();
    Scene { kensan, staff, office, cohort, enrolments, catcher, mailer }
}

async fn story(kensan: Kensan) {
    let mut scene = scene(kensan).await;
    requests(&mut scene).await;
    let mut supervisor = sign_in_by_link(&mut scene).await;
    answers(&mut scene, &mut supervisor).await;
    deliveries(&mut scene).await;
    evaluation(&mut scene, &mut supervisor).await;
    reminders(&mut scene).await;
}

/// Trainees ask; of two who press at once for the last place one gets it.
async fn requests(scene: &mut Scene) {
    let closed = scene.trainee(0).await;
    let refused = closed.post("/me/offices/1/request", &[("window", "0")]).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(refused).await.contains("申込みを受け付けていません"));
    let period = format!("{}/placement/requests", scene.cohort);
    let (opens, closes) = (day(0), day(30));
    let wrong = scene.office.post(&period, &[("version", "0"), ("opens_on", &closes), ("closes_on", &opens)]).await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY, "it closes after it opens");
    let fields = [("version", "0"), ("opens_on", opens.as_str()), ("closes_on", closes.as_str())];
    scene.office.submit(&period, &fields).await;
    assert_eq!(
        scene.office.post(&period, &fields).await.status(),
        StatusCode::CONFLICT,
        "said by somebody else meanwhile"
    );

    let (mut one, two, three) = (scene.trainee(0).await, scene.trainee(1).await, scene.trainee(2).await);
    let list = one.read("/me/offices").await;
    assert!(list.contains("見本事業所一") && list.contains("見本事業所二") && !list.contains("見本事業所三"));
    assert!(list.find("見本事業所一") < list.find("見本事業所二"), "the nearest first");
    assert!(list.contains("最終確認 令和9年3月20日"), "when capacity was confirmed: {list}");
    assert!(!one.read("/me/offices?q=架空").await.contains("見本事業所一"), "found by corporation");
    let near = one.read("/me/offices?km=０．５").await;
    assert!(near.contains("見本事業所一") && !near.contains("見本事業所二"), "by distance: {near}");
    let in_week = one.read("/me/offices?week=1").await;
    assert!(in_week.contains("<option value=\"1\" selected>"), "the week looked for is the one proposed: {in_week}");
    assert!(!one.read("/me/offices?week=7").await.contains("見本事業所一"), "no such week");
    // Where somebody works nobody is sent, nobody is invited, and nobody may ask.
    let list = text(two.get("/me/offices").await).await;
    assert!(!list.contains("見本事業所一") && list.contains("見本事業所二"), "{list}");
    let own = two.post("/me/offices/1/request", &[("window", "0")]).await;
    assert_eq!(own.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(own).await.contains("勤務先と同じ法人"));
    let past = one.post("/me/offices/1/request", &[("window", "7")]).await;
    assert_eq!(past.status(), StatusCode::UNPROCESSABLE_ENTITY, "there is no such week");

    let (first, second) = tokio::join!(
        one.post("/me/offices/1/request", &[("window", "0")]),
        three.post("/me/offices/1/request", &[("window", "0")])
    );
    let mut answers = [first.status(), second.status()];
    answers.sort();
    assert_eq!(answers, [StatusCode::SEE_OTHER, StatusCode::UNPROCESSABLE_ENTITY], "the last place is given once");
    let (mut winner, mut loser) = if first.status() == StatusCode::SEE_OTHER { (one, three) } else { (three, one) };
    let lost = if first.status() == StatusCode::SEE_OTHER { second } else { first };
    assert!(text(lost).await.contains("空きがありません"));
    winner.submit("/me/offices/1/request", &[("window", "0")]).await;
    let page = winner.read("/me/offices").await;
    assert_eq!(page.matches("申込み中").count(), 1, "pressed twice, asked once");
    let another = winner.post("/me/offices/2/request", &[("window", "0")]).await;
    assert!(text(another).await.contains("先にそれを取り消してください"));

    // A request is taken back with a reason, and the place is free at once.
    let asked =
        |page: &str| page.split("name=\"placement\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let placement = asked(&page);
    let give_up = |reason| [("placement", placement.as_str()), ("version", "1"), ("reason", reason)];
    let unsaid = winner.post("/me/placement/give-up", &give_up("")).await;
    assert_eq!(unsaid.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let theirs = loser.post("/me/placement/give-up", &give_up("他人の分")).await;
    assert_eq!(theirs.status(), StatusCode::NOT_FOUND);
    for _ in 0..2 {
        winner.submit("/me/placement/give-up", &give_up("通えない")).await;
    }
    loser.submit("/me/offices/1/request", &[("window", "1")]).await;
    let placement = asked(&loser.read("/me/offices").await);
    let give_up = [("placement", placement.as_str()), ("version", "1"), ("reason", "譲ります")];
    loser.submit("/me/placement/give-up", &give_up).await;
    let mut one = scene.trainee(0).await;
    one.submit("/me/offices/1/request", &[("window", "0")]).await;
    two.submit("/me/offices/2/request", &[("window", "1")]).await;
    assert!(one.read("/me/offices").await.contains("申込み中"));
}

/// The supervisor comes by the link in the mail: once, as the person it was sent to.
async fn sign_in_by_link(scene: &mut Scene) -> Visitor {
    let mails = scene.deliver().await;
    let asked: Vec<_> = mails.iter().filter(|mail| mail.body.contains("受入れをお願いします")).collect();
    assert_eq!(asked.len(), 3, "each request is told once: {mails:?}");
    assert!(asked.iter().all(|mail| mail.to == "ichiko@office.example"), "the first who can be reached");
    assert!(asked[2].body.contains("研修 太郎") && asked[2].head.contains("kensan@provider.example"));
    let link = |mail: &crate::support::mail::Caught| {
        let rest = mail.body.split("/sign-in/link/").nth(1).unwrap();
        format!("/sign-in/link/{}", rest.split_whitespace().next().unwrap())
    };
    let links: Vec<String> = asked.iter().map(|mail| link(mail)).collect();
    let mut visitor = scene.kensan.visitor();
    // Each mail's link is good, once.
    visitor.read(&links[0]).await;
    assert_eq!(visitor.submit(&links[0], &[]).await, "/");
    let mut visitor = scene.kensan.visitor();
    // Looking at a link uses nothing up.
    visitor.read(&links[2]).await;
    visitor.read(&links[2]).await;
    assert_eq!(visitor.submit(&links[2], &[]).await, "/");
    assert_eq!(visitor.get("/").await.headers()["location"], "/offices/1");
    let mut stranger = scene.kensan.visitor();
    stranger.read(&links[2]).await;
    assert!(text(stranger.post(&links[2], &[]).await).await.contains("期限が切れています"), "used up");
    // Whoever has it is sent a new one: to the address known of them, not to whoever asks.
    assert!(text(stranger.post(&links[2], &[("again", "1")]).await).await.contains("新しいリンクを送ります"));
    assert!(
        text(stranger.post("/sign-in/link/unknown", &[("again", "1")]).await).await.contains("新しいリンクを送ります")
    );
    let again = scene.deliver().await;
    assert_eq!(again.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), ["ichiko@office.example"]);
    // It expires.
    scene.days_pass(8).await;
    let mut stranger = scene.kensan.visitor();
    let late = link(&again[0]);
    stranger.read(&late).await;
    assert!(text(stranger.post(&late, &[]).await).await.contains("期限が切れています"));
    // No secret is in the database or the ledger.
    let mut work = scene.kensan.secretariat.read(&scene.staff).await.unwrap();
    let ledger = format!("{:?}", work.audit_entries(None, i64::MAX, 1000).await.unwrap());
    work.roll_back().await.unwrap();
    let token = links[2].rsplit('/').next().unwrap();
    assert!(!ledger.contains(token) && !ledger.contains("ichiko@office.example"), "{ledger}");
    scene.office.submit("/offices/1/supervisors/1/link", &[]).await;
    let mails = scene.deliver().await;
    let mut visitor = scene.kensan.visitor();
    visitor.read(&link(&mails[0])).await;
    visitor.submit(&link(&mails[0]), &[]).await;
    visitor.read("/offices/1").await;
    visitor
}

/// The office accepts; the other supervisor, once somebody guides the trainee, does not see them any more.
async fn answers(scene: &mut Scene, supervisor: &mut Visitor) {
    scene.office.submit("/offices/1/supervisors/2/link", &[]).await;
    scene.office.submit("/offices/1/supervisors/2/link", &[]).await;
    let mails = scene.deliver().await;
    assert_eq!(mails.len(), 1, "pressed twice, sent once");
    let token = mails[0].body.split("/sign-in/link/").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let mut other = scene.kensan.visitor();
    other.read(&format!("/sign-in/link/{token}")).await;
    other.submit(&format!("/sign-in/link/{token}"), &[]).await;
    let page = supervisor.read("/offices/1").await;
    assert!(page.contains("研修 太郎"));
    assert!(other.read("/offices/1").await.contains("研修 太郎"), "nobody guides yet");
    let placement = page.split("/placements/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    supervisor.submit(&format!("/placements/{placement}/supervisor"), &[("supervisor", "1")]).await;
    let accept = [("version", "1"), ("to", "accepted")];
    let theirs = other.post(&format!("/placements/{placement}/state"), &accept).await;
    assert_eq!(theirs.status(), StatusCode::NOT_FOUND, "another supervisor's trainee");
    let enrolment = scene.enrolments[0];
    let record = format!("/practicum/{enrolment}");
    assert_eq!(supervisor.get(&record).await.status(), StatusCode::NOT_FOUND, "not before the office has accepted");
    supervisor.submit(&format!("/placements/{placement}/state"), &accept).await;
    assert!(!other.read("/offices/1").await.contains("研修 太郎"));
    for path in [format!("/practicum/{enrolment}"), format!("/practicum/{enrolment}/days")] {
        assert_eq!(supervisor.get(&path).await.status(), StatusCode::OK, "{path}");
        assert_eq!(other.get(&path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    let told = scene.deliver().await;
    assert_eq!(told.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), ["taro@trainee.example"]);
    assert!(told[0].body.contains("承諾しました"));
    days(scene, supervisor).await;
    // Either side may end it; both hear of it, with the reason.
    let cancel = [("version", "3"), ("to", "cancelled"), ("reason", "指導者の入院")];
    supervisor.submit(&format!("/placements/{placement}/state"), &cancel).await;
    assert_eq!(supervisor.get(&record).await.status(), StatusCode::NOT_FOUND, "nor after it has ended");
    let told = scene.deliver().await;
    let mut to: Vec<&str> = told.iter().map(|mail| mail.to.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, ["ichiko@office.example", "taro@trainee.example"]);
    assert!(told.iter().all(|mail| mail.body.contains("指導者の入院")), "{told:?}");
}

/// Days are told to the other side, several in one mail; a day called off at once.
async fn days(scene: &mut Scene, supervisor: &mut Visitor) {
    let theirs = format!("/practicum/{}/days", scene.enrolments[0]);
    supervisor.read(&theirs).await;
    let (first, second) = (day(61), day(62));
    for on in [&first, &second] {
        let offer = [("on", on.as_str()), ("from", "9:00"), ("until", "12:00"), ("content", "visit")];
        for _ in 0..2 {
            supervisor.submit(&theirs, &offer).await;
        }
    }
    assert!(scene.deliver().await.is_empty(), "more may come");
    scene.kensan.minutes_pass(11);
    let told = scene.deliver().await;
    assert_eq!(told.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), ["taro@trainee.example"]);
    assert_eq!(told[0].body.matches("9:00〜12:00 提案").count(), 2, "{}", told[0].body);
    let mut trainee = scene.trainee(0).await;
    trainee.read("/me/practicum/days").await;
    trainee.submit("/me/practicum/days", &[("day", "1"), ("version", "1"), ("to", "agreed")]).await;
    scene.kensan.minutes_pass(11);
    let told = scene.deliver().await;
    assert_eq!(told.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), ["ichiko@office.example"]);
    assert!(told[0].body.contains("決定") && told[0].body.contains("/sign-in/link/"), "{}", told[0].body);
    let off = [("day", "1"), ("version", "2"), ("to", "cancelled"), ("reason", "会議のため")];
    supervisor.submit(&theirs, &off).await;
    let told = scene.deliver().await;
    assert_eq!(told.len(), 1, "somebody might be on the way");
    assert!(told[0].body.contains("取消し（会議のため）"), "{}", told[0].body);
}

/// What came back, what was put off, what is printed, and the provider's own words.
async fn deliveries(scene: &mut Scene) {
    let number = scene.cohort.rsplit('/').next().unwrap().to_owned();
    let all = format!("/notices?cohort={number}");
    let page = scene.office.read(&format!("{all}&state=bounced")).await;
    assert!(page.contains("no such mailbox") && page.contains("bounce@office.example"), "{page}");
    let id = page.split("id=\"notice-").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let version = page.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    // Sent once more, to an address that was mended; pressed twice it goes out once.
    let again = [("version", version.as_str()), ("to", "queued"), ("address", "later@office.example")];
    for _ in 0..2 {
        scene.office.submit(&format!("/notices/{id}"), &again).await;
    }
    assert!(scene.deliver().await.is_empty(), "the server puts it off");
    let page = scene.office.read(&format!("{all}&state=queued")).await;
    assert!(page.contains("try again later"), "{page}");
    let mut work = scene.kensan.secretariat.write(&scene.staff).await.unwrap();
    let waiting = work.notice(id.parse().unwrap()).await.unwrap();
    assert!(waiting.not_before > scene.kensan.secretariat.now(), "not at once");
    work.roll_back().await.unwrap();
    // The sender's states are not a person's to set.
    let version = waiting.version.to_string();
    let refused = scene.office.post(&format!("/notices/{id}"), &[("version", &version), ("to", "sending")]).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    scene.office.submit(&format!("/notices/{id}"), &[("version", &version), ("to", "dropped")]).await;

    // What came back goes by post instead, in the same words; pressed twice it is one letter.
    let sent = scene.office.read(&format!("{all}&state=sent")).await;
    let id: i64 = sent.split("id=\"notice-").nth(1).unwrap().split('"').next().unwrap().parse().unwrap();
    let notice = async |scene: &Scene| {
        let mut work = scene.kensan.secretariat.read(&scene.staff).await.unwrap();
        let notice = work.notice(id).await.unwrap();
        let letters = work.letters_waiting(None).await.unwrap();
        work.roll_back().await.unwrap();
        (notice, letters)
    };
    let (known, before) = notice(scene).await;
    let version = known.version.to_string();
    let too_early = [("version", version.as_str())];
    let letter = format!("/notices/{id}/letter");
    assert_eq!(scene.office.post(&letter, &too_early).await.status(), StatusCode::CONFLICT, "it has arrived");
    scene.office.submit(&format!("/notices/{id}"), &[too_early[0], ("to", "bounced")]).await;
    let (known, _) = notice(scene).await;
    let version = known.version.to_string();
    assert!(scene.office.read(&format!("{all}&state=bounced")).await.contains("手紙で送る"));
    scene.office.submit(&letter, &[("version", &version)]).await;
    assert_eq!(scene.office.post(&letter, &[("version", &version)]).await.status(), StatusCode::CONFLICT);
    let (_, letters) = notice(scene).await;
    assert_eq!(letters.len(), before.len() + 1);
    let new = letters.iter().find(|letter| before.iter().all(|known| known.id != letter.id)).unwrap();
    assert_eq!((new.kind, &new.variables, &new.recipient), (known.kind, &known.variables, &known.recipient));
    assert!(new.address.contains("群馬県渋川市"), "{}", new.address);

    // A text of their own: checked, versioned, used from now on.
    let mut admin = scene.kensan.signed_in(&format!("admin{}", scene.staff.provider)).await;
    admin.read("/settings/notices").await;
    let wrong = [("kind", "placement_trainee"), ("subject", "x"), ("body", "{link} {tarinee}")];
    let wrong = text(admin.post("/settings/notices", &wrong).await).await;
    assert!(wrong.contains("link") && wrong.contains("tarinee"), "{wrong}");
    let own = [("kind", "placement_trainee"), ("subject", "{office}へ"), ("body", "{recipient} さん、{week}です。")];
    admin.submit("/settings/notices", &own).await;
    admin.submit("/settings/notices", &own).await;
    let page = admin.read("/settings/notices").await;
    assert!(page.contains("第1版") && !page.contains("第2版"), "published twice, one version: {page}");
    // Placed by hand and told: by mail at the office, by letter to the trainee who has no address.
    let place = [("office_number", "1010000001"), ("window", "2"), ("reason", "残る一人")];
    scene.office.submit(&format!("/trainees/{}/place", scene.enrolments[2]), &place).await;
    let page = scene.office.read(&format!("{}/placement", scene.cohort)).await;
    let row = page.split("id=\"placements\"").nth(1).unwrap().split("研修 一郎").nth(1).unwrap();
    let placement = row.split("/placements/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let notify = [("version", "1"), ("to", "notified")];
    scene.office.submit(&format!("/placements/{placement}/state"), &notify).await;
    let told = scene.deliver().await;
    assert_eq!(told.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), ["ichiko@office.example"]);
    let page = scene.office.read(&all).await;
    assert!(page.contains("印刷を待つ手紙") && page.contains("見本事業所一へ") && page.contains("第1版"), "{page}");
    let seen: Vec<String> =
        page.split("name=\"seen\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
    let mut seen: Vec<(&str, &str)> = seen.iter().map(|seen| ("seen", seen.as_str())).collect();
    let letters = scene.office.post("/notices/letters", &seen).await;
    let status = letters.status();
    let bytes = letters.bytes().await.unwrap();
    assert!(bytes.starts_with(b"%PDF"), "{status} {}", String::from_utf8_lossy(&bytes));
    seen.push(("act", "printed"));
    scene.office.submit("/notices/letters", &seen).await;
    assert!(!scene.office.read(&all).await.contains("印刷を待つ手紙"));
    assert_eq!(scene.office.post("/notices/letters", &seen[..1]).await.status(), StatusCode::NOT_FOUND);
    let accept = [("version", "2"), ("to", "accepted")];
    scene.office.submit(&format!("/placements/{placement}/state"), &accept).await;
}

/// The supervisor evaluates on the provider's rubric; trainee and secretariat read it and print it.
async fn evaluation(scene: &mut Scene, supervisor: &mut Visitor) {
    let enrolment = scene.enrolments[2];
    let page = format!("/practicum/{enrolment}/evaluation");
    let form = supervisor.read(&page).await;
    assert_eq!(form.matches("<fieldset>").count(), 6, "the rubric that ships");
    let pdf = format!("{page}/pdf");
    assert_eq!(supervisor.get(&pdf).await.status(), StatusCode::NOT_FOUND, "nothing to print yet");
    // The provider has a rubric of its own: what was shown before no longer counts.
    let mut admin = scene.kensan.signed_in(&format!("admin{}", scene.staff.provider)).await;
    admin.read("/settings/rubric").await;
    let wrong = admin
        .post("/settings/rubric", &[("seen", "0"), ("criteria", "尊厳\n尊厳"), ("levels", "よい\nもう少し")])
        .await;
    assert!(text(wrong).await.contains("2 度"));
    for _ in 0..2 {
        admin
            .submit("/settings/rubric", &[("seen", "0"), ("criteria", "尊厳\r\n連携"), ("levels", "よい\r\nもう少し")])
            .await;
    }
    assert!(admin.read("/settings/rubric").await.contains("第1版"), "published twice, one version");
    let late = [("seen", "0"), ("criteria", "連携"), ("levels", "よい\nもう少し")];
    assert_eq!(admin.post("/settings/rubric", &late).await.status(), StatusCode::CONFLICT, "published meanwhile");
    let old = [("rubric", "0"), ("seen", "0"), ("level-0", "0"), ("comment", "")];
    assert_eq!(supervisor.post(&page, &old).await.status(), StatusCode::CONFLICT);
    let marked = |first: &'static str, comment: &'static str, seen: &'static str| {
        [("rubric", "1"), ("seen", seen), ("level-0", first), ("level-1", "1"), ("comment", comment)]
    };
    for incomplete in [&marked("", "", "0"), &marked("2", "", "0")] {
        let refused = supervisor.post(&page, incomplete).await;
        assert!(text(refused).await.contains("すべての項目に段階を選んでください"));
    }
    for _ in 0..2 {
        supervisor.submit(&page, &marked("0", "よく聴いていた。", "0")).await;
    }
    let meanwhile = supervisor.post(&page, &marked("1", "別の窓から", "0")).await;
    assert_eq!(meanwhile.status(), StatusCode::CONFLICT, "an evaluation recorded meanwhile is not overwritten unseen");
    let own = scene.trainee(2).await.read("/me/practicum/evaluation").await;
    assert!(own.contains("よく聴いていた。") && own.contains("もう少し") && !own.contains("<fieldset>"), "{own}");
    let staff = scene.office.read(&page).await;
    assert!(staff.contains("よく聴いていた。") && !staff.contains("<fieldset>"));
    for path in [pdf.as_str(), &format!("/practicum/{enrolment}/confirmation")] {
        let printed = scene.office.get(path).await;
        assert!(printed.bytes().await.unwrap().starts_with(b"%PDF"), "{path}");
    }
    let own = scene.trainee(2).await.get("/me/practicum/confirmation").await;
    assert!(own.bytes().await.unwrap().starts_with(b"%PDF"));
    // Whom the office does not guide it does not evaluate.
    let other = format!("/practicum/{}/evaluation", scene.enrolments[1]);
    assert_eq!(supervisor.get(&other).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(supervisor.post(&other, &marked("0", "", "0")).await.status(), StatusCode::NOT_FOUND);
    let refused = scene.office.post(&page, &marked("0", "", "0")).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN, "the secretariat does not evaluate");
    let mut work = scene.kensan.secretariat.read(&scene.staff).await.unwrap();
    let ledger = format!("{:?}", work.audit_entries(None, i64::MAX, 1000).await.unwrap());
    work.roll_back().await.unwrap();
    assert!(!ledger.contains("よく聴いていた"), "what is said is in no ledger");
}

/// So many days before the end, once; by hand at most once a day; nothing at night.
async fn reminders(scene: &mut Scene) {
    let setting = [
        ("version", "0"),
        ("quiet_from", "21"),
        ("quiet_until", "8"),
        ("lead_days", "7、3"),
        ("waiting_days", "5"),
        ("link_days", "7"),
    ];
    let mut admin = scene.kensan.signed_in(&format!("admin{}", scene.staff.provider)).await;
    admin.read("/settings/notices").await;
    admin.submit("/settings/notices/when", &setting).await;
    scene.deliver().await;
    // The practicum lasts from day 60 to day 73; it is day 8.
    scene.days_pass(58).await;
    let secretariat = scene.kensan.secretariat.clone();
    // The one whose office has accepted: that the practicum is closed to them, and that it ends in a week.
    assert_eq!(secretariat.queue_reminders().await.unwrap(), 2);
    assert_eq!(secretariat.queue_reminders().await.unwrap(), 0, "once");
    scene.days_pass(2).await;
    assert_eq!(secretariat.queue_reminders().await.unwrap(), 0, "the next falls due three days before");
    let remind = format!("{}/practicum/remind", scene.cohort);
    scene.office.read(&format!("{}/practicum", scene.cohort)).await;
    let all: Vec<String> = scene.enrolments.iter().map(ToString::to_string).collect();
    let mut fields: Vec<(&str, &str)> = all.iter().map(|id| ("trainee", id.as_str())).collect();
    fields.push(("who", "trainee"));
    let asked = text(scene.office.post(&remind, &fields).await).await;
    assert!(asked.contains("メール 0 通を送り、手紙 1 通") && asked.contains("文面の例"), "{asked}");
    fields.push(("confirmed", "1"));
    for expected in ["1 件の催促", "0 件の催促"] {
        let to = scene.office.submit(&remind, &fields).await;
        let page = scene.office.read(&to).await;
        assert!(page.contains(expected), "{expected}: {page}");
    }
    assert_eq!(scene.office.post(&remind, &[("who", "trainee")]).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    scene.days_pass(1).await;
    assert_eq!(secretariat.queue_reminders().await.unwrap(), 0);
    scene.days_pass(1).await;
    assert_eq!(secretariat.queue_reminders().await.unwrap(), 1, "two days are left: that of three days is made up for");
    // Over and still not handed in: once a week, until the cohort ends.
    for (days, expected) in [(4, 1), (6, 0), (1, 1)] {
        scene.days_pass(days).await;
        assert_eq!(secretariat.queue_reminders().await.unwrap(), expected);
    }
    // The trainee without an address hears of it by letter.
    assert!(scene.office.read("/notices").await.contains("印刷を待つ手紙"));
}
