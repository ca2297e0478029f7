//! Which rule a cycle breaks: told by what stands in it. Not a rule itself.

use alloc::string::String;
use alloc::vec::Vec;

use crate::class::{ClassId, ClassKind};
use crate::contract::Contract;
use crate::cycles::{Cycle, Dependency};
use crate::draft::Draft;
use crate::engine::Engine;
use crate::mode::DepKinds;
use crate::rule::{Level, Rule};
use crate::rules;
use crate::verdict::Verdict;
use crate::witness::Why;

/// Reports a cycle under the rule that says most about it.
pub(crate) fn report_cycle(engine: &mut Engine, new: &Dependency, cycle: &Cycle) {
    let told = (cycle.normal_form(|class| class), cycle.gate.is_some());
    if engine.is_strict() && (is_told_of_an_item(engine, cycle) || !engine.told.insert(told)) {
        return;
    }
    let rule = rule_for(engine, new, cycle);
    let mut complaint = engine.complain_depending(Verdict::Circular, new);
    complaint.chain = engine.links(&cycle.path);
    let mut names: Vec<String> = cycle
        .path
        .iter()
        .map(|stop| engine.class_label(stop.class))
        .collect();
    if let Some(first) = names.first().cloned() {
        names.push(first);
    }
    let mut draft = Draft::new(rule, new.to_site, new.label)
        .argument("from", engine.class_label(new.from))
        .argument("to", engine.class_label(new.to))
        .argument("cycle", names.join(" -> "))
        .argument("headline", headline(engine, rule, new))
        .complaint(complaint);
    if let Some(gate) = cycle.gate {
        let gate = engine.class_label(gate);
        draft = draft.level(Level::Note);
        draft = draft.note(alloc::format!(
            "`{gate}` is held around it each time, so this cycle cannot hang as it is"
        ));
    }
    let draft = engine.cycle_steps(draft, new, cycle);
    engine.emit(draft);
}

/// Whether the same cycle was told with an item in place of the queue that runs it: who waits for an item waits for its
/// queue too, and of the two cycles that of the item says more.
fn is_told_of_an_item(engine: &Engine, cycle: &Cycle) -> bool {
    let passes = |queue| cycle.path.iter().any(|stop| stop.class == queue);
    let mut items = engine.fences.item_queues.iter();
    items.any(|(&item, &queue)| {
        let instead = |class| if class == queue { item } else { class };
        passes(queue)
            && engine
                .told
                .contains(&(cycle.normal_form(instead), cycle.gate.is_some()))
    })
}

/// What the step that closes a cycle does, where the cycle is named for a step that may be another one.
fn headline(engine: &Engine, rule: &'static Rule, new: &Dependency) -> String {
    let (from, to) = (engine.class_label(new.from), engine.class_label(new.to));
    let base = engine.classes[new.to].base;
    let is = |member: fn(&Contract) -> ClassId| {
        engine
            .contract()
            .is_some_and(|contract| member(&contract) == base)
    };
    let through = if *rule == rules::reclaim_in_signalling::RULE {
        if is(|contract| contract.reclaim) || is(|contract| contract.notifier) {
            return "this may enter reclaim, and reclaim may wait for the fence".into();
        }
        "memory reclaim"
    } else if *rule == rules::resv_lock_in_signalling::RULE {
        if is(|contract| contract.resv) || is(|contract| contract.resv_context) {
            return alloc::format!(
                "`{to}` is taken in signalling code, and anyone may wait for the fence under it"
            );
        }
        "a reservation lock"
    } else {
        if is(|contract| contract.mmap) {
            return alloc::format!(
                "this may fault and take `{to}`, under which anyone may wait for the fence"
            );
        }
        "the mmap lock"
    };
    alloc::format!("`{to}` under `{from}` closes a cycle through {through}")
}

fn rule_for(engine: &Engine, new: &Dependency, cycle: &Cycle) -> &'static Rule {
    let kind = |class: ClassId| engine.classes[class].kind;
    let classes = || cycle.path.iter().map(|stop| stop.class);
    if !classes().any(|class| kind(class).is_fence()) {
        return &rules::lock_order_cycle::RULE;
    }
    if classes().all(|class| kind(class).is_fence()) {
        return &rules::timeline_wait_cycle::RULE;
    }
    // What the driver's own code did, as opposed to the contract: the targets of all edges it made.
    let mut taken: Vec<(ClassId, ClassId)> = Vec::new();
    if new.why != Why::Declared {
        taken.push((new.from, new.to));
    }
    for pair in cycle.path.windows(2) {
        let edge = engine.graph.edge(pair[0].class, pair[1].class);
        let witness = edge.and_then(|id| engine.graph.witness(id, DepKinds::from_bits(15)));
        if witness.is_none_or(|witness| witness.why != Why::Declared) {
            taken.push((pair[0].class, pair[1].class));
        }
    }
    let contract = engine.contract();
    let takes = |wanted: ClassKind| taken.iter().any(|(_, to)| kind(*to) == wanted);
    let takes_class = |class: Option<ClassId>| {
        taken
            .iter()
            .any(|(_, to)| class == Some(engine.classes[*to].base))
    };
    if takes(ClassKind::Reclaim) || takes(ClassKind::MmuNotifier) {
        &rules::reclaim_in_signalling::RULE
    } else if takes_class(contract.map(|contract| contract.mmap)) {
        &rules::user_memory_in_signalling::RULE
    } else if takes_class(contract.map(|contract| contract.resv))
        || takes_class(contract.map(|contract| contract.resv_context))
    {
        &rules::resv_lock_in_signalling::RULE
    } else {
        &rules::wait_under_signalling_lock::RULE
    }
}
