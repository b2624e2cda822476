//! This file runs the conformance suite: on a file, in memory, over a pool of the application's own,
//! in Auth.js's layout, and in Prisma's tables.

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

    use authcore_sql::testkit::sample::SECRET;
    use authcore_sqlite::SqliteAdapter;
    use authcore_testing::adapter_conformance;

    adapter_conformance!(async {
        let builder = SqliteAdapter::builder().secrets([SECRET]);
        builder.connect("sqlite::memory:").await.unwrap()
    });
}

mod pool {
    //! Over a pool of the application's own, with another prefix.

    use authcore_sql::testkit::sample::SECRET;
    use authcore_sqlite::{
        Schema, SqliteAdapter,
        sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions},
    };
    use authcore_testing::{adapter_conformance, conformance::keeping};

    use crate::scratch::Scratch;

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
    }; users, states, authorities, sessions, once, verifications, directory);
}

mod authjs_drizzle {
    //! In the tables of `@auth/drizzle-adapter`, which has one of passkeys.

    use authcore_sqlite::{Schema, SqliteAdapter};
    use authcore_testing::{adapter_conformance, conformance::keeping};

    use crate::scratch::Scratch;

    adapter_conformance!(async {
        let scratch = Scratch::new();
        let builder = SqliteAdapter::builder().schema(Schema::authjs_drizzle());
        keeping(scratch.open_with(builder).await, scratch)
    }; users, states, authorities, sessions, once, verifications, passkeys, directory);
}

mod authjs_bare {
    //! In tables of Auth.js's layout that lack every key, as some of its adapters' do.

    use authcore_sqlite::{Schema, SqliteAdapter, sqlx::Executor};
    use authcore_testing::{adapter_conformance, conformance::keeping};

    use crate::scratch::Scratch;

    adapter_conformance!(async {
        let scratch = Scratch::new();
        let mut beside = scratch.beside_made().await;
        for table in [
            r#"CREATE TABLE user (id TEXT, name TEXT, email TEXT, "emailVerified" INTEGER,
                image TEXT)"#,
            r#"CREATE TABLE account (id INTEGER PRIMARY KEY, "userId" TEXT NOT NULL,
                type TEXT NOT NULL, provider TEXT NOT NULL, "providerAccountId" TEXT NOT NULL,
                refresh_token TEXT, access_token TEXT, expires_at BIGINT, id_token TEXT, scope TEXT,
                session_state TEXT, token_type TEXT)"#,
            r#"CREATE TABLE session (id INTEGER PRIMARY KEY, "userId" TEXT NOT NULL,
                expires INTEGER NOT NULL, "sessionToken" TEXT NOT NULL)"#,
            r#"CREATE TABLE "verificationToken" (identifier TEXT, expires INTEGER, token TEXT)"#,
        ] {
            beside.execute(table).await.unwrap();
        }
        let tables = ["user", "account", "session", "verificationToken"];
        let [users, accounts, sessions, tokens] = tables;
        let schema = Schema::authjs_with_tables(users, accounts, sessions, tokens).unwrap();
        let builder = SqliteAdapter::builder().schema(schema);
        keeping(scratch.open_with(builder).await, scratch)
    }; users, states, authorities, sessions, once, verifications, directory);
}

mod authjs_prisma {
    //! On Prisma's tables for `@auth/prisma-adapter`.

    use authcore_sqlite::{PrismaModels, Schema, SqliteAdapter, sqlx};
    use authcore_testing::{adapter_conformance, conformance::keeping};

    use crate::scratch::Scratch;

    adapter_conformance!(async {
        let scratch = Scratch::new();
        let tables = include_str!("../../../sql/tests/tables/prisma_sqlite.sql");
        let mut beside = scratch.beside_made().await;
        sqlx::raw_sql(tables).execute(&mut beside).await.unwrap();
        let schema = Schema::authjs_prisma(PrismaModels::IdsAndDates);
        let schema = schema.with_authenticators("Authenticator").unwrap();
        let builder = SqliteAdapter::builder().schema(schema);
        keeping(scratch.open_with(builder).await, scratch)
    }; users, sessions, once, verifications, passkeys, directory);
}
