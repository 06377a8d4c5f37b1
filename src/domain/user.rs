//! People: their role, where it counts, and what each may do.
//!
//! This is the one place that says who may do what. Rooms that act ask [`User::may`]; nothing else
//! compares roles.

use std::fmt;

use super::change::ActorId;
use super::municipality::MunicipalityCode;
use super::vocabulary::vocabulary;

vocabulary! {
    /// What a person is here for.
    Role "role" {
        Editor = "editor",
        Reviewer = "reviewer",
        Planner = "planner",
        Admin = "admin",
    }
}

vocabulary! {
    /// What an API token may be used for; never more than its owner may do.
    Scope "scope" {
        Read = "read",
        Submit = "submit",
        Publish = "publish",
    }
}

/// Where a role counts: a prefecture with all its municipalities, or one municipality or ward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Area {
    /// A prefecture, 1 to 47.
    Prefecture(u8),
    /// A municipality, or a ward of a designated city.
    Municipality(MunicipalityCode),
}

/// A text that names no area.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” is no area: two digits for a prefecture (01 to 47), five or six for a municipality or ward"
)]
pub struct NoArea(pub String);

/// Where something is, as areas are compared: its municipality and, in a designated city, its ward.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whereabouts {
    /// The municipality; of a designated city the city.
    pub municipality: MunicipalityCode,
    /// The ward, where there is one.
    pub ward: Option<MunicipalityCode>,
}

/// Somebody who is signed in, or the operator at the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// How the log knows them.
    pub id: ActorId,
    /// What they are called.
    pub name: String,
    /// What they are here for.
    pub role: Role,
    /// Where that counts; `None` is everywhere.
    pub area: Option<Area>,
    /// What the token allows they came with; `None` for a session, which allows all their role does.
    pub scope: Option<Scope>,
    /// That token's number.
    pub token: Option<i64>,
}

/// Something a person may want to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Read drafts, reports, histories with their actors.
    ReadDrafts,
    /// Hand in changes for review.
    Submit,
    /// Decide on what was handed in, and publish without asking.
    Publish,
    /// Manage accounts and take personal values out of the log.
    Administer,
}

impl Area {
    /// Reads two, five or six digits.
    pub fn new(text: &str) -> Result<Area, NoArea> {
        let wrong = || NoArea(text.to_owned());
        if text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit()) {
            let number = text.parse().map_err(|_| wrong())?;
            return Some(number)
                .filter(|n| (1..=47).contains(n))
                .map(Area::Prefecture)
                .ok_or_else(wrong);
        }
        MunicipalityCode::new(text)
            .map(Area::Municipality)
            .map_err(|_| wrong())
    }

    /// Whether something there lies in this area. A city includes its wards.
    pub fn covers(self, place: Whereabouts) -> bool {
        match self {
            Area::Prefecture(number) => place.municipality.prefecture() == number,
            Area::Municipality(code) => place.municipality == code || place.ward == Some(code),
        }
    }
}

impl Area {
    /// Whether something in `other` always lies in this area; `parent` is the city of a ward.
    pub fn includes(
        self,
        other: Area,
        parent: impl Fn(MunicipalityCode) -> Option<MunicipalityCode>,
    ) -> bool {
        match (self, other) {
            (_, Area::Municipality(code)) => {
                let parent = parent(code);
                self.covers(Whereabouts {
                    municipality: parent.unwrap_or(code),
                    ward: parent.map(|_| code),
                })
            }
            (own, prefecture) => own == prefecture,
        }
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Area::Prefecture(number) => write!(f, "{number:02}"),
            Area::Municipality(code) => code.fmt(f),
        }
    }
}

impl User {
    /// Whoever runs the command line.
    pub fn operator() -> User {
        User {
            id: ActorId::CLI,
            name: "cli".to_owned(),
            role: Role::Admin,
            area: None,
            scope: None,
            token: None,
        }
    }

    /// Whether they may do this at all, somewhere.
    pub fn may(&self, act: Act) -> bool {
        let by_role = match act {
            Act::ReadDrafts | Act::Submit => self.role != Role::Planner,
            Act::Publish => matches!(self.role, Role::Reviewer | Role::Admin),
            Act::Administer => self.role == Role::Admin,
        };
        let by_scope = match (self.scope, act) {
            (None, _) | (Some(_), Act::ReadDrafts) => true,
            (Some(scope), Act::Submit) => matches!(scope, Scope::Submit | Scope::Publish),
            (Some(scope), Act::Publish) => scope == Scope::Publish,
            // Accounts are managed by people who are present, never by a token that may have leaked.
            (Some(_), Act::Administer) => false,
        };
        by_role && by_scope
    }

    /// Whether they may do this to something that lies there.
    pub fn may_at(&self, act: Act, place: Whereabouts) -> bool {
        self.may(act) && self.area.is_none_or(|area| area.covers(place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(municipality: &str, ward: Option<&str>) -> Whereabouts {
        let code = |text: &str| MunicipalityCode::new(text).unwrap();
        Whereabouts {
            municipality: code(municipality),
            ward: ward.map(code),
        }
    }

    #[test]
    fn a_prefecture_covers_its_municipalities_and_a_city_its_wards() {
        let hakata = place("40130", Some("40132"));
        for (area, covers) in [
            ("40", true),
            ("40130", true),
            ("401307", true),
            ("40132", true),
            ("40133", false),
            ("13", false),
        ] {
            assert_eq!(Area::new(area).unwrap().covers(hakata), covers, "{area}");
        }
        for bad in ["", "0", "00", "48", "4013", "401308", "ab"] {
            assert!(Area::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_area_includes_what_always_lies_in_it() {
        let area = |text| Area::new(text).unwrap();
        let parent = |code: MunicipalityCode| {
            code.to_string()
                .starts_with("4013")
                .then(|| MunicipalityCode::new("40130").unwrap())
                .filter(|city| *city != code)
        };
        for (own, other, includes) in [
            ("40", "40", true),
            ("40", "40132", true),
            ("40130", "40132", true),
            ("40132", "40130", false),
            ("40130", "40", false),
            ("13", "40", false),
            ("40130", "40202", false),
        ] {
            assert_eq!(
                area(own).includes(area(other), parent),
                includes,
                "{own} {other}"
            );
        }
    }

    #[test]
    fn a_token_allows_no_more_than_its_scope_and_its_owner() {
        let user = |role, scope| User {
            role,
            scope,
            ..User::operator()
        };
        assert!(user(Role::Admin, None).may(Act::Administer));
        assert!(!user(Role::Admin, Some(Scope::Publish)).may(Act::Administer));
        assert!(!user(Role::Reviewer, Some(Scope::Submit)).may(Act::Publish));
        assert!(!user(Role::Editor, Some(Scope::Publish)).may(Act::Publish));
        assert!(user(Role::Editor, Some(Scope::Publish)).may(Act::Submit));
        assert!(!user(Role::Planner, None).may(Act::Submit));
    }
}
