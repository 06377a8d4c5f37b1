//! What people write in columns of facts, and what it comes to.

use super::*;

/// Each text with what it affirms, and whether all of it is understood.
fn assert_read(field: &str, cases: &[(&str, &str, bool)]) {
    let mut wrong = Vec::new();
    for (text, affirmed, is_clear) in cases {
        let claims = read(field, text);
        if claims.affirmed.join(" ") != *affirmed || claims.is_clear() != *is_clear {
            wrong.push(format!("{text}: {claims:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn amenities_are_what_a_text_affirms() {
    let clear = true;
    let warned = false;
    assert_read(
        "amenities",
        &[
            // Separators.
            ("Wi-Fi・電源・駐車場", "wifi power parking", clear),
            ("Wi-Fi、電源、駐車場", "wifi power parking", clear),
            ("Wi-Fi 電源", "wifi power", clear),
            ("Wi-Fi　電源　会議室", "wifi power meeting-room", clear),
            ("Wi-Fi＆電源", "wifi power", clear),
            ("wifi&電源", "wifi power", clear),
            ("Wi-Fi及び電源", "wifi power", clear),
            ("Wi-Fiと電源", "wifi power", clear),
            ("①Wi-Fi②電源③駐車場", "wifi power parking", clear),
            ("①Wi-Fi ②電源 ③駐車場", "wifi power parking", clear),
            ("1.Wi-Fi 2.電源", "wifi power", clear),
            ("Wi-Fi\n電源\n駐車場", "wifi power parking", clear),
            ("Wi-Fi,電源\n駐車場(10台)", "wifi power parking", clear),
            ("Wi-Fi／電源／ロッカー", "wifi power locker", clear),
            ("Wi-Fi/電源/ロッカー", "wifi power locker", clear),
            ("Wi-Fi|電源", "wifi power", clear),
            ("Wi-Fi；電源", "wifi power", clear),
            ("・Wi-Fi\n・電源", "wifi power", clear),
            ("◆Wi-Fi◆電源", "wifi power", clear),
            ("Wi-Fi+電源", "wifi power", clear),
            ("無線LAN電源完備", "wifi power", clear),
            ("個室ブース・防音／テレフォンブース", "booth", clear),
            (
                "キッチン・カフェ、プリンタ・複合機",
                "kitchen-cafe printer",
                clear,
            ),
            ("ﾌﾟﾘﾝﾀｰ､ﾛｯｶｰ", "printer locker", clear),
            ("ＷＩ－ＦＩ，電源", "wifi power", clear),
            // No.
            ("駐車場なし", "", clear),
            ("駐車場 なし", "", clear),
            ("駐車場：なし", "", clear),
            ("駐車場無し", "", clear),
            ("駐車場無", "", clear),
            ("駐車場は無い", "", clear),
            ("駐車場はありません", "", clear),
            ("駐車場はございません。", "", clear),
            ("駐車場（なし）", "", clear),
            ("駐車場（無）", "", clear),
            ("駐車場×", "", clear),
            ("駐車場：×", "", clear),
            ("×駐車場", "", clear),
            ("駐車場：－", "", clear),
            ("駐車場0台", "", clear),
            ("駐車場（0台）", "", clear),
            ("駐車場不可", "", clear),
            ("Wi-Fi利用不可", "", clear),
            ("Wi-Fiは利用できません", "", clear),
            ("Wi-Fiは設置していません", "", clear),
            ("Wi-Fi未設置", "", clear),
            ("Wi-Fi非対応", "", clear),
            ("バリアフリー未対応", "", clear),
            ("宿泊不可", "", clear),
            ("カフェなし、キッチンなし", "", clear),
            ("Wi-Fiなし、電源あり", "power", clear),
            ("Wi-Fiなし電源あり", "power", clear),
            ("Wi-Fiあり、電源なし", "wifi", clear),
            ("Wi-Fi：○、電源：×、複合機：無", "wifi", clear),
            ("Wi-Fi○ 電源× 駐車場○", "wifi parking", clear),
            ("Wi-Fi〇電源×駐車場◎", "wifi parking", clear),
            ("○Wi-Fi ×電源 ○駐車場", "wifi parking", clear),
            ("○Wi-Fi、×電源", "wifi", clear),
            ("有：Wi-Fi、電源　無：駐車場", "wifi power", clear),
            ("あり：Wi-Fi、電源\nなし：駐車場", "wifi power", clear),
            ("Wi-Fi 有／電源 無／駐車場 無", "wifi", clear),
            ("Wi-Fi有・電源無", "wifi", clear),
            ("Wi-Fi（有）、電源（無）", "wifi", clear),
            ("Wi-Fi、電源、駐車場いずれもなし", "", clear),
            ("Wi-Fi・電源ともになし", "", clear),
            ("Wi-Fi有り、電源有り、駐車場無し", "wifi power", clear),
            ("Wi-Fi:yes 電源:no", "wifi", clear),
            ("カフェあり、キッチンなし", "kitchen-cafe", clear),
            ("会議室は要予約。駐車場はありません", "meeting-room", clear),
            ("電源を除く", "", clear),
            ("no parking", "", clear),
            ("wifi/no power", "wifi", clear),
            ("No parking, free Wi-Fi", "wifi", clear),
            ("Wi-Fi available, without power", "wifi", clear),
            ("電源:no 駐車場:yes", "parking", clear),
            // Counts and conditions.
            ("個室ブース2、会議室1", "booth meeting-room", clear),
            ("個室ブース２室・会議室１室", "booth meeting-room", clear),
            ("会議室×2", "meeting-room", clear),
            ("駐車場（10台）", "parking", clear),
            ("駐車場10台", "parking", clear),
            ("駐車場：普通車10台、大型2台", "parking", clear),
            ("ロッカー（有料）", "locker", clear),
            ("無線LAN（有料）", "wifi", clear),
            ("無料Wi-Fi", "wifi", clear),
            ("有料駐車場", "parking", clear),
            ("Wi-Fi無料", "wifi", clear),
            ("駐車場あり（有料）", "parking", clear),
            ("会議室（要予約）", "meeting-room", clear),
            ("会議室（予約不要）", "meeting-room", clear),
            ("会議室要予約", "meeting-room", clear),
            (
                "Wi-Fi(1F)、電源(全席)、ロッカー",
                "wifi power locker",
                clear,
            ),
            ("Wi-Fi（1階のみ）", "wifi", clear),
            ("Wi-Fi（館内全域）", "wifi", clear),
            ("Wi-Fi（5GHz）", "wifi", clear),
            ("会議室（飲食不可）", "meeting-room", clear),
            ("駐車場（大型車不可）", "parking", clear),
            ("電源・Wi-Fi完備", "power wifi", clear),
            ("Wi-Fi完備、電源使用可", "wifi power", clear),
            ("24時間Wi-Fi利用可", "wifi", clear),
            ("モニター貸出あり", "monitor", clear),
            ("カラー複合機（A3対応）", "printer", clear),
            ("専用駐車場", "parking", clear),
            ("屋外会議室", "meeting-room", clear),
            ("大会議室・中会議室・小会議室", "meeting-room", clear),
            ("Wi-Fi（無料ではない）", "wifi", clear),
            (
                "会議室（Wi-Fi、モニター完備）",
                "meeting-room wifi monitor",
                clear,
            ),
            ("無人受付、Wi-Fi", "wifi", warned),
            // What may mean either is neither.
            ("Wi-Fi△", "", warned),
            ("Wi-Fi：△、電源：○", "power", warned),
            ("Wi-Fi・電源なし", "", warned),
            ("Wi-Fi 電源 なし", "", warned),
            ("駐車場（有料のみ）", "", warned),
            ("駐車場有料のみ", "", warned),
            ("Wi-Fi設置予定", "", warned),
            ("Wi-Fi（準備中）", "", warned),
            ("Wi-Fi（故障中）", "", warned),
            ("Wi-Fiあり（4月から休止）", "", warned),
            ("駐車場：要問合せ", "", warned),
            ("駐車場要相談", "", warned),
            ("近隣に駐車場あり", "", warned),
            ("近隣の有料駐車場", "", warned),
            ("Wi-Fi、近隣に駐車場あり", "wifi", warned),
            ("駐車場（隣接）", "", warned),
            ("駐車場は市営駐車場をご利用ください", "", warned),
            ("駐車場なし（近隣に有料駐車場あり）", "", clear),
            ("Wi-Fi以外なし", "", warned),
            ("なし（Wi-Fiのみ）", "", warned),
            ("□Wi-Fi □電源", "", warned),
            ("Wi-Fiあり、Wi-Fiなし", "", warned),
            ("旧会議室", "", warned),
            ("駐車場は狭いので大型車は停められません", "", warned),
            ("印刷不可", "", clear),
            ("駐輪場なし", "", warned),
            ("ホワイトボード", "", warned),
            ("Wi-Fi、ホワイトボード", "wifi", warned),
            ("", "", clear),
            ("なし", "", clear),
            ("特になし", "", warned),
        ],
    );
}

#[test]
fn prose_is_not_read() {
    let long = "Wi-Fi、".repeat(1_000);
    assert!(read("amenities", &long).affirmed.is_empty());
    assert!(!read("amenities", &long).is_clear());
    assert_eq!((flag(&long), one("kind", &long)), (None, None));
}

#[test]
fn uses_are_what_a_text_affirms() {
    assert_read(
        "uses",
        &[
            ("ドロップイン、月会員", "drop-in member", true),
            ("ドロップイン可・月額会員", "drop-in member", true),
            ("ドロップイン不可、月額会員のみ", "member", true),
            ("一時利用：×、会員：○、法人：○", "member corporate", true),
            ("ドロップイン（一時利用）", "drop-in", true),
            ("要予約", "reservation", true),
            ("予約不要", "", true),
            ("ドロップイン（要予約）", "drop-in reservation", true),
            ("会員のみ", "member", true),
            ("非会員可", "", false),
        ],
    );
}

#[test]
fn a_column_about_one_thing_says_yes_or_no() {
    for (text, expected) in [
        ("有", Some(true)),
        ("有り", Some(true)),
        ("〇", Some(true)),
        ("○", Some(true)),
        ("◯", Some(true)),
        ("●", Some(true)),
        ("Ｙｅｓ", Some(true)),
        ("1", Some(true)),
        ("可", Some(true)),
        ("あり（有料）", Some(true)),
        ("有(要予約)", Some(true)),
        ("○（1階）", Some(true)),
        ("10台", Some(true)),
        ("普2台", Some(true)),
        ("普通車10台、大型1台", Some(true)),
        ("2", Some(true)),
        ("無料", Some(true)),
        ("有料", Some(true)),
        ("あり：2室", Some(true)),
        ("完備", Some(true)),
        ("無", Some(false)),
        ("無（各店による）", Some(false)),
        ("なし", Some(false)),
        ("なし（近隣に有料駐車場あり）", Some(false)),
        ("ありません", Some(false)),
        ("設置していません", Some(false)),
        ("×", Some(false)),
        ("不可", Some(false)),
        ("0台", Some(false)),
        ("0", Some(false)),
        ("-", Some(false)),
        ("否", Some(false)),
        ("未設置", Some(false)),
        ("△", None),
        ("要確認", None),
        ("予定", None),
        ("あり（予定）", None),
        ("準備中", None),
        ("有料のみ", None),
        ("近隣にあり", None),
        ("不明", None),
        ("要問合せ", None),
        ("市営駐車場をご利用ください", None),
        ("", None),
    ] {
        assert_eq!(flag(text), expected, "{text}");
    }
}

#[test]
fn one_word_is_what_a_text_clearly_says() {
    let mut wrong = Vec::new();
    for (field, text, expected) in [
        ("kind", "コワーキングスペース", Some("coworking")),
        ("kind", "コワーキング施設（民間）", Some("coworking")),
        ("kind", "駅前コワーキング", Some("coworking")),
        ("kind", "シェアオフィス・コワーキング", Some("share-office")),
        ("kind", "お試しサテライトオフィス", Some("satellite-office")),
        (
            "kind",
            "テレワークセンター（整備中）",
            Some("telework-center"),
        ),
        (
            "kind",
            "図書館（コワーキングスペースあり）",
            Some("coworking"),
        ),
        ("kind", "コワーキングではない", None),
        ("kind", "コワーキングではありません", None),
        ("kind", "コワーキング以外", None),
        ("kind", "コワーキングなし", None),
        (
            "kind",
            "コワーキング：×、シェアオフィス：○",
            Some("share-office"),
        ),
        ("kind", "旧コワーキング", None),
        ("kind", "非コワーキング", None),
        ("kind", "図書館", None),
        ("stock", "旧小学校（廃校）", Some("closed-school")),
        ("stock", "空き家ではない", None),
        ("stock", "空き店舗なし", None),
        ("stock", "武蔵野の家", None),
        (
            "support",
            "R3 官民連携まちなか再生推進事業（国交省）",
            Some("kanmin-machinaka"),
        ),
        ("support", "まちづくりファンド支援事業（不採択）", None),
        ("support", "都市構造再編集中支援事業なし", None),
        ("support", "都市構造再編集中支援事業以外", None),
        ("status", "営業中", Some("open")),
        ("status", "通常営業", Some("open")),
        ("status", "運営中", Some("open")),
        ("status", "営業中（要予約）", Some("open")),
        ("status", "営業中（令和9年3月閉館予定）", Some("open")),
        ("status", "仮オープン", Some("open")),
        ("status", "開業（令和3年4月）", Some("open")),
        ("status", "開設準備中", Some("planned")),
        ("status", "未開設", Some("planned")),
        ("status", "未供用", Some("planned")),
        ("status", "供用開始前", Some("planned")),
        ("status", "開業（予定）", Some("planned")),
        ("status", "令和8年4月開設予定", Some("planned")),
        ("status", "休館中", Some("suspended")),
        ("status", "営業休止", Some("suspended")),
        ("status", "リニューアル工事中", Some("suspended")),
        ("status", "休館（令和7年4月再開予定）", Some("suspended")),
        ("status", "休館中（改修工事のため）", Some("suspended")),
        ("status", "廃止", Some("closed")),
        ("status", "R6.3閉所", Some("closed")),
        ("status", "閉館（令和6年3月末）", Some("closed")),
        ("status", "2024年3月31日閉店", Some("closed")),
        ("status", "令和6年3月をもって閉館", Some("closed")),
        ("status", "営業終了", Some("closed")),
        ("status", "営業していません", None),
        ("status", "閉鎖予定", None),
        ("status", "閉鎖（予定）", None),
        ("status", "令和12年3月閉館", None),
        ("status", "令和8年3月31日閉館", Some("closed")),
        ("status", "2026年12月25日開館", None),
        ("status", "2026/12/25供用開始", None),
        ("status", "令和8年12月15日から休館", None),
        ("status", "休館中（令和9年3月まで）", Some("suspended")),
        ("status", "令和7年度末廃止", Some("closed")),
        ("status", "令和8年度末廃止", None),
        ("status", "2026年度中に開設", None),
        ("status", "一部閉鎖", None),
        ("status", "閉鎖（一部）", None),
        ("status", "一部休館中", None),
        ("status", "年末年始休業", None),
        ("status", "年中無休業務", None),
        ("status", "営業中止", None),
        ("status", "休館なし", None),
        ("status", "営業予定なし", None),
        ("status", "閉鎖していない", None),
        ("status", "営業中、休止中", None),
        ("status", "有料", None),
        ("eligibility", "どなたでも", Some("anyone")),
        // A price says who pays, not who may come.
        ("eligibility", "市民は無料", None),
        ("eligibility", "市民無料", None),
        ("eligibility", "町民 500円", None),
        ("eligibility", "会員は無料", None),
        ("eligibility", "市民：無料 市外：有料", Some("anyone")),
        ("eligibility", "市民以外は有料", Some("anyone")),
        ("eligibility", "会員無料・非会員500円", Some("anyone")),
        ("eligibility", "どなたでも可（市民は無料）", Some("anyone")),
        ("eligibility", "誰でも（無料）", Some("anyone")),
        ("eligibility", "会員（登録無料）", Some("registered")),
        ("eligibility", "会員登録不要", None),
        ("eligibility", "会員（登録不要）", None),
        ("eligibility", "誰でも（会員登録不要）", Some("anyone")),
        ("eligibility", "誰でも・登録不要", Some("anyone")),
        ("eligibility", "誰でも可（要予約）", Some("anyone")),
        ("eligibility", "一般利用可", Some("anyone")),
        ("eligibility", "非会員も利用可", Some("anyone")),
        ("eligibility", "市外の方も可", Some("anyone")),
        ("eligibility", "市民以外も可", Some("anyone")),
        ("eligibility", "会員、非会員とも利用可", Some("anyone")),
        ("eligibility", "市民", Some("residents")),
        ("eligibility", "市民のみ", Some("residents")),
        ("eligibility", "市民以外不可", Some("residents")),
        ("eligibility", "市民以外は利用できません", Some("residents")),
        ("eligibility", "市外の方は不可（市民のみ）", None),
        ("eligibility", "市民（市外の方は不可）", Some("residents")),
        (
            "eligibility",
            "市内に在住・在勤・在学する方",
            Some("residents"),
        ),
        ("eligibility", "市内在住・在勤者に限る", Some("residents")),
        ("eligibility", "市民（高校生以上）", None),
        (
            "eligibility",
            "会員のみ（一般利用不可）",
            Some("registered"),
        ),
        ("eligibility", "会員以外不可", Some("registered")),
        ("eligibility", "会員限定", Some("registered")),
        ("eligibility", "会員専用", Some("registered")),
        ("eligibility", "登録者", Some("registered")),
        ("eligibility", "登録者のみ利用可", Some("registered")),
        ("eligibility", "法人のみ", Some("corporate")),
        ("eligibility", "個人・法人", None),
        ("eligibility", "法人、個人", None),
        ("eligibility", "企業・団体", None),
        ("eligibility", "市民不可", None),
        ("eligibility", "誰でも不可", None),
        ("eligibility", "一般不可", None),
        ("eligibility", "一般利用不可", None),
        ("eligibility", "市民優先", None),
        ("eligibility", "市民、会員", None),
        ("eligibility", "誰でも（要会員登録）", None),
        ("eligibility", "テナント入居者", None),
        ("eligibility", "女性限定", None),
        ("eligibility", "高校生以上", None),
        ("eligibility", "制限あり", None),
    ] {
        let found = one(field, text);
        if found != expected {
            wrong.push(format!("{field} {text}: {found:?}, not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_text_is_read(text in "([Wi\\-F電源駐車場会議室なしあり無有○×△可不、・ 　（）()：:0-9台予定要約近隣以外のみ]|\\PC){0,30}") {
        for field in ["amenities", "uses", "kind", "stock", "support", ""] {
            read(field, &text);
        }
        for field in ["status", "eligibility", "kind", "confidence"] {
            one(field, &text);
        }
        flag(&text);
    }

    /// A word beside a no is not the word, whatever stands around both.
    #[test]
    fn what_is_denied_is_never_affirmed(
        before in "(|Wi-Fi、|電源あり、|会議室（要予約）。|①)",
        word in "(駐車場|ロッカー|モニター|バリアフリー)",
        between in "(| |：|:|は|が|の設置は)",
        no in "(なし|無し|×|不可|無|ありません|利用不可|設置なし|有料のみ|設置していません|ございません)",
        after in "(|。|、電源あり|（要予約）|\\n会議室)",
    ) {
        let text = format!("{before}{word}{between}{no}{after}");
        let denied = words::slug("amenities", &word).unwrap();
        let claims = read("amenities", &text);
        proptest::prop_assert!(!claims.affirmed.contains(&denied), "{}: {:?}", text, claims);
    }
}
