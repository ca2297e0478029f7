//! Many threads that take many mutexes in no order: each gets all it wants, and in the end nobody has anything.

use std::sync::atomic::{AtomicU64, Ordering};

use fence_lockdep::sync::ww::{AcquireCtx, LockSet, WwClass, WwError, WwMutex, WwMutexGuard};

use crate::stage::{DIE, Stage, WOUND, clean, mutexes};

const THREADS: usize = 4;
const MUTEXES: usize = 8;
const ROUNDS: u64 = 150;

struct Table {
    class: WwClass,
    mutexes: [WwMutex<u32>; MUTEXES],
    seeds: AtomicU64,
}

/// Numbers that look random and are the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    /// Some of the table, in any order.
    fn some<'t>(&mut self, table: &'t Table) -> Vec<&'t WwMutex<u32>> {
        let mut all: Vec<_> = table.mutexes.iter().collect();
        let count = 1 + self.below(MUTEXES as u64 - 1) as usize;
        while all.len() > count {
            all.remove(self.below(all.len() as u64) as usize);
        }
        for at in 1..all.len() {
            all.swap(at, self.below(at as u64 + 1) as usize);
        }
        all
    }
}

/// Takes all of them by hand, backing off as often as it must.
fn take_all<'a>(wanted: &[&'a WwMutex<u32>], ctx: &'a AcquireCtx) -> Vec<WwMutexGuard<'a, u32>> {
    let mut held = Vec::new();
    let mut contended: Option<&WwMutex<u32>> = None;
    'again: loop {
        held.clear();
        held.extend(contended.map(|mutex| mutex.lock_slow(ctx)));
        for mutex in wanted {
            match mutex.lock(ctx) {
                Ok(guard) => held.push(guard),
                Err(WwError::Deadlock) => {
                    contended = Some(mutex);
                    continue 'again;
                }
                Err(WwError::Already) => {}
                Err(WwError::Interrupted) => unreachable!("nobody interrupts"),
            }
        }
        assert_eq!(held.len(), wanted.len());
        return held;
    }
}

fn work(_: &Stage, table: &Table) {
    let mut random = Random(table.seeds.fetch_add(1, Ordering::Relaxed) + 1);
    for _ in 0..ROUNDS {
        let wanted = random.some(table);
        match random.below(4) {
            0 => *wanted[0].lock_without_context() += 1,
            1 => {
                let all = LockSet::new(&table.class).lock_all(
                    |set| wanted.iter().try_for_each(|mutex| set.lock(mutex)),
                    |set| wanted.iter().for_each(|mutex| *set.get_mut(mutex) += 1),
                );
                assert_eq!(all, Ok(()));
            }
            2 => {
                let ctx = AcquireCtx::new(&table.class);
                if let Some(mut held) = wanted[0].try_lock(Some(&ctx)) {
                    *held += 1;
                }
            }
            _ => {
                let ctx = AcquireCtx::new(&table.class);
                ctx.inject_deadlocks(random.below(1000));
                for mut held in take_all(&wanted, &ctx) {
                    let before = *held;
                    std::thread::yield_now();
                    *held = before + 1;
                }
            }
        }
    }
    table.seeds.fetch_add(1 << 32, Ordering::AcqRel);
}

fn stress(class: WwClass) {
    clean(
        || Table {
            class,
            mutexes: mutexes(&class),
            seeds: AtomicU64::new(0),
        },
        &[work, work, work, |stage, table| {
            work(stage, table);
            stage.until(|| table.seeds.load(Ordering::Acquire) >> 32 == THREADS as u64);
            for mutex in &table.mutexes {
                assert!(!mutex.is_locked() && mutex.waiters() == 0);
                assert!(*mutex.lock_without_context() > 0);
            }
        }],
    );
}

#[test]
fn everybody_gets_everything_in_wait_die() {
    stress(DIE);
}

#[test]
fn everybody_gets_everything_in_wound_wait() {
    stress(WOUND);
}
