//! Scopes as people type them: one a line, the name first and after it what it allows.

use crate::domain::resource_server::ResourceScope;

/// As they are typed.
pub fn write(scopes: &[ResourceScope]) -> String {
    let mut lines = String::new();
    for scope in scopes {
        lines.push_str(scope.name.as_str());
        if !scope.description.is_empty() {
            lines.push(' ');
            lines.push_str(&scope.description);
        }
        lines.push('\n');
    }
    lines
}

/// Reads them. Empty lines are left out.
///
/// # Errors
/// The first line that is none, by its number.
pub fn read(text: &str) -> Result<Vec<ResourceScope>, String> {
    text.lines()
        .map(str::trim)
        .zip(1_u32..)
        .filter(|(line, _)| !line.is_empty())
        .map(|(line, number)| {
            let (name, description) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            let name = name
                .parse()
                .map_err(|rule| format!("Line {number}: the name of a scope {rule}."))?;
            Ok(ResourceScope {
                name,
                description: description.trim().to_owned(),
            })
        })
        .collect()
}

/// What is said of a scope that was refused, such as `scopes[2].name`: which one it is, and why.
pub fn refused(scopes: &[ResourceScope], field: &str, rule: &str) -> Option<String> {
    let (index, member) = field.strip_prefix("scopes[")?.split_once("].")?;
    let scope = scopes.get(index.parse::<usize>().ok()?)?;
    Some(match member {
        "name" => format!("“{}” {rule}.", scope.name),
        member => format!("The {member} of “{}” {rule}.", scope.name),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let text = "api:read Read <b>all</b> things\napi:write\n";
        let scopes = read(text).unwrap();
        assert_eq!(scopes.len(), 2);
        assert_eq!(scopes[0].description, "Read <b>all</b> things");
        assert_eq!(write(&scopes), text);
    }

    #[test]
    fn blanks_and_empty_lines_do_not_matter() {
        let scopes = read("\r\n  api:read \t Read things  \r\n\r\n").unwrap();
        assert_eq!(write(&scopes), "api:read Read things\n");
        assert!(read(" \n \n").unwrap().is_empty());
    }

    #[test]
    fn the_line_that_is_no_scope_is_named() {
        let refused = read("a\n\nb\"c Quoted\n").unwrap_err();
        assert!(refused.starts_with("Line 3: the name of a scope must be"));
    }

    #[test]
    fn a_scope_that_is_refused_is_named() {
        let scopes = read("a\na").unwrap();
        let rule = "must not stand there twice";
        let told = refused(&scopes, "scopes[1].name", rule).unwrap();
        assert_eq!(told, "“a” must not stand there twice.");
        let told = refused(&scopes, "scopes[0].description", "is long").unwrap();
        assert_eq!(told, "The description of “a” is long.");
        assert_eq!(refused(&scopes, "scopes[2].name", rule), None);
        assert_eq!(refused(&scopes, "scopes", rule), None);
    }
}
