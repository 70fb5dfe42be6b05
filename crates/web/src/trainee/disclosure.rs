//! Everything kept of one person, on paper or for machines: for whoever asks for the own data.

use super::timeline::timeline;
use crate::practicum::revision::{Part, RevisionView};
use crate::shell::desk::Desk;
use crate::shell::page::{Answer, Page, disposition};
use crate::shell::problem::Problem;
use crate::shell::view;
use crate::wording::{self, practicum as words};
use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse;
use documents::disclosure::{Disclosure, Section};
use secretariat::account::read_log::Wanted;
use secretariat::practicum::{Entry, Revision};
use secretariat::trainee::judgement::TraineeJudgement;
use secretariat::trainee::{Enrolment, Person};
use secretariat::{Secretariat, Work};

/// Most looks that are listed.
const LOOKS: i64 = 10_000;

pub(crate) async fn download(mut desk: Desk, page: Page, Path((enrolment, format)): Path<(i64, String)>) -> Answer {
    let (secretariat, work) = desk.reading().await?;
    let number = work.enrolment(enrolment).await?.trainee_number;
    let person = work.person_of(enrolment).await?;
    let disclosure = everything(&page, secretariat, work, &person).await?;
    let (kind, bytes) = match format.as_str() {
        "json" => ("application/json", serde_json::to_vec_pretty(&disclosure).map_err(Problem::internal)?),
        "pdf" => {
            let today = page.today;
            let set = tokio::task::spawn_blocking(move || documents::disclosure::pdf(&disclosure, today));
            let pdf = set.await.map_err(Problem::internal)?;
            ("application/pdf", pdf.map_err(|error| Problem::Refused(error.into()))?)
        }
        _ => return Err(Problem::NotFound),
    };
    let name = format!("{}_{number}.{format}", t!(page, "disclosure"));
    let headers =
        [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition("attachment", &name))];
    Ok((headers, bytes).into_response())
}

async fn everything(
    page: &Page,
    secretariat: &Secretariat,
    work: &mut Work,
    person: &Person,
) -> Result<Disclosure, Problem> {
    let mut sections = vec![of_person(page, person), account(page, work, person).await?];
    for enrolment in work.enrolments_of_person(person.id).await? {
        let judged = secretariat.judge_trainee(work, enrolment.id).await?;
        sections.push(enrolled(page, &judged));
        sections.push(attendance(page, work, &judged).await?);
        sections.push(history(page, work, (&enrolment, person)).await?);
        sections.push(record(page, work, enrolment.id).await?);
        sections.push(notices(page, work, enrolment.id).await?);
    }
    let facts = work.registry_facts(person.id).await?;
    let facts = facts.iter().map(|fact| (page.date(fact.effective_on), wording::registry::fact(page, &fact.fact)));
    sections.push(Section { title: t!(page, "menu-registry"), lines: facts.collect(), ..Section::default() });
    let wanted = Wanted { person: Some(person.id), ..Wanted::default() };
    let looks = secretariat.looks(work, &wanted, (i64::MAX, LOOKS)).await?;
    let looks = looks.iter().map(|look| (page.moment(&look.read_at), format!("{} {}", look.name, look.path)));
    sections.push(Section { title: t!(page, "read-log"), lines: looks.collect(), ..Section::default() });
    sections.retain(|section| !section.facts.is_empty() || !section.lines.is_empty());
    Ok(Disclosure {
        title: t!(page, "disclosure-title", name = person.name.clone(), day = page.date(page.today)),
        language: page.language.tag().to_owned(),
        sections,
    })
}

fn of_person(page: &Page, person: &Person) -> Section {
    let said = |text: &Option<String>| text.clone().unwrap_or_default();
    let place = person.lat_e6.zip(person.lon_e6);
    let facts = vec![
        (t!(page, "person-name"), person.name.clone()),
        (t!(page, "kana"), person.kana.clone()),
        (t!(page, "former-name"), said(&person.former_name)),
        (t!(page, "birth-date"), page.date(person.birth_date)),
        (t!(page, "postcode"), said(&person.postcode)),
        (t!(page, "address"), said(&person.address)),
        (t!(page, "phone"), said(&person.phone)),
        (t!(page, "email"), said(&person.email)),
        (t!(page, "employer"), said(&person.employer)),
        (t!(page, "positions"), place.map_or_else(String::new, |(lat, lon)| degrees(lat, lon))),
    ];
    Section { title: t!(page, "disclosure-person"), facts, ..Section::default() }
}

/// Millionths of a degree as people write them.
fn degrees(lat: i64, lon: i64) -> String {
    format!("{:.6}, {:.6}", lat as f64 / 1e6, lon as f64 / 1e6)
}

async fn account(page: &Page, work: &mut Work, person: &Person) -> Result<Section, Problem> {
    let mut facts = Vec::new();
    if let Some(user) = work.account_of_person(person.id).await? {
        let listed = work.listed_user(user.id).await?;
        facts.push((t!(page, "login"), user.login.clone()));
        let last = listed.signed_in_at.map_or_else(|| t!(page, "account-never"), |at| page.moment(&at));
        facts.push((t!(page, "account-last-sign-in"), last));
        for open in work.open_sessions(user.id).await? {
            facts.push((t!(page, "sessions-open"), format!("{} {}", page.moment(&open.began_at), open.address)));
        }
    }
    Ok(Section { title: t!(page, "menu-users"), facts, ..Section::default() })
}

fn enrolled(page: &Page, judged: &TraineeJudgement) -> Section {
    let TraineeJudgement { enrolment, cohort, .. } = judged;
    let facts = vec![
        (t!(page, "trainee-number"), enrolment.trainee_number.clone()),
        (t!(page, "exam-number"), enrolment.exam_number.clone().unwrap_or_default()),
        (t!(page, "state"), wording::enrolment_state(page, enrolment.state)),
    ];
    let lines = view::lines(page, &judged.rulebook, &judged.judgement);
    let line = |line: view::Line| {
        let missing = line.missing.join("、");
        let said = [Some(line.state), Some(missing), line.waiver].into_iter().flatten();
        (line.title, said.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" "))
    };
    Section { title: cohort.name.clone(), facts, lines: lines.into_iter().map(line).collect() }
}

async fn attendance(page: &Page, work: &mut Work, judged: &TraineeJudgement) -> Result<Section, Problem> {
    let rows = work.attendance_history(judged.enrolment.id).await?;
    let line = |row: &secretariat::cohort::AttendanceRow| {
        let session = judged.session_titles.get(&row.session_id).cloned().unwrap_or_default();
        let times = match row.arrived_at.zip(row.left_at) {
            Some((arrived, left)) => format!("{} – {}", arrived.format("%Y-%m-%d %H:%M"), left.format("%H:%M")),
            None => t!(page, "absent"),
        };
        (session, [times.as_str(), row.reason.as_str()].join(" ").trim().to_owned())
    };
    Ok(Section { title: t!(page, "attendance"), lines: rows.iter().map(line).collect(), ..Section::default() })
}

async fn history(page: &Page, work: &mut Work, (enrolment, person): (&Enrolment, &Person)) -> Result<Section, Problem> {
    let placements = work.placements_of(enrolment.id).await?;
    let certificate = work.certificate_of(enrolment.id).await?;
    let events = timeline(page, work, (enrolment, person, false), (&placements, certificate.as_ref())).await?;
    let lines = events.into_iter().map(|event| (page.moment(&event.at), event.text.trim().to_owned())).collect();
    Ok(Section { title: t!(page, "timeline"), lines, ..Section::default() })
}

/// What was handed in of the practicum, as it was written, and what was said of it.
async fn record(page: &Page, work: &mut Work, enrolment: i64) -> Result<Section, Problem> {
    let entries = work.entries(enrolment).await?;
    let revisions = work.revisions(enrolment, None).await?;
    let line = |revision: &Revision| {
        let entry: Option<&Entry> = entries.iter().find(|entry| entry.id == revision.entry_id);
        let Some(entry) = entry else { return (String::new(), String::new()) };
        let view = RevisionView::of(page, entry.kind, revision, None);
        let mut said = vec![view.summary];
        for part in view.parts {
            match part {
                Part::Fields(fields) => {
                    said.extend(fields.into_iter().map(|field| format!("{}: {}", field.label, field.value)));
                }
                Part::Rows(_) => said.push(t!(page, "disclosure-plan")),
            }
        }
        said.push(view.comment);
        said.retain(|text| !text.trim().is_empty());
        let of = [words::kind(page, entry.kind), entry.pseudonym.clone().unwrap_or_default(), view.at];
        (of.join(" "), said.join("\n"))
    };
    let lines = revisions.iter().map(line).collect();
    Ok(Section { title: t!(page, "practicum-record"), lines, ..Section::default() })
}

async fn notices(page: &Page, work: &mut Work, enrolment: i64) -> Result<Section, Problem> {
    let notices = work.notices_of(enrolment).await?;
    let line = |notice: &secretariat::notice::Notice| {
        let what = wording::notice::kind(page, notice.kind);
        let to = if notice.is_erased() {
            t!(page, "notice-erased")
        } else {
            format!("{} {}", notice.recipient, notice.address)
        };
        (page.moment(&notice.created_at), format!("{what} {to}").trim().to_owned())
    };
    Ok(Section { title: t!(page, "notices"), lines: notices.iter().map(line).collect(), ..Section::default() })
}
