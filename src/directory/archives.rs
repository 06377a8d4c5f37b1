//! Opens the ministry's files as downloaded: GeoJSON, or an archive of such files. Both are read as
//! streams. Files that are too large are refused before they are unpacked.

use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

/// Files an archive may hold: the ministry's have about a dozen for each prefecture.
const MOST_FILES: usize = 1_000;
/// An archive may unpack to so many times its size, beyond [`SMALL`]: coordinates as text make ten.
const MOST_TIMES: u64 = 100;
/// What is no larger unpacks in any case.
const SMALL: u64 = 64 << 20;

/// A file that is no use, and why.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {reason}")]
pub struct Refused {
    /// Its name, and in an archive the file's in it.
    pub file: String,
    /// Why.
    pub reason: String,
}

/// Which files of an archive are read, and up to what size.
pub(super) struct Limits {
    /// Bytes of GeoJSON in all.
    pub largest: u64,
    /// Whether a file is another layer that is left out, by its path in lower case without `.geojson`.
    pub is_other: fn(&str) -> bool,
}

pub(super) fn refused(file: &str, reason: &dyn std::fmt::Display) -> Refused {
    Refused {
        file: file.to_owned(),
        reason: reason.to_string(),
    }
}

/// Reads a file, or all that an archive has of GeoJSON, with `each`; returns the name of the last one.
pub(super) fn read<E: std::fmt::Display>(
    name: &str,
    mut file: impl Read + Seek,
    limits: &Limits,
    each: &mut dyn FnMut(&mut dyn BufRead) -> Result<(), E>,
) -> Result<String, Refused> {
    let io = |error: io::Error| refused(name, &format!("it cannot be read: {error}"));
    let length = file.seek(SeekFrom::End(0)).map_err(io)?;
    file.rewind().map_err(io)?;
    let mut file = BufReader::with_capacity(1 << 20, file);
    let start = file.fill_buf().map_err(io)?;
    if start.starts_with(b"PK") {
        return archive(name, file, length, limits, each);
    }
    if start.starts_with(&[0, 0, 0x27, 0x0a]) {
        let reason = "it is a Shapefile; the GeoJSON of the same archive is expected";
        return Err(refused(name, &reason));
    }
    if length > limits.largest {
        return Err(refused(name, &too_large(length, limits)));
    }
    geojson(name, &mut file, each)?;
    Ok(name.to_owned())
}

fn too_large(bytes: u64, limits: &Limits) -> String {
    format!(
        "it has {} MiB; at most {} are read",
        bytes.div_ceil(1 << 20),
        limits.largest >> 20
    )
}

fn geojson<E: std::fmt::Display>(
    name: &str,
    file: &mut dyn BufRead,
    each: &mut dyn FnMut(&mut dyn BufRead) -> Result<(), E>,
) -> Result<(), Refused> {
    let start = file
        .fill_buf()
        .map_err(|error| refused(name, &unreadable(&error)))?;
    match start {
        [0xef, 0xbb, 0xbf, ..] => file.consume(3),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            return Err(refused(name, &"it is UTF-16; GeoJSON must be UTF-8"));
        }
        [] => return Err(refused(name, &"it is empty")),
        _ => {}
    }
    each(file).map_err(|reason| refused(name, &reason))
}

fn unreadable(error: &io::Error) -> String {
    format!("it cannot be read to its end: {error}")
}

/// Reads the GeoJSON of an archive. What is too large is refused before it is unpacked.
fn archive<E: std::fmt::Display>(
    name: &str,
    file: impl Read + Seek,
    length: u64,
    limits: &Limits,
    each: &mut dyn FnMut(&mut dyn BufRead) -> Result<(), E>,
) -> Result<String, Refused> {
    let damaged =
        |error: &dyn std::fmt::Display| refused(name, &format!("a damaged zip archive: {error}"));
    let mut archive = zip::ZipArchive::new(file).map_err(|error| damaged(&error))?;
    if archive.len() > MOST_FILES {
        let found = archive.len();
        let reason =
            format!("an archive of {found} files; at most {MOST_FILES} are looked through");
        return Err(refused(name, &reason));
    }
    let mut wanted = Vec::new();
    let (mut all, mut has_shapes) = (0_u64, false);
    for i in 0..archive.len() {
        let file = archive.by_index_raw(i).map_err(|error| damaged(&error))?;
        let own = file.name().map_err(|error| damaged(&error))?.into_owned();
        let lower = own.to_lowercase();
        has_shapes |= lower.ends_with(".shp");
        let Some(stem) = lower
            .strip_suffix(".geojson")
            .or_else(|| lower.strip_suffix(".json"))
        else {
            continue;
        };
        if (limits.is_other)(stem) {
            continue;
        }
        all = all.saturating_add(file.size());
        wanted.push((i, own));
    }
    if wanted.is_empty() {
        let reason = match has_shapes {
            true => {
                "it holds a Shapefile and no GeoJSON: download the GeoJSON, or the archive that has both"
            }
            false => "it holds no GeoJSON (a name that ends in .geojson)",
        };
        return Err(refused(name, &reason));
    }
    if all > limits.largest {
        return Err(refused(
            name,
            &format!("unpacked, {}", too_large(all, limits)),
        ));
    }
    if all > SMALL && all > length.saturating_mul(MOST_TIMES) {
        let reason = format!(
            "it unpacks to {} times its size; GeoJSON makes about ten, at most {MOST_TIMES} are unpacked",
            all / length.max(1)
        );
        return Err(refused(name, &reason));
    }
    let mut last = String::new();
    for (i, own) in wanted {
        let inner = format!("{name}/{own}");
        let file = archive
            .by_index(i)
            .map_err(|error| refused(&inner, &error))?;
        // What it says of its size may be a lie.
        let said = file.size();
        let mut file = BufReader::with_capacity(1 << 20, file.take(said + 1));
        geojson(&inner, &mut file, each)?;
        // To its end, where the archive's checksum is compared.
        let rest = io::copy(&mut file, &mut io::sink());
        rest.map_err(|error| refused(&inner, &unreadable(&error)))?;
        last = own;
    }
    Ok(last)
}

/// `N03-20240101` of `N03-20240101_GML.zip`: a data set's letters and the digits behind them, at least so many.
pub(super) fn edition(name: &str, set: &str, digits: usize) -> Option<String> {
    let at = name.rfind(set)?;
    let rest = &name[at + set.len()..];
    let found = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    (found >= digits).then(|| name[at..at + set.len() + found].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edition_is_in_the_name() {
        for (name, set, digits, found) in [
            ("x/N03-20240101_13_GML.zip", "N03-", 6, Some("N03-20240101")),
            ("N03-200101_GML/N03-20_200101.geojson", "N03-", 6, None),
            ("tokyo.geojson", "N03-", 6, None),
            (
                "N02-24_GML.zip/UTF-8/N02-24_Station.geojson",
                "N02-",
                2,
                Some("N02-24"),
            ),
        ] {
            assert_eq!(edition(name, set, digits).as_deref(), found, "{name}");
        }
    }
}
