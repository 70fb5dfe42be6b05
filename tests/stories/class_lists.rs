//! Lists of classes: a timetable set from a file, a pasted text and another cohort, and taken back; attendance of an online class from the
//! list of its participants. Over HTTP on both databases.

use crate::support::{Kensan, Visitor, cohort, first_day, hidden, text};
use chrono::TimeDelta;
use reqwest::StatusCode;
use training::role::Role;

#[tokio::test]
async fn timetable_on_sqlite() {
    timetable(crate::support::sqlite().await).await;
}

#[tokio::test]
async fn timetable_on_postgres() {
    timetable(crate::support::postgres().await).await;
}

#[tokio::test]
async fn online_on_sqlite() {
    online(crate::support::sqlite().await).await;
}

#[tokio::test]
async fn online_on_postgres() {
    online(crate::support::postgres().await).await;
}

const ROSTER: &str = "受験番号,受講番号,氏名,フリガナ,生年月日,メールアドレス\r\n\
0001,001,研修 太郎,ケンシュウ タロウ,1985-04-01,taro@kensan.example\r\n\
0002,002,研修 花子,ケンシュウ ハナコ,1990-05-06,\r\n\
0003,003,見本 次郎,ミホン ジロウ,1991-05-06,\r\n\
0004,004,見本 三郎,ミホン サブロウ,1992-05-06,\r\n";

fn day(offset: i64) -> String {
    (first_day() + TimeDelta::days(offset)).to_string()
}

/// Shows what a text comes to.
async fn looked_at(office: &Visitor, cohort: &str, list: &str) -> (StatusCode, String) {
    let answer = office.upload_files(&format!("{cohort}/timetable"), &[], &[("source", "text"), ("text", list)]).await;
    (answer.status(), text(answer).await)
}

async fn sessions(kensan: &Kensan, staff: &secretariat::Staff, cohort: &str) -> Vec<secretariat::cohort::Session> {
    let id = cohort.rsplit('/').next().unwrap().parse().unwrap();
    let mut work = kensan.secretariat.read(staff).await.unwrap();
    work.sessions(id).await.unwrap().into_iter().filter(|session| session.cancelled.is_none()).collect()
}

async fn timetable(kensan: Kensan) {
    let staff = kensan.provider("見本県 研修実施機関").await;
    kensan.account(&staff, "jimukyoku", Role::Secretariat, None, None).await;
    kensan.account(&staff, "koushi", Role::Instructor, None, None).await;
    let teacher = {
        let mut work = kensan.secretariat.read(&staff).await.unwrap();
        work.user_by_login("koushi").await.unwrap().unwrap()
    };
    let mut office = kensan.signed_in("jimukyoku").await;
    let cohort_path = cohort(&mut office, "第1期", 0, ROSTER).await;
    let page = office.read(&format!("{cohort_path}/timetable")).await;
    assert!(page.contains("日付\t開始\t終了\t科目"));
    assert_eq!(office.get(&format!("{cohort_path}/templates/timetable")).await.status(), StatusCode::OK);

    // What cannot be read is told, every cell of it, and what was typed stays.
    let wrong =
        format!("日付\t開始\t終了\t科目\tオンライン\n{}\t9:00\t25:00\t01\tたぶん\n\t12:00\t9:00\t体操\t\n", day(5));
    let (status, told) = looked_at(&office, &cohort_path, &wrong).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in ["25:00", "たぶん", "体操", "終わり（09:00）が始まり（12:00）より前です"] {
        assert!(told.contains(words), "{words}: {told}");
    }

    // Rows of a day are one session; a class outside the course stops the whole list, and says which.
    let teacher_name = &teacher.name;
    let list = format!(
        "令和9年度 時間割\n日付\t時間\t科目名\t会場\t講師\n\
         {}\t９：３０～９：４５\t受付\t会館\t\n\t9:45～12:45\t01\t\t{teacher_name}先生\n\t12:45～13:45\t昼休み\t\t\n\t13:45～15:45\t02\t\t外部 講師\n\
         {}\t9:00～12:00\t03\t会館\t\n",
        day(5),
        day(200)
    );
    let (status, told) = looked_at(&office, &cohort_path, &list).await;
    assert_eq!(status, StatusCode::OK);
    assert!(told.contains("登録できない日程があります") && !told.contains("timetable/set"), "{told}");
    let text_of = |html: &str| {
        let rest = html.split("<textarea").nth(1).unwrap();
        let text = rest.split_once('>').unwrap().1.split("</textarea>").next().unwrap();
        text.replace("&#38;", "&")
    };
    let drafted = text_of(&told);
    let refused = office.post(&format!("{cohort_path}/timetable/set"), &[("text", &drafted)]).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(sessions(&kensan, &staff, &cohort_path).await.is_empty(), "all or none");

    // 45 days on lie in the practicum: that is said, and forbids nothing.
    let mended = drafted.replace(&day(200), &day(45));
    let (_, told) = looked_at(&office, &cohort_path, &mended).await;
    assert!(told.contains("2件の日程を登録する") && told.contains("実習の期間中"), "{told}");
    assert!(told.contains("外部 講師") && !told.contains(&format!("見つからないため登録されません: {teacher_name}")));
    let set = hidden(&told, "text");
    for expected in ["2件の日程を登録しました", "登録済みの 2件はそのままです"] {
        // Pressed twice it is set once.
        office.submit(&format!("{cohort_path}/timetable/set"), &[("text", &set)]).await;
        let page = office.read(&format!("{cohort_path}/sessions")).await;
        assert!(page.contains(expected), "{expected}: {page}");
    }
    let known = sessions(&kensan, &staff, &cohort_path).await;
    let [first, second] = &known[..] else { panic!("{known:?}") };
    assert_eq!(first.starts_at.format("%F %R").to_string(), format!("{} 09:30", day(5)));
    assert_eq!(first.ends_at.format("%R").to_string(), "15:45");
    assert_eq!((first.title.as_str(), first.place.as_str(), &first.instructors), ("第1日", "会館", &vec![teacher.id]));
    let shares: Vec<_> = first.shares.iter().map(|share| (share.subject.as_str(), share.minutes)).collect();
    assert_eq!(shares, [("01", 180), ("02", 120)]);
    assert_eq!(second.title, "第2日");

    // The timetable as a file is read as the same timetable; every other list is there too.
    let answer = office.get(&format!("{cohort_path}/list/timetable/csv")).await;
    let (status, told) = looked_at(&office, &cohort_path, &text(answer).await).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    assert!(told.contains("すべて登録済みです"), "{told}");
    for (list, words) in [
        ("trainees", "taro@kensan.example"),
        ("signature-sheet", "署名"),
        ("make-ups", "次の日程"),
        ("placements", "事業所番号"),
        ("attendance-book", "研修 太郎"),
        ("completion-roster", "修了年月日"),
    ] {
        let answer = office.get(&format!("{cohort_path}/list/{list}/csv")).await;
        assert_eq!(answer.status(), StatusCode::OK, "{list}");
        let file = text(answer).await;
        assert!(file.contains(words), "{list}: {file}");
        assert_eq!(office.get(&format!("{cohort_path}/list/{list}/xlsx")).await.status(), StatusCode::OK, "{list}");
    }
    assert_eq!(office.get(&format!("{cohort_path}/list/x/csv")).await.status(), StatusCode::NOT_FOUND);

    // What a list of another week says of a weekday, a subject that goes on after lunch, a reception of two rooms, and what is no subject.
    let other_weekday = format!("日付\t曜日\t時間\t科目\n{}\t月\t9:00～10:00\t04\n", day(20));
    let (status, told) = looked_at(&office, &cohort_path, &other_weekday).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(told.contains("曜日が違います"), "{told}");
    for (heading, words) in
        [("2月30日", "日付として読めません"), ("4/20(月)", "曜日が違います"), ("第2日 4/99", "日付として読めません")]
    {
        let list = format!(
            "日付\t開始\t終了\t科目\n{}\t\t\t\n\t9:00\t10:00\t04\n{heading}\t\t\t\n\t10:00\t11:00\t05\n",
            day(21)
        );
        let (status, told) = looked_at(&office, &cohort_path, &list).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{heading}: {told}");
        assert!(told.contains(words), "{heading}: {told}");
    }
    let rooms = format!(
        "日付\t時間\t科目\t会場\t備考\n{0}\t9:00～9:30\t受付\t\t\n{0}\t9:30～12:00\t①\t「A」\tx\n\t12:00～13:00\t昼休憩（60分）\t\t\n\t13:00～14:00\t1\t\t\n\
         {0}\t9:30～12:00\t科目2\tB\t\n\t\t合計\t\t\n",
        day(20)
    );
    let (_, told) = looked_at(&office, &cohort_path, &rooms).await;
    assert!(told.contains("2件の日程を登録する") && told.contains("読まなかった列: 備考"), "{told}");
    assert!(told.contains("同じ時間に「第2日」") && told.contains("09:00–14:00"), "{told}");

    // Copied a year on: days keep their distance.
    let next = cohort(&mut office, "第2期", 360, ROSTER).await;
    let from = cohort_path.rsplit('/').next().unwrap().to_owned();
    let copied = [("source", "cohort"), ("from", from.as_str()), ("first_day", &day(364))];
    let answer = office.upload_files(&format!("{next}/timetable"), &[], &copied).await;
    let told = text(answer).await;
    assert!(told.contains("2件の日程を登録する"), "{told}");
    office.submit(&format!("{next}/timetable/set"), &[("text", &hidden(&told, "text"))]).await;
    let moved = sessions(&kensan, &staff, &next).await;
    for (known, moved) in known.iter().zip(&moved) {
        assert_eq!(moved.starts_at, known.starts_at + TimeDelta::days(359));
        assert_eq!(moved.ends_at, known.ends_at + TimeDelta::days(359));
        assert_eq!((&moved.title, &moved.place, &moved.instructors), (&known.title, &known.place, &known.instructors));
        let minutes = |session: &secretariat::cohort::Session| {
            session.shares.iter().map(|share| (share.subject.clone(), share.minutes)).collect::<Vec<_>>()
        };
        assert_eq!(minutes(moved), minutes(known));
    }

    // Taken back as one, but for what was changed since.
    let changed = [
        ("title", "第1日（変更）"),
        ("day", &day(364)),
        ("starts", "9:30"),
        ("ends", "16:00"),
        ("subject", "01"),
        ("minutes", "180"),
        ("version", "1"),
        ("reason", "会場の都合"),
    ];
    office.submit(&format!("/sessions/{}/edit", moved[0].id), &changed).await;
    let page = office.read(&format!("{next}/timetable")).await;
    let undo = page.split(&format!("action=\"{next}/timetable/")).nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(undo.ends_with("/undo"), "{undo}");
    let undo = format!("{next}/timetable/{undo}");
    let refused = office.post(&undo, &[("reason", "")]).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    office.submit(&undo, &[("reason", "取り違え")]).await;
    let page = office.read(&format!("{next}/timetable")).await;
    assert!(page.contains("1件の日程を取りやめました") && page.contains("第1日（変更）"), "{page}");
    assert_eq!(
        office.post(&undo.replace(&next, &cohort_path), &[("reason", "x")]).await.status(),
        StatusCode::NOT_FOUND
    );
    assert_eq!(sessions(&kensan, &staff, &next).await.len(), 1);

    // Another provider's list is nobody's.
    let other = kensan.provider("別の機関").await;
    kensan.account(&other, "betsu", Role::Secretariat, None, None).await;
    let mut stranger = kensan.signed_in("betsu").await;
    stranger.read("/cohorts").await;
    for path in [format!("{cohort_path}/timetable/set"), undo] {
        let answer = stranger.post(&path, &[("text", &set), ("reason", "x")]).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(stranger.get(&format!("{cohort_path}/timetable")).await.status(), StatusCode::NOT_FOUND);
}

async fn online(kensan: Kensan) {
    let staff = kensan.provider("見本県 研修実施機関").await;
    kensan.account(&staff, "jimukyoku", Role::Secretariat, None, None).await;
    let mut office = kensan.signed_in("jimukyoku").await;
    let cohort = cohort(&mut office, "第1期", 0, ROSTER).await;
    let list = format!("日付,開始,終了,科目,オンライン\n{0},9:00,12:00,01,○\n{0},13:00,15:00,02,\n", day(5));
    let (_, told) = looked_at(&office, &cohort, &list).await;
    office.submit(&format!("{cohort}/timetable/set"), &[("text", &hidden(&told, "text"))]).await;
    let session = sessions(&kensan, &staff, &cohort).await.remove(0);
    // An earlier day moves the titles that are made up. The list is still the one that is set, not one at the same time.
    let earlier = format!("日付,開始,終了,科目\n{},9:00,12:00,03\n", day(3));
    let (_, told) = looked_at(&office, &cohort, &earlier).await;
    office.submit(&format!("{cohort}/timetable/set"), &[("text", &hidden(&told, "text"))]).await;
    let (_, told) = looked_at(&office, &cohort, &list).await;
    assert!(told.contains("すべて登録済みです") && !told.contains("同じ時間に"), "{told}");
    let path = format!("/sessions/{}/online", session.id);
    let on = (first_day() + TimeDelta::days(5)).format("%m/%d/%Y").to_string();
    let heading = "Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants\n1,研修,,,,,4\n\n\
        Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n";
    // Somebody with two devices, somebody away for an hour, one whose name says nothing, a lecturer, and one who is not there.
    let rows = format!(
        "001_研修太郎,taro@kensan.example,{on} 08:50:00 AM,{on} 12:10:00 PM,200,Yes\n\
         iPad,taro@kensan.example,{on} 11:00:00 AM,{on} 03:10:00 PM,250,Yes\n\
         研修　花子,,{on} 09:00:20 AM,{on} 10:00:00 AM,60,Yes\n\
         研修　花子,,{on} 11:00:00 AM,{on} 02:59:40 PM,240,Yes\n\
         ジロウのPC,,{on} 09:00:00 AM,{on} 03:00:00 PM,360,Yes\n\
         講師,,{on} 08:30:00 AM,{on} 03:30:00 PM,420,No\n"
    );
    let file = format!("{heading}{rows}").into_bytes();

    // The day has not come: what it says is shown, and nothing can be recorded.
    let told = text(office.upload(&path, "participants.csv", file.clone(), &[]).await).await;
    assert!(told.contains("まだ来ていません") || told.contains("当日"), "{told}");
    kensan.days_pass(6);
    let mut office = kensan.signed_in("jimukyoku").await;
    office.read("/cohorts").await;

    let of_another_day = String::from_utf8(file.clone()).unwrap().replace(&on, "01/15/2027").into_bytes();
    let early = format!("{heading}研修太郎,,{on} 07:00:00 AM,{on} 08:00:00 AM,60,Yes\n").into_bytes();
    for (wrong, words) in [(of_another_day, "01/15/2027"), (early, "別の会議")] {
        let answer = office.upload(&path, "participants.csv", wrong, &[]).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let told = text(answer).await;
        assert!(told.contains(words), "{words}: {told}");
    }

    let told = text(office.upload(&path, "participants.csv", file, &[]).await).await;
    assert!(told.contains("残り 2人") && told.contains("途中で 60分抜けています"), "{told}");
    assert!(!told.contains("出席を記録する</button>"), "nothing is recorded while somebody is unclear");
    let content = hidden(&told, "content");
    let ids: Vec<i64> = {
        let mut work = kensan.secretariat.read(&staff).await.unwrap();
        let id = cohort.rsplit('/').next().unwrap().parse().unwrap();
        work.enrolments(id).await.unwrap().into_iter().map(|known| known.id).collect()
    };
    let jiro = ids[2].to_string();
    let answers =
        [("content", content.as_str()), ("list_name", "participants.csv"), ("who-9", &jiro), ("who-10", "none")];
    let told = text(office.upload_files(&path, &[], &answers).await).await;
    assert!(told.contains("4人のうち 3人が参加"), "{told}");

    // What the page shows is sent as it is.
    let field = |name: String| {
        let rest = told.split(&format!("name=\"{name}\"")).nth(1).unwrap();
        let rest = rest.split('>').next().unwrap();
        (rest.contains("checked"), rest.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned())
    };
    let mut fields: Vec<(String, String)> =
        ["list_name", "list_digest"].map(|name| (name.to_owned(), hidden(&told, name))).into();
    for id in &ids {
        fields.push(("trainee".to_owned(), id.to_string()));
        for name in ["seen", "arrived", "left"].map(|name| format!("{name}-{id}")) {
            fields.push((name.clone(), field(name).1));
        }
        let present = format!("present-{id}");
        if field(present.clone()).0 {
            fields.push((present, "1".to_owned()));
        }
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let record = format!("/sessions/{}/attendance", session.id);
    office.submit(&record, &fields).await;
    let recorded = {
        let mut work = kensan.secretariat.read(&staff).await.unwrap();
        work.current_attendance(session.id).await.unwrap()
    };
    let clock = |id: i64| {
        let row = recorded.iter().find(|row| row.enrolment_id == id).unwrap();
        row.arrived_at.zip(row.left_at).map(|(from, until)| format!("{}–{}", from.format("%R"), until.format("%R")))
    };
    assert_eq!(clock(ids[0]).as_deref(), Some("09:00–15:00"), "two devices are one person");
    assert_eq!(clock(ids[1]).as_deref(), Some("11:00–15:00"), "the longest stay");
    assert_eq!(clock(ids[2]).as_deref(), Some("09:00–15:00"), "somebody said who it is");
    assert_eq!(clock(ids[3]), None, "who is not in the list is absent");
    let imports = office.read("/imports").await;
    assert!(imports.contains("participants.csv"));
}
