//! Whose account is whose, over HTTP on SQLite and on PostgreSQL: a number that could mean several people is asked about, and an office's
//! account as a whole reads no record.

use crate::support::practicum::opened;
use crate::support::{Kensan, text};
use reqwest::StatusCode;
use secretariat::account::UserFilter;
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
    let opened = opened(&kensan, &staff).await;
    let enrolment = opened.enrolments[0];
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    let (number, office) = {
        let placement = work.placements_of(enrolment).await.unwrap().remove(0);
        (work.enrolment(enrolment).await.unwrap().trainee_number, placement)
    };
    work.roll_back().await.unwrap();

    // Another cohort gives the same number to somebody else.
    let mut staff_page = kensan.signed_in("jimukyoku").await;
    let roster = "受験番号,氏名,フリガナ,生年月日\r\n0009,練習 次郎,レンシュウ ジロウ,1991-02-03\r\n";
    crate::support::cohort(&mut staff_page, "第2期", 50, roster).await;

    let mut administrator = kensan.signed_in("admin1").await;
    administrator.read("/users").await;
    let trainee = [("login", "renshuu"), ("name", "練習"), ("role", "trainee"), ("number", number.as_str())];
    let asked = text(administrator.post("/users", &trainee).await).await;
    let taken = asked.split("name=\"whose\"").find(|part| part.contains("第1期")).unwrap();
    assert!(asked.contains("第2期") && taken.contains("disabled"), "both are shown, and who has an account: {asked}");
    assert!(asked.contains("value=\"renshuu\""), "what was typed stays: {asked}");
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    let other =
        work.enrolments_by_number(&number).await.unwrap().into_iter().find(|known| known.id != enrolment).unwrap();
    assert!(work.user_by_login("renshuu").await.unwrap().is_none(), "nothing is made of a guess");
    work.roll_back().await.unwrap();
    let (own, theirs) = (enrolment.to_string(), other.id.to_string());
    let has_one = administrator.post("/users", &[&trainee[..], &[("whose", own.as_str())]].concat()).await;
    assert_eq!(has_one.status(), StatusCode::OK, "asked again");
    administrator.submit("/users", &[&trainee[..], &[("whose", theirs.as_str())]].concat()).await;
    let page = administrator.read("/users").await;
    assert!(page.contains(&format!("<a href=\"/trainees/{theirs}\">練習 次郎</a>")), "{page}");
    let unknown = [("login", "dare"), ("name", "誰"), ("role", "supervisor"), ("number", "0000000000")];
    let refused = administrator.post_from("/users", "/users", &unknown).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let refused = text(refused).await;
    assert!(refused.contains("id=\"role\"") && refused.contains("class=\"field-error\""), "its own page: {refused}");
    // Everything that is wrong with a new password is told at its field.
    let wrong = [("present", "違う"), ("new", "短い"), ("again", "別")];
    let told = text(administrator.post_from("/password", "/password", &wrong).await).await;
    for words in ["いまのパスワードが違います", "新しいパスワードと同じではありません", "文字以上"]
    {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert_eq!(told.matches("class=\"field-error\"").count(), 3, "{told}");

    // An office's account as a whole: its days, but no record.
    let of_office =
        [("login", "madoguchi"), ("name", "窓口"), ("role", "supervisor"), ("number", &office.office_number)];
    let asked = text(administrator.post("/users", &of_office).await).await;
    assert!(asked.contains("見本 指導") && asked.contains("全体のアカウント"), "{asked}");
    kensan.account(&staff, "madoguchi", Role::Supervisor, None, Some(office.host_office_id)).await;
    let mut whole = kensan.signed_in("madoguchi").await;
    let (record, days) = (format!("/practicum/{enrolment}"), format!("/practicum/{enrolment}/days"));
    assert_eq!(whole.get(&record).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(whole.get(&format!("{record}/pdf")).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(whole.get(&days).await.status(), StatusCode::OK);
    let page = whole.read(&format!("/offices/{}", office.host_office_id)).await;
    assert!(page.contains(&format!("href=\"{days}\"")) && !page.contains(&format!("href=\"{record}\"")), "{page}");
    let mut guide = kensan.signed_in("shidousha").await;
    assert_eq!(guide.get(&record).await.status(), StatusCode::OK);
    assert!(guide.read(&format!("/offices/{}", office.host_office_id)).await.contains(&format!("href=\"{record}\"")));

    // Another provider finds neither the trainee nor the accounts.
    let stranger = kensan.provider("別の機関").await;
    let mut work = kensan.secretariat.read(&stranger).await.unwrap();
    assert_eq!(work.enrolments_by_number(&number).await.unwrap(), []);
    let listed = work.find_users(&UserFilter::default(), (100, 0)).await.unwrap();
    assert_eq!(listed.iter().map(|known| known.user.provider_id).collect::<Vec<_>>(), [stranger.provider]);
    work.roll_back().await.unwrap();
}
