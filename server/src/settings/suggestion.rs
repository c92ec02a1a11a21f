//! What an unknown name was probably meant to be.

/// The known name nearest to `unknown`, if any is near enough to be worth saying.
pub(super) fn nearest<'a>(
    unknown: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Option<&'a str> {
    let (distance, name) = known
        .clone()
        .map(|name| (distance(unknown, name), name))
        .min_by_key(|(distance, _)| *distance)?;
    if distance <= 3 && distance * 3 <= name.len() {
        return Some(name);
    }
    // The section was left out (`ttl_seconds`), or the end (`token.ttl`).
    let mut related = known.filter(|name| {
        !unknown.is_empty()
            && (name
                .strip_suffix(unknown)
                .is_some_and(|rest| rest.ends_with('.'))
                || (unknown.contains('.') && name.starts_with(unknown)))
    });
    related.next()
}

/// How many single-character edits (insert, delete, replace) lead from `a` to `b` (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_edits() {
        for (a, b, edits) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("kitten", "sitting", 3),
            ("flaw", "lawn", 2),
            ("same", "same", 0),
        ] {
            assert_eq!(distance(a, b), edits, "{a} → {b}");
        }
    }

    #[test]
    fn only_near_names_are_suggested() {
        let known = ["issuer", "listen", "token.ttl_seconds", "database.url"];
        for (unknown, suggestion) in [
            ("isuer", Some("issuer")),
            ("databse.url", Some("database.url")),
            ("database_url", Some("database.url")),
            ("ttl_seconds", Some("token.ttl_seconds")),
            ("url", Some("database.url")),
            ("token.ttl", Some("token.ttl_seconds")),
            ("metrics.listen", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(nearest(unknown, known.into_iter()), suggestion, "{unknown}");
        }
    }
}
