//! Knows the characters that nobody sees.
//!
//! Unicode's `Default_Ignorable_Code_Point` and `Bidi_Control` (UAX 44), without the variation selectors, and
//! what is no character or a private one.

/// Characters that are not seen, or change how their neighbours are: formatting, fillers, tags, what is
/// no character, and private ones.
pub(crate) fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffc}' | '\u{fffe}'..='\u{ffff}' | '\u{13430}'..='\u{1345f}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e000}'..='\u{f8ff}'
        | '\u{e0000}'..='\u{10ffff}'
    )
}
