//! Many locks at once: acquire contexts of any size in any order of release, and stacks deeper than can be followed.

use fence_engine::{
    ClassKind, ClassSpec, Engine, Event, How, Instance, Level, Lock, Mode, Site, TaskId, WaitType,
};

fn ww(engine: &mut Engine) -> (Lock, impl Fn(u64) -> Lock + use<>) {
    let context = engine.declare(&ClassSpec::new("bo", ClassKind::WwContext));
    let class = engine.declare(&ClassSpec::new("bo", ClassKind::Lock).waits(WaitType::Sleep));
    (Lock::map(context), move |at| Lock {
        class,
        instance: Instance(at + 1),
    })
}

fn feed(engine: &mut Engine, task: TaskId, event: Event) {
    engine.feed(task, event, Site::UNKNOWN);
}

#[test]
fn locks_of_one_acquire_context_may_be_released_in_any_order() {
    // Around the depth from which strict merges nested locks, and far beyond the kernel's limit of 48.
    for count in [2, 20, 24, 25, 26, 30, 47, 60, 200] {
        for step in [1, 3, 7, 11, 13, 199] {
            let mut engine = Engine::default();
            let (context, lock) = ww(&mut engine);
            let task = engine.start_task("commit");
            let how = How::new(Mode::Exclusive);
            feed(&mut engine, task, Event::acquire(context, how));
            for at in 0..count {
                feed(
                    &mut engine,
                    task,
                    Event::acquire(lock(at), how.under(context)),
                );
            }
            // A step that shares no factor with the count visits every lock once, in another order.
            let coprime = (step..=step + count)
                .find(|step| gcd(*step, count) == 1)
                .unwrap_or(1);
            for at in 0..count {
                feed(
                    &mut engine,
                    task,
                    Event::Release {
                        lock: lock(at * coprime % count),
                    },
                );
            }
            feed(&mut engine, task, Event::WwEnd { context });
            assert_eq!(
                engine.depth(task),
                0,
                "{count} locks, released in steps of {coprime}"
            );
            feed(&mut engine, task, Event::TaskEnd);
            engine.finish();
            assert!(
                engine.findings().is_empty(),
                "{count}, {coprime}: {:?}",
                engine.findings()
            );
        }
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[test]
fn a_stack_too_deep_to_follow_is_said_once_and_its_releases_are_no_surprise() {
    let mut engine = Engine::default();
    let task = engine.start_task("take all locks");
    let how = How::new(Mode::Exclusive);
    let locks: Vec<Lock> = (0..60)
        .map(|at| {
            let name = format!("lock {at}");
            let class =
                engine.declare(&ClassSpec::new(&name, ClassKind::Lock).waits(WaitType::Sleep));
            Lock {
                class,
                instance: Instance(at + 1),
            }
        })
        .collect();
    for _ in 0..2 {
        for &lock in &locks {
            feed(&mut engine, task, Event::acquire(lock, how));
        }
        for &lock in &locks {
            feed(&mut engine, task, Event::Release { lock });
        }
        assert_eq!(engine.depth(task), 0);
    }
    feed(&mut engine, task, Event::TaskEnd);
    engine.finish();
    let found: Vec<_> = engine
        .findings()
        .iter()
        .map(|finding| (finding.rule.name, finding.level))
        .collect();
    assert_eq!(found, [("lock-depth", Level::Warning)]);
}
