//! `/proc/lockdep` and `/proc/lockdep_chains` as class graphs.

use std::collections::HashMap;

use fence_engine::fgraph::{ClassGraph, GraphSite, GraphWitness};
use fence_engine::{DepKinds, WaitType};

use super::file_graph::{FileGraph, bits, line};
use super::names::is_checked;
use crate::proc_lockdep::{ClassName, Snapshot};

/// The classes and dependencies of `/proc/lockdep` or `/proc/lockdep_chains`, copied to `file`. Places are its lines.
///
/// Of a chain only the step to its last class is a dependency, see [`crate::proc_lockdep::Chain::dependency`], and none
/// if it comes from a class that the kernel does not check.
#[must_use]
pub fn from_proc_lockdep(file: &str, snapshot: &Snapshot) -> ClassGraph {
    let mut input = FileGraph::new(file);
    let mut keys = HashMap::new();
    for class in &snapshot.classes {
        let name = ClassName {
            base: class.name.as_bytes(),
            version: class.version,
            subclass: 0,
        };
        let index = input.class(
            &name.to_string(),
            class.subclass,
            WaitType::None,
            WaitType::None,
        );
        for bit in bits(class.usage.map_or(0, crate::proc_lockdep::Usage::mask)) {
            input.builder.usage(
                index,
                bit,
                &GraphSite {
                    line: line(class.line),
                    ..input.nowhere()
                },
            );
        }
        keys.insert(class.key, (index, is_checked(&class.name)));
    }
    let dependencies = snapshot
        .dependencies
        .iter()
        .map(|known| (known.from, known.to, known.line));
    let chains = snapshot.chains.iter().filter_map(|chain| {
        let (from, to) = chain.dependency()?;
        Some((from, to, chain.line))
    });
    for (from, to, at) in dependencies.chain(chains) {
        // A class that has no line of its own was lost with the line.
        let (Some(&(from, checked)), Some(&(to, _))) = (keys.get(&from), keys.get(&to)) else {
            continue;
        };
        if checked {
            let to_site = GraphSite {
                line: line(at),
                ..input.nowhere()
            };
            let witness = GraphWitness {
                to: to_site,
                ..GraphWitness::default()
            };
            input.builder.edge(from, to, DepKinds::EN, true, &witness);
        }
    }
    input.finish()
}
