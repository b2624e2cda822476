//! This file is the module of the plain OAuth 2 entry: its data. What such a provider answers is not
//! known beforehand, so that there is no struct for it; the whole answer is in `Profile::raw`.
//!
#![doc = include_str!("guide.md")]

entry!("oauth2", "OAuth 2");
