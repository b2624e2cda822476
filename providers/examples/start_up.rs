//! This example measures what the catalogue costs at start-up: how long it takes to read every
//! provider's data and plug it in.
//!
//! ```sh
//! cargo run --release -p authcore-providers --example start_up --features all
//! ```

use std::time::Instant;

use authcore::config::{Env, IntoProvider, ProviderSetting};
use authcore_providers::AnyProvider;

fn main() {
    let env = Env::none();
    let setting = ProviderSetting::new(&env, Some("start-up/1.0 (https://example.org)"));
    let all = authcore_providers::all();
    let mut best = f64::INFINITY;
    let mut plugged_in = 0;
    // The first time also reads the program from the disk.
    for _ in 0..20 {
        let begun = Instant::now();
        plugged_in = 0;
        for entry in all {
            let mut provider = match (entry.provider)() {
                AnyProvider::OAuth(oauth) => oauth.client_id("id").client_secret("secret").into(),
                custom @ AnyProvider::Custom(_) => custom,
            };
            let needed: Vec<String> = match provider.spec() {
                Ok(spec) => {
                    let open = spec.variables.iter().filter(|(_, it)| it.default.is_none());
                    open.map(|(name, _)| name.clone()).collect()
                }
                Err(_) => continue,
            };
            for name in needed {
                provider = match &provider {
                    AnyProvider::OAuth(_) => provider.variable(name, "https://login.example.org"),
                    AnyProvider::Custom(_) => provider.variable(name, "0123456789abcdef"),
                };
            }
            plugged_in += usize::from(Box::new(provider).into_provider(&setting).is_ok());
        }
        best = best.min(begun.elapsed().as_secs_f64() * 1000.0);
    }
    println!(
        "{plugged_in} of {} providers plugged in, in {best:.2} ms",
        all.len()
    );
}
