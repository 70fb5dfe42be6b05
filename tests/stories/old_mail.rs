//! Mails that have waited for long, and mails in quiet hours; over HTTP on both databases.

use crate::support::mail::Catcher;
use crate::support::practicum::before_the_practicum;
use crate::support::{Kensan, hidden, text};
use reqwest::StatusCode;
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

async fn story(kensan: Kensan) {
    let staff = kensan.provider("見本県 研修実施機関").await;
    kensan.account(&staff, "jimukyoku", Role::Secretariat, None, None).await;
    let (_, enrolments) = before_the_practicum(&kensan, &staff).await;
    // Mail was not switched on when people were told: their addresses are known, their notices wait.
    let mut work = kensan.secretariat.write(&staff).await.unwrap();
    for enrolment in &enrolments {
        let person = work.person_of(*enrolment).await.unwrap();
        let email = Some(format!("trainee{enrolment}@trainee.example"));
        work.update_person(&records::trainee::person::Person { email, ..person }).await.unwrap();
    }
    work.commit().await.unwrap();
    let telling = async |number: i64| {
        let mut work = kensan.secretariat.write(&staff).await.unwrap();
        let placement = work.current_placements(1).await.unwrap().remove(0);
        let notice = records::notice::NewNotice {
            cohort: Some(1),
            kind: training::notice::NoticeKind::AcceptedTrainee,
            template_number: 0,
            variables: [(training::notice::Variable::Recipient, "研修 太郎".to_owned())].into(),
            enrolment: Some(placement.enrolment_id),
            host_office: Some(placement.host_office_id),
            supervisor: None,
            recipient: "研修 太郎".to_owned(),
            channel: records::notice::Channel::Mail,
            address: "taro@trainee.example".to_owned(),
            not_before: kensan.secretariat.now(),
            once: format!("test {number}"),
        };
        work.queue_notice(&notice).await.unwrap();
        work.commit().await.unwrap();
    };
    for number in 0..3 {
        telling(number).await;
    }
    kensan.days_pass(8);
    let catcher = Catcher::start().await;
    let mailer = Mailer::new(&catcher.url, "Kensan <kensan@provider.example>").unwrap();
    let deliver = async || {
        kensan.secretariat.deliver_mails(&mailer, &kensan.address).await.unwrap();
        catcher.take().len()
    };
    assert_eq!(deliver().await, 0, "what is a week old waits for a word");
    let mut admin = kensan.signed_in("jimukyoku").await;
    assert!(admin.read("/").await.contains("/notices#old"));
    let page = admin.read("/notices").await;
    let seen: Vec<String> = page
        .split("id=\"old\"")
        .nth(1)
        .unwrap()
        .split("</section>")
        .next()
        .unwrap()
        .split("name=\"seen\" value=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect();
    let old = seen.len();
    assert!(old >= 3 && page.contains(&format!("7日以上たった通知 {old}通")), "{page}");
    // The newest three are settled one by one, the others dropped.
    let (others, seen) = seen.split_at(old - 3);
    let mut rest: Vec<(&str, &str)> = others.iter().map(|seen| ("seen", seen.as_str())).collect();
    rest.extend([("act", "drop"), ("confirmed", "1")]);
    admin.submit("/notices/old", &rest).await;

    let asked = admin.post("/notices/old", &[("act", "send"), ("seen", &seen[0])]).await;
    assert_eq!(asked.status(), StatusCode::OK);
    let asked = text(asked).await;
    assert!(asked.contains("メール 1 通を送り") && asked.contains("研修 太郎あて"), "{asked}");
    assert_eq!(deliver().await, 0, "asked, not done");
    assert_eq!(hidden(&asked, "seen"), seen[0]);
    admin.submit("/notices/old", &[("act", "send"), ("seen", &seen[0]), ("confirmed", "1")]).await;
    admin.submit("/notices/old", &[("act", "print"), ("seen", &seen[1]), ("confirmed", "1")]).await;
    admin.submit("/notices/old", &[("act", "drop"), ("seen", &seen[2]), ("confirmed", "1")]).await;
    // Pressed once more, nothing is left to settle.
    admin.submit("/notices/old", &[("act", "send"), ("seen", &seen[2]), ("confirmed", "1")]).await;
    assert_eq!(deliver().await, 1);
    let page = admin.read("/notices").await;
    assert!(page.contains("印刷を待つ手紙") && !page.contains("日以上たった通知"), "{page}");

    // The clock stands at noon in Japan; at two in the night nothing goes out, and in the morning it does.
    telling(9).await;
    kensan.minutes_pass(14 * 60);
    assert_eq!(deliver().await, 0, "quiet hours");
    kensan.minutes_pass(7 * 60);
    assert_eq!(deliver().await, 1);
}
