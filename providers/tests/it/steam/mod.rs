//! This folder signs people in with Steam, and tries to sign in as somebody else: whole logins through
//! the framework, with a Steam of the tests' own at Steam's addresses.
//!
//! ```text
//! stand_in.rs     that Steam
//! assertions.rs   answers that are not what Steam would say to this question
//! verdicts.rs     what Steam says when it is asked whether it made an answer
//! profiles.rs     what the Web API says, and that the key is seen nowhere else
//! replays.rs      answers of another time, another browser
//! ```

mod assertions;
mod profiles;
mod replays;
pub(crate) mod stand_in;
mod verdicts;

use authcore_providers::steam;
use serde_json::{Value, json};
use stand_in::{KEY, Steam};

use crate::{
    code::StandIn,
    suite::stage::{Outcome, Scene},
};

/// An account that no person has.
const ADA: &str = "76561190000000042";

fn ada() -> Value {
    json!({ "response": { "players": [{ "steamid": ADA, "personaname": "Ada" }] } })
}

/// An application, and a Steam where every visitor is Ada.
async fn scene() -> (Steam, Scene) {
    let world = Steam::start().await;
    world.answers(&ada());
    let provider = steam::provider().variable("api_key", KEY);
    let scene = Scene::of("steam", provider, &world.hosts(), world.transport()).await;
    (world, scene)
}

fn entered_as_ada() -> Outcome {
    Outcome::Entered(json!({
        "subject": ADA, "name": "Ada", "email": null, "email_verified": null, "image": null,
    }))
}
