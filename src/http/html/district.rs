//! A district's own page: its hubs, or the nearest ones where it has none.

use askama::Template;

use super::head::Head;
use super::list::{Card, facility_card};
use super::{collection, href, map_link, render, structured, suffix};
use crate::directory::Generation;
use crate::districts::District;
use crate::http::answer::Link;
use crate::http::language::Language;
use crate::http::opening::Shown;
use crate::snapshot::find::Page;

/// What a district's page lists.
pub struct Hubs {
    /// Those in it, the first of them.
    pub here: Page,
    /// Where there are none, the nearest ones.
    pub near: Page,
}

#[derive(Template)]
#[template(path = "district.html")]
struct DistrictPage {
    language: Language,
    head: Head,
    title: String,
    /// Its reading, or as it is written.
    name: String,
    summary: String,
    count: String,
    here: Vec<Card>,
    /// All of them as a list, where the page shows only some.
    all: Option<String>,
    near: Vec<Card>,
    map: String,
    coverage: String,
    feed: String,
    json: Option<String>,
}

/// A district's own page.
pub fn district(
    district: &District,
    generation: &Generation,
    hubs: &Hubs,
    (public_url, shown): (&str, Shown),
    links: &[Link],
    language: Language,
) -> String {
    let city = district
        .parent
        .and_then(|city| generation.known.districts.municipality(city));
    let title = match (language, city) {
        (Language::Ja, Some(city)) => {
            format!("{} {}{}", district.prefecture, city.name, district.name)
        }
        (Language::Ja, None) if district.code.len() == 5 => {
            format!("{} {}", district.prefecture, district.name)
        }
        (Language::Ja, None) => district.name.to_string(),
        (Language::En, Some(city)) => format!("{}, {}", district.romaji, city.romaji),
        (Language::En, None) => district.romaji.to_string(),
    };
    let mut lines = vec![district.code.to_string()];
    if district.approximate {
        let estimated = language.pick("境界は推定です", "its border is estimated");
        lines.push(estimated.to_owned());
    }
    let matched = hubs.here.matched;
    let path = format!(
        "/collections/{}/items/{}",
        collection(district),
        district.code
    );
    let feed = format!("{path}/feed");
    let titled = language.pick(
        format!("{title}のテレワーク拠点"),
        format!("Telework hubs in {title}"),
    );
    let snapshot = &generation.snapshot;
    let listed = if matched > 0 { &hubs.here } else { &hubs.near };
    let named: Vec<(String, String)> = listed
        .hits
        .iter()
        .map(|hit| {
            let entry = snapshot.entry(hit.slot);
            let url = format!("{public_url}/collections/facilities/items/{}", entry.id);
            (url, entry.facility().name.to_string())
        })
        .collect();
    let urls = named.iter().map(|(url, name)| (url.clone(), name.as_str()));
    let head = Head {
        description: match matched {
            0 => language.pick(
                format!("{title}に掲載されている拠点はまだありません。近くのコワーキングスペースやシェアオフィスを、距離の近い順に案内します。"),
                format!("No hub is listed in {title} yet. The nearest coworking spaces and shared offices, by distance."),
            ),
            _ => language.pick(
                format!("{title}のコワーキングスペース、シェアオフィスなどテレワーク拠点{matched}件。営業中か、料金、だれが使えるか、支援事業がわかります。"),
                format!("{matched} coworking spaces, shared offices and other telework hubs in {title}: what is open, prices, who may use them, programme support."),
            ),
        },
        data: structured::hubs(&titled, urls),
        feed: Some([public_url, &feed].concat()),
        ..Head::of(public_url, &path, &titled, language)
    };
    let cards = |page: &Page| {
        let hits = page.hits.iter();
        hits.map(|hit| facility_card(generation, hit, shown, None, language))
            .collect()
    };
    let filter = format!(
        "/collections/facilities/items?f=html&municipality={}{}",
        district.code,
        language.pick("", "&lang=en")
    );
    render(&DistrictPage {
        language,
        head,
        title: titled,
        name: language.pick(&*district.kana, &*district.name).to_owned(),
        summary: lines.join(" ・ "),
        count: language.pick(format!("{matched}件"), format!("{matched} listed")),
        here: cards(&hubs.here),
        all: hubs.here.next.is_some().then_some(filter),
        near: cards(&hubs.near),
        map: map_link(district.label, 11, None, language),
        coverage: format!("/coverage{}&area={}", suffix(language), district.code),
        feed,
        json: href(links, "alternate"),
    })
}
