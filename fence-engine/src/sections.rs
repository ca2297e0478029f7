//! Fences declared and published, and the signalling sections around them: opening, closing, waiting for any fence.

use alloc::vec::Vec;

use crate::class::{ClassId, ClassKind, ClassSpec, Instance, WaitType};
use crate::config::{Evidence, FenceBegin};
use crate::engine::Engine;
use crate::event::FenceId;
use crate::gates::GateSet;
use crate::mode::Mode;
use crate::rules;
use crate::signalling::{Fence, FenceSpec, Happened, Moment, Need, Section};
use crate::site::Site;
use crate::task::{How, Lock, TaskId};

impl Engine {
    /// Declares a fence. Its timeline is waited for under the contract, whether or not anything here waits for it; not
    /// so in a recording, where what its signal needed is partly guessed and only waits that were seen count against it.
    pub fn declare_fence(&mut self, spec: &FenceSpec<'_>) -> FenceId {
        let timeline = self.declare(&ClassSpec::new(spec.timeline, ClassKind::Timeline));
        let waited_for = self.fences.ordered && self.config.evidence == Evidence::Sections;
        if let Some(contract) = self.contract().filter(|_| waited_for) {
            self.declare_order(contract.notifier, timeline, Site::UNKNOWN);
        }
        self.fences.declared += 1;
        let number = self.fences.declared;
        let lock = spec.lock.unwrap_or_else(|| {
            let name = alloc::format!("{} lock", spec.name);
            let class =
                self.declare(&ClassSpec::new(&name, ClassKind::Lock).waits(WaitType::Config));
            Lock {
                class,
                instance: Instance(u64::MAX - number),
            }
        });
        self.fences.add(Fence {
            name: spec.name.into(),
            timeline,
            lock,
            shares_lock: spec.lock.is_some(),
            seqno: spec.seqno,
            unbounded: spec.unbounded,
            published: None,
            signalled: None,
            dropped: None,
            lock_freed: None,
            references: 0,
            needed: Vec::new(),
        })
    }

    /// What a fence was declared with. None once nothing is kept of it.
    pub fn fence(&self, fence: FenceId) -> Option<FenceSpec<'_>> {
        let known = self.fences.is_current(fence);
        let fence = known.then(|| self.fences.get(fence))?;
        Some(FenceSpec {
            name: &fence.name,
            timeline: self.class(fence.timeline).name(),
            lock: fence.shares_lock.then_some(fence.lock),
            seqno: fence.seqno,
            unbounded: fence.unbounded,
        })
    }

    pub(crate) fn fence_map(&mut self) -> Option<Lock> {
        self.contract().map(|contract| Lock::map(contract.fence))
    }

    /// `lock_is_held_type(map, 1)`: the oldest entry that stands for the map decides, whatever is held above it.
    fn section_held(&self, task: TaskId, map: Lock) -> bool {
        let held = self.tasks[task.index()].task.held();
        held.iter()
            .find(|held| held.is(map))
            .is_some_and(|held| held.mode().is_read())
    }

    /// `dma_fence_begin_signalling()`.
    pub(crate) fn begin_signalling(&mut self, task: TaskId, name: u32, site: Site) {
        let Some(map) = self.fence_map() else { return };
        let held_read = self.section_held(task, map);
        let state = &self.tasks[task.index()];
        let skip = held_read || !self.is_strict() && state.task.context().in_atomic();
        let gates = self.gates_now(task);
        let opened = self.fences.tick();
        let held = self.held_under(task);
        let level = self.tasks[task.index()].task.context().irq_level();
        let signalling = &mut self.tasks[task.index()].signalling;
        signalling.sections.push(Section {
            nested: skip,
            level,
            held,
            name,
            site,
            opened,
            gates,
        });
        if !skip {
            let mut how = How::new(Mode::Read);
            how.try_lock = self.config.fence_begin == FenceBegin::Trylock;
            self.acquire(task, map, map.class, how, site);
        }
    }

    /// `dma_fence_end_signalling()`.
    pub(crate) fn end_signalling(&mut self, task: TaskId, name: u32, site: Site) {
        let Some(map) = self.fence_map() else { return };
        let signalling = &mut self.tasks[task.index()].signalling;
        let Some(newest) = signalling.sections.last().cloned() else {
            return rules::section_not_closed::report_unopened(self, task, site);
        };
        let mut closes = signalling.sections.len() - 1;
        if name != 0 && newest.name != 0 && name != newest.name {
            rules::section_not_closed::report_order(self, task, newest.site, site);
            let sections = &self.tasks[task.index()].signalling.sections;
            // Close the one that was meant, so that the rest of the task is judged as it was written.
            let Some(meant) = sections.iter().rposition(|section| section.name == name) else {
                return;
            };
            closes = meant;
        }
        let signalling = &mut self.tasks[task.index()].signalling;
        let nested = signalling.sections.remove(closes).nested;
        let last = signalling.sections.is_empty();
        if self.is_strict() && last {
            self.hand_off_at_end(task);
            let held = self.tasks[task.index()].task.held();
            if held
                .iter()
                .any(|held| held.is(map) && held.mode().is_read())
            {
                self.release(task, map, site);
            }
        } else if !nested && !self.is_strict() {
            self.release(task, map, site);
        }
    }

    /// `__dma_fence_might_wait()`: a wait for some fence.
    pub(crate) fn wait_for_any_fence(&mut self, task: TaskId, site: Site) {
        self.might_sleep(task, site);
        let Some(map) = self.fence_map() else { return };
        if self.stopped {
            return;
        }
        let in_section = self.section_held(task, map);
        if in_section {
            self.release(task, map, site);
        }
        self.touch(task, map.class, Mode::Exclusive, site);
        if in_section && !self.stopped {
            let mut how = How::new(Mode::Read);
            how.try_lock = self.config.fence_begin == FenceBegin::Trylock;
            self.acquire(task, map, map.class, how, site);
            if self.is_strict() && self.config.evidence == Evidence::Sections {
                rules::wait_in_section::report(self, task, None, site);
            }
        }
    }

    /// The gates held at this moment.
    pub(crate) fn gates_now(&mut self, task: TaskId) -> GateSet {
        if !self.is_strict() {
            return GateSet::EMPTY;
        }
        let held = self.tasks[task.index()].task.held();
        let gates = held
            .iter()
            .filter(|held| self.classes[held.class()].kind.is_lock())
            .map(|held| (self.classes[held.class()].base, held.mode().is_read()))
            .collect();
        self.gates.intern(gates)
    }

    pub(crate) fn happened(&mut self, task: TaskId, site: Site) -> Happened {
        Happened {
            at: self.fences.tick(),
            task,
            site,
            gates: self.gates_now(task),
        }
    }

    /// The fence becomes reachable.
    pub(crate) fn publish(&mut self, task: TaskId, fence: FenceId, resv: Option<Lock>, site: Site) {
        let happened = self.happened(task, site);
        let state = &mut self.tasks[task.index()];
        let in_section = state.signalling.in_section();
        let unlocked = |resv: &Lock| !state.task.held().iter().any(|held| held.is(*resv));
        if let Some(resv) = resv.filter(unlocked) {
            rules::add_without_reserve::report(self, task, fence, resv, site);
        }
        if !in_section {
            rules::publish_outside_section::report(self, task, fence, site);
        }
        let about = self.fences.get_mut(fence);
        if about.published.is_none() {
            about.published = Some(happened);
            self.tasks[task.index()].signalling.published.push(fence);
        }
        if self.fences.get(fence).unbounded {
            rules::unbounded_fence::report(self, task, fence, site);
        }
    }

    /// Whether a later signal may ask what this task did now: it is in a section, or fences it may signal are pending. Then
    /// the engine has to see every acquisition, known order or not.
    ///
    /// # Panics
    /// If the task is another engine's and this one has none of that number.
    #[inline]
    pub fn remembers(&self, task: TaskId) -> bool {
        let signalling = &self.tasks[task.index()].signalling;
        let live = self.fences.live > 0 && self.config.evidence == Evidence::WholeThread;
        live || signalling.in_section() || !signalling.published.is_empty()
    }

    /// Remembers a blocking step that a later signal of this task may turn out to have needed.
    pub(crate) fn remember(&mut self, task: TaskId, class: ClassId, mode: Mode, site: Site) {
        if !self.remembers(task) {
            return;
        }
        let recorded = self.config.evidence == Evidence::WholeThread;
        let gates = if recorded {
            GateSet::EMPTY
        } else {
            self.gates_now(task)
        };
        let since = self.remembers_since(task);
        let at = self.fences.tick();
        let state = &mut self.tasks[task.index()];
        let level = state.task.context().irq_level();
        let new = Need {
            class,
            mode,
            site,
            at,
            level,
            gates,
        };
        let need = state
            .signalling
            .history
            .entry((class, mode, level))
            .or_insert(new);
        // The latest stands for all that still count, under the gates that all of them had.
        let gates = if need.at < since {
            gates
        } else {
            self.gates.intersection(need.gates, gates)
        };
        *need = Need { gates, ..new };
    }

    /// The moment from which on a signal of this task may ask what it did.
    fn remembers_since(&self, task: TaskId) -> Moment {
        let signalling = &self.tasks[task.index()].signalling;
        let opened = signalling.section().map(|section| section.opened);
        let published = signalling
            .published
            .iter()
            .filter_map(|&fence| Some(self.fences.get(fence).published?.at));
        opened.into_iter().chain(published).min().unwrap_or(0)
    }

    pub(crate) fn is_contract(&self, class: ClassId) -> bool {
        self.contract()
            .is_some_and(|contract| contract.classes().contains(&class))
    }
}
