//! File names as they may be shown and sent back.

use web::upload::name;

use super::error::ServiceError;
use crate::problem::Code;

/// Longest name that is kept.
const MAX_CHARS: usize = 200;
/// What is kept of a name's ending when it is cut.
const MAX_EXTENSION_CHARS: usize = 12;

/// Refuses names with a path, with control characters, or with nothing in them; shortens what is too long.
pub fn checked(raw: &str) -> Result<String, ServiceError> {
    let name = name::checked(raw).map_err(|bad| Code::BadName.problem(bad.explained()))?;
    Ok(shorten(&name))
}

fn shorten(name: &str) -> String {
    if name.chars().count() <= MAX_CHARS {
        return name.to_owned();
    }
    let extension = name
        .rsplit_once('.')
        .map(|(_, extension)| extension)
        .filter(|extension| (1..=MAX_EXTENSION_CHARS).contains(&extension.chars().count()));
    match extension {
        Some(extension) => {
            let stem: String = name.chars().take(MAX_CHARS - 1 - extension.chars().count()).collect();
            format!("{}.{extension}", stem.trim_end())
        }
        None => name.chars().take(MAX_CHARS).collect::<String>().trim_end().to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn refused_names_are_problems() {
        for raw in ["", "..", "a/b.wav", "a\\b.wav", "a\n.wav"] {
            let problem = checked(raw).unwrap_err().into_problem();
            assert_eq!((problem.code.as_str(), problem.status), ("bad_name", 400), "{raw:?}");
            assert_eq!(problem.title, web::problem::title("bad_name"));
        }
    }

    #[test]
    fn long_names_keep_their_ending() {
        let long = format!("{}.wav", "x".repeat(5_000));
        let name = checked(&long).unwrap();
        assert_eq!(name.chars().count(), MAX_CHARS);
        assert!(name.ends_with("x.wav"));
        assert_eq!(checked(&"é".repeat(5_000)).unwrap().chars().count(), MAX_CHARS);
        assert_eq!(checked(&format!("a.{}", "é".repeat(5_000))).unwrap().chars().count(), MAX_CHARS);
    }
}
