//! This file measures what a session token of 400 bytes costs: to open, to seal, and in the reading
//! of a request's headers; and, for scale, what the opening is made of.
//!
//! RFC 7518, section 5.2.5 (`A256CBC-HS512`). The goal is at most 5 µs for opening one.
//! `cargo bench -p authcore-benches --bench jwt`.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use aes::{
    Aes256,
    cipher::{BlockModeDecrypt, InnerIvInit, KeyInit, block_padding::NoPadding},
};
use authcore::{
    clock::{Clock, SystemClock},
    model::JsonMap,
};
use authcore_benches::{Failure, Visitor};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use criterion::Criterion;
use hmac::{Hmac, Mac};
use sha2::Sha512;

const MONTH: Duration = Duration::from_secs(30 * 86_400);

fn main() -> Result<(), Failure> {
    let visitor = Visitor::new()?;
    let mut criterion = Criterion::default().configure_from_args();
    token(&mut criterion, &visitor);
    reading(&mut criterion, &visitor)?;
    parts(&mut criterion, &visitor)?;
    criterion.final_summary();
    Ok(())
}

fn token(criterion: &mut Criterion, visitor: &Visitor) {
    let now = SystemClock.now();
    let mut group = criterion.benchmark_group("token");
    group.bench_function("decode", |bencher| {
        bencher.iter(|| visitor.codec.decode(black_box(&visitor.token), now));
    });
    group.bench_function("encode", |bencher| {
        bencher.iter_batched(
            || visitor.claims.clone(),
            |claims| visitor.codec.encode(claims, now, MONTH),
            criterion::BatchSize::SmallInput,
        );
    });
    group.finish();
}

/// From the headers to the user: the cookie is found among others, decoded, shown to the hooks.
fn reading(criterion: &mut Criterion, visitor: &Visitor) -> Result<(), Failure> {
    let headers = visitor.headers()?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    criterion.bench_function("Auth::session", |bencher| {
        bencher.iter_custom(|times| {
            runtime.block_on(async {
                let began = Instant::now();
                for _ in 0..times {
                    black_box(visitor.auth.session(black_box(&headers)).await).ok();
                }
                began.elapsed()
            })
        });
    });
    Ok(())
}

/// The same primitives on the same bytes, each on its own. The keys are not the token's, which makes
/// no difference to the time.
fn parts(criterion: &mut Criterion, visitor: &Visitor) -> Result<(), Failure> {
    let parts: Vec<&str> = visitor.token.split('.').collect();
    let [header, _, iv, sealed, _] = parts.as_slice() else {
        return Err("a token has five parts".into());
    };
    let bytes = BASE64.decode(sealed)?;
    let iv = BASE64.decode(iv)?;
    let iv: &[u8; 16] = iv.as_slice().try_into()?;
    let mac = Hmac::<Sha512>::new_from_slice(&[1; 32])?;
    let cipher = Aes256::new(&[2; 32].into());
    let claims = serde_json::to_vec(
        &visitor
            .codec
            .decode(&visitor.token, SystemClock.now())
            .ok_or("a token that was just sealed does not open")?,
    )?;

    let mut group = criterion.benchmark_group("parts of decode");
    group.bench_function("base64url", |bencher| {
        bencher.iter(|| BASE64.decode(black_box(sealed)));
    });
    group.bench_function("HMAC-SHA-512", |bencher| {
        bencher.iter(|| {
            mac.clone()
                .chain_update(black_box(header))
                .chain_update(iv)
                .chain_update(&bytes)
                .chain_update([0; 8])
                .finalize()
        });
    });
    group.bench_function("AES-256-CBC", |bencher| {
        bencher.iter(|| {
            let mut block = bytes.clone();
            cbc::Decryptor::inner_iv_init(cipher.clone(), iv.into())
                .decrypt_padded::<NoPadding>(black_box(&mut block))
                .map(<[u8]>::len)
        });
    });
    group.bench_function("JSON", |bencher| {
        bencher.iter(|| serde_json::from_slice::<JsonMap>(black_box(&claims)));
    });
    group.finish();
    Ok(())
}
