//! From addresses to coordinates, offline: the ministry's table of places (国土交通省 位置参照情報, CSV in CP932; the files of the
//! 大字・町丁目 level and of the 街区 level, whose blocks are taken together), and how precisely a home is known.

use crate::list_file::refusal::FileRefusal;
use crate::{CellFault, Refusal, Result, Secretariat, Staff};
use documents::encoding;
use records::Work;
use records::hex;
use records::placement::location::{PersonPlace, Town};
use records::trainee::person::Person;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use training::trainee::person::normalise;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct GazetteerCounts {
    pub rows: usize,
    pub towns: usize,
}

/// How many homes of a cohort are known how precisely.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct HomesKnown {
    pub exact: usize,
    pub town: usize,
    pub municipality: usize,
    /// With coordinates of which nobody said how precise they are.
    pub unsaid: usize,
    pub unknown: usize,
}

impl HomesKnown {
    /// From homes with coordinates or without, by precision.
    pub(crate) fn of(counts: &[(bool, Option<String>, i64)]) -> HomesKnown {
        let mut known = HomesKnown::default();
        for (has_coordinates, precision, count) in counts {
            let kind = match (has_coordinates, precision.as_deref()) {
                (false, _) => &mut known.unknown,
                (true, Some("exact")) => &mut known.exact,
                (true, Some("town")) => &mut known.town,
                (true, Some("municipality")) => &mut known.municipality,
                (true, _) => &mut known.unsaid,
            };
            *kind += usize::try_from(*count).unwrap_or(0);
        }
        known
    }
}

/// Reads towns: prefecture, municipality, town, mean position.
fn read_towns(bytes: &[u8]) -> Result<(usize, Vec<Town>)> {
    let (text, _) = encoding::decode(bytes)
        .map_err(|_| Refusal::File(FileRefusal::Table(documents::table::TableError::WrongType)))?;
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let damaged =
        |error: csv::Error| Refusal::File(FileRefusal::Table(documents::table::TableError::Damaged(error.to_string())));
    let headings: Vec<String> = reader.headers().map_err(damaged)?.iter().map(normalise).collect();
    let column = |names: &[&'static str]| {
        let found = headings.iter().position(|heading| names.contains(&heading.trim_start_matches('\u{feff}')));
        found.ok_or(Refusal::File(FileRefusal::ColumnMissing(names[0])))
    };
    let (prefecture, municipality) = (column(&["都道府県名"])?, column(&["市区町村名"])?);
    let town = column(&["大字町丁目名", "大字・町丁目名", "大字・丁目名"])?;
    let (latitude, longitude) = (column(&["緯度"])?, column(&["経度"])?);
    // Sums and counts, so that blocks become their town's middle.
    let mut sums: BTreeMap<(String, String, String), (f64, f64, usize)> = BTreeMap::new();
    let mut rows = 0;
    for (index, record) in reader.records().enumerate() {
        let record = record.map_err(damaged)?;
        let degrees = |column: usize, name: &str, bound: f64| {
            let text = record.get(column).unwrap_or_default().trim();
            let value = text.parse::<f64>().ok().filter(|value| value.abs() <= bound);
            value.ok_or_else(|| {
                Refusal::File(FileRefusal::Cell {
                    row: index + 2,
                    column: name.to_owned(),
                    fault: CellFault::NotBetween { value: text.to_owned(), from: -(bound as i64), until: bound as i64 },
                })
            })
        };
        let (lat, lon) = (degrees(latitude, "緯度", 90.0)?, degrees(longitude, "経度", 180.0)?);
        let text = |column: usize| record.get(column).unwrap_or_default().trim().to_owned();
        let sum = sums.entry((text(prefecture), text(municipality), text(town))).or_default();
        *sum = (sum.0 + lat, sum.1 + lon, sum.2 + 1);
        rows += 1;
    }
    let e6 = |sum: f64, count: usize| (sum / count as f64 * 1e6).round() as i64;
    let towns = sums.into_iter().map(|((prefecture, municipality, town), (lat, lon, count))| Town {
        prefecture,
        municipality,
        town,
        lat_e6: e6(lat, count),
        lon_e6: e6(lon, count),
    });
    Ok((rows, towns.collect()))
}

/// 一 to 九十九 in front of 丁目 as digits.
fn kanji_number(text: &str) -> Option<u32> {
    let digit = |c: char| "〇一二三四五六七八九".chars().position(|known| known == c).map(|value| value as u32);
    let (tens, ones) = match text.split_once('十') {
        Some((tens, ones)) => (if tens.is_empty() { 1 } else { digit(tens.chars().next()?)? }, ones),
        None => (0, text),
    };
    let ones = if ones.is_empty() { 0 } else { ones.chars().try_fold(0, |sum, c| Some(sum * 10 + digit(c)?))? };
    Some(tens * 10 + ones)
}

/// A town or an address such that the same place begins the same: half width, no blanks, no 大字, 丁目 as digits and a hyphen.
fn comparable(text: &str) -> String {
    let text: String = normalise(text).chars().filter(|c| !c.is_whitespace()).collect();
    let text = text.replace("大字", "").replace(['ヶ', 'ヵ', 'ｹ'], "ケ").replace(['‐', '−', '―', 'ー'], "-");
    match text.split_once("丁目") {
        None => text,
        Some((before, after)) => {
            let kanji = |c: char| "〇一二三四五六七八九十".contains(c);
            let start = before.char_indices().rev().take_while(|(_, c)| kanji(*c)).last().map(|(index, _)| index);
            let before = match start.and_then(|start| Some((start, kanji_number(&before[start..])?))) {
                Some((start, number)) => format!("{}{number}", &before[..start]),
                None => before.to_owned(),
            };
            format!("{before}-{}", after.trim_start_matches('-'))
        }
    }
}

/// The town an address lies in: the longest whose name the address begins with.
fn town_of<'a>(rest: &str, towns: &'a [Town]) -> Option<&'a Town> {
    let rest = comparable(rest);
    let begins = |town: &&Town| {
        let name = comparable(&town.town);
        let name = name.trim_end_matches('-');
        let next = rest.strip_prefix(name).map(|left| left.chars().next());
        let ends_in_digit = name.chars().last().is_some_and(|c| c.is_ascii_digit());
        !name.is_empty() && next.is_some_and(|next| !(ends_in_digit && next.is_some_and(|c| c.is_ascii_digit())))
    };
    towns
        .iter()
        .filter(begins)
        .max_by_key(|town| (comparable(&town.town).chars().count(), std::cmp::Reverse(&town.town)))
}

/// The name of a town or village without its 郡, and the 郡; none for what only has the sign in its name, such as 大和郡山市.
fn without_county(municipality: &str) -> Option<(&str, &str)> {
    let (county, rest) = municipality.split_once('郡')?;
    let is_town = rest.ends_with(['町', '村']) && !rest.is_empty();
    (!county.is_empty() && is_town).then_some((county, rest))
}

/// Longest name of a 郡, in characters.
const LONGEST_COUNTY: usize = 5;

/// What of an address follows a municipality; none where it lies elsewhere. The prefecture may be left out, and so may the 郡 of a town or
/// village, in the address and in the municipality's name.
pub fn within(address: &str, prefecture: &str, municipality: &str) -> Option<String> {
    if municipality.is_empty() {
        return None;
    }
    let (address, prefecture, name) = (comparable(address), comparable(prefecture), comparable(municipality));
    let rest = address.strip_prefix(&prefecture).unwrap_or(&address);
    if let Some(rest) = rest.strip_prefix(&name) {
        return Some(rest.to_owned());
    }
    let (county, town) = without_county(&name).map_or((None, name.as_str()), |(county, town)| (Some(county), town));
    if !town.ends_with(['町', '村']) {
        return None;
    }
    if let Some(rest) = rest.strip_prefix(town) {
        return Some(rest.to_owned());
    }
    let (written, rest) = rest.split_once('郡')?;
    let is_county =
        (1..=LONGEST_COUNTY).contains(&written.chars().count()) && county.is_none_or(|county| county == written);
    rest.strip_prefix(town).filter(|_| is_county).map(str::to_owned)
}

/// The municipality an address lies in, of those known with their prefectures, and what of it follows; none where two prefectures have one of
/// this name and the address does not say which.
pub(crate) fn municipality_of<'a, T>(
    address: &str,
    known: &'a [T],
    name: impl Fn(&T) -> (&str, &str),
) -> Option<(&'a T, String)> {
    let candidates = known.iter().filter_map(|one| {
        let (prefecture, municipality) = name(one);
        Some((municipality.chars().count(), one, within(address, prefecture, municipality)?))
    });
    let candidates: Vec<_> = candidates.collect();
    let longest = candidates.iter().map(|(length, _, _)| *length).max()?;
    let mut found = candidates.into_iter().filter(|(length, _, _)| *length == longest);
    let (_, one, rest) = found.next()?;
    let prefecture = name(one).0;
    found.all(|(_, other, _)| name(other).0 == prefecture).then_some((one, rest))
}

/// Looks addresses up, municipality by municipality.
pub(crate) struct Lookup {
    municipalities: Vec<(String, String)>,
    towns: HashMap<(String, String), Vec<Town>>,
}

impl Lookup {
    pub(crate) async fn of(work: &mut Work) -> Result<Lookup> {
        Ok(Lookup { municipalities: work.gazetteer_municipalities().await?, towns: HashMap::new() })
    }

    /// Where an address is, how precisely, and by which entry.
    pub(crate) async fn find(&mut self, work: &mut Work, address: &str) -> Result<Option<(Town, &'static str)>> {
        let found = municipality_of(address, &self.municipalities, |known| (&known.0, &known.1));
        let Some((known, rest)) = found.map(|(known, rest)| (known.clone(), rest)) else { return Ok(None) };
        if !self.towns.contains_key(&known) {
            let towns = work.gazetteer_towns(&known.0, &known.1).await?;
            self.towns.insert(known.clone(), towns);
        }
        let towns = &self.towns[&known];
        if let Some(town) = town_of(&rest, towns) {
            return Ok(Some((town.clone(), "town")));
        }
        let count = towns.len() as i64;
        let (lat, lon) = towns.iter().fold((0, 0), |(lat, lon), town| (lat + town.lat_e6, lon + town.lon_e6));
        let (prefecture, municipality) = known;
        let middle = Town { prefecture, municipality, town: String::new(), lat_e6: lat / count, lon_e6: lon / count };
        Ok(Some((middle, "municipality")))
    }
}

impl Secretariat {
    /// Replaces the towns of the prefectures in a file.
    pub async fn import_gazetteer(&self, staff: &Staff, file_name: &str, bytes: &[u8]) -> Result<GazetteerCounts> {
        let content = bytes.to_vec();
        let (rows, towns) = tokio::task::spawn_blocking(move || read_towns(&content)).await??;
        if towns.is_empty() {
            return Err(FileRefusal::Table(documents::table::TableError::Empty).into());
        }
        let counts = GazetteerCounts { rows, towns: towns.len() };
        let mut work = self.write(staff).await?;
        work.replace_gazetteer(&towns).await?;
        work.record_import("gazetteer", file_name, &hex(&Sha256::digest(bytes)), &counts).await?;
        work.commit().await?;
        Ok(counts)
    }

    /// Looks up the homes of a cohort that nobody placed exactly; gives how many were found anew or more precisely.
    pub async fn locate_homes(&self, staff: &Staff, cohort: i64) -> Result<usize> {
        let mut work = self.write(staff).await?;
        let cohort = work.cohort(cohort).await?;
        let mut lookup = Lookup::of(&mut work).await?;
        let places = work.person_places(cohort.id).await?;
        let known: HashMap<i64, PersonPlace> =
            places.into_iter().filter(|place| place.kind == "home").map(|place| (place.person_id, place)).collect();
        let mut people: Vec<Person> = work.people_of_cohort(cohort.id).await?.into_values().collect();
        people.sort_by_key(|person| person.id);
        let mut located = 0;
        for person in people {
            let before = known.get(&person.id).map(|place| place.precision.as_str());
            let Some(address) = person.address.as_deref().filter(|address| !address.trim().is_empty()) else {
                continue;
            };
            // Coordinates of which nobody said how precise they are may have come with the roster: they stay.
            if person.lat_e6.is_some() && matches!(before, None | Some("exact")) {
                continue;
            }
            let Some((town, precision)) = lookup.find(&mut work, address).await? else { continue };
            let better = precision == "town" || person.lat_e6.is_none();
            if !better || (person.lat_e6, person.lon_e6) == (Some(town.lat_e6), Some(town.lon_e6)) {
                continue;
            }
            let source = format!("{}{}{}", town.prefecture, town.municipality, town.town);
            let moved = Person { lat_e6: Some(town.lat_e6), lon_e6: Some(town.lon_e6), ..person.clone() };
            work.update_person(&moved).await?;
            work.set_person_place(&home(person.id, (town.lat_e6, town.lon_e6), precision, &source)).await?;
            located += 1;
        }
        work.commit().await?;
        Ok(located)
    }
}

/// Where a person works, from an address the gazetteer knows; an empty address changes nothing.
///
/// [`Refusal::FieldInvalid`] where the gazetteer does not know it.
pub async fn set_workplace(work: &mut Work, person_id: i64, address: &str) -> Result<()> {
    let address = normalise(address);
    if address.is_empty() {
        return Ok(());
    }
    let unknown = || Refusal::FieldInvalid { field: "workplace", value: address.clone() };
    let (town, precision) = Lookup::of(work).await?.find(work, &address).await?.ok_or_else(unknown)?;
    let place = PersonPlace {
        kind: "workplace".to_owned(),
        ..home(person_id, (town.lat_e6, town.lon_e6), precision, &address)
    };
    Ok(work.set_person_place(&place).await?)
}

/// A home's place as a row.
pub fn home(person_id: i64, (lat_e6, lon_e6): (i64, i64), precision: &str, source: &str) -> PersonPlace {
    let (kind, precision, source) = ("home".to_owned(), precision.to_owned(), source.to_owned());
    PersonPlace { person_id, kind, lat_e6, lon_e6, precision, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_county_may_be_written_or_left_out() {
        for (address, municipality, expected) in [
            ("鳥取県東伯郡琴浦町大字徳万591", "琴浦町", Some("徳万591")),
            ("鳥取県琴浦町徳万591", "琴浦町", Some("徳万591")),
            ("東伯郡琴浦町徳万", "東伯郡琴浦町", Some("徳万")),
            ("鳥取県琴浦町徳万", "東伯郡琴浦町", Some("徳万")),
            ("鳥取県東伯郡琴浦町徳万", "西伯郡琴浦町", None),
            ("鳥取県　八頭郡　八頭町　郡家", "八頭町", Some("郡家")),
            ("奈良県大和郡山市北郡山町", "大和郡山市", Some("北郡山町")),
            ("奈良県大和郡山市北郡山町", "山市", None),
            ("岐阜県郡上市八幡町", "八幡町", None),
            ("鳥取県米子市", "米子市", Some("")),
            ("鳥取県米子市", "", None),
            ("宮城県宮城郡七ヶ浜町", "七ケ浜町", Some("")),
            ("沖縄県国頭郡今帰仁村仲宗根", "今帰仁村", Some("仲宗根")),
        ] {
            let prefecture =
                address.split_inclusive('県').next().filter(|part| part.ends_with('県')).unwrap_or("鳥取県");
            assert_eq!(within(address, prefecture, municipality).as_deref(), expected, "{address} {municipality}");
        }
        let known = [("東京都", "府中市"), ("広島県", "府中市"), ("鳥取県", "南部町")];
        let found = |address| municipality_of(address, &known, |known| (known.0, known.1)).map(|(known, _)| known.0);
        assert_eq!(found("広島県府中市"), Some("広島県"));
        assert_eq!(found("府中市"), None, "which of the two nobody knows");
        assert_eq!(found("西伯郡南部町"), Some("鳥取県"));
    }

    fn town(name: &str) -> Town {
        Town {
            prefecture: "群馬県".into(), municipality: "前橋市".into(), town: name.into(), lat_e6: 1, lon_e6: 1
        }
    }

    #[test]
    fn addresses_find_their_town() {
        let towns = ["大手町一丁目", "大手町二丁目", "大手町十二丁目", "大手町", "大字上泉町", "茂木ヶ丘"].map(town);
        for (rest, expected) in [
            ("大手町1-1-1", Some("大手町一丁目")),
            ("大手町１丁目１番地", Some("大手町一丁目")),
            ("大手町一丁目1番1号", Some("大手町一丁目")),
            ("大手町12-3", Some("大手町十二丁目")),
            ("大手町十二丁目3", Some("大手町十二丁目")),
            ("大手町 2－5", Some("大手町二丁目")),
            ("大手町3-5", Some("大手町")),
            ("上泉町664", Some("大字上泉町")),
            ("大字上泉町664", Some("大字上泉町")),
            ("茂木ケ丘5", Some("茂木ヶ丘")),
            ("紅雲町1", None),
            ("", None),
        ] {
            assert_eq!(town_of(rest, &towns).map(|town| town.town.as_str()), expected, "{rest}");
        }
    }

    #[test]
    fn both_of_the_ministry_s_files_are_read() {
        let towns = "都道府県コード,都道府県名,市区町村コード,市区町村名,大字町丁目コード,大字町丁目名,緯度,経度,原典資料コード,大字・字・丁目区分コード\r\n\
            10,群馬県,10201,前橋市,102010001001,大手町一丁目,36.391,139.060,0,3\r\n";
        let blocks = "都道府県名,市区町村名,大字・町丁目名,小字・通称名,街区符号・地番,座標系番号,Ｘ座標,Ｙ座標,緯度,経度,住居表示フラグ,代表フラグ\r\n\
            群馬県,前橋市,大手町一丁目,,1,9,0,0,36.390,139.060,1,1\r\n群馬県,前橋市,大手町一丁目,,2,9,0,0,36.392,139.062,1,1\r\n";
        let (cp932, _) = encoding::encode(blocks, encoding::Encoding::Cp932);
        assert_eq!(read_towns(towns.as_bytes()).unwrap().1[0].lat_e6, 36_391_000);
        let (rows, read) = read_towns(&cp932).unwrap();
        assert_eq!((rows, read.len(), read[0].lat_e6, read[0].lon_e6), (2, 1, 36_391_000, 139_061_000));
        let wrong = towns.replace("36.391", "三六");
        assert!(read_towns(wrong.as_bytes()).unwrap_err().to_string().contains("row 2, column 緯度"));
        assert!(read_towns("a,b\r\n1,2\r\n".as_bytes()).is_err());
    }
}
