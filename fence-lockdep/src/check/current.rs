//! What the checker keeps of the current thread: a held stack for each runtime whose locks it takes. Known orders begin and
//! end here.
//!
//! Not a lock in sight: the state is the thread's own. Only what is new goes on to the runtime and its engine.

use std::cell::{Cell, RefCell, UnsafeCell};
use std::collections::VecDeque;
use std::mem::{self, ManuallyDrop};
use std::panic::Location;
use std::sync::Arc;

use fence_engine::{
    ChainSlots, ChainTable, ClassId, ContextOp, Event, Finding, HeldLevel, How, Instance, Lock,
    Mode, Site, Task, TaskId,
};

use super::identity::Identity;
use super::runtime::{self, Asked, Runtime};
use super::watch::Holding;
use crate::kind::Taking;
use crate::report;
use crate::trace::Tape;

/// In place of a runtime's number where the engine has to see every event.
const WATCHED: u32 = u32::MAX;

/// A held stack, and the runtime it is a task of.
struct Stack {
    /// The runtime's number, or [`WATCHED`].
    number: u32,
    /// What `number` is once the thread is no longer in the checker.
    number_outside: u32,
    /// The same for what may sleep: [`WATCHED`] also where nothing may.
    number_to_sleep: u32,
    task: Task,
    /// Borrowed from the runtime; renewed whenever its engine was asked.
    chains: ChainSlots<'static>,
    /// The class of memory reclaim.
    reclaim: ClassId,
    /// The runtime and what the task is to it. None in the stack that a thread begins with.
    of: Option<(Arc<Runtime>, TaskId)>,
}

impl Stack {
    /// The stack of no runtime.
    const NONE: Self = Self {
        number: WATCHED,
        number_outside: WATCHED,
        number_to_sleep: WATCHED,
        task: Task::empty(),
        chains: ChainSlots::EMPTY,
        reclaim: ClassId::from_index(0),
        of: None,
    };

    fn new(runtime: Arc<Runtime>) -> Self {
        let thread = std::thread::current();
        let (id, reclaim) = runtime.start_task(thread.name().unwrap_or("thread"));
        Self {
            number: WATCHED,
            number_outside: runtime.number(),
            number_to_sleep: WATCHED,
            task: Task::new(),
            chains: slots_of(&runtime),
            reclaim,
            of: Some((runtime, id)),
        }
    }

    /// The number of its runtime, whether or not that watches it.
    fn runtime(&self) -> u32 {
        let of = self.of.as_ref();
        of.map_or(0, |(runtime, _)| runtime.number())
    }

    fn is_of(&self, number: u32) -> bool {
        matches!(&self.of, Some((runtime, _)) if runtime.number() == number)
    }

    /// Shows the engine what this task does.
    fn show<T: Default>(
        &mut self,
        is_watched: bool,
        tape: &mut Tape,
        what: impl FnOnce(&mut Asked, TaskId) -> T,
    ) -> (T, Vec<Finding>) {
        let Some((runtime, id)) = &self.of else {
            return (T::default(), Vec::new());
        };
        let ((result, remembers), found) = runtime.with(*id, &mut self.task, tape, |asked| {
            (what(asked, *id), asked.engine.remembers(*id))
        });
        self.chains = slots_of(runtime);
        // Always called from within the checker, where the engine sees everything.
        self.number = WATCHED;
        self.number_outside = if remembers || is_watched || IS_PENDING.get() {
            WATCHED
        } else {
            runtime.number()
        };
        self.keep_ready();
        (result, found)
    }

    /// The engine has to see what comes next.
    fn watch(&mut self) {
        self.number = WATCHED;
        self.number_outside = WATCHED;
        self.keep_ready();
    }

    /// The thread enters the checker, or leaves it.
    fn set_outside(&mut self, outside: bool) {
        self.number = if outside {
            WATCHED
        } else {
            self.number_outside
        };
        self.keep_ready();
    }

    /// Preemption goes off or on.
    #[inline]
    fn preempt(&mut self, op: ContextOp) {
        self.task.preempt(op);
        self.keep_ready();
    }

    #[inline]
    fn keep_ready(&mut self) {
        self.number_to_sleep = if self.task.may_sleep() {
            self.number
        } else {
            WATCHED
        };
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        if let Some((runtime, id)) = self.of.take() {
            runtime.retire_task(id);
        }
    }
}

fn slots_of(runtime: &Arc<Runtime>) -> ChainSlots<'static> {
    let chains: *const ChainTable = &raw const **runtime.chains();
    // SAFETY: the table lives as long as `runtime`, which each stack keeps beside the slots; tables only ever add
    // generations.
    unsafe { &*chains }.slots()
}

/// All of one thread.
struct State {
    /// The stack last used.
    active: Stack,
    others: Vec<Stack>,
    /// The session that the thread is in, 0 for none.
    session: u32,
    /// The sessions it was put into and not taken out of yet, each under a number of its own.
    stays: Vec<(u64, u32)>,
    /// Its thread-local storage is being torn down: whatever comes now comes from destructors.
    ending: bool,
}

impl State {
    const NEW: Self = Self {
        active: Stack::NONE,
        others: Vec::new(),
        session: 0,
        stays: Vec::new(),
        ending: false,
    };

    /// Makes the stack of that runtime the active one.
    fn turn_to(&mut self, number: u32) -> &mut Stack {
        if !self.active.is_of(number) {
            let at = self.others.iter().position(|other| other.is_of(number));
            let stack = if let Some(at) = at {
                self.others.swap_remove(at)
            } else {
                let runtime = Runtime::numbered(number);
                if runtime.number() != number {
                    return self.turn_to(runtime.number());
                }
                self.make_stack(runtime)
            };
            let before = mem::replace(&mut self.active, stack);
            if before.of.is_some() {
                self.others.push(before);
            }
        }
        &mut self.active
    }

    #[cold]
    fn make_stack(&mut self, runtime: Arc<Runtime>) -> Stack {
        self.others
            .retain(|other| !matches!(&other.of, Some((runtime, _)) if runtime.has_ended()));
        if !self.ending && OWNER.try_with(|_| ()).is_err() {
            self.ending = true;
        }
        Stack::new(runtime)
    }

    /// Whose engine hears of what is no single lock's: the session's that the thread is in, or that of the locks it holds.
    fn home(&self) -> u32 {
        match &self.active.of {
            Some((runtime, _)) if self.session == 0 && self.active.task.depth() > 0 => {
                runtime.number()
            }
            _ => self.session,
        }
    }

    /// Whose engine hears of `identity`: the session's it was made in, or that of the thread.
    fn home_of(&self, identity: &Identity) -> u32 {
        let made_in = identity.session;
        if made_in == 0 || made_in != self.session && !Runtime::lives(made_in) {
            self.session
        } else {
            made_in
        }
    }

    /// The runtime of the stack that holds `instance`, if one does: it was told of the lock there.
    fn holder_of(&self, instance: Instance) -> Option<u32> {
        let holds = |stack: &&Stack| stack.task.holds_instance(instance);
        let stack = [&self.active].into_iter().chain(&self.others).find(holds)?;
        Some(stack.runtime())
    }

    /// Forgets a session that is over and of which nothing is held.
    fn leave(&mut self, number: u32) {
        if self.active.is_of(number) && self.active.task.depth() == 0 {
            self.active = Stack::NONE;
        }
        self.others
            .retain(|other| !other.is_of(number) || other.task.depth() > 0);
    }

    /// Frees what is left once a thread that has ended holds nothing more.
    fn tidy(&mut self) {
        let nothing = |stack: &Stack| stack.task.depth() == 0;
        if self.ending && nothing(&self.active) && self.others.iter().all(nothing) {
            let (session, stays) = (self.session, mem::take(&mut self.stays));
            *self = Self {
                session,
                stays,
                ending: true,
                ..Self::NEW
            };
        }
    }
}

thread_local! {
    /// The thread's state. Never dropped by itself, so that reaching it asks for no destructor; `OWNER` does that.
    static STATE: UnsafeCell<ManuallyDrop<State>> = const { UnsafeCell::new(ManuallyDrop::new(State::NEW)) };
    static OWNER: Owner = const { Owner };
    /// Interrupts that wait to be served, one each, at the next checked operation with interrupts on.
    static PENDING: RefCell<VecDeque<Box<dyn FnOnce()>>> = const { RefCell::new(VecDeque::new()) };
    static IS_PENDING: Cell<bool> = const { Cell::new(false) };
    /// How many calls into the checker the thread is in: what happens there is the checker's own.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Frees the state when the thread ends.
struct Owner;

impl Drop for Owner {
    fn drop(&mut self) {
        let _outside = outside();
        with_state(|state| {
            state.ending = true;
            IS_PENDING.set(false);
            state.active.watch();
            state.tidy();
        });
    }
}

/// An interrupt comes: `handler` runs at the next checked operation that has interrupts on.
pub(crate) fn inject(handler: Box<dyn FnOnce()>) {
    PENDING.with(|pending| pending.borrow_mut().push_back(handler));
    IS_PENDING.set(true);
    with_state(|state| state.active.watch());
}

/// Runs the handler of the interrupt that came first, if interrupts are on.
#[cold]
fn serve() {
    if !with_state(|state| state.active.task.irqs_on()) {
        return;
    }
    // Nobody serves interrupts while the thread's storage is torn down.
    let next = PENDING.try_with(|pending| {
        let mut pending = pending.borrow_mut();
        let next = pending.pop_front();
        (next, !pending.is_empty())
    });
    let (next, more) = next.unwrap_or((None, false));
    IS_PENDING.set(more);
    if let Some(handler) = next {
        handler();
    }
}

/// While it lives, what the thread does is the checker's own business and not checked.
pub(crate) struct Outside(());

/// See [`Outside`].
pub(crate) fn outside() -> Outside {
    let depth = DEPTH.get();
    DEPTH.set(depth + 1);
    if depth == 0 {
        with_state(|state| state.active.set_outside(true));
    }
    Outside(())
}

/// Whether the thread is in the checker.
pub(crate) fn is_outside() -> bool {
    DEPTH.with(Cell::get) > 0
}

/// Whether the thread's storage is being torn down.
pub(crate) fn is_ending() -> bool {
    with_state(|state| state.ending)
}

impl Drop for Outside {
    fn drop(&mut self) {
        let depth = DEPTH.get() - 1;
        if depth == 0 {
            with_state(|state| state.active.set_outside(false));
        }
        DEPTH.set(depth);
    }
}

#[inline]
fn with_state<T>(what: impl FnOnce(&mut State) -> T) -> T {
    let state = STATE.with(UnsafeCell::get);
    // SAFETY: the state is this thread's own, and what is done with it here calls no code that could come back to it:
    // the engine calls nobody, and an allocator that is checked sees `DEPTH`.
    what(unsafe { &mut *state })
}

/// The session the calling thread is in, 0 for none.
pub(crate) fn session() -> u32 {
    with_state(|state| state.session)
}

/// Puts the calling thread into a session for as long as the result lives.
pub(crate) fn in_session(number: u32) -> InSession {
    let _outside = outside();
    with_state(|state| {
        let id = state.stays.last().map_or(1, |(id, _)| id + 1);
        state.stays.push((id, number));
        state.session = number;
        InSession(id)
    })
}

/// Takes the thread out of the session again, also after a panic, and in whatever order.
#[derive(Debug)]
pub(crate) struct InSession(u64);

impl Drop for InSession {
    fn drop(&mut self) {
        let _outside = outside();
        with_state(|state| {
            state.stays.retain(|(id, _)| *id != self.0);
            state.session = state.stays.last().map_or(0, |(_, number)| *number);
            if state.stays.is_empty() {
                state.stays = Vec::new();
            }
        });
    }
}

/// The session is over: this thread keeps nothing of it.
pub(crate) fn leave_session(number: u32) {
    let _outside = outside();
    with_state(|state| state.leave(number));
}

/// The lock is about to be taken, or was taken by trying.
#[inline]
pub(super) fn acquire<const SPINS: bool>(
    identity: &Identity,
    mode: Mode,
    tried: bool,
    at: &'static Location<'static>,
) {
    let sleeps = !SPINS && !tried;
    let known = with_state(|state| {
        let stack = &mut state.active;
        let site = runtime::token(at);
        let number = if sleeps {
            stack.number_to_sleep
        } else {
            stack.number
        };
        identity.known_to(number).is_some_and(|class| {
            let instance = || identity.known_instance();
            let task = &mut stack.task;
            task.acquire_known(stack.chains, class, instance, mode, tried, site)
        })
    });
    if !known {
        let taking = Taking {
            mode,
            tried,
            ..Taking::EXCLUSIVE
        };
        acquire_new(identity, taking, sleeps, at);
    }
    if SPINS && !is_outside() {
        with_state(|state| state.active.preempt(ContextOp::PreemptOff));
    }
}

/// The same for an acquisition that says more, and that the engine therefore sees in any case.
pub(super) fn acquire_as<const SPINS: bool>(
    identity: &Identity,
    taking: Taking<'_>,
    at: &'static Location<'static>,
) {
    acquire_new(identity, taking, !SPINS && !taking.tried, at);
    if SPINS && !is_outside() {
        with_state(|state| state.active.preempt(ContextOp::PreemptOff));
    }
}

#[cold]
#[inline(never)]
fn acquire_new(
    identity: &Identity,
    taking: Taking<'_>,
    sleeps: bool,
    at: &'static Location<'static>,
) {
    // Somebody who asks for a panic gets it here, before a lock is taken that was not tried.
    let told = (!taking.tried).then(|| Told(identity));
    fed(identity, at, |asked, task, lock, site| {
        let how = How {
            try_lock: taking.tried,
            nest: taking.nest.map(|nest| asked.lock(nest)),
            check: asked.compares(lock.class),
            ..How::new(taking.mode)
        };
        let taken = Event::Acquire {
            lock,
            subclass: taking.subclass,
            how,
        };
        asked.engine.feed(task, taken, site);
        if sleeps {
            asked.engine.feed(task, Event::MightSleepIn { lock }, site);
        }
    });
    mem::forget(told);
}

/// A lock that was told to be taken and is not.
struct Told<'a>(&'a Identity);

impl Drop for Told<'_> {
    fn drop(&mut self) {
        release_other(self.0);
    }
}

/// Shows the engine of a lock what its task does with it. Nothing is done from within the checker.
pub(crate) fn fed<T: Default>(
    identity: &Identity,
    at: &'static Location<'static>,
    what: impl FnOnce(&mut Asked, TaskId, Lock, Site) -> T,
) -> T {
    fed_at(identity, at, |state| state.home_of(identity), what)
}

/// The same where the runtime is found otherwise.
fn fed_at<T: Default>(
    identity: &Identity,
    at: &'static Location<'static>,
    home: impl FnOnce(&State) -> u32,
    what: impl FnOnce(&mut Asked, TaskId, Lock, Site) -> T,
) -> T {
    if is_outside() {
        return T::default();
    }
    if IS_PENDING.get() {
        serve();
    }
    let outside = outside();
    let mut tape = Tape::new();
    let (result, found) = with_state(|state| {
        let is_watched = state.ending || tape.hears_locks();
        let stack = state.turn_to(home(state));
        let number = stack.runtime();
        let shown = stack.show(is_watched, &mut tape, |asked, task| {
            let lock = if let Some(class) = identity.known_to(number) {
                let instance = identity.known_instance();
                Lock { class, instance }
            } else {
                let lock = asked.lock(identity);
                if number == identity.session {
                    identity.introduce(number, lock);
                }
                lock
            };
            let site = asked.site(at);
            what(asked, task, lock, site)
        });
        state.tidy();
        shown
    });
    tape.play();
    drop(outside);
    report::deliver(&found);
    result
}

/// Shows the engine what the thread does that is no single lock's.
pub(crate) fn event<T: Default>(
    at: &'static Location<'static>,
    what: impl FnOnce(&mut Asked, TaskId, Site) -> T,
) -> T {
    event_in(None, at, what)
}

/// Shows the engine an allocation, from inside an allocator: nothing may unwind from here, and no interrupt is served.
pub(crate) fn allocation(
    at: &'static Location<'static>,
    what: impl FnOnce(&mut Asked, TaskId, Site),
) {
    let pending = IS_PENDING.replace(false);
    let told = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| event(at, what)));
    if told.is_err() {
        // The panic has shown its report. An allocator cannot hand it on.
        std::process::abort();
    }
    IS_PENDING.set(pending);
}

/// The same for what belongs to a session, unless that is 0.
pub(crate) fn event_of<T: Default>(
    session: u32,
    at: &'static Location<'static>,
    what: impl FnOnce(&mut Asked, TaskId, Site) -> T,
) -> T {
    event_in((session != 0).then_some(session), at, what)
}

fn event_in<T: Default>(
    session: Option<u32>,
    at: &'static Location<'static>,
    what: impl FnOnce(&mut Asked, TaskId, Site) -> T,
) -> T {
    if is_outside() {
        return T::default();
    }
    if IS_PENDING.get() {
        serve();
    }
    let outside = outside();
    let mut tape = Tape::new();
    let (result, found) = with_state(|state| {
        let number = session.unwrap_or_else(|| state.home());
        let is_watched = state.ending || tape.hears_locks();
        let stack = state.turn_to(number);
        let shown = stack.show(is_watched, &mut tape, |asked, task| {
            let site = asked.site(at);
            what(asked, task, site)
        });
        state.tidy();
        shown
    });
    tape.play();
    drop(outside);
    report::deliver(&found);
    result
}

/// The lock is about to be released.
#[inline]
pub(super) fn release<const SPINS: bool>(identity: &Identity) {
    let newest = with_state(|state| {
        let stack = &mut state.active;
        identity
            .known_to(stack.number)
            .is_some_and(|_| stack.task.release_newest(identity.known_instance()))
    });
    if !newest {
        release_other(identity);
    }
    if SPINS && !is_outside() {
        with_state(|state| state.active.preempt(ContextOp::PreemptOn));
    }
}

#[cold]
#[inline(never)]
fn release_other(identity: &Identity) {
    // Where it was told to be taken, whatever session the thread is in by now.
    let home = |state: &State| {
        let holder = state.holder_of(identity.instance());
        holder.unwrap_or_else(|| state.home_of(identity))
    };
    fed_at(
        identity,
        Location::caller(),
        home,
        |asked, task, lock, _| {
            asked
                .engine
                .feed(task, Event::Release { lock }, Site::UNKNOWN);
        },
    );
}

/// The memory of a lock that was used is freed.
#[cold]
pub(super) fn freed(identity: &Identity) {
    fed(identity, Location::caller(), |asked, task, lock, _| {
        asked.engine.feed(task, Event::Free { lock }, Site::UNKNOWN);
    });
}

/// What the thread holds, in all runtimes: the number of each lock, what it is called, and where it was taken.
pub(super) fn holdings() -> Vec<Holding> {
    let _outside = outside();
    with_state(|state| {
        let mut all = Vec::new();
        for stack in state.others.iter().chain([&state.active]) {
            let Some((runtime, _)) = &stack.of else {
                continue;
            };
            for (lock, mode, site) in stack.task.holding() {
                let (label, place) = runtime.ask(|asked| asked.describe(lock, site));
                all.push(Holding {
                    instance: lock.instance,
                    mode,
                    label,
                    place,
                });
            }
        }
        all
    })
}

/// Whether the thread serves an interrupt.
#[inline]
pub(crate) fn in_interrupt() -> bool {
    with_state(|state| state.active.task.in_interrupt())
}

/// The thread's function has returned: nothing may be held any more.
pub(crate) fn leave_thread(at: &'static Location<'static>) {
    event(at, |asked, task, site| {
        asked.engine.feed(task, Event::TaskEnd, site);
    });
    if is_outside() {
        return;
    }
    // What the thread does next, such as the next item of a worker, is another task's.
    let _outside = outside();
    with_state(|state| state.active = Stack::NONE);
}

/// How much the thread holds.
pub(crate) fn held_level(at: &'static Location<'static>) -> HeldLevel {
    let nothing = with_state(|state| state.active.task.depth() == 0 && state.others.is_empty());
    if nothing {
        return HeldLevel::default();
    }
    event(at, |asked, task, _| asked.engine.level(task))
}

/// Whether an allocation that may enter reclaim has to be shown to the engine here: in a section, where nothing may sleep, or
/// under locks of which that is not yet known.
#[inline]
pub(crate) fn allocation_matters() -> bool {
    !is_outside()
        && with_state(|state| {
            let Stack {
                number_to_sleep,
                task,
                chains,
                reclaim,
                of,
                ..
            } = &state.active;
            if task.depth() == 0 && task.may_sleep() {
                return false;
            }
            of.is_some() && (*number_to_sleep == WATCHED || !task.knows(*chains, *reclaim))
        })
}

/// What the thread holds, in words.
pub(crate) fn held() -> Vec<String> {
    let in_words = |held: Holding| format!("`{}` taken at {}", held.label, held.place);
    holdings().into_iter().map(in_words).collect()
}
