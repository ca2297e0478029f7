//! A graph being put together from one file: its classes and places.

use fence_engine::fgraph::{ClassGraph, ClassIndex, GraphBuilder, GraphClass, GraphSite, Roles};
use fence_engine::{ContractNames, Usage, WaitType};

use super::names::kind_of;
use crate::proc_lockdep::UsageBit;

/// A graph being put together from one file.
pub(super) struct FileGraph<'f> {
    file: &'f str,
    pub(super) builder: GraphBuilder,
    has_contract: bool,
}

impl<'f> FileGraph<'f> {
    pub(super) fn new(file: &'f str) -> Self {
        Self {
            file,
            builder: GraphBuilder::new(),
            has_contract: false,
        }
    }

    pub(super) fn finish(mut self) -> ClassGraph {
        // The contract is known once all of it is.
        if self.has_contract {
            let names = ContractNames::KERNEL;
            for name in [
                names.mmap,
                names.resv_context,
                names.resv,
                names.reclaim,
                names.notifier,
                names.fence,
            ] {
                self.class(name, 0, WaitType::None, WaitType::None);
            }
        }
        self.builder.finish()
    }

    /// The file, and no place in it.
    pub(super) fn nowhere(&self) -> GraphSite<'f> {
        GraphSite {
            file: self.file,
            ..GraphSite::default()
        }
    }

    pub(super) fn class(
        &mut self,
        name: &str,
        subclass: u8,
        outer: WaitType,
        inner: WaitType,
    ) -> ClassIndex {
        let (kind, roles) = kind_of(name);
        self.has_contract |= roles != Roles::NONE;
        self.builder.class(&GraphClass {
            subclass,
            outer,
            inner,
            roles,
            ..GraphClass::new(name, kind)
        })
    }

    pub(super) fn place<'a>(&self, at: u64, function: &'a str) -> GraphSite<'a>
    where
        'f: 'a,
    {
        GraphSite {
            file: self.file,
            function,
            line: line(at),
            column: 0,
        }
    }
}

/// The numbers of the bits in a mask of usage bits, which the engine numbers as lockdep does.
pub(super) fn bits(mask: u16) -> impl Iterator<Item = u8> {
    let usage = Usage::from_bits(mask).kernel_bits();
    UsageBit::ALL
        .into_iter()
        .map(|bit| bit as u8)
        .filter(move |bit| usage & 1 << bit != 0)
}

pub(super) fn line(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
