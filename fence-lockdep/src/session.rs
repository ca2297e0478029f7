//! A private engine for a closure, so that tests do not see each other.

use std::fmt::Write as _;
use std::marker::PhantomData;
use std::sync::Arc;

use fence_engine::{Config, Engine, Finding, Level, rules};
use parking_lot::Mutex;

use crate::check::{self, Runtime};
use crate::report;

/// A private engine. Locks made in it report there, whatever thread takes them, and so does everything that its threads do:
/// the one that [runs](Session::run) it and those started through [`thread`](crate::thread).
///
/// ```
/// use fence_lockdep::{Session, sync::Mutex};
/// let session = Session::new();
/// session.run(|| {
///     let ring = Mutex::new(());
///     let _held = ring.lock();
/// });
/// session.assert_clean();
/// ```
#[derive(Debug)]
#[must_use = "a session that is not judged finds in vain"]
pub struct Session {
    name: Option<String>,
    runtime: Arc<Runtime>,
    findings: Mutex<Option<Vec<Finding>>>,
}

/// The thread belongs to a [`Session`].
#[derive(Debug)]
#[must_use = "the thread leaves the session when this is dropped"]
pub struct Adopted {
    // Left in this order.
    _inside: check::InSession,
    _lives: Option<check::Lives>,
    not_send: PhantomData<*mut ()>,
}

impl Default for Session {
    fn default() -> Self {
        Self::new()
    }
}

/// The session ends with it, judged or not.
impl Drop for Session {
    fn drop(&mut self) {
        let number = self.runtime.number();
        self.runtime.end();
        check::leave_session(number);
        check::forget(number);
        drop(check::hangs(number));
    }
}

impl Session {
    /// A session of profile `strict`.
    pub fn new() -> Self {
        Self::with_config(Config::default())
    }

    /// A session with a name, by which it goes where it is not as it should be.
    pub fn named(name: &str) -> Self {
        let mut session = Self::new();
        session.name = Some(name.to_owned());
        session
    }

    /// A session with other settings.
    pub fn with_config(config: Config) -> Self {
        Self {
            name: None,
            runtime: Runtime::of_session(Engine::new(config)),
            findings: Mutex::new(None),
        }
    }

    /// The same, where no thread but those of the session ends a wait in it, such as for a completion. Then a wait that none of
    /// them is left to end is told at once; otherwise, as a thread that is unknown here might still come, after ten seconds.
    /// Threads that wait for each other's locks are told at once in any case.
    pub fn closed(self) -> Self {
        check::close(self.runtime.number());
        self
    }

    /// Runs `what` in the session and gives what it returns. May be called again until the session is judged.
    ///
    /// # Panics
    /// If `what` does, and with what each holds and waits for if threads of the session wait for each other and would never go on.
    pub fn run<T>(&self, what: impl FnOnce() -> T) -> T {
        let _adopted = self.adopt();
        what()
    }

    /// The calling thread belongs to the session until the result is dropped: for threads that were not started through
    /// [`thread`](crate::thread), such as those of a pool. A thread that only takes locks of the session reports there
    /// without.
    pub fn adopt(&self) -> Adopted {
        let number = self.runtime.number();
        // A thread lives once, however often it enters.
        let lives = (check::session() != number).then(|| check::lives(number));
        Adopted {
            _inside: check::in_session(number),
            _lives: lives,
            not_send: PhantomData,
        }
    }

    /// What was found, in order, with what only the end of a run can tell: the session ends with the first call.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = self.findings.lock();
        findings
            .get_or_insert_with(|| {
                let findings = self.runtime.finish();
                check::leave_session(self.runtime.number());
                findings
            })
            .clone()
    }

    /// Ends the session, in which no more than notes must have been found. What it has learnt is part of the graph of the process, if
    /// [one is to be written](crate::options).
    ///
    /// # Panics
    /// If there was an error or a warning, with a report of everything that was found; if threads hung, whoever caught their
    /// panics.
    #[track_caller]
    pub fn assert_clean(&self) {
        let hangs = check::hangs(self.runtime.number());
        assert!(
            hangs.is_empty(),
            "{} should be clean:\n{}",
            self.in_words(),
            hangs.join("\n")
        );
        let findings = self.findings();
        let clean = findings.iter().all(|finding| finding.level == Level::Note);
        assert!(
            clean,
            "{} should be clean:\n{}",
            self.in_words(),
            report::render(&findings)
        );
        report::keep_graph(|| self.runtime.graph());
    }

    /// Ends the session, in which this rule must have fired and, apart from notes, no other. Rules go by name or id. Where the
    /// checker is compiled out this asks for nothing.
    ///
    /// # Panics
    /// If it did not or another did, with a report of everything that was found; if there is no such rule.
    #[track_caller]
    pub fn expect(&self, rule: &str) {
        let Some(rule) = rules::find(rule) else {
            panic!("there is no rule `{rule}`; `cargo fence rules` lists them");
        };
        if !check::ON {
            return;
        }
        let findings = self.findings();
        let others = findings
            .iter()
            .filter(|finding| finding.rule.id != rule.id && finding.level > Level::Note);
        let mut problems = String::new();
        for other in others {
            let _ = writeln!(problems, "not expected: {}", other.rule.name);
        }
        if !findings.iter().any(|finding| finding.rule.id == rule.id) {
            let _ = writeln!(problems, "expected and not found: {}", rule.name);
        }
        assert!(
            problems.is_empty(),
            "{} has not found what it should:\n{problems}{}",
            self.in_words(),
            report::render(&findings)
        );
    }

    fn in_words(&self) -> String {
        match &self.name {
            Some(name) => format!("session `{name}`"),
            None => "this session".to_owned(),
        }
    }
}
