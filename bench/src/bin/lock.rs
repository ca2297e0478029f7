//! Checked locks beside plain ones and beside other checkers: an uncontended lock and unlock, all orders known.
//!
//! The peers of a case take turns round by round, in one process.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::Barrier;

use fence_bench::{Figure, median, nanoseconds};
use fence_lockdep::LockClass;
use fence_lockdep::alloc::CheckedAlloc;

const ROUNDS: usize = 31;
const PAIRS: usize = 200_000;
const PEERS: [&str; 5] = [
    "parking_lot",
    "tracing-mutex",
    "std",
    "parking_lot-deadlock_detection",
    "tracing-mutex-std",
];

/// A mutex of one of the peers.
trait Lock: Sync {
    type Guard<'a>
    where
        Self: 'a;
    fn take(&self) -> Self::Guard<'_>;
}

/// Says how to take the locks of a peer.
macro_rules! lock {
    ($lock:ty, $guard:ty, |$this:ident| $take:expr) => {
        impl Lock for $lock {
            type Guard<'a> = $guard;

            #[inline(always)]
            fn take(&self) -> Self::Guard<'_> {
                let $this = self;
                $take
            }
        }
    };
}

/// The guard of a lock of `std` that nobody poisons.
fn whole<G>(result: std::sync::LockResult<G>) -> G {
    result.unwrap_or_else(std::sync::PoisonError::into_inner)
}

type Ours = fence_lockdep::sync::Mutex<()>;
type Plain = parking_lot::Mutex<()>;
type Traced = tracing_mutex::parkinglot::tracing::Mutex<()>;
type Std = std::sync::Mutex<()>;
type Detecting = parking_lot_detecting::Mutex<()>;
type TracedStd = tracing_mutex::stdsync::tracing::Mutex<()>;

lock!(Ours, fence_lockdep::sync::MutexGuard<'a, ()>, |lock| lock
    .lock());
lock!(Plain, parking_lot::MutexGuard<'a, ()>, |lock| lock.lock());
lock!(
    Traced,
    tracing_mutex::parkinglot::tracing::MutexGuard<'a, ()>,
    |lock| lock.lock()
);
lock!(Std, std::sync::MutexGuard<'a, ()>, |lock| whole(
    lock.lock()
));
lock!(
    Detecting,
    parking_lot_detecting::MutexGuard<'a, ()>,
    |lock| lock.lock()
);
lock!(
    TracedStd,
    tracing_mutex::stdsync::tracing::MutexGuard<'a, ()>,
    |lock| whole(lock.lock())
);

/// So many locks of each peer.
struct Locks {
    ours: Vec<Ours>,
    plain: Vec<Plain>,
    traced: Vec<Traced>,
    std: Vec<Std>,
    detecting: Vec<Detecting>,
    traced_std: Vec<TracedStd>,
}

impl Locks {
    /// Each of ours is of a class of its own, as the peers know no classes.
    fn new(count: usize) -> Self {
        let class = |at| LockClass::new(String::leak(format!("lock {at}")));
        Self {
            ours: (0..count)
                .map(|at| Ours::with_class(class(at), ()))
                .collect(),
            plain: (0..count).map(|_| Plain::new(())).collect(),
            traced: (0..count).map(|_| Traced::new(())).collect(),
            std: (0..count).map(|_| Std::new(())).collect(),
            detecting: (0..count).map(|_| Detecting::new(())).collect(),
            traced_std: (0..count).map(|_| TracedStd::new(())).collect(),
        }
    }
}

/// Takes all of them, oldest first, and releases them, newest first, `PAIRS` pairs in all.
#[inline(never)]
fn nest<L: Lock>(locks: &[L]) -> f64 {
    let locks = black_box(locks);
    nanoseconds(PAIRS / locks.len() * locks.len(), || {
        for _ in 0..PAIRS / locks.len() {
            let mut guards = [const { None }; 8];
            for (guard, lock) in guards.iter_mut().zip(locks) {
                *guard = Some(lock.take());
            }
            for guard in guards.iter_mut().rev() {
                drop(guard.take());
            }
        }
    })
}

/// Takes four locks in each of these orders.
#[inline(never)]
fn follow<L: Lock>(locks: &[L], orders: &[[u16; 4]]) -> f64 {
    let locks = black_box(locks);
    nanoseconds(orders.len() * 4, || {
        for order in orders {
            let [first, second, third, fourth] = order.map(usize::from);
            let first = locks[first].take();
            let second = locks[second].take();
            let third = locks[third].take();
            drop(locks[fourth].take());
            drop(third);
            drop(second);
            drop(first);
        }
    })
}

/// 4,000 orders of four among 1,000 locks, all in agreement: 12,000 neighbours and 13,000 held stacks.
fn orders() -> Vec<[u16; 4]> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        // xorshift64
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % 1_000) as u16
    };
    let mut orders = Vec::new();
    while orders.len() < 4_000 {
        let mut order = [next(), next(), next(), next()];
        order.sort_unstable();
        if order.windows(2).all(|pair| pair[0] < pair[1]) {
            orders.push(order);
        }
    }
    orders
}

/// Measures all peers in turn and prints ours beside each of the others.
fn compare(case: &str, locks: &Locks, measure: [&dyn Fn(&Locks) -> f64; 6]) {
    let mut times: [Vec<f64>; 6] = Default::default();
    for round in 0..=ROUNDS {
        for (times, measure) in times.iter_mut().zip(measure) {
            let time = measure(locks);
            // The first round learns the orders.
            if round > 0 {
                times.push(time);
            }
        }
    }
    let [ours, theirs @ ..] = times.map(median);
    for (peer, theirs) in PEERS.into_iter().zip(theirs) {
        Figure {
            bench: "lock",
            case: case.to_owned(),
            ours,
            peer: Some((peer, theirs)),
            unit: "ns",
        }
        .print();
    }
}

fn depth(depth: usize) {
    compare(
        &format!("depth={depth}"),
        &Locks::new(depth),
        [
            &|locks| nest(&locks.ours),
            &|locks| nest(&locks.plain),
            &|locks| nest(&locks.traced),
            &|locks| nest(&locks.std),
            &|locks| nest(&locks.detecting),
            &|locks| nest(&locks.traced_std),
        ],
    );
}

fn thousand_locks() {
    let orders = orders();
    compare(
        "1000-locks",
        &Locks::new(1_000),
        [
            &|locks| follow(&locks.ours, &orders),
            &|locks| follow(&locks.plain, &orders),
            &|locks| follow(&locks.traced, &orders),
            &|locks| follow(&locks.std, &orders),
            &|locks| follow(&locks.detecting, &orders),
            &|locks| follow(&locks.traced_std, &orders),
        ],
    );
}

/// The time per pair of two threads, each on four locks of its own, beside that of one thread.
fn two_threads() {
    let names = ["ours", "parking_lot", "tracing-mutex"];
    let locks = [Locks::new(4), Locks::new(4)];
    let measure: [&(dyn Fn(&Locks) -> f64 + Sync); 3] = [
        &|locks| nest(&locks.ours),
        &|locks| nest(&locks.plain),
        &|locks| nest(&locks.traced),
    ];
    for (name, measure) in names.into_iter().zip(measure) {
        let (mut alone, mut together) = (Vec::new(), Vec::new());
        for _ in 0..=ROUNDS {
            alone.push(measure(&locks[0]));
            let start = Barrier::new(2);
            let both = std::thread::scope(|scope| {
                let threads = locks.each_ref().map(|locks| {
                    let start = &start;
                    scope.spawn(move || {
                        measure(locks);
                        start.wait();
                        measure(locks)
                    })
                });
                threads.map(|thread| thread.join().unwrap_or(f64::NAN))
            });
            together.push(both[0].max(both[1]));
        }
        Figure {
            bench: "lock",
            case: format!("two-threads/{name}"),
            ours: median(together),
            peer: Some(("one-thread", median(alone))),
            unit: "ns",
        }
        .print();
    }
}

/// Allocates and frees 64 bytes.
#[inline(never)]
fn allocate(allocator: &impl GlobalAlloc) -> f64 {
    let layout = Layout::new::<[u64; 8]>();
    nanoseconds(PAIRS, || {
        for _ in 0..PAIRS {
            // As the compiler's own calls of an allocator: it cannot be looked into, nor prepared before the loop.
            let layout = black_box(layout);
            // SAFETY: the layout is not empty, and what is freed was allocated with it by the same allocator.
            unsafe {
                let memory = black_box(allocator.alloc(layout));
                allocator.dealloc(memory, layout);
            }
        }
    })
}

fn allocations() {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..=ROUNDS {
        ours.push(allocate(&CheckedAlloc::new()));
        theirs.push(allocate(&System));
    }
    Figure {
        bench: "lock",
        case: "allocation".to_owned(),
        ours: median(ours),
        peer: Some(("system", median(theirs))),
        unit: "ns",
    }
    .print();
}

fn main() {
    for count in [1, 2, 4, 8] {
        depth(count);
    }
    thousand_locks();
    two_threads();
    allocations();
}
