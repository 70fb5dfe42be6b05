//! Importing host offices from the ministry's open data (`jigyosho_430.csv`: 24 columns, UTF-8 with BOM or CP932).

use crate::list_file::refusal::FileRefusal;
use crate::{CellFault, Refusal, Result, Secretariat, Staff};
use documents::encoding;
use documents::table::TableError;
use placement::Point;
use placement::distance::kilometres;
use records::Work;
use records::hex;
use records::office::HostOffice;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use tokio::sync::mpsc;

/// What an import did, and what looks wrong in the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct HostImport {
    pub rows: usize,
    pub new: usize,
    pub changed: usize,
    pub unchanged: usize,
    /// Known before in a prefecture of the file, no longer listed.
    pub vanished: usize,
    pub suspicious: usize,
    pub without_coordinates: usize,
    pub outside_japan: usize,
    pub far_from_municipality: usize,
    pub office_number_malformed: usize,
}

/// The columns of the file by their headings, in the ministry's order. Headings may come in any order; those marked must exist.
pub const COLUMNS: [(&str, bool); 24] = [
    ("都道府県コード又は市町村コード", true),
    ("No", false),
    ("都道府県名", true),
    ("市区町村名", true),
    ("事業所名", true),
    ("事業所名カナ", false),
    ("サービスの種類", false),
    ("住所", true),
    ("方書（ビル名等）", false),
    ("緯度", true),
    ("経度", true),
    ("電話番号", false),
    ("FAX番号", false),
    ("法人番号", false),
    ("法人の名称", false),
    ("事業所番号", true),
    ("利用可能曜日", false),
    ("利用可能曜日特記事項", false),
    ("定員", false),
    ("URL", false),
    ("高齢者の方と障害者の方が同時一体的に利用できるサービス", false),
    ("介護保険の通常の指定基準を満たしている", false),
    ("障害福祉の通常の指定基準を満たしている", false),
    ("備考", false),
];

/// Farther than this from the median of its municipality's offices, an office's coordinates are suspicious.
const FAR_KM: f64 = 80.0;
/// Rows handed to the database at a time.
const BATCH: usize = 1200;

/// Where each known column stands in a file.
struct Layout([Option<usize>; 24]);

impl Layout {
    fn of(headings: &csv::StringRecord) -> Result<Layout, Refusal> {
        let mut layout = [None; 24];
        for (place, (heading, required)) in layout.iter_mut().zip(COLUMNS) {
            *place = headings.iter().position(|found| found.trim() == heading);
            if required && place.is_none() {
                return Err(Refusal::File(FileRefusal::ColumnMissing(heading)));
            }
        }
        Ok(Layout(layout))
    }

    /// Cells are checked for UTF-8 one by one as they are needed: the file as a whole has been.
    fn text<'a>(&self, record: &'a csv::ByteRecord, column: usize) -> &'a str {
        std::str::from_utf8(self.bytes(record, column)).unwrap_or("").trim()
    }

    fn bytes<'a>(&self, record: &'a csv::ByteRecord, column: usize) -> &'a [u8] {
        self.0[column].and_then(|index| record.get(index)).unwrap_or_default()
    }

    fn degrees_e6(&self, record: &csv::ByteRecord, column: usize) -> Option<i64> {
        let degrees: f64 = self.text(record, column).parse().ok()?;
        (degrees.is_finite() && degrees.abs() <= 180.0).then(|| (degrees * 1e6).round() as i64)
    }

    fn point(&self, record: &csv::ByteRecord) -> Option<Point> {
        let lat_e6 = i32::try_from(self.degrees_e6(record, 9)?).ok()?;
        let lon_e6 = i32::try_from(self.degrees_e6(record, 10)?).ok()?;
        Some(Point { lat_e6, lon_e6 })
    }
}

fn in_japan(point: Point) -> bool {
    (20_000_000..=46_000_000).contains(&point.lat_e6) && (122_000_000..=154_000_000).contains(&point.lon_e6)
}

fn reader(text: &str) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes())
}

fn damaged(error: &csv::Error) -> Refusal {
    TableError::Damaged(error.to_string()).into()
}

/// What a spreadsheet that took a code for a number has left of it: a zero lost at the front, or a power of ten.
fn damaged_by_spreadsheet(column: usize, value: &str) -> Option<CellFault> {
    let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    let lost_zero = match column {
        0 => is_number && value.len() == 5,
        15 => is_number && value.len() == 9,
        _ => false,
    };
    let is_error = documents::table::is_error(value);
    (lost_zero || documents::table::is_power_of_ten(value) || is_error)
        .then(|| CellFault::CodeDamaged(value.to_owned()))
}

/// The first pass: every row is sound, and where each municipality's offices are.
struct Survey {
    layout: Layout,
    rows: usize,
    medians: HashMap<String, Point>,
    prefectures: HashSet<String>,
}

fn survey(text: &str) -> Result<Survey, Refusal> {
    let mut reader = reader(text);
    let headings = reader.headers().map_err(|error| damaged(&error))?.clone();
    let layout = Layout::of(&headings)?;
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let mut points: HashMap<String, (Vec<i32>, Vec<i32>)> = HashMap::new();
    let mut prefectures = HashSet::new();
    let mut record = csv::ByteRecord::new();
    let mut rows = 0;
    while reader.read_byte_record(&mut record).map_err(|error| damaged(&error))? {
        rows += 1;
        let row = rows + 1;
        let cell = |column: usize, fault: CellFault| {
            Refusal::File(FileRefusal::Cell { row, column: COLUMNS[column].0.to_owned(), fault })
        };
        if record.len() < headings.len() {
            return Err(cell(15, CellFault::CutOff { columns: record.len(), of: headings.len() }));
        }
        let number = layout.text(&record, 15);
        if number.is_empty() {
            return Err(cell(15, CellFault::Empty));
        }
        if let Some(first) = numbers.insert(number.to_owned(), row) {
            return Err(cell(15, CellFault::Twice { value: number.to_owned(), row: first }));
        }
        let municipality = layout.text(&record, 0);
        for column in [0, 15, 13, 11, 12] {
            if let Some(fault) = damaged_by_spreadsheet(column, layout.text(&record, column)) {
                return Err(cell(column, fault));
            }
        }
        if let Some(prefecture) = municipality.get(..2)
            && !prefectures.contains(prefecture)
        {
            prefectures.insert(prefecture.to_owned());
        }
        if let Some(point) = layout.point(&record).filter(|point| in_japan(*point)) {
            let (latitudes, longitudes) = points.entry(municipality.to_owned()).or_default();
            latitudes.push(point.lat_e6);
            longitudes.push(point.lon_e6);
        }
    }
    let median = |mut values: Vec<i32>| {
        values.sort_unstable();
        values[values.len() / 2]
    };
    let medians = points
        .into_iter()
        .map(|(code, (lat, lon))| (code, Point { lat_e6: median(lat), lon_e6: median(lon) }))
        .collect();
    Ok(Survey { layout, rows, medians, prefectures })
}

impl Survey {
    /// The second pass: offices in batches, as far as somebody takes them, and what looks wrong, counted.
    fn read(&self, text: &str, batches: &mpsc::Sender<Vec<HostOffice>>) -> Result<HostImport, Refusal> {
        let mut import = HostImport { rows: self.rows, ..HostImport::default() };
        let mut reader = reader(text);
        let mut record = csv::ByteRecord::new();
        let mut batch = Vec::with_capacity(BATCH);
        while reader.read_byte_record(&mut record).map_err(|error| damaged(&error))? {
            batch.push(self.office(&record, &mut import));
            if batch.len() == BATCH && batches.blocking_send(std::mem::take(&mut batch)).is_err() {
                return Ok(import);
            }
        }
        // Nobody takes it any more only where the database has refused: that error is told.
        let _ = batches.blocking_send(batch);
        Ok(import)
    }

    /// An office as the file has it, and what looks wrong, counted in `import`.
    fn office(&self, record: &csv::ByteRecord, import: &mut HostImport) -> HostOffice {
        let text = |column| self.layout.text(record, column).to_owned();
        let point = self.layout.point(record);
        let mut suspicion = Vec::new();
        match point {
            None => {
                import.without_coordinates += 1;
                suspicion.push("no_coordinates");
            }
            Some(point) if !in_japan(point) => {
                import.outside_japan += 1;
                suspicion.push("outside_japan");
            }
            Some(point) => {
                let median = self.medians.get(self.layout.text(record, 0));
                if median.is_some_and(|median| kilometres(point, *median) > FAR_KM) {
                    import.far_from_municipality += 1;
                    suspicion.push("far_from_municipality");
                }
            }
        }
        let number = self.layout.text(record, 15);
        if number.len() != 10 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            import.office_number_malformed += 1;
            suspicion.push("office_number");
        }
        import.suspicious += usize::from(!suspicion.is_empty());
        let mut hasher = Sha256::new();
        for column in 0..COLUMNS.len() {
            hasher.update(self.layout.bytes(record, column).trim_ascii());
            hasher.update([0x1f]);
        }
        let digest = hasher.finalize();
        let content_hash = digest.iter().take(8).fold(0i64, |hash, byte| (hash << 8) | i64::from(*byte));
        HostOffice {
            office_number: number.to_owned(),
            municipality_code: text(0),
            prefecture: text(2),
            municipality: text(3),
            name: text(4),
            kana: text(5),
            address: text(7),
            building: text(8),
            lat_e6: point.map(|point| i64::from(point.lat_e6)),
            lon_e6: point.map(|point| i64::from(point.lon_e6)),
            phone: text(11),
            fax: text(12),
            corporation_number: text(13),
            corporation: text(14),
            days: text(16),
            days_note: text(17),
            url: text(19),
            content_hash,
            suspicion: suspicion.join(" "),
            ..HostOffice::default()
        }
    }
}

impl Secretariat {
    /// Imports a file; on any error nothing is saved. `progress` is told rows done and rows in all.
    pub async fn import_hosts(
        &self,
        staff: &Staff,
        file_name: &str,
        bytes: &[u8],
        progress: &(dyn Fn(usize, usize) + Send + Sync),
    ) -> Result<HostImport> {
        if bytes.is_empty() {
            return Err(FileRefusal::Table(TableError::Empty).into());
        }
        let (text, _) =
            encoding::decode(bytes).map_err(|_| Refusal::File(FileRefusal::Table(TableError::WrongType)))?;
        let survey = Arc::new(survey(&text)?);
        if survey.rows == 0 {
            return Err(FileRefusal::Table(TableError::Empty).into());
        }
        let operation = self.announce(staff, "import.hosts", file_name).await?;
        let mut work = self.write(staff).await?;
        match self.store_hosts(&mut work, text.into_owned(), &survey, progress).await {
            Ok(import) => {
                work.record_import("hosts", file_name, &hex(&Sha256::digest(bytes)), &import).await?;
                work.conclude(operation.id).await?;
                work.commit().await?;
                progress(survey.rows, survey.rows);
                Ok(import)
            }
            Err(error) => {
                drop(work);
                // What went wrong first is what is said.
                if let Err(error) = self.give_up(staff, &operation).await {
                    tracing::warn!(%error, "work that failed could not be concluded");
                }
                Err(error)
            }
        }
    }

    async fn store_hosts(
        &self,
        work: &mut Work,
        text: String,
        survey: &Arc<Survey>,
        progress: &(dyn Fn(usize, usize) + Send + Sync),
    ) -> Result<HostImport> {
        // One thread reads and checks while the database stores.
        let (sender, mut batches) = mpsc::channel(2);
        let reading = tokio::task::spawn_blocking({
            let survey = Arc::clone(survey);
            move || survey.read(&text, &sender)
        });
        let mut import = HostImport::default();
        let mut known: HashMap<String, _> =
            work.known_offices().await?.into_iter().map(|office| (office.office_number.clone(), office)).collect();
        let mut done = 0;
        while let Some(offices) = batches.recv().await {
            done += offices.len();
            let mut new = Vec::with_capacity(offices.len());
            for office in offices {
                match known.remove(&office.office_number) {
                    None => new.push(office),
                    Some(before) if before.content_hash == office.content_hash && !before.vanished => {
                        import.unchanged += 1;
                    }
                    Some(before) => {
                        import.changed += 1;
                        work.update_office_from_file(before.id, &office).await?;
                    }
                }
            }
            import.new += new.len();
            work.insert_offices(&new).await?;
            progress(done, survey.rows);
        }
        let seen = reading.await??;
        import = HostImport { new: import.new, changed: import.changed, unchanged: import.unchanged, ..seen };
        // A file of one prefecture says nothing about the others.
        let today = self.today();
        for office in known.values().filter(|office| !office.vanished) {
            if office.municipality_code.get(..2).is_some_and(|prefecture| survey.prefectures.contains(prefecture)) {
                import.vanished += 1;
                work.mark_office_vanished(office.id, today).await?;
            }
        }
        Ok(import)
    }
}
