//! Canonical order: tables sorted, each row once, nothing that no edge or class uses.

use alloc::vec::Vec;

use super::class_graph::ClassGraph;
use super::rows::{EdgeRow, SiteRow, WitnessRow};
use super::strings::Strings;
use crate::witness::Why;

/// Which rows of the tables are used.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Used {
    strings: Vec<bool>,
    sites: Vec<bool>,
    gates: Vec<bool>,
    held: Vec<bool>,
}

impl Used {
    /// Whether every row of every table is.
    pub(super) fn is_all(&self) -> bool {
        self.tables().all(|used| !used.contains(&false))
    }

    /// Whether at least half of the rows are.
    pub(super) fn is_most(&self) -> bool {
        let rows: usize = self.tables().map(<[bool]>::len).sum();
        let used: usize = self
            .tables()
            .map(|used| used.iter().filter(|used| **used).count())
            .sum();
        used >= rows / 2
    }

    fn tables(&self) -> impl Iterator<Item = &[bool]> {
        [&*self.strings, &self.sites, &self.gates, &self.held].into_iter()
    }
}

fn mark(used: &mut [bool], index: u32) {
    if let Some(used) = used.get_mut(index as usize) {
        *used = true;
    }
}

impl ClassGraph {
    /// The same graph without places, tasks and held locks: what is left is the same however a run was cut into parts,
    /// while of several witnesses a run keeps the one it met first.
    #[must_use]
    pub fn without_evidence(&self) -> Self {
        let mut graph = self.clone();
        for class in &mut graph.classes {
            class.usage_sites = [0; 12];
        }
        for witness in &mut graph.witnesses {
            let why = if witness.why == Why::Declared {
                Why::Declared
            } else {
                Why::Held
            };
            *witness = WitnessRow {
                gates: witness.gates,
                from: 0,
                to: 0,
                task: 0,
                held: 0,
                why,
            };
        }
        graph.order();
        graph
    }

    /// Which rows of the tables classes and edges use, directly or by way of others. Row 0 always counts.
    pub(super) fn used(&self) -> Used {
        let mut used = Used {
            strings: alloc::vec![false; self.strings.len()],
            sites: alloc::vec![false; self.sites.len()],
            gates: alloc::vec![false; self.gates.len()],
            held: alloc::vec![false; self.held.len()],
        };
        for table in [
            &mut used.strings,
            &mut used.sites,
            &mut used.gates,
            &mut used.held,
        ] {
            mark(table, 0);
        }
        for class in &self.classes {
            mark(&mut used.strings, class.name);
            for &site in &class.usage_sites {
                mark(&mut used.sites, site);
            }
        }
        for witness in &self.witnesses {
            mark(&mut used.gates, witness.gates);
            mark(&mut used.sites, witness.from);
            mark(&mut used.sites, witness.to);
            mark(&mut used.strings, witness.task);
            mark(&mut used.held, witness.held);
        }
        for (list, _) in self.held.iter().zip(&used.held).filter(|(_, used)| **used) {
            for held in list {
                mark(&mut used.sites, held.site);
            }
        }
        for (site, _) in self
            .sites
            .iter()
            .zip(&used.sites)
            .filter(|(_, used)| **used)
        {
            mark(&mut used.strings, site.file);
            mark(&mut used.strings, site.function);
        }
        used
    }

    /// Puts every table in order and drops what nothing uses. Strings, sites and classes are each there once already;
    /// several edges may have the same ends, and stay in the order they came in.
    pub(super) fn order(&mut self) {
        let used = self.used();
        self.order_strings(&used.strings);
        self.order_sites(&used.sites);
        self.order_classes();
        self.gates.sort_each();
        let gates = self.gates.order(&used.gates);
        let held = self.held.order(&used.held);
        for witness in &mut self.witnesses {
            witness.gates = gates[witness.gates as usize];
            witness.held = held[witness.held as usize];
        }
        self.order_edges();
    }

    fn order_strings(&mut self, used: &[bool]) {
        let mut kept: Vec<u32> = positions(used);
        kept.sort_unstable_by(|&a, &b| self.strings.get(a).cmp(self.strings.get(b)));
        let mut table = Strings::with_capacity(kept.len(), self.strings.bytes());
        let mut renamed = alloc::vec![0; self.strings.len()];
        for index in kept {
            renamed[index as usize] = table.push(self.strings.get(index));
        }
        self.strings = table;
        for site in &mut self.sites {
            site.file = renamed[site.file as usize];
            site.function = renamed[site.function as usize];
        }
        for class in &mut self.classes {
            class.name = renamed[class.name as usize];
        }
        for witness in &mut self.witnesses {
            witness.task = renamed[witness.task as usize];
        }
    }

    fn order_sites(&mut self, used: &[bool]) {
        let mut kept: Vec<u32> = positions(used);
        kept.sort_unstable_by_key(|&index| self.sites[index as usize]);
        let mut table = alloc::vec![SiteRow::default()];
        let mut renamed = alloc::vec![0; self.sites.len()];
        for index in kept {
            renamed[index as usize] = table.len() as u32;
            table.push(self.sites[index as usize]);
        }
        self.sites = table;
        for class in &mut self.classes {
            for site in &mut class.usage_sites {
                *site = renamed[*site as usize];
            }
        }
        for witness in &mut self.witnesses {
            witness.from = renamed[witness.from as usize];
            witness.to = renamed[witness.to as usize];
        }
        for held in self.held.rows_mut() {
            held.site = renamed[held.site as usize];
        }
    }

    fn order_classes(&mut self) {
        let mut order: Vec<u32> = (0..self.classes.len() as u32).collect();
        order.sort_unstable_by_key(|&index| self.classes[index as usize].key());
        let mut renamed = alloc::vec![0; order.len()];
        for (new, &old) in order.iter().enumerate() {
            renamed[old as usize] = new as u32;
        }
        self.classes
            .sort_unstable_by_key(super::rows::ClassRow::key);
        for edge in &mut self.edges {
            edge.from = renamed[edge.from as usize];
            edge.to = renamed[edge.to as usize];
        }
        for gate in self.gates.rows_mut() {
            gate.0 = renamed[gate.0 as usize];
        }
        for held in self.held.rows_mut() {
            held.class = renamed[held.class as usize];
        }
    }

    fn order_edges(&mut self) {
        if self.edges.is_sorted_by_key(EdgeRow::ends) {
            return;
        }
        self.edges.sort_by_key(EdgeRow::ends);
        let mut witnesses = Vec::with_capacity(self.witnesses.len());
        for edge in &mut self.edges {
            let first = edge.first as usize;
            edge.first = witnesses.len() as u32;
            witnesses.extend_from_slice(&self.witnesses[first..first + edge.witnesses()]);
        }
        self.witnesses = witnesses;
    }
}

/// The indices after 0 that are used.
fn positions(used: &[bool]) -> Vec<u32> {
    (1..used.len() as u32)
        .filter(|&index| used[index as usize])
        .collect()
}
