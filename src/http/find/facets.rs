//! `/collections/facilities/facets`: how many facilities each choice of a filter would leave.

use actix_web::{HttpRequest, HttpResponse};
use constcat::concat_slices;
use serde_json::{Map, Value, json};

use crate::domain::vocabulary::{
    Amenity, Certainty, Eligibility, Kind, Programme, StatusAge, Stock, Use,
};
use crate::http::answer::{Answer, Link, Stop};
use crate::http::negotiate::{self, JSON};
use crate::http::query::{self as p, Parameter, QueryParams, as_of, filter};
use crate::http::site::Site;
use crate::http::wire::blocking::compute;
use crate::opening::{Minute, State};
use crate::snapshot::Snapshot;
use crate::snapshot::counts::Counting;
use crate::snapshot::facets::Facet;
use crate::snapshot::find::Query;

/// What it takes: all that narrows items down.
pub const PARAMETERS: &[&Parameter] = concat_slices!([&Parameter]:
    &[&p::NEAR, &p::MAX_DISTANCE, &p::BBOX],
    filter::PARAMETERS,
    &[&p::AS_OF, &p::F, &p::LANG]
);

/// The prices counted, yen an hour: what a slider marks.
pub const PRICES: [u32; 10] = [0, 100, 200, 300, 400, 500, 700, 1_000, 1_500, 2_000];

/// `GET /collections/facilities/facets`.
pub async fn show(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    let site = Site::of(&request);
    let given = QueryParams::of(&request, PARAMETERS)?;
    let format = negotiate::format(&request, given.get(&p::F), &[JSON])?;
    let query = Query {
        near: given.near()?,
        within: given.max_distance()?,
        bbox: given.bbox()?,
        filter: filter::read(&given, &site.directory)?,
        include_unknown: given.include_unknown()?,
        ..Query::default()
    };
    let generation = as_of::generation(&request, &given).await?;
    let minute = query.filter.open_at.unwrap_or_else(filter::now);
    // What is open is counted whether it is asked for or not, so the minute always counts.
    let tag = filter::at(&generation.tag, minute);
    let mut answer = Answer::tagged(&request, &generation, format, &tag)?;
    let counted = std::sync::Arc::clone(&generation);
    let mut body = compute(move || count(&counted.snapshot, &query, minute)).await?;
    let here = format!("{}?{}", site.url(request.path()), request.query_string());
    let links = answer.links([
        Link::new(here.trim_end_matches('?').to_owned(), "self", JSON),
        Link::new(site.url("/collections/facilities"), "collection", JSON),
    ]);
    body["timeStamp"] = json!(generation.timestamp);
    body["links"] = json!(links);
    Ok(answer.finish(body.to_string()))
}

/// The numbers.
pub fn count(snapshot: &Snapshot, query: &Query, minute: Minute) -> Value {
    let counting = snapshot.counting(query);
    let mut certainty = words(&counting, Facet::Certainty, Certainty::ALL, Certainty::slug);
    // The list has a word of its own called unknown; support nobody knows of is unknown as well.
    let unknown = [
        Facet::Certainty(Some(Certainty::Unknown)),
        Facet::Certainty(None),
    ];
    certainty["unknown"] = json!(counting.any(&unknown));
    let (prices, unknown) = counting.prices(&PRICES);
    let marks = PRICES.iter().map(u32::to_string);
    let mut price: Map<String, Value> = marks.zip(prices.into_iter().map(Value::from)).collect();
    price.insert("unknown".to_owned(), json!(unknown));
    let states = counting.states(minute);
    let open = State::ALL.map(|state| (state.slug().to_owned(), json!(states[state as usize])));
    json!({
        "numberMatched": counting.matched(),
        "facets": {
            "kind": words(&counting, Facet::Kind, Kind::ALL, Kind::slug),
            "stock": words(&counting, Facet::Stock, Stock::ALL, Stock::slug),
            "programme": words(&counting, Facet::Programme, Programme::ALL, Programme::slug),
            "certainty": certainty,
            "eligibility": words(&counting, Facet::Eligibility, Eligibility::ALL, Eligibility::slug),
            "amenity": words(&counting, Facet::Amenity, Amenity::ALL, Amenity::slug),
            "use": words(&counting, Facet::Use, Use::ALL, Use::slug),
            "status-age": words(&counting, Facet::StatusAge, StatusAge::ALL, StatusAge::slug),
            "open": Map::from_iter(open),
            "price": price,
        },
    })
}

fn words<W: Copy>(
    counting: &Counting<'_>,
    facet: fn(Option<W>) -> Facet,
    all: &[W],
    slug: fn(W) -> &'static str,
) -> Value {
    let facets = all.iter().map(|&word| Some(word)).chain([None]).map(facet);
    let names = all.iter().map(|&word| slug(word)).chain(["unknown"]);
    let counts = counting.words(facets);
    let pairs = names.zip(counts);
    pairs
        .map(|(name, count)| (name.to_owned(), json!(count)))
        .collect::<Map<_, _>>()
        .into()
}
