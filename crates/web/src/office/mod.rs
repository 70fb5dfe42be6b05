//! Host offices: searching them by name, municipality and distance, and what the secretariat adds.

pub(crate) mod contact;
pub(crate) mod import;
pub(crate) mod list;
pub(crate) mod registration;
pub(crate) mod routes;

use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::{Conflict, Problem};
use crate::shell::view::{Change, changes_of};
use crate::wording;
use askama::Template;
use axum::extract::{Path, Query};
use placement::Point;
use placement::distance::kilometres;
use secretariat::office::places::OfficePlaces;
use secretariat::office::{HostOffice, OfficeContact, OfficeFilter, OfficeOffer, Supervisor, SupervisorContact};
use secretariat::placement::Placement;
use secretariat::placement::gazetteer::within;
use secretariat::practicum::SupervisionCertificate;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use training::practicum::placement::PlacementState;
use training::role::Role;

const PAGE_SIZE: i64 = 50;
/// Offices looked at when sorting by distance.
const NEAR_LIMIT: i64 = 5000;
/// How far around a place is looked, in km, unless said.
const NEAR_KM: f64 = 50.0;

/// What the list is filtered by; kept in the address, so that Back and the links keep it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct OfficeQuery {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    q: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    municipality: String,
    /// Nearest to this trainee (enrolment id).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    near: String,
    /// Nearest to the middle of this municipality.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    from: String,
    /// At most so far away.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    km: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    capacity: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    suspicious: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    vanished: String,
    #[serde(default)]
    at: i64,
}

impl OfficeQuery {
    fn address(&self, at: i64) -> String {
        let query = OfficeQuery { at, ..self.clone() };
        format!("/offices?{}", serde_urlencoded::to_string(query).unwrap_or_default())
    }
}

struct Row {
    office: HostOffice,
    left: i64,
    km: Option<String>,
    suspicion: Vec<String>,
}

#[derive(Template)]
#[template(path = "office/offices.html")]
struct List {
    page: Page,
    query: OfficeQuery,
    /// What distances are measured from, and whether a place asked for is known.
    near: Option<String>,
    unknown_place: bool,
    rows: Vec<Row>,
    total: i64,
    next: Option<String>,
    previous: Option<String>,
}

fn point(lat_e6: Option<i64>, lon_e6: Option<i64>) -> Option<Point> {
    Some(Point { lat_e6: i32::try_from(lat_e6?).ok()?, lon_e6: i32::try_from(lon_e6?).ok()? })
}

pub(crate) async fn list(mut desk: Desk, mut page: Page, Query(query): Query<OfficeQuery>) -> Answer {
    page.take_notice().await?;
    let work = desk.records().await?;
    let home = match query.near.parse::<i64>() {
        Ok(enrolment) => Some(work.person_of(enrolment).await?),
        Err(_) => None,
    };
    let place = query.from.trim();
    let centre = if home.is_none() && !place.is_empty() {
        let mut centres = work.municipality_centres().await?;
        centres.retain(|(prefecture, municipality, _, _)| {
            within(place, prefecture, municipality).is_some_and(|rest| rest.is_empty())
        });
        // Of two with one name (府中市) the prefecture has to be said.
        if centres.len() == 1 { centres.pop() } else { None }
    } else {
        None
    };
    let at = match (&home, &centre) {
        (Some(person), _) => point(person.lat_e6, person.lon_e6),
        (None, Some((_, _, lat, lon))) => point(Some(*lat), Some(*lon)),
        (None, None) => None,
    };
    let limit = query.km.trim().parse::<f64>().ok().filter(|km| (0.1..=500.0).contains(km)).unwrap_or(NEAR_KM);
    let within = at.map(|at| {
        let north = (limit / 111.0 * 1e6) as i64;
        let east = (limit / 111.0 / (f64::from(at.lat_e6) / 1e6).to_radians().cos().max(0.1) * 1e6) as i64;
        let (lat, lon) = (i64::from(at.lat_e6), i64::from(at.lon_e6));
        [lat - north, lat + north, lon - east, lon + east]
    });
    let filter = OfficeFilter {
        text: query.q.trim(),
        municipality: query.municipality.trim(),
        with_capacity: !query.capacity.is_empty(),
        suspicious: !query.suspicious.is_empty(),
        vanished: !query.vanished.is_empty(),
        within,
        nearest_to: at.map(|at| (i64::from(at.lat_e6), i64::from(at.lon_e6))),
    };
    let mut total = work.count_host_offices(&filter).await?;
    let from = query.at.max(0);
    let mut offices: Vec<(Option<f64>, HostOffice)> = match at {
        None => {
            let rows = work.host_offices(&filter, PAGE_SIZE, from).await?;
            rows.into_iter().map(|office| (None, office)).collect()
        }
        Some(at) => {
            let rows = work.host_offices(&filter, NEAR_LIMIT, 0).await?;
            let distance = |office: &HostOffice| point(office.lat_e6, office.lon_e6).map(|there| kilometres(at, there));
            rows.into_iter().map(|office| (distance(&office), office)).collect()
        }
    };
    if at.is_some() {
        // The database looked in a rectangle: its corners are too far.
        offices.retain(|(km, _)| km.is_none_or(|km| km <= limit));
        total = offices.len() as i64;
        offices.sort_by(|(a, _), (b, _)| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
        offices = offices.into_iter().skip(from as usize).take(PAGE_SIZE as usize).collect();
    }
    let taken: HashMap<i64, i64> = work.places_taken().await?.into_iter().collect();
    let rows = offices
        .into_iter()
        .map(|(km, office)| Row {
            left: office.capacity - taken.get(&office.id).copied().unwrap_or(0),
            km: km.map(|km| format!("{km:.1} km")),
            suspicion: office.suspicion.split_whitespace().map(|code| wording::suspicion(&page, code)).collect(),
            office,
        })
        .collect();
    let next = (from + PAGE_SIZE < total).then(|| query.address(from + PAGE_SIZE));
    let previous = (from > 0).then(|| query.address((from - PAGE_SIZE).max(0)));
    let limit = format!("{limit}");
    let near = match (home, centre) {
        (Some(person), _) => Some(t!(page, "near-trainee", name = person.name, km = limit)),
        (None, Some((prefecture, municipality, _, _))) => {
            Some(t!(page, "near-place", place = format!("{prefecture}{municipality}"), km = limit))
        }
        (None, None) => None,
    };
    let unknown_place = near.is_none() && !query.from.trim().is_empty();
    render(&List { page, near, unknown_place, query, rows, total, next, previous })
}

struct Trainee {
    placement: Placement,
    state: String,
    changes: Vec<Change>,
    /// May the supervisor be named?
    open: bool,
    /// May the office read the practicum record?
    has_days: bool,
    has_record: bool,
    /// Entries that wait for the supervisor.
    waiting: i64,
}

#[derive(Template)]
#[template(path = "office/office.html")]
struct Office {
    page: Page,
    office: HostOffice,
    /// What it was registered for is not the secretariat's to change.
    decided: bool,
    suspicion: Vec<String>,
    supervisors: Vec<Supervisor>,
    trainees: Vec<Trainee>,
    left: i64,
    /// What else is said of the office, beside addition and chief care managers.
    standing: Vec<String>,
    offer: OfficeOffer,
    /// The office has accepted somebody, so that there may be days to put into a calendar.
    has_days: bool,
    /// The account of the office as a whole: it names the supervisors.
    receives: bool,
    /// No supervisor is named, or one of them has no account.
    unreached: bool,
    /// Where the office and its supervisors are reached; for the secretariat, and for who receives trainees at the office.
    contact: OfficeContact,
    contacts: Vec<SupervisorContact>,
    /// Certificates of its supervisors that stand.
    certificates: Vec<SupervisionCertificate>,
}

/// A supervisor sees the own office alone; any other answers as if it did not exist.
pub(crate) fn check_own(page: &Page, office: i64) -> Result<(), Problem> {
    let viewer = page.viewer()?;
    if viewer.role == Role::Supervisor && viewer.host_office_id != Some(office) {
        return Err(Problem::NotFound);
    }
    Ok(())
}

pub(crate) async fn show(mut desk: Desk, mut page: Page, Path(office): Path<i64>) -> Answer {
    check_own(&page, office)?;
    page.take_notice().await?;
    let work = desk.records().await?;
    let office = work.host_office(office).await?;
    let supervisors = work.supervisors(office.id).await?;
    let placements = work.placements_at(office.id).await?;
    let offers = work.office_offers().await?;
    let waiting = work.entries_waiting_at(office.id).await?;
    let decided = secretariat::office::places::is_registered(work, office.id).await?;
    let mut certificates = work.supervision_certificates_of_office(office.id).await?;
    let own = page.viewer()?.supervisor_id;
    certificates.retain(|known| known.revoked_at.is_none() && own.is_none_or(|own| own == known.supervisor_id));
    let receives = !page.is_staff() && page.viewer()?.supervisor_id.is_none();
    let contacts = match page.is_staff() || receives {
        true => work.supervisor_contacts(Some(office.id)).await?,
        false => Vec::new(),
    };
    let contact = if page.is_staff() { work.office_contacts(Some(office.id)).await?.pop() } else { None };
    let offer = offers.into_iter().find(|offer| offer.host_office_id == office.id).unwrap_or_default();
    // An office learns of a trainee once the secretariat has notified it.
    let is_staff = page.is_staff();
    let guide = page.viewer()?.guide();
    let taken = placements.iter().filter(|placement| placement.state != PlacementState::Done).count();
    let left = office.capacity - taken as i64;
    let (secretariat, work) = desk.reading().await?;
    let over = secretariat.no_longer_retained(work, office.id).await?;
    let trainees: Vec<Trainee> = placements
        .into_iter()
        .filter(|placement| is_staff || !over.contains(&placement.enrolment_id))
        .filter(|placement| is_staff || (placement.state != PlacementState::Proposed && guide.concerns(placement)))
        .map(|placement| Trainee {
            state: wording::placement_standing(&page, &placement),
            changes: changes_of(&page, placement.state),
            open: !matches!(placement.state, PlacementState::Proposed | PlacementState::Done),
            has_days: placement.state.opens_record(),
            has_record: placement.state.opens_record() && (is_staff || guide.reads(&placement)),
            waiting: waiting.get(&placement.enrolment_id).copied().unwrap_or(0),
            placement,
        })
        .collect();
    let suspicion = office.suspicion.split_whitespace().map(|code| wording::suspicion(&page, code)).collect();
    let standing = [
        (office.community_support_centre, t!(page, "office-community-support-centre")),
        (office.judged_suitable, t!(page, "office-judged-suitable")),
        (office.reception_system, t!(page, "office-reception-system")),
        (office.improvement_recommended == Some(true), t!(page, "office-improvement-recommended")),
        (office.improvement_recommended == Some(false), t!(page, "office-never-recommended-improvement")),
    ];
    let standing = standing.into_iter().filter(|(holds, _)| *holds).map(|(_, words)| words).collect();
    let has_days = trainees.iter().any(|trainee| trainee.has_days);
    let contact = contact.unwrap_or(OfficeContact { host_office_id: office.id, ..OfficeContact::default() });
    // A supervisor nobody has an address of yet has one to be filled in.
    let contacts = supervisors.iter().map(|supervisor| {
        let known = contacts.iter().find(|contact| contact.supervisor_id == supervisor.id).cloned();
        let (supervisor_id, host_office_id) = (supervisor.id, office.id);
        known.unwrap_or(SupervisorContact { supervisor_id, host_office_id, ..SupervisorContact::default() })
    });
    let contacts: Vec<SupervisorContact> = contacts.collect();
    let unreached = contacts.is_empty() || contacts.iter().any(|contact| contact.user_id.is_none());
    render(&Office {
        page,
        office,
        suspicion,
        decided,
        supervisors,
        trainees,
        left,
        standing,
        offer,
        has_days,
        receives,
        unreached,
        contact,
        contacts,
        certificates,
    })
}

pub(crate) async fn update(mut desk: Desk, page: Page, Path(office): Path<i64>, Form(fields): Form) -> Answer {
    let places = OfficePlaces {
        version: fields.number("version")?,
        capacity: fields.number("capacity")?,
        weekly_capacity: fields.number("weekly_capacity")?,
        specified_office_addition: fields.ticked("specified_office_addition"),
        chief_care_managers: fields.number("chief_care_managers")?,
        community_support_centre: fields.ticked("community_support_centre"),
        judged_suitable: fields.ticked("judged_suitable"),
        reception_system: fields.ticked("reception_system"),
        improvement_recommended: match fields.text("improvement_recommended") {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        },
        confirmed_on: fields.optional_date("confirmed_on")?,
    };
    match desk.act().change_places(&page.staff()?, office, &places).await {
        Ok(()) => page.go(&format!("/offices/{office}"), t!(page, "notice-saved")).await,
        Err(error) if error.is_overtaken() => {
            let now = desk.records().await?.host_office(office).await?;
            let pair = |field: String, yours: i64, theirs: i64| Conflict {
                field,
                yours: yours.to_string(),
                theirs: theirs.to_string(),
            };
            Err(Problem::LostUpdate(vec![
                pair(t!(page, "capacity"), places.capacity, now.capacity),
                pair(t!(page, "weekly-capacity"), places.weekly_capacity, now.weekly_capacity),
                pair(t!(page, "chief-care-managers"), places.chief_care_managers, now.chief_care_managers),
            ]))
        }
        Err(error) => Err(error.into()),
    }
}

pub(crate) async fn confirm(mut desk: Desk, page: Page, Path(office): Path<i64>, Form(fields): Form) -> Answer {
    check_own(&page, office)?;
    desk.act().confirm_places(&page.staff()?, office, fields.number("version")?).await?;
    page.go(&format!("/offices/{office}"), t!(page, "notice-capacity-confirmed")).await
}

/// The office withdraws: nobody is placed there any more.
pub(crate) async fn withdraw(mut desk: Desk, page: Page, Path(office): Path<i64>, Form(fields): Form) -> Answer {
    let version = fields.number("version")?;
    let cancelled = desk.act().withdraw_office(&page.staff()?, office, version, fields.text("reason")).await?;
    page.go(&format!("/offices/{office}"), t!(page, "notice-office-withdrawn", count = cancelled)).await
}

/// What the office can show, and when it takes nobody.
pub(crate) async fn offer(mut desk: Desk, page: Page, Path(office): Path<i64>, Form(fields): Form) -> Answer {
    let (from, until) = (fields.optional_date("closed_from")?, fields.optional_date("closed_until")?);
    let mut closed: Vec<String> = fields.text("closed").split_whitespace().map(str::to_owned).collect();
    if let Some(from) = from {
        let until = until.unwrap_or(from);
        if until < from {
            return Err(Problem::BadForm("closed_until".to_owned()));
        }
        closed.push(format!("{from}/{until}"));
    }
    let offer = OfficeOffer {
        host_office_id: office,
        case_types: fields.text("case_types").replace([',', '、', '　'], " "),
        closed: closed.join(" "),
    };
    desk.act().set_offer(&page.staff()?, &offer).await?;
    page.go(&format!("/offices/{office}"), t!(page, "notice-saved")).await
}
