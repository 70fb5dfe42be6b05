//! The forms: the 23 standard items of the assessment (課題分析標準項目, 2023-10-16), home care plan sheets 1 to 3, facility care plan,
//! preventive care plan, sheet 4 and sheet 5 (居宅サービス計画書標準様式, 2021-03-31). Names, addresses and birth dates of the forms
//! are left out: a client has a letter code. Sections whose names were not read in a source say so.

use super::{Label, Layout, PlanField, Section, Shape};
use crate::practicum::entry::EntryKind;

/// The choice of [`CLIENT`] that asks for a consent.
pub const FROM_PRACTICUM: &str = "practicum";
/// The choice of [`CLIENT`] that asks for none.
pub const INVENTED: &str = "invented";

const fn label(ja: &'static str, en: &'static str) -> Label {
    Label { ja, en }
}

const fn field(id: &'static str, ja: &'static str, en: &'static str, shape: Shape) -> PlanField {
    PlanField { id, label: label(ja, en), shape, required: false }
}

const fn required(id: &'static str, ja: &'static str, en: &'static str, shape: Shape) -> PlanField {
    PlanField { required: true, ..field(id, ja, en, shape) }
}

const fn section(ja: &'static str, en: &'static str, fields: &'static [PlanField]) -> Section {
    Section { label: label(ja, en), layout: Layout::Fields, fields, unconfirmed: false }
}

const fn rows(ja: &'static str, en: &'static str, fields: &'static [PlanField]) -> Section {
    Section { layout: Layout::Rows, ..section(ja, en, fields) }
}

const fn from_memory(section: Section) -> Section {
    Section { unconfirmed: true, ..section }
}

/// Whose plan it is: somebody made up, or the client of the case, whose consent is then asked for.
pub const CLIENT: PlanField = required(
    "client",
    "利用者",
    "Client",
    Shape::Choice(&[
        (INVENTED, label("架空の利用者", "An invented client")),
        (FROM_PRACTICUM, label("実習の利用者（同意あり）", "A client of the practicum, who has agreed")),
    ]),
);
/// Days on which the trainee did something for the client: not after today, nor before a client of the practicum has agreed.
pub const DAYS_OF_WORK: [&str; 3] = ["written_on", "held_on", "noted_on"];

pub const WRITTEN_ON: PlanField = required("written_on", "作成年月日", "Written on", Shape::Date);
const CARE_LEVEL: PlanField = field(
    "care_level",
    "要介護状態区分",
    "Care level",
    Shape::Choice(&[
        ("care_1", label("要介護1", "Care level 1")),
        ("care_2", label("要介護2", "Care level 2")),
        ("care_3", label("要介護3", "Care level 3")),
        ("care_4", label("要介護4", "Care level 4")),
        ("care_5", label("要介護5", "Care level 5")),
        ("support_1", label("要支援1", "Support level 1")),
        ("support_2", label("要支援2", "Support level 2")),
    ]),
);
const CERTIFIED_ON: PlanField = field("certified_on", "認定日", "Certified on", Shape::Date);
const VALID_TERM: PlanField = field("valid_term", "認定の有効期間", "Certification valid", Shape::Term);
const PLAN_TYPE: PlanField = field(
    "plan_type",
    "初回・紹介・継続",
    "First, referred or continued",
    Shape::Choice(&[
        ("first", label("初回", "First")),
        ("referred", label("紹介", "Referred")),
        ("continued", label("継続", "Continued")),
    ]),
);
const CERTIFICATION: PlanField = field(
    "certification",
    "認定済・申請中",
    "Certified or applied for",
    Shape::Choice(&[("certified", label("認定済", "Certified")), ("applied", label("申請中", "Applied for"))]),
);
const CHANGED_ON: PlanField = field("changed_on", "計画作成（変更）日", "Plan made or changed on", Shape::Date);
const FIRST_ON: PlanField = field("first_on", "初回計画作成日", "First plan made on", Shape::Date);
const ANALYSIS: PlanField = field(
    "analysis",
    "利用者及び家族の生活に対する意向を踏まえた課題分析の結果",
    "Analysis in view of what client and family want",
    Shape::Text,
);
const OPINION: PlanField = field(
    "opinion",
    "介護認定審査会の意見及びサービスの種類の指定",
    "The certification board's opinion and the services it names",
    Shape::Text,
);
const POLICY: PlanField = field("policy", "総合的な援助の方針", "Overall policy of support", Shape::Text);
const NEED: PlanField = field("need", "生活全般の解決すべき課題（ニーズ）", "Need", Shape::Text);
const LONG_GOAL: PlanField = field("long_goal", "長期目標", "Long goal", Shape::Text);
const LONG_TERM: PlanField = field("long_term", "長期目標の期間", "Its term", Shape::Term);
const SHORT_GOAL: PlanField = field("short_goal", "短期目標", "Short goal", Shape::Text);
const SHORT_TERM: PlanField = field("short_term", "短期目標の期間", "Term of the short goal", Shape::Term);
const SERVICE: PlanField = field("service", "サービス内容", "Service", Shape::Text);
const FREQUENCY: PlanField = field("frequency", "頻度", "Frequency", Shape::Line);
const SERVICE_TERM: PlanField = field("service_term", "援助の期間", "Term of the service", Shape::Term);

const WEEKLY: Section = rows(
    "第3表 週間サービス計画表",
    "Sheet 3: the week",
    &[
        field("days", "曜日", "Days", Shape::Days),
        field("weekly_from", "開始", "From", Shape::Time),
        field("weekly_until", "終了", "Until", Shape::Time),
        field("weekly_service", "サービス", "Service", Shape::Line),
    ],
);
const ACTIVITIES: Section = rows(
    "第3表 主な日常生活上の活動",
    "Sheet 3: activities of the day",
    &[
        field("activity_from", "開始時刻", "From", Shape::Time),
        field("activity_until", "終了時刻", "Until", Shape::Time),
        field("activity", "主な日常生活上の活動", "Activity", Shape::Line),
    ],
);
const BEYOND_WEEK: Section = section(
    "第3表 週単位以外のサービス",
    "Sheet 3: services beside the week",
    &[field("other_services", "週単位以外のサービス", "Services beside the week", Shape::Text)],
);

const ASSESSMENT: &[Section] = &[
    section("作成", "Written", &[CLIENT, WRITTEN_ON, CARE_LEVEL, CERTIFIED_ON, VALID_TERM]),
    from_memory(section(
        "基本情報に関する項目",
        "Basic items",
        &[
            field("item_1", "1 基本情報（受付、利用者等基本情報）", "1 Basic information", Shape::Text),
            field("item_2", "2 これまでの生活と現在の状況", "2 Life so far and now", Shape::Text),
            field("item_3", "3 利用者の社会保障制度の利用情報", "3 Social security in use", Shape::Text),
            field("item_4", "4 現在利用している支援や社会資源の状況", "4 Support and resources in use", Shape::Text),
            field("item_5", "5 日常生活自立度（障害）", "5 Independence in daily life (disability)", Shape::Text),
            field("item_6", "6 日常生活自立度（認知症）", "6 Independence in daily life (dementia)", Shape::Text),
            field("item_7", "7 主訴・意向", "7 Complaint and wishes", Shape::Text),
            field("item_8", "8 認定情報", "8 Certification", Shape::Text),
            field("item_9", "9 今回のアセスメントの理由", "9 Why this assessment", Shape::Text),
        ],
    )),
    section(
        "課題分析（アセスメント）に関する項目",
        "Items of the analysis",
        &[
            field("item_10", "10 健康状態", "10 Health", Shape::Text),
            field("item_11", "11 ADL", "11 ADL", Shape::Text),
            field("item_12", "12 IADL", "12 IADL", Shape::Text),
            field("item_13", "13 認知機能や判断能力", "13 Cognition and judgement", Shape::Text),
            field(
                "item_14",
                "14 コミュニケーションにおける理解と表出の状況",
                "14 Understanding and expression",
                Shape::Text,
            ),
            field("item_15", "15 生活リズム", "15 Rhythm of life", Shape::Text),
            field("item_16", "16 排泄の状況", "16 Excretion", Shape::Text),
            field("item_17", "17 清潔の保持に関する状況", "17 Keeping clean", Shape::Text),
            field("item_18", "18 口腔内の状況", "18 Mouth", Shape::Text),
            field("item_19", "19 食事摂取の状況", "19 Eating", Shape::Text),
            field("item_20", "20 社会との関わり", "20 Ties with others", Shape::Text),
            field("item_21", "21 家族等の状況", "21 Family", Shape::Text),
            field("item_22", "22 居住環境", "22 Home", Shape::Text),
            field("item_23", "23 その他留意すべき事項・状況", "23 Anything else of weight", Shape::Text),
        ],
    ),
    rows(
        "捉えた課題",
        "Needs found",
        &[
            field("found_need", "課題（ニーズ）", "Need", Shape::Text),
            field("ground", "根拠となる項目・状況", "What it rests on", Shape::Text),
        ],
    ),
];

const HOME_CARE_PLAN: &[Section] = &[
    section(
        "第1表 居宅サービス計画書（1）",
        "Sheet 1: home care plan (1)",
        &[
            CLIENT,
            WRITTEN_ON,
            PLAN_TYPE,
            CERTIFICATION,
            CHANGED_ON,
            FIRST_ON,
            CERTIFIED_ON,
            VALID_TERM,
            CARE_LEVEL,
            ANALYSIS,
            OPINION,
            POLICY,
            field(
                "housework_reason",
                "生活援助中心型の算定理由",
                "Why help with the household is counted",
                Shape::Choice(&[
                    ("alone", label("1 一人暮らし", "1 Lives alone")),
                    ("family", label("2 家族等が障害、疾病等", "2 Family disabled or ill")),
                    ("other", label("3 その他", "3 Other")),
                ]),
            ),
            field("housework_other", "その他の理由", "The other reason", Shape::Line),
        ],
    ),
    rows(
        "第2表 居宅サービス計画書（2）",
        "Sheet 2: home care plan (2)",
        &[
            NEED,
            LONG_GOAL,
            LONG_TERM,
            SHORT_GOAL,
            SHORT_TERM,
            SERVICE,
            field("insured", "※1 保険給付の対象", "*1 Insured", Shape::Mark),
            field("service_type", "サービス種別", "Kind of service", Shape::Line),
            field("provider", "※2 提供する事業所", "*2 Office", Shape::Line),
            FREQUENCY,
            SERVICE_TERM,
        ],
    ),
    WEEKLY,
    ACTIVITIES,
    BEYOND_WEEK,
];

const FACILITY_CARE_PLAN: &[Section] = &[
    from_memory(section(
        "第1表 施設サービス計画書（1）",
        "Sheet 1: facility care plan (1)",
        &[
            CLIENT,
            WRITTEN_ON,
            PLAN_TYPE,
            CERTIFICATION,
            CHANGED_ON,
            FIRST_ON,
            CERTIFIED_ON,
            VALID_TERM,
            CARE_LEVEL,
            ANALYSIS,
            OPINION,
            POLICY,
        ],
    )),
    from_memory(rows(
        "第2表 施設サービス計画書（2）",
        "Sheet 2: facility care plan (2)",
        &[
            NEED,
            LONG_GOAL,
            LONG_TERM,
            SHORT_GOAL,
            SHORT_TERM,
            SERVICE,
            field("staff", "担当者", "In charge", Shape::Line),
            FREQUENCY,
            SERVICE_TERM,
        ],
    )),
    from_memory(WEEKLY),
    from_memory(ACTIVITIES),
    from_memory(BEYOND_WEEK),
    from_memory(rows(
        "第4表 日課計画表",
        "Sheet 4: the day",
        &[
            field("daily_from", "開始の時刻", "From", Shape::Time),
            field("daily_until", "終了の時刻", "Until", Shape::Time),
            field("common_service", "共通サービス", "For everybody", Shape::Line),
            field("individual_service", "個別サービス", "For this client", Shape::Line),
            field("daily_staff", "担当する者", "In charge", Shape::Line),
        ],
    )),
];

const PREVENTIVE_CARE_PLAN: &[Section] = &[
    section(
        "介護予防サービス・支援計画書",
        "Preventive care plan",
        &[
            CLIENT,
            WRITTEN_ON,
            FIRST_ON,
            CERTIFICATION,
            field(
                "support_level",
                "要支援状態区分",
                "Support level",
                Shape::Choice(&[
                    ("support_1", label("要支援1", "Support level 1")),
                    ("support_2", label("要支援2", "Support level 2")),
                    ("service_user", label("事業対象者", "Eligible without certification")),
                ]),
            ),
            VALID_TERM,
            field("delegated", "委託", "Delegated", Shape::Mark),
            field("goal_of_day", "目標とする生活（1日）", "Life aimed at: a day", Shape::Text),
            field("goal_of_year", "目標とする生活（1年）", "Life aimed at: a year", Shape::Text),
        ],
    ),
    rows(
        "アセスメント領域と現在の状況",
        "Areas and how they stand",
        &[
            field(
                "area",
                "領域",
                "Area",
                Shape::Choice(&[
                    ("movement", label("運動・移動", "Movement")),
                    ("daily_life", label("日常生活（家庭生活）", "Daily life at home")),
                    (
                        "society",
                        label("社会参加・対人関係・コミュニケーション", "Taking part, relations, communication"),
                    ),
                    ("health", label("健康管理", "Looking after health")),
                ]),
            ),
            field("situation", "現在の状況", "How it stands", Shape::Text),
            field("motivation", "本人・家族の意欲・意向", "What client and family want", Shape::Text),
            field("has_issue", "課題の有無", "An issue", Shape::Mark),
            field("background", "背景・原因", "Background and cause", Shape::Text),
        ],
    ),
    rows(
        "課題・目標・支援計画",
        "Issues, goals and support",
        &[
            field("issue", "総合的課題", "Overall issue", Shape::Text),
            field("proposal", "課題に対する目標と具体策の提案", "Goal and measures proposed", Shape::Text),
            field("reply", "具体策についての意向 本人・家族", "What client and family say to them", Shape::Text),
            field("goal", "目標", "Goal", Shape::Text),
            field("points", "目標についての支援のポイント", "Points of support", Shape::Text),
            field("self_care", "本人等のセルフケア", "Own care", Shape::Text),
            field(
                "informal",
                "家族や地域の支援、インフォーマルサービス",
                "Family, neighbours, informal help",
                Shape::Text,
            ),
            field("insured_service", "介護保険サービス又は地域支援事業", "Insured or community services", Shape::Text),
            field("service_kind", "サービス種別", "Kind of service", Shape::Line),
            field("service_office", "事業所", "Office", Shape::Line),
            field("support_term", "期間", "Term", Shape::Term),
        ],
    ),
    section(
        "方針",
        "Policy",
        &[
            field("health_notes", "健康状態についての留意点", "To be heeded about health", Shape::Text),
            field("direction", "妥当な支援の実施に向けた方針", "Towards the support that is right", Shape::Text),
            POLICY,
            field("checklist", "基本チェックリストの該当数", "Items of the basic checklist that apply", Shape::Line),
            field("programmes", "必要な事業プログラム", "Programmes wanted", Shape::Line),
            field(
                "centre_opinion",
                "地域包括支援センターの意見",
                "The community support centre's opinion",
                Shape::Text,
            ),
        ],
    ),
];

const CONFERENCE_MINUTES: &[Section] = &[
    section(
        "第4表 サービス担当者会議の要点",
        "Sheet 4: the conference",
        &[
            CLIENT,
            WRITTEN_ON,
            field("held_on", "開催日", "Held on", Shape::Date),
            field("held_at", "開催場所", "Held at", Shape::Line),
            field("held_from", "開催時間", "Time", Shape::Line),
        ],
    ),
    from_memory(section(
        "開催回数と出席",
        "Which conference, and who came",
        &[
            field("held_number", "開催回数", "Which conference", Shape::Line),
            field("client_came", "利用者の出席", "The client came", Shape::Mark),
            field("family_came", "家族の出席", "The family came", Shape::Mark),
        ],
    )),
    rows("会議出席者", "Who was there", &[field("profession", "所属（職種）", "Profession", Shape::Line)]),
    section(
        "検討の要点",
        "What was talked over",
        &[
            field("items", "検討した項目", "Items", Shape::Text),
            field("discussion", "検討内容", "Discussion", Shape::Text),
            field("conclusion", "結論", "Conclusion", Shape::Text),
            field("remaining", "残された課題（次回の開催時期）", "What remains, and when next", Shape::Text),
        ],
    ),
];

const PROGRESS_NOTES: &[Section] = &[
    section("第5表 居宅介護支援経過", "Sheet 5: progress notes", &[CLIENT, WRITTEN_ON]),
    from_memory(rows(
        "支援経過",
        "Notes",
        &[
            field("noted_on", "年月日", "Date", Shape::Date),
            field("topic", "項目", "Topic", Shape::Line),
            field("note", "内容", "Note", Shape::Text),
        ],
    )),
];

/// The form of a kind; nothing for what is no plan.
pub fn sections(kind: EntryKind) -> &'static [Section] {
    match kind {
        EntryKind::Assessment => ASSESSMENT,
        EntryKind::HomeCarePlan => HOME_CARE_PLAN,
        EntryKind::FacilityCarePlan => FACILITY_CARE_PLAN,
        EntryKind::PreventiveCarePlan => PREVENTIVE_CARE_PLAN,
        EntryKind::ConferenceMinutes => CONFERENCE_MINUTES,
        EntryKind::ProgressNotes => PROGRESS_NOTES,
        EntryKind::Goals | EntryKind::Experience | EntryKind::ConferenceFallback | EntryKind::Evaluation => &[],
    }
}
