//! The closed lists of words a facility may use, one type a list.
//!
//! A word's slug is what files, URLs and the log carry; what people read (「空き店舗」, "Vacant
//! shop") lives in `geodata/programmes.json`, and a test holds the two together. Unknown is never
//! a word of these lists: it is the absence of one.

/// A word that is in none of the list's entries, with the list's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{found}” is no {list}; known are {}", known.join(", "))]
pub struct UnknownWord {
    /// What was given.
    pub found: String,
    /// Which list was asked.
    pub list: &'static str,
    /// The list's words.
    pub known: &'static [&'static str],
}

/// A closed list of words: an enum with a slug for each.
macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident $list:literal { $($(#[$word_doc:meta])* $word:ident = $slug:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "&'static str")]
        pub enum $name { $($(#[$word_doc])* #[doc = concat!("`", $slug, "`")] $word,)+ }

        impl $name {
            /// Every word, in the order people are shown them.
            pub const ALL: &'static [$name] = &[$($name::$word,)+];
            /// Every slug, in the same order.
            pub const SLUGS: &'static [&'static str] = &[$($slug,)+];

            /// The word as files, URLs and the log write it.
            pub const fn slug(self) -> &'static str {
                match self { $($name::$word => $slug,)+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::vocabulary::UnknownWord;
            fn from_str(text: &str) -> Result<Self, $crate::domain::vocabulary::UnknownWord> {
                match text {
                    $($slug => Ok($name::$word),)+
                    _ => Err($crate::domain::vocabulary::UnknownWord { found: text.to_owned(), list: $list, known: Self::SLUGS }),
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::domain::vocabulary::UnknownWord;
            fn try_from(text: String) -> Result<Self, $crate::domain::vocabulary::UnknownWord> { text.parse() }
        }

        impl From<$name> for &'static str {
            fn from(word: $name) -> &'static str { word.slug() }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.slug()) }
        }
    };
}

pub(super) use vocabulary;

vocabulary! {
    /// What sort of place it is.
    Kind "kind" {
        Coworking = "coworking",
        ShareOffice = "share-office",
        SatelliteOffice = "satellite-office",
        Workation = "workation",
        TeleworkCenter = "telework-center",
        Exchange = "exchange",
        RentalSpace = "rental-space",
    }
}

vocabulary! {
    /// Which old building it was made from.
    Stock "stock" {
        VacantStore = "vacant-store",
        VacantBuilding = "vacant-building",
        OldHouse = "old-house",
        VacantHouse = "vacant-house",
        Kura = "kura",
        ClosedSchool = "closed-school",
        PublicFacility = "public-facility",
        InnHotel = "inn-hotel",
        WarehouseFactory = "warehouse-factory",
        OtherOldStock = "other-old-stock",
    }
}

vocabulary! {
    /// Whether it works today, as far as a source says.
    Status "status" {
        Planned = "planned",
        Open = "open",
        Suspended = "suspended",
        Closed = "closed",
        Unknown = "unknown",
    }
}

impl Status {
    /// What an answer holds when nobody asked for a status: everything that may be there to use.
    pub const SHOWN_BY_DEFAULT: [Status; 3] = [Status::Open, Status::Suspended, Status::Unknown];
}

vocabulary! {
    /// How exactly its position is known.
    Precision "position_precision" {
        Building = "building",
        Street = "street",
        /// Some minutes on foot from a station.
        Station = "station",
        Town = "town",
        City = "city",
    }
}

impl Precision {
    /// How far the true place may be, in metres, where nobody wrote it down.
    pub const fn usual_error(self) -> f64 {
        match self {
            Precision::Building => 0.0,
            Precision::Street => 200.0,
            // Ten minutes on foot.
            Precision::Station => 800.0,
            Precision::Town => 1_000.0,
            Precision::City => 10_000.0,
        }
    }
}

vocabulary! {
    /// How long ago its status was said, counted in calendar years.
    StatusAge "status_age" {
        /// This year or last year.
        Fresh = "fresh",
        /// Two to four years ago.
        Ageing = "ageing",
        /// Five years ago or more.
        Old = "old",
    }
}

impl StatusAge {
    /// The age of what was said in `year`, seen from `this_year`.
    pub const fn between(year: i32, this_year: i32) -> StatusAge {
        match this_year - year {
            ..=1 => StatusAge::Fresh,
            2..=4 => StatusAge::Ageing,
            5.. => StatusAge::Old,
        }
    }
}

vocabulary! {
    /// Who may use it.
    Eligibility "eligibility" {
        Anyone = "anyone",
        Residents = "residents",
        Registered = "registered",
        Corporate = "corporate",
    }
}

vocabulary! {
    /// What it offers.
    Amenity "amenity" {
        Wifi = "wifi",
        Power = "power",
        Booth = "booth",
        MeetingRoom = "meeting-room",
        Monitor = "monitor",
        Printer = "printer",
        Locker = "locker",
        SmartLock = "smart-lock",
        Concierge = "concierge",
        KitchenCafe = "kitchen-cafe",
        Parking = "parking",
        BarrierFree = "barrier-free",
        Lodging = "lodging",
    }
}

vocabulary! {
    /// How it can be used. (`eligibility` of the ministry's list is a field of its own here.)
    Use "use" {
        DropIn = "drop-in",
        Member = "member",
        Corporate = "corporate",
        Reservation = "reservation",
    }
}

vocabulary! {
    /// How sure the compiler of a record was of it as a whole.
    Confidence "confidence" {
        High = "high",
        Medium = "medium",
        Low = "low",
    }
}

vocabulary! {
    /// One of the City Bureau's four programmes of FY2022.
    Programme "programme" {
        ToshiKozoSaihen = "toshi-kozo-saihen",
        ToshiSaiseiSeibi = "toshi-saisei-seibi",
        KanminMachinaka = "kanmin-machinaka",
        MachizukuriFund = "machizukuri-fund",
    }
}

vocabulary! {
    /// How sure it is that a programme supported a facility.
    Certainty "certainty" {
        Confirmed = "confirmed",
        Likely = "likely",
        Unknown = "unknown",
    }
}
