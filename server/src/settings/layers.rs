//! The sources, one over the other: defaults, the file, the environment.
//!
//! The `config` crate does the layering. Each value carries where it came from, and only names
//! that the registry knows get in, so a stray key can never hide under another spelling.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use config::{Config, File, FileFormat, Map, Source, Value, ValueKind};

use super::problems::Problems;
use super::reader::Reader;
use super::registry::{self, Setting};
use super::{environment, suggestion};

/// One source: values by the full name of their setting.
#[derive(Clone)]
struct Layer(Map<String, Value>);

/// Values may be secrets.
impl fmt::Debug for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layer").finish_non_exhaustive()
    }
}

impl Source for Layer {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, config::ConfigError> {
        Ok(self.0.clone())
    }
}

/// Sources gathered so far, a later one over an earlier.
pub(super) struct Layers {
    sources: Vec<Layer>,
    problems: Vec<String>,
    /// A source is lost as a whole, so what is missing or contradictory now means nothing.
    broken: bool,
}

impl Layers {
    /// The defaults alone.
    pub(super) fn new() -> Self {
        let defaults = registry::settings().filter_map(|setting| {
            let text = setting.default?;
            Some((setting.name.to_owned(), Value::new(None, text)))
        });
        Self {
            sources: vec![Layer(defaults.collect())],
            problems: Vec::new(),
            broken: false,
        }
    }

    /// Notes a problem that makes every further finding meaningless.
    pub(super) fn problem(&mut self, sentence: String) {
        self.problems.push(sentence);
        self.broken = true;
    }

    /// Adds a TOML file.
    pub(super) fn file(&mut self, path: &Path, text: &str) {
        let origin = path.display().to_string();
        match File::from_str(text, FileFormat::Toml).collect() {
            Ok(table) => {
                let mut found = Vec::new();
                flatten("", table, &mut found);
                found.sort_by(|(a, _), (b, _)| a.cmp(b));
                let mut layer = Map::new();
                for (name, value) in found {
                    if registry::find(&name).is_some() {
                        // `config` would merge a table and forget where it came from. Nothing
                        // is as wrong as a table, and stays one value.
                        let kind = match value.kind {
                            ValueKind::Table(_) => ValueKind::Nil,
                            kind => kind,
                        };
                        layer.insert(name, Value::new(Some(&origin), kind));
                    } else {
                        self.problems.push(unknown_key(&name, &value, &origin));
                    }
                }
                self.sources.push(Layer(layer));
            }
            Err(error) => self.problem(format!(
                "The settings file {origin} is not valid TOML{}: text stands in quotes, and \
                 each name may appear once.",
                position(&error.to_string())
            )),
        }
    }

    /// Adds environment variables. Those without grantd's prefix are left alone.
    pub(super) fn variables(&mut self, variables: impl IntoIterator<Item = (String, String)>) {
        let known: BTreeMap<String, &str> = registry::settings()
            .map(|setting| (setting.variable(), setting.name))
            .collect();
        let sorted: BTreeMap<String, String> = variables
            .into_iter()
            .filter(|(variable, value)| environment::speaks_of_a_setting(variable, value))
            .collect();
        let mut layer = Map::new();
        for (variable, text) in sorted {
            let name = known.get(&variable).copied();
            if let Some(name) = name.or_else(|| environment::borrowed(&variable)) {
                let other = layer.insert(name.to_owned(), Value::new(Some(&variable), text));
                if let Some(other) = other.as_ref().and_then(Value::origin) {
                    self.problems.push(format!(
                        "{other} and {variable} (from the environment) are both given: keep one."
                    ));
                }
            } else {
                self.problems.push(unknown_variable(&variable));
            }
        }
        self.sources.push(Layer(layer));
    }

    /// Notes variables whose value is not UTF-8.
    pub(super) fn unreadable_variables(&mut self, mut variables: Vec<String>) {
        variables.sort();
        for variable in variables {
            self.problem(format!(
                "The environment variable {} is not UTF-8 text.",
                shown(&variable)
            ));
        }
    }

    /// Adds values that a command line stands for.
    pub(super) fn given(&mut self, origin: &str, values: &[(&Setting, &str)]) {
        let origin = origin.to_owned();
        let layer = values
            .iter()
            .map(|(setting, text)| (setting.name.to_owned(), Value::new(Some(&origin), *text)))
            .collect();
        self.sources.push(Layer(layer));
    }

    /// Lays the sources over each other.
    ///
    /// # Errors
    /// The problems so far, when a source is lost as a whole.
    pub(super) fn into_reader(mut self) -> Result<Reader, Problems> {
        if self.broken {
            return Err(Problems::new(self.problems));
        }
        let mut builder = Config::builder();
        for source in self.sources {
            builder = builder.add_source(source);
        }
        let Ok(merged) = builder.build().and_then(|merged| merged.collect()) else {
            // The error's own message may repeat a value.
            let sentence = "The settings contradict each other.".to_owned();
            self.problems.push(sentence);
            return Err(Problems::new(self.problems));
        };
        let values = registry::settings().filter_map(|setting| {
            let value = find(&merged, setting)?.clone();
            Some((setting.name, value))
        });
        Ok(Reader::new(values.collect(), self.problems))
    }
}

fn find<'a>(table: &'a Map<String, Value>, setting: &Setting) -> Option<&'a Value> {
    if setting.section().is_empty() {
        return table.get(setting.key());
    }
    match &table.get(setting.section())?.kind {
        ValueKind::Table(section) => section.get(setting.key()),
        _ => None,
    }
}

/// Turns nested tables into full names. A table in place of a setting stays whole, for the reader
/// to refuse; an empty section of an unknown name stays too, to be told as unknown.
fn flatten(prefix: &str, table: Map<String, Value>, found: &mut Vec<(String, Value)>) {
    for (key, value) in table {
        let name = full_name(prefix, &key);
        let is_setting = registry::find(&name).is_some();
        match value.kind {
            ValueKind::Table(inner)
                if !is_setting && (!inner.is_empty() || registry::is_section(&name)) =>
            {
                flatten(&name, inner, found);
            }
            _ => found.push((name, value)),
        }
    }
}

/// A key with a dot of its own (`"token.ttl_seconds" = 1`) is quoted, so it is never taken for two.
fn full_name(prefix: &str, key: &str) -> String {
    let key = if key.contains('.') {
        format!("\"{key}\"")
    } else {
        key.to_owned()
    };
    if prefix.is_empty() {
        key
    } else {
        format!("{prefix}.{key}")
    }
}

fn unknown_key(name: &str, value: &Value, origin: &str) -> String {
    if registry::is_section(name) && !matches!(value.kind, ValueKind::Table(_)) {
        return format!(
            "{name} (from {origin}) must be a section: write [{name}] above its settings."
        );
    }
    let known = registry::settings().map(|setting| setting.name);
    let hint = suggestion::nearest(name, known)
        .map_or_else(|| ".".to_owned(), |near| format!(": did you mean {near}?"));
    format!(
        "{} (from {origin}) is not a setting of grantd{hint}",
        shown(name)
    )
}

fn unknown_variable(variable: &str) -> String {
    let known = registry::settings().map(|setting| setting.name);
    let hint = suggestion::nearest(&environment::setting_name(variable), known).map_or_else(
        || ".".to_owned(),
        |near| format!(": did you mean {}?", registry::variable_of(near)),
    );
    format!(
        "{} (from the environment) is not a setting of grantd{hint}",
        shown(variable)
    )
}

/// " at line 3, column 7" out of a TOML error, whose other lines repeat the text of the file.
fn position(error: &str) -> String {
    error
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("TOML parse error"))
        .unwrap_or_default()
        .to_owned()
}

/// A name from outside, on one line.
fn shown(name: &str) -> String {
    name.chars()
        .map(|c| match c {
            c if c.is_control() => c.escape_default().to_string(),
            c => c.to_string(),
        })
        .collect()
}
