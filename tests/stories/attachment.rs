//! Files beside the entries of a practicum record, and scans of papers, over HTTP on SQLite and on PostgreSQL: what is taken, who sees it, and how long it
//! stays with what was handed in.

use crate::support::practicum::{Opened, opened};
use crate::support::{Kensan, Visitor, text};
use reqwest::StatusCode;
use training::role::Role;

#[tokio::test]
async fn on_sqlite() {
    story(crate::support::sqlite().await).await;
}

#[tokio::test]
async fn on_postgres() {
    story(crate::support::postgres().await).await;
}

const LETTER: &[u8] = b"%PDF-1.7\nthe letter\n%%EOF\n";
const OTHER: &[u8] = b"%PDF-1.7\nanother letter\n%%EOF\n";
const CONFIRMED: [(&str, &str); 1] = [("unrecognisable", "1")];

/// Attaches a file; gives the status.
async fn attach(trainee: &Visitor, entry: &str, file: (&str, &[u8]), fields: &[(&str, &str)]) -> StatusCode {
    trainee.upload(&format!("{entry}/attachments"), file.0, file.1.to_vec(), fields).await.status()
}

/// Addresses of the files a page links to.
fn files(page: &str, at: &str) -> Vec<String> {
    let links = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    links.filter(|link| link.starts_with(at)).map(str::to_owned).collect()
}

async fn story(kensan: Kensan) {
    let staff = kensan.provider("見本県 研修実施機関").await;
    let Opened { enrolments, .. } = opened(&kensan, &staff).await;
    kensan.account(&staff, "koushi", Role::Instructor, None, None).await;
    let mut trainee = kensan.signed_in("jukousha").await;
    let mut supervisor = kensan.signed_in("shidousha").await;
    let mut office = kensan.signed_in("jimukyoku").await;
    let (enrolment, review) = (enrolments[0], format!("/practicum/{}", enrolments[0]));

    // What is taken, and what is not.
    let entry = trainee.submit("/me/practicum/entries", &[("kind", "goals")]).await;
    let page = trainee.read(&entry).await;
    assert!(page.contains("添付ファイルはありません"), "{page}");
    let refused = StatusCode::UNPROCESSABLE_ENTITY;
    for (name, bytes, fields) in [
        ("手紙.pdf", LETTER, &[][..]),
        ("ページ.pdf", b"<script>alert(1)</script>", &CONFIRMED),
        ("途中.pdf", b"%PDF-1.7\nhalf", &CONFIRMED),
        ("空.pdf", b"", &CONFIRMED),
        ("害.pdf", b"%PDF-1.7\nHARMFUL\n%%EOF", &CONFIRMED),
    ] {
        assert_eq!(attach(&trainee, &entry, (name, bytes), fields).await, refused, "{name}");
    }
    let large = vec![b'x'; 12 * 1024 * 1024];
    assert_eq!(attach(&trainee, &entry, ("大.pdf", &large), &CONFIRMED).await, StatusCode::PAYLOAD_TOO_LARGE);
    for file in [("C:\\手紙.pdf", LETTER), ("手紙.pdf", LETTER), ("別紙.pdf", OTHER)] {
        assert_eq!(attach(&trainee, &entry, file, &CONFIRMED).await, StatusCode::SEE_OTHER);
    }
    let own = files(&trainee.read(&entry).await, "/me/practicum/attachments/");
    assert_eq!(own.len(), 2, "sent twice, kept once");
    for number in 0..3 {
        let bytes = format!("%PDF-1.7\n{number}\n%%EOF");
        assert_eq!(attach(&trainee, &entry, ("番号.pdf", bytes.as_bytes()), &CONFIRMED).await, StatusCode::SEE_OTHER);
    }
    assert_eq!(attach(&trainee, &entry, ("六.pdf", b"%PDF-1.7\n6\n%%EOF"), &CONFIRMED).await, refused, "five at most");
    let shown = trainee.get(&own[0]).await;
    let header = |name: &str| shown.headers().get(name).unwrap().to_str().unwrap().to_owned();
    assert_eq!((header("content-type"), header("cache-control")), ("application/pdf".into(), "no-store".into()));
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(shown.bytes().await.unwrap(), LETTER);

    // The supervisor sees them once they are handed in, nobody else does.
    let id = own[0].rsplit('/').next().unwrap();
    let theirs = format!("{review}/attachments/{id}");
    assert_eq!(supervisor.get(&theirs).await.status(), StatusCode::NOT_FOUND, "not handed in yet");
    let goals = [("goals", "会議を見る"), ("act", "hand_in")];
    let versions = |entry, draft| [("entry_version", entry), ("draft_version", draft)];
    trainee.submit(&entry, &[&goals[..], &versions("1", "0")].concat()).await;
    assert_eq!(attach(&trainee, &entry, ("後.pdf", OTHER), &CONFIRMED).await, refused, "it waits");
    let page = supervisor.read(&review).await;
    assert_eq!(files(&page, &format!("{review}/attachments/")).len(), 5);
    assert!(page.contains("手紙.pdf"), "{page}");
    assert_eq!(supervisor.get(&theirs).await.bytes().await.unwrap(), LETTER);
    for (login, expected) in [
        ("yoso", StatusCode::NOT_FOUND),
        ("tanin", StatusCode::FORBIDDEN),
        ("ken", StatusCode::FORBIDDEN),
        ("koushi", StatusCode::FORBIDDEN),
    ] {
        assert_eq!(kensan.signed_in(login).await.get(&theirs).await.status(), expected, "{login}");
    }
    let other = kensan.signed_in("tanin").await;
    assert_eq!(other.get(&own[0]).await.status(), StatusCode::NOT_FOUND, "another trainee's");
    let foreign = other.post(&format!("{}/remove", own[0]), &[]).await;
    assert_eq!(foreign.status(), StatusCode::NOT_FOUND);
    assert_eq!(attach(&other, &entry, ("x.pdf", LETTER), &CONFIRMED).await, StatusCode::NOT_FOUND);

    // Taken back after it was given back: it stays with the revision it was handed in with.
    let give_back = [("version", "2"), ("act", "return"), ("comment", "手紙は要りません")];
    let address = format!("{review}/entries/{}", entry.rsplit('/').next().unwrap());
    supervisor.submit(&address, &give_back).await;
    for _ in 0..2 {
        trainee.submit(&format!("{}/remove", own[0]), &[]).await;
    }
    assert_eq!(trainee.get(&own[0]).await.status(), StatusCode::OK, "handed in is handed in");
    trainee.submit(&entry, &[&goals[..], &versions("3", "0")].concat()).await;
    let page = supervisor.read(&review).await;
    let (now, before) = page.split_once("前の稿").unwrap();
    let count = |part: &str| files(part, &format!("{review}/attachments/")).len();
    assert_eq!((count(now), count(before)), (4, 5), "{page}");
    assert!(text(trainee.get("/me/practicum/pdf").await).await.starts_with("%PDF"));

    // The scan of a paper stands beside the signature: for the secretariat, and for whose paper it is.
    let page = office.read(&format!("/trainees/{enrolment}")).await;
    assert!(page.contains("紙で署名"), "{page}");
    let scan = "/trainees/".to_owned() + &format!("{enrolment}/signatures/1/scan");
    for bytes in [OTHER, LETTER] {
        let taken = office.upload(&scan, "誓約書.pdf", bytes.to_vec(), &[]).await;
        assert_eq!(taken.status(), StatusCode::SEE_OTHER);
    }
    let scans = files(&office.read(&format!("/trainees/{enrolment}")).await, &format!("{review}/attachments/"));
    assert_eq!(scans.len(), 1, "the later scan stands in place of the earlier one");
    assert_eq!(office.get(&scans[0]).await.bytes().await.unwrap(), LETTER);
    assert_eq!(supervisor.get(&scans[0]).await.status(), StatusCode::NOT_FOUND);
    for _ in 0..2 {
        office.submit(&format!("{scan}/remove"), &[]).await;
    }
    let page = office.read(&format!("/trainees/{enrolment}")).await;
    assert_eq!(files(&page, &format!("{review}/attachments/")), Vec::<String>::new());
    let nobodys = office.upload(&scan.replace("/1/", "/99/"), "x.pdf", LETTER.to_vec(), &[]).await;
    assert_eq!(nobodys.status(), StatusCode::NOT_FOUND);
}
