//! This file holds the sealer to Auth.js's own vectors, and attacks it.

use super::*;

const SALT: &str = "authjs.session-token";

/// (salt, kid) of the secret `secret`.
const KIDS: &[(&str, &str)] = &[
    (
        SALT,
        "7x9DUMVaEU6giab0l0OWDt4e4SsRH_cbwMof2EzEyy6onK5o8xSPPB799RVoqm2v6z674kQCv9jom2T8S-a1dQ",
    ),
    (
        "__Secure-authjs.session-token",
        "7E3YIGAxRtn6djTGy1UjZrFvXELHKzM9vfWl0nQ4b88EsnrmmX0grN0VKis7G3fjgB626TXm_lEtBG1N0E7Xyg",
    ),
    (
        "encodedState",
        "ze1rGMPGVDubcXDnXo8NkdIqeDyuSSG3mI5gRPgxRiRlgDu9MMjrpKw4-pNomgcTqiQZlith1dCysR6uVPfKfg",
    ),
    (
        "authjs.state",
        "5NnTu-yvMmyE9DpEbrak1hjPYyt-SK41UlQmABcuupdxQj0szIDfbr08zqibdmVSMFdIC4_NqIvpFQs4kUs0pA",
    ),
    (
        "encodedWebauthnChallenge",
        "1ZIAG83DoBg-x8ZL-mV3MN-ZSq0dq9Gfx_jKy2Q5BtRLCmW0j-0G03NzG7d0RsT2XYSRykrH-WkNflX0Gotqxg",
    ),
];

const PAYLOAD: &str = r#"{"name":"Ada","email":"ada@example.com","picture":null,"sub":"user-1","iat":1700000000,"exp":4102444800,"jti":"00000000-0000-4000-8000-000000000000"}"#;

const SESSION: &str = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2Q0JDLUhTNTEyIiwia2lkIjoiN3g5RFVNVmFFVTZnaWFiMGwwT1dEdDRlNFNzUkhfY2J3TW9mMkV6RXl5Nm9uSzVvOHhTUFBCNzk5UlZvcW0ydjZ6Njc0a1FDdjlqb20yVDhTLWExZFEifQ..AAECAwQFBgcICQoLDA0ODw.9j2aIcYLVOZxTbr-wpsxFWPE2TiltFfcaPqVyKOy5XMAseQFcrym3YiUg8Gva10zwFnxykqp1K2n8Sylh6ne1VdYMijnqriWGpDtmO5tDmy2kqYHkGTPXe9tukR5IbTMueMN0MxklIZkAgquH7gRq0T-JcQ1cqjT3UHy7IbgNTD-OqP60NMEk3qnKNigtCplFYNJg7rX7OWIMHm1nfcsdw.0rueu9IhxLUGGJrwnHRnanEE-ASSisnahShaYSpS5kU";

fn secrets(texts: &[&str]) -> Vec<Secret> {
    texts.iter().map(|text| Secret::new(*text)).collect()
}

fn sealer(texts: &[&str]) -> Sealer {
    Sealer::new(&secrets(texts), SALT)
}

#[test]
fn keys_are_those_of_authjs() {
    for (salt, kid) in KIDS {
        assert_eq!(
            Sealer::new(&secrets(&["secret"]), salt).keys[0].cbc_kid,
            *kid,
            "{salt}"
        );
    }
    assert_eq!(
        sealer(&["secret"]).keys[0].gcm_kid,
        "tgdt-VLOTRviBTc4vwSS-WjOhg14Bq0M6tGDvSzfdgs"
    );
}

#[test]
fn the_session_token_of_authjs_opens_and_ours_is_the_same_to_the_byte() {
    let sealer = sealer(&["secret"]);
    assert_eq!(sealer.open(SESSION).unwrap(), PAYLOAD.as_bytes());
    let iv = std::array::from_fn(|i| u8::try_from(i).unwrap());
    assert_eq!(
        sealer.seal_with_iv(PAYLOAD.as_bytes(), &iv).unwrap(),
        SESSION
    );
}

#[test]
fn other_texts_of_authjs_open_under_their_salts() {
    let state = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2Q0JDLUhTNTEyIiwia2lkIjoiemUxckdNUEdWRHViY1hEblhvOE5rZElxZUR5dVNTRzNtSTVnUlBneFJpUmxnRHU5TU1qcnBLdzQtcE5vbWdjVHFpUVpsaXRoMWRDeXNSNnVWUGZLZmcifQ..AQEBAQEBAQEBAQEBAQEBAQ.R9nR30bT7ZVA4E-4W-NpISm0-FKbud6vORuz7-AFJrD8Bp6Xhe66aiOgCOFjtlBz8HFA4W4vXZwH_cEErDiThBrhOcGRKYyRNLSqVz7pM1rmyxoDolggGRHKXG-VgQZ__ndYqzHFxHl65SsCTCl0W1SqcKyH_D2cUlCLJfoUj5bqUYsKm8TUoT5gC_ndpqWObD7ZQwyklVTSQ0YGDHm2lVY5GICVHWUNwELNCE9p6PxCV_XkMKOobh_5FbMB2A80.-SHhDPkKSWJ5YswHDVgbZY4b5Ghrb5Oq4SsBhhDMaQk";
    let opened = Sealer::new(&secrets(&["secret"]), "encodedState")
        .open(state)
        .unwrap();
    assert!(
        String::from_utf8(opened)
            .unwrap()
            .starts_with(r#"{"origin":"https://preview.test/"#)
    );
    let check = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2Q0JDLUhTNTEyIiwia2lkIjoiYmxIVGMwRXBSc1pMX2NWUk1LZy1fLTNUT1BIVmV2VWd1UmVRdUtaNThVQ3pyOVNKSHRFNXk1QWlCTEljTHEyZW9tMzd0VzNfbUh6VEUtT1BYWFo3NmcifQ..AgICAgICAgICAgICAgICAg.F-8PxKzDv70-S7ycc3YO909wBE77SMD2LcFbm7BlI6IROB4s3Tg49zy5v6Z6bXzyu16gU0OAD1Iy9AhTDNkolhBWBwc3OeaR-WZQ1Ajzrp9NoTf9dJJ_RI-KOXSv8LWnX8O-UQqOkeADHAPEzq-8eSpBDZ6IOC-a97B6PiQaQreXu-MT4eWoOGoAkej9MSnDI6upyEMPzHB1Q7uceOCD5g.eL7v6i9yyPey5VvLar3VaB298As1QJhEirMxtKBSBj8";
    let opened = Sealer::new(&secrets(&["secret"]), "authjs.pkce.code_verifier")
        .open(check)
        .unwrap();
    assert!(
        String::from_utf8(opened)
            .unwrap()
            .contains(r#""provider":"github""#)
    );
}

#[test]
fn both_encryptions_come_back() {
    let sealer = sealer(&["secret"]);
    for encryption in [Encryption::CbcHmac, Encryption::Gcm] {
        for length in [0, 1, 15, 16, 17, 5000] {
            let plain = vec![7; length];
            let text = sealer.seal(&plain, encryption).unwrap();
            assert_eq!(
                sealer.open(&text).unwrap(),
                plain,
                "{encryption:?} {length}"
            );
        }
    }
}

#[test]
fn every_secret_opens_and_the_first_seals() {
    let old = sealer(&["old"]).seal(b"x", Encryption::CbcHmac).unwrap();
    let old_gcm = sealer(&["old"]).seal(b"x", Encryption::Gcm).unwrap();
    let both = sealer(&["new", "old"]);
    assert_eq!(both.open(&old).unwrap(), b"x");
    assert_eq!(both.open(&old_gcm).unwrap(), b"x");
    let new = both.seal(b"y", Encryption::CbcHmac).unwrap();
    assert_eq!(sealer(&["old"]).open(&new), Err(SealError::Unopened));
    assert_eq!(sealer(&["new"]).open(&new).unwrap(), b"y");
}

#[test]
fn a_text_of_another_cookie_does_not_open() {
    let other = Sealer::new(&secrets(&["secret"]), "__Secure-authjs.session-token");
    assert_eq!(other.open(SESSION), Err(SealError::Unopened));
}

#[test]
fn a_text_altered_anywhere_does_not_open() {
    let sealer = sealer(&["secret"]);
    for encryption in [Encryption::CbcHmac, Encryption::Gcm] {
        let text = sealer.seal(b"attack at dawn", encryption).unwrap();
        for place in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            let altered = String::from_utf8(bytes).unwrap();
            assert!(sealer.open(&altered).is_err(), "{encryption:?} {place}");
        }
    }
}

#[test]
fn a_header_that_asks_for_more_is_refused() {
    let sealer = sealer(&["secret"]);
    let rest = SESSION.split_once('.').unwrap().1;
    for header in [
        r#"{"alg":"none","enc":"A256CBC-HS512"}"#,
        r#"{"alg":"A256KW","enc":"A256CBC-HS512"}"#,
        r#"{"alg":"dir","enc":"A128CBC-HS256"}"#,
        r#"{"alg":"dir","enc":"A256CBC-HS512","zip":"DEF"}"#,
        r#"{"alg":"dir","enc":"A256CBC-HS512","crit":["exp"]}"#,
        r#"{"alg":"dir","enc":"A256CBC-HS512","kid":"other"}"#,
        "{}",
        "[]",
        "",
    ] {
        let text = format!("{}.{rest}", BASE64.encode(header));
        assert!(sealer.open(&text).is_err(), "{header}");
    }
}

#[test]
fn what_is_no_sealed_text_is_refused() {
    let sealer = sealer(&["secret"]);
    for text in [
        "",
        ".",
        "....",
        "a.b.c.d.e",
        "a.b.c",
        "e30....",
        "ä.ö.ü.ß.é",
    ] {
        assert!(sealer.open(text).is_err(), "{text:?}");
    }
    assert_eq!(
        sealer.open(&"a".repeat(LONGEST + 1)),
        Err(SealError::Malformed)
    );
    assert_eq!(
        sealer.open(&format!("{SESSION}.x")),
        Err(SealError::Malformed)
    );
}
