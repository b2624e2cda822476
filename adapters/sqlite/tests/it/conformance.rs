//! This file runs the conformance suite: on a file, in memory, over a pool of the application's own,
//! and in Auth.js's layout.

mod file {
    //! On a file.

    use authcore_testing::{adapter_conformance, conformance::keeping};

    use crate::scratch::Scratch;

    adapter_conformance!(async {
        let scratch = Scratch::new();
        keeping(scratch.open().await, scratch)
    });
}

mod memory {
    //! In memory.

    use authcore_sqlite::SqliteAdapter;
    use authcore_testing::adapter_conformance;

    use crate::scratch::SECRET;

    adapter_conformance!(async {
        let builder = SqliteAdapter::builder().secrets([SECRET]);
        builder.connect("sqlite::memory:").await.unwrap()
    });
}

mod pool {
    //! Over a pool of the application's own, with another prefix.

    use authcore_sqlite::{
        Schema, SqliteAdapter,
        sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions},
    };
    use authcore_testing::{adapter_conformance, conformance::keeping};

    use crate::scratch::{SECRET, Scratch};

    adapter_conformance!(async {
        let scratch = Scratch::new();
        let options: SqliteConnectOptions = scratch.url().parse().unwrap();
        let pool = SqlitePoolOptions::new()
            .connect_with(options.create_if_missing(true))
            .await
            .unwrap();
        let builder = SqliteAdapter::builder()
            .secrets([SECRET])
            .schema(Schema::with_prefix("shop_").unwrap());
        keeping(builder.pool(pool).await.unwrap(), scratch)
    });
}

mod authjs {
    //! In Auth.js's layout, which has no place for fields that Auth.js does not know.

    use authcore_sqlite::{Schema, SqliteAdapter};
    use authcore_testing::{adapter_conformance, conformance::keeping};

    use crate::scratch::Scratch;

    adapter_conformance!(async {
        let scratch = Scratch::new();
        let builder = SqliteAdapter::builder().schema(Schema::authjs());
        keeping(scratch.open_with(builder).await, scratch)
    }; users, sessions, attempts);
}
