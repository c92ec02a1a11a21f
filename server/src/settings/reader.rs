//! Reads single settings by their kind and gathers what is wrong with them.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use config::{Value, ValueKind};

use super::files;
use super::problems::Problems;
use super::registry::{Kind, Setting};
use crate::domain::duration::parse_duration;
use crate::domain::secret::Secret;

/// The settings as given. A method that answers `None` has noted why, unless it says otherwise.
pub(super) struct Reader {
    values: HashMap<&'static str, Value>,
    problems: Vec<String>,
}

impl Reader {
    pub(super) fn new(values: HashMap<&'static str, Value>, problems: Vec<String>) -> Self {
        Self { values, problems }
    }

    pub(super) fn into_problems(self) -> Problems {
        Problems::new(self.problems)
    }

    /// Notes that something is wrong with a setting that has a value. `what` follows its name.
    pub(super) fn problem(&mut self, setting: &Setting, what: impl fmt::Display) {
        let origin = self.origin(setting);
        self.problems
            .push(format!("{} ({origin}) {what}.", setting.name));
    }

    /// Notes that a setting may not be given here, if it is, and goes on as if it were not.
    pub(super) fn refuse(&mut self, setting: &Setting, what: impl fmt::Display) {
        if self.is_given(setting) {
            self.problem(setting, what);
            self.values.remove(setting.name);
        }
    }

    /// Whether a value was given; a default counts.
    pub(super) fn is_given(&self, setting: &Setting) -> bool {
        self.values.contains_key(setting.name)
    }

    /// Where the value comes from.
    pub(super) fn origin(&self, setting: &Setting) -> String {
        match self.values.get(setting.name).and_then(Value::origin) {
            Some(origin) => format!("from {origin}"),
            None => "default".to_owned(),
        }
    }

    /// A text that `parse` understands.
    pub(super) fn parsed<T, E: fmt::Display>(
        &mut self,
        setting: &Setting,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.text(setting)?;
        parse(&text)
            .map_err(|what| self.problem(setting, what))
            .ok()
    }

    /// A text that `choose` understands; otherwise the kind's rule is what is wrong.
    pub(super) fn chosen<T>(
        &mut self,
        setting: &Setting,
        choose: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        self.parsed(setting, |text| choose(text).ok_or_else(|| rule(setting)))
    }

    /// A whole number within the bounds of its kind.
    pub(super) fn number(&mut self, setting: &Setting) -> Option<u32> {
        let number = match self.value(setting)? {
            ValueKind::I64(number) => u32::try_from(number).ok(),
            ValueKind::String(text) => text.parse().ok(),
            _ => None,
        };
        let within = number.filter(|number| match setting.kind {
            Kind::Number { min, max } => (min..=max).contains(number),
            _ => false,
        });
        self.or_rule(setting, within)
    }

    /// A list: a TOML array of texts, or one text with commas between them.
    pub(super) fn list<T>(
        &mut self,
        setting: &Setting,
        choose: impl Fn(&str) -> Option<T>,
    ) -> Option<Vec<T>> {
        let texts: Option<Vec<String>> = match self.value(setting)? {
            ValueKind::String(text) => Some(text.split(',').map(str::to_owned).collect()),
            ValueKind::Array(values) => values
                .into_iter()
                .map(|value| match value.kind {
                    ValueKind::String(text) => Some(text),
                    _ => None,
                })
                .collect(),
            _ => None,
        };
        let list = texts.and_then(|texts| {
            let texts = texts.iter().map(|text| text.trim());
            texts.filter(|text| !text.is_empty()).map(choose).collect()
        });
        self.or_rule(setting, list)
    }

    /// Yes or no.
    pub(super) fn flag(&mut self, setting: &Setting) -> Option<bool> {
        let flag = match self.value(setting)? {
            ValueKind::Boolean(flag) => Some(flag),
            ValueKind::String(text) => text.parse().ok(),
            _ => None,
        };
        self.or_rule(setting, flag)
    }

    /// A duration no shorter than its kind says.
    pub(super) fn duration(&mut self, setting: &Setting) -> Option<TimeDelta> {
        let Kind::Duration { min } = setting.kind else {
            return self.or_rule(setting, None);
        };
        self.chosen(setting, |text| {
            let duration = parse_duration(text).ok()?;
            let min = parse_duration(min).ok()?;
            (duration >= min).then_some(duration)
        })
    }

    /// A file that can be opened; only its path is kept.
    pub(super) fn file(&mut self, setting: &Setting) -> Option<PathBuf> {
        self.parsed(setting, |path| {
            files::open(Path::new(path))
                .map(|_| PathBuf::from(path))
                .map_err(|why| format!("names a file that {why}"))
        })
    }

    /// A secret, from `setting` itself or from the file that `twin` names; exactly one of the two.
    /// What `parse` says is wrong must not repeat the secret.
    pub(super) fn secret<E: fmt::Display>(
        &mut self,
        setting: &Setting,
        twin: &Setting,
        parse: impl FnOnce(&str) -> Result<Secret, E>,
    ) -> Option<Secret> {
        match (self.is_given(setting), self.is_given(twin)) {
            (true, true) => {
                let origin = self.origin(twin);
                self.problem(
                    setting,
                    format!("and {} ({origin}) are both given: keep one", twin.name),
                );
                None
            }
            (false, false) => {
                self.problems.push(format!(
                    "{} is not set: give it, or {}, in the settings file, or set {} or {}; it {}.",
                    setting.name,
                    twin.name,
                    setting.variable(),
                    twin.variable(),
                    rule(setting)
                ));
                None
            }
            (true, false) => self.parsed(setting, parse),
            // The path is not shown: people put the secret itself there by mistake.
            (false, true) => self.parsed(twin, |path| {
                let text = files::read_text(Path::new(path))
                    .map_err(|why| format!("names a file that {why}"))?;
                // Editors and `echo` end a file with a line feed that nobody meant.
                parse(text.trim_end_matches(['\r', '\n']))
                    .map_err(|what| format!("names a file whose text {what}"))
            }),
        }
    }

    /// A text. Not for secrets' twins, which may be absent.
    fn text(&mut self, setting: &Setting) -> Option<String> {
        match self.value(setting)? {
            ValueKind::String(text) => Some(text),
            _ => self.or_rule(setting, None),
        }
    }

    fn value(&mut self, setting: &Setting) -> Option<ValueKind> {
        let found = self.values.get(setting.name).map(|v| v.kind.clone());
        if found.is_none() {
            self.problems.push(format!(
                "{} is not set: give it in the settings file, or set {}; it {}.",
                setting.name,
                setting.variable(),
                rule(setting)
            ));
        }
        found
    }

    fn or_rule<T>(&mut self, setting: &Setting, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.problem(setting, rule(setting));
        }
        value
    }
}

fn rule(setting: &Setting) -> String {
    format!("must be {}", setting.kind.rule())
}
