//! This file runs the conformance suite: in a schema of PostgreSQL's, over a pool of the
//! application's own whose transactions are serializable, and on the tables of Auth.js's
//! adapters, in a time zone far from UTC.

mod schema {
    //! In a schema of PostgreSQL's.

    use authcore_testing::{adapter_conformance, conformance::keeping};

    use crate::scratch::Scratch;

    adapter_conformance!(async {
        let scratch = Scratch::new();
        keeping(scratch.open().await, scratch)
    });
}

mod serializable {
    //! Over a pool of the application's own whose transactions are serializable: those that fail for
    //! others' sake are done again.

    use authcore_postgres::PostgresAdapter;
    use authcore_sql::testkit::sample::SECRET;
    use authcore_testing::{adapter_conformance, conformance::keeping};

    use crate::scratch::{SERIALIZABLE, Scratch};

    adapter_conformance!(async {
        let scratch = Scratch::new();
        let builder = PostgresAdapter::builder()
            .schema(scratch.schema())
            .secrets([SECRET]);
        let pool = scratch.pool(8, &SERIALIZABLE).await;
        keeping(builder.pool(pool).await.unwrap(), scratch)
    });
}

mod authjs {
    //! On the tables of `@auth/pg-adapter`, which have no place for fields that Auth.js does not
    //! know.

    use authcore_postgres::Schema;
    use authcore_testing::{adapter_conformance, conformance::keeping};

    use crate::{authjs::open_far_from_utc, scratch::Scratch};

    adapter_conformance!(async {
        let scratch = Scratch::new();
        keeping(open_far_from_utc(&scratch, Schema::authjs()).await, scratch)
    }; users, states, authorities, sessions, once, verifications, directory);
}

mod authjs_drizzle {
    //! On the tables of `@auth/drizzle-adapter`.

    use authcore_postgres::Schema;
    use authcore_testing::{adapter_conformance, conformance::keeping};

    use crate::{authjs::open_far_from_utc, scratch::Scratch};

    adapter_conformance!(async {
        let scratch = Scratch::new();
        keeping(open_far_from_utc(&scratch, Schema::authjs_drizzle()).await, scratch)
    }; users, states, authorities, sessions, once, verifications, passkeys, directory);
}

mod authjs_prisma {
    //! On Prisma's tables for `@auth/prisma-adapter`.

    use authcore_postgres::{PrismaModels, Schema, sqlx};
    use authcore_testing::{adapter_conformance, conformance::keeping};

    use crate::{authjs::open_far_from_utc, scratch::Scratch};

    adapter_conformance!(async {
        let scratch = Scratch::new();
        let tables = include_str!("../../../sql/tests/tables/prisma_postgres.sql");
        let mut beside = scratch.beside_made().await;
        sqlx::raw_sql(tables).execute(&mut beside).await.unwrap();
        let schema = Schema::authjs_prisma(PrismaModels::Dates);
        let schema = schema.with_authenticators("Authenticator").unwrap();
        keeping(open_far_from_utc(&scratch, schema).await, scratch)
    }; users, sessions, once, verifications, passkeys, directory);
}
