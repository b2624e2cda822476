//! This file runs the conformance suite: over a pool of ours, and over one of the application's own
//! in another time zone, with another prefix.

mod ours {
    //! Over a pool of ours.

    use authcore_testing::adapter_conformance;

    use crate::scratch::Scratch;

    adapter_conformance!(async { Scratch::new().await.open().await });
}

mod pool {
    //! Over a pool of the application's own whose transactions are serializable: those that end in a
    //! deadlock are done again.

    use authcore_mysql::{
        MysqlAdapter, Schema,
        sqlx::{
            Executor,
            mysql::{MySqlConnectOptions, MySqlPoolOptions},
        },
    };
    use authcore_testing::adapter_conformance;

    use crate::scratch::{SECRET, Scratch};

    adapter_conformance!(async {
        let options: MySqlConnectOptions = Scratch::new().await.url().parse().unwrap();
        let pool = MySqlPoolOptions::new()
            .max_connections(8)
            .after_connect(|connection, _| {
                Box::pin(async move {
                    let level = "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE";
                    connection.execute(level).await?;
                    Ok(())
                })
            })
            .connect_with(options.timezone(Some("+05:45".to_owned())))
            .await
            .unwrap();
        let builder = MysqlAdapter::builder()
            .schema(Schema::with_prefix("shop_").unwrap())
            .secrets([SECRET]);
        builder.pool(pool).await.unwrap()
    });
}
