//! This file finds the stand-in of a provider whose protocol is code: no file describes it, so that each
//! has a server of its own among these tests.

use authcore::provider::spec::ProviderSpec;
use authcore_providers::AnyProvider;
use authcore_testing::{hosts::Hosts, identity::LocalTransport};
use serde_json::Value;

use crate::{golden::Golden, steam::stand_in::Steam};

/// What the tests that all providers share ask of a stand-in. It checks what it is sent as the provider
/// does.
pub(crate) trait StandIn {
    /// Where it is.
    fn hosts(&self) -> Hosts;

    /// From now on this is what it says of the visitor, who is the one whom the answer means.
    fn answers(&self, answer: &Value);

    /// From now on every visitor presses Cancel.
    fn visitor_refuses(&self);

    /// From now on it is out of order.
    fn breaks(&self);

    /// An application's way there.
    fn transport(&self) -> LocalTransport {
        LocalTransport::new(self.hosts())
    }
}

/// The stand-in of this provider, which gives this answer.
pub(crate) async fn stand_in(spec: &ProviderSpec, golden: &Golden) -> Box<dyn StandIn> {
    let stand_in = match spec.id.as_str() {
        "steam" => Box::new(Steam::start().await),
        other => panic!("{other}: write its stand-in, and name it here"),
    };
    stand_in.answers(&golden.answer);
    stand_in
}

/// The provider with what its stand-in expects.
pub(crate) fn filled_in(spec: &ProviderSpec) -> AnyProvider {
    let provider = authcore_providers::by_id(spec.id.as_str()).unwrap();
    let required = spec.variables.iter().filter(|(_, it)| it.default.is_none());
    required.fold(provider, |it, (name, _)| it.variable(name, "thekey"))
}
