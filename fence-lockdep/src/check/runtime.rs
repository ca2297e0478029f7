//! An engine that many threads share: that of the process, and those of sessions. Known orders never come here, see
//! `current`.

use std::collections::HashMap;
use std::panic::Location;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use fence_engine::{
    ChainTable, ClassGraph, ClassId, ClassKind, ClassSpec, Contract, ContractNames, Engine,
    Finding, Instance, Lock, Site, Task, TaskId, WaitType,
};
use parking_lot::Mutex;

use super::identity::Identity;
use crate::kind::{Kind, Name};
use crate::report;
use crate::trace::{self, Recorder, Tape};

/// An engine, its validated chains, and what threads and locks need of both.
#[derive(Debug)]
pub(crate) struct Runtime {
    number: u32,
    /// The checker's own lock: never a checked one, and no user code runs under it.
    asked: Mutex<Asked>,
    chains: Arc<ChainTable>,
    ended: AtomicBool,
}

/// The engine, for one who has its lock.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) engine: Recorder,
    pub(crate) contract: Contract,
    /// The number of its runtime.
    pub(crate) number: u32,
    /// The names of sections, each under its number.
    pub(crate) sections: Vec<&'static str>,
    /// The classes of construction sites, by the address of the site.
    of_sites: HashMap<(usize, Kind), ClassId>,
    /// Those of locks that have one each, by the lock, and how many each site has of them.
    alone: HashMap<Instance, ClassId>,
    alone_at: HashMap<usize, u32>,
}

/// Ends the name of the class of all further ones, of which nothing is learnt.
const NOT_COMPARED: &str = "(not compared)";

/// How many locks of one place may each have a class of its own.
const MOST_ALONE: u32 = 1_000;

/// The runtimes of sessions that have not ended.
static SESSIONS: Mutex<Option<HashMap<u32, Weak<Runtime>>>> = Mutex::new(None);

/// The runtime of the process, from the first use of a lock that no session has.
static PROCESS: OnceLock<Arc<Runtime>> = OnceLock::new();

/// What only the end of the process can tell. Nothing if its engine cannot be had in time.
pub(crate) fn end_of_process(patience: Duration) -> Vec<Finding> {
    let asked = PROCESS
        .get()
        .and_then(|runtime| runtime.asked.try_lock_for(patience));
    asked.map_or_else(Vec::new, |mut asked| {
        asked.engine.finish();
        asked.engine.take_findings()
    })
}

/// What was learnt in the process. Nothing if its engine cannot be had in time.
pub(crate) fn graph_of_process(patience: Duration) -> ClassGraph {
    let asked = PROCESS
        .get()
        .and_then(|runtime| runtime.asked.try_lock_for(patience));
    asked.map_or_else(ClassGraph::new, |asked| asked.engine.class_graph())
}

impl Runtime {
    fn new(number: u32, mut engine: Engine) -> Arc<Self> {
        report::begin();
        let contract = engine.prime(&ContractNames::PATTERN, true);
        Arc::new(Self {
            number,
            chains: Arc::clone(engine.chains()),
            asked: Mutex::new(Asked {
                engine: Recorder::new(engine),
                contract,
                number,
                sections: Vec::new(),
                of_sites: HashMap::new(),
                alone: HashMap::new(),
                alone_at: HashMap::new(),
            }),
            ended: AtomicBool::new(false),
        })
    }

    /// The runtime of the process: of all threads and locks that no session has. Its number is 0.
    pub(crate) fn process() -> &'static Arc<Self> {
        PROCESS.get_or_init(|| Self::new(0, Engine::default()))
    }

    /// A runtime of its own, for a session.
    pub(crate) fn of_session(engine: Engine) -> Arc<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let runtime = Self::new(NEXT.fetch_add(1, Ordering::Relaxed), engine);
        SESSIONS
            .lock()
            .get_or_insert_default()
            .insert(runtime.number, Arc::downgrade(&runtime));
        runtime
    }

    /// The runtime of that number. What is left of a session that has ended belongs to the process.
    pub(crate) fn numbered(number: u32) -> Arc<Self> {
        if number == 0 {
            return Arc::clone(Self::process());
        }
        let session = SESSIONS
            .lock()
            .as_ref()
            .and_then(|all| all.get(&number)?.upgrade());
        let session = session.filter(|session| !session.has_ended());
        session.unwrap_or_else(|| Arc::clone(Self::process()))
    }

    pub(crate) const fn number(&self) -> u32 {
        self.number
    }

    pub(super) fn chains(&self) -> &Arc<ChainTable> {
        &self.chains
    }

    /// Whether there is a session of this number, and it is not over.
    pub(super) fn lives(number: u32) -> bool {
        let sessions = SESSIONS.lock();
        let session = sessions
            .as_ref()
            .and_then(|all| all.get(&number)?.upgrade());
        drop(sessions);
        session.is_some_and(|session| !session.has_ended())
    }

    /// Its session is over: nobody asks for what is found from here on.
    pub(crate) fn end(&self) {
        self.ended.store(true, Ordering::Relaxed);
    }

    /// Whether its session is over.
    pub(super) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Relaxed)
    }

    /// Starts a task: its id, and the class of memory reclaim.
    pub(super) fn start_task(&self, name: &str) -> (TaskId, ClassId) {
        let mut asked = self.asked.lock();
        (asked.engine.start_task(name), asked.contract.reclaim)
    }

    pub(super) fn retire_task(&self, task: TaskId) {
        self.asked.lock().engine.retire_task(task);
    }

    /// Asks the engine something that is no task's.
    pub(crate) fn ask<T>(&self, what: impl FnOnce(&mut Asked) -> T) -> T {
        what(&mut self.asked.lock())
    }

    /// Shows the engine what a task does whose stack the calling thread keeps. Gives what was found by it, unless that is
    /// kept for the end of a session.
    pub(super) fn with<T>(
        &self,
        id: TaskId,
        held: &mut Task,
        tape: &mut Tape,
        what: impl FnOnce(&mut Asked) -> T,
    ) -> (T, Vec<Finding>) {
        let mut asked = self.asked.lock();
        held.resolve_sites(|token| resolve(&mut asked.engine, token));
        asked.engine.exchange_task(id, held);
        let result = tape.record(&mut asked, what);
        asked.engine.exchange_task(id, held);
        let found = if self.number == 0 {
            asked.engine.take_findings()
        } else {
            Vec::new()
        };
        (result, found)
    }

    /// What was learnt so far.
    pub(crate) fn graph(&self) -> ClassGraph {
        self.asked.lock().engine.class_graph()
    }

    /// Takes the engine's findings once everything was fed.
    pub(crate) fn finish(&self) -> Vec<Finding> {
        self.ended.store(true, Ordering::Relaxed);
        let mut asked = self.asked.lock();
        let told = asked.engine.findings().len();
        asked.engine.finish();
        let found = asked.engine.take_findings();
        drop(asked);
        trace::findings(self.number, found.iter().skip(told));
        found
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        if let Some(all) = SESSIONS.lock().as_mut() {
            all.remove(&self.number);
        }
    }
}

impl Asked {
    /// The class of a lock or node.
    pub(crate) fn class(&mut self, identity: &Identity) -> ClassId {
        let Kind { node, waits, alone } = identity.kind;
        let engine = &mut self.engine;
        let mut declare = |name: &str| engine.declare(&ClassSpec::new(name, node).waits(waits));
        let site = match identity.name() {
            Name::Chosen(name) => return declare(name),
            Name::Site(site) => site,
        };
        let address = std::ptr::from_ref(site) as usize;
        // A function of the standard library, or a constant of this crate, made it for somebody who cannot be seen.
        let alone =
            alone || site.file().starts_with("/rustc/") || site.file() == crate::sync::RAW_FILE;
        if !alone {
            // Locks of two sorts that a function made for one caller are no one class.
            let sort = match waits {
                WaitType::Config => " (spinlock)",
                WaitType::Spin => " (raw spinlock)",
                _ => "",
            };
            return *self
                .of_sites
                .entry((address, identity.kind))
                .or_insert_with(|| declare(&format!("{site}{sort}")));
        }
        if let Some(&class) = self.alone.get(&identity.instance()) {
            return class;
        }
        let count = self.alone_at.entry(address).or_default();
        if *count == MOST_ALONE {
            return declare(&format!("{site} {NOT_COMPARED}"));
        }
        *count += 1;
        let class = declare(&format!("{site} #{count}"));
        self.alone.insert(identity.instance(), class);
        class
    }

    /// Whether locks of this class are compared with others.
    pub(super) fn compares(&self, class: ClassId) -> bool {
        !self.engine.class(class).name().ends_with(NOT_COMPARED)
    }

    /// The lock that `identity` is. What is no lock has no instances.
    pub(crate) fn lock(&mut self, identity: &Identity) -> Lock {
        let class = self.class(identity);
        if !identity.kind.node.is_lock() && identity.kind.node != ClassKind::WwContext {
            return Lock::map(class);
        }
        let instance = identity.instance();
        self.engine.meet(class, instance);
        Lock { class, instance }
    }

    /// What a lock is called, and where it was taken.
    pub(super) fn describe(&mut self, lock: Lock, site: Site) -> (String, String) {
        let site = match site.as_token() {
            Some(token) => resolve(&mut self.engine, token),
            None => site,
        };
        let file = self.engine.sources().file(site);
        let place = format!("{file}:{}:{}", site.line(), site.column());
        (self.engine.class(lock.class).label(), place)
    }

    pub(crate) fn site(&mut self, at: &'static Location<'static>) -> Site {
        site(&mut self.engine, at)
    }
}

/// The site that stands for `location` until an engine is asked.
#[inline]
pub(super) fn token(location: &'static Location<'static>) -> Site {
    Site::token(std::ptr::from_ref(location).expose_provenance() as u64)
}

fn resolve(engine: &mut Engine, token: u64) -> Site {
    // SAFETY: `token` is the only maker of such sites in this crate, and no other crate has the tasks; it exposed a
    // reference that lives for ever.
    let location: &'static Location<'static> =
        unsafe { &*std::ptr::with_exposed_provenance(token as usize) };
    site(engine, location)
}

fn site(engine: &mut Engine, location: &'static Location<'static>) -> Site {
    let source = engine.sources_mut().intern(location.file(), "");
    Site::new(source, u64::from(location.line()), location.column())
}
