//! Settings: flags over `ANLIN_*` variables over one TOML file over defaults.

mod brokers;
mod gateways;
mod listeners;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use domain::devices::Protocol;
use domain::responders::Policy;
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};
use store::DatabaseUrl;

pub use brokers::Broker;
pub use gateways::Gateway;
pub use listeners::{Listener, Wire, WrongListener};

/// File that is read from the working directory when none is named.
pub const DEFAULT_FILE: &str = "anlin.toml";
/// Prefix of environment variables.
const PREFIX: &str = "ANLIN_";
/// Shown in place of secrets.
const MASK: &str = "***";

/// Effective settings.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where HTTP is served.
    pub http_listen: SocketAddr,
    /// Where watches connect.
    pub watch_listen: SocketAddr,
    /// Where embedded data and the key file live.
    pub data_dir: PathBuf,
    /// `sqlite://PATH` or `postgres://…`; by default a file in `data_dir`.
    pub database_url: Option<String>,
    /// Key of personal fields; by default a file in `data_dir`, made at first start.
    pub key_file: Option<PathBuf>,
    /// Service account of Firebase Cloud Messaging; without it nothing is pushed.
    pub fcm_service_account: Option<PathBuf>,
    /// Another address for Firebase Cloud Messaging.
    pub fcm_url: Option<String>,
    /// File that says how people are weighed and asked; by default the one inside.
    pub policy_file: Option<PathBuf>,
    /// Language of terminal and page: `zh-CN`, `zh-CN-x-easy` or `en`.
    pub language: String,
    /// Log filter, as `info` or `server=debug`.
    pub log: String,
    /// Further listeners for devices.
    #[serde(deserialize_with = "listeners::read")]
    pub listeners: Vec<Listener>,
    /// Where MQTT devices connect; without it there is no embedded listener.
    pub mqtt_listen: Option<SocketAddr>,
    /// External MQTT brokers whose messages are taken.
    pub brokers: Vec<Broker>,
    /// Gateways for text messages and calls.
    pub gateways: Vec<Gateway>,
    /// Where a call is put through to a person.
    pub seat_phone: Option<String>,
    /// Between two test alarms, milliseconds; 0 sends none, and nobody knows whether alarms pass.
    pub watchdog_period_ms: u64,
    /// Called after every test alarm that came through; whoever is there tells when it is silent.
    pub dead_man_url: Option<String>,
    /// Signs these calls.
    pub dead_man_key: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            http_listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            watch_listen: SocketAddr::from(([127, 0, 0, 1], 5093)),
            data_dir: PathBuf::from("./anlin-data"),
            database_url: None,
            key_file: None,
            fcm_service_account: None,
            fcm_url: None,
            policy_file: None,
            language: "zh-CN".to_owned(),
            log: "warn".to_owned(),
            listeners: Vec::new(),
            mqtt_listen: None,
            brokers: Vec::new(),
            gateways: Vec::new(),
            seat_phone: None,
            // Two of them missed are noticed within a minute.
            watchdog_period_ms: 20_000,
            dead_man_url: None,
            dead_man_key: None,
        }
    }
}

/// Settings given as flags; each wins over every other source.
#[derive(Clone, Debug, Default, Serialize, clap::Args)]
pub struct Flags {
    /// Where HTTP is served [default: 127.0.0.1:8080]
    #[arg(long, global = true, value_name = "ADDRESS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_listen: Option<SocketAddr>,
    /// Where watches connect [default: 127.0.0.1:5093]
    #[arg(long, global = true, value_name = "ADDRESS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub watch_listen: Option<SocketAddr>,
    /// Where MQTT devices connect [default: nowhere]
    #[arg(long, global = true, value_name = "ADDRESS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mqtt_listen: Option<SocketAddr>,
    /// Where embedded data and the key file live [default: ./anlin-data]
    #[arg(long, global = true, value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_dir: Option<PathBuf>,
    /// sqlite://PATH or postgres://… [default: a file in the data directory]
    #[arg(long, global = true, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database_url: Option<String>,
    /// Key file of personal fields [default: a file in the data directory]
    #[arg(long, global = true, value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_file: Option<PathBuf>,
    /// Service account file of Firebase Cloud Messaging
    #[arg(long, global = true, value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fcm_service_account: Option<PathBuf>,
    /// Another address for Firebase Cloud Messaging
    #[arg(long, global = true, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fcm_url: Option<String>,
    /// File that says how people are weighed and asked [default: the one inside]
    #[arg(long, global = true, value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_file: Option<PathBuf>,
    /// Language of terminal and page: zh-CN, zh-CN-x-easy or en
    #[arg(long, global = true, value_name = "TAG")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Log filter, as info or server=debug [default: warn]
    #[arg(long, global = true, value_name = "FILTER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<String>,
    /// A further listener for devices, as gt06/tcp=127.0.0.1:5023; may be repeated
    /// (ANLIN_LISTENERS, commas between; [[listeners]] in the file)
    #[arg(
        long = "listen",
        global = true,
        value_name = "PROTOCOL/CARRIER=ADDRESS"
    )]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub listeners: Vec<Listener>,
}

/// Why settings are refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A named file is not there.
    #[error("configuration file {0} does not exist")]
    NoFile(PathBuf),
    /// A value does not fit.
    #[error("configuration: {0}")]
    Value(String),
}

impl Settings {
    /// How people are weighed and asked: the named file, else the policy inside.
    ///
    /// # Errors
    /// A file that is missing or that is no policy, naming it.
    pub fn policy(&self) -> anyhow::Result<Policy> {
        let Some(file) = &self.policy_file else {
            return Ok(Policy::shipped()?);
        };
        let shown = file.display();
        let text = std::fs::read_to_string(file).with_context(|| format!("cannot open {shown}"))?;
        Policy::parse(&text).with_context(|| format!("cannot read {shown} as a policy"))
    }

    /// Reads settings from all sources.
    ///
    /// # Errors
    /// A named file that is missing, an unknown key, or a value that does not fit.
    pub fn read(flags: &Flags, file: Option<&Path>) -> Result<Self, ConfigError> {
        let defaults = Settings::default();
        let known = known_keys(&defaults);
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let mut sources = Figment::from(Serialized::defaults(&defaults));
        match file {
            Some(file) if !file.exists() => return Err(ConfigError::NoFile(file.to_owned())),
            Some(file) => sources = sources.merge(Toml::file_exact(file)),
            None if Path::new(DEFAULT_FILE).exists() => {
                sources = sources.merge(Toml::file_exact(DEFAULT_FILE));
            }
            None => {}
        }
        let settings: Self = sources
            .merge(Env::prefixed(PREFIX).only(&known))
            .merge(Serialized::defaults(flags))
            .extract()
            .map_err(|error| ConfigError::Value(one_line(&error)))?;
        settings.database()?;
        let taken = [settings.http_listen, settings.watch_listen];
        listeners::check(&settings.listeners, &taken)
            .map_err(|error| ConfigError::Value(format!("listeners: {error}")))?;
        for broker in &settings.brokers {
            broker.options()?;
        }
        Gateway::check(&settings.gateways)?;
        if accessibility::Language::known(&settings.language).is_none() {
            return Err(ConfigError::Value(
                "language is none of zh-CN, zh-CN-x-easy, en".into(),
            ));
        }
        Ok(settings)
    }

    /// Where watches connect.
    pub fn watches(&self) -> Listener {
        Listener {
            protocol: Protocol::Watch,
            carrier: Wire::Tcp,
            listen: self.watch_listen,
        }
    }

    /// The database these settings name.
    ///
    /// # Errors
    /// An address of another kind than SQLite or PostgreSQL.
    pub fn database(&self) -> Result<DatabaseUrl, ConfigError> {
        let url = self
            .database_url
            .clone()
            .unwrap_or_else(|| format!("sqlite://{}", self.data_dir.join("anlin.db").display()));
        DatabaseUrl::parse(&url)
            .map_err(|error| ConfigError::Value(format!("database_url: {error}")))
    }

    /// The key file these settings name.
    pub fn key_path(&self) -> PathBuf {
        self.key_file
            .clone()
            .unwrap_or_else(|| self.data_dir.join("field.key"))
    }

    /// The language of terminal and page.
    pub fn spoken(&self) -> accessibility::Language {
        accessibility::Language::parse(&self.language)
    }

    /// The effective settings as TOML, secrets masked.
    ///
    /// # Errors
    /// Never for settings that [`Settings::read`] made; kept as an error rather than a panic.
    pub fn masked(&self) -> Result<String, ConfigError> {
        let mut shown = self.clone();
        shown.database_url = Some(self.database()?.to_string());
        shown.key_file = Some(self.key_path());
        shown.brokers = self.brokers.iter().map(Broker::masked).collect();
        shown.gateways = self.gateways.iter().map(Gateway::masked).collect();
        shown.dead_man_url = self.dead_man_url.as_deref().map(mask_userinfo);
        shown.dead_man_key = self.dead_man_key.as_ref().map(|_| MASK.to_owned());
        shown.fcm_url = self.fcm_url.as_deref().map(mask_userinfo);
        toml::to_string(&shown).map_err(|error| ConfigError::Value(error.to_string()))
    }
}

fn known_keys(defaults: &Settings) -> Vec<String> {
    match serde_json::to_value(defaults) {
        Ok(serde_json::Value::Object(fields)) => fields.keys().cloned().collect(),
        _ => Vec::new(),
    }
}

fn mask_userinfo(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme + 3 < at => {
            format!("{}{MASK}{}", &url[..scheme + 3], &url[at..])
        }
        _ => url.to_owned(),
    }
}

fn one_line(error: &figment::Error) -> String {
    error
        .to_string()
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_and_password_of_an_address_are_masked() {
        assert_eq!(
            mask_userinfo("https://u:secret@host/x"),
            "https://***@host/x"
        );
        assert_eq!(mask_userinfo("https://host/x"), "https://host/x");
    }
}
