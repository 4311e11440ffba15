//! Just enough of Rust's lexis to tell code, words in quotes and comments apart, and to
//! leave out what is compiled for tests alone.

/// A string literal and the line it begins on.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Words {
    /// Its line, from 1.
    pub(crate) line: usize,
    /// What stands between the quotes.
    pub(crate) text: String,
}

/// What a file says: its code, with every string and comment blanked out, and its
/// strings. Lines are kept.
struct Read {
    code: String,
    strings: Vec<(usize, Words)>,
}

/// The code of a file without strings and comments.
pub(crate) fn code_of(source: &str) -> String {
    read(source).code
}

/// The string literals of a file that are not compiled for tests alone.
pub(crate) fn words_of(source: &str) -> Vec<Words> {
    let read = read(source);
    let tests = test_spans(&read.code);
    let outside = |at: usize| !tests.iter().any(|(from, to)| (*from..*to).contains(&at));
    let kept = read.strings.into_iter().filter(|(at, _)| outside(*at));
    kept.map(|(_, words)| words).collect()
}

fn read(source: &str) -> Read {
    let mut out = Read {
        code: String::new(),
        strings: Vec::new(),
    };
    let mut line = 1;
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let length = piece(rest, ends_in_word(&out.code)).unwrap_or(Piece::Code(first.len_utf8()));
        let (taken, kind) = match length {
            Piece::Code(taken) => (taken, None),
            Piece::Comment(taken) => (taken, Some(None)),
            Piece::Words { taken, from, to } => (taken, Some(Some(&rest[from..to]))),
        };
        match kind {
            None => out.code.push_str(&rest[..taken]),
            Some(words) => {
                if let Some(text) = words {
                    let text = text.to_owned();
                    out.strings.push((out.code.len(), Words { line, text }));
                }
                // A blank keeps what stands before and after apart.
                out.code.push(' ');
                let breaks = rest[..taken].matches('\n').count();
                out.code.extend(std::iter::repeat_n('\n', breaks));
            }
        }
        line += rest[..taken].matches('\n').count();
        rest = &rest[taken..];
    }
    out
}

enum Piece {
    Code(usize),
    Comment(usize),
    Words {
        taken: usize,
        from: usize,
        to: usize,
    },
}

fn ends_in_word(code: &str) -> bool {
    code.ends_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// The comment, string or character at the beginning of `rest`, if there is one.
fn piece(rest: &str, in_word: bool) -> Option<Piece> {
    if rest.starts_with("//") {
        return Some(Piece::Comment(rest.find('\n').unwrap_or(rest.len())));
    }
    if rest.starts_with("/*") {
        return Some(Piece::Comment(block_comment(rest)));
    }
    if rest.starts_with('"') {
        return Some(quoted(rest, 1));
    }
    if rest.starts_with('\'') {
        return Some(character(rest));
    }
    let prefix = ["br", "cr", "r", "b", "c"]
        .into_iter()
        .find(|p| rest.starts_with(p))?;
    let after = &rest[prefix.len()..];
    let marks = after.len() - after.trim_start_matches('#').len();
    if in_word || !after[marks..].starts_with('"') || (marks > 0 && !prefix.ends_with('r')) {
        return None;
    }
    let from = prefix.len() + marks + 1;
    if !prefix.ends_with('r') {
        return Some(quoted(rest, from));
    }
    let end = format!("\"{}", "#".repeat(marks));
    let to = rest[from..].find(&end).map_or(rest.len(), |at| from + at);
    let taken = (to + end.len()).min(rest.len());
    Some(Piece::Words { taken, from, to })
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// A string in double quotes whose words begin at `from`.
fn quoted(rest: &str, from: usize) -> Piece {
    let mut escaped = false;
    for (at, letter) in rest[from..].char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => {
                let to = from + at;
                return Piece::Words {
                    taken: to + 1,
                    from,
                    to,
                };
            }
            _ => {}
        }
    }
    let to = rest.len();
    Piece::Words {
        taken: to,
        from,
        to,
    }
}

/// A character in single quotes; a lifetime is code.
fn character(rest: &str) -> Piece {
    let mut letters = rest.char_indices().skip(1);
    match letters.next() {
        Some((_, '\\')) => {
            let close = letters.skip(1).find(|(_, letter)| *letter == '\'');
            Piece::Comment(close.map_or(rest.len(), |(at, _)| at + 1))
        }
        Some(_) => match letters.next() {
            Some((at, '\'')) => Piece::Comment(at + 1),
            _ => Piece::Code(1),
        },
        None => Piece::Code(1),
    }
}

/// Where the items marked `#[cfg(test)]` begin and end.
fn test_spans(code: &str) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    for (from, mark) in code.match_indices("#[cfg(test)]") {
        let mut depth = 0usize;
        let body = from + mark.len();
        let end = code[body..].char_indices().find_map(|(at, letter)| {
            match letter {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            (depth == 0 && matches!(letter, '}' | ';')).then_some(body + at + 1)
        });
        spans.push((from, end.unwrap_or(code.len())));
    }
    spans
}

/// Strings are found in every way to write them, and comments, lifetimes and characters
/// are not strings; a mixed sample is read.
#[test]
fn strings_are_told_from_the_rest() {
    let source = r####"
// "no" and '"'
/* "no" /* "nor" */ "still no" */
fn f<'a>(x: &'a str) -> char { let _ = "one\"two"; '"' }
const B: &[u8] = b"three"; const C: char = '\u{ac00}'; const Q: char = '\'';
const R: &str = r#"four "and" half"#; const S: &str = "five
six";
struct Bar; fn bar() -> &'static str { "seven" }
"####;
    let texts: Vec<_> = words_of(source)
        .into_iter()
        .map(|w| (w.line, w.text))
        .collect();
    let expected = [
        (4, "one\\\"two"),
        (5, "three"),
        (6, "four \"and\" half"),
        (6, "five\nsix"),
        (8, "seven"),
    ];
    assert_eq!(texts, expected.map(|(line, text)| (line, text.to_owned())));
    assert!(!code_of(source).contains("no"));
}

/// What is compiled for tests alone is left out, and what follows it is not.
#[test]
fn tests_are_left_out() {
    let source = "#[cfg(test)]\nmod tests { fn f() { let _ = \"a\"; } }\nconst X: &str = \"b\";\n\
                  #[cfg(test)]\nmod more;\nconst Y: &str = \"c\";";
    let texts: Vec<_> = words_of(source).into_iter().map(|w| w.text).collect();
    assert_eq!(texts, ["b", "c"]);
}
