//! Locks and acquire contexts of a pattern: names to instances and classes, kinds to modes and wait types.

use fence_engine::{
    ClassId, ClassKind, ClassSpec, ContextOp, ContractNames, Event, How, Instance, Lock, Mode,
    WaitType,
};

use super::{Holding, Player};
use crate::pattern::{self, LockKind, WwContext};

impl<'a> Player<'a> {
    /// `lock L …`, and the half of `spin_irq L` that is a lock.
    pub(super) fn take(
        &mut self,
        name: &'a str,
        class: &str,
        kind: LockKind,
        options: &'a pattern::LockOptions,
        context: Option<&'a WwContext>,
    ) {
        let lock = self.lock_of(name, class, kind);
        let spins = matches!(
            kind,
            LockKind::Spin
                | LockKind::RawSpin
                | LockKind::CustomSpin
                | LockKind::RwlockRead
                | LockKind::RwlockWrite
        );
        let mode = match kind {
            LockKind::RwlockRead if self.in_interrupt > 0 => Mode::RecursiveRead,
            LockKind::RwsemRead | LockKind::RwlockRead => Mode::Read,
            _ => Mode::Exclusive,
        };
        let mut how = How::new(mode);
        how.try_lock = options.trylock;
        how.nest = options.nest.as_ref().map(|nest| self.known_lock(nest));
        let mut auto = None;
        match context {
            Some(WwContext::Auto) => {
                how.nest = Some(self.auto_context(lock.class));
                auto = Some(lock.class);
            }
            Some(WwContext::Named(context)) => how.nest = Some(self.ww_context(context)),
            None => {}
        }
        self.feed(Event::Acquire {
            lock,
            subclass: options.subclass,
            how,
        });
        if !spins && !options.trylock {
            self.feed(Event::MightSleepIn { lock });
        }
        if spins {
            self.feed(Event::Context(ContextOp::PreemptOff));
        }
        self.held
            .entry(name)
            .or_default()
            .push(Holding { lock, spins, auto });
    }

    pub(super) fn give(&mut self, name: &'a str) {
        let holding = self.held.get_mut(name).and_then(Vec::pop);
        if holding.is_none() && self.handed_over.contains(name) {
            return;
        }
        let lock = holding.map_or_else(|| self.known_lock(name), |holding| holding.lock);
        self.feed(Event::Release { lock });
        let Some(holding) = holding else { return };
        if holding.spins {
            self.feed(Event::Context(ContextOp::PreemptOn));
        }
        if let Some(class) = holding.auto
            && let Some((context, open)) = self.auto.get_mut(&class)
        {
            *open -= 1;
            let (context, open) = (*context, *open);
            if open == 0 {
                self.auto.remove(&class);
                self.feed(Event::WwEnd { context });
            }
        }
    }

    /// The thread's own acquire context for locks of `class`, opened by the first of them.
    pub(super) fn auto_context(&mut self, class: ClassId) -> Lock {
        if let Some((context, open)) = self.auto.get_mut(&class) {
            *open += 1;
            return *context;
        }
        let name = self.engine.class(class).name().to_owned();
        let context = Lock {
            class: self.context_class(&name),
            instance: self.instance(),
        };
        self.auto.insert(class, (context, 1));
        self.feed(Event::acquire(context, How::new(Mode::Exclusive)));
        context
    }

    pub(super) fn context_class(&mut self, name: &str) -> ClassId {
        if name == ContractNames::PATTERN.resv {
            self.contract.resv_context
        } else {
            self.node(name, ClassKind::WwContext)
        }
    }

    /// The context called `name` on this thread; its class is that of the first lock taken with it.
    pub(super) fn ww_context(&mut self, name: &'a str) -> Lock {
        if let Some(context) = self.contexts.get(name) {
            return *context;
        }
        let class = self
            .ww_classes
            .get(name)
            .copied()
            .unwrap_or(name)
            .to_owned();
        let context = Lock {
            class: self.context_class(&class),
            instance: self.instance(),
        };
        self.contexts.insert(name, context);
        context
    }

    pub(super) fn ww_begin(&mut self, name: &'a str) {
        self.contexts.remove(name);
        let context = self.ww_context(name);
        self.feed(Event::acquire(context, How::new(Mode::Exclusive)));
    }

    pub(super) fn lock_of(&mut self, name: &'a str, class: &str, kind: LockKind) -> Lock {
        let wait = match kind {
            LockKind::RawSpin => WaitType::Spin,
            LockKind::Spin
            | LockKind::CustomSpin
            | LockKind::RwlockRead
            | LockKind::RwlockWrite => WaitType::Config,
            _ => WaitType::Sleep,
        };
        let class = self
            .engine
            .declare(&ClassSpec::new(class, ClassKind::Lock).waits(wait));
        if let Some(lock) = self.locks.get(name) {
            return *lock;
        }
        let lock = Lock {
            class,
            instance: self.instance(),
        };
        self.locks.insert(name, lock);
        lock
    }

    /// The lock called `name`; one that no line takes is some lock of its own class.
    pub(super) fn known_lock(&mut self, name: &'a str) -> Lock {
        match self.locks.get(name) {
            Some(lock) => *lock,
            None => self.lock_of(
                name,
                name.split('.').next().unwrap_or(name),
                LockKind::CustomSpin,
            ),
        }
    }

    pub(super) fn instance(&mut self) -> Instance {
        self.instances += 1;
        Instance(self.instances)
    }
}
