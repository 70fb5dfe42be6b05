//! Why the placement is as it is: whom it leaves out and what would help, which offices to ask, how far people travel, and what a
//! wish would cost the whole.

use crate::placement::map::{Map, Scene, Shown};
use crate::placement::week;
use crate::shell::desk::Desk;
use crate::shell::page::{Answer, Page, render};
use crate::wording;
use askama::Template;
use axum::extract::{Path, Query};
use placement::cost::CostPart;
use placement::explanation::Remedy;
use secretariat::cohort::Cohort;
use secretariat::office::OfficeSite;
use secretariat::placement::PlacementNow;
use secretariat::placement::explanation::{Against, OfficeToAsk, PlacementExplanation, SharedPlaces, WishAnswer};
use secretariat::trainee::Enrolment;
use serde::Deserialize;
use std::collections::HashSet;

struct WithoutPlace {
    enrolment: Enrolment,
    why: String,
    remedies: Vec<String>,
}

/// A class of distances with its bar.
struct Class {
    label: String,
    count: usize,
    percent: usize,
}

#[derive(Template)]
#[template(path = "placement/explanation.html")]
struct Explanation {
    page: Page,
    cohort: Cohort,
    trainees: usize,
    placed: usize,
    without_place: Vec<WithoutPlace>,
    shared: Vec<Group>,
    offices: Vec<(OfficeToAsk, String)>,
    mean: String,
    median: String,
    ninetieth: String,
    worst: String,
    classes: Vec<Class>,
    farthest: Vec<(Enrolment, OfficeSite, String)>,
    areas: Vec<(String, usize, String)>,
    /// What it would cost to shorten the worst distance first, where that was asked.
    worst_first: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    worst_first: String,
}

/// Trainees who share places, with where they are.
struct Group {
    shared: SharedPlaces,
    map: Option<Map>,
}

fn km(metres: i64) -> String {
    format!("{:.1} km", metres as f64 / 1000.0)
}

pub(crate) async fn show(mut desk: Desk, page: Page, Path(cohort): Path<i64>, Query(wanted): Query<Wanted>) -> Answer {
    let staff = page.staff()?;
    let PlacementExplanation {
        trainees,
        placed,
        without_place,
        shared_places,
        offices_to_ask,
        distances,
        farthest,
        areas,
        ..
    } = desk.act().explain_placement(&staff, cohort).await?;
    let (secretariat, work) = desk.reading().await?;
    let cohort = work.cohort(cohort).await?;
    let now = match shared_places.is_empty() {
        true => None,
        false => Some(secretariat.placement_now(work, cohort.id).await?),
    };
    let worst_first = match wanted.worst_first.is_empty() {
        true => None,
        false => {
            let [now, first] = desk.act().worst_distance_first(&staff, cohort.id).await?;
            let points = first.cost - now.cost;
            Some(t!(page, "worst-first-answer", from = km(now.metres), to = km(first.metres), points = points))
        }
    };
    let shared = shared_places
        .into_iter()
        .map(|shared| Group { map: now.as_ref().and_then(|now| map_of(&page, now, &shared)), shared })
        .collect();
    let without_place = without_place
        .into_iter()
        .map(|line| WithoutPlace {
            why: wording::missing::unplaced(&page, &line.why),
            remedies: line
                .remedies
                .iter()
                .map(|(remedy, office)| remedy_in_words(&page, &cohort, remedy, office.as_ref()))
                .collect(),
            enrolment: line.enrolment,
        })
        .collect();
    let offices = offices_to_ask
        .into_iter()
        .map(|place| {
            let worth = match place.places_one {
                true => t!(page, "one-more-places-one"),
                false => t!(page, "one-more-saves", points = place.saves),
            };
            (place, worth)
        })
        .collect();
    let most = distances.classes.iter().map(|(_, count)| *count).max().unwrap_or(0).max(1);
    let classes = distances.classes.iter().map(|(up_to, count)| Class {
        label: t!(page, "distance-class", from = up_to - 5, to = *up_to),
        count: *count,
        percent: count * 100 / most,
    });
    let kilometres = |value: f64| format!("{value:.1} km");
    render(&Explanation {
        trainees,
        placed,
        without_place,
        shared,
        worst_first,
        offices,
        mean: kilometres(distances.mean),
        median: kilometres(distances.median),
        ninetieth: kilometres(distances.ninetieth),
        worst: kilometres(distances.worst),
        classes: classes.collect(),
        farthest: farthest.into_iter().map(|(enrolment, office, metres)| (enrolment, office, km(metres))).collect(),
        areas: areas.into_iter().map(|(area, count, metres)| (area, count, km(metres))).collect(),
        page,
        cohort,
    })
}

/// The group alone on the map: its trainees and the offices they can reach.
fn map_of(page: &Page, now: &PlacementNow, group: &SharedPlaces) -> Option<Map> {
    let offices = &group.offices;
    let members: HashSet<i64> = group.unplaced.iter().chain(&group.placed).map(|trainee| trainee.id).collect();
    let homes = now.homes.iter().filter(|(id, _)| members.contains(id)).map(|(id, home)| (*id, *home)).collect();
    let placements: Vec<_> =
        now.placements.iter().filter(|placement| members.contains(&placement.enrolment_id)).cloned().collect();
    let scene = Scene { offices, homes: &homes, placements: &placements, ..Scene::of(now) };
    scene.draw(page, &Shown::default())
}

fn remedy_in_words(page: &Page, cohort: &Cohort, remedy: &Remedy, office: Option<&OfficeSite>) -> String {
    let office = office.map_or_else(String::new, |office| office.name.clone());
    match remedy {
        Remedy::OnePlaceMore { .. } => t!(page, "remedy-one-place-more", office = office),
        Remedy::LongerLimit { metres, .. } => {
            t!(page, "remedy-longer-limit", office = office, limit = km(i64::from(*metres)))
        }
        Remedy::OneWindowMore { window, .. } => {
            t!(page, "remedy-one-window-more", week = week(page, cohort, i64::from(*window)))
        }
        Remedy::RuleWaived { rule, .. } => {
            t!(page, "remedy-rule-waived", office = office, rule = wording::placement_rule(page, *rule))
        }
        Remedy::PairAllowed { .. } => t!(page, "remedy-pair-allowed", office = office),
    }
}

/// Offices suggested.
const SUGGESTED: usize = 100;

/// What is asked, kept in the address.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    enrolment: String,
    #[serde(default)]
    office: String,
    /// From 1, as people count.
    #[serde(default)]
    week: String,
}

struct Moved {
    enrolment: Enrolment,
    from: String,
    to: String,
    farther: String,
    notified: bool,
}

#[derive(Template)]
#[template(path = "placement/wish.html")]
struct WishPage {
    page: Page,
    cohort: Cohort,
    asked: Asked,
    enrolments: Vec<Enrolment>,
    offices: Vec<OfficeSite>,
    /// Asked for and not to be had.
    nothing: bool,
    answer: Option<WishAnswer>,
    verdict: String,
    week: String,
    parts: Vec<(String, i64)>,
    /// Where the trainee would go otherwise, and what that costs.
    now: Option<(String, Vec<(String, i64)>)>,
    /// The trainee's wishes: rank from 1, office number.
    wishes: Vec<(usize, String)>,
    moves: Vec<Moved>,
    /// What speaks against the place.
    against: Vec<String>,
}

pub(crate) async fn wish(mut desk: Desk, page: Page, Path(cohort): Path<i64>, Query(asked): Query<Asked>) -> Answer {
    let staff = page.staff()?;
    let work = desk.records().await?;
    let cohort = work.cohort(cohort).await?;
    let mut enrolments = work.enrolments(cohort.id).await?;
    enrolments.retain(|enrolment| enrolment.state.takes_part());
    let mut offices = work.office_sites(cohort.practicum_from).await?;
    let homes = work.homes(cohort.id).await?;
    let enrolment = asked.enrolment.parse::<i64>().ok().filter(|id| enrolments.iter().any(|known| known.id == *id));
    // The nearest offices are suggested.
    let home = homes.into_iter().find(|home| Some(home.enrolment_id) == enrolment);
    let home = home.and_then(|home| home.lat_e6.zip(home.lon_e6));
    if let Some((lat, lon)) = home {
        let off = |office: &OfficeSite| {
            let at = office.lat_e6.zip(office.lon_e6);
            at.map_or(i64::MAX, |(there_lat, there_lon)| (there_lat - lat).pow(2) + (there_lon - lon).pow(2))
        };
        offices.sort_by_key(|office| (off(office), office.id));
    }
    offices.truncate(SUGGESTED);
    let number = training::trainee::person::normalise(&asked.office);
    let number = (!number.is_empty()).then_some(number.as_str());
    let window =
        training::trainee::person::normalise(&asked.week).parse::<u32>().ok().and_then(|week| week.checked_sub(1));
    let answer = match enrolment {
        Some(enrolment) => desk.act().wish(&staff, enrolment, number, window).await?,
        None => None,
    };
    let place = |place: &Option<(OfficeSite, u32)>| match place {
        Some((office, window)) => format!("{} {}", office.name, week(&page, &cohort, i64::from(*window))),
        None => t!(page, "not-placed"),
    };
    let moves = answer.iter().flat_map(|answer| &answer.moves).map(|moved| Moved {
        enrolment: moved.enrolment.clone(),
        from: place(&moved.from),
        to: place(&moved.to),
        notified: moved.notified,
        farther: moved.farther_m.map_or_else(String::new, |metres| format!("{:+.1} km", metres as f64 / 1000.0)),
    });
    let (moves, mut verdict, mut week_there) = (moves.collect(), String::new(), String::new());
    let in_words = |parts: &[CostPart]| -> Vec<(String, i64)> {
        parts.iter().map(|part| (part_in_words(&page, part), part.points())).collect()
    };
    let (mut parts, mut now) = (Vec::new(), None);
    if let Some(answer) = &answer {
        let others = answer.moves.len().saturating_sub(1);
        let farther: i64 = answer.moves.iter().skip(1).filter_map(|moved| moved.farther_m).sum();
        verdict = match answer.placed {
            0 if others == 0 => t!(page, "wish-costs-nobody", points = answer.cost),
            0 => t!(
                page,
                "wish-moves-others",
                count = others,
                km = format!("{:+.1} km", farther as f64 / 1000.0),
                points = answer.cost
            ),
            1.. => t!(page, "wish-places-more", count = answer.placed, points = answer.cost),
            ..0 => t!(page, "wish-places-fewer", count = -answer.placed, points = answer.cost),
        };
        week_there = week(&page, &cohort, i64::from(answer.window));
        parts = in_words(&answer.parts);
        now = answer.now.as_ref().map(|(office, window, parts)| {
            (format!("{} {}", office.name, week(&page, &cohort, i64::from(*window))), in_words(parts))
        });
    }
    let against = answer.iter().flat_map(|answer| &answer.against).map(|against| match against {
        Against::Rule(rule) => wording::placement_rule(&page, *rule),
        Against::Excluded => t!(page, "against-excluded"),
        Against::BeyondLimit => t!(page, "against-beyond-limit"),
        Against::NotAvailable => t!(page, "against-not-available"),
    });
    let against: Vec<String> = against.collect();
    let asking = enrolments.iter().find(|known| Some(known.id) == enrolment);
    let wishes = asking.map_or("", |asking| &asking.preferences).split_whitespace();
    let wishes = (1..).zip(wishes.map(str::to_owned)).collect();
    let nothing = enrolment.is_some() && answer.is_none();
    render(&WishPage {
        page,
        cohort,
        asked,
        enrolments,
        offices,
        nothing,
        answer,
        verdict,
        week: week_there,
        parts,
        now,
        wishes,
        moves,
        against,
    })
}

fn part_in_words(page: &Page, part: &CostPart) -> String {
    match part {
        CostPart::Way { kilometres, .. } => t!(page, "cost-way", km = format!("{kilometres:.1} km")),
        CostPart::Minutes { minutes, .. } => t!(page, "cost-minutes", minutes = *minutes),
        CostPart::Preference { rank, .. } => t!(page, "cost-preference", rank = *rank),
        CostPart::Rule { rule, .. } => wording::placement_rule(page, *rule),
        CostPart::Change { .. } => t!(page, "cost-change"),
    }
}
