//! A timeline of what happens, for a trace viewer: [Perfetto](https://ui.perfetto.dev) or `chrome://tracing`.
//!
//! A [`Layer`] turns the [events](crate::trace) of this crate into a file of *trace events* in JSON. Each thread is a track.
//! What lasts is a slice on the track of its thread:
//! - a lock, from where it is asked for to where it is released; had it to be waited for, the wait lies at its beginning,
//! - signalling sections, reader sections, reclaim, interrupts and whatever else [begins and ends](crate::trace::SECTION),
//! - a wait in which the thread really blocks,
//! - a run of a work item or timer.
//!
//! Slices of one track have to lie within each other. Where something ends before what began after it, that is cut in two:
//! the second part says `"continued"`. Findings are marks on the track of the thread that made them.
//!
//! Arrows lead from who wakes to who is woken, from who releases a lock to who has waited for it, and from the publication
//! of a fence to its signal and on to later waits for it; a wait that comes before the signal gets one from the publication.
//!
//! Time is in microseconds since the layer was made, by a monotonic clock that the layer reads itself.
//!
//! ```
//! use fence_lockdep::{Session, sync::Mutex, timeline};
//! use tracing_subscriber::{filter::LevelFilter, filter::Targets, prelude::*};
//! # let folder = std::env::temp_dir();
//! # let path = folder.join(format!("fence-timeline-{}.json", std::process::id()));
//! let file = std::io::BufWriter::new(std::fs::File::create(&path)?);
//! let (layer, timeline) = timeline::Layer::new(file);
//! // Nothing else of level TRACE is of use to it.
//! let layer = layer.with_filter(Targets::new().with_target("fence_lockdep", LevelFilter::TRACE));
//! let subscriber = tracing_subscriber::registry().with(layer);
//! tracing::subscriber::with_default(subscriber, || {
//!     let session = Session::new();
//!     session.run(|| drop(Mutex::new(()).lock()));
//! });
//! timeline.finish()?;
//! assert!(std::fs::read_to_string(&path)?.ends_with("]\n"));
//! # std::fs::remove_file(&path)?;
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # A file that was cut off
//! The file is one array. Its end is written by [`Guard::finish`], or when the [`Guard`] is dropped; a program that is killed
//! or hangs does not get there. Trace viewers read such a file all the same, the closing bracket is optional to them, and
//! show what had not ended as unfinished. Begins are written when things begin, so that what a hanging program was in the
//! middle of is there, as far as the writer does not hold it back: one that buffers should be flushed from time to time, or
//! be left out where a hang is looked for.
//!
//! # What it costs
//! Much, compared with a lock: each event is a line of text, written under one lock for all threads. See also the
//! [costs of listening](crate::trace#what-it-costs).

mod fields;
mod file;
mod recording;
mod track;

use std::io;
use std::sync::Arc;

use parking_lot::Mutex;
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::Context;

use fields::Fields;
use file::File;
use recording::Recording;

/// A layer that writes a timeline as long as its [`Guard`] lives.
#[derive(Debug)]
pub struct Layer(Arc<Mutex<Recording>>);

/// Ends the timeline.
#[derive(Debug)]
#[must_use = "the timeline ends when this is dropped"]
pub struct Guard(Arc<Mutex<Recording>>);

impl Layer {
    /// A layer that writes to `writer`, each event as soon as it comes and with one call. Beginning with the first error
    /// nothing more is written.
    pub fn new(writer: impl io::Write + Send + 'static) -> (Self, Guard) {
        let recording = Recording::new(File::new(Box::new(writer)));
        let recording = Arc::new(Mutex::new(recording));
        (Self(Arc::clone(&recording)), Guard(recording))
    }
}

impl<S: Subscriber> tracing_subscriber::Layer<S> for Layer {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let target = event.metadata().target();
        if target.starts_with("fence_lockdep::") {
            let fields = Fields::of(event);
            self.0.lock().event(target, fields);
        }
    }
}

impl Guard {
    /// Ends the timeline: completes the file and flushes the writer.
    ///
    /// # Errors
    /// The first that the writer gave, whenever that was. What came after it is not in the file.
    pub fn finish(self) -> io::Result<()> {
        self.0.lock().finish()
    }
}

impl Drop for Guard {
    /// As [`Guard::finish`], but nobody is told of an error.
    fn drop(&mut self) {
        let _ = self.0.lock().finish();
    }
}
