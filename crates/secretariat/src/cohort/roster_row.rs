//! The columns of a roster, and reading one row of it. The same definitions drive import, the form, and `kensan schema roster`.

use training::trainee::person;
use training::{NaiveDate, wareki};

/// A column: its key, the headings it is known by, whether it must be there, and what it holds.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    pub key: &'static str,
    pub headings: &'static [&'static str],
    pub required: bool,
    pub holds: &'static str,
    pub holds_ja: &'static str,
}

impl Column {
    /// Must the column be there, in a roster of a course that is entered by the qualifying exam, or of another?
    pub fn is_required(&self, by_exam: bool) -> bool {
        self.required && (by_exam || self.key != "exam_number")
    }
}

const fn column(
    key: &'static str,
    headings: &'static [&'static str],
    required: bool,
    holds: &'static str,
    holds_ja: &'static str,
) -> Column {
    Column { key, headings, required, holds, holds_ja }
}

/// All columns, in the order of the template file.
pub const COLUMNS: [Column; 15] = [
    column(
        "exam_number",
        &["受験番号", "合格番号", "exam number"],
        true,
        "number of the pass, zeros kept",
        "合格者の受験番号。先頭の0もそのまま",
    ),
    column(
        "name",
        &["氏名", "受講者氏名", "名前", "お名前", "受講者名", "合格者氏名", "name"],
        true,
        "family and given name; also in two columns",
        "姓と名（「姓」と「名」の2列でも可）",
    ),
    column(
        "kana",
        &[
            "フリガナ",
            "ふりがな",
            "氏名カナ",
            "氏名フリガナ",
            "氏名(カナ)",
            "氏名(フリガナ)",
            "氏名(ふりがな)",
            "カナ",
            "カナ氏名",
            "kana",
        ],
        true,
        "furigana; also in two columns",
        "全角カナ（ひらがな・半角も可。「セイ」と「メイ」の2列でも可）",
    ),
    column(
        "exam_passed_on",
        &["試験合格年月日", "試験合格日", "合格年月日", "合格日", "実務研修受講試験合格年月日", "exam passed on"],
        false,
        "wareki or ISO date",
        "和暦または西暦の日付",
    ),
    column("birth_date", &["生年月日", "誕生日", "birth date"], true, "wareki or ISO date", "和暦または西暦の日付"),
    column("former_name", &["旧姓", "former name"], false, "former family name", "旧姓"),
    column("postcode", &["郵便番号", "〒", "postcode"], false, "seven digits", "7桁"),
    column("address", &["住所", "自宅住所", "address"], false, "home address", "自宅の住所"),
    column(
        "phone",
        &["電話番号", "電話", "連絡先", "phone"],
        false,
        "10 or 11 digits beginning with 0",
        "0で始まる10桁か11桁",
    ),
    column("email", &["メールアドレス", "メール", "email", "e-mail"], false, "mail address", "メールアドレス"),
    column(
        "employer",
        &["勤務先", "勤務先法人", "employer"],
        false,
        "corporation the trainee works for",
        "勤務先の法人名",
    ),
    column("trainee_number", &["受講番号", "trainee number"], false, "given in order if empty", "空なら順に付ける"),
    column("windows", &["実習可能週", "windows"], false, "one character 0 or 1 a week", "週ごとに0か1"),
    column("latitude", &["緯度", "latitude"], false, "degrees of the home", "自宅の緯度"),
    column("longitude", &["経度", "longitude"], false, "degrees of the home", "自宅の経度"),
];

/// Headings of a name written in two columns: the column they make together, of the family name, of the given name.
pub const NAME_PARTS: [(&str, &[&str], &[&str]); 2] = [
    (
        "name",
        &[
            "姓",
            "氏",
            "苗字",
            "名字",
            "氏名(姓)",
            "氏名(氏)",
            "名前(姓)",
            "姓(漢字)",
            "漢字姓",
            "family name",
            "last name",
        ],
        &["名", "名前", "お名前", "氏名(名)", "名前(名)", "名(漢字)", "漢字名", "given name", "first name"],
    ),
    (
        "kana",
        &[
            "セイ",
            "せい",
            "姓カナ",
            "姓(カナ)",
            "姓フリガナ",
            "姓(フリガナ)",
            "姓(ふりがな)",
            "姓ふりがな",
            "フリガナ(姓)",
            "フリガナ(セイ)",
            "ふりがな(姓)",
            "カナ姓",
            "氏カナ",
            "氏(カナ)",
            "氏(フリガナ)",
            "family kana",
        ],
        &[
            "メイ",
            "めい",
            "名カナ",
            "名(カナ)",
            "名フリガナ",
            "名(フリガナ)",
            "名(ふりがな)",
            "名ふりがな",
            "フリガナ(名)",
            "フリガナ(メイ)",
            "ふりがな(名)",
            "カナ名",
            "given kana",
        ],
    ),
];

/// One trainee as read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RosterRow {
    pub exam_number: String,
    pub name: String,
    pub kana: String,
    /// Day the qualifying exam was passed.
    pub exam_passed_on: Option<NaiveDate>,
    pub birth_date: NaiveDate,
    pub former_name: Option<String>,
    pub postcode: Option<String>,
    pub address: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub employer: Option<String>,
    pub trainee_number: Option<String>,
    pub windows: String,
    pub lat_e6: Option<i64>,
    pub lon_e6: Option<i64>,
}

/// What is wrong with one cell.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct CellError {
    /// Key of the column.
    pub column: &'static str,
    pub value: String,
    pub problem: CellProblem,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CellProblem {
    Empty,
    /// The cell shows an error of its formula, such as #N/A.
    SpreadsheetError,
    /// A sign that is none, such as a zero.
    ControlCharacter,
    NotADate,
    BirthDateUnlikely,
    DateToCome,
    NotKana,
    NotAPostcode,
    NotAPhone,
    NotAnAddress,
    NotWindows,
    NotDegrees,
    TooLong,
    TwiceInFile,
    NumberTaken,
    /// One of a name's two columns is empty.
    HalfAName,
    /// A value right of the last heading.
    BeyondHeadings,
    /// The exam was passed before an age at which anybody sits it.
    PassedTooYoung,
    /// Somebody with this exam number takes part in the cohort already.
    ExamNumberHere,
    /// One of a place's two coordinates is empty.
    HalfAPlace,
    /// A number a spreadsheet has turned into another: 2.6E+07.
    NumberDamaged,
}

impl CellProblem {
    /// What to do, Japanese: written into the error column of the file.
    pub fn mend(self) -> &'static str {
        match self {
            CellProblem::Empty => "空です。入力してください",
            CellProblem::SpreadsheetError => "Excelの数式のエラーです。元の表の数式を直すか、値を入力してください",
            CellProblem::ControlCharacter => "印字できない制御文字が含まれています。入力し直してください",
            CellProblem::NotADate => "日付として読めません。昭和60年4月1日 や 1985-04-01 の形で入力してください",
            CellProblem::BirthDateUnlikely => "生年月日として考えにくい日付です。年を確認してください",
            CellProblem::DateToCome => "まだ来ていない日付です。年を確認してください",
            CellProblem::NotKana => "フリガナではありません。カタカナで入力してください",
            CellProblem::NotAPostcode => "郵便番号ではありません。7桁の数字で入力してください",
            CellProblem::NotAPhone => "電話番号ではありません。0で始まる10桁か11桁で入力してください",
            CellProblem::NotAnAddress => "メールアドレスではありません。@ を含む形で入力してください",
            CellProblem::NotWindows => "実習可能週は0と1だけで入力してください",
            CellProblem::NotDegrees => "緯度・経度ではありません。35.68 のような度で入力してください",
            CellProblem::TooLong => "長すぎます。200文字までにしてください",
            CellProblem::TwiceInFile => "ファイルの中に同じ値が2回あります。どちらかを直すか消してください",
            CellProblem::HalfAName => "姓と名の片方が空です。両方を入力してください",
            CellProblem::BeyondHeadings => "見出しより右に値があります。値の中のコンマは、値を \" で囲んでください",
            CellProblem::PassedTooYoung => "生年月日から考えにくい合格日です。どちらかの年を確認してください",
            CellProblem::ExamNumberHere => "この受験番号の方が、この期にすでにいます。番号を確認してください",
            CellProblem::HalfAPlace => "緯度と経度の片方が空です。両方を入力するか、両方を空にしてください",
            CellProblem::NumberDamaged => "表計算ソフトが番号を数に変えています。元の番号を文字として入力してください",
            CellProblem::NumberTaken => "この受講番号は使われています。別の番号にしてください",
        }
    }
}

const LONGEST: usize = 200;

/// Reads one row; `cell` gives the text of a column by key, empty if the column is not there. Every problem is returned.
/// `by_exam`: the course is entered by the qualifying exam, whose number everybody has.
pub fn read(cell: impl Fn(&str) -> String, today: NaiveDate, by_exam: bool) -> Result<RosterRow, Vec<CellError>> {
    let mut errors = Vec::new();
    let mut row = RosterRow::default();
    for column in &COLUMNS {
        let raw = cell(column.key);
        let value = person::normalise(&raw);
        let mut fault = |problem| errors.push(CellError { column: column.key, value: raw.clone(), problem });
        if value.is_empty() {
            if column.is_required(by_exam) {
                fault(CellProblem::Empty);
            }
            continue;
        }
        if documents::table::is_error(&raw) {
            fault(CellProblem::SpreadsheetError);
            continue;
        }
        if person::has_control(&raw) || person::has_unseen(&raw) {
            fault(CellProblem::ControlCharacter);
            continue;
        }
        if value.chars().count() > LONGEST {
            fault(CellProblem::TooLong);
            continue;
        }
        match column.key {
            "exam_number" | "trainee_number" if is_damaged(&value) => fault(CellProblem::NumberDamaged),
            "exam_number" => row.exam_number = value,
            "name" => row.name = person::tidy(&raw),
            "kana" => {
                row.kana = person::kana(&value);
                if !person::is_kana(&row.kana) {
                    fault(CellProblem::NotKana);
                }
            }
            "exam_passed_on" => match wareki::parse(&value) {
                None => fault(CellProblem::NotADate),
                Some(date) if date > today => fault(CellProblem::DateToCome),
                Some(date) => row.exam_passed_on = Some(date),
            },
            "birth_date" => match wareki::parse(&value) {
                None => fault(CellProblem::NotADate),
                Some(date) if !plausible_birth(date, today) => fault(CellProblem::BirthDateUnlikely),
                Some(date) => row.birth_date = date,
            },
            "former_name" => row.former_name = Some(person::tidy(&raw)),
            "postcode" => match person::postcode(&value) {
                Some(postcode) => row.postcode = Some(postcode),
                None => fault(CellProblem::NotAPostcode),
            },
            "address" => row.address = Some(person::tidy(&raw)),
            "phone" => match person::phone(&value) {
                Some(phone) => row.phone = Some(phone),
                None => fault(CellProblem::NotAPhone),
            },
            "email" => match value.parse::<lettre::Address>() {
                Ok(address) if address.domain().contains('.') => row.email = Some(value),
                _ => fault(CellProblem::NotAnAddress),
            },
            "employer" => row.employer = Some(person::tidy(&raw)),
            "trainee_number" => row.trainee_number = Some(value),
            "windows" if value.bytes().all(|byte| byte == b'0' || byte == b'1') && value.len() <= 64 => {
                row.windows = value
            }
            "windows" => fault(CellProblem::NotWindows),
            "latitude" | "longitude" => match value.parse::<f64>() {
                // Latitudes and longitudes of Japan have none in common: whoever mixed them up is told.
                Ok(degrees)
                    if (if column.key == "latitude" { 20.0..=46.0 } else { 122.0..=154.0 }).contains(&degrees) =>
                {
                    let e6 = Some((degrees * 1e6).round() as i64);
                    *(if column.key == "latitude" { &mut row.lat_e6 } else { &mut row.lon_e6 }) = e6;
                }
                _ => fault(CellProblem::NotDegrees),
            },
            _ => {}
        }
    }
    for (key, is_empty, other) in
        [("latitude", row.lat_e6.is_none(), row.lon_e6), ("longitude", row.lon_e6.is_none(), row.lat_e6)]
    {
        if is_empty && other.is_some() && !errors.iter().any(|error| error.column == key) {
            errors.push(CellError { column: key, value: String::new(), problem: CellProblem::HalfAPlace });
        }
    }
    if let Some(on) = row.exam_passed_on.filter(|_| errors.is_empty())
        && on.years_since(row.birth_date).is_none_or(|years| years < 15)
    {
        let (column, value) = ("exam_passed_on", cell("exam_passed_on"));
        errors.push(CellError { column, value, problem: CellProblem::PassedTooYoung });
    }
    if errors.is_empty() { Ok(row) } else { Err(errors) }
}

/// `2.61E+07` and `26990004.0` are what spreadsheets and programs make of a number.
fn is_damaged(number: &str) -> bool {
    let whole = number.strip_suffix(".0").filter(|whole| !whole.is_empty());
    let is_decimal = whole.is_some_and(|whole| whole.bytes().all(|byte| byte.is_ascii_digit()));
    is_decimal || documents::table::is_power_of_ten(number)
}

/// Between 15 and 100 years ago.
fn plausible_birth(date: NaiveDate, today: NaiveDate) -> bool {
    let years = today.years_since(date);
    years.is_some_and(|years| (15..=100).contains(&years))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
    }

    fn row_with(key: &'static str, value: &'static str) -> Result<RosterRow, Vec<CellError>> {
        read(
            |column| {
                let usual = match column {
                    "exam_number" => "００１２",
                    "name" => "研修　太郎",
                    "kana" => "ｹﾝｼｭｳ ﾀﾛｳ",
                    "birth_date" => "昭和60年４月１日",
                    _ => "",
                };
                if column == key { value.to_owned() } else { usual.to_owned() }
            },
            today(),
            true,
        )
    }

    #[test]
    fn values_are_normalised_and_zeros_stay() {
        let row = row_with("phone", "０９０ー１２３４ー５６７８").unwrap();
        assert_eq!(row.exam_number, "0012");
        assert_eq!(row.name, "研修 太郎");
        assert_eq!(row.kana, "ケンシュウ タロウ");
        assert_eq!(row.birth_date, NaiveDate::from_ymd_opt(1985, 4, 1).unwrap());
        assert_eq!(row.phone.as_deref(), Some("090-1234-5678"));
        let passed = row_with("exam_passed_on", "令７.12.２").unwrap().exam_passed_on;
        assert_eq!(passed, NaiveDate::from_ymd_opt(2025, 12, 2));
    }

    #[test]
    fn a_place_has_both_coordinates() {
        let errors = row_with("latitude", "36.5").unwrap_err();
        let expected = CellError { column: "longitude", value: String::new(), problem: CellProblem::HalfAPlace };
        assert_eq!(errors, [expected]);
    }

    #[test]
    fn each_problem_names_its_column_and_value() {
        for (key, value, problem) in [
            ("exam_number", " ", CellProblem::Empty),
            ("exam_number", "2.61E+07", CellProblem::NumberDamaged),
            ("exam_number", "26990004.0", CellProblem::NumberDamaged),
            ("email", "#N/A", CellProblem::SpreadsheetError),
            ("address", "#REF!", CellProblem::SpreadsheetError),
            ("kana", "研修", CellProblem::NotKana),
            ("birth_date", "60年4月", CellProblem::NotADate),
            ("birth_date", "2026-04-01", CellProblem::BirthDateUnlikely),
            ("exam_passed_on", "令和8年12月1日", CellProblem::DateToCome),
            ("exam_passed_on", "合格", CellProblem::NotADate),
            ("postcode", "12-345", CellProblem::NotAPostcode),
            ("phone", "1234", CellProblem::NotAPhone),
            ("email", "taro", CellProblem::NotAnAddress),
            ("email", "<taro@kensan.example>", CellProblem::NotAnAddress),
            ("email", "taro@kensan.example;jiro@kensan.example", CellProblem::NotAnAddress),
            ("email", "taro@@kensan..example", CellProblem::NotAnAddress),
            ("name", "研修\u{202e}太郎", CellProblem::ControlCharacter),
            ("name", "研修\u{fffd}太郎", CellProblem::ControlCharacter),
            ("exam_passed_on", "平成2年1月1日", CellProblem::PassedTooYoung),
            ("windows", "1012", CellProblem::NotWindows),
            ("latitude", "北緯", CellProblem::NotDegrees),
        ] {
            let errors = row_with(key, value).unwrap_err();
            assert_eq!(errors, [CellError { column: key, value: value.into(), problem }]);
        }
    }
}
