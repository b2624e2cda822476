//! This file works out the address of a Discord avatar, the one thing in the catalogue that takes
//! arithmetic: whoever has set no picture gets one of six by their id, or, with a discriminator of
//! the old kind, one of five by that.

use serde_json::Value;

const CDN: &str = "https://cdn.discordapp.com";

/// The avatar of a user object; the default one when they have set none.
pub(super) fn discord_avatar(answer: &Value) -> Option<String> {
    let id: u64 = answer.get("id")?.as_str()?.parse().ok()?;
    let set = answer.get("avatar").and_then(Value::as_str);
    if let Some(hash) = set.filter(|hash| is_hash(hash)) {
        // An animated picture's hash begins with `a_`.
        let ending = if hash.starts_with("a_") { "gif" } else { "png" };
        return Some(format!("{CDN}/avatars/{id}/{hash}.{ending}"));
    }
    let discriminator = answer
        .get("discriminator")
        .and_then(Value::as_str)
        .and_then(|text| text.parse::<u64>().ok())
        .unwrap_or(0);
    let index = match discriminator {
        0 => (id >> 22) % 6,
        old => old % 5,
    };
    Some(format!("{CDN}/embed/avatars/{index}.png"))
}

/// A hash becomes part of an address, so that nothing else is let in.
fn is_hash(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_picture_that_was_set_is_shown() {
        for (hash, ending) in [("8342729096ea3675442027381ff50dfe", "png"), ("a_1f", "gif")] {
            assert_eq!(
                discord_avatar(&json!({ "id": "80351110224678912", "avatar": hash })).unwrap(),
                format!("https://cdn.discordapp.com/avatars/80351110224678912/{hash}.{ending}")
            );
        }
    }

    #[test]
    fn who_has_set_none_gets_one_of_the_defaults() {
        for (answer, index) in [
            (json!({ "id": "80351110224678912", "avatar": null }), 5),
            (
                json!({ "id": "80351110224678912", "discriminator": "0" }),
                5,
            ),
            (
                json!({ "id": "80351110224678912", "discriminator": "1337" }),
                2,
            ),
            (json!({ "id": "80351110224678912", "avatar": "../../x" }), 5),
        ] {
            assert_eq!(
                discord_avatar(&answer).unwrap(),
                format!("https://cdn.discordapp.com/embed/avatars/{index}.png")
            );
        }
    }

    #[test]
    fn an_id_that_is_none_has_no_avatar() {
        assert_eq!(discord_avatar(&json!({ "id": "x" })), None);
        assert_eq!(discord_avatar(&json!([])), None);
    }
}
