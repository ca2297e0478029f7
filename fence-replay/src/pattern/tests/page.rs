//! What the description of the language shows: its example, and each form of its tables with and without its options.

use super::super::{Context, Expectation, OpKind, parse};
use super::{name, pos, usable};

/// The example of the description, as it stands.
pub(super) const EXAMPLE: &str = "\
pattern msm-recover
title  recovery worker allocates under the lock that the job thread needs
expect reclaim-in-signalling          # a rule id or name; several lines allowed; or: expect clean
thread job kthread
  begin_signalling
  lock gpu mutex
  unlock gpu
  signal F
  end_signalling
thread recover worker
  lock gpu mutex
  alloc GFP_KERNEL
  unlock gpu
thread kswapd reclaim
  reclaim_begin
  wait F
  reclaim_end
";

#[test]
fn the_example_is_read_with_its_positions() {
    let pattern = usable(EXAMPLE);
    assert_eq!(pattern.id, Some(name("msm-recover")));
    assert_eq!(pattern.line, 1);
    let title = pattern
        .title
        .as_ref()
        .map(|title| title.as_str().to_owned());
    assert_eq!(
        title.as_deref(),
        Some("recovery worker allocates under the lock that the job thread needs")
    );
    assert_eq!(pattern.expect.len(), 1);
    assert_eq!(
        pattern.expect[0].what,
        Expectation::Rule(name("reclaim-in-signalling"))
    );
    assert_eq!(pattern.expect[0].pos, pos(3, 8));

    let threads: Vec<_> = pattern
        .threads
        .iter()
        .map(|thread| {
            (
                thread.name.as_str(),
                thread.context,
                thread.line,
                thread.ops.len(),
            )
        })
        .collect();
    assert_eq!(
        threads,
        [
            ("job", Context::Kthread, 4, 5),
            ("recover", Context::Worker, 10, 3),
            ("kswapd", Context::Reclaim, 14, 3)
        ]
    );
    let wait = &pattern.threads[2].ops[1];
    assert_eq!(
        wait.kind,
        OpKind::Wait {
            fence: name("F"),
            timeout: None
        }
    );
    assert_eq!(wait.pos, pos(16, 3));
}

/// Every operation of the tables, bare and with each of its options; the pairs in an order that makes sense.
pub(super) const OPERATIONS: &str = "\
lock a mutex
lock b spin class=C
lock c raw_spin subclass=1
lock d rwsem-read nest=a
lock e rwsem-write try
lock f rwlock-read class=C subclass=7 nest=a try
lock g rwlock-write
lock bo.1 ww
lock bo.2 ww ctx=W
lock resv ww ctx=auto
lock bo1 ww ctx=auto class=resv
lock h sem
lock i folio
lock j custom-sleep
lock k custom-spin
unlock a
downgrade e
init a
free a
ww_begin W
ww_done W
ww_end W
spin_irq s
unlock_irq s
irq_off
irq_on
bh_off
bh_on
preempt_off
preempt_on
irq_enter
irq_exit
softirq_enter
softirq_exit
begin_signalling
begin_signalling S
end_signalling S
end_signalling
publish F
publish F resv=R
publish F usage=write
publish F resv=R usage=bookkeep
signal F
signal F error=-110
signal F error=ETIME
signal F error=EIO
wait F
wait F timeout
wait F timeout=100
poll F
drop F
get F
put F
fence_lock F
fence_unlock F
callback F
callback_end F
alloc GFP_KERNEL
alloc GFP_NOFS
alloc GFP_NOIO
alloc GFP_ATOMIC
alloc GFP_NOWAIT
scope_begin noreclaim
scope_begin nofs
scope_begin noio
scope_end noio
scope_end nofs
scope_end noreclaim
reclaim_begin
reclaim_end
mmu_notifier_begin
mmu_notifier_end
fault
copy_user
queue w
queue w wq=Q
run w
run w wq=Q
done w
done w
flush w
flush_queue Q
cancel_sync w
cancel w
workqueue Q1
workqueue Q2 mem_reclaim
workqueue Q3 ordered
workqueue Q4 mem_reclaim ordered
timer_arm T
timer_run T
timer_done T
timer_sync T
wait_event E
complete E
wait_user X
pm_get R
pm_busy R
pm_done R
section_enter S
section_exit S
section_sync S
might_sleep
sleep
dma_map A
dma_map A unlocked
dma_unmap A
dma_unmap A unlocked
pin A
pin A unlocked
vmap A
vmap A unlocked
cpu_begin B
cpu_end B
device_begin A
device_end A
return
";

#[test]
fn every_form_of_the_tables_is_read_and_printed_as_it_is_written() {
    let pattern = usable(&format!("thread t\n{OPERATIONS}"));
    // The order of options is free in the source and fixed in print.
    let sorted = |line: &str| {
        let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        words[1..].sort_unstable();
        words
    };
    let ops = &pattern.threads[0].ops;
    assert_eq!(ops.len(), OPERATIONS.lines().count());
    for (op, written) in ops.iter().zip(OPERATIONS.lines()) {
        assert_eq!(sorted(&op.kind.to_string()), sorted(written));
    }
}

#[test]
fn every_word_that_opens_an_operation_stands_in_the_table_of_this_test() {
    let mut used: Vec<&str> = OPERATIONS
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    used.sort_unstable();
    used.dedup();
    let mut known = OpKind::KEYWORDS.to_vec();
    known.sort_unstable();
    assert_eq!(used, known);
}

#[test]
fn every_context_of_a_thread_is_read() {
    for context in Context::ALL {
        let pattern = usable(&format!("pattern p\nthread t {context}\n"));
        assert_eq!(pattern.threads[0].context, *context);
    }
    assert_eq!(usable("thread t").threads[0].context, Context::Task);
}

#[test]
fn the_layout_of_a_line_is_free() {
    let messy = EXAMPLE
        .lines()
        .map(|line| format!("\t {}  # said twice: {line}\r\n", line.replace(' ', " \t ")))
        .collect::<Vec<_>>()
        .join("\r\n#\n \t\n");
    let mut pattern = parse(&messy).patterns.remove(0);
    assert!(pattern.is_usable());
    // Only the blanks inside a title are part of what it says.
    pattern.title = usable(EXAMPLE).title;
    assert_eq!(pattern.to_source(), usable(EXAMPLE).to_source());
}
