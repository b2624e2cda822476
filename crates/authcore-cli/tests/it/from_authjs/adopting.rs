//! This file makes Auth.js's tables ready where they are.

use super::{ADOPT, USERS, loose_tables, two_people, write};
use crate::store::{Kind, Place};

#[tokio::test(flavor = "multi_thread")]
async fn tables_without_hindrances_are_adopted() {
    adopted(Kind::Sqlite).await;
}

pub(crate) async fn adopted(kind: Kind) {
    let place = Place::new(kind).await;
    loose_tables(&place).await;
    two_people(&place).await;
    write(
        &place,
        &format!("{USERS}('eve', NULL, 'Ada@Example.org', NULL, NULL)"),
    )
    .await;
    let refused = place.run(ADOPT, &[]).await;
    assert_eq!(refused.status, 1);
    assert!(
        refused.out.contains("e-mail addresses of several users: 1"),
        "{}",
        refused.out
    );
    write(&place, "DELETE FROM {at}^user^ WHERE ^id^ = 'eve'").await;
    let run = place.run(ADOPT, &[]).await;
    assert!(run.is_well(), "{kind:?}: {}{}", run.out, run.err);
    for told in [
        "the tables are ready",
        "Schema::authjs_drizzle()",
        ".schema(schema)",
    ] {
        assert!(run.out.contains(told), "{told}: {}", run.out);
    }
    let again = place.run(ADOPT, &[]).await;
    assert!(
        again.is_well() && again.out.contains("nothing was due"),
        "{}",
        again.out
    );
    place.remove().await;
}
