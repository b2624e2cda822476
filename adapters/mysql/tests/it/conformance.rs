//! This file runs the conformance suite: over a pool of ours, and over one of the application's own
//! in another time zone, with another prefix.

mod ours {
    //! Over a pool of ours.

    use authcore_testing::{adapter_conformance, conformance::keeping};

    use crate::scratch::Scratch;

    adapter_conformance!(async {
        let scratch = Scratch::new().await;
        keeping(scratch.open().await, scratch)
    });
}

mod pool {
    //! Over a pool of the application's own whose transactions are serializable: those that end in a
    //! deadlock are done again.

    use authcore_mysql::{MysqlAdapter, Schema};
    use authcore_sql::testkit::sample::SECRET;
    use authcore_testing::{adapter_conformance, conformance::keeping};

    use crate::scratch::{SERIALIZABLE, Scratch};

    adapter_conformance!(async {
        let builder = MysqlAdapter::builder()
            .schema(Schema::with_prefix("shop_").unwrap())
            .secrets([SECRET]);
        let scratch = Scratch::new().await;
        let pool = scratch.pool(8, SERIALIZABLE).await;
        keeping(builder.pool(pool).await.unwrap(), scratch)
    });
}
