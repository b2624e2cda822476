//! This file reads colours and says whether one can be read on another (WCAG 2.2, success criterion
//! 1.4.3: at least 4.5 to 1).

use std::fmt;

/// The least contrast of a text against what is behind it.
pub(super) const READABLE: f64 = 4.5;

/// A colour without transparency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rgb(pub(super) u8, pub(super) u8, pub(super) u8);

impl Rgb {
    pub(super) const BLACK: Self = Self(0, 0, 0);
    pub(super) const WHITE: Self = Self(255, 255, 255);

    /// Reads `#rgb` or `#rrggbb`. Nothing else reaches a stylesheet.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let number = u32::from_str_radix(digits, 16).ok()?;
        let [_, red, green, blue] = number.to_be_bytes();
        match digits.len() {
            6 => Some(Self(red, green, blue)),
            3 => Some(Self(
                (green & 0x0f) * 0x11,
                (blue >> 4) * 0x11,
                (blue & 0x0f) * 0x11,
            )),
            _ => None,
        }
    }

    /// The contrast of two colours, from 1 to 21.
    pub(super) fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance() + 0.05, other.luminance() + 0.05);
        if a > b { a / b } else { b / a }
    }

    /// Black or white, whichever reads better on this colour. One of them always reaches 4.5.
    pub(super) fn ink(self) -> Self {
        if self.contrast(Self::WHITE) >= self.contrast(Self::BLACK) {
            Self::WHITE
        } else {
            Self::BLACK
        }
    }

    /// Relative luminance (WCAG 2.2, definitions).
    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_read_in_both_lengths_and_nothing_else_is_a_colour() {
        assert_eq!(Rgb::parse("#1a2B3c"), Some(Rgb(0x1a, 0x2b, 0x3c)));
        assert_eq!(Rgb::parse("#f0a"), Some(Rgb(0xff, 0x00, 0xaa)));
        for text in [
            "",
            "#",
            "red",
            "#12",
            "#1234",
            "#12345",
            "#1234567",
            "#+12345",
            "#12345g",
            "123456",
            "#fff}body{",
            "#éé",
        ] {
            assert_eq!(Rgb::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn contrast_is_that_of_the_guidelines() {
        assert!((Rgb::BLACK.contrast(Rgb::WHITE) - 21.0).abs() < 0.01);
        assert!((Rgb::WHITE.contrast(Rgb::parse("#767676").unwrap()) - 4.54).abs() < 0.01);
    }

    #[test]
    fn black_or_white_can_be_read_on_every_colour() {
        for red in (0..=255).step_by(15) {
            for green in (0..=255).step_by(15) {
                for blue in (0..=255).step_by(15) {
                    let colour = Rgb(red, green, blue);
                    assert!(colour.contrast(colour.ink()) >= READABLE, "{colour}");
                }
            }
        }
    }
}
