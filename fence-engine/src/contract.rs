//! The built-in contract: mmap lock, ww context, reservation, reclaim, MMU notifier, fence wait, in this order; and
//! declared lock orders, which are primed the same way.

use alloc::boxed::Box;

use crate::class::{ClassId, ClassKind, ClassSpec, WaitType};
use crate::cycles::Dependency;
use crate::engine::Engine;
use crate::gates::GateSet;
use crate::mode::{DepKinds, Mode};
use crate::site::{Site, SourceId};
use crate::witness::Why;

/// The names of the contract's classes, which differ between patterns and recordings.
#[derive(Clone, Copy, Debug)]
pub struct ContractNames<'a> {
    /// The mmap lock.
    pub mmap: &'a str,
    /// The ww acquire context of reservations.
    pub resv_context: &'a str,
    /// The reservation lock.
    pub resv: &'a str,
    /// Direct reclaim.
    pub reclaim: &'a str,
    /// The lock that reclaim takes around page-table walks, where it has a name.
    pub i_mmap: Option<&'a str>,
    /// The MMU notifier.
    pub notifier: &'a str,
    /// The fence map.
    pub fence: &'a str,
}

impl ContractNames<'static> {
    /// The names of `docs/spec/patterns.md`.
    pub const PATTERN: Self = Self {
        mmap: "mmap",
        resv_context: "resv",
        resv: "resv",
        reclaim: "reclaim",
        i_mmap: None,
        notifier: "mmu_notifier",
        fence: "dma_fence",
    };
    /// The names a kernel gives its maps.
    pub const KERNEL: Self = Self {
        mmap: "&mm->mmap_lock",
        resv_context: "reservation_ww_class_acquire",
        resv: "reservation_ww_class_mutex",
        reclaim: "fs_reclaim",
        i_mmap: Some("&mapping->i_mmap_rwsem"),
        notifier: "mmu_notifier_invalidate_range_start",
        fence: "dma_fence_map",
    };
}

/// The classes of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contract {
    /// The mmap lock.
    pub mmap: ClassId,
    /// The ww acquire context of reservations.
    pub resv_context: ClassId,
    /// The reservation lock.
    pub resv: ClassId,
    /// Direct reclaim.
    pub reclaim: ClassId,
    /// The MMU notifier.
    pub notifier: ClassId,
    /// The fence map: sections hold it, waits for any fence touch it.
    pub fence: ClassId,
}

impl Contract {
    /// All of them, from the outermost in.
    pub const fn classes(&self) -> [ClassId; 6] {
        [
            self.mmap,
            self.resv_context,
            self.resv,
            self.reclaim,
            self.notifier,
            self.fence,
        ]
    }
}

impl Engine {
    /// Declares the contract's classes under `names`; with `order`, also in their order, as the kernel primes them at boot.
    pub fn prime(&mut self, names: &ContractNames<'_>, order: bool) -> Contract {
        let sleeping = |name, kind| ClassSpec::new(name, kind).waits(WaitType::Sleep);
        let contract = Contract {
            mmap: self.declare(&sleeping(names.mmap, ClassKind::Lock)),
            resv_context: self.declare(&ClassSpec::new(names.resv_context, ClassKind::WwContext)),
            resv: self.declare(&sleeping(names.resv, ClassKind::Lock)),
            reclaim: self.declare(&ClassSpec::new(names.reclaim, ClassKind::Reclaim)),
            notifier: self.declare(&ClassSpec::new(names.notifier, ClassKind::MmuNotifier)),
            fence: self.declare(&ClassSpec::new(names.fence, ClassKind::FenceContract)),
        };
        if order {
            let Contract {
                mmap,
                resv_context,
                resv,
                reclaim,
                notifier,
                fence,
            } = contract;
            for pair in [mmap, resv_context, resv, reclaim, notifier, fence].windows(2) {
                self.declare_order(pair[0], pair[1], Site::UNKNOWN);
            }
            if let Some(name) = names.i_mmap {
                let i_mmap = self.declare(&sleeping(name, ClassKind::Lock));
                self.declare_order(reclaim, i_mmap, Site::UNKNOWN);
            }
        }
        self.fences.contract = Some(contract);
        self.fences.ordered = order;
        contract
    }

    /// Declares that `outer` is taken outside `inner`: taking them the other way round is a finding on its first run.
    pub fn declare_order(&mut self, outer: ClassId, inner: ClassId, site: Site) {
        let label = self.sources.intern("", "declared order");
        self.depend(Dependency {
            from: outer,
            to: inner,
            kinds: DepKinds::EN,
            from_mode: Mode::Exclusive,
            to_mode: Mode::Exclusive,
            distance: 1,
            gates: GateSet::EMPTY,
            from_site: site,
            to_site: site,
            task: None,
            label,
            why: Why::Declared,
            held: Box::default(),
        });
    }

    pub(crate) fn contract(&self) -> Option<Contract> {
        self.fences.contract
    }

    /// The dependency of one node on another that is not a matter of holding one while taking the other.
    #[allow(
        clippy::too_many_arguments,
        reason = "an edge has two ends, each with a mode and a site"
    )]
    pub(crate) fn depend_on(
        &mut self,
        (from, from_site): (ClassId, Site),
        (to, to_mode, to_site): (ClassId, Mode, Site),
        gates: GateSet,
        label: SourceId,
        why: Why,
    ) {
        let kinds = DepKinds::of(Mode::Exclusive, to_mode);
        if from == to || self.already_known(from, to, kinds, gates, 0) {
            return;
        }
        self.depend(Dependency {
            from,
            to,
            kinds,
            from_mode: Mode::Exclusive,
            to_mode,
            distance: 0,
            gates,
            from_site,
            to_site,
            task: None,
            label,
            why,
            held: Box::default(),
        });
    }
}
