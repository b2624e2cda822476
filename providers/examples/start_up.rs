//! This example measures what the catalogue costs: how long it takes to read every provider's data and
//! plug it in, and, compared with a build without features, how many bytes it adds to a binary.
//!
//! ```sh
//! cargo run --release -p authcore-providers --example start_up --features all
//! cargo build --release -p authcore-providers --example start_up && wc -c target/release/examples/start_up
//! ```

use std::time::Instant;

use authcore::config::{Env, ProviderSetting};

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
            let mut provider = (entry.provider)().client_id("id").client_secret("secret");
            let needed: Vec<String> = match provider.spec() {
                Ok(spec) => spec.variables.keys().cloned().collect(),
                Err(_) => continue,
            };
            for name in needed {
                provider = provider.variable(name, "https://login.example.org");
            }
            plugged_in += usize::from(provider.build(&setting).is_ok());
        }
        best = best.min(begun.elapsed().as_secs_f64() * 1000.0);
    }
    println!(
        "{plugged_in} of {} providers plugged in, in {best:.2} ms",
        all.len()
    );
}
