//! What a column may hold, and the words people head such a column with.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::headers::{self, is_about_people};
use crate::domain::fields::{DERIVED, FACILITY};

pub use headers::fold;

/// Something a column may hold: a facility's field, a coordinate, or a part of a field.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// What programs call it: a field's name, `lat`, `lon`, `position`, or the field and the part of
    /// it (`address.town`, `hours.from`, `amenities.wifi`).
    pub name: &'static str,
    /// Its Japanese label.
    pub ja: &'static str,
    /// Its English label.
    pub en: &'static str,
}

/// Headers of our own export that say what follows from the rest. Nobody misses them.
const UNMISSED: [&str; 6] = [
    "status_age",
    "営業状況の古さ",
    "updated_at",
    "更新日時",
    "distance",
    "距離",
];

const fn part(name: &'static str, ja: &'static str, en: &'static str) -> Target {
    Target { name, ja, en }
}

/// What is no field itself but gives one, or a part of one.
#[rustfmt::skip]
const PARTS: &[Target] = &[
    part("lat", "緯度", "Latitude"),
    part("lon", "経度", "Longitude"),
    part("position", "緯度と経度（1列）", "Latitude and longitude in one column"),
    part("datum", "座標系", "Coordinate system"),
    part("address.prefecture", "住所: 都道府県", "Address: prefecture"),
    part("address.city", "住所: 市区町村", "Address: municipality"),
    part("address.ward", "住所: 区", "Address: ward"),
    part("address.town", "住所: 町字", "Address: town"),
    part("address.number", "住所: 番地以下", "Address: number"),
    part("address.building", "住所: 方書・建物名", "Address: building"),
    part("hours.days", "利用できる曜日", "Days of opening"),
    part("hours.from", "開始時間", "Opening time"),
    part("hours.to", "終了時間", "Closing time"),
    part("hours.closed", "定休日", "Closed on"),
    part("hours.note", "利用時間の特記事項", "Notes on the hours"),
    part("hours.mo.from", "月曜の開始時間", "Monday, from"),
    part("hours.mo.to", "月曜の終了時間", "Monday, to"),
    part("hours.tu.from", "火曜の開始時間", "Tuesday, from"),
    part("hours.tu.to", "火曜の終了時間", "Tuesday, to"),
    part("hours.we.from", "水曜の開始時間", "Wednesday, from"),
    part("hours.we.to", "水曜の終了時間", "Wednesday, to"),
    part("hours.th.from", "木曜の開始時間", "Thursday, from"),
    part("hours.th.to", "木曜の終了時間", "Thursday, to"),
    part("hours.fr.from", "金曜の開始時間", "Friday, from"),
    part("hours.fr.to", "金曜の終了時間", "Friday, to"),
    part("hours.sa.from", "土曜の開始時間", "Saturday, from"),
    part("hours.sa.to", "土曜の終了時間", "Saturday, to"),
    part("hours.su.from", "日曜の開始時間", "Sunday, from"),
    part("hours.su.to", "日曜の終了時間", "Sunday, to"),
    part("amenities.wifi", "設備: Wi-Fi", "Amenity: Wi-Fi"),
    part("amenities.power", "設備: 電源", "Amenity: power"),
    part("amenities.booth", "設備: 個室ブース", "Amenity: booth"),
    part("amenities.meeting-room", "設備: 会議室", "Amenity: meeting room"),
    part("amenities.monitor", "設備: モニター", "Amenity: monitor"),
    part("amenities.printer", "設備: プリンタ・複合機", "Amenity: printer"),
    part("amenities.locker", "設備: ロッカー", "Amenity: locker"),
    part("amenities.smart-lock", "設備: スマートキー", "Amenity: smart lock"),
    part("amenities.concierge", "設備: スタッフ常駐", "Amenity: staff"),
    part("amenities.kitchen-cafe", "設備: キッチン・カフェ", "Amenity: kitchen or café"),
    part("amenities.parking", "設備: 駐車場", "Amenity: parking"),
    part("amenities.barrier-free", "設備: バリアフリー", "Amenity: step-free"),
    part("amenities.lodging", "設備: 宿泊併設", "Amenity: lodging"),
];

/// The words people use, best first; compared folded. A word may stand for several things: the
/// first whose values the column holds gets it.
#[rustfmt::skip]
const WORDS: &[(&str, &[&str])] = &[
    ("id", &["施設ID", "ファシリティID", "facility_id"]),
    ("name", &["施設名", "施設名称", "店名", "店舗名", "拠点名", "拠点名称", "スペース名", "名前", "施設の名称", "施設名等", "facility_name", "title"]),
    ("name_kana", &["名称_カナ", "名称かな", "施設名_カナ", "施設名フリガナ", "施設名かな", "店名カナ", "フリガナ", "ふりがな", "カナ", "かな", "よみがな", "読み仮名", "読み", "fullNameInKana"]),
    ("name_en", &["名称_英語", "名称英語表記", "施設名_英語", "英語名", "英語名称", "英語表記", "fullNameInRomaji", "english_name"]),
    ("kind", &["施設種別", "施設の種類", "施設種類", "種別", "施設区分", "施設タイプ", "区分", "分類", "タイプ", "カテゴリ", "カテゴリー", "形態", "業態", "type", "category", "facility_type"]),
    ("stock", &["もとの建物の種類", "元の建物", "従前の用途", "従前用途", "元の用途", "活用した建物", "建物種別", "建物の種類", "ストック", "遊休資産の種類"]),
    ("stock_note", &["建物の説明", "建物の概要", "従前の施設名", "旧施設名"]),
    ("built_year", &["建築年度", "竣工年", "築年", "建設年", "建築年月", "建築年月日", "竣工年月日", "built"]),
    ("status", &["状況", "状態", "ステータス", "運営状況", "開設状況", "開業状況", "稼働状況"]),
    ("status_asof", &["時点", "基準日", "データ時点", "状況の時点"]),
    ("municipality", &["所在地_全国地方公共団体コード", "全国地方公共団体コード", "都道府県コード又は市区町村コード", "市町村コード", "団体コード", "地方公共団体コード", "自治体コード", "JISコード", "municipality_code", "city_code", "cityCode", "prefCode"]),
    ("ward", &["行政区コード", "ward_code"]),
    ("address", &["所在地", "住所地", "所在地_連結表記", "所在地住所", "施設所在地", "施設住所", "住所表記", "所在", "fullAddress"]),
    ("operator", &["運営主体", "運営団体", "運営会社", "運営事業者", "運営企業", "運営者名", "管理運営者", "管理運営主体", "設置主体", "事業者名", "団体名", "運営", "establisher"]),
    ("phone", &["電話", "TEL", "tel_no", "連絡先電話番号", "代表電話番号", "電話番号（代表）", "問い合わせ先電話番号", "お問い合わせ電話番号", "telephoneNumber", "phoneNumber", "連絡先", "問い合わせ先", "お問い合わせ先"]),
    ("website", &["URL", "ホームページ", "ホームページURL", "ホームページアドレス", "HP", "公式サイト", "公式ホームページ", "公式URL", "ウェブサイトURL", "Webサイト", "サイトURL", "WebページURL", "施設URL", "homepage", "リンク", "link"]),
    ("opening_hours", &["営業時間", "開館時間", "利用可能時間", "利用可能日時", "開所時間", "開設時間", "開室時間", "営業日時", "営業日・営業時間", "営業時間・定休日", "利用可能時間帯", "営業時間帯", "利用時間帯", "開館時間帯", "hours", "business_hours"]),
    ("hours.days", &["利用可能曜日", "営業曜日", "開館曜日", "利用曜日", "営業日", "開館日", "開所日", "利用可能日", "availableDate"]),
    ("hours.from", &["営業開始時間", "利用開始時間", "利用開始時刻", "利用可能開始時間", "利用可能開始時刻", "開館開始時間", "受付開始時間", "開始時刻", "営業開始時刻", "開館時刻", "開店時間", "startTime"]),
    ("hours.to", &["営業終了時間", "利用終了時間", "利用終了時刻", "利用可能終了時間", "利用可能終了時刻", "開館終了時間", "受付終了時間", "終了時刻", "営業終了時刻", "閉館時刻", "閉店時間", "閉館時間", "endTime"]),
    ("hours.closed", &["休館日", "休業日", "定休", "休日", "休所日", "休み", "店休日", "閉館日", "閉所日", "閉店日", "閉園日", "閉室日", "休室日", "休園日", "休場日", "お休み", "休館", "休業", "closed", "closed_days", "holidays"]),
    ("hours.note", &["利用可能日時特記事項", "利用可能時間特記事項", "利用可能（日時）特記事項", "営業時間備考", "利用時間備考", "開館時間備考", "営業時間特記事項", "availableDateNote"]),
    ("eligibility", &["利用対象", "利用対象者", "利用資格", "利用条件", "利用者", "対象者", "対象"]),
    ("eligibility_note", &["利用できる人（詳細）", "利用対象の説明", "利用条件の説明", "利用対象", "利用対象者", "利用資格", "利用条件"]),
    ("price_hour_yen", &["1時間料金", "1時間あたりの料金", "1時間あたり料金", "時間料金", "料金（1時間）", "利用料金（1時間）", "時間単価", "円/時間"]),
    ("price_note", &["料金", "利用料金", "使用料", "利用料", "価格", "料金の説明", "料金（詳細）", "料金体系", "料金備考", "費用", "fee", "fees", "price", "charge"]),
    ("hours_note", &["利用時間の備考", "営業時間の説明", "開館時間の説明"]),
    ("amenities_note", &["設備の備考", "設備備考", "設備の詳細"]),
    ("osm_id", &["OSM ID", "OSMのID", "OpenStreetMap ID", "@id"]),
    ("seats", &["座席数", "席数（席）", "総席数", "座席", "収容人数", "収容定員", "利用定員", "定員", "キャパシティ", "capacity"]),
    ("amenities", &["設備等", "設備一覧", "利用可能設備", "主な設備", "アメニティ", "備品", "設備・備品", "amenity"]),
    ("uses", &["利用形態", "利用区分", "利用プラン", "プラン", "契約形態"]),
    ("support", &["支援事業名", "補助事業", "補助事業名", "活用事業", "活用した事業", "活用事業名", "事業名", "支援制度", "補助金", "交付金", "programme"]),
    ("sources", &["情報源", "出典元", "出所", "参照元", "参考資料", "source"]),
    ("confidence", &["信頼度", "確度"]),
    ("checked_on", &["確認日", "調査日", "情報確認日", "最終確認", "checked"]),
    ("synthetic", &["架空"]),
    ("lat", &["緯度（10進）", "緯度（世界測地系）", "緯度（北緯）", "所在地_緯度", "latitude", "北緯", "Y座標", "緯度Y", "y"]),
    ("lon", &["経度（10進）", "経度（世界測地系）", "経度（東経）", "所在地_経度", "longitude", "lng", "long", "東経", "X座標", "経度X", "x"]),
    ("position", &["緯度経度", "緯度・経度", "座標", "位置", "位置情報", "経緯度", "latlng", "latlon", "lat_lon", "coordinates", "geo"]),
    ("datum", &["測地系", "座標参照系", "測地系コード", "座標系コード", "測地系名", "座標系名", "緯度経度の測地系", "緯度経度座標系", "datum", "crs", "srs", "srid", "epsg", "EPSGコード", "geodetic_datum"]),
    ("address.prefecture", &["都道府県名", "都道府県", "所在地_都道府県", "pref", "prefecture"]),
    ("address.city", &["市区町村名", "市町村名", "市区町村", "市町村", "市", "所在地_市区町村", "city", "municipality_name"]),
    ("address.ward", &["区", "区名", "行政区", "行政区名", "所在地_区", "所在区", "ward_name"]),
    ("address.town", &["町字", "町名", "町字名", "大字・町", "所在地_町字", "大字町丁目"]),
    ("address.number", &["番地以下", "番地", "所在地_番地以下", "丁目番地", "地番"]),
    ("address.building", &["方書", "建物名", "建物名等(方書)", "ビル名", "建物名・階", "katagaki"]),
    ("amenities.wifi", &["Wi-Fi", "Wi-Fi有無", "無線LAN", "無線LAN有無", "公衆無線LAN", "インターネット", "無料Wi-Fi", "フリーWi-Fi", "公衆Wi-Fi", "無料公衆無線LAN", "無料無線LAN", "WiFi環境", "Wi-Fi環境", "Wi-Fiの有無", "free_wifi"]),
    ("amenities.power", &["電源", "電源有無", "コンセント", "電源の有無", "電源コンセント"]),
    ("amenities.booth", &["個室", "ブース", "個室ブース", "個室有無", "テレフォンブース", "電話ブース", "web会議ブース"]),
    ("amenities.meeting-room", &["会議室", "会議室有無", "ミーティングルーム"]),
    ("amenities.monitor", &["モニター", "モニタ", "外部モニター", "ディスプレイ"]),
    ("amenities.printer", &["プリンタ", "プリンター", "複合機", "コピー機", "プリンタ・複合機"]),
    ("amenities.locker", &["ロッカー", "ロッカー有無"]),
    ("amenities.smart-lock", &["スマートロック", "スマートキー", "無人入退館"]),
    ("amenities.concierge", &["スタッフ常駐", "コンシェルジュ", "受付スタッフ", "有人受付"]),
    ("amenities.kitchen-cafe", &["キッチン", "カフェ", "キッチン・カフェ", "カフェ併設", "給湯室"]),
    ("amenities.parking", &["駐車場", "駐車場有無", "駐車場の有無", "駐車場台数", "駐車台数"]),
    ("amenities.barrier-free", &["バリアフリー", "バリアフリー対応", "バリアフリー有無"]),
    ("amenities.lodging", &["宿泊", "宿泊施設", "宿泊併設", "宿泊可否"]),
];

/// Everything a column may hold, a facility's fields first.
pub fn targets() -> &'static [Target] {
    static ALL: LazyLock<Vec<Target>> = LazyLock::new(|| {
        let fields = FACILITY
            .iter()
            .filter(|field| !DERIVED.contains(&field.name))
            .map(|field| part(field.name, field.ja, field.en));
        fields.chain(PARTS.iter().copied()).collect()
    });
    &ALL
}

/// The target programs call so.
pub fn target(name: &str) -> Option<&'static Target> {
    targets().iter().find(|target| target.name == name)
}

/// How well a header says what its column holds: smaller is better, 0 is the target's own name.
pub type Rank = usize;

/// What a header that says more than a word people use is worse than that word.
const ADDED: Rank = 20;

/// From here on a header is only taken by how it ends.
const ENDING: Rank = 200;

/// What only ends in 名 may be the name of anything: a person must say that it is the facility's.
pub const GUESS: Rank = 300;

/// What a header may stand for. What is about people stands for nothing: somebody must choose it.
pub fn meanings(header: &str) -> Vec<(&'static str, Rank)> {
    let forms = headers::forms(header);
    let is_of_people = forms.first().is_some_and(|whole| is_about_people(whole));
    let known = forms
        .iter()
        .enumerate()
        .find_map(|(step, form)| {
            let known = by_word(form)?;
            Some(
                known
                    .iter()
                    .map(|(name, rank)| (*name, rank + step * ADDED))
                    .collect(),
            )
        })
        .map(|known| second_line(known, header));
    let mut meanings: Vec<(&'static str, Rank)> = known.unwrap_or_else(|| {
        let ending = forms.iter().find_map(|form| by_ending(form));
        ending.into_iter().collect()
    });
    meanings.retain(|(_, rank)| *rank == 0 || !is_of_people);
    meanings
}

/// 施設所在地２ goes on where 施設所在地１ ends: with a building's name.
fn second_line(mut known: Vec<(&'static str, Rank)>, header: &str) -> Vec<(&'static str, Rank)> {
    if headers::number(header) == Some(2) {
        for (name, rank) in &mut known {
            *rank += ADDED;
            if *name == "address" {
                *name = "address.building";
            }
        }
    }
    known
}

/// What a folded word stands for.
fn by_word(folded: &str) -> Option<&'static [(&'static str, Rank)]> {
    static BY_WORD: LazyLock<HashMap<String, Vec<(&'static str, Rank)>>> = LazyLock::new(|| {
        let mut by_word: HashMap<String, Vec<(&str, Rank)>> = HashMap::new();
        let mut add = |word: &str, name, rank| {
            let meanings = by_word.entry(fold(word)).or_default();
            if !meanings.iter().any(|(known, _)| *known == name) {
                meanings.push((name, rank));
            }
        };
        // A field's own name comes before that of a part of another: hours_note, hours.note.
        let mut named = HashSet::new();
        for target in targets() {
            for word in [target.name, target.ja, target.en] {
                if named.insert((fold(word), target.name.contains('.')))
                    && !(target.name.contains('.') && named.contains(&(fold(word), false)))
                {
                    add(word, target.name, 0);
                }
            }
        }
        for (name, words) in WORDS {
            for (rank, word) in words.iter().enumerate() {
                add(word, name, rank + 1);
            }
        }
        by_word
    });
    BY_WORD.get(folded).map(Vec::as_slice)
}

/// Whether nobody misses a column of this folded header.
pub fn is_unmissed(folded: &str) -> bool {
    UNMISSED.iter().any(|word| fold(word) == folded)
}

/// The last resort: headers that say more than they need, such as 農園名 or 店舗住所.
fn by_ending(folded: &str) -> Option<(&'static str, Rank)> {
    let ends = |words: &[&str]| words.iter().any(|word| folded.ends_with(&fold(word)));
    let holds = |words: &[&str]| words.iter().any(|word| folded.contains(&fold(word)));
    if let Some(target) = weekday_times(folded) {
        return Some((target, ENDING));
    }
    let is_about_others = holds(&[
        "都道府県",
        "市区町村",
        "市町村",
        "団体",
        "連絡先",
        "担当",
        "部署",
        "代表",
        "法人",
        "会社",
        "管理者",
        "設置者",
        "事業",
        "運営",
        "町字",
        "英語",
        "通称",
        "画像",
        "路線",
        "駅",
        "種別",
        "災害",
        "町名",
        "区名",
    ]);
    if ends(&["緯度"]) || folded.starts_with("緯度") {
        Some(("lat", ENDING))
    } else if ends(&["経度"]) || folded.starts_with("経度") {
        Some(("lon", ENDING))
    } else if !holds(&["英語", "連絡先", "画像"]) && ends(&["名カナ", "名称カナ", "名フリガナ"])
    {
        Some(("name_kana", ENDING))
    } else if !is_about_others && ends(&["施設名称", "施設名", "施設の名称", "店舗名", "店名"])
    {
        Some(("name", ENDING))
    } else if !is_about_others && ends(&["名称"]) {
        Some(("name", GUESS))
    } else if !is_about_others && ends(&["名"]) {
        Some(("name", GUESS + 1))
    } else if !is_about_others && ends(&["住所", "所在地"]) {
        Some(("address", ENDING))
    } else if !holds(&["FAX", "ファックス", "内線"]) && ends(&["電話番号", "電話"]) {
        Some(("phone", ENDING))
    } else if !holds(&["画像", "写真", "予約", "地図", "ライセンス"])
        && (ends(&["URL"]) || holds(&["ホームページ"]))
    {
        Some(("website", ENDING))
    } else if ends(&["特記事項"]) && holds(&["時間", "日時"]) {
        Some(("hours.note", ENDING))
    } else {
        None
    }
}

/// A day's opening or closing: 日曜開放開始時刻, 月曜日_終了時間.
fn weekday_times(folded: &str) -> Option<&'static str> {
    let days = [
        ("月曜", "mo"),
        ("火曜", "tu"),
        ("水曜", "we"),
        ("木曜", "th"),
        ("金曜", "fr"),
        ("土曜", "sa"),
        ("日曜", "su"),
    ];
    let (_, day) = days.into_iter().find(|(word, _)| folded.contains(word))?;
    let holds = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    let end = if holds(&["開始", "開館", "開店", "から"]) {
        "from"
    } else if holds(&["終了", "閉館", "閉店", "まで"]) {
        "to"
    } else {
        return None;
    };
    target(&format!("hours.{day}.{end}")).map(|target| target.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_for_something_there_is() {
        for (name, words) in WORDS {
            assert!(target(name).is_some(), "{name}");
            assert!(words.iter().all(|word| !fold(word).is_empty()), "{name}");
        }
    }

    #[test]
    fn headers_are_compared_without_what_people_write_differently() {
        for (header, name) in [
            ("緯度", "lat"),
            (" Latitude ", "lat"),
            ("ＵＲＬ", "website"),
            ("都道府県コ―ド又は市区町村コ―ド", "municipality"),
            ("都道府県コード又は市区町村コード", "municipality"),
            ("telephone　number", "phone"),
            ("利用可能(日時)特記事項", "hours.note"),
            ("利用可能日時特記事項", "hours.note"),
            ("#NAME", "name"),
            ("名称_カナ", "name_kana"),
            ("建物名等（方書）", "address.building"),
            ("所在地_連結表記", "address"),
            ("Wi－Fi", "amenities.wifi"),
            ("日曜開放開始時刻", "hours.su.from"),
            ("土曜日_終了時間", "hours.sa.to"),
            ("農園名", "name"),
            ("クーポン名カナ", "name_kana"),
            ("指定暑熱避難施設の名称", "name"),
            ("店舗住所", "address"),
            ("店舗URL", "website"),
            ("1時間の料金", "price_hour_yen"),
            ("施設名称１", "name"),
            ("施設名（必須）", "name"),
            ("施設所在地１", "address"),
            ("施設所在地２", "address.building"),
            ("定員（人）", "seats"),
            ("無料Wi-Fi", "amenities.wifi"),
            ("駐車場（台）", "amenities.parking"),
            ("利用開始時刻", "hours.from"),
            ("施設電話番号", "phone"),
            ("座標系", "datum"),
            ("測地系（必須）", "datum"),
            ("緯度（日本測地系）", "lat"),
            ("旧経度", "lon"),
        ] {
            let found = meanings(header);
            assert_eq!(found.first().map(|(name, _)| *name), Some(name), "{header}");
        }
    }

    #[test]
    fn what_is_about_something_else_is_left_alone() {
        for header in [
            "",
            "備考",
            "FAX番号",
            "内線番号",
            "連絡先名称",
            "名称_通称",
            "地方公共団体名",
            "法人番号",
            "画像URL",
            "NO",
            "説明",
            "UTMポイント",
            "料金（基本）",
            "アクセス方法",
            "POIコード",
            "連絡先メールアドレス",
            "営業者申請者名",
            "営業者役職名",
            "代表者氏名",
            "代表者電話番号",
            "申請者住所",
            "管理者",
            "施設管理者名",
            "担当者名フリガナ",
        ] {
            assert_eq!(meanings(header), [], "{header}");
        }
    }
}
