//! Forms of several parts (`multipart/form-data`, RFC 7578) that were read whole.

/// The parts of a form in their order, each with its name; or what is wrong with it.
pub fn parts<'a>(
    content_type: &str,
    body: &'a [u8],
) -> Result<Vec<(String, &'a [u8])>, &'static str> {
    let boundary = attribute(content_type, "boundary")
        .filter(|boundary| (1..=70).contains(&boundary.len()))
        .ok_or("it names no boundary")?;
    let delimiter = format!("--{boundary}");
    let start = body
        .strip_prefix(delimiter.as_bytes())
        .or_else(|| Some(split(body, format!("\r\n{delimiter}").as_bytes())?.1));
    let mut rest = start.ok_or("its first boundary is missing")?;
    let delimiter = format!("\r\n{delimiter}");
    let mut parts = Vec::new();
    while !rest.starts_with(b"--") {
        let (_, after) = split(rest, b"\r\n").ok_or("it ends within a boundary")?;
        let (headers, after) = split(after, b"\r\n\r\n").ok_or("a part has no headers")?;
        let (content, after) =
            split(after, delimiter.as_bytes()).ok_or("its last boundary is missing")?;
        let headers = String::from_utf8_lossy(headers);
        let named = headers.split("\r\n").find_map(|header| {
            let (field, value) = header.split_once(':')?;
            let is_disposition = field.trim().eq_ignore_ascii_case("content-disposition");
            is_disposition.then(|| attribute(value, "name")).flatten()
        });
        parts.push((named.ok_or("a part has no name")?, content));
        rest = after;
    }
    Ok(parts)
}

/// `name` of `form-data; name="zones"; filename="a.geojson"`.
fn attribute(header: &str, name: &str) -> Option<String> {
    header.split(';').skip(1).find_map(|part| {
        let (key, value) = part.split_once('=')?;
        let is_it = key.trim().eq_ignore_ascii_case(name);
        is_it.then(|| value.trim().trim_matches('"').to_owned())
    })
}

/// What stands before and after a text's first place.
fn split<'a>(text: &'a [u8], by: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = text.windows(by.len()).position(|window| window == by)?;
    Some((&text[..at], &text[at + by.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SORT: &str = "multipart/form-data; boundary=\"--b\"";

    #[test]
    fn parts_come_whole_and_in_order() {
        let body = b"----b\r\nContent-Disposition: form-data; name=\"zones\"; filename=\"a;b.json\"\r\n\
            Content-Type: application/geo+json\r\n\r\n{}\r\n----b\r\ncontent-disposition: form-data; name=list\r\n\r\n\r\n--\r\n\r\n----b--\r\n";
        let found = parts(SORT, body).unwrap();
        let found: Vec<(&str, &[u8])> = found.iter().map(|(name, part)| (&**name, *part)).collect();
        assert_eq!(found, [("zones", &b"{}"[..]), ("list", b"\r\n--\r\n")]);
        let before = [b"a preamble\r\n", &body[..]].concat();
        assert_eq!(parts(SORT, &before).unwrap().len(), 2);
    }

    #[test]
    fn what_is_no_form_is_told() {
        for (sort, body, said) in [
            ("multipart/form-data", "----b--", "boundary"),
            (SORT, "", "first"),
            (SORT, "----b", "within"),
            (SORT, "----b\r\nA: b\r\n", "headers"),
            (SORT, "----b\r\nA: b\r\n\r\n{}", "last"),
            (SORT, "----b\r\nA: b\r\n\r\n{}\r\n----b--", "name"),
        ] {
            let wrong = parts(sort, body.as_bytes()).unwrap_err();
            assert!(wrong.contains(said), "{body}: {wrong}");
        }
        assert!(parts(SORT, b"----b--").unwrap().is_empty());
    }
}
