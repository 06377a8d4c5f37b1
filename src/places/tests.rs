use super::*;
use crate::districts::Districts;

fn feature(
    code: &str,
    [name, kana, romaji]: [&str; 3],
    west: f64,
    south: f64,
    more: &str,
) -> String {
    let (east, north) = (west + 0.1, south + 0.1);
    format!(
        r#"{{"type":"Feature","properties":{{"code":"{code}","name":"{name}","name_kana":"{kana}","name_romaji":"{romaji}","label":[{west},{south}]{more}}},"geometry":{{"type":"Polygon","coordinates":[[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]]}}}}"#
    )
}

pub(crate) fn districts() -> Districts {
    let prefectures = [
        feature("13", ["東京都", "とうきょうと", "Tokyo"], 139.6, 35.6, ""),
        feature("40", ["福岡県", "ふくおかけん", "Fukuoka"], 130.3, 33.5, ""),
    ];
    let tokyo = r#","prefecture":"東京都""#;
    let fukuoka = r#","prefecture":"福岡県""#;
    let municipalities = [
        feature(
            "13101",
            ["千代田区", "ちよだく", "Chiyoda-ku"],
            139.7,
            35.6,
            tokyo,
        ),
        feature(
            "13113",
            ["渋谷区", "しぶやく", "Shibuya-ku"],
            139.6,
            35.6,
            tokyo,
        ),
        feature(
            "40130",
            ["福岡市", "ふくおかし", "Fukuoka-shi"],
            130.3,
            33.5,
            fukuoka,
        ),
    ];
    let ward = format!(r#"{fukuoka},"parent":"40130","approximate":true"#);
    let wards = [feature(
        "40133",
        ["中央区", "ちゅうおうく", "Chuo-ku"],
        130.3,
        33.5,
        &ward,
    )];
    Districts::read(
        &prefectures.join("\n"),
        &municipalities.join("\n"),
        &wards.join("\n"),
    )
    .unwrap()
}

const TOWNS: &str = "\
code,name,kana,postal,lat,lon
131010020001,霞が関一丁目,かすみがせき,1000013,35.673,139.752
131010020002,霞が関二丁目,かすみがせき,1000013,35.675,139.750
131130010001,渋谷一丁目,しぶや,1500002,35.660,139.703
131130010002,渋谷二丁目,しぶや,1500002,35.659,139.706
131130017001,道玄坂一丁目,どうげんざか,1500043,35.658,139.699
131130017002,道玄坂二丁目,どうげんざか,1500043,35.659,139.697
131130018000,大山町,おおやまちょう,1510065,35.668,139.676
401330010001,天神一丁目,てんじん,8100001,33.590,130.401
401330010002,天神二丁目,てんじん,8100001,33.590,130.398
401330020000,大字竜ケ崎,りゅうがさき,,33.580,130.390
";

const POSTAL: &str = "\
postal,code5,neighborhood,kana,lat,lon,precision
1500000,13113,,,35.66,139.69,city
1500002,13113,渋谷,しぶや,35.66,139.703,town
1500043,13113,道玄坂,どうげんざか,35.658,139.699,town
8100001,40133,天神,てんじん,33.59,130.4,town
";

pub(crate) fn places() -> Places {
    Places::read(TOWNS.as_bytes(), POSTAL.as_bytes(), &districts()).unwrap()
}

fn ids(text: &str) -> Vec<String> {
    places()
        .search(text, 10)
        .into_iter()
        .map(|place| place.id)
        .collect()
}

#[test]
fn however_it_is_written_shibuya_is_the_ward_first_then_the_quarter_then_its_blocks() {
    for text in [
        "渋谷",
        "しぶや",
        "シブヤ",
        "ｼﾌﾞﾔ",
        " 渋 谷 ",
        "shibuya",
        "ＳＨＩＢＵＹＡ",
    ] {
        assert_eq!(
            ids(text),
            [
                "district-13113",
                "quarter-131130010001",
                "town-131130010001",
                "town-131130010002"
            ],
            "{text}"
        );
    }
    for text in ["渋谷区", "Shibuya-ku"] {
        assert_eq!(ids(text), ["district-13113"], "{text}");
    }
}

#[test]
fn towns_are_found_with_and_without_what_is_around_them() {
    let quarter = "quarter-131130017001";
    for text in [
        "道玄坂",
        "渋谷区道玄坂",
        "東京都渋谷区道玄坂",
        "東京 道玄坂",
        "渋谷道玄坂",
        "どうげんざか",
        "しぶやくどうげんざか",
    ] {
        assert_eq!(ids(text)[0], quarter, "{text}");
    }
    for text in [
        "道玄坂2",
        "道玄坂二丁目",
        "道玄坂２丁目",
        "東京都渋谷区道玄坂2-25-12",
        "道玄坂2丁目25番12号",
        "どうげんざか2",
    ] {
        assert_eq!(ids(text), ["town-131130017002"], "{text}");
    }
    assert_eq!(ids("福岡市中央区天神")[0], "quarter-401330010001");
    assert_eq!(ids("福岡天神")[0], "quarter-401330010001");
    assert_eq!(ids("東京都渋谷区"), ["district-13113"]);
    assert_eq!(ids("福岡市中央区"), ["district-40133"]);
    assert_eq!(ids("千代田区道玄坂"), Vec::<String>::new());
    for text in ["霞が関", "霞ヶ関", "霞ケ関", "霞ガ関"] {
        assert_eq!(ids(text)[0], "quarter-131010020001", "{text}");
    }
    for text in ["竜ヶ崎", "龍ケ﨑", "大字竜ケ崎", "福岡市中央区大字竜ケ崎"] {
        assert_eq!(ids(text), ["town-401330020000"], "{text}");
    }
}

#[test]
fn postal_codes_are_found_whole_and_by_their_beginning() {
    for text in [
        "150-0002",
        "1500002",
        "１５０－０００２",
        "〒150-0002",
        "〒 150 0002",
        "150ー0002",
    ] {
        assert_eq!(ids(text), ["postal-1500002"], "{text}");
    }
    assert_eq!(
        ids("150"),
        ["postal-1500000", "postal-1500002", "postal-1500043"]
    );
    assert_eq!(
        ids("15000"),
        ["postal-1500000", "postal-1500002", "postal-1500043"]
    );
    assert_eq!(ids("999"), Vec::<String>::new());
    let names: Vec<_> = places()
        .search("150", 2)
        .into_iter()
        .map(|place| place.name)
        .collect();
    assert_eq!(names, ["〒150-0000", "〒150-0002 渋谷"]);
}

#[test]
fn an_answer_says_where_it_is() {
    let place = places().search("天神", 1).remove(0);
    assert_eq!(place.name, "天神");
    assert_eq!(place.kind.slug(), "town");
    assert_eq!(place.context, "福岡県福岡市中央区");
    assert_eq!(place.municipality.unwrap().to_string(), "40130");
    assert_eq!(place.ward.unwrap().to_string(), "40133");
    assert_eq!(place.postal.as_deref(), Some("8100001"));
    assert_eq!(place.bbox, Some([130.398, 33.59, 130.401, 33.59]));
    let ward = places().search("中央区", 1).remove(0);
    assert_eq!(
        (&*ward.context, ward.en.as_deref()),
        ("福岡県福岡市", Some("Chuo-ku"))
    );
    assert_eq!(ward.municipality.unwrap().to_string(), "40130");
}

#[test]
fn one_character_finds_what_begins_with_it() {
    assert_eq!(ids("渋").len(), 4);
    assert_eq!(ids("谷"), Vec::<String>::new());
    assert_eq!(ids(""), Vec::<String>::new());
    assert_eq!(ids("ー"), Vec::<String>::new());
}

#[test]
fn towns_are_counted_and_labelled() {
    let places = places();
    let count = |code| places.towns_in(MunicipalityCode::new(code).unwrap());
    assert_eq!(
        (
            count("13113"),
            count("40130"),
            count("40133"),
            count("13101")
        ),
        (5, 3, 3, 2)
    );
    let mut labels: Vec<_> = places
        .labels()
        .map(|label| (label.name, label.blocks))
        .collect();
    labels.sort_unstable();
    assert_eq!(
        labels,
        [
            ("大山町", 1),
            ("天神", 2),
            ("渋谷", 2),
            ("竜ケ崎", 1),
            ("道玄坂", 2),
            ("霞が関", 2)
        ]
    );
    assert_eq!(places.towns().filter(|town| town.is_block).count(), 8);
}

#[test]
fn a_bad_list_is_named_with_its_line() {
    let bad = TOWNS.replace("401330020000", "40133002");
    let error = Places::read(bad.as_bytes(), POSTAL.as_bytes(), &districts())
        .err()
        .unwrap();
    assert_eq!(error.to_string(), "towns, line 11: no code of 12 digits");
}

/// With boundaries of another year a ward may have another code.
#[test]
fn a_town_of_an_unknown_ward_belongs_where_it_lies() {
    let other = TOWNS.replace("401330020000", "401390020000");
    let places = Places::read(other.as_bytes(), POSTAL.as_bytes(), &districts()).unwrap();
    let town = places
        .towns()
        .find(|town| town.name == "大字竜ケ崎")
        .unwrap();
    assert_eq!(town.district.to_string(), "40133");
    let city = MunicipalityCode::new("40130").unwrap();
    assert_eq!(places.towns_in(city), 3);
}

const COUNTIES: &str = include_str!("../../geodata/counties.csv");
const FORMER: &str = include_str!("../../geodata/former.csv");
const STATIONS: &str = include_str!("../../geodata/stations.csv");
const AIRPORTS: &str = include_str!("../../geodata/airports.csv");

/// A shipped file, unpacked.
fn unpacked(name: &str) -> String {
    use std::io::Read;
    let path = format!("{}/geodata/{name}", env!("CARGO_MANIFEST_DIR"));
    let mut text = String::new();
    let file = std::fs::File::open(path).unwrap();
    flate2::read::GzDecoder::new(file)
        .read_to_string(&mut text)
        .unwrap();
    text
}

/// The shipped files, unpacked.
fn shipped_lists() -> (Districts, String, String) {
    let path = |name: &str| format!("{}/geodata/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = |name: &str| std::fs::read_to_string(path(name)).unwrap();
    let districts =
        ["prefectures", "municipalities", "wards"].map(|name| text(&format!("{name}.geojson")));
    let [prefectures, municipalities, wards] = &districts;
    (
        Districts::read(prefectures, municipalities, wards).unwrap(),
        unpacked("towns.csv.gz"),
        unpacked("postal.csv.gz"),
    )
}

/// What ships, for tests of other rooms too.
pub(crate) fn shipped() -> (Districts, Places) {
    let (districts, towns, postal) = shipped_lists();
    let places = Places::read(towns.as_bytes(), postal.as_bytes(), &districts).unwrap();
    let places = places.with_counties(COUNTIES).unwrap();
    let places = places.with_former(FORMER).unwrap();
    let stations = crate::stations::Stations::read(STATIONS).unwrap();
    let listed = crate::stations::Airport::listed(AIRPORTS).unwrap();
    let airports = stations.airports(&listed);
    let places = places.with_stations(&stations, &airports, &districts);
    (
        districts,
        places
            .with_people(unpacked("people.csv.gz").as_bytes())
            .unwrap(),
    )
}

#[test]
fn the_shipped_lists_answer_as_people_expect() {
    let (_, places) = shipped();
    let first = |text: &str| {
        let place = places.search(text, 5).into_iter().next();
        place
            .map(|place| format!("{}{}", place.context, place.name))
            .unwrap_or_default()
    };
    for (text, expected) in [
        ("渋谷", "東京都渋谷区渋谷駅"),
        ("ｼﾌﾞﾔ", "東京都渋谷区渋谷駅"),
        ("Shibuya", "東京都渋谷区渋谷駅"),
        ("道玄坂", "東京都渋谷区道玄坂"),
        ("道玄坂2-25-12", "東京都渋谷区道玄坂二丁目"),
        ("渋谷区道玄坂", "東京都渋谷区道玄坂"),
        ("霞ヶ関", "東京都千代田区霞が関"),
        ("福岡市中央区天神", "福岡県福岡市中央区天神"),
        ("福岡天神", "福岡県福岡市天神駅"),
        ("150-0002", "東京都渋谷区〒150-0002 渋谷"),
        // A prefecture's bare name means its capital, and 東京 its station.
        ("東京", "東京都千代田区東京駅"),
        ("とうきょう", "東京都千代田区東京駅"),
        ("Tokyo", "東京都千代田区東京駅"),
        ("東京都", "東京都"),
        ("青森", "青森県青森市青森駅"),
        ("青森県", "青森県"),
        ("鳥取", "鳥取県鳥取市"),
        ("山口", "山口県山口市"),
        ("佐賀", "佐賀県佐賀市"),
        ("Kyoto", "京都府京都市京都駅"),
        ("Kyoto Prefecture", "京都府"),
        ("沖縄", "沖縄県"),
        ("栃木", "栃木県"),
        ("山梨", "山梨県"),
        ("京都", "京都府京都市京都駅"),
        ("札幌", "北海道札幌市"),
        ("北海道", "北海道"),
        ("府中", "東京都府中市"),
        ("上野原", "山梨県上野原市"),
        ("龍ヶ崎", "茨城県龍ケ崎市"),
        ("津", "三重県津市津駅"),
        ("長浜市元浜町", "滋賀県長浜市元浜町"),
        // A bare name means the main station, 駅 only a station; offices, western order, old forms, a ヶ of signs.
        ("甲府駅", "山梨県甲府市甲府駅"),
        ("甲府 駅", "山梨県甲府市甲府駅"),
        ("なはくうこう", "沖縄県那覇市那覇空港"),
        ("Hakata station", "福岡県福岡市博多駅"),
        ("新大阪", "大阪府大阪市新大阪駅"),
        ("新山口駅", "山口県山口市新山口駅"),
        ("新横浜駅", "神奈川県横浜市新横浜駅"),
        ("Shibuya City", "東京都渋谷区"),
        ("福岡県庁", "福岡県"),
        ("甲府市役所", "山梨県甲府市"),
        ("上川郡東川町", "北海道東川町"),
        ("北海道上川郡東川町", "北海道東川町"),
        ("Shibuya, Tokyo", "東京都渋谷区渋谷駅"),
        ("Hakata-ku, Fukuoka-shi", "福岡県福岡市博多区"),
        ("Fukuoka-shi, Fukuoka", "福岡県福岡市"),
        ("渋谷 東京", "東京都渋谷区渋谷駅"),
        ("澁谷", "東京都渋谷区渋谷駅"),
        ("沖繩", "沖縄県"),
        ("市ヶ谷砂土原町", "東京都新宿区市谷砂土原町"),
        // Latin letters, in any spelling and order.
        ("Naha Airport", "沖縄県那覇市那覇空港"),
        ("hakata eki", "福岡県福岡市博多駅"),
        ("Hakata", "福岡県福岡市博多駅"),
        ("Ｈａｋａｔａ ", "福岡県福岡市博多駅"),
        ("Kōfu", "山梨県甲府市"),
        ("koufu", "山梨県甲府市"),
        ("Kofu Station", "山梨県甲府市甲府駅"),
        ("tenjin fukuoka", "福岡県福岡市天神駅"),
        ("Tenjin, Fukuoka", "福岡県福岡市天神駅"),
        ("Dogenzaka", "東京都渋谷区道玄坂"),
        ("Dōgenzaka", "東京都渋谷区道玄坂"),
        ("Shibuya-ku Dogenzaka", "東京都渋谷区道玄坂"),
        (
            "1-2-3 Dogenzaka, Shibuya-ku, Tokyo",
            "東京都渋谷区道玄坂一丁目",
        ),
        ("Dogenzaka 2-chome", "東京都渋谷区道玄坂二丁目"),
        (
            "Kanda Jimbocho, Chiyoda-ku, Tokyo 101-0051",
            "東京都千代田区神田神保町",
        ),
        ("Fukuoka City", "福岡県福岡市"),
        ("Hakata Ward, Fukuoka City, Japan", "福岡県福岡市博多区"),
        ("Fukuoka City Hakata Ward", "福岡県福岡市博多区"),
        ("Minato Mirai", "神奈川県横浜市西区みなとみらい"),
        ("Ginza", "東京都中央区銀座"),
        ("Shinjuku 3-chome", "東京都新宿区新宿三丁目"),
        ("1-2-3 Dogenzaka", "東京都渋谷区道玄坂一丁目"),
        ("omoromachi", "沖縄県那覇市おもろまち"),
        // N before m, b and p as older signs have it.
        ("Gumma", "群馬県"),
        ("Gumma Prefecture", "群馬県"),
        ("Gumma-ken", "群馬県"),
        ("Maebashi, Gumma", "群馬県前橋市"),
        ("Shimbashi", "東京都港区新橋"),
        ("Shinbashi", "東京都港区新橋"),
        ("Namba, Osaka", "大阪府大阪市難波駅"),
        ("Nanba, Osaka", "大阪府大阪市難波駅"),
        // With its county, which is no district.
        ("Karuizawa-machi, Kitasaku-gun, Nagano", "長野県軽井沢町"),
        ("Karuizawa Town, Kitasaku District", "長野県軽井沢町"),
        ("Karuizawa Kitasaku County Nagano", "長野県軽井沢町"),
        ("Kitasaku-gun Karuizawa-machi", "長野県軽井沢町"),
        ("Higashikawa-cho, Kamikawa-gun, Hokkaido", "北海道東川町"),
        ("Hayama, Miura-gun, Kanagawa", "神奈川県葉山町"),
        (
            "Isshiki, Hayama-machi, Miura-gun, Kanagawa-ken",
            "神奈川県葉山町一色",
        ),
        ("Hayama, Kitasaku-gun", ""),
    ] {
        assert_eq!(first(text), expected, "{text}");
    }
    let counties = places
        .districts
        .iter()
        .filter(|area| !area.county.is_empty());
    assert_eq!(counties.count(), COUNTIES.lines().count() - 1);
    for (text, member) in [
        ("上川郡", "東川町"),
        ("北海道上川郡", "東川町"),
        ("Kamikawa-gun", "東川町"),
        ("みなみつるぐん", "山中湖村"),
    ] {
        let found = places.search(text, 30);
        let is_in = |place: &Place| place.kind == PlaceKind::Municipality;
        assert!(
            found.len() > 5 && found.iter().all(is_in),
            "{text}: {found:?}"
        );
        assert!(found.iter().any(|place| place.name == member), "{text}");
    }
    let marunouchi = places.search("千代田区丸の内", 1).remove(0);
    assert_eq!(marunouchi.en.as_deref(), Some("Marunouchi"));
    let dogenzaka = places.search("道玄坂2", 1).remove(0);
    assert_eq!(dogenzaka.en.as_deref(), Some("Dogenzaka 2-chome"));
    assert_eq!(dogenzaka.context_en.as_deref(), Some("Shibuya-ku, Tokyo"));
    for nothing in ["zzzz駅", "zzzz station", "zzzz, Tokyo"] {
        assert_eq!(first(nothing), "", "{nothing}");
    }
}

#[test]
fn former_names_lead_to_todays() {
    let (_, places) = shipped();
    let read = |text: &str| {
        let address = places.address(text, &[])?;
        let ward = address.ward.map(|ward| ward.to_string());
        let code = ward.unwrap_or_else(|| address.municipality.to_string());
        Some((code, address.town.map(|town| town.name), address.former))
    };
    for (text, code, town, former) in [
        (
            "静岡県浜松市中区元城町103-2",
            "22138",
            "元城町",
            "浜松市中区",
        ),
        (
            "静岡県浜松市浜北区西美薗6",
            "22139",
            "西美薗",
            "浜松市浜北区",
        ),
        ("静岡県清水市旭町6-8", "22103", "旭町", "清水市"),
        ("静岡県志太郡大井川町宗高888", "22212", "宗高", "大井川町"),
        ("静岡県志太郡岡部町岡部817", "22214", "岡部町岡部", "岡部町"),
        ("埼玉県浦和市高砂3-15-1", "11107", "高砂三丁目", "浦和市"),
        ("埼玉県大宮市桜木町1-7-5", "11103", "桜木町一丁目", "大宮市"),
        ("東京都保谷市中町1-5-1", "13229", "中町一丁目", "保谷市"),
        ("福岡県八幡市中央2-1-1", "40108", "中央二丁目", "八幡市"),
        ("福島県平市薄磯1", "07204", "平薄磯", "平市"),
        ("清水市旭町6-8", "22103", "旭町", "清水市"),
        ("群馬県佐波郡境町境", "10204", "境", "境町"),
    ] {
        let expected = (
            code.to_owned(),
            Some(town.to_owned()),
            Some(former.to_owned()),
        );
        assert_eq!(read(text), Some(expected), "{text}");
    }
    for (text, code, town) in [
        ("静岡県浜松市中央区元城町103-2", "22138", "元城町"),
        (
            "愛媛\u{e0103}県松山市三番町四丁目7番地",
            "38201",
            "三番町四丁目",
        ),
        ("東京都葛\u{e0102}飾区立石5-13-1", "13122", "立石五丁目"),
        (
            "岩手県花巻市東十二丁目第１９地割１０－５",
            "03205",
            "東十二丁目",
        ),
        ("札幌市中央区北1西2", "01101", "北一条西二丁目"),
        ("札幌市中央区北１条西２丁目", "01101", "北一条西二丁目"),
        ("北海道札幌市中央区南2西3-1-5", "01101", "南二条西三丁目"),
        ("神奈川県茅ケ崎市茅ヶ崎1-1-1", "14207", "茅ヶ崎一丁目"),
    ] {
        let found = read(text);
        assert_eq!(
            found,
            Some((code.to_owned(), Some(town.to_owned()), None)),
            "{text}"
        );
    }
    let unknown = ("07204".to_owned(), None, Some("平市".to_owned()));
    assert_eq!(
        read("福島県平市梅本21"),
        Some(unknown),
        "a block no list has"
    );
    // A name that several municipalities of a prefecture had says nothing without a town.
    assert_eq!(read("群馬県東村"), None);
}

#[test]
fn a_search_for_a_former_name_finds_todays() {
    let (_, places) = shipped();
    for (text, id, former) in [
        ("清水市", "district-22103", Some("清水市")),
        ("静岡県清水市", "district-22103", Some("清水市")),
        ("旧清水市", "district-22103", Some("清水市")),
        ("浜松市中区", "district-22138", Some("浜松市中区")),
        ("大井川町", "district-22212", Some("大井川町")),
        ("浦和市", "district-11107", Some("浦和市")),
        ("葛\u{e0100}飾区", "district-13122", None),
        ("長浜市", "district-25203", None),
    ] {
        let found = places.search(text, 5);
        assert_eq!(found[0].id, id, "{text}: {found:#?}");
        assert_eq!(found[0].former.as_deref(), former, "{text}");
    }
    for (text, name) in [
        ("静岡県清水市旭町", "旭町"),
        ("浜松市中区元城町", "元城町"),
        ("札幌市中央区北1西2", "北一条西二丁目"),
        ("北1西2", "北一条西二丁目"),
    ] {
        let found = places.search(text, 5);
        assert!(
            found.iter().any(|place| place.name == name),
            "{text}: {found:#?}"
        );
    }
}

#[test]
fn every_former_name_leads_somewhere() {
    let (_, places) = shipped();
    assert_eq!(places.former_names(), FORMER.lines().count() - 1);
}
