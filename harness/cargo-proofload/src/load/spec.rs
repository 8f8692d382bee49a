//! A load and its thresholds, as an attribute would write them.

use proofload_vocabulary::kind::Kind;
use proofload_vocabulary::settings::{SettingKey, parse_value};
use proofload_vocabulary::suggest::did_you_mean;
use proofload_vocabulary::threshold::{ReferenceFigure, Threshold};

use crate::failure::UsageFailure;

/// What the attribute of a test says.
#[derive(Debug, Clone)]
pub(crate) struct LoadSpec {
    /// The name of the test: `closed`.
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// Each setting with its value as the attribute writes it; checked.
    settings: Vec<GivenSetting>,
    /// As the attribute writes them; checked.
    thresholds: Vec<String>,
}

/// A setting, and what the person wrote it as.
#[derive(Debug, Clone)]
struct GivenSetting {
    key: SettingKey,
    value: String,
    flag: String,
}

/// What holds unless a person says otherwise: a run of nothing but failures does not pass.
const SOMETHING_SUCCEEDED: &str = "success_rate > 0%";

impl LoadSpec {
    pub(crate) fn new(name: &str, kind: Kind) -> LoadSpec {
        LoadSpec { name: name.to_owned(), kind, settings: Vec::new(), thresholds: Vec::new() }
    }

    /// Adds a setting; `flag` is what the person wrote it as, for the message.
    pub(crate) fn set(&mut self, key: SettingKey, flag: &str, value: &str) -> Result<(), UsageFailure> {
        if let Some(other) = self.settings.iter().find(|other| other.key == key) {
            let other = &other.flag;
            return Err(UsageFailure::new(format!("{flag} and {other} both set `{key}`: give one of them")));
        }
        parse_value(key, value).map_err(|error| UsageFailure::new(format!("{flag} {value}: {error}")))?;
        self.settings.push(GivenSetting { key, value: value.to_owned(), flag: flag.to_owned() });
        Ok(())
    }

    /// Adds a threshold of `--require`. `servers` are the names of the servers that are compared.
    pub(crate) fn require(&mut self, text: &str, servers: &[String]) -> Result<(), UsageFailure> {
        let refused = |why: String| UsageFailure::new(format!("--require \"{text}\": {why}"));
        let threshold = text.parse::<Threshold>().map_err(|error| refused(error.to_string()))?;
        match threshold.relative.as_ref().map(|relative| &relative.of) {
            Some(ReferenceFigure::Baseline) => {
                return Err(refused(
                    "a command has no baseline; `proofload compare` compares two recorded runs".to_owned(),
                ));
            }
            Some(ReferenceFigure::Arm(name)) if !servers.contains(name) => {
                let known = match servers {
                    [] => "only `versus` compares servers".to_owned(),
                    names => format!("servers: {}", names.join(", ")),
                };
                let suggestion = did_you_mean(name, servers.iter().map(String::as_str));
                return Err(refused(format!("no server is called `{name}`{suggestion} ({known})")));
            }
            _ => {}
        }
        self.thresholds.push(text.to_owned());
        Ok(())
    }

    /// Each setting with its value as the attribute writes it.
    pub(crate) fn settings(&self) -> impl Iterator<Item = (SettingKey, &str)> {
        self.settings.iter().map(|given| (given.key, given.value.as_str()))
    }

    /// True if `key` was given.
    pub(crate) fn has(&self, key: SettingKey) -> bool {
        self.settings.iter().any(|given| given.key == key)
    }

    /// Those that a person gave.
    pub(crate) fn required(&self) -> &[String] {
        &self.thresholds
    }

    /// Those of the test. What the kind of the test asks for by itself applies as soon as anything is required; a search for
    /// capacity needs it in any case.
    pub(crate) fn thresholds(&self) -> Vec<String> {
        if self.thresholds.is_empty() && self.kind != Kind::Capacity {
            return vec![SOMETHING_SUCCEEDED.to_owned()];
        }
        self.thresholds.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str, servers: &[&str]) -> String {
        let servers: Vec<String> = servers.iter().map(|name| (*name).to_owned()).collect();
        LoadSpec::new("closed", Kind::Load).require(text, &servers).unwrap_err().to_string()
    }

    #[test]
    fn a_setting_that_two_flags_give_is_refused_with_both() {
        let mut load = LoadSpec::new("closed", Kind::Load);
        load.set(SettingKey::Connections, "--disable-keepalive", "per_request").unwrap();
        let refusal = load.set(SettingKey::Connections, "--connections", "shared(8)").unwrap_err().to_string();
        assert_eq!(refusal, "--connections and --disable-keepalive both set `connections`: give one of them");
    }

    #[test]
    fn a_value_that_does_not_fit_is_refused_with_its_flag() {
        let mut load = LoadSpec::new("closed", Kind::Load);
        let refusal = load.set(SettingKey::Duration, "--duration", "30").unwrap_err().to_string();
        assert!(refusal.starts_with("--duration 30: `duration` expects a time above zero, such as `30s`"), "{refusal}");
    }

    #[test]
    fn a_threshold_can_only_refer_to_a_server_that_is_compared() {
        let relative = "p95 <= 105% of \"old\"";
        assert!(refusal(relative, &[]).ends_with("no server is called `old` (only `versus` compares servers)"));
        assert!(refusal(relative, &["odl", "new"]).contains("did you mean `odl`? (servers: odl, new)"));
        assert!(refusal("p95 <= 105% of baseline", &[]).contains("a command has no baseline"));
    }

    #[test]
    fn without_a_requirement_a_run_of_nothing_but_failures_does_not_pass() {
        let mut load = LoadSpec::new("closed", Kind::Load);
        assert_eq!(load.thresholds(), ["success_rate > 0%"]);
        load.require("p95 < 1s", &[]).unwrap();
        assert_eq!(load.thresholds(), ["p95 < 1s"]);
        assert!(LoadSpec::new("capacity", Kind::Capacity).thresholds().is_empty());
    }
}
