//! One story, two tests.

/// Makes two tests of every story in the named folder's files: on SQLite, and on PostgreSQL where
/// there is one.
#[macro_export]
macro_rules! on_both_databases {
    ($folder:ident; $( $module:ident: $($story:ident),+ ; )+) => {
        mod sqlite {
            $($(
                #[tokio::test(flavor = "multi_thread")]
                async fn $story() {
                    let story = super::$folder::$module::$story;
                    $crate::app::on($crate::app::Backend::Sqlite, story).await;
                }
            )+)+
        }
        mod postgresql {
            $($(
                #[tokio::test(flavor = "multi_thread")]
                async fn $story() {
                    let story = super::$folder::$module::$story;
                    $crate::app::on($crate::app::Backend::Postgres, story).await;
                }
            )+)+
        }
    };
}
