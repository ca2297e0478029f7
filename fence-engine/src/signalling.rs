//! What the engine knows of fences, and what of each task's sections, publications and callbacks.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use alloc::vec::Vec;
use hashbrown::{HashMap, HashSet};

use crate::class::ClassId;
use crate::contract::Contract;
use crate::event::{AllocScope, BufferOp, FenceId};
use crate::event_uses::EventUses;
use crate::gates::GateSet;
use crate::hash::Hasher;
use crate::mode::Mode;
use crate::site::{Site, SourceId};
use crate::task::{Lock, TaskId};
use crate::who::Who;

/// What to declare a fence with.
#[derive(Clone, Debug)]
pub struct FenceSpec<'a> {
    /// The name a person knows it by.
    pub name: &'a str,
    /// The timeline (fence context) it belongs to.
    pub timeline: &'a str,
    /// The lock it shares with its issuer; without one it has a class of its own.
    pub lock: Option<Lock>,
    /// Its sequence number on the timeline, if known.
    pub seqno: Option<u32>,
    /// Whether nothing bounds the time until it signals.
    pub unbounded: bool,
}

/// A point in the order of all events, for "before" and "after".
pub(crate) type Moment = u64;

/// When and where something happened to a fence.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Happened {
    pub(crate) at: Moment,
    pub(crate) task: TaskId,
    pub(crate) site: Site,
    /// The gates held then.
    pub(crate) gates: GateSet,
}

#[derive(Clone, Debug)]
pub(crate) struct Fence {
    pub(crate) name: alloc::boxed::Box<str>,
    pub(crate) timeline: ClassId,
    pub(crate) lock: Lock,
    pub(crate) shares_lock: bool,
    pub(crate) seqno: Option<u32>,
    pub(crate) unbounded: bool,
    pub(crate) published: Option<Happened>,
    pub(crate) signalled: Option<Happened>,
    pub(crate) dropped: Option<Happened>,
    pub(crate) lock_freed: Option<Site>,
    pub(crate) references: i32,
    /// The fences its signaller waited for since this one was initialised, in recordings.
    pub(crate) needed: Vec<(FenceId, Site)>,
}

/// A wait that may turn out to be for the waiter's own fence.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PendingWait {
    pub(crate) fence: FenceId,
    pub(crate) at: Moment,
    pub(crate) task: TaskId,
    pub(crate) label: SourceId,
    pub(crate) site: Site,
    pub(crate) in_section: bool,
    /// The fence was published before the section opened: an earlier dependency.
    pub(crate) earlier: bool,
}

/// A work item queued in a section.
#[derive(Clone, Debug)]
pub(crate) struct Queued {
    pub(crate) work: ClassId,
    pub(crate) queue: Option<ClassId>,
    pub(crate) section: Site,
    pub(crate) site: Site,
    pub(crate) gates: GateSet,
}

/// What was left for a queued item to signal.
#[derive(Clone, Debug)]
pub(crate) struct HandOff {
    pub(crate) queued: Queued,
    pub(crate) label: SourceId,
    /// The number of the set of timelines of the fences published in the section and not signalled there.
    pub(crate) timelines: u32,
}

/// What a workqueue was declared with. Nothing is known of a queue that was not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueFlags {
    /// It has a rescuer (`WQ_MEM_RECLAIM`).
    pub mem_reclaim: bool,
    /// It runs one item at a time, in order.
    pub ordered: bool,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Fences {
    pub(crate) contract: Option<Contract>,
    /// The contract's order is primed, for timelines declared later too.
    pub(crate) ordered: bool,
    list: Vec<(Fence, u32)>,
    free: Vec<u32>,
    /// The fences that share a lock with their issuer, by lock.
    sharing: HashMap<Lock, BTreeSet<u32>, Hasher>,
    /// How many fences were ever declared.
    pub(crate) declared: u64,
    pub(crate) now: Moment,
    pub(crate) pending: HashMap<FenceId, Vec<PendingWait>, Hasher>,
    pub(crate) events: HashMap<ClassId, EventUses, Hasher>,
    /// What is handed to each item that is not known to signal.
    handoffs: HashMap<ClassId, Vec<HandOff>, Hasher>,
    /// Item, queue, gates and timelines of all of these so far: one more of the same says nothing new.
    handed_off: HashSet<(ClassId, Option<ClassId>, GateSet, u32), Hasher>,
    /// The sets of timelines that were handed off, each once, and their numbers.
    timeline_sets: Vec<Arc<[ClassId]>>,
    timeline_set_numbers: HashMap<Arc<[ClassId]>, u32, Hasher>,
    /// Work items whose function signals a fence.
    pub(crate) signalling_work: HashSet<ClassId, Hasher>,
    pub(crate) queues: HashMap<ClassId, QueueFlags, Hasher>,
    pub(crate) item_queues: HashMap<ClassId, ClassId, Hasher>,
    /// Latest sequence number signalled on each timeline.
    pub(crate) latest: HashMap<ClassId, (u32, Site), Hasher>,
    /// Open brackets: maps, CPU accesses and device accesses by buffer.
    pub(crate) brackets: BTreeMap<(u32, BufferOp), Bracket>,
    /// Fences initialised and not signalled, for recordings.
    pub(crate) live: usize,
}

/// The balance of one kind of bracket on one buffer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bracket {
    pub(crate) kind: BufferOp,
    pub(crate) buffer: u32,
    /// How many more were opened than closed, by all tasks.
    pub(crate) open: i32,
    /// Where the last was opened, or closed if none was, and by whom.
    pub(crate) site: Site,
    pub(crate) label: SourceId,
    pub(crate) opened_by: Who,
    /// Where and by whom it was first closed with none open. Another task may have opened it, and be seen only later.
    pub(crate) too_many: Option<(Site, SourceId, TaskId)>,
}

/// Something a task waited for or took, which a later signal of it may have needed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Need {
    pub(crate) class: ClassId,
    pub(crate) mode: Mode,
    pub(crate) site: Site,
    pub(crate) at: Moment,
    pub(crate) level: u8,
    /// The gates held then.
    pub(crate) gates: GateSet,
}

/// Something a task holds, and the gates it was taken under.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HeldUnder {
    pub(crate) class: ClassId,
    pub(crate) mode: Mode,
    pub(crate) site: Site,
    pub(crate) gates: GateSet,
    pub(crate) tried: bool,
}

/// An open signalling section.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    /// It opened inside another, or where the kernel does not record it: its end gives nothing back.
    pub(crate) nested: bool,
    /// The interrupt level it was opened in.
    pub(crate) level: u8,
    /// What was held when it opened.
    pub(crate) held: alloc::boxed::Box<[HeldUnder]>,
    pub(crate) name: u32,
    pub(crate) site: Site,
    pub(crate) opened: Moment,
    pub(crate) gates: GateSet,
}

/// A callback that is running.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Callback {
    pub(crate) fence: FenceId,
    /// It took the fence's lock itself, and gives it back at its end.
    pub(crate) took_lock: bool,
    /// How many locks were held when its body began.
    pub(crate) depth: usize,
}

/// What signalling code a task is in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Signalling {
    pub(crate) sections: Vec<Section>,
    /// The latest of each kind of need, told apart by the interrupt level it arose in.
    pub(crate) history: HashMap<(ClassId, Mode, u8), Need, Hasher>,
    pub(crate) history_floor: Moment,
    pub(crate) irq_floor: Moment,
    /// Fences waited for, in recordings.
    pub(crate) waited: Vec<(FenceId, Moment, Site)>,
    pub(crate) published: Vec<FenceId>,
    pub(crate) callbacks: Vec<Callback>,
    pub(crate) scopes: Vec<AllocScope>,
    pub(crate) reclaim: u32,
    pub(crate) works: Vec<(ClassId, Option<ClassId>)>,
    pub(crate) timers: Vec<(ClassId, bool)>,
    pub(crate) queued: Vec<Queued>,
    /// Waits for user space while own fences were pending: errors if this task signals one of those.
    pub(crate) user_waits: Vec<(Moment, Site)>,
    pub(crate) done_contexts: Vec<Lock>,
}

impl Fences {
    /// Whether the queue was declared, and without a rescuer.
    pub(crate) fn lacks_rescuer(&self, queue: ClassId) -> bool {
        let declared = self.queues.get(&queue);
        declared.is_some_and(|flags| !flags.mem_reclaim)
    }

    /// The number of a set of timelines.
    pub(crate) fn number_timelines(&mut self, timelines: &[ClassId]) -> u32 {
        if let Some(&number) = self.timeline_set_numbers.get(timelines) {
            return number;
        }
        let number = self.timeline_sets.len() as u32;
        let set: Arc<[ClassId]> = timelines.into();
        self.timeline_sets.push(set.clone());
        self.timeline_set_numbers.insert(set, number);
        number
    }

    /// The set of timelines of this number.
    pub(crate) fn timelines(&self, number: u32) -> Arc<[ClassId]> {
        self.timeline_sets[number as usize].clone()
    }

    /// Keeps what was handed to an item, unless the same was before.
    pub(crate) fn keep(&mut self, handoff: HandOff) {
        let queued = &handoff.queued;
        if self
            .handed_off
            .insert((queued.work, queued.queue, queued.gates, handoff.timelines))
        {
            self.handoffs.entry(queued.work).or_default().push(handoff);
        }
    }

    /// What was handed to an item so far; it is no longer kept.
    pub(crate) fn handed_to(&mut self, work: ClassId) -> Vec<HandOff> {
        self.handoffs.remove(&work).unwrap_or_default()
    }

    pub(crate) fn tick(&mut self) -> Moment {
        self.now += 1;
        self.now
    }

    /// Adds a fence, in the place of one that was forgotten if there is one.
    pub(crate) fn add(&mut self, fence: Fence) -> FenceId {
        let index = self.free.pop().unwrap_or(self.list.len() as u32);
        if fence.shares_lock {
            self.sharing.entry(fence.lock).or_default().insert(index);
        }
        let generation = if let Some(place) = self.list.get_mut(index as usize) {
            place.0 = fence;
            place.1
        } else {
            self.list.push((fence, 0));
            0
        };
        FenceId { index, generation }
    }

    /// Lets the place of a fence be used again; from now on nobody finds the fence there.
    pub(crate) fn remove(&mut self, id: FenceId) {
        if !self.is_current(id) {
            return;
        }
        let place = &mut self.list[id.index as usize];
        place.1 += 1;
        let lock = place.0.lock;
        self.free.push(id.index);
        if let Some(sharing) = self.sharing.get_mut(&lock) {
            sharing.remove(&id.index);
            if sharing.is_empty() {
                self.sharing.remove(&lock);
            }
        }
    }

    /// The fences that share `lock` with their issuer.
    pub(crate) fn sharing(&self, lock: Lock) -> Vec<FenceId> {
        let indices = self.sharing.get(&lock).into_iter().flatten();
        indices
            .map(|&index| FenceId {
                index,
                generation: self.list[index as usize].1,
            })
            .collect()
    }

    /// Whether this is still the fence that has its place.
    pub(crate) fn is_current(&self, id: FenceId) -> bool {
        self.list[id.index as usize].1 == id.generation
    }

    pub(crate) fn get(&self, id: FenceId) -> &Fence {
        &self.list[id.index as usize].0
    }

    pub(crate) fn get_mut(&mut self, id: FenceId) -> &mut Fence {
        &mut self.list[id.index as usize].0
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = FenceId> + use<> {
        let generations: Vec<u32> = self
            .list
            .iter()
            .map(|(_, generation)| *generation)
            .collect();
        generations
            .into_iter()
            .enumerate()
            .map(|(index, generation)| FenceId {
                index: index as u32,
                generation,
            })
    }
}

impl Signalling {
    pub(crate) fn in_section(&self) -> bool {
        !self.sections.is_empty()
    }

    /// The outermost open section.
    pub(crate) fn section(&self) -> Option<&Section> {
        self.sections.first()
    }
}
