//! The text of the options, taken apart; what is not understood is said with its place.

use std::borrow::Cow;
use std::fmt;

use super::table::KNOWN;
use super::{Options, nearest};

/// Something in the options that is not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The byte it begins at, from 1.
    pub column: usize,
    /// What is wrong with it.
    pub kind: ComplaintKind,
}

/// What is wrong with an option.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ComplaintKind {
    /// A word without `=`.
    NoValue {
        /// The word.
        word: String,
    },
    /// A key that nothing is called.
    UnknownKey {
        /// The key.
        key: String,
        /// The one that may have been meant.
        nearest: Option<&'static str>,
    },
    /// A value that the option does not take.
    BadValue {
        /// The key.
        key: &'static str,
        /// The value.
        value: String,
        /// What it takes.
        takes: &'static str,
    },
    /// A quote that is not closed.
    OpenQuote,
    /// Something between a closing quote and the next colon.
    AfterQuote {
        /// What stands there.
        text: String,
    },
}

impl Options {
    /// Takes over what `text` says, and gives what of it was not understood.
    pub fn read(&mut self, text: &str) -> Vec<Complaint> {
        let mut complaints = Vec::new();
        let mut rest = Rest { text, at: 0 };
        while let Some(pair) = rest.next_pair() {
            if let Err(complaint) = pair.and_then(|pair| self.take(&pair)) {
                complaints.push(complaint);
            }
        }
        complaints
    }

    fn take(&mut self, pair: &Pair<'_>) -> Result<(), Complaint> {
        let Pair { key, value, .. } = pair;
        let Some(known) = KNOWN.iter().find(|known| known.key == *key) else {
            let kind = ComplaintKind::UnknownKey {
                key: (*key).to_owned(),
                nearest: nearest(key, KNOWN.iter().map(|known| known.key)),
            };
            return Err(Complaint {
                column: pair.key_at + 1,
                kind,
            });
        };
        if (known.set)(self, value) {
            return Ok(());
        }
        let kind = ComplaintKind::BadValue {
            key: known.key,
            value: value.to_string(),
            takes: known.takes,
        };
        Err(Complaint {
            column: pair.value_at + 1,
            kind,
        })
    }
}

/// A key and its value, and where they begin.
struct Pair<'t> {
    key: &'t str,
    key_at: usize,
    value: Cow<'t, str>,
    value_at: usize,
}

/// What is still to be read.
struct Rest<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Rest<'t> {
    /// The next pair, with no more of the text gone than is its own.
    fn next_pair(&mut self) -> Option<Result<Pair<'t>, Complaint>> {
        self.skip(|c| c == ':' || c.is_whitespace());
        let key_at = self.at;
        if self.left().is_empty() {
            return None;
        }
        let word = self.until(|c| c == ':' || c == '=');
        if !self.left().starts_with('=') {
            return Some(Err(Complaint {
                column: key_at + 1,
                kind: ComplaintKind::NoValue {
                    word: word.to_owned(),
                },
            }));
        }
        self.at += 1;
        self.skip(char::is_whitespace);
        let value_at = self.at;
        let quote = self
            .left()
            .chars()
            .next()
            .filter(|c| matches!(c, '"' | '\''));
        let value = match quote {
            Some(quote) => self.quoted(quote),
            None => Ok(Cow::Borrowed(self.until(|c| c == ':'))),
        };
        Some(value.map(|value| Pair {
            key: word,
            key_at,
            value,
            value_at,
        }))
    }

    fn quoted(&mut self, quote: char) -> Result<Cow<'t, str>, Complaint> {
        let opened_at = self.at;
        let mut value = String::new();
        loop {
            self.at += 1;
            let start = self.at;
            let Some(length) = self.left().find(quote) else {
                self.at = self.text.len();
                return Err(Complaint {
                    column: opened_at + 1,
                    kind: ComplaintKind::OpenQuote,
                });
            };
            self.at += length + 1;
            value.push_str(&self.text[start..start + length]);
            if !self.left().starts_with(quote) {
                break;
            }
            value.push(quote);
        }
        let column = self.at + 1;
        let after = self.until(|c| c == ':');
        if after.is_empty() {
            return Ok(Cow::Owned(value));
        }
        let text = after.to_owned();
        Err(Complaint {
            column,
            kind: ComplaintKind::AfterQuote { text },
        })
    }

    fn left(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn skip(&mut self, skipped: impl Fn(char) -> bool) {
        self.at = self.text.len() - self.left().trim_start_matches(skipped).len();
    }

    /// What is left up to there, without white space behind it.
    fn until(&mut self, end: impl Fn(char) -> bool) -> &'t str {
        let left = self.left();
        let length = left.find(end).unwrap_or(left.len());
        self.at += length;
        left[..length].trim_end()
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}", self.column, self.kind)
    }
}

impl fmt::Display for ComplaintKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoValue { word } => write!(f, "`{word}` has no value, as in `{word}=1`"),
            Self::UnknownKey { key, nearest: None } => write!(f, "there is no option `{key}`"),
            Self::UnknownKey {
                key,
                nearest: Some(nearest),
            } => write!(f, "there is no option `{key}`; did you mean `{nearest}`?"),
            Self::BadValue { key, value, takes } => {
                write!(f, "`{key}` is {takes}, not `{value}`")
            }
            Self::OpenQuote => f.write_str("this quote is not closed"),
            Self::AfterQuote { text } => write!(f, "`{text}` after the closing quote"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Color, On};
    use super::*;

    fn read(text: &str) -> (Options, Vec<String>) {
        let mut options = Options::default();
        let complaints = options.read(text);
        (
            options,
            complaints.iter().map(ToString::to_string).collect(),
        )
    }

    #[test]
    fn every_option_is_taken_over() {
        let (options, complaints) = read(
            "on=abort:max_reports=7:log_path=a/%p.jsonl:graph_path=b.fgraph:suppressions=c:exitcode=0:color=never:help=1",
        );
        assert_eq!(complaints, [""; 0]);
        let expected = Options {
            on: On::Abort,
            max_reports: 7,
            log_path: Some("a/%p.jsonl".into()),
            graph_path: Some("b.fgraph".into()),
            suppressions: Some("c".into()),
            exit_code: 0,
            color: Color::Never,
            help: true,
        };
        assert_eq!(options, expected);
    }

    #[test]
    fn nothing_but_separators_says_nothing() {
        for text in ["", ":", " : \n:"] {
            assert_eq!(read(text), (Options::default(), vec![]), "{text:?}");
        }
    }

    #[test]
    fn of_two_values_the_later_counts_and_an_empty_name_is_no_file() {
        let (options, complaints) = read("log_path=a:on=off:on=panic:log_path=");
        assert_eq!(complaints, [""; 0]);
        assert_eq!((options.on, options.log_path), (On::Panic, None));
    }

    #[test]
    fn white_space_around_keys_and_values_is_none_of_theirs() {
        let (options, complaints) = read(" on = panic :\n  log_path = my log ");
        assert_eq!(complaints, [""; 0]);
        assert_eq!(options.log_path, Some("my log".into()));
    }

    #[test]
    fn a_quoted_value_may_have_colons_and_quotes() {
        for (text, path) in [
            (r#"log_path="C:\x":on=off"#, r"C:\x"),
            (r"log_path='a:b':on=off", "a:b"),
            (r#"log_path="a""b:":on=off"#, r#"a"b:"#),
            (r#"log_path='"':on=off"#, "\""),
            (r#"log_path=a"b:on=off"#, "a\"b"),
            (r#"log_path="größe:":on=off"#, "größe:"),
        ] {
            let (options, complaints) = read(text);
            assert_eq!(complaints, [""; 0], "{text}");
            assert_eq!(
                (options.log_path, options.on),
                (Some(path.into()), On::Off),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place_and_the_rest_is_used() {
        let cases = [
            (
                "panic:exitcode=3",
                "column 1: `panic` has no value, as in `panic=1`",
            ),
            (
                "exitcode=3:onn=panic",
                "column 12: there is no option `onn`; did you mean `on`?",
            ),
            (
                "exitcode=3:max_report=4",
                "column 12: there is no option `max_report`; did you mean `max_reports`?",
            ),
            (
                "exitcode=3:ON=panic",
                "column 12: there is no option `ON`; did you mean `on`?",
            ),
            (
                "on=die:exitcode=3",
                "column 4: `on` is report, panic, abort or off, not `die`",
            ),
            (
                "max_reports=-1:exitcode=3",
                "column 13: `max_reports` is a number, not `-1`",
            ),
            (
                "exitcode=3:exitcode=256",
                "column 21: `exitcode` is a number from 0 to 255, not `256`",
            ),
            ("help=:exitcode=3", "column 6: `help` is 0 or 1, not ``"),
            (
                "exitcode=3:log_path=\"a:b",
                "column 21: this quote is not closed",
            ),
            (
                "log_path='a'b:exitcode=3",
                "column 13: `b` after the closing quote",
            ),
            ("größe=1:exitcode=3", "column 1: there is no option `größe`"),
        ];
        for (text, complaint) in cases {
            let (options, complaints) = read(text);
            assert_eq!(complaints, [complaint], "{text}");
            let expected = Options {
                exit_code: 3,
                ..Options::default()
            };
            assert_eq!(options, expected, "{text}");
        }
    }

    #[test]
    fn every_complaint_is_made() {
        let (_, complaints) = read("a:b=1:on=c");
        assert_eq!(complaints.len(), 3, "{complaints:?}");
    }
}
