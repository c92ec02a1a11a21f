//! A text as a QR code.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

use crate::app::error::AppError;
use crate::domain::secret::Secret;

/// Modules of white around the code (ISO/IEC 18004 §6.3.8).
const QUIET: usize = 4;

/// The text as an SVG image of its own size in modules, black on white whatever the page's colours,
/// so that cameras read it: scale it by CSS (`svg.qr-code`). It has no style and no script.
/// `title` is what is read out instead, and is escaped.
///
/// # Errors
/// [`AppError::Internal`] for a text of more than some 2,000 characters.
pub fn svg(text: &Secret, title: &str) -> Result<Secret, AppError> {
    let code = QrCode::with_error_correction_level(text.expose(), EcLevel::M)
        .map_err(|error| AppError::Internal(format!("a QR code: {error}")))?;
    let width = code.width();
    let side = width + 2 * QUIET;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"qr-code\" role=\"img\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\"><title>{}</title><rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path fill=\"#000\" d=\"",
        escaped(title)
    );
    for (row, modules) in code.to_colors().chunks(width).enumerate() {
        let mut column = 0;
        // One stroke for each run of dark modules.
        for run in modules.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                let (x, y, length) = (column + QUIET, row + QUIET, run.len());
                // Writing to a String cannot fail.
                let _ = write!(svg, "M{x} {y}h{length}v1h-{length}z");
            }
            column += run.len();
        }
    }
    svg.push_str("\"/></svg>");
    Ok(Secret::new(svg))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(text: &str, title: &str) -> String {
        let svg = svg(&Secret::new(text.to_owned()), title).unwrap();
        svg.expose().to_owned()
    }

    #[test]
    fn it_is_an_image_with_a_title_and_nothing_that_runs() {
        let svg = drawn("otpauth://totp/a", "Scan <this> & go");
        assert!(svg.starts_with("<svg "), "{svg}");
        assert!(svg.contains(" role=\"img\" "));
        assert!(svg.contains("<title>Scan &lt;this&gt; &amp; go</title>"));
        for word in ["style", "script", "href", " on", "otpauth"] {
            assert!(!svg.contains(word), "{word}");
        }
        assert!(svg.len() < 20_000, "{}", svg.len());
    }

    /// The strokes are the modules that the encoder gives, each where it belongs.
    #[test]
    fn every_dark_module_is_drawn_and_no_other() {
        let text = "otpauth://totp/example:ann?secret=MZXW6YTBOI&issuer=example";
        let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
        let width = code.width();
        let svg = drawn(text, "");
        let path = svg.split(" d=\"").nth(1).unwrap();
        let path = path.split('"').next().unwrap();
        let mut dark = vec![false; width * width];
        for stroke in path.split_terminator('z') {
            let (place, run) = stroke.trim_start_matches('M').split_once('h').unwrap();
            let (x, y) = place.split_once(' ').unwrap();
            let length: usize = run.split('v').next().unwrap().parse().unwrap();
            let x: usize = x.parse().unwrap();
            let y: usize = y.parse().unwrap();
            for column in x..x + length {
                dark[(y - QUIET) * width + column - QUIET] = true;
            }
        }
        let expected: Vec<bool> = code
            .into_colors()
            .iter()
            .map(|color| *color == Color::Dark)
            .collect();
        assert_eq!(dark, expected);
    }

    #[test]
    fn a_text_that_is_too_long_is_refused() {
        let long = Secret::new("x".repeat(5_000));
        assert!(svg(&long, "").is_err());
    }
}
