//! The binary `anlin`: arguments only, then the library.

#![expect(
    clippy::print_stdout,
    reason = "a command line talks on standard output"
)]

mod cli;

use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser as _;
use domain::responders::replay::GenerateOptions;
use server::app::{self, App, Parts};
use server::config::{ConfigError, Settings};
use server::listening::{self, Bound};
use server::{backup, conformance, demo, falls, import, ladders, replay, seed};
use store::backup::HowTo;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use cli::{Cli, Command};

/// Wrong call or settings.
const USAGE: u8 = 2;

// Also called by the binary with the planted bugs.
pub(crate) fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() => return wrong_call(&error),
        Err(help_or_version) => help_or_version.exit(),
    };
    let settings = match Settings::read(&cli.flags, cli.config.as_deref()) {
        Ok(settings) => settings,
        Err(error) => return complain(&error.into()),
    };
    match start(
        cli.command.unwrap_or(Command::Demo(cli::Demo {
            seed: 1,
            ..Default::default()
        })),
        settings,
    ) {
        Ok(code) => code,
        Err(error) => complain(&error),
    }
}

/// A wrong call in one line: what it is, without the usage that `--help` shows.
fn wrong_call(error: &clap::Error) -> ExitCode {
    let text = error.to_string();
    let what = text.split("\n\n").next().unwrap_or_default();
    let line: Vec<&str> = what.split_whitespace().collect();
    eprintln!("anlin: {}", line.join(" ").trim_start_matches("error: "));
    ExitCode::from(USAGE)
}

/// One line on standard error; settings are the caller's mistake, everything else a failure.
fn complain(error: &anyhow::Error) -> ExitCode {
    let line = format!("{error:#}").replace('\n', " ");
    eprintln!("anlin: {line}");
    if error.is::<ConfigError>() {
        ExitCode::from(USAGE)
    } else {
        ExitCode::FAILURE
    }
}

fn start(command: Command, settings: Settings) -> anyhow::Result<ExitCode> {
    // What needs neither a runtime nor a database.
    match &command {
        Command::Decode(decode) => return decode_lines(&decode.protocol),
        Command::Falls(cli::Falls::Score(asked)) => return judge(asked),
        Command::Ladders(cli::Ladders::Check(asked)) => {
            return ladders::check(&asked.file).map(|()| ExitCode::SUCCESS);
        }
        Command::Conformance(asked) => return try_conformance(asked),
        Command::Maps(asked) => {
            let answered = asked.run(settings.spoken());
            return answered.map(|()| ExitCode::SUCCESS);
        }
        Command::Replay(asked) => {
            return replay::command(&replayed(asked)).map(|()| ExitCode::SUCCESS);
        }
        _ => {}
    }
    log_to_stderr(&settings)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let ended = runtime.block_on(run(command, settings));
    // Blocking work that hangs must not keep a finished command alive.
    runtime.shutdown_timeout(std::time::Duration::from_secs(5));
    ended.map(|()| ExitCode::SUCCESS)
}

fn judge(asked: &cli::FallsScore) -> anyhow::Result<ExitCode> {
    let all = falls::command(&falls::Question {
        files: &asked.files,
        rate_hz: asked.rate_hz,
        thresholds: asked.thresholds.as_deref(),
    })?;
    Ok(if all {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn try_conformance(asked: &cli::Conformance) -> anyhow::Result<ExitCode> {
    let good = conformance::command(&asked.question(&server::clock::WallClock::default()))?;
    Ok(if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn replayed(asked: &cli::Replay) -> replay::ReplayOptions {
    replay::ReplayOptions {
        incidents: asked.incidents.clone(),
        invented: GenerateOptions {
            days: asked.generate.unwrap_or(0),
            cases: asked.cases,
            people: asked.people,
            seed: asked.seed,
        },
        save: asked.save.clone(),
        network: asked.network.clone(),
        policies: asked.policies.clone(),
        json: asked.json,
    }
}

async fn run(command: Command, settings: Settings) -> anyhow::Result<()> {
    match command {
        Command::Demo(demo) => {
            let options = demo::DemoOptions {
                osm: demo.osm,
                frames: demo.frames,
                exit_after_incident: demo.exit_after_incident,
                seed: demo.seed,
            };
            demo::run(settings, options).await
        }
        Command::Serve => serve(&settings).await,
        Command::Migrate => {
            app::open_database(&settings)?.migrate()?;
            println!("{} is at the present schema", settings.database()?);
            Ok(())
        }
        Command::Backup(asked) => {
            let options = backup::BackupOptions {
                to: asked.to,
                every: asked.every,
                keep: asked.keep,
                how: HowTo {
                    pg_bin: asked.pg_bin,
                    unverified: asked.unverified,
                },
            };
            backup::command(&settings, options, |line| println!("{line}")).await
        }
        Command::Restore(asked) => {
            let how = HowTo {
                pg_bin: asked.pg_bin,
                unverified: false,
            };
            let say = |line: &str| println!("{line}");
            backup::restore(&settings, &asked.from, asked.to.as_deref(), &how, say)
        }
        Command::Seed(options) => {
            let scale = match options.scale {
                cli::Scale::Small => seed_data::Scale::Small,
                cli::Scale::District => seed_data::Scale::District,
            };
            seed::command(&settings, options.seed, scale)
        }
        Command::ImportOsm(cli::ImportOsm {
            file,
            dry_run,
            network,
            export_graph,
        }) => {
            let files = import::Files {
                network,
                graph: export_graph,
            };
            import::command(&settings, &file, dry_run, &files)
        }
        Command::Ladders(cli::Ladders::DryRun(asked)) => {
            ladders::dry_run(&settings, &asked.file, asked.days).await
        }
        Command::CheckConfig => {
            print!("{}", settings.masked()?);
            Ok(())
        }
        // Answered before the runtime exists.
        Command::Conformance(_)
        | Command::Decode(_)
        | Command::Falls(_)
        | Command::Ladders(cli::Ladders::Check(_))
        | Command::Maps(_)
        | Command::Replay(_) => Ok(()),
    }
}

async fn serve(settings: &Settings) -> anyhow::Result<()> {
    let http = bind(settings.http_listen, "http_listen").await?;
    let watch = Bound::bind(settings.watches(), "watch_listen").await?;
    let further = listening::bind_further(settings).await?;
    let app = App::open(settings, Parts::default()).await?;
    let descriptors = listening::raise_descriptor_limit();
    tracing::info!(descriptors, "open files allowed");
    println!(
        "anlin serves http://{} and watches on {}",
        http.local_addr()?,
        watch.local_addr()?
    );
    for listener in &further {
        let (protocol, carrier) = (listener.protocol, listener.carrier);
        println!(
            "and {protocol} over {carrier} on {}",
            listener.local_addr()?
        );
    }
    let asked = app.shutdown.clone();
    tokio::spawn(async move { asked.requested().await });
    let listeners = [watch].into_iter().chain(further).collect();
    app.serve(http, listeners).await
}

async fn bind(address: std::net::SocketAddr, setting: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}; choose another with {setting}"))
}

fn decode_lines(protocol: &str) -> anyhow::Result<ExitCode> {
    let protocol = match protocol {
        "auto" => None,
        name => match ingest::registry::by_name(name) {
            Some(protocol) => Some(protocol),
            None => {
                eprintln!("anlin: protocol {name} is not known");
                return Ok(ExitCode::from(USAGE));
            }
        },
    };
    let summary = ingest::lines::run(std::io::stdin().lock(), std::io::stdout().lock(), protocol)?;
    Ok(if summary.refused == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn log_to_stderr(settings: &Settings) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&settings.log)
        .map_err(|_| ConfigError::Value("log is not a filter".to_owned()))?
        .add_directive(fcm::LOG_FILTER.parse()?);
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    Ok(())
}
