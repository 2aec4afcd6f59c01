//! The effective settings as a file that can be kept.

use toml::{Table, Value};

use super::{Config, keys::KEYS};

/// TOML with a comment above each key.
pub fn to_commented_toml(config: &Config) -> String {
    let table = Table::try_from(config).unwrap_or_default();
    let mut text = String::new();
    let mut section = "";
    for key in KEYS {
        if key.section != section {
            section = key.section;
            text.push_str(&format!("[{section}]\n"));
        }
        let values = if section.is_empty() { Some(&table) } else { table.get(section).and_then(Value::as_table) };
        if let Some(value) = values.and_then(|values| values.get(key.name)) {
            text.push_str(&format!("# {} ({})\n{} = {value}\n\n", key.comment, key.env, key.name));
        }
    }
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_has_its_key() {
        let table = Table::try_from(Config::default()).unwrap();
        let mut names = Vec::new();
        for (name, value) in &table {
            match value.as_table() {
                Some(inner) => names.extend(inner.keys().map(|inner| (name.clone(), inner.clone()))),
                None => names.push((String::new(), name.clone())),
            }
        }
        let mut known: Vec<_> = KEYS.iter().map(|key| (key.section.to_owned(), key.name.to_owned())).collect();
        names.sort();
        known.sort();
        assert_eq!(names, known);
    }
}
