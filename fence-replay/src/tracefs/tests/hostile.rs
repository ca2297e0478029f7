//! Arbitrary and damaged bytes: no panic, no allocation to speak of, and the next line still reads.

use proptest::prelude::*;

use super::super::*;
use crate::lines::SliceLines;

/// Lines of every dialect, to be damaged.
const LINES: &[&str] = &[
    "# entries-in-buffer/entries-written: 398/1917   #P:1",
    "# latency: 0 us, #272/272, CPU#0 | (M:preempt VP:0, KP:0, SP:0 HP:0 #P:1)",
    "cpus=1",
    "CPU:0 [LOST 10416 EVENTS]",
    "       fb-waiter-43      [000] d..2.     5.971213: lock_acquire: ff1100003ebedfd8 try read &rq->__lock",
    "       fb-waiter-55      (     55) [000] d..2.     6.529722: lock_release: ff1100003ebedfd8 &rq->__lock",
    "fb-waite-43        0d..2. 16055us!: lock_acquire: ff1100003ebedfd8 &rq->__lock",
    "       fb-waiter      43   0 1 00000002 00000001 [005b1d0d] 16.055ms (+0.112ms): lock_acquire: ff1100003ebedfd8 &rq->__lock",
    "       fb-waiter-50    [000]     6.320522: lock_acquire:          flags=0 name=&p->pi_lock lockdep_addr=0xff110000004ec818",
    "        kthreadd    51 [000]    10.525548:                 lock:lock_acquire: 0xff1100005b3edfd8 &rq->__lock",
    "             :-1    -1 [000]    10.565974:                 lock:lock_release: 0xffffffff81fd3800 rcu_read_lock",
    "dma_fence_init: driver=fb-gpu timeline=tx queue context=2 context=0x1 (1) seqno=0x1 (1)",
    "    fb-signaller-43      [000] d..1.     6.432616: workqueue_queue_work: work struct=ff110000008232e8 function=job_work [fencebug] workqueue=fb-wq req_cpu=4 cpu=-1",
    "    kworker/u4:0-10      [000] .....     6.446184: workqueue_execute_end: work struct ff110000008232e8: function job_work [fencebug]",
    "            init-1       [000] d..2.     8.069407: sched_switch: prev_comm=init prev_pid=1 prev_prio=120 prev_state=R+ ==> next_comm=kthreadd next_pid=2 next_prio=120",
    "    fb-signaller-50      [001] ..s1.    10.121176: softirq_entry: vec=9 [action=RCU]",
    "            init-1       [000] ...1.     8.068122: contention_begin: ffffffff81fe2000 (flags=SPIN|MUTEX)",
    "              sh-49    [000]     6.316151: print:                 ip=tracing_mark_write buf=fencebug start mutex-over-wait",
    "43 0 5971212978 type: 122",
    "\u{17}\u{8}Dtracing7",
];

/// Reads all and checks what must hold of any outcome; gives the number of lines.
fn read_all(bytes: &[u8]) -> u64 {
    let mut parser = Parser::new();
    let mut last = 0;
    for line in SliceLines::new(bytes) {
        last = line.number;
        match parser.read(&line) {
            Some(Ok(record)) => assert_eq!(record.line, line.number),
            Some(Err(problem)) => {
                assert_eq!(problem.line, line.number);
                let column = usize::try_from(problem.column).expect("columns are small");
                assert!((1..=line.bytes.len() + 1).contains(&column));
                assert!(!problem.to_string().is_empty());
            }
            None => {}
        }
    }
    let _ = sniff(bytes);
    last
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_read_to_the_end(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        prop_assert_eq!(read_all(&bytes), SliceLines::new(&bytes).count() as u64);
    }

    #[test]
    fn damaged_lines_are_read_to_the_end(
        edits in prop::collection::vec(
            (0..LINES.len(), any::<prop::sample::Index>(), any::<prop::sample::Index>(), "[\\x00-\\x7f]{0,4}"),
            1..40,
        ),
    ) {
        let mut bytes = Vec::new();
        for (line, from, to, with) in &edits {
            let line = LINES[*line].as_bytes();
            let (from, to) = (from.index(line.len() + 1), to.index(line.len() + 1));
            bytes.extend_from_slice(&line[..from]);
            bytes.extend_from_slice(with.as_bytes());
            bytes.extend_from_slice(&line[to.max(from).min(from + 8)..]);
            bytes.push(b'\n');
        }
        read_all(&bytes);
    }

    #[test]
    fn any_name_and_task_come_back_as_they_were_printed(
        comm in "[ -~]{0,14}[!-~]",
        pid in any::<u32>(),
        cpu in 0_u16..4096,
        name in "[!-~]([ -~]{0,40}[!-~])?",
        addr in any::<u64>(),
    ) {
        prop_assume!(!comm.starts_with(' ') && !name.starts_with("try ") && !name.starts_with("read "));
        let line = format!("{comm:>16}-{pid:<7} [{cpu:03}] d..2.     5.971213: lock_acquire: {addr:016x} {name}");
        let record = Parser::new().line(1, line.as_bytes()).expect("an event").expect("readable");
        prop_assert_eq!(record.task, Some(Task { comm: comm.as_bytes(), pid }));
        prop_assert_eq!(record.cpu, Some(cpu));
        let event = Event::LockAcquire { addr, try_: false, read: false, name: name.as_bytes() };
        prop_assert_eq!(record.event, event);
    }
}
