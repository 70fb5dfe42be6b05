//! The map of a cohort's placement, drawn from coordinates alone: trainees, offices with places left, ways coloured by distance.
//! At low zoom neighbours are drawn together, so that a page of many thousands stays light.

use crate::shell::desk::Desk;
use crate::shell::page::{Answer, Page, disposition};
use axum::extract::Path;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use documents::placement_map::{Drawing, PlacementSheet, Spot, Way};
use secretariat::office::OfficeSite;
use secretariat::placement::PlacementNow;
use secretariat::placement::{Outline, Placement};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// What of the placement is shown, in map and table; kept in the address.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Shown {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) state: String,
    /// `unplaced`, `far` or `full`; anything else shows all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) show: String,
    /// Municipality of the office.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) area: String,
    /// The first row of the table.
    #[serde(default, skip_serializing_if = "is_none")]
    pub(crate) at: usize,
    /// How many times the map is doubled in size.
    #[serde(default, skip_serializing_if = "is_zero")]
    zoom: u32,
    /// Middle of the map, degrees × 10⁶.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lat: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lon: Option<i64>,
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

fn is_none(number: &usize) -> bool {
    *number == 0
}

impl Shown {
    /// The table from this row on.
    pub(crate) fn rows_from(&self, cohort: i64, at: usize) -> String {
        format!("{}#placements", Shown { at, ..self.clone() }.address(cohort))
    }

    pub(crate) fn address(&self, cohort: i64) -> String {
        let query = serde_urlencoded::to_string(self).unwrap_or_default();
        format!("/cohorts/{cohort}/placement?{query}")
    }

    /// Is this placement shown?
    pub(crate) fn shows(&self, placement: &Placement, office: Option<&OfficeSite>, full: bool) -> bool {
        (self.state.is_empty() || placement.state.id() == self.state)
            && (self.area.is_empty() || office.is_some_and(|office| office.municipality == self.area))
            && match self.show.as_str() {
                "far" => placement.distance_m.is_some_and(|metres| metres > FAR_M),
                "full" => full,
                "unplaced" => false,
                _ => true,
            }
    }
}

/// A point of the map, in its own coordinates.
pub(crate) struct Dot {
    pub(crate) id: i64,
    pub(crate) x: i64,
    pub(crate) y: i64,
    pub(crate) label: String,
    pub(crate) class: &'static str,
    /// The office number, of an office.
    pub(crate) number: String,
}

/// Trainees drawn together.
pub(crate) struct Cluster {
    pub(crate) x: i64,
    pub(crate) y: i64,
    pub(crate) radius: i64,
    pub(crate) count: usize,
    pub(crate) address: String,
    pub(crate) label: String,
}

pub(crate) struct Thread {
    pub(crate) x1: i64,
    pub(crate) y1: i64,
    pub(crate) x2: i64,
    pub(crate) y2: i64,
    pub(crate) class: &'static str,
}

pub(crate) struct Map {
    pub(crate) cohort: i64,
    pub(crate) height: i64,
    pub(crate) offices: Vec<Dot>,
    pub(crate) trainees: Vec<Dot>,
    pub(crate) clusters: Vec<Cluster>,
    pub(crate) threads: Vec<Thread>,
    /// Points of each outline, as SVG writes them.
    pub(crate) outlines: Vec<String>,
    /// From the plane back to degrees, for a marker that is moved: north, west, units per degree, narrower by.
    pub(crate) plane: [f64; 4],
    pub(crate) scale_km: i64,
    pub(crate) scale_width: i64,
    /// Where the buttons lead: label and address.
    pub(crate) moves: Vec<(String, String)>,
}

/// What a map is drawn of.
pub(crate) struct Scene<'a> {
    pub(crate) cohort: i64,
    pub(crate) offices: &'a [OfficeSite],
    /// Places taken, by office.
    pub(crate) taken: &'a HashMap<i64, i64>,
    /// Degrees × 10⁶, by enrolment.
    pub(crate) homes: &'a HashMap<i64, (i64, i64)>,
    pub(crate) names: &'a HashMap<i64, String>,
    pub(crate) placements: &'a [Placement],
    pub(crate) outlines: &'a [Outline],
    /// Are neighbours drawn together where there are many?
    pub(crate) together: bool,
}

const WIDTH: f64 = 800.0;
const MARGIN: f64 = 20.0;
/// Metres; a way longer than the first is of middle length, than the second far.
const MIDDLE_M: i64 = 5_000;
pub(crate) const FAR_M: i64 = 15_000;
/// More trainees than this are drawn together where they are near each other, by cells so wide.
const MANY: usize = 150;
const CELL: f64 = 36.0;
const DEEPEST: u32 = 10;
/// More offices than this are thinned out, to one of a square so wide.
const MANY_OFFICES: usize = 400;
const OFFICE_CELL: i64 = 14;

/// Latitude and longitude on a plane, north up, the middle latitude true to scale.
struct View {
    /// Degrees × 10⁶.
    north: f64,
    west: f64,
    per_degree: f64,
    narrower: f64,
    height: f64,
}

impl View {
    fn place(&self, (lat, lon): (i64, i64)) -> (f64, f64) {
        let x = MARGIN + (lon as f64 - self.west) * self.narrower * self.per_degree;
        (x, MARGIN + (self.north - lat as f64) * self.per_degree)
    }

    fn shows(&self, (x, y): (f64, f64)) -> bool {
        (0.0..=WIDTH).contains(&x) && (0.0..=self.height).contains(&y)
    }
}

impl<'a> Scene<'a> {
    pub(crate) fn of(now: &'a PlacementNow) -> Scene<'a> {
        let PlacementNow { cohort, offices, taken, homes, names, placements, outlines, .. } = now;
        Scene { cohort: cohort.id, offices, taken, homes, names, placements, outlines, together: true }
    }

    /// The smallest rectangle with everybody, and their offices: south, north, west, east.
    pub(crate) fn bounds(&self) -> Option<[f64; 4]> {
        let used: std::collections::HashSet<i64> =
            self.placements.iter().map(|placement| placement.host_office_id).collect();
        let offices = self.offices.iter().filter(|office| used.contains(&office.id));
        let points = offices.filter_map(|office| office.lat_e6.zip(office.lon_e6)).chain(self.homes.values().copied());
        let edge = |bounds: Option<[i64; 4]>, (lat, lon): (i64, i64)| {
            let [south, north, west, east] = bounds.unwrap_or([lat, lat, lon, lon]);
            Some([south.min(lat), north.max(lat), west.min(lon), east.max(lon)])
        };
        let [south, north, west, east] = points.fold(None, edge)?.map(|degrees| degrees as f64);
        let (tall, wide) = ((north - south) / 20.0 + 5_000.0, (east - west) / 20.0 + 5_000.0);
        Some([south - tall, north + tall, west - wide, east + wide])
    }

    fn view(&self, shown: &Shown) -> Option<(View, (f64, f64), [f64; 2])> {
        let [south, north, west, east] = self.bounds()?;
        let doubled = f64::from(1 << shown.zoom.min(DEEPEST));
        let (lat, lon) = match (shown.lat, shown.lon) {
            (Some(lat), Some(lon)) => (lat as f64, lon as f64),
            _ => ((south + north) / 2.0, (west + east) / 2.0),
        };
        let (tall, wide) = ((north - south) / doubled, (east - west) / doubled);
        let narrower = ((south + north) / 2e6).to_radians().cos();
        let per_degree = (WIDTH - 2.0 * MARGIN) / (wide * narrower);
        let height = 2.0 * MARGIN + tall * per_degree;
        let view = View { north: lat + tall / 2.0, west: lon - wide / 2.0, per_degree, narrower, height };
        Some((view, (lat, lon), [tall, wide]))
    }

    /// The map; `None` while nobody's position is known.
    pub(crate) fn draw(&self, page: &Page, shown: &Shown) -> Option<Map> {
        let (view, middle, size) = self.view(shown)?;
        let placed: HashMap<i64, &Placement> =
            self.placements.iter().map(|placement| (placement.enrolment_id, placement)).collect();
        let filtered = !shown.show.is_empty() || !shown.area.is_empty() || !shown.state.is_empty();
        let mut inside: Vec<(i64, (f64, f64))> = self
            .homes
            .iter()
            .filter(|(id, _)| match placed.get(id) {
                Some(_) => true,
                None => !filtered || shown.show == "unplaced",
            })
            .filter(|(id, _)| shown.show != "unplaced" || !placed.contains_key(id))
            .map(|(id, home)| (*id, view.place(*home)))
            .filter(|(_, at)| view.shows(*at))
            .collect();
        inside.sort_by_key(|(id, _)| *id);
        let office_at: HashMap<i64, (i64, i64)> =
            self.offices.iter().filter_map(|office| Some((office.id, office.lat_e6.zip(office.lon_e6)?))).collect();
        let alone = self.gathered(page, inside, shown, &view);
        let (mut trainees, mut threads) = (Vec::new(), Vec::new());
        for (id, (x, y)) in alone.0 {
            let (x, y) = (x.round() as i64, y.round() as i64);
            let label = self.names.get(&id).cloned().unwrap_or_default();
            let placement = placed.get(&id);
            let class = if placement.is_some() { "trainee" } else { "trainee unplaced" };
            trainees.push(Dot { id, x, y, label, class, number: String::new() });
            let there = placement.and_then(|placement| Some((*office_at.get(&placement.host_office_id)?, placement)));
            if let Some((there, placement)) = there {
                let (x2, y2) = view.place(there);
                let class = match placement.distance_m.unwrap_or(0) {
                    metres if metres > FAR_M => "far",
                    metres if metres > MIDDLE_M => "middle",
                    _ => "near",
                };
                threads.push(Thread { x1: x, y1: y, x2: x2.round() as i64, y2: y2.round() as i64, class });
            }
        }
        let offices = self.offices.iter().filter_map(|office| {
            let at = view.place(*office_at.get(&office.id)?);
            let left = office.capacity - self.taken.get(&office.id).copied().unwrap_or(0);
            let shown = view.shows(at) && (shown.show != "full" || left <= 0);
            shown.then(|| Dot {
                id: office.id,
                x: at.0.round() as i64,
                y: at.1.round() as i64,
                label: format!("{} ({left})", office.name),
                class: if left > 0 { "office" } else { "office full" },
                number: office.office_number.clone(),
            })
        });
        let outlines = self.outlines.iter().map(|outline| {
            let points = outline.line.iter().map(|point| view.place(*point));
            points.map(|(x, y)| format!("{x:.0},{y:.0}")).collect::<Vec<_>>().join(" ")
        });
        let units_per_km = view.per_degree * 1e6 / 111.195;
        let scale_km = [1, 2, 5, 10, 20, 50, 100, 200].into_iter().find(|km| *km as f64 * units_per_km > 80.0);
        let scale_km = scale_km.unwrap_or(500);
        Some(Map {
            cohort: self.cohort,
            height: view.height.round() as i64,
            offices: thinned(offices.collect()),
            trainees,
            clusters: alone.1,
            threads,
            outlines: outlines.collect(),
            plane: [view.north, view.west, view.per_degree, view.narrower],
            scale_km,
            scale_width: (scale_km as f64 * units_per_km).round() as i64,
            moves: self.moves(page, shown, middle, size),
        })
    }

    /// Those drawn by themselves, and those drawn together.
    #[allow(clippy::type_complexity)]
    fn gathered(
        &self,
        page: &Page,
        inside: Vec<(i64, (f64, f64))>,
        shown: &Shown,
        view: &View,
    ) -> (Vec<(i64, (f64, f64))>, Vec<Cluster>) {
        if !self.together || inside.len() <= MANY || shown.zoom >= DEEPEST {
            return (inside, Vec::new());
        }
        let mut cells: BTreeMap<(i64, i64), Vec<(i64, (f64, f64))>> = BTreeMap::new();
        for (id, (x, y)) in inside {
            cells.entry(((x / CELL) as i64, (y / CELL) as i64)).or_default().push((id, (x, y)));
        }
        let (mut alone, mut clusters) = (Vec::new(), Vec::new());
        for members in cells.into_values() {
            if members.len() < 3 {
                alone.extend(members);
                continue;
            }
            let count = members.len() as f64;
            let (x, y) = members.iter().fold((0.0, 0.0), |(x, y), (_, at)| (x + at.0 / count, y + at.1 / count));
            let lat = view.north - (y - MARGIN) / view.per_degree;
            let lon = view.west + (x - MARGIN) / view.per_degree / view.narrower;
            let closer = Shown { zoom: shown.zoom + 1, lat: Some(lat as i64), lon: Some(lon as i64), ..shown.clone() };
            clusters.push(Cluster {
                x: x.round() as i64,
                y: y.round() as i64,
                radius: (7.0 + 1.6 * count.sqrt()).min(CELL / 2.0 - 1.0) as i64,
                count: members.len(),
                address: closer.address(self.cohort),
                label: t!(page, "map-cluster", count = members.len()),
            });
        }
        (alone, clusters)
    }

    fn moves(
        &self,
        page: &Page,
        shown: &Shown,
        (lat, lon): (f64, f64),
        [tall, wide]: [f64; 2],
    ) -> Vec<(String, String)> {
        let at = |zoom: u32, lat: f64, lon: f64| {
            Shown { zoom, lat: Some(lat as i64), lon: Some(lon as i64), ..shown.clone() }.address(self.cohort)
        };
        let zoom = shown.zoom;
        let mut moves = Vec::new();
        if zoom < DEEPEST {
            moves.push((t!(page, "map-closer"), at(zoom + 1, lat, lon)));
        }
        if zoom > 0 {
            moves.push((t!(page, "map-farther"), at(zoom - 1, lat, lon)));
            moves.push((t!(page, "map-north"), at(zoom, lat + tall / 2.0, lon)));
            moves.push((t!(page, "map-south"), at(zoom, lat - tall / 2.0, lon)));
            moves.push((t!(page, "map-west"), at(zoom, lat, lon - wide / 2.0)));
            moves.push((t!(page, "map-east"), at(zoom, lat, lon + wide / 2.0)));
            let whole = Shown { zoom: 0, lat: None, lon: None, ..shown.clone() };
            moves.push((t!(page, "map-whole"), whole.address(self.cohort)));
        }
        moves
    }
}

/// Where very many offices are drawn, one of each small square: one with a place left if there is one.
fn thinned(offices: Vec<Dot>) -> Vec<Dot> {
    if offices.len() <= MANY_OFFICES {
        return offices;
    }
    let mut kept: BTreeMap<(i64, i64), Dot> = BTreeMap::new();
    for dot in offices {
        let cell = (dot.x / OFFICE_CELL, dot.y / OFFICE_CELL);
        match kept.get(&cell) {
            Some(known) if known.class == "office" || dot.class != "office" => {}
            _ => {
                kept.insert(cell, dot);
            }
        }
    }
    kept.into_values().collect()
}

impl Map {
    /// The same for a document, with everybody by himself.
    fn drawing(&self) -> Drawing {
        let spot = |dot: &Dot| Spot { x: dot.x, y: dot.y, hollow: dot.class.contains(' ') };
        let ways = self.threads.iter().map(|thread| Way {
            from: (thread.x1, thread.y1),
            to: (thread.x2, thread.y2),
            class: thread.class.to_owned(),
        });
        Drawing {
            width: WIDTH as i64,
            height: self.height,
            offices: self.offices.iter().map(spot).collect(),
            trainees: self.trainees.iter().map(spot).collect(),
            ways: ways.collect(),
            scale_km: self.scale_km,
            scale_width: self.scale_width,
        }
    }
}

/// The map as a PDF, with who has no place and why, and who travels farthest.
pub(crate) async fn pdf(mut desk: Desk, page: Page, Path(cohort): Path<i64>) -> Answer {
    let (secretariat, work) = desk.reading().await?;
    let now = secretariat.placement_now(work, cohort).await?;
    let scene = Scene { together: false, ..Scene::of(&now) };
    let drawing = scene.draw(&page, &Shown::default()).map(|map| map.drawing()).unwrap_or_default();
    let PlacementNow { cohort, unplaced, placements, .. } = now;
    let mut farthest: Vec<&Placement> = placements.iter().collect();
    farthest.sort_by_key(|placement| (std::cmp::Reverse(placement.distance_m), placement.id));
    let far = farthest.into_iter().take(10).filter_map(|placement| {
        let km = format!("{:.1} km", placement.distance_m? as f64 / 1000.0);
        Some(vec![placement.trainee_number.clone(), placement.trainee_name.clone(), placement.office_name.clone(), km])
    });
    let without = unplaced.iter().map(|trainee| {
        vec![
            trainee.trainee_number.clone(),
            trainee.name.clone(),
            crate::wording::missing::unplaced(&page, &trainee.why),
        ]
    });
    let sheet = PlacementSheet {
        title: t!(page, "placement"),
        facts: vec![
            (t!(page, "cohort"), cohort.name.clone()),
            (t!(page, "placed"), placements.len().to_string()),
            (t!(page, "unplaced"), unplaced.len().to_string()),
            (t!(page, "date"), page.date(page.today)),
        ],
        legend: t!(page, "map-caption"),
        drawing,
        lists: vec![(t!(page, "unplaced"), without.collect()), (t!(page, "farthest"), far.collect())],
        language: page.language.tag().to_owned(),
    };
    let today = page.today;
    let bytes = tokio::task::spawn_blocking(move || documents::placement_map::pdf(&sheet, today))
        .await
        .map_err(secretariat::Error::from)?
        .map_err(secretariat::Error::from)?;
    let name = format!("{}_{}.pdf", t!(page, "placement"), cohort.name);
    let headers = [(CONTENT_TYPE, "application/pdf".to_owned()), (CONTENT_DISPOSITION, disposition("inline", &name))];
    Ok((headers, bytes).into_response())
}
