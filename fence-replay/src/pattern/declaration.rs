//! Reads the statements that are no operations: `pattern`, `expect`, `order`, `fence`, `thread`.
//!
//! Not here: `title`, whose text is taken as it stands, `workqueue`, which is an operation too, and where each may stand.

use super::arguments::{Arguments, name_of};
use super::line::Word;
use super::name::Name;
use super::problem::{Expected, Found, Pos, Problem, ProblemKind};
use super::tree::{Expect, Expectation, FenceDecl, Order, Thread};

/// The words that open a statement that is no operation; `workqueue` is among the operations.
pub(super) const DECLARATIONS: &[&str] =
    &["pattern", "title", "expect", "order", "fence", "thread"];

/// `pattern ID`.
pub(super) fn pattern(mut arguments: Arguments<'_, '_>) -> Result<Name, Problem> {
    let id = arguments.name("a pattern id")?;
    arguments.finish()?;
    Ok(id)
}

/// `expect RULE …` or `expect clean`.
pub(super) fn expect(mut arguments: Arguments<'_, '_>) -> Result<Vec<Expect>, Problem> {
    const NOUN: &str = "a rule id or name, or \"clean\"";
    let line = arguments.pos().line;
    let words = arguments.words(NOUN)?;
    words
        .map(|word| {
            let what = match word.text {
                "clean" => Expectation::Clean,
                _ => Expectation::Rule(name_of(line, word, NOUN)?),
            };
            Ok(Expect {
                what,
                pos: word.pos(line),
            })
        })
        .collect()
}

/// `order a > b > c`, with or without blanks around `>`.
pub(super) fn order(mut arguments: Arguments<'_, '_>) -> Result<Order, Problem> {
    const NOUN: &str = "a class name";
    let pos = arguments.pos();
    let after = Found::new(arguments.head());
    let mut classes: Vec<Name> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    let mut wants_class = true;
    let mut end = pos.column;
    for word in arguments.words(NOUN)? {
        end = word.end_column();
        for piece in pieces(word) {
            match (piece.text, wants_class) {
                (">", false) => wants_class = true,
                (_, true) => {
                    let class = name_of(pos.line, piece, NOUN)?;
                    if !seen.insert(class.clone()) {
                        return Err(Problem {
                            pos: piece.pos(pos.line),
                            kind: ProblemKind::RepeatedClass { class },
                        });
                    }
                    classes.push(class);
                    wants_class = false;
                }
                (text, false) => {
                    let kind = ProblemKind::OrderSeparator {
                        found: Found::new(text),
                    };
                    return Err(Problem {
                        pos: piece.pos(pos.line),
                        kind,
                    });
                }
            }
        }
    }
    if wants_class || classes.len() < 2 {
        let expected = Expected::Free(if wants_class {
            NOUN
        } else {
            "\">\" and a class name"
        });
        let pos = Pos {
            line: pos.line,
            column: end,
        };
        return Err(Problem {
            pos,
            kind: ProblemKind::Missing { expected, after },
        });
    }
    Ok(Order { classes, pos })
}

/// The parts of a word of an `order`: each `>`, and what stands between them.
fn pieces(word: Word<'_>) -> impl Iterator<Item = Word<'_>> {
    let mut column = word.column;
    word.text
        .split_inclusive('>')
        .flat_map(move |part| {
            let (name, separator) = match part.strip_suffix('>') {
                Some(name) => (name, &part[name.len()..]),
                None => (part, ""),
            };
            [name, separator].map(|text| {
                let piece = Word { text, column };
                column = piece.end_column();
                piece
            })
        })
        .filter(|piece| !piece.text.is_empty())
}

/// `fence F [context=C] [seqno=N] [lock=L] [unbounded]`.
pub(super) fn fence(mut arguments: Arguments<'_, '_>) -> Result<FenceDecl, Problem> {
    let fence = FenceDecl {
        pos: arguments.pos(),
        name: arguments.name("a fence name")?,
        context: arguments.name_option("context=", "the name of a fence context")?,
        seqno: arguments
            .number_option("seqno=", u64::from(u32::MAX))?
            .map(|seqno| seqno as u32),
        lock: arguments.name_option("lock=", "a lock name")?,
        unbounded: arguments.flag("unbounded")?,
    };
    arguments.finish()?;
    Ok(fence)
}

/// `thread NAME [CTX]`.
pub(super) fn thread(mut arguments: Arguments<'_, '_>) -> Result<Thread, Problem> {
    let line = arguments.pos().line;
    let name = arguments.name("a thread name")?;
    let context = arguments.optional_word()?.unwrap_or_default();
    arguments.finish()?;
    Ok(Thread {
        name,
        context,
        line,
        ops: Vec::new(),
    })
}
