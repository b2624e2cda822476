//! This file is where the benchmarks will share what they measure with.
