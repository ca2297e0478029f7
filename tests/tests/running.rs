//! The patterns of the corpus as running programs, on the types that a driver author uses: each finds what its page says,
//! its repaired version nothing, and the report is one that a person can read.

#[path = "running/paths.rs"]
mod paths;
#[path = "running/twin.rs"]
mod twin;

use twin::{Program, Same};

/// Declares the programs, each with a test of its own, and how like its page it is where it is not [`Same::All`].
macro_rules! programs {
    ($($(#[$same:ident])? $file:literal $name:ident)*) => {
        $(
            #[path = $file]
            #[allow(unreachable_pub, reason = "a program that could stand alone")]
            mod $name;

            #[test]
            fn $name() {
                PROGRAMS
                    .iter()
                    .find(|program| program.file == $file)
                    .expect("a program of the table")
                    .check();
            }
        )*

        const PROGRAMS: &[Program] = &[$(Program {
            file: $file,
            same: programs!(@same $($same)?),
            bad: $name::bad,
            fixed: $name::fixed,
        }),*];
    };
    (@same) => { Same::All };
    (@same $same:ident) => { Same::$same };
}

programs! {
    "../patterns/add-without-reserve/add-after-unlock.rs" add_after_unlock
    "../patterns/add-without-reserve/add-to-the-other-buffer.rs" add_to_the_other_buffer
    "../patterns/add-without-reserve/add-without-lock.rs" add_without_lock
    "../patterns/callback-misuse/signals-own-fence.rs" signals_own_fence
    "../patterns/error-after-signal/error-found-after-success.rs" error_found_after_success
    "../patterns/flush-in-signalling/cancel-sync-of-timeout-in-completion.rs" cancel_sync_of_timeout_in_completion
    "../patterns/flush-in-signalling/queue-drained-in-section.rs" queue_drained_in_section
    "../patterns/flush-in-signalling/reset-flushes-submit-work.rs" reset_flushes_submit_work
    "../patterns/held-lock-dropped/lock-initialised-while-held.rs" lock_initialised_while_held
    "../patterns/inconsistent-irq-state/irq-work-shares-lock.rs" irq_work_shares_lock
    "../patterns/inconsistent-irq-state/rwlock-writer-with-irqs-on.rs" rwlock_writer_with_irqs_on
    "../patterns/inconsistent-irq-state/softirq-on-top-of-holder.rs" softirq_on_top_of_holder
    "../patterns/inconsistent-irq-state/spinlock-in-ioctl-and-hardirq.rs" spinlock_in_ioctl_and_hardirq
    "../patterns/inconsistent-irq-state/spinlock-in-ioctl-and-timer.rs" spinlock_in_ioctl_and_timer
    "../patterns/inconsistent-irq-state/timeline-lock-with-irqs-on.rs" timeline_lock_with_irqs_on
    "../patterns/invalid-wait-context/rwlock-inside-raw-spinlock.rs" rwlock_inside_raw_spinlock
    "../patterns/invalid-wait-context/spinlock-inside-raw-spinlock.rs" spinlock_inside_raw_spinlock
    "../patterns/irq-inversion/hardirq-lock-leads-to-unsafe-lock.rs" hardirq_lock_leads_to_unsafe_lock
    "../patterns/irq-inversion/softirq-lock-leads-to-unsafe-lock.rs" softirq_lock_leads_to_unsafe_lock
    "../patterns/irq-unsafe-order/callback-takes-unsafe-lock.rs" callback_takes_unsafe_lock
    "../patterns/irq-unsafe-order/hard-safe-to-unsafe.rs" hard_safe_to_unsafe
    "../patterns/irq-unsafe-order/soft-safe-to-unsafe.rs" soft_safe_to_unsafe
    "../patterns/issuer-without-reference/ffs-same-buffer-queued-twice.rs" ffs_same_buffer_queued_twice
    "../patterns/issuer-without-reference/handle-dropped-after-sync-file.rs" handle_dropped_after_sync_file
    "../patterns/lock-depth/too-many-classes.rs" too_many_classes
    "../patterns/lock-held-at-exit/early-return-keeps-lock.rs" early_return_keeps_lock
    "../patterns/lock-held-at-exit/kthread-ends-with-lock.rs" kthread_ends_with_lock
    "../patterns/lock-order-cycle/abba-two-paths.rs" abba_two_paths
    "../patterns/lock-order-cycle/cancel-sync-under-own-lock.rs" cancel_sync_under_own_lock
    "../patterns/lock-order-cycle/complete-inside-work-item-under-lock.rs" complete_inside_work_item_under_lock
    "../patterns/lock-order-cycle/copy-from-user-with-resv.rs" copy_from_user_with_resv
    "../patterns/lock-order-cycle/declared-order-broken.rs" declared_order_broken
    "../patterns/lock-order-cycle/fence-locks-cross.rs" fence_locks_cross
    "../patterns/lock-order-cycle/flush-queue-under-lock.rs" flush_queue_under_lock
    "../patterns/lock-order-cycle/flush-under-lock-item-takes.rs" flush_under_lock_item_takes
    "../patterns/lock-order-cycle/folio-lock-against-driver-lock.rs" folio_lock_against_driver_lock
    "../patterns/lock-order-cycle/gate-after-first-lock.rs" gate_after_first_lock
    "../patterns/lock-order-cycle/gate-held-for-reading.rs" gate_held_for_reading
    "../patterns/lock-order-cycle/gate-lost-on-third-path.rs" gate_lost_on_third_path
    "../patterns/lock-order-cycle/gate-missing-on-one-path.rs" gate_missing_on_one_path
    "../patterns/lock-order-cycle/gate-of-two-instances.rs" gate_of_two_instances
    "../patterns/lock-order-cycle/gate-that-is-no-lock.rs" gate_that_is_no_lock
    "../patterns/lock-order-cycle/gate-tried-and-missed.rs" gate_tried_and_missed
    "../patterns/lock-order-cycle/mmap-lock-under-resv.rs" mmap_lock_under_resv
    "../patterns/lock-order-cycle/notifier-lock-nofs-scope.rs" notifier_lock_nofs_scope
    "../patterns/lock-order-cycle/notifier-takes-allocation-lock.rs" notifier_takes_allocation_lock
    "../patterns/lock-order-cycle/ordered-queue-event-behind-waiter.rs" ordered_queue_event_behind_waiter
    "../patterns/lock-order-cycle/pm-resume-under-suspend-lock.rs" pm_resume_under_suspend_lock
    "../patterns/lock-order-cycle/resv-context-under-eviction-lock.rs" resv_context_under_eviction_lock
    "../patterns/lock-order-cycle/rwsem-read-counts.rs" rwsem_read_counts
    "../patterns/lock-order-cycle/shrinker-lock-nofs-scope.rs" shrinker_lock_nofs_scope
    "../patterns/lock-order-cycle/shrinker-takes-allocation-lock.rs" shrinker_takes_allocation_lock
    "../patterns/lock-order-cycle/srcu-sync-under-reader-lock.rs" srcu_sync_under_reader_lock
    "../patterns/lock-order-cycle/three-paths-three-locks.rs" three_paths_three_locks
    "../patterns/lock-order-cycle/timer-sync-under-timer-lock.rs" timer_sync_under_timer_lock
    "../patterns/lock-order-cycle/trylock-as-way-out.rs" trylock_as_way_out
    "../patterns/lock-order-cycle/wait-event-under-completer-lock.rs" wait_event_under_completer_lock
    #[Fewer] "../patterns/lock-outlived-by-fence/ffs-detach-frees-lock.rs" ffs_detach_frees_lock
    "../patterns/lock-outlived-by-fence/ffs-sync-file-outlives-attachment.rs" ffs_sync_file_outlives_attachment
    "../patterns/mapping-in-signalling/map-after-publish.rs" map_after_publish
    "../patterns/mapping-in-signalling/map-per-transfer.rs" map_per_transfer
    "../patterns/mapping-in-signalling/pin-in-commit-tail.rs" pin_in_commit_tail
    "../patterns/mapping-in-signalling/vmap-in-run-job.rs" vmap_in_run_job
    "../patterns/nest-lock-not-held/nest-lock-released-early.rs" nest_lock_released_early
    "../patterns/nest-lock-not-held/objects-nested-without-outer-lock.rs" objects_nested_without_outer_lock
    "../patterns/never-signalled/cancelled-item-never-signals.rs" cancelled_item_never_signals
    "../patterns/never-signalled/error-path-forgets-signal.rs" error_path_forgets_signal
    "../patterns/never-signalled/one-of-two-fences.rs" one_of_two_fences
    "../patterns/publish-outside-section/ffs-publish-before-begin-note.rs" ffs_publish_before_begin_note
    "../patterns/publish-outside-section/sync-file-installed-outside-note.rs" sync_file_installed_outside_note
    "../patterns/queue-without-reclaim/flushed-by-shrinker.rs" flushed_by_shrinker
    "../patterns/queue-without-reclaim/signalling-item-on-plain-queue.rs" signalling_item_on_plain_queue
    "../patterns/queue-without-reclaim/timeout-queue-without-rescuer.rs" timeout_queue_without_rescuer
    "../patterns/reclaim-in-signalling/allocation-between-publish-and-begin.rs" allocation_between_publish_and_begin
    "../patterns/reclaim-in-signalling/allocation-in-run-job.rs" allocation_in_run_job
    "../patterns/reclaim-in-signalling/core-dump-in-timeout-handler.rs" core_dump_in_timeout_handler
    "../patterns/reclaim-in-signalling/handed-off-item-allocates-first.rs" handed_off_item_allocates_first
    "../patterns/reclaim-in-signalling/nofs-in-section.rs" nofs_in_section
    "../patterns/reclaim-in-signalling/nofs-scope-in-section.rs" nofs_scope_in_section
    "../patterns/reclaim-in-signalling/nofs-under-signalling-lock.rs" nofs_under_signalling_lock
    "../patterns/reclaim-in-signalling/noio-in-section.rs" noio_in_section
    "../patterns/reclaim-in-signalling/noio-scope-in-section.rs" noio_scope_in_section
    "../patterns/reclaim-in-signalling/recovery-allocates-under-job-lock.rs" recovery_allocates_under_job_lock
    "../patterns/reclaim-in-signalling/resume-allocates-job-path-powers-up.rs" resume_allocates_job_path_powers_up
    "../patterns/reclaim-in-signalling/signalling-queue-also-runs-allocator.rs" signalling_queue_also_runs_allocator
    "../patterns/recursive-lock/callback-takes-timeline-lock.rs" callback_takes_timeline_lock
    "../patterns/recursive-lock/relocked-in-helper.rs" relocked_in_helper
    "../patterns/recursive-lock/resv-two-without-context.rs" resv_two_without_context
    "../patterns/recursive-lock/rwlock-read-twice-in-process.rs" rwlock_read_twice_in_process
    "../patterns/recursive-lock/rwsem-read-twice.rs" rwsem_read_twice
    "../patterns/recursive-lock/two-objects-one-class.rs" two_objects_one_class
    "../patterns/recursive-lock/ww-contexts-nested.rs" ww_contexts_nested
    "../patterns/resv-lock-convention/device-access-under-lock.rs" device_access_under_lock
    "../patterns/resv-lock-convention/map-without-lock.rs" map_without_lock
    "../patterns/resv-lock-convention/unlocked-variant-under-lock.rs" unlocked_variant_under_lock
    "../patterns/resv-lock-convention/vmap-without-lock.rs" vmap_without_lock
    "../patterns/resv-lock-in-signalling/context-opened-in-section.rs" context_opened_in_section
    #[Fewer] "../patterns/resv-lock-in-signalling/ffs-cleanup-before-signal.rs" ffs_cleanup_before_signal
    "../patterns/resv-lock-in-signalling/lock-over-resv-taken-in-section.rs" lock_over_resv_taken_in_section
    "../patterns/resv-lock-in-signalling/named-buffer-in-completion.rs" named_buffer_in_completion
    "../patterns/resv-lock-in-signalling/resv-lock-in-run-job.rs" resv_lock_in_run_job
    "../patterns/resv-lock-in-signalling/resv-try-with-context.rs" resv_try_with_context
    "../patterns/section-not-closed/closed-out-of-order.rs" closed_out_of_order
    "../patterns/section-not-closed/early-return.rs" early_return
    "../patterns/seqno-misuse/order-across-the-wrap.rs" order_across_the_wrap
    "../patterns/seqno-misuse/signalled-out-of-order.rs" signalled_out_of_order
    "../patterns/signal-outside-section/bare-signal-in-interrupt-note.rs" bare_signal_in_interrupt_note
    "../patterns/signal-outside-section/bare-signal-in-kthread-note.rs" bare_signal_in_kthread_note
    "../patterns/signalled-twice/interrupt-and-timeout.rs" interrupt_and_timeout
    "../patterns/signalled-twice/retire-loop-repeats.rs" retire_loop_repeats
    "../patterns/sleep-in-atomic/allocation-with-bottom-halves-off.rs" allocation_with_bottom_halves_off
    "../patterns/sleep-in-atomic/fence-wait-under-spinlock.rs" fence_wait_under_spinlock
    "../patterns/sleep-in-atomic/gfp-kernel-under-spinlock.rs" gfp_kernel_under_spinlock
    "../patterns/sleep-in-atomic/sleep-in-interrupt-handler.rs" sleep_in_interrupt_handler
    "../patterns/sleep-in-atomic/sleep-in-timer-handler.rs" sleep_in_timer_handler
    "../patterns/sleep-in-atomic/sleep-under-custom-spinlock.rs" sleep_under_custom_spinlock
    "../patterns/sleep-in-atomic/sleep-with-preemption-off.rs" sleep_with_preemption_off
    "../patterns/sleep-in-callback/callback-polls-hardware.rs" callback_polls_hardware
    "../patterns/sleep-in-callback/callback-waits-for-another-fence.rs" callback_waits_for_another_fence
    "../patterns/sleep-in-callback/last-put-takes-sleeping-lock.rs" last_put_takes_sleeping_lock
    "../patterns/timeline-wait-cycle/annotated-on-both-sides.rs" annotated_on_both_sides
    "../patterns/timeline-wait-cycle/three-drivers.rs" three_drivers
    "../patterns/timeline-wait-cycle/through-a-later-fence.rs" through_a_later_fence
    "../patterns/timeline-wait-cycle/two-drivers.rs" two_drivers
    "../patterns/unannotated-handoff/queued-outside-section-note.rs" queued_outside_section_note
    "../patterns/unbalanced-access/cpu-access-never-ended.rs" cpu_access_never_ended
    "../patterns/unbalanced-access/device-access-ended-twice.rs" device_access_ended_twice
    "../patterns/unbalanced-access/map-without-unmap.rs" map_without_unmap
    "../patterns/unbalanced-access/unmapped-twice.rs" unmapped_twice
    "../patterns/unbalanced-unlock/unlock-by-another-thread.rs" unlock_by_another_thread
    "../patterns/unbounded-fence/end-of-compute-fence.rs" end_of_compute_fence
    "../patterns/unbounded-fence/ffs-host-decides.rs" ffs_host_decides
    "../patterns/user-memory-in-signalling/copy-user-in-section.rs" copy_user_in_section
    "../patterns/user-memory-in-signalling/copy-user-in-signalling-item.rs" copy_user_in_signalling_item
    "../patterns/user-memory-in-signalling/page-fault-serviced-before-signal.rs" page_fault_serviced_before_signal
    "../patterns/wait-for-user/syncobj-wait-under-lock.rs" syncobj_wait_under_lock
    "../patterns/wait-for-user/user-wait-between-publish-and-signal.rs" user_wait_between_publish_and_signal
    "../patterns/wait-for-user/user-wait-in-section.rs" user_wait_in_section
    "../patterns/wait-in-own-section/own-event.rs" own_event
    "../patterns/wait-in-own-section/wait-before-own-signal.rs" wait_before_own_signal
    "../patterns/wait-in-own-section/wait-for-own-fence-in-section.rs" wait_for_own_fence_in_section
    "../patterns/wait-in-own-section/wait-in-nested-helper.rs" wait_in_nested_helper
    "../patterns/wait-in-section/fence-published-after-section-opened.rs" fence_published_after_section_opened
    "../patterns/wait-in-section/foreign-fence-in-run-job.rs" foreign_fence_in_run_job
    "../patterns/wait-in-section/wait-in-annotated-work-item.rs" wait_in_annotated_work_item
    "../patterns/wait-under-signalling-lock/cancel-sync-of-waiting-item-under-lock.rs" cancel_sync_of_waiting_item_under_lock
    "../patterns/wait-under-signalling-lock/chain-of-two-locks.rs" chain_of_two_locks
    "../patterns/wait-under-signalling-lock/credit-semaphore-over-wait.rs" credit_semaphore_over_wait
    "../patterns/wait-under-signalling-lock/custom-wakeref-over-wait.rs" custom_wakeref_over_wait
    "../patterns/wait-under-signalling-lock/ffs-wait-under-endpoint-mutex.rs" ffs_wait_under_endpoint_mutex
    "../patterns/wait-under-signalling-lock/flush-of-waiter-before-signal.rs" flush_of_waiter_before_signal
    "../patterns/wait-under-signalling-lock/flush-of-waiting-item-under-lock.rs" flush_of_waiting_item_under_lock
    "../patterns/wait-under-signalling-lock/folio-lock-over-wait.rs" folio_lock_over_wait
    "../patterns/wait-under-signalling-lock/gate-taken-after-publish.rs" gate_taken_after_publish
    "../patterns/wait-under-signalling-lock/later-fence-of-same-timeline.rs" later_fence_of_same_timeline
    "../patterns/wait-under-signalling-lock/lock-after-publish.rs" lock_after_publish
    "../patterns/wait-under-signalling-lock/lock-around-section.rs" lock_around_section
    "../patterns/wait-under-signalling-lock/lock-between-publish-and-begin.rs" lock_between_publish_and_begin
    "../patterns/wait-under-signalling-lock/mutex-over-wait.rs" mutex_over_wait
    "../patterns/wait-under-signalling-lock/notifier-waits-under-its-lock.rs" notifier_waits_under_its_lock
    "../patterns/wait-under-signalling-lock/ordered-queue-waiter-first.rs" ordered_queue_waiter_first
    "../patterns/wait-under-signalling-lock/pm-get-against-suspend-that-waits.rs" pm_get_against_suspend_that_waits
    "../patterns/wait-under-signalling-lock/rwsem-read-on-both-sides.rs" rwsem_read_on_both_sides
    "../patterns/wait-under-signalling-lock/rwsem-read-over-wait-write-in-section.rs" rwsem_read_over_wait_write_in_section
    "../patterns/wait-under-signalling-lock/section-opened-in-atomic.rs" section_opened_in_atomic
    "../patterns/wait-under-signalling-lock/shrinker-waits-under-lru-lock.rs" shrinker_waits_under_lru_lock
    "../patterns/wait-under-signalling-lock/signalling-queue-also-runs-waiter.rs" signalling_queue_also_runs_waiter
    "../patterns/wait-under-signalling-lock/srcu-sync-in-section.rs" srcu_sync_in_section
    "../patterns/wait-under-signalling-lock/trylock-over-wait.rs" trylock_over_wait
    "../patterns/wait-under-signalling-lock/wait-event-in-section-needs-lock.rs" wait_event_in_section_needs_lock
    "../patterns/wait-under-signalling-lock/wait-with-timeout.rs" wait_with_timeout
    "../patterns/wait-under-signalling-lock/work-item-takes-lock-held-over-wait.rs" work_item_takes_lock_held_over_wait
    "../patterns/ww-misuse/context-of-another-class.rs" context_of_another_class
    "../patterns/ww-misuse/done-twice.rs" done_twice
    "../patterns/ww-misuse/lock-after-done.rs" lock_after_done
}

#[test]
fn every_program_of_the_corpus_runs() {
    let known: Vec<String> = PROGRAMS.iter().map(Program::file).collect();
    let mut files = Vec::new();
    for folder in std::fs::read_dir(twin::corpus()).expect("the corpus") {
        let folder = folder.expect("the corpus");
        if !folder.path().is_dir() {
            continue;
        }
        for file in std::fs::read_dir(folder.path()).expect("a folder of the corpus") {
            let file = file.expect("a folder of the corpus");
            if file.path().extension().is_some_and(|suffix| suffix == "rs") {
                let (rule, case) = (folder.file_name(), file.file_name());
                files.push(format!("{}/{}", rule.display(), case.display()));
            }
        }
    }
    files.sort();
    assert_eq!(files, known, "the programs, and the table in its order");
}
