//! The hot path allocates nothing: taking and releasing locks in an order that is known.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use fence_engine::{
    Acquired, ClassKind, ClassSpec, Engine, Event, How, Instance, Lock, Mode, Site, Task, WaitType,
};

/// The system's allocator, counting the allocations of each thread.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is passed on unchanged to the system's allocator, which keeps the trait's contract.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller keeps the contract of `alloc`, which is the one of the call it becomes.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the pointer came from `alloc` above, hence from the system's allocator, with this layout.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations(work: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.with(Cell::get);
    work();
    ALLOCATIONS.with(Cell::get) - before
}

fn locks(engine: &mut Engine) -> Vec<Lock> {
    (1..=8)
        .map(|at| {
            let name = format!("lock {at}");
            let class =
                engine.declare(&ClassSpec::new(&name, ClassKind::Lock).waits(WaitType::Sleep));
            Lock {
                class,
                instance: Instance(at),
            }
        })
        .collect()
}

#[test]
fn a_known_order_allocates_nothing_and_a_new_one_does() {
    let mut engine = Engine::default();
    let locks = locks(&mut engine);
    let task = engine.start_task("task");
    let how = How::new(Mode::Exclusive);
    let mut round = || {
        for &lock in &locks {
            engine.feed(task, Event::acquire(lock, how), Site::UNKNOWN);
        }
        for &lock in locks.iter().rev() {
            engine.feed(task, Event::Release { lock }, Site::UNKNOWN);
        }
    };
    assert!(
        allocations(&mut round) > 0,
        "learning must show, or the count is broken"
    );
    assert_eq!(allocations(&mut round), 0);

    let mut task = Task::new();
    let chains = engine.chains().slots();
    let count = allocations(|| {
        for &lock in &locks {
            let acquired = task.acquire(chains, lock.class, lock.instance, how, Site::UNKNOWN);
            assert_eq!(acquired, Acquired::Known);
        }
        for lock in locks.iter().rev() {
            assert!(task.release_newest(lock.instance));
        }
    });
    assert_eq!(count, 0);
}
