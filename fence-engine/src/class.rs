//! Lock classes: what the engine reasons about. Many instances share one class; a class is a name, a kind and wait types.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;
use hashbrown::HashMap;

use crate::hash::Hasher;
use crate::site::{Site, SourceId};
use crate::usage::{Usage, UsageBit};

/// The index of a class: a key with a subclass. Ids are dense and given in order of declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClassId(pub(crate) u32);

impl ClassId {
    /// The id of this index.
    pub const fn from_index(index: u32) -> Self {
        Self(index)
    }

    /// The id as an index, 0 for the first class declared.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// The address of a lock: any number that tells one live instance from another. 0 is no instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Instance(pub u64);

/// How deep a context may sleep, lowest first: the kernel's `enum lockdep_wait_type`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum WaitType {
    /// Never checked and restricts nothing (`LD_WAIT_INV`): plain lock maps.
    #[default]
    None = 0,
    /// Wait free (`LD_WAIT_FREE`): RCU's outer type.
    Free = 1,
    /// Spins always (`LD_WAIT_SPIN`): `raw_spinlock_t`.
    Spin = 2,
    /// Sleeps where the kernel is configured so (`LD_WAIT_CONFIG`): `spinlock_t`, `rwlock_t`.
    Config = 3,
    /// Sleeps (`LD_WAIT_SLEEP`): mutexes, rwsems.
    Sleep = 4,
    /// No limit (`LD_WAIT_MAX`): a task that holds nothing.
    Max = 5,
}

/// What a class stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
#[non_exhaustive]
pub enum ClassKind {
    /// A lock that a task holds: mutex, spinlock, rwsem, ww mutex.
    Lock = 0,
    /// A ww acquire context, an ordinary exclusive class around the locks of its class.
    WwContext = 1,
    /// Any other lockdep map without a lock behind it.
    PseudoLock = 2,
    /// The fence map: signalling sections hold it, waits for some fence touch it.
    FenceContract = 3,
    /// The fences of one context.
    Timeline = 4,
    /// `fs_reclaim`: direct reclaim, and every allocation that may enter it.
    Reclaim = 5,
    /// `mmu_notifier_invalidate_range_start`.
    MmuNotifier = 6,
    /// A workqueue.
    Workqueue = 7,
    /// A work item.
    WorkItem = 8,
    /// Something waited for with `wait_event()` or a completion.
    Event = 9,
    /// A timer that is run and synchronously deleted.
    Timer = 10,
    /// The busy section of a runtime power reference.
    Power = 11,
    /// A reader section with a wait for its readers, as SRCU has.
    ReaderSection = 12,
}

impl ClassKind {
    /// Whether this is a real lock, the only kind that interrupts and gates are about.
    pub const fn is_lock(self) -> bool {
        matches!(self, Self::Lock)
    }

    /// Whether only a task that has it is in the way of others: it has begun, and runs.
    pub(crate) const fn is_held(self) -> bool {
        matches!(self, Self::Lock | Self::WwContext)
    }

    /// Whether this stands for fences: the contract or one timeline.
    pub const fn is_fence(self) -> bool {
        matches!(self, Self::FenceContract | Self::Timeline)
    }

    /// The kind in a word or two.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Lock => "lock",
            Self::WwContext => "ww-context",
            Self::PseudoLock => "pseudo-lock",
            Self::FenceContract => "fence-map",
            Self::Timeline => "timeline",
            Self::Reclaim => "reclaim",
            Self::MmuNotifier => "mmu-notifier",
            Self::Workqueue => "workqueue",
            Self::WorkItem => "work-item",
            Self::Event => "event",
            Self::Timer => "timer",
            Self::Power => "power",
            Self::ReaderSection => "reader-section",
        }
    }

    pub(crate) const fn from_code(code: u8) -> Self {
        match code {
            0 => Self::Lock,
            1 => Self::WwContext,
            3 => Self::FenceContract,
            4 => Self::Timeline,
            5 => Self::Reclaim,
            6 => Self::MmuNotifier,
            7 => Self::Workqueue,
            8 => Self::WorkItem,
            9 => Self::Event,
            10 => Self::Timer,
            11 => Self::Power,
            12 => Self::ReaderSection,
            _ => Self::PseudoLock,
        }
    }
}

/// The kernel's `enum lockdep_lock_type`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LockType {
    /// An ordinary lock.
    #[default]
    Normal,
    /// A `local_lock_t`: irq searches do not pass through it.
    PerCpu,
    /// A wait-type override: replaces the wait limit while held, is no lock at all to irq searches.
    WaitOverride,
}

/// What to declare a class with.
#[derive(Clone, Debug)]
pub struct ClassSpec<'a> {
    /// The name a person knows it by. Classes declared with one name and kind are one class.
    pub name: &'a str,
    /// What it stands for.
    pub kind: ClassKind,
    /// The deepest wait allowed while it is held.
    pub inner: WaitType,
    /// The deepest wait its acquisition does; [`WaitType::None`] means as `inner`.
    pub outer: WaitType,
    /// Whether it is an ordinary lock.
    pub lock_type: LockType,
}

impl<'a> ClassSpec<'a> {
    /// A class of `kind` whose wait type is never checked.
    pub const fn new(name: &'a str, kind: ClassKind) -> Self {
        Self {
            name,
            kind,
            inner: WaitType::None,
            outer: WaitType::None,
            lock_type: LockType::Normal,
        }
    }

    /// The same class with `inner` as its wait type, inside and outside.
    #[must_use]
    pub const fn waits(mut self, inner: WaitType) -> Self {
        self.inner = inner;
        self
    }
}

/// How many live instances of a class the engine has heard of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Population {
    None,
    One(Instance),
    Many,
}

/// A class: a declared key with one of its subclasses.
#[derive(Clone, Debug)]
pub struct Class {
    pub(crate) name: Box<str>,
    pub(crate) base: ClassId,
    pub(crate) subclass: u8,
    pub(crate) kind: ClassKind,
    pub(crate) inner: WaitType,
    pub(crate) outer: WaitType,
    pub(crate) lock_type: LockType,
    pub(crate) usage: Usage,
    pub(crate) usage_sites: [Site; 12],
    /// The names of the tasks that were there, where they are known.
    pub(crate) usage_tasks: [SourceId; 12],
    pub(crate) population: Population,
}

impl Class {
    /// The name it was declared with, without subclass.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The subclass, 0 to 7.
    pub fn subclass(&self) -> u8 {
        self.subclass
    }

    /// What it stands for.
    pub fn kind(&self) -> ClassKind {
        self.kind
    }

    /// Its usage bits so far.
    pub fn usage(&self) -> Usage {
        self.usage
    }

    /// Its wait types, outer first, as a kernel report prints them in `-{outer:inner}`.
    pub fn wait_types(&self) -> (WaitType, WaitType) {
        let outer = if self.outer == WaitType::None {
            self.inner
        } else {
            self.outer
        };
        (outer, self.inner)
    }

    /// The name a report shows: `name`, or `name/1` for a subclass.
    pub fn label(&self) -> alloc::string::String {
        if self.subclass == 0 {
            (*self.name).to_owned()
        } else {
            format!("{}/{}", self.name, self.subclass)
        }
    }

    /// Where a usage bit was set, and the name of the task, if that is known.
    pub(crate) fn used_at(&self, bit: UsageBit) -> (Site, SourceId) {
        let at = usize::from(bit.0);
        (self.usage_sites[at], self.usage_tasks[at])
    }

    /// Irq searches never pass through these.
    pub(crate) fn hides_irq_paths(&self, real_locks_only: bool) -> bool {
        self.lock_type != LockType::Normal || real_locks_only && !self.kind.is_lock()
    }
}

/// All classes of an engine.
#[derive(Clone, Debug, Default)]
pub(crate) struct Classes {
    list: Vec<Class>,
    /// The instance each class was last taken as, side by side: most acquisitions meet no other.
    last_met: Vec<Instance>,
    by_name: HashMap<(Box<str>, ClassKind), ClassId, Hasher>,
    subclasses: HashMap<(ClassId, u8), ClassId, Hasher>,
}

impl Classes {
    pub(crate) fn declare(&mut self, spec: &ClassSpec<'_>) -> ClassId {
        let key = (Box::<str>::from(spec.name), spec.kind);
        if let Some(&id) = self.by_name.get(&key) {
            let class = &mut self.list[id.index()];
            if class.inner == WaitType::None {
                (class.inner, class.outer) = (spec.inner, spec.outer);
            }
            return id;
        }
        let id = ClassId(self.list.len() as u32);
        self.list.push(Class {
            name: spec.name.into(),
            base: id,
            subclass: 0,
            kind: spec.kind,
            inner: spec.inner,
            outer: spec.outer,
            lock_type: spec.lock_type,
            usage: Usage::NONE,
            usage_sites: [Site::UNKNOWN; 12],
            usage_tasks: [SourceId::default(); 12],
            population: Population::None,
        });
        self.last_met.push(Instance(0));
        self.by_name.insert(key, id);
        id
    }

    /// The class of `id` with another subclass. A subclass of a subclass is one of its base.
    pub(crate) fn subclass(&mut self, id: ClassId, subclass: u8) -> ClassId {
        let base = self[id].base;
        if subclass == self[base].subclass {
            return base;
        }
        if let Some(&known) = self.subclasses.get(&(base, subclass)) {
            return known;
        }
        let new = ClassId(self.list.len() as u32);
        let class = Class {
            subclass,
            usage: Usage::NONE,
            usage_sites: [Site::UNKNOWN; 12],
            usage_tasks: [SourceId::default(); 12],
            population: Population::None,
            ..self[base].clone()
        };
        self.list.push(class);
        self.last_met.push(Instance(0));
        self.subclasses.insert((base, subclass), new);
        new
    }

    #[inline]
    pub(crate) fn last_met(&self, class: ClassId) -> Instance {
        self.last_met[class.index()]
    }

    pub(crate) fn set_last_met(&mut self, class: ClassId, instance: Instance) {
        self.last_met[class.index()] = instance;
    }

    pub(crate) fn find(&self, name: &str, kind: ClassKind) -> Option<ClassId> {
        self.by_name.get(&(Box::<str>::from(name), kind)).copied()
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (ClassId, &Class)> {
        self.list
            .iter()
            .enumerate()
            .map(|(index, class)| (ClassId(index as u32), class))
    }
}

impl core::ops::Index<ClassId> for Classes {
    type Output = Class;

    fn index(&self, id: ClassId) -> &Class {
        &self.list[id.index()]
    }
}

impl core::ops::IndexMut<ClassId> for Classes {
    fn index_mut(&mut self, id: ClassId) -> &mut Class {
        &mut self.list[id.index()]
    }
}
