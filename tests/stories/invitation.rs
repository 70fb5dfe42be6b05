//! How trainees come to an account: a mail with a link, or a letter with a code, over HTTP on SQLite and on PostgreSQL.

use crate::support::mail::{Catcher, Caught};
use crate::support::{Kensan, Visitor, first_day, text};
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

const ROSTER: &str = "受験番号,氏名,フリガナ,生年月日,住所,メールアドレス\r\n\
    0001,研修 太郎,ケンシュウ タロウ,1985-04-01,見本県見本市1,Taro@Trainee.example\r\n\
    0002,研修 花子,ケンシュウ ハナコ,1986-05-02,見本県見本市2,hanako@trainee.example\r\n\
    0003,紙野 次郎,カミノ ジロウ,1987-06-03,見本県見本市3,\r\n";

fn link(mail: &Caught) -> String {
    let rest = mail.body.split("/sign-in/link/").nth(1).unwrap_or_else(|| panic!("no link: {}", mail.body));
    format!("/sign-in/link/{}", rest.split_whitespace().next().unwrap())
}

/// The code of the newest letter that waits to be printed.
async fn code(kensan: &Kensan, staff: &Staff) -> String {
    let mut work = kensan.secretariat.read(staff).await.unwrap();
    let letter = work.letters_waiting(None).await.unwrap().pop().unwrap();
    let sealed = letter.variables().unwrap()[&training::notice::Variable::Code].clone();
    assert!(!sealed.contains('-'), "nobody reads it in the database: {sealed}");
    work.open_by_pepper("code to print", &sealed).await.unwrap()
}

async fn story(kensan: Kensan) {
    let staff = kensan.provider("見本県 研修実施機関").await;
    kensan.account(&staff, "jimukyoku", Role::Secretariat, None, None).await;
    kensan.account(&staff, "kanri", Role::Administrator, None, None).await;
    let catcher = Catcher::start().await;
    let mailer = Mailer::new(&catcher.url, "見本県 研修実施機関 <kensan@provider.example>").unwrap();
    let deliver = async || {
        kensan.secretariat.deliver_mails(&mailer, &kensan.address).await.unwrap();
        catcher.take()
    };
    let mut office = kensan.signed_in("jimukyoku").await;
    let cohort = crate::support::cohort(&mut office, "第1期", 10, ROSTER).await;
    let accounts = format!("{cohort}/accounts");
    assert!(office.read("/").await.contains(&format!("{accounts}?show=waiting")), "the home page says who waits");
    office.read(&accounts).await;
    let asked = text(office.post(&accounts, &[("whom", "not_yet")]).await).await;
    assert!(asked.contains("メール2通") || asked.contains("confirmed"), "asks first: {asked}");
    assert!(deliver().await.is_empty(), "nothing goes out unasked");
    let confirmed = [("whom", "not_yet"), ("confirmed", "1")];
    for _ in 0..2 {
        office.submit(&accounts, &confirmed).await;
    }
    let mails = deliver().await;
    let to: Vec<_> = mails.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(to, ["Taro@Trainee.example", "hanako@trainee.example"], "pressed twice, invited once");
    assert!(!office.read("/").await.contains(&format!("{accounts}?show=waiting")));

    comes_by_mail(&kensan, &mails[0]).await;
    comes_by_letter(&kensan, &staff, &mut office).await;
    let listed = office.read(&accounts).await;
    assert_eq!(listed.matches("ログイン済み</span>").count(), 2, "{listed}");

    // Who never came is invited again; the others are left in peace. The mail comes back and goes as a letter, with a code of its own.
    kensan.days_pass(2);
    let mut office = kensan.signed_in("jimukyoku").await;
    office.read(&accounts).await;
    office.submit(&accounts, &[("whom", "never_came"), ("confirmed", "1")]).await;
    let again = deliver().await;
    assert_eq!(again.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), ["hanako@trainee.example"]);
    letter_instead(&kensan, &staff, &mut office).await;

    guesses(&kensan).await;
    asks_for_a_link(&kensan, &deliver).await;
    staff_accounts(&kensan, &staff, &deliver).await;

    // Somebody else's cohort is not there.
    let stranger = kensan.provider("別の機関").await;
    kensan.account(&stranger, "yoso", Role::Secretariat, None, None).await;
    let mut other = kensan.signed_in("yoso").await;
    other.read("/cohorts").await;
    assert_eq!(other.get(&accounts).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(other.post(&accounts, &confirmed).await.status(), StatusCode::NOT_FOUND);
}

async fn comes_by_mail(kensan: &Kensan, mail: &Caught) {
    let mut taro = kensan.visitor();
    taro.read(&link(mail)).await;
    assert_eq!(taro.submit(&link(mail), &[]).await, "/password", "a password is set first");
    let page = taro.read("/password").await;
    assert!(!page.contains("name=\"present\""), "there is none yet: {page}");
    let short = taro.post_from("/password", "/password", &[("new", "短い"), ("again", "短い")]).await;
    assert_eq!(short.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let fields = [("new", "はじめての長い合言葉です"), ("again", "はじめての長い合言葉です")];
    assert_eq!(taro.submit("/password", &fields).await, "/");
    assert!(taro.read("/me").await.contains("研修 太郎"), "goes on without signing in again");
    let mut later = kensan.visitor();
    later.read("/sign-in").await;
    let by_address = [("login", "taro@trainee.EXAMPLE"), ("password", "はじめての長い合言葉です")];
    assert_eq!(later.submit("/sign-in", &by_address).await, "/");
    let mut second = kensan.visitor();
    second.read(&link(mail)).await;
    assert!(text(second.post(&link(mail), &[]).await).await.contains("期限が切れています"), "once");
    // Whoever signed in with the password is asked for it before a new one.
    assert!(later.read("/password").await.contains("name=\"present\""));
}

async fn comes_by_letter(kensan: &Kensan, staff: &Staff, office: &mut Visitor) {
    let code = code(kensan, staff).await;
    let mut jiro = kensan.visitor();
    assert!(jiro.read(&format!("/sign-in/link/{code}")).await.contains("name=\"birth_date\""), "from the QR code");
    jiro.read("/sign-in/code").await;
    let wrong = jiro.post_from("/sign-in/code", "/sign-in/code", &[("code", "abcd-efgh"), ("birth_date", "")]).await;
    let wrong = text(wrong).await;
    assert!(wrong.contains("value=\"abcd-efgh\"") && wrong.contains("field-error"), "{wrong}");
    for left in (1..=4).rev() {
        let fields = [("code", code.as_str()), ("birth_date", "1987-06-04")];
        let refused = text(jiro.post_from("/sign-in/code", "/sign-in/code", &fields).await).await;
        assert!(refused.contains(&format!("あと{left}回")), "{refused}");
    }
    let typed = code.to_uppercase().replace('-', "－");
    let fields = [("code", typed.as_str()), ("birth_date", "昭和62年6月3日")];
    assert_eq!(jiro.submit("/sign-in/code", &fields).await, "/password");
    // Without a password there is no other way in: the office still sees that, and can invite once more.
    let listed = office.read("/cohorts/1/accounts").await;
    assert_eq!(listed.matches("ログイン済み</span>").count(), 1, "{listed}");
    kensan.minutes_pass(40);
    assert!(!jiro.read("/password").await.contains("name=\"present\""), "there is none to be asked for");
    let password = [("new", "手紙で来た長い合言葉です"), ("again", "手紙で来た長い合言葉です")];
    jiro.submit("/password", &password).await;
    let mut second = kensan.visitor();
    second.read("/sign-in/code").await;
    let used = text(second.post_from("/sign-in/code", "/sign-in/code", &fields).await).await;
    assert!(used.contains("この招待コードは使えません"), "once: {used}");
    let page = office.read("/notices").await;
    assert!(!page.contains(&code), "the page of notices does not show the code");
    let mut work = kensan.secretariat.read(staff).await.unwrap();
    let letter = work.letters_waiting(None).await.unwrap().pop().unwrap();
    work.roll_back().await.unwrap();
    let printed = kensan.secretariat.letters(staff, &[(letter.id, letter.version)], &kensan.address).await.unwrap();
    assert!(printed.unwrap().starts_with(b"%PDF"));
}

/// A mail that came back goes as a letter. Its code ends with the fifth wrong birth date.
async fn letter_instead(kensan: &Kensan, staff: &Staff, office: &mut Visitor) {
    let mut work = kensan.secretariat.read(staff).await.unwrap();
    let newest = work.notices(None, records::notice::Shown::All, (1, 0)).await.unwrap().remove(0);
    work.roll_back().await.unwrap();
    let version = newest.version.to_string();
    let path = format!("/notices/{}", newest.id);
    office.read("/notices").await;
    office.submit(&path, &[("version", &version), ("to", "bounced")]).await;
    let version = (newest.version + 1).to_string();
    office.submit(&format!("{path}/letter"), &[("version", &version)]).await;
    let code = code(kensan, staff).await;
    let mut guesser = kensan.visitor();
    guesser.read("/sign-in/code").await;
    for _ in 0..5 {
        guesser.post("/sign-in/code", &[("code", &code), ("birth_date", "2000-01-01")]).await;
    }
    let right = guesser.post("/sign-in/code", &[("code", &code), ("birth_date", "1986-05-02")]).await;
    assert_eq!(right.status(), StatusCode::UNPROCESSABLE_ENTITY, "the code has ended");
}

/// Capitals are no way round the wait after wrong passwords, and a supervisor without an address is no error.
async fn guesses(kensan: &Kensan) {
    let mut guesser = kensan.visitor();
    guesser.read("/sign-in").await;
    for index in 0..6 {
        let login = if index % 2 == 0 { "taro@trainee.example" } else { "TARO@Trainee.example" };
        guesser.post("/sign-in", &[("login", login), ("password", "違う合言葉です")]).await;
    }
    let right = [("login", "Taro@trainee.EXAMPLE"), ("password", "はじめての長い合言葉です")];
    let waits = text(guesser.post("/sign-in", &right).await).await;
    assert!(waits.contains("秒"), "{waits}");
    kensan.minutes_pass(20);
}

async fn asks_for_a_link(kensan: &Kensan, deliver: &impl AsyncFn() -> Vec<Caught>) {
    let mut taro = kensan.visitor();
    taro.read("/sign-in/ask").await;
    for _ in 0..2 {
        let asked = text(taro.post("/sign-in/ask", &[("login_or_email", "TARO@trainee.example")]).await).await;
        let nobody = text(taro.post("/sign-in/ask", &[("login_or_email", "dare@nowhere.example")]).await).await;
        let told = |page: &str| page.contains("登録されていれば");
        assert!(told(&asked) && told(&nobody), "the same is told of anybody: {asked}");
    }
    let mails = deliver().await;
    assert_eq!(mails.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), ["Taro@Trainee.example"], "one mail");
    let mut elsewhere = kensan.visitor();
    elsewhere.read(&link(&mails[0])).await;
    let refused = text(elsewhere.post(&link(&mails[0]), &[]).await).await;
    assert!(refused.contains("申し込んだ端末"), "it opens where it was asked for: {refused}");
    taro.read(&link(&mails[0])).await;
    assert_eq!(taro.submit(&link(&mails[0]), &[]).await, "/", "there is a password already");
    assert!(!taro.read("/password").await.contains("name=\"present\""), "a forgotten one is set anew");
    // What was asked for ends after ten minutes. A stranger who asks keeps nobody from their own.
    kensan.minutes_pass(6);
    let mut stranger = kensan.visitor_from("203.0.113.77");
    stranger.read("/sign-in/ask").await;
    stranger.post("/sign-in/ask", &[("login_or_email", "TARO@trainee.example")]).await;
    deliver().await;
    let mut taro = kensan.visitor();
    taro.read("/sign-in/ask").await;
    taro.post("/sign-in/ask", &[("login_or_email", "TARO@trainee.example")]).await;
    let mails = deliver().await;
    assert_eq!(mails.len(), 1, "not the stranger's, an own one");
    kensan.minutes_pass(11);
    taro.read(&link(&mails[0])).await;
    assert!(text(taro.post(&link(&mails[0]), &[]).await).await.contains("期限"), "ten minutes");
}

async fn staff_accounts(kensan: &Kensan, staff: &Staff, deliver: &impl AsyncFn() -> Vec<Caught>) {
    let mut kanri = kensan.signed_in("kanri").await;
    kanri.read("/users").await;
    let fields =
        [("login", "koushi"), ("name", "講師 一郎"), ("role", "instructor"), ("email", "koushi@office.example")];
    let page = kanri.submit("/users", &fields).await;
    let shown = kanri.read(&page).await;
    assert!(shown.contains("koushi@office.example") && !shown.contains("パスワードは"), "{shown}");
    let mails = deliver().await;
    assert_eq!(mails.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), ["koushi@office.example"]);
    let mut koushi = kensan.visitor();
    koushi.read(&link(&mails[0])).await;
    assert_eq!(koushi.submit(&link(&mails[0]), &[]).await, "/password");

    let found = kanri.read("/users?q=講師&role=instructor").await;
    assert!(found.contains("講師 一郎") && !found.contains("jimukyoku"), "{found}");
    assert!(kanri.read("/users?never=1").await.contains("研修 花子"));
    let mut work = kensan.secretariat.read(staff).await.unwrap();
    let user = work.user_by_login("koushi").await.unwrap().unwrap();
    work.roll_back().await.unwrap();
    let (version, yesterday) = (user.version.to_string(), (first_day() - chrono::TimeDelta::days(1)).to_string());
    let ended = [("version", version.as_str()), ("email", "koushi@office.example"), ("account_ends_on", &yesterday)];
    kanri.submit(&page, &ended).await;
    assert_eq!(koushi.get("/").await.status(), StatusCode::SEE_OTHER, "the open session has ended too");
    let lost = kanri.post(&page, &ended).await;
    assert_eq!(lost.status(), StatusCode::CONFLICT, "from an older page");
}
