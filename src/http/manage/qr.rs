//! A text as a QR code, for a telephone's camera: what to draw, not a picture.

use qrcodegen::{QrCode, QrCodeEcc};
use serde::Serialize;
use utoipa::ToSchema;

/// The light modules around a code, without which cameras do not find it.
const MARGIN: i32 = 4;

/// A code to draw.
#[derive(Serialize, ToSchema)]
#[schema(as = qrCode)]
pub struct Drawing {
    /// The side of its square in modules, margin included.
    size: i32,
    /// Its dark modules, as the path of an SVG.
    path: String,
}

/// How to draw a text; `None` of one that is longer than a code can hold.
pub fn drawn(text: &str) -> Option<Drawing> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let dark = (x..code.size())
                .take_while(|x| code.get_module(*x, y))
                .count() as i32;
            if dark > 0 {
                path += &format!("M{} {}h{dark}v1h-{dark}z", x + MARGIN, y + MARGIN);
            }
            x += dark.max(1);
        }
    }
    Some(Drawing {
        size: code.size() + 2 * MARGIN,
        path,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The dark modules a path covers.
    fn dark(path: &str) -> Vec<(i32, i32)> {
        let strokes = path.split('M').filter(|stroke| !stroke.is_empty());
        let modules = strokes.flat_map(|stroke| {
            let (x, rest) = stroke.split_once(' ').unwrap();
            let (y, rest) = rest.split_once('h').unwrap();
            let (length, _) = rest.split_once('v').unwrap();
            let [x, y, length] = [x, y, length].map(|n| n.parse::<i32>().unwrap());
            (x..x + length).map(move |x| (x, y))
        });
        modules.collect()
    }

    #[test]
    fn every_dark_module_is_drawn_once_and_the_margin_is_light() {
        let text = "otpauth://totp/machinaka:tanaka?secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ234567&issuer=machinaka";
        let drawn = drawn(text).unwrap();
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).unwrap();
        assert_eq!(drawn.size, code.size() + 8);
        let mut expected = Vec::new();
        for y in 0..code.size() {
            for x in 0..code.size() {
                if code.get_module(x, y) {
                    expected.push((x + 4, y + 4));
                }
            }
        }
        assert_eq!(dark(&drawn.path), expected);
        // The three corners by which a camera finds it.
        for corner in [(4, 4), (code.size() - 3, 4), (4, code.size() - 3)] {
            assert!(expected.contains(&corner), "{corner:?}");
        }
        assert!(super::drawn(&"x".repeat(5_000)).is_none());
    }
}
