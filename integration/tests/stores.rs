//! Every store keeps the same promises: in memory, on SQLite, on PostgreSQL.

#[path = "stores/sql.rs"]
mod sql;

/// One test for each case, on whatever `fresh` of the module gives.
macro_rules! tests {
    ($($module:ident::$case:ident),+ $(,)?) => {
        $(#[test]
        fn $case() {
            if let Some(fixture) = fresh() {
                integration::store_suite::run(stringify!($case), &fixture);
            }
        })+
    };
}

mod memory {
    use integration::store_suite::InMemory;

    fn fresh() -> Option<InMemory> {
        Some(InMemory::fresh())
    }

    integration::store_suite_cases!(tests);
}

mod sqlite {
    use super::sql::InSql;

    fn fresh() -> Option<InSql> {
        Some(InSql::sqlite())
    }

    integration::store_suite_cases!(tests);
}

mod postgres {
    use super::sql::InSql;

    fn fresh() -> Option<InSql> {
        InSql::postgres()
    }

    integration::store_suite_cases!(tests);
}
