//! Rust source as tokens, as far as the layer rule needs it: comments are gone, strings are kept
//! apart, and every path is spelt out, whether it stands in an expression or in a `use` tree.

/// A piece of source and its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) line: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    Word(String),
    /// A string's content, as written.
    Text(String),
    /// `::` is one of these; any other is a single character.
    Mark(&'static str),
    Other(char),
}

/// A path such as `crate::store::Store`, as its segments, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path {
    pub(crate) segments: Vec<String>,
    pub(crate) line: usize,
    /// How many `mod name { … }` it stands in.
    pub(crate) inline_modules: usize,
    /// Whether `use` stands before it.
    pub(crate) imported: bool,
}

/// Cuts source into tokens.
pub(crate) fn tokens(source: &str) -> Vec<Token> {
    let chars: Vec<char> = source.chars().collect();
    let mut found = Vec::new();
    let mut line = 1;
    let mut at = 0;
    while at < chars.len() {
        let start = at;
        let kind = one(&chars, &mut at);
        if let Some(kind) = kind {
            found.push(Token { kind, line });
        }
        line += chars[start..at].iter().filter(|c| **c == '\n').count();
    }
    found
}

/// Reads one token, or skips a space or a comment.
fn one(chars: &[char], at: &mut usize) -> Option<Kind> {
    let here = |offset: usize| chars.get(*at + offset).copied().unwrap_or('\0');
    match (here(0), here(1)) {
        ('/', '/') => {
            skip_while(chars, at, |c| c != '\n');
            None
        }
        ('/', '*') => {
            skip_block_comment(chars, at);
            None
        }
        ('"', _) => Some(Kind::Text(quoted(chars, at))),
        ('r', '"' | '#') if is_raw_string(&chars[*at + 1..]) => Some(Kind::Text(raw(chars, at, 1))),
        ('b', 'r') if is_raw_string(&chars[*at + 2..]) => Some(Kind::Text(raw(chars, at, 2))),
        ('b', '"') => {
            *at += 1;
            Some(Kind::Text(quoted(chars, at)))
        }
        ('\'', _) => {
            skip_character_or_lifetime(chars, at);
            None
        }
        (':', ':') => {
            *at += 2;
            Some(Kind::Mark("::"))
        }
        (c, _) if c.is_alphanumeric() || c == '_' => {
            let start = *at;
            skip_while(chars, at, |c| c.is_alphanumeric() || c == '_');
            Some(Kind::Word(chars[start..*at].iter().collect()))
        }
        (c, _) => {
            *at += 1;
            (!c.is_whitespace()).then_some(Kind::Other(c))
        }
    }
}

fn skip_while(chars: &[char], at: &mut usize, goes_on: impl Fn(char) -> bool) {
    while *at < chars.len() && goes_on(chars[*at]) {
        *at += 1;
    }
}

fn skip_block_comment(chars: &[char], at: &mut usize) {
    let mut depth = 0;
    loop {
        match (chars.get(*at), chars.get(*at + 1)) {
            (Some('/'), Some('*')) => {
                depth += 1;
                *at += 2;
            }
            (Some('*'), Some('/')) => {
                depth -= 1;
                *at += 2;
                if depth == 0 {
                    return;
                }
            }
            (Some(_), _) => *at += 1,
            (None, _) => return,
        }
    }
}

fn quoted(chars: &[char], at: &mut usize) -> String {
    let mut text = String::new();
    *at += 1;
    while *at < chars.len() && chars[*at] != '"' {
        if chars[*at] == '\\' {
            text.push(chars[*at]);
            *at += 1;
        }
        text.extend(chars.get(*at));
        *at += 1;
    }
    *at += 1;
    text
}

fn is_raw_string(after_r: &[char]) -> bool {
    after_r.iter().find(|c| **c != '#') == Some(&'"')
}

fn raw(chars: &[char], at: &mut usize, prefix: usize) -> String {
    *at += prefix;
    let start = *at;
    skip_while(chars, at, |c| c == '#');
    let end: String = std::iter::once('"')
        .chain(std::iter::repeat_n('#', *at - start))
        .collect();
    *at += 1;
    let rest: String = chars[*at..].iter().collect();
    let text = rest.split(&end).next().unwrap_or_default().to_owned();
    *at += text.chars().count() + end.len();
    text
}

fn skip_character_or_lifetime(chars: &[char], at: &mut usize) {
    if chars.get(*at + 1) == Some(&'\\') {
        *at += 3;
        skip_while(chars, at, |c| c != '\'');
        *at += 1;
    } else if chars.get(*at + 2) == Some(&'\'') {
        *at += 3;
    } else {
        *at += 1;
        skip_while(chars, at, |c| c.is_alphanumeric() || c == '_');
    }
}

/// Every path in the source; a lone word is a path of one segment.
pub(crate) fn paths(tokens: &[Token]) -> Vec<Path> {
    let mut found = Vec::new();
    let mut modules: Vec<usize> = Vec::new();
    let mut depth = 0;
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at].kind {
            Kind::Other('{') => {
                depth += 1;
                if at >= 2 && is_word(tokens, at - 2, "mod") {
                    modules.push(depth);
                }
                at += 1;
            }
            Kind::Other('}') => {
                if modules.last() == Some(&depth) {
                    modules.pop();
                }
                depth = depth.saturating_sub(1);
                at += 1;
            }
            Kind::Word(_) => {
                let before = found.len();
                let imported = at >= 1 && is_word(tokens, at - 1, "use");
                tree(tokens, &mut at, &mut Vec::new(), &mut found);
                for path in &mut found[before..] {
                    path.inline_modules = modules.len();
                    path.imported = imported;
                }
            }
            _ => at += 1,
        }
    }
    found
}

/// Reads `a::b`, `a::{b, c::d}` or `a::*` from the word at `at` on.
fn tree(tokens: &[Token], at: &mut usize, prefix: &mut Vec<String>, found: &mut Vec<Path>) {
    let length = prefix.len();
    let line = tokens[*at].line;
    let mut whole = true;
    loop {
        match tokens.get(*at).map(|token| &token.kind) {
            Some(Kind::Word(word)) => {
                prefix.push(word.clone());
                *at += 1;
            }
            Some(Kind::Other('*')) => {
                prefix.push("*".to_owned());
                *at += 1;
                break;
            }
            Some(Kind::Other('{')) => {
                whole = false;
                group(tokens, at, prefix, found);
                break;
            }
            _ => break,
        }
        if tokens.get(*at).map(|token| &token.kind) == Some(&Kind::Mark("::")) {
            *at += 1;
        } else {
            break;
        }
    }
    if whole {
        found.push(Path {
            segments: prefix.clone(),
            line,
            inline_modules: 0,
            imported: false,
        });
    }
    prefix.truncate(length);
}

fn group(tokens: &[Token], at: &mut usize, prefix: &mut Vec<String>, found: &mut Vec<Path>) {
    *at += 1;
    while let Some(token) = tokens.get(*at) {
        match token.kind {
            Kind::Other('}') => {
                *at += 1;
                return;
            }
            Kind::Word(_) if is_word(tokens, *at, "as") => *at += 2,
            Kind::Word(_) | Kind::Other('*' | '{') => tree(tokens, at, prefix, found),
            _ => *at += 1,
        }
    }
}

pub(crate) fn is_word(tokens: &[Token], at: usize, word: &str) -> bool {
    matches!(tokens.get(at), Some(Token { kind: Kind::Word(found), .. }) if found == word)
}

#[test]
fn paths_are_spelt_out_and_comments_are_not_read() {
    let source = r##"
        // use a::hidden;
        use a::{b, c::{d, e as f}, g::*};
        /* x::y /* nested */ z */
        mod inner { fn q<'a>() { let _ = ("s::t", 'x', '\'', r#"u::"v"#); h::i::<J>() } }
    "##;
    let found: Vec<(String, usize)> = paths(&tokens(source))
        .into_iter()
        .map(|path| (path.segments.join("::"), path.inline_modules))
        .filter(|(path, _)| path.contains("::"))
        .collect();
    let expected = [
        ("a::b", 0),
        ("a::c::d", 0),
        ("a::c::e", 0),
        ("a::g::*", 0),
        ("h::i", 1),
    ];
    assert_eq!(
        found,
        expected.map(|(path, depth)| (path.to_owned(), depth))
    );
    let texts: Vec<Kind> = tokens(source)
        .into_iter()
        .map(|token| token.kind)
        .filter(|kind| matches!(kind, Kind::Text(_)))
        .collect();
    assert_eq!(
        texts,
        ["s::t", "u::\"v"].map(|text| Kind::Text(text.to_owned()))
    );
}
