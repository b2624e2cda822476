//! This file is the transport that brings an application's requests for real providers to the local
//! ones, and nothing anywhere else.

use std::sync::Arc;

use async_trait::async_trait;
use authcore::transport::{HttpClient, Transport, TransportError};

use crate::hosts::Hosts;

/// A transport for tests: URLs of stood-in hosts go to the servers that stand for them, loopback
/// URLs go where they say, all others fail with [`TransportError::Connect`].
///
/// It has the limits of authcore's own client, because it is that client with other addresses.
#[derive(Clone)]
pub struct LocalTransport {
    hosts: Hosts,
    client: Arc<HttpClient>,
}

impl LocalTransport {
    /// A transport over these hosts. Several providers: `a.hosts().and(&b.hosts())`.
    #[must_use]
    pub fn new(hosts: Hosts) -> Self {
        let agent = "authcore-testing (test@example.org)";
        Self::with_client(hosts, HttpClient::builder().user_agent(agent).build())
    }

    /// A transport over these hosts with a client of one's own: other time limits, say.
    #[must_use]
    pub fn with_client(hosts: Hosts, client: HttpClient) -> Self {
        Self {
            hosts,
            client: Arc::new(client),
        }
    }
}

#[async_trait]
impl Transport for LocalTransport {
    async fn send(
        &self,
        request: http::Request<Vec<u8>>,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        let request = self
            .hosts
            .redirect(request)
            .ok_or(TransportError::Connect)?;
        self.client.send(request).await
    }

    fn user_agent(&self) -> Option<&str> {
        self.client.user_agent()
    }

    fn allows(&self, host: &str) -> bool {
        self.client.allows(host)
    }
}
