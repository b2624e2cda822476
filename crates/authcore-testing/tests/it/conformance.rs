//! This file shows that the memory adapter passes, that the macro leaves no case out, and that a
//! store broken on purpose fails the case that names its fault.

use std::collections::BTreeSet;

use authcore_testing::{
    conformance::{CASES, run},
    memory::MemoryAdapter,
};

use crate::broken::{BrokenAdapter, Fault};

mod memory {
    //! The suite over the memory adapter.

    use authcore_testing::{adapter_conformance, memory::MemoryAdapter};

    adapter_conformance!(async { MemoryAdapter::new() });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_memory_adapter_passes_the_whole_suite() {
    assert_eq!(run(|| async { MemoryAdapter::new() }).await, Ok(()));
}

#[test]
fn the_macro_makes_a_test_of_every_case() {
    let source = include_str!("../../src/conformance/cases.rs");
    let (_, tests) = source
        .split_once("macro_rules! adapter_conformance")
        .unwrap();
    let words: BTreeSet<_> = tests.split_whitespace().collect();
    for case in CASES {
        assert!(words.contains(case.name), "{} is in no section", case.name);
    }
    let names: BTreeSet<_> = CASES.iter().map(|case| case.name).collect();
    assert_eq!(names.len(), CASES.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_broken_on_purpose_fails_the_case_that_names_its_fault() {
    for (fault, case) in Fault::ALL {
        let outcome = run(|| async { BrokenAdapter::new(fault) }).await;
        let failures = outcome.err().unwrap_or_default();
        assert!(
            failures.iter().any(|failure| failure.case == case),
            "{fault:?} did not fail {case}: {failures:?}"
        );
    }
}
