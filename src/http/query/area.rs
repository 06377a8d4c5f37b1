//! The parameter `area`: whose figures or stations are wanted.

use serde_json::json;

use super::{self as p, Parameter, QueryParams};
use crate::http::problem::{Problem, Text};
use crate::http::site::Site;

parameters! {
    AREA = "area", "Whose coverage, or where sites are sought: a prefecture (two digits) gives its municipalities, a municipality or ward (five digits) itself; without it all prefectures, in the collection `coverage` all municipalities.",
        json!({"type": "string", "examples": ["13", "40130"]});
}

/// The codes of districts, as they stand in the squares.
pub fn codes(given: &QueryParams<'_>, site: &Site) -> Result<Vec<Vec<String>>, Problem> {
    let districts = &site.directory.reference().districts;
    let code = |parameter: &Parameter, text: &str| {
        crate::review::area(text, districts).map_err(|error| {
            let rule = Text::new(
                "2桁の都道府県コードか、5桁（検査数字付きは6桁）の全国地方公共団体コードを指定してください",
                error,
            );
            Problem::parameter(parameter.name, text, rule)
        })
    };
    let mut all = Vec::new();
    if let Some(text) = given.get(&AREA) {
        all.push(vec![code(&AREA, text)?]);
    }
    if let Some(text) = given.get(&p::MUNICIPALITY) {
        let codes = text.split(',').map(str::trim);
        let codes = codes.map(|text| code(&p::MUNICIPALITY, text));
        all.push(codes.collect::<Result<_, _>>()?);
    }
    Ok(all)
}
