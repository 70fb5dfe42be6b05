//! Papers in a provider's own template, over HTTP on SQLite and on PostgreSQL.

use crate::support::{Kensan, Visitor, text};
use documents::apart::{Apart, Limits};
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

const PAPERS: &str = "/settings/papers";

async fn sample(visitor: &Visitor, paper: &str) -> Vec<u8> {
    let response = visitor.get(&format!("{PAPERS}/{paper}/sample")).await;
    assert_eq!(response.status(), StatusCode::OK, "{paper}");
    let bytes = response.bytes().await.unwrap().to_vec();
    assert!(bytes.starts_with(b"%PDF"), "{paper}");
    bytes
}

async fn story(kensan: Kensan) {
    // A provider's own template is set in a process of its own, as the server does.
    documents::apart::set_apart_by(Apart {
        program: env!("CARGO_BIN_EXE_kensan").into(),
        arguments: vec!["typeset".into()],
        limits: Limits { seconds: 3, mebibytes: 1024 },
    });
    let staff = kensan.provider("見本県 研修実施機関").await;
    kensan.account(&staff, "jimukyoku", Role::Secretariat, None, None).await;
    let other = kensan.provider("架空県 研修実施機関").await;
    let mut administrator = kensan.signed_in(&format!("admin{}", staff.provider)).await;
    let stranger = kensan.signed_in(&format!("admin{}", other.provider)).await;
    assert_eq!(kensan.signed_in("jimukyoku").await.get(PAPERS).await.status(), StatusCode::FORBIDDEN);

    let mut shipped = Vec::new();
    for paper in ["practicum_log", "practicum_report", "practicum_confirmation", "evaluation", "supervision"] {
        let page = administrator.read(&format!("{PAPERS}?paper={paper}")).await;
        assert!(page.contains("既定の様式") && page.contains("data.json"), "{page}");
        shipped.push(sample(&administrator, paper).await);
    }
    assert_eq!(administrator.get(&format!("{PAPERS}?paper=certificate")).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(administrator.get(&format!("{PAPERS}/certificate/sample")).await.status(), StatusCode::NOT_FOUND);

    // A template that does not work is not kept, and says why.
    let own = "#let data = json(\"data.json\")\r\n= 本会様式 #data.title\r\n#data.facts.len() 項目";
    let form = |template, version| [("paper", "practicum_confirmation"), ("template", template), ("number", version)];
    let broken = administrator.post(PAPERS, &form("#let data = json(\"data.json\")\n#data.nickname", "0")).await;
    assert!(text(broken).await.contains("nickname"));
    let outside = administrator.post(PAPERS, &form("#read(\"/etc/passwd\")", "0")).await;
    assert_eq!(outside.status(), StatusCode::UNPROCESSABLE_ENTITY);
    administrator.submit(PAPERS, &form(own, "0")).await;
    // One that never ends, or wants all memory, ends there; the server goes on.
    for endless in [
        "#for i in range(100000) { for j in range(100000) { let k = i * j } }",
        "#let text = \"aaaaaaaaaaaaaaaa\"\n#for i in range(40) { text = text + text }",
    ] {
        let stopped = administrator.post(PAPERS, &form(endless, "1")).await;
        assert_eq!(stopped.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let said = text(stopped).await;
        assert!(said.contains("かかりすぎる"), "{said}");
    }
    let stale = administrator.post(PAPERS, &form(own, "0")).await;
    assert_eq!(stale.status(), StatusCode::CONFLICT);
    let page = administrator.read(&format!("{PAPERS}?paper=practicum_confirmation")).await;
    assert!(page.contains("本会様式") && page.contains("既定の様式に戻す"), "{page}");
    let theirs = sample(&administrator, "practicum_confirmation").await;
    assert_ne!(theirs, shipped[2]);
    assert_eq!(sample(&administrator, "practicum_log").await, shipped[0], "of that paper alone");
    assert_eq!(sample(&stranger, "practicum_confirmation").await, shipped[2], "another provider's are its own");

    // Back to the one that ships, by the button or by the same text.
    administrator.submit(PAPERS, &[&form(own, "1")[..], &[("act", "reset")]].concat()).await;
    assert_eq!(sample(&administrator, "practicum_confirmation").await, shipped[2]);
    let shipped_source = documents::paper::Paper::Confirmation.template();
    administrator.submit(PAPERS, &form(shipped_source, "2")).await;
    assert!(administrator.read(&format!("{PAPERS}?paper=practicum_confirmation")).await.contains("既定の様式"));
}
