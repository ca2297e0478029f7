//! What the kernel's names of lock classes say about them.

use fence_engine::fgraph::Roles;
use fence_engine::{ClassKind, ContractNames};

/// What a class stands for, by the name the kernel gives it.
pub(super) fn kind_of(name: &str) -> (ClassKind, Roles) {
    let names = ContractNames::KERNEL;
    let known = [
        (names.mmap, ClassKind::Lock, Roles::MMAP),
        (
            names.resv_context,
            ClassKind::WwContext,
            Roles::RESV_CONTEXT,
        ),
        (names.resv, ClassKind::Lock, Roles::RESV),
        (names.reclaim, ClassKind::Reclaim, Roles::RECLAIM),
        (names.notifier, ClassKind::MmuNotifier, Roles::NOTIFIER),
        (names.fence, ClassKind::FenceContract, Roles::FENCE),
    ];
    if let Some(&(_, kind, roles)) = known.iter().find(|(known, _, _)| *known == name) {
        return (kind, roles);
    }
    let kind = if name.starts_with("(wq_completion)") {
        ClassKind::Workqueue
    } else if name.starts_with("(work_completion)") {
        ClassKind::WorkItem
    } else if is_checked(name) {
        ClassKind::Lock
    } else {
        ClassKind::PseudoLock
    };
    (kind, Roles::NONE)
}

/// Whether the kernel makes dependencies of what is taken under a class of this name.
pub(super) fn is_checked(name: &str) -> bool {
    !name.starts_with("rcu_read_lock") && name != "sched_map-wait-type-override"
}
