//! What stands in the place of the checker where that is compiled out: the same names, and nothing behind them.
//!
//! A lock is then the plain lock, in size and in code; nothing is found, nothing printed, and a session is only a closure.

use std::convert::Infallible;
use std::marker::PhantomData;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use fence_engine::{
    ClassGraph, ClassId, Contract, Engine, Finding, HeldLevel, Lock, Mode, Site, TaskId,
};

pub(crate) use crate::kind::{Kind, Name, Taking, Waits};

/// Whether there is a checker.
pub(crate) const ON: bool = false;

/// Of no class and no instance.
#[derive(Debug)]
pub(crate) struct Identity;

#[allow(clippy::unused_self, reason = "the interface is that of the checker")]
impl Identity {
    pub(crate) const fn of_process(_: Kind, _: Name) -> Self {
        Self
    }

    pub(crate) const fn new(_: Kind, _: Name) -> Self {
        Self
    }

    #[inline]
    pub(crate) const fn acquire<const SPINS: bool>(
        &self,
        _: Mode,
        _: bool,
        _: &'static Location<'static>,
    ) {
    }

    #[inline]
    pub(crate) const fn acquire_as<const SPINS: bool>(
        &self,
        _: Taking<'_>,
        _: &'static Location<'static>,
    ) {
    }

    #[inline]
    pub(crate) const fn release<const SPINS: bool>(&self) {}

    pub(crate) const fn downgrade(&self, _: &'static Location<'static>) {}

    pub(crate) const fn upgrade(&self, _: &'static Location<'static>) {}

    pub(crate) const fn sync(&self, _: Mode, _: &'static Location<'static>) {}

    pub(crate) const fn init(&self, _: &'static Location<'static>) {}

    pub(crate) const fn name(&self) -> Name {
        Name::Chosen("")
    }
}

pub(crate) const fn is_held(_: &Identity) -> Option<bool> {
    None
}

pub(crate) const fn name(_: &Identity) -> String {
    String::new()
}

/// What nobody is ever handed.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) engine: Engine,
    pub(crate) contract: Contract,
    pub(crate) number: u32,
    pub(crate) sections: Vec<&'static str>,
    never: Infallible,
}

impl Asked {
    pub(crate) const fn class(&mut self, _: &Identity) -> ClassId {
        match self.never {}
    }

    pub(crate) const fn lock(&mut self, _: &Identity) -> Lock {
        match self.never {}
    }
}

#[inline]
pub(crate) fn event<T: Default>(
    _: &'static Location<'static>,
    _: impl FnOnce(&mut Asked, TaskId, Site) -> T,
) -> T {
    T::default()
}

pub(crate) fn allocation(_: &'static Location<'static>, _: impl FnOnce(&mut Asked, TaskId, Site)) {}

#[inline]
pub(crate) fn event_of<T: Default>(
    _: u32,
    _: &'static Location<'static>,
    _: impl FnOnce(&mut Asked, TaskId, Site) -> T,
) -> T {
    T::default()
}

#[inline]
pub(crate) fn fed<T: Default>(
    _: &Identity,
    _: &'static Location<'static>,
    _: impl FnOnce(&mut Asked, TaskId, Lock, Site) -> T,
) -> T {
    T::default()
}

pub(crate) const fn session() -> u32 {
    0
}

/// Declares guards that guard nothing.
macro_rules! guards {
    ($($guard:ident),*) => {$(
        #[derive(Debug)]
        pub(crate) struct $guard(PhantomData<()>);

        impl Drop for $guard {
            fn drop(&mut self) {}
        }
    )*};
}

guards!(Blocking, InSession, Lives, Outside);

#[allow(clippy::unused_self, reason = "the interface is that of the checker")]
impl Blocking {
    pub(crate) const fn hang(&self) -> Option<String> {
        None
    }
}

pub(crate) const fn in_session(_: u32) -> InSession {
    InSession(PhantomData)
}

pub(crate) const fn lives(_: u32) -> Lives {
    Lives(PhantomData)
}

#[inline]
pub(crate) const fn outside() -> Outside {
    Outside(PhantomData)
}

#[inline]
pub(crate) const fn blocked(_: Waits<'_>, _: &'static Location<'static>) -> Blocking {
    Blocking(PhantomData)
}

#[inline]
pub(crate) const fn blocked_for(_: Waits<'_>, _: &'static Location<'static>) -> Blocking {
    Blocking(PhantomData)
}

pub(crate) const fn woken(_: u64) {}

pub(crate) const fn leave_session(_: u32) {}

pub(crate) const fn close(_: u32) {}

pub(crate) const fn forget(_: u32) {}

pub(crate) const fn noted(hang: String) -> String {
    hang
}

pub(crate) const fn hangs(_: u32) -> Vec<String> {
    Vec::new()
}

/// A number for something to wait for.
pub(crate) fn new_event() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

pub(crate) const fn allocation_matters() -> bool {
    false
}

pub(crate) const fn in_interrupt() -> bool {
    false
}

pub(crate) fn held_level(_: &'static Location<'static>) -> HeldLevel {
    HeldLevel::default()
}

pub(crate) const fn held() -> Vec<String> {
    Vec::new()
}

/// Nobody looks out for an interrupt, so it comes at once.
pub(crate) fn inject(handler: Box<dyn FnOnce()>) {
    handler();
}

pub(crate) const fn leave_thread(_: &'static Location<'static>) {}

/// Finds nothing.
#[derive(Debug)]
pub(crate) struct Runtime;

#[allow(clippy::unused_self, reason = "the interface is that of the checker")]
impl Runtime {
    pub(crate) fn of_session(_: Engine) -> Arc<Self> {
        Arc::new(Self)
    }

    pub(crate) const fn number(&self) -> u32 {
        0
    }

    pub(crate) const fn end(&self) {}

    pub(crate) const fn finish(&self) -> Vec<Finding> {
        Vec::new()
    }

    pub(crate) fn graph(&self) -> ClassGraph {
        ClassGraph::new()
    }
}

pub(crate) const fn end_of_process(_: Duration) -> Vec<Finding> {
    Vec::new()
}

pub(crate) fn graph_of_process(_: Duration) -> ClassGraph {
    ClassGraph::new()
}
