//! Both databases must give the same answers, so each case runs on both.

/// Runs each case on SQLite and, when a server is named, on PostgreSQL.
macro_rules! on_both {
    ($($case:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test]
            fn $case() {
                super::$case(&crate::ground::Ground::sqlite());
            })+
        }

        mod postgres {
            $(#[test]
            fn $case() {
                if let Some(ground) = crate::ground::Ground::postgres() {
                    super::$case(&ground);
                }
            })+
        }
    };
}

#[path = "store/alarms.rs"]
mod alarms;
#[path = "store/bindings.rs"]
mod bindings;
#[path = "store/claims.rs"]
mod claims;
#[path = "store/commands.rs"]
mod commands;
#[path = "store/device_health.rs"]
mod device_health;
#[path = "store/engine.rs"]
mod engine;
#[path = "store/ground.rs"]
mod ground;
#[path = "store/people.rs"]
mod people;
#[path = "store/reads.rs"]
mod reads;
#[path = "store/saves.rs"]
mod saves;
#[path = "store/secrets.rs"]
mod secrets;
#[path = "store/seeds.rs"]
mod seeds;
#[path = "store/settings.rs"]
mod settings;
#[path = "store/writing.rs"]
mod writing;
