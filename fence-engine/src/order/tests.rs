//! The order against plain reachability, and against orders known beforehand.

use super::*;

/// A small generator, so that the test needs no other crate.
fn random(state: &mut u64) -> u32 {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) as u32
}

fn reaches(after: &[Vec<ClassId>], from: ClassId, to: ClassId) -> bool {
    let mut seen = alloc::vec![false; after.len()];
    let mut todo = alloc::vec![from];
    while let Some(at) = todo.pop() {
        if at == to {
            return true;
        }
        if !core::mem::replace(&mut seen[at.index()], true) {
            todo.extend(&after[at.index()]);
        }
    }
    false
}

/// A graph that is learnt edge by edge, and the order kept of it.
struct Learnt {
    order: Order,
    after: Vec<Vec<ClassId>>,
    before: Vec<Vec<ClassId>>,
}

impl Learnt {
    fn new(count: u32) -> Self {
        let mut order = Order::default();
        order.grow(count as usize);
        Self {
            order,
            after: alloc::vec![Vec::new(); count as usize],
            before: alloc::vec![Vec::new(); count as usize],
        }
    }

    fn add(&mut self, from: ClassId, to: ClassId) {
        self.order.insert(
            from,
            to,
            |c| self.after[c.index()].as_slice(),
            |c| self.before[c.index()].as_slice(),
        );
        self.after[from.index()].push(to);
        self.before[to.index()].push(from);
    }
}

#[test]
fn positions_agree_with_plain_reachability_on_random_graphs_with_cycles() {
    let mut seed = 7;
    for _ in 0..300 {
        let count = 2 + random(&mut seed) % 12;
        let mut graph = Learnt::new(count);
        for _ in 0..random(&mut seed) % 30 {
            let (from, to) = (
                ClassId(random(&mut seed) % count),
                ClassId(random(&mut seed) % count),
            );
            if from == to || graph.after[from.index()].contains(&to) {
                continue;
            }
            graph.add(from, to);
            let Learnt { order, after, .. } = &graph;
            for a in (0..count).map(ClassId) {
                for b in (0..count).map(ClassId) {
                    let (ab, ba) = (reaches(after, a, b), reaches(after, b, a));
                    let same = order.position(a) == order.position(b);
                    assert_eq!(
                        same,
                        ab && ba,
                        "one component exactly when each reaches the other"
                    );
                    if ab && !ba {
                        assert_eq!(order.place(a, b), Place::Forward);
                    }
                }
            }
        }
    }
}

/// Learns a graph without cycles in the order that `edges` gives: in the end every edge points forward, and every class
/// has a place of its own.
fn assert_sound(count: u32, edges: impl Iterator<Item = (u32, u32)>) {
    let mut graph = Learnt::new(count);
    for (from, to) in edges {
        graph.add(ClassId(from), ClassId(to));
    }
    let Learnt { order, after, .. } = graph;
    assert_eq!(order.sequence.len(), after.len());
    for (from, neighbours) in after.iter().enumerate() {
        for &to in neighbours {
            assert_eq!(order.place(ClassId(from as u32), to), Place::Forward);
        }
    }
}

#[test]
fn a_chain_may_be_learnt_from_either_end_or_from_the_middle_out() {
    let count = 400;
    // Class `n` comes before class `n - 1`, against the order of declaration.
    assert_sound(count, (1..count).map(|at| (at, at - 1)));
    assert_sound(count, (1..count).rev().map(|at| (at, at - 1)));
    let middle = count / 2;
    let outward = (0..middle - 1).flat_map(|step| [middle + step, middle - step - 1]);
    assert_sound(count, outward.map(|at| (at + 1, at)));
}

#[test]
fn classes_squeezed_between_the_same_two_make_room() {
    // Each new class comes right behind the first and before all that came behind it so far: gaps of 2^20 are used
    // up after twenty.
    let count = 2_000;
    let edges = (2..count).flat_map(|new| [(0, new), (new, new - 1)]);
    assert_sound(count, edges);
}

#[test]
fn random_graphs_without_cycles_agree_with_a_hidden_order() {
    let mut seed = 11;
    for _ in 0..20 {
        let count = 50 + random(&mut seed) % 200;
        let mut hidden: Vec<u32> = (0..count).collect();
        for at in (1..count).rev() {
            hidden.swap(at as usize, (random(&mut seed) % (at + 1)) as usize);
        }
        let edges: Vec<(u32, u32)> = (0..4 * count)
            .map(|_| (random(&mut seed) % count, random(&mut seed) % count))
            .filter(|(from, to)| hidden[*from as usize] < hidden[*to as usize])
            .collect();
        assert_sound(count, edges.into_iter());
    }
}
