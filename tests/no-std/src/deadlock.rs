//! Two tasks take two locks in opposite order, told to the engine: enough to need its allocations and its searches.

use fence_engine::{ClassKind, ClassSpec, Engine, Event, How, Instance, Lock, Mode, Site};

/// Feeds an engine the two tasks and counts what it finds: 1.
#[unsafe(no_mangle)]
pub extern "C" fn fence_no_std_findings() -> usize {
    let mut engine = Engine::default();
    let [a, b] = [("a", 1), ("b", 2)].map(|(name, instance)| Lock {
        class: engine.declare(&ClassSpec::new(name, ClassKind::Lock)),
        instance: Instance(instance),
    });
    for order in [[a, b], [b, a]] {
        let task = engine.start_task("task");
        for lock in order {
            let acquire = Event::acquire(lock, How::new(Mode::Exclusive));
            engine.feed(task, acquire, Site::UNKNOWN);
        }
        for lock in order {
            engine.feed(task, Event::Release { lock }, Site::UNKNOWN);
        }
    }
    engine.finish();
    engine.findings().len()
}
