//! Programs as one line of text, for tests and for messages. Not a format anybody else reads.
//!
//! | word | step |
//! |---|---|
//! | `wA` `rA` `RA` | acquire A: exclusively, for reading, as a recursive reader |
//! | `w?A` `r?A` `R?A` | the same as a trylock |
//! | `-A` | release A |
//! | `{` `}` | open, close a signalling section |
//! | `!f` `?f` | signal, wait for the fence f |
//! | <code>&#124;</code> | the next thread |
//!
//! Locks are `A` to `H`, fences `f` to `m`.

use std::fmt;
use std::str::FromStr;

use super::program::{FenceId, LockId, MAX_FENCES, MAX_LOCKS, Mode, Program, Step};

/// A word that is not a step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("word {position}: `{word}` is not a step")]
pub struct NotationError {
    /// Which word, from 0, thread separators counted.
    pub position: usize,
    /// The word.
    pub word: String,
}

impl FromStr for Program {
    type Err = NotationError;

    fn from_str(text: &str) -> Result<Self, NotationError> {
        let mut threads = vec![Vec::new()];
        for (position, word) in text.split_whitespace().enumerate() {
            if word == "|" {
                threads.push(Vec::new());
                continue;
            }
            let step = step(word).ok_or_else(|| NotationError {
                position,
                word: word.to_owned(),
            })?;
            if let Some(thread) = threads.last_mut() {
                thread.push(step);
            }
        }
        Ok(Self { threads })
    }
}

fn step(word: &str) -> Option<Step> {
    let letters: Vec<char> = word.chars().collect();
    match letters[..] {
        ['{'] => Some(Step::SectionBegin),
        ['}'] => Some(Step::SectionEnd),
        ['!', name] => Some(Step::Signal {
            fence: fence(name)?,
        }),
        ['?', name] => Some(Step::Wait {
            fence: fence(name)?,
        }),
        ['-', name] => Some(Step::Unlock { lock: lock(name)? }),
        [how, name] => Some(Step::Lock {
            lock: lock(name)?,
            mode: mode(how)?,
            try_: false,
        }),
        [how, '?', name] => Some(Step::Lock {
            lock: lock(name)?,
            mode: mode(how)?,
            try_: true,
        }),
        _ => None,
    }
}

fn lock(name: char) -> Option<LockId> {
    (0_u8..)
        .zip('A'..='Z')
        .take(MAX_LOCKS)
        .find(|(_, letter)| *letter == name)
        .map(|(number, _)| LockId(number))
}

fn fence(name: char) -> Option<FenceId> {
    (0_u8..)
        .zip('f'..='z')
        .take(MAX_FENCES)
        .find(|(_, letter)| *letter == name)
        .map(|(number, _)| FenceId(number))
}

fn mode(letter: char) -> Option<Mode> {
    match letter {
        'w' => Some(Mode::Exclusive),
        'r' => Some(Mode::Read),
        'R' => Some(Mode::RecursiveRead),
        _ => None,
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Exclusive => "w",
            Self::Read => "r",
            Self::RecursiveRead => "R",
        })
    }
}

impl fmt::Display for Step {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lock { lock, mode, try_ } => {
                write!(out, "{mode}{}{lock}", if *try_ { "?" } else { "" })
            }
            Self::Unlock { lock } => write!(out, "-{lock}"),
            Self::SectionBegin => out.write_str("{"),
            Self::SectionEnd => out.write_str("}"),
            Self::Signal { fence } => write!(out, "!{fence}"),
            Self::Wait { fence } => write!(out, "?{fence}"),
        }
    }
}

impl fmt::Display for Program {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (thread, steps) in self.threads.iter().enumerate() {
            if thread > 0 {
                out.write_str(" | ")?;
            }
            for (number, step) in steps.iter().enumerate() {
                if number > 0 {
                    out.write_str(" ")?;
                }
                write!(out, "{step}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_what_is_printed() {
        let text = "wA r?B RC -C -B { !f } -A | ?g w?A -A";
        assert_eq!(text.parse::<Program>().expect("readable").to_string(), text);
    }

    #[test]
    fn words_mean_what_the_table_says() {
        let program: Program = "R?B ?g".parse().expect("readable");
        let expected = vec![
            Step::Lock {
                lock: LockId(1),
                mode: Mode::RecursiveRead,
                try_: true,
            },
            Step::Wait { fence: FenceId(1) },
        ];
        assert_eq!(program.threads, vec![expected]);
    }

    #[test]
    fn an_unknown_word_is_named_with_its_position() {
        let error = "wA | xA".parse::<Program>().expect_err("x is no mode");
        assert_eq!((error.position, error.word.as_str()), (2, "xA"));
        assert!("wZ".parse::<Program>().is_err());
        assert!("!n".parse::<Program>().is_err());
        assert!("wAB".parse::<Program>().is_err());
    }
}
