//! Layers the sources and checks the outcome.

use std::{net::SocketAddr, path::Path};

use serde::Deserialize;
use toml::{Table, Value};

use super::{Config, ConfigError, MOST_SLOTS, keys::KEYS};

/// What the command line sets; it wins over file and environment.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `--bind`.
    pub bind: Option<SocketAddr>,
    /// `--port`.
    pub port: Option<u16>,
}

/// Reads `file` (or `das.toml` of the working folder if there is one), applies `env` and `overrides`, and checks every value.
pub fn load(
    file: Option<&Path>,
    env: impl IntoIterator<Item = (String, String)>,
    overrides: &Overrides,
) -> Result<Config, ConfigError> {
    let default_file = Path::new("das.toml");
    let file = file.or_else(|| default_file.is_file().then_some(default_file));
    let mut table = match file {
        Some(path) => read(path)?,
        None => Table::new(),
    };
    apply_environment(&mut table, env)?;
    let mut config = Config::deserialize(Value::Table(table)).map_err(|error| ConfigError::Syntax {
        origin: "settings".into(),
        reason: error.to_string().trim().to_owned(),
    })?;
    if let Some(bind) = overrides.bind {
        config.bind = bind;
    }
    if let Some(port) = overrides.port {
        config.bind.set_port(port);
    }
    check(&config)?;
    Ok(config)
}

/// Parses the file twice: typed for the errors that know line and column, and as a table for the layers above it.
fn read(path: &Path) -> Result<Table, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
    let syntax = |error: toml::de::Error| ConfigError::Syntax {
        origin: path.display().to_string(),
        reason: error.to_string().trim().to_owned(),
    };
    toml::from_str::<Config>(&text).map_err(syntax)?;
    toml::from_str(&text).map_err(syntax)
}

fn apply_environment(table: &mut Table, env: impl IntoIterator<Item = (String, String)>) -> Result<(), ConfigError> {
    let shape = Table::try_from(Config::default())
        .map_err(|error| ConfigError::Syntax { origin: "defaults".into(), reason: error.to_string() })?;
    for (name, text) in env {
        let Some(key) = KEYS.iter().find(|key| key.env == name) else {
            if ["DAS_CALLS_", "DAS_LIMITS_", "DAS_ENGINE_", "DAS_BALANCER_"]
                .iter()
                .any(|section| name.starts_with(section))
            {
                return Err(ConfigError::Environment {
                    name,
                    value: text,
                    expected: "a known setting; see `das config`",
                });
            }
            continue;
        };
        let section =
            if key.section.is_empty() { Some(&shape) } else { shape.get(key.section).and_then(Value::as_table) };
        let example = section.and_then(|section| section.get(key.name));
        let value =
            typed(example, &text).map_err(|expected| ConfigError::Environment { name, value: text, expected })?;
        let target = if key.section.is_empty() {
            Some(&mut *table)
        } else {
            table.entry(key.section).or_insert_with(|| Value::Table(Table::new())).as_table_mut()
        };
        if let Some(target) = target {
            target.insert(key.name.to_owned(), value);
        }
    }
    Ok(())
}

/// Reads `text` as the type that `example` has.
fn typed(example: Option<&Value>, text: &str) -> Result<Value, &'static str> {
    match example {
        Some(Value::Integer(_)) => text.trim().parse().map(Value::Integer).map_err(|_| "a whole number"),
        Some(Value::Float(_)) => text.trim().parse().map(Value::Float).map_err(|_| "a number"),
        Some(Value::Boolean(_)) => text.trim().parse().map(Value::Boolean).map_err(|_| "true or false"),
        Some(Value::Array(_)) => Ok(Value::Array(
            text.split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty())
                .map(|item| Value::String(item.to_owned()))
                .collect(),
        )),
        _ => Ok(Value::String(text.to_owned())),
    }
}

fn check(config: &Config) -> Result<(), ConfigError> {
    if !config.bind.ip().to_canonical().is_loopback() {
        return Err(ConfigError::NotLoopback(config.bind));
    }
    let (limits, calls, engine) = (&config.limits, &config.calls, &config.engine);
    let whole = |value: u64| value as f64;
    let balancer = &config.balancer;
    if let Some(text) = balancer.weights.iter().find(|text| super::weight(text).is_none()) {
        return Err(ConfigError::Weight(text.clone()));
    }
    let rules: [(&'static str, f64, bool, &'static str); 16] = [
        ("limits.max_bytes", whole(limits.max_bytes), (1..1 << 50).contains(&limits.max_bytes), "1 to 2^50"),
        (
            "limits.max_duration_s",
            limits.max_duration_s,
            limits.max_duration_s > 0.0 && limits.max_duration_s <= 1e7,
            "more than 0, at most 10,000,000",
        ),
        ("limits.max_channels", f64::from(limits.max_channels), (1..=1024).contains(&limits.max_channels), "1 to 1024"),
        (
            "limits.max_sample_rate_hz",
            f64::from(limits.max_sample_rate_hz),
            (1..=10_000_000).contains(&limits.max_sample_rate_hz),
            "1 to 10,000,000",
        ),
        ("calls.max_bytes", whole(calls.max_bytes), (1..1 << 40).contains(&calls.max_bytes), "1 to 2^40"),
        (
            "calls.max_duration_s",
            calls.max_duration_s,
            calls.max_duration_s > 0.0 && calls.max_duration_s <= 1e7,
            "more than 0, at most 10,000,000",
        ),
        ("calls.keep_s", calls.keep_s, calls.keep_s >= 1.0 && calls.keep_s <= 31_536_000.0, "1 to 31,536,000 (a year)"),
        ("calls.slots", f64::from(calls.slots), (1..=256).contains(&calls.slots), "1 to 256"),
        (
            "engine.slots",
            f64::from(engine.slots),
            (1..=MOST_SLOTS).contains(&engine.slots),
            "1 to 256; leave it out for one per processor",
        ),
        (
            "engine.heartbeat_s",
            engine.heartbeat_s,
            engine.heartbeat_s >= 0.01 && engine.heartbeat_s <= 3600.0,
            "0.01 to 3600",
        ),
        (
            "engine.lease_s",
            engine.lease_s,
            engine.lease_s >= 2.0 * engine.heartbeat_s && engine.lease_s <= 86_400.0,
            "at least two heartbeats, at most 86,400",
        ),
        ("engine.max_attempts", f64::from(engine.max_attempts), (1..=100).contains(&engine.max_attempts), "1 to 100"),
        ("engine.accelerator_slots", f64::from(engine.accelerator_slots), engine.accelerator_slots <= 256, "0 to 256"),
        (
            "engine.stall_s",
            engine.stall_s,
            engine.stall_s >= 2.0 * engine.heartbeat_s && engine.stall_s <= 86_400.0,
            "at least two heartbeats, at most 86,400",
        ),
        (
            "balancer.max_queued",
            f64::from(balancer.max_queued),
            (1..=1_000_000).contains(&balancer.max_queued),
            "1 to 1,000,000",
        ),
        (
            "balancer.max_queued_per_user",
            f64::from(balancer.max_queued_per_user),
            (1..=balancer.max_queued).contains(&balancer.max_queued_per_user),
            "1 to balancer.max_queued",
        ),
    ];
    match rules.into_iter().find(|rule| !rule.2) {
        Some((key, value, _, expected)) => Err(ConfigError::Range { key, value, expected }),
        None => Ok(()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::config::to_commented_toml;

    fn from_text(text: &str, env: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("das.toml");
        std::fs::write(&path, text).unwrap();
        let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        load(Some(&path), env, &Overrides::default())
    }

    #[test]
    fn layers_file_environment_and_command_line() {
        let config = from_text(
            "bind = '127.0.0.1:1'\n[limits]\nmax_channels = 4\nmax_bytes = 10",
            &[("DAS_LIMITS_MAX_BYTES", "20"), ("DAS_ENGINE_LEASE_S", "5"), ("DAS_ALLOWED_HOSTS", "a, b")],
        )
        .unwrap();
        assert_eq!(config.limits.max_channels, 4);
        assert_eq!(config.limits.max_bytes, 20);
        assert_eq!(config.engine.lease_s, 5.0);
        assert_eq!(config.allowed_hosts, ["a", "b"]);
        let config = load(None, [], &Overrides { bind: None, port: Some(7) }).unwrap();
        assert_eq!(config.bind.to_string(), "127.0.0.1:7");
    }

    #[test]
    fn unknown_keys_are_errors_with_their_place() {
        let error = from_text("bnid = '127.0.0.1:1'", &[]).unwrap_err().to_string();
        assert!(error.contains("bnid") && error.contains("line 1"), "{error}");
        assert!(from_text("[limits]\nmax_byte = 1", &[]).unwrap_err().to_string().contains("max_byte"));
        assert!(
            from_text("", &[("DAS_LIMITS_MAX_BYTE", "1")]).unwrap_err().to_string().contains("DAS_LIMITS_MAX_BYTE")
        );
        assert!(from_text("", &[("DAS_LIMITS_MAX_BYTES", "many")]).unwrap_err().to_string().contains("whole number"));
    }

    #[test]
    fn only_loopback() {
        let error = from_text("bind = '0.0.0.0:3000'", &[]).unwrap_err().to_string();
        assert!(error.contains("no accounts yet"), "{error}");
        assert!(from_text("bind = '[::1]:3000'", &[]).is_ok());
    }

    #[test]
    fn ranges_are_checked() {
        for text in [
            "[limits]\nmax_bytes = 0",
            "[limits]\nmax_duration_s = nan",
            "[limits]\nmax_channels = 0",
            "[engine]\nlease_s = 0.1",
            "[engine]\nmax_attempts = 0",
            "[engine]\nheartbeat_s = inf",
            "[engine]\nstall_s = nan",
            "[engine]\naccelerator_slots = 1000",
            "[balancer]\nmax_queued = 0",
            "[balancer]\nmax_queued_per_user = 0",
        ] {
            assert!(matches!(from_text(text, &[]), Err(ConfigError::Range { .. })), "{text}");
        }
    }

    #[test]
    fn engines_are_as_many_as_processors_or_at_least_one() {
        let processors = std::thread::available_parallelism().unwrap().get() as u32;
        assert_eq!(from_text("[engine]", &[]).unwrap().engine.slots, processors.min(256));
        assert_eq!(from_text("[engine]\nslots = 3", &[]).unwrap().engine.slots, 3);
        for (text, env) in [
            ("[engine]\nslots = 0", None),
            ("[engine]\nslots = 257", None),
            ("[engine]\nslots = 1", Some(("DAS_ENGINE_SLOTS", "0"))),
        ] {
            let error = from_text(text, env.as_slice()).unwrap_err();
            assert!(matches!(error, ConfigError::Range { key: "engine.slots", .. }), "{text}: {error}");
            assert!(error.to_string().contains("leave it out for one per processor"), "{text}: {error}");
        }
        let printed = to_commented_toml(&Config::default());
        assert!(printed.contains(&format!("\nslots = {}\n", processors.min(256))), "{printed}");
    }

    #[test]
    fn policies_and_weights_are_checked() {
        let error = from_text("[balancer]\npolicy = 'lottery'", &[]).unwrap_err().to_string();
        assert!(error.contains("lottery") && error.contains("fair_share"), "{error}");
        assert!(from_text("", &[("DAS_BALANCER_POLICY", "lottery")]).is_err());
        for text in ["ann", "ann=", "=2", "ann=0", "ann=-1", "ann=nan", "a b=1"] {
            let error = from_text(&format!("[balancer]\nweights = ['{text}']"), &[]).unwrap_err();
            assert!(matches!(error, ConfigError::Weight(_)), "{text}: {error}");
        }
        let config = from_text("[balancer]\npolicy = 'fifo'", &[("DAS_BALANCER_WEIGHTS", "ann=2, ben=0.5")]).unwrap();
        assert_eq!(config.balancer.policy, web::model::PolicyName::Fifo);
        assert_eq!(config.balancer.parsed_weights()["ben"], 0.5);
    }

    #[test]
    fn the_printed_file_reads_back() {
        let config = Config { allowed_hosts: vec!["a\"b".into()], ..Config::default() };
        let text = to_commented_toml(&config);
        assert_eq!(from_text(&text, &[]).unwrap(), config);
    }
}
