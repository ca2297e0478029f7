//! A ww mutex without its value: takes and releases it, blocks, and tells the checker.

use std::panic::Location;
use std::thread;

use fence_engine::{Event, Mode};
use parking_lot::{Mutex, MutexGuard};

use super::class::WwClass;
use super::context::AcquireCtx;
use super::error::WwError;
use super::queue::{Outcome, Queue};
use crate::check::{self, Identity, Kind, Name, Taking, Waits};
use crate::sync::raw::Told;

/// The lock of a [`WwMutex`](super::WwMutex).
#[derive(Debug)]
pub(super) struct RawWwMutex {
    class: WwClass,
    identity: Identity,
    /// The session it was made in, 0 for none.
    session: u32,
    queue: Mutex<Queue>,
}

impl RawWwMutex {
    pub(super) fn new(class: &WwClass) -> Self {
        let identity = Identity::new(Kind::SLEEPS, Name::Chosen(class.name()));
        Self {
            identity,
            session: check::session(),
            ..Self::const_new(class)
        }
    }

    pub(super) const fn const_new(class: &WwClass) -> Self {
        Self {
            class: *class,
            identity: Identity::of_process(Kind::SLEEPS, Name::Chosen(class.name())),
            session: 0,
            queue: Mutex::new(Queue::new()),
        }
    }

    pub(super) fn class(&self) -> &WwClass {
        &self.class
    }

    pub(super) fn identity(&self) -> &Identity {
        &self.identity
    }

    pub(super) fn is_locked(&self) -> bool {
        self.queue().is_owned()
    }

    pub(super) fn is_locked_by(&self, ctx: &AcquireCtx) -> bool {
        self.queue().is_owned_by(ctx.shared())
    }

    pub(super) fn waiters(&self) -> usize {
        self.queue().waiters()
    }

    pub(super) fn lock(
        &self,
        ctx: Option<&AcquireCtx>,
        interruptible: bool,
        at: &'static Location<'static>,
    ) -> Result<(), WwError> {
        if let Some(ctx) = ctx {
            if self.is_locked_by(ctx) {
                check::fed(&self.identity, at, |asked, task, lock, site| {
                    asked.engine.feed(task, Event::MightSleepIn { lock }, site);
                });
                return Err(WwError::Already);
            }
            ctx.asks_for(&self.class, self.address());
        }
        self.tell(ctx, false, at);
        let told = Told::<false>(&self.identity);
        if ctx.is_some_and(AcquireCtx::injects) {
            return Err(self.refuse(ctx));
        }
        self.take(ctx, interruptible, at)?;
        std::mem::forget(told);
        if let Some(ctx) = ctx {
            ctx.took();
        }
        Ok(())
    }

    pub(super) fn lock_slow(
        &self,
        ctx: &AcquireCtx,
        interruptible: bool,
        at: &'static Location<'static>,
    ) -> Result<(), WwError> {
        let class = self.class.name();
        assert!(
            !ctx.holds(),
            "lock_slow() of a ww mutex of class `{class}` while its context holds others, which could deadlock: release them first"
        );
        self.lock(Some(ctx), interruptible, at)
    }

    /// Takes the lock if it is free. Whether it was.
    pub(super) fn try_lock(
        &self,
        ctx: Option<&AcquireCtx>,
        at: &'static Location<'static>,
    ) -> bool {
        if let Some(ctx) = ctx {
            ctx.asks_for(&self.class, self.address());
        }
        let taken = self.queue().try_take(ctx.map(AcquireCtx::shared));
        if taken {
            self.tell(ctx, true, at);
            if let Some(ctx) = ctx {
                ctx.took();
            }
        }
        taken
    }

    /// Releases the lock, which was taken with `ctx`.
    pub(super) fn unlock(&self, ctx: Option<&AcquireCtx>) {
        self.identity.release::<false>();
        if let Some(ctx) = ctx {
            ctx.gave();
        }
        self.queue().release(self.class.algorithm());
    }

    /// Tells the checker that the lock is taken.
    fn tell(&self, ctx: Option<&AcquireCtx>, tried: bool, at: &'static Location<'static>) {
        let Some(ctx) = ctx else {
            return self.identity.acquire::<false>(Mode::Exclusive, tried, at);
        };
        let nest = ctx.identity(self.session);
        let taking = Taking {
            tried,
            nest: Some(&nest),
            ..Taking::EXCLUSIVE
        };
        self.identity.acquire_as::<false>(taking, at);
    }

    /// Waits until the lock is there, or the request has to be given up.
    fn take(
        &self,
        ctx: Option<&AcquireCtx>,
        interruptible: bool,
        at: &'static Location<'static>,
    ) -> Result<(), WwError> {
        let context = ctx.map(AcquireCtx::shared);
        if self.queue().try_take(context) {
            return Ok(());
        }
        let holds = ctx.is_some_and(AcquireCtx::holds);
        // Only then does nobody but the holder end the wait.
        let on = Waits::Lock(&self.identity);
        let _blocking = if holds || interruptible {
            check::blocked_for(on, at)
        } else {
            check::blocked(on, at)
        };
        let _outside = check::outside();
        let mut queue = self.queue();
        if queue.try_take(context) {
            return Ok(());
        }
        let ticket = queue.join(self.class.algorithm(), context, holds);
        loop {
            match queue.outcome(ticket) {
                Outcome::Owns => return Ok(()),
                Outcome::BacksOff => return Err(self.refuse(ctx)),
                Outcome::Waits => {}
            }
            if interruptible && context.is_some_and(|context| context.take_interrupt()) {
                queue.leave(ticket);
                return Err(WwError::Interrupted);
            }
            // Only who holds something is ever wounded, and only in Wound-Wait.
            if context.is_some_and(|context| context.is_wounded()) {
                queue.leave(ticket);
                return Err(self.refuse(ctx));
            }
            // Whoever changes something for this thread wakes it afterwards, so that this returns at once.
            MutexGuard::unlocked(&mut queue, thread::park);
        }
    }

    /// The queue, for a moment. To wait for it is the checker's own business.
    fn queue(&self) -> MutexGuard<'_, Queue> {
        let _outside = check::outside();
        self.queue.lock()
    }

    fn refuse(&self, ctx: Option<&AcquireCtx>) -> WwError {
        if let Some(ctx) = ctx {
            ctx.was_refused(self.address());
        }
        WwError::Deadlock
    }

    fn address(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }
}
