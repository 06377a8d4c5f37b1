//! Labels and synonyms for the words of our vocabularies.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::claims;
use super::targets::fold;

pub use super::claims::flag;

/// For each list's slug the words people write for it, in either language; compared folded. The
/// slug itself always counts.
type Synonyms = &'static [(&'static str, &'static [&'static str])];

#[rustfmt::skip]
const KIND: Synonyms = &[
    ("coworking", &["コワーキングスペース", "コワーキング", "コワーキング施設", "コーワーキング", "共同ワークスペース", "ワークスペース", "coworking space", "co-working", "Coworking space"]),
    ("share-office", &["シェアオフィス", "シェアードオフィス", "共同オフィス", "レンタルオフィス", "shared office", "share office", "Shared office"]),
    ("satellite-office", &["サテライトオフィス", "サテライト", "satellite office", "Satellite office"]),
    ("workation", &["ワーケーション拠点施設", "ワーケーション", "ワーケーション施設", "Workation facility"]),
    ("telework-center", &["テレワークセンター／テレワーク拠点", "テレワークセンター", "テレワーク拠点", "テレワーク施設", "テレワークスペース", "テレワーク", "telework center", "telework centre", "Telework centre"]),
    ("exchange", &["交流施設", "交流拠点", "交流センター", "地域交流センター", "交流スペース", "community centre", "community center", "Community exchange facility"]),
    ("rental-space", &["レンタルスペース・貸会議室", "レンタルスペース", "貸会議室", "レンタル会議室", "貸スペース", "貸しスペース", "rental space", "rental room", "Rental space / meeting rooms"]),
];

#[rustfmt::skip]
const STOCK: Synonyms = &[
    ("vacant-store", &["空き店舗", "空店舗", "店舗", "vacant shop", "vacant store", "Vacant shop"]),
    ("vacant-building", &["空きビル・空きフロア", "空きビル", "空きフロア", "空きオフィス", "vacant building", "Vacant building or floor"]),
    ("old-house", &["古民家・町家", "古民家", "町家", "町屋", "民家", "old house", "Traditional house"]),
    ("vacant-house", &["空き家", "空家", "vacant house", "Vacant house"]),
    ("kura", &["蔵", "土蔵", "酒蔵", "storehouse", "Storehouse (kura)"]),
    ("closed-school", &["廃校", "旧学校", "旧小学校", "旧中学校", "閉校", "closed school", "Closed school"]),
    ("public-facility", &["公共施設（旧庁舎・公民館・駅舎・道の駅ほか）", "公共施設", "旧庁舎", "庁舎", "公民館", "駅舎", "道の駅", "public facility", "Public facility"]),
    ("inn-hotel", &["ホテル・旅館の全部又は一部", "ホテル・旅館", "ホテル", "旅館", "inn or hotel", "hotel", "Hotel or inn"]),
    ("warehouse-factory", &["倉庫・工場", "倉庫", "工場", "warehouse", "factory", "Warehouse or factory"]),
    ("other-old-stock", &["その他の老朽・既存ストック（築20年以上 等）", "その他の老朽・既存ストック", "その他", "Other aged or existing building"]),
];

#[rustfmt::skip]
const STATUS: Synonyms = &[
    ("planned", &["計画中", "予定", "開設予定", "開業予定", "オープン予定", "準備中", "整備中", "工事中", "planned", "Planned"]),
    ("open", &["開業", "営業中", "営業", "開設済", "開設済み", "開設", "運営中", "稼働中", "稼働", "オープン", "利用可", "開館中", "供用中", "open", "Open"]),
    ("suspended", &["休止中", "休業", "休業中", "休止", "一時休業", "臨時休業", "休館中", "休館", "suspended", "Suspended"]),
    ("closed", &["閉鎖", "廃止", "閉店", "閉館", "閉業", "廃業", "営業終了", "終了", "閉鎖済", "閉鎖済み", "closed", "Closed"]),
    ("unknown", &["不明", "未確認", "unknown", "Unknown"]),
];

#[rustfmt::skip]
const PRECISION: Synonyms = &[
    ("building", &["建物", "建物単位", "番地", "番地レベル", "号", "Building"]),
    ("street", &["街区・番地", "街区", "街路", "街区レベル", "通り", "Street address"]),
    ("station", &["駅からの徒歩", "駅からの徒歩分数", "駅から徒歩", "最寄り駅", "駅", "Minutes from a station"]),
    ("town", &["町・字", "町丁目", "町字", "大字", "町", "町丁目レベル", "Neighbourhood"]),
    ("city", &["市区町村", "市区町村レベル", "市町村", "Municipality"]),
];

#[rustfmt::skip]
const ELIGIBILITY: Synonyms = &[
    ("anyone", &["だれでも", "誰でも", "どなたでも", "どなたでも可", "どなたでも利用可", "誰でも可", "誰でも利用可", "だれでも可", "どなたでも利用可能", "誰でも利用可能", "制限なし", "一般", "不問", "Anyone"]),
    ("residents", &["住民・在勤者など地域の人", "市民", "市民限定", "市内在住", "在住者", "在住・在勤", "在住在勤", "在住・在勤・在学", "市内在住・在勤", "在住", "在勤", "在学", "市内在住者", "県民", "地域住民", "町民", "村民", "区民", "住民", "People living or working in the area"]),
    ("registered", &["登録した人", "登録者", "会員", "会員のみ", "会員限定", "要登録", "登録制", "会員制", "事前登録", "登録会員", "会員登録者", "利用登録者", "個人会員", "要会員登録", "Registered users"]),
    ("corporate", &["法人・団体", "法人", "法人のみ", "企業", "企業のみ", "法人限定", "企業登録", "法人契約", "Companies and organisations"]),
];

#[rustfmt::skip]
const AMENITY: Synonyms = &[
    ("wifi", &["Wi-Fi", "無線LAN", "フリーWi-Fi", "公衆無線LAN", "インターネット"]),
    ("power", &["電源", "コンセント", "電源コンセント", "Power outlets"]),
    ("booth", &["個室ブース・防音／テレフォンブース", "個室ブース", "テレフォンブース", "防音ブース", "電話ブース", "個室", "ブース", "Web会議ブース", "phone booth", "Private or phone booth"]),
    ("meeting-room", &["会議室", "ミーティングルーム", "meeting room", "Meeting room"]),
    ("monitor", &["モニター", "モニタ", "外部モニター", "ディスプレイ", "大型モニター", "Monitor"]),
    ("printer", &["プリンタ・複合機", "プリンタ", "プリンター", "複合機", "コピー機", "Printer / copier"]),
    ("locker", &["ロッカー", "Locker"]),
    ("smart-lock", &["スマートキー（無人入退館）", "スマートキー", "スマートロック", "無人入退館", "smart lock", "Smart lock (unstaffed entry)"]),
    ("concierge", &["コンシェルジュ・スタッフ常駐", "コンシェルジュ", "スタッフ常駐", "有人受付", "staff", "Concierge / staffed"]),
    ("kitchen-cafe", &["キッチン・カフェ", "キッチン", "カフェ", "カフェ併設", "給湯室", "kitchen", "cafe", "café", "Kitchen / café"]),
    ("parking", &["駐車場", "駐車場あり", "parking", "Parking"]),
    ("barrier-free", &["バリアフリー", "車椅子対応", "車いす対応", "多目的トイレ", "バリアフリートイレ", "barrier free", "step-free", "Step-free access"]),
    ("lodging", &["宿泊併設", "宿泊", "宿泊可", "宿泊施設", "lodging", "Lodging on site"]),
];

#[rustfmt::skip]
const USE: Synonyms = &[
    ("drop-in", &["ドロップイン（一時利用）", "ドロップイン", "一時利用", "時間利用", "都度利用", "ビジター", "drop-in", "Drop-in"]),
    ("member", &["月会員・定期利用", "月会員", "会員", "月額", "月額会員", "定期利用", "月契約", "membership", "Membership"]),
    ("corporate", &["法人契約", "法人", "法人利用", "corporate contract", "Corporate contract"]),
    ("reservation", &["予約制", "要予約", "予約", "事前予約", "by reservation", "By reservation"]),
];

#[rustfmt::skip]
const CONFIDENCE: Synonyms = &[
    ("high", &["高い", "高", "High"]),
    ("medium", &["中くらい", "中", "中程度", "Medium"]),
    ("low", &["低い", "低", "Low"]),
];

#[rustfmt::skip]
const PROGRAMME: Synonyms = &[
    ("toshi-kozo-saihen", &["都市構造再編集中支援事業", "都市構造再編集中支援", "Urban Structure Reorganization Intensive Support Programme"]),
    ("toshi-saisei-seibi", &["都市再生整備計画事業", "社会資本整備総合交付金（都市再生整備計画事業）", "Urban Renaissance Improvement Plan Programme"]),
    ("kanmin-machinaka", &["官民連携まちなか再生推進事業", "官民連携まちなか再生", "Public-Private Downtown Revitalization Programme"]),
    ("machizukuri-fund", &["まちづくりファンド支援事業", "まちづくりファンド", "老朽ストック活用リノベーション等推進型まちづくりファンド支援業務", "Community Development Fund Support Programme"]),
];

/// A field's list.
fn list(field: &str) -> Synonyms {
    match field {
        "kind" => KIND,
        "stock" => STOCK,
        "status" => STATUS,
        "position_precision" => PRECISION,
        "eligibility" => ELIGIBILITY,
        "amenities" => AMENITY,
        "uses" => USE,
        "confidence" => CONFIDENCE,
        "support" => PROGRAMME,
        _ => &[],
    }
}

/// A field's words as they are compared, with their slugs, the longest first.
pub fn compared(field: &str) -> &'static [(String, &'static str)] {
    type Words = Vec<(String, &'static str)>;
    static LISTS: LazyLock<HashMap<&str, Words>> = LazyLock::new(|| {
        let fields = [
            "kind",
            "stock",
            "status",
            "position_precision",
            "eligibility",
            "amenities",
            "uses",
            "confidence",
            "support",
        ];
        let words = |field| {
            let mut words: Words = list(field)
                .iter()
                .flat_map(|(slug, words)| {
                    words.iter().chain([slug]).map(|word| (fold(word), *slug))
                })
                .collect();
            words.sort_by_key(|(word, _)| std::cmp::Reverse(word.chars().count()));
            (field, words)
        };
        fields.into_iter().map(words).collect()
    });
    LISTS.get(field).map_or(&[], Vec::as_slice)
}

/// The slug a text stands for in a field's list, where it clearly stands for one.
pub fn slug(field: &str, text: &str) -> Option<&'static str> {
    claims::one(field, text)
}

/// What people call the words of a field's list, in their order.
pub fn labels(field: &str) -> Vec<&'static str> {
    list(field)
        .iter()
        .filter_map(|(_, words)| words.first().copied())
        .collect()
}

/// The words of a field's list, in their order.
pub fn slugs(field: &str) -> Vec<&'static str> {
    list(field).iter().map(|(slug, _)| *slug).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::vocabulary::{
        Amenity, Confidence, Eligibility, Kind, Precision, Programme, Status, Stock, Use,
    };

    #[test]
    fn every_list_has_just_the_words_of_the_vocabulary() {
        for (field, slugs) in [
            ("kind", Kind::SLUGS),
            ("stock", Stock::SLUGS),
            ("status", Status::SLUGS),
            ("position_precision", Precision::SLUGS),
            ("eligibility", Eligibility::SLUGS),
            ("amenities", Amenity::SLUGS),
            ("uses", Use::SLUGS),
            ("confidence", Confidence::SLUGS),
            ("support", Programme::SLUGS),
        ] {
            let ours: Vec<&str> = list(field).iter().map(|(slug, _)| *slug).collect();
            assert_eq!(ours, slugs, "{field}");
            for slug in slugs {
                assert_eq!(super::slug(field, slug), Some(*slug));
            }
        }
    }

    #[test]
    fn the_labels_people_are_shown_are_read() {
        let text = include_str!("../../geodata/programmes.json");
        let json: serde_json::Value = serde_json::from_str(text).unwrap();
        let vocabularies = &json["vocabularies"];
        for (list, field) in [
            (&vocabularies["kind"], "kind"),
            (&vocabularies["stock"], "stock"),
            (&vocabularies["amenities"], "amenities"),
            (&vocabularies["uses"], "uses"),
            (&vocabularies["eligibility"], "eligibility"),
            (&vocabularies["status"], "status"),
            (&vocabularies["precision"], "position_precision"),
            (&vocabularies["confidence"], "confidence"),
            (&json["programmes"], "support"),
        ] {
            let words = list.as_array().unwrap();
            assert_eq!(words.len(), slugs(field).len(), "{field}");
            for word in words {
                for label in [&word["ja"], &word["en"]] {
                    let read = slug(field, label.as_str().unwrap());
                    assert_eq!(read, word["slug"].as_str(), "{label}");
                }
            }
            let labels: Vec<_> = words
                .iter()
                .map(|word| word["ja"].as_str().unwrap())
                .collect();
            assert_eq!(super::labels(field), labels);
        }
    }

    #[test]
    fn words_are_found_however_they_are_written() {
        for (field, text, expected) in [
            ("kind", "コワーキング", Some("coworking")),
            ("kind", "ｺﾜｰｷﾝｸﾞｽﾍﾟｰｽ", Some("coworking")),
            ("kind", "コワーキング施設（民間）", Some("coworking")),
            ("kind", "Coworking Space", Some("coworking")),
            ("kind", "テレワ―クセンタ―", Some("telework-center")),
            ("kind", "公立幼稚園", None),
            ("kind", "", None),
            ("stock", "蔵", Some("kura")),
            ("stock", "武蔵野の家", None),
            ("stock", "旧小学校（廃校）", Some("closed-school")),
            ("status", "営業中", Some("open")),
            ("status", "開設済", Some("open")),
            ("status", "年中無休業務", None),
            ("amenities", "Wi－Fi", Some("wifi")),
            ("uses", "会員", Some("member")),
            (
                "support",
                "R3 官民連携まちなか再生推進事業（国交省）",
                Some("kanmin-machinaka"),
            ),
            ("support", "まちなか公共空間等活用支援事業", None),
        ] {
            assert_eq!(slug(field, text), expected, "{field} {text}");
        }
    }
}
