//! `check-config`: flags over variables over one file, secrets masked, wrong settings refused.

use crate::{anlin, assert_complains, site};

fn shown(output: &str, key: &str) -> String {
    let start = format!("{key} = ");
    let line = output.lines().find_map(|line| line.strip_prefix(&start));
    line.unwrap_or_else(|| panic!("{key} is missing in {output}"))
        .trim_matches('"')
        .to_owned()
}

#[test]
fn secrets_are_masked() {
    for url in [
        "postgres://u:s3cret@h/db",
        "postgres://u@h/db?password=s3cret",
    ] {
        let finished = anlin(&site(), &["check-config"])
            .env("ANLIN_DATABASE_URL", url)
            .env("ANLIN_FCM_URL", "https://u:s3cret@push.example/")
            .run()
            .expect("runs");
        assert_eq!(finished.code, Some(0), "{finished:?}");
        let both = finished.stdout.clone() + &finished.stderr;
        assert!(!both.contains("s3cret"), "{both}");
        assert!(
            shown(&finished.stdout, "database_url").contains("h/db"),
            "{both}"
        );
        assert!(
            shown(&finished.stdout, "fcm_url").contains("push.example"),
            "{both}"
        );
    }
}

#[test]
fn a_flag_wins_over_a_variable_and_that_over_the_file() {
    let site = site();
    let file = site.folder().join("anlin.toml");
    std::fs::write(
        &file,
        "log = \"error\"\nlanguage = \"en\"\ndata_dir = \"from-file\"\n",
    )
    .expect("a file");
    // The file of the working directory is read without being named.
    for named in [
        &["check-config"][..],
        &["check-config", "--config", "anlin.toml"],
    ] {
        let all = [named, &["--log", "debug"]].concat();
        let finished = anlin(&site, &all)
            .env("ANLIN_LOG", "info")
            .env("ANLIN_DATA_DIR", "from-variable")
            .run()
            .expect("runs");
        assert_eq!(finished.code, Some(0), "{finished:?}");
        assert_eq!(shown(&finished.stdout, "log"), "debug");
        assert_eq!(shown(&finished.stdout, "data_dir"), "from-variable");
        assert_eq!(shown(&finished.stdout, "language"), "en");
    }
}

#[test]
fn a_wrong_setting_is_one_line_and_exit_2() {
    for (name, value) in [
        ("ANLIN_HTTP_LISTEN", "nowhere"),
        ("ANLIN_DATABASE_URL", "mysql://h/db"),
        ("ANLIN_LANGUAGE", "xx"),
        ("ANLIN_LOG", "!!!"),
        ("ANLIN_CONFIG", "missing.toml"),
    ] {
        for command in ["check-config", "serve"] {
            let finished = anlin(&site(), &[command])
                .env(name, value)
                .run()
                .expect("runs");
            assert_complains(&finished, 2, "configuration");
        }
    }
}

#[test]
fn an_unknown_key_in_the_file_is_refused_by_name() {
    let site = site();
    std::fs::write(
        site.folder().join("anlin.toml"),
        "http_lisen = \"127.0.0.1:1\"\n",
    )
    .expect("a file");
    let finished = anlin(&site, &["check-config"]).run().expect("runs");
    assert_complains(&finished, 2, "http_lisen");
}
