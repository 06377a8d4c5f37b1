//! The field table: every property of a facility, in order, with what people and programs call it.
//!
//! It drives the schema, the queryables, the API's definition, what an import accepts, and the
//! labels of a facility's page. A test of [`feature`](super::feature) holds it and
//! [`Facility`](super::facility::Facility) together.

use super::vocabulary::{
    Amenity, Confidence, Eligibility, Kind, Precision, Status, StatusAge, Stock, Use,
};

/// One property.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its key.
    pub name: &'static str,
    /// Its Japanese label.
    pub ja: &'static str,
    /// Its English label.
    pub en: &'static str,
    /// What its value looks like.
    pub shape: Shape,
    /// Whether it may be `null`.
    pub nullable: bool,
}

impl Field {
    /// A property.
    pub const fn new(
        name: &'static str,
        ja: &'static str,
        en: &'static str,
        shape: Shape,
        nullable: bool,
    ) -> Field {
        Field {
            name,
            ja,
            en,
            shape,
            nullable,
        }
    }

    /// A property that is any text.
    pub const fn text(
        name: &'static str,
        ja: &'static str,
        en: &'static str,
        nullable: bool,
    ) -> Field {
        Field::new(name, ja, en, Shape::Text, nullable)
    }
}

/// What a field's value looks like.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// Any text.
    Text,
    /// One of these words.
    Word(&'static [&'static str]),
    /// Several of these words.
    Words(&'static [&'static str]),
    /// A whole number, of this unit.
    Integer(Option<&'static str>),
    /// Any number, of this unit.
    Number(Option<&'static str>),
    /// A day, `YYYY-MM-DD`.
    Date,
    /// A moment, RFC 3339.
    Moment,
    /// An address on the web.
    Url,
    /// True or false.
    Flag,
    /// A list of objects with these keys.
    Objects(&'static [&'static str]),
}

const fn field(name: &'static str, ja: &'static str, en: &'static str, shape: Shape) -> Field {
    Field {
        name,
        ja,
        en,
        shape,
        nullable: true,
    }
}

const fn always(name: &'static str, ja: &'static str, en: &'static str, shape: Shape) -> Field {
    Field {
        name,
        ja,
        en,
        shape,
        nullable: false,
    }
}

/// Fields that follow from others, from the log or from the calendar: nobody writes them, and a
/// change of them is no change of the facility.
pub const DERIVED: [&str; 4] = [
    "municipality_name",
    "prefecture",
    "status_age",
    "updated_at",
];

/// A facility's properties.
pub const FACILITY: &[Field] = &[
    always("id", "ID", "Id", Shape::Text),
    always("name", "名称", "Name", Shape::Text),
    field("name_kana", "名称（かな）", "Name in kana", Shape::Text),
    field("name_en", "名称（英語）", "Name in English", Shape::Text),
    field("kind", "種類", "Kind", Shape::Word(Kind::SLUGS)),
    field(
        "stock",
        "もとの建物",
        "Former building",
        Shape::Word(Stock::SLUGS),
    ),
    field(
        "stock_note",
        "もとの建物の説明",
        "About the former building",
        Shape::Text,
    ),
    field("built_year", "建築年", "Year built", Shape::Integer(None)),
    always("status", "営業状況", "Status", Shape::Word(Status::SLUGS)),
    field("status_asof", "営業状況の時点", "Status as of", Shape::Text),
    always(
        "municipality",
        "市区町村コード",
        "Municipality code",
        Shape::Text,
    ),
    always("municipality_name", "市区町村", "Municipality", Shape::Text),
    field("ward", "区コード", "Ward code", Shape::Text),
    always("prefecture", "都道府県", "Prefecture", Shape::Text),
    field("address", "住所", "Address", Shape::Text),
    always(
        "position_precision",
        "位置の精度",
        "Precision of the position",
        Shape::Word(Precision::SLUGS),
    ),
    field(
        "position_error",
        "位置の誤差",
        "Error of the position",
        Shape::Integer(Some("m")),
    ),
    field("operator", "運営者", "Operator", Shape::Text),
    field("phone", "電話番号", "Telephone", Shape::Text),
    field("website", "ウェブサイト", "Website", Shape::Url),
    field("opening_hours", "利用時間", "Opening hours", Shape::Text),
    field(
        "closures",
        "臨時休業",
        "Temporary closures",
        Shape::Objects(&["from", "to", "note"]),
    ),
    field(
        "eligibility",
        "利用できる人",
        "Who may use it",
        Shape::Word(Eligibility::SLUGS),
    ),
    field(
        "eligibility_note",
        "利用できる人の説明",
        "About who may use it",
        Shape::Text,
    ),
    field(
        "price_hour_yen",
        "1時間の料金",
        "Price of an hour",
        Shape::Integer(Some("JPY")),
    ),
    field("price_note", "料金の説明", "About the prices", Shape::Text),
    field(
        "hours_note",
        "利用時間の説明",
        "About the hours",
        Shape::Text,
    ),
    field("seats", "席数", "Seats", Shape::Integer(Some("persons"))),
    field(
        "amenities",
        "設備",
        "Amenities",
        Shape::Words(Amenity::SLUGS),
    ),
    field(
        "amenities_note",
        "設備の説明",
        "About the amenities",
        Shape::Text,
    ),
    field("uses", "利用方法", "Ways of use", Shape::Words(Use::SLUGS)),
    field(
        "support",
        "支援事業",
        "Programme support",
        Shape::Objects(&[
            "programme",
            "type",
            "fiscal_year",
            "area",
            "evidence_title",
            "evidence_url",
            "certainty",
        ]),
    ),
    always(
        "sources",
        "出典",
        "Sources",
        Shape::Objects(&["title", "url", "date", "fields"]),
    ),
    field(
        "osm_id",
        "OpenStreetMapのID",
        "OpenStreetMap id",
        Shape::Text,
    ),
    field(
        "status_age",
        "営業状況の古さ",
        "Age of the status",
        Shape::Word(StatusAge::SLUGS),
    ),
    field(
        "confidence",
        "確からしさ",
        "Confidence",
        Shape::Word(Confidence::SLUGS),
    ),
    field("checked_on", "最終確認日", "Last checked", Shape::Date),
    always("synthetic", "架空のデータ", "Synthetic", Shape::Flag),
    always("updated_at", "更新日時", "Updated at", Shape::Moment),
];
