//! This file keeps a passkey whose id in base64 a collation takes for that of another. The attack it stops:
//! whoever can choose a credential id signs in as whoever has its twin.

use authcore::{
    adapter::{
        Adapter, AdapterError, LastWayIn, Passkey, PasskeyBackup, PasskeyReach, PasskeyStore,
        PasskeyUse, Unlinked,
    },
    model::UserId,
};
use authcore_sql::testkit::sample::{NOW, ada};

use super::Tables;
use crate::scratch::Scratch;

/// `AAAA` and `aaaa` in base64.
const ONE: &[u8] = &[0, 0, 0];
const TWIN: &[u8] = &[0x69, 0xa6, 0x9a];

fn passkey(user: &UserId, credential_id: &[u8]) -> Passkey {
    Passkey {
        credential_id: credential_id.to_vec(),
        user_id: user.clone(),
        public_key: vec![1],
        counter: 1,
        reach: PasskeyReach::OneDevice,
        backup: PasskeyBackup::None,
        transports: Vec::new(),
        name: None,
        created_at: NOW,
        last_used_at: None,
        extra: Default::default(),
    }
}

#[tokio::test]
async fn a_twin_of_a_passkey_is_nobodys() {
    for tables in [Tables::Ours, Tables::Drizzle, Tables::Prisma] {
        let scratch = Scratch::new().await;
        let adapter = tables.open(&scratch).await;
        let user = adapter.create_user(ada()).await.unwrap();
        let eve = adapter.create_user(ada()).await.unwrap();
        adapter
            .create_passkey(passkey(&user.id, ONE))
            .await
            .unwrap();
        assert_eq!(adapter.passkey(TWIN).await.unwrap(), None, "{tables:?}");
        let used = PasskeyUse {
            counter: 2,
            backup: PasskeyBackup::Kept,
            at: NOW,
        };
        let used = adapter.use_passkey(TWIN, used).await;
        let is_none = matches!(used, Err(AdapterError::NotFound { .. }));
        assert!(is_none, "{tables:?}: {used:?}");
        let taken = adapter.delete_passkey(&user.id, TWIN, LastWayIn::Remove);
        assert_eq!(taken.await.unwrap(), Unlinked::NotTheirs, "{tables:?}");
        // A collation keeps no second row; where it is one of bytes, the twin is another's key.
        let twin = adapter.create_passkey(passkey(&eve.id, TWIN)).await;
        match tables {
            Tables::Ours => assert!(twin.is_ok(), "{twin:?}"),
            Tables::Drizzle | Tables::Prisma => {
                let is_taken = matches!(twin, Err(AdapterError::Conflict { .. }));
                assert!(is_taken, "{tables:?}: {twin:?}");
            }
        }
        let found = adapter.passkey(ONE).await.unwrap().unwrap();
        assert_eq!((found.user_id, found.counter), (user.id, 1), "{tables:?}");
    }
}
