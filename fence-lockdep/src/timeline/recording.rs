//! What each event is on a timeline, in the *trace event format* of trace viewers.

use std::collections::HashMap;
use std::thread::{self, ThreadId};
use std::time::Instant;

use serde_json::{Value, json};

use super::fields::Fields;
use super::file::File;
use super::track::{Key, Slice, Track};
use crate::trace::{FENCE, FINDING, LOCK, SECTION, WAIT, WORK};

/// A timeline that is being written.
#[derive(Debug)]
pub(super) struct Recording {
    file: File,
    began: Instant,
    process: u32,
    tracks: HashMap<ThreadId, Track>,
    waits: Vec<Waiting>,
    /// The arrow of each fence that was published or signalled, by session and number.
    fences: HashMap<(u64, u64), u64>,
    /// How many arrows there are.
    arrows: u64,
}

/// A thread that blocks.
#[derive(Debug)]
struct Waiting {
    thread: ThreadId,
    number: u64,
    event: Option<u64>,
    instance: Option<u64>,
    /// The arrow to it, once it is woken.
    arrow: Option<u64>,
}

/// A part of an arrow: `ph` of the format.
const STARTS: &str = "s";
const GOES_ON: &str = "t";
const ENDS: &str = "f";

impl Recording {
    pub(super) fn new(file: File) -> Self {
        Self {
            file,
            began: Instant::now(),
            process: std::process::id(),
            tracks: HashMap::new(),
            waits: Vec::new(),
            fences: HashMap::new(),
            arrows: 0,
        }
    }

    pub(super) fn finish(&mut self) -> std::io::Result<()> {
        self.file.finish()
    }

    /// The calling thread says that this happens.
    pub(super) fn event(&mut self, target: &str, fields: Fields) {
        match target {
            LOCK => self.lock(fields),
            SECTION => self.section(fields),
            WAIT => self.wait(fields),
            WORK => self.work(fields),
            FENCE => self.fence(fields),
            FINDING => self.finding(fields),
            _ => {}
        }
    }

    fn lock(&mut self, fields: Fields) {
        let Some(instance) = fields.number("instance") else {
            return;
        };
        let key = Key::Lock(instance);
        match fields.text("op") {
            "acquire" => {
                let mode = match fields.text("mode") {
                    "exclusive" | "" => String::new(),
                    mode => format!(" ({mode})"),
                };
                let name = format!("{}{mode}", fields.text("class"));
                self.begin(key, "lock", name, fields);
            }
            "release" => {
                self.hand_over(instance);
                self.end(&key);
            }
            _ => {}
        }
    }

    fn section(&mut self, fields: Fields) {
        let (kind, name) = (fields.text("kind"), fields.text("name"));
        let key = Key::Section(kind.to_owned(), name.to_owned());
        let name = [kind, name].join(if name.is_empty() { "" } else { " " });
        match fields.text("op") {
            "begin" => self.begin(key, "section", name, fields),
            _ => self.end(&key),
        }
    }

    fn wait(&mut self, fields: Fields) {
        match (
            fields.text("op"),
            fields.number("wait"),
            fields.number("event"),
        ) {
            ("block", Some(number), event) => {
                self.waits.push(Waiting {
                    thread: thread::current().id(),
                    number,
                    event,
                    instance: fields.number("instance"),
                    arrow: None,
                });
                let name = format!("wait for {}", fields.text("what"));
                self.begin(Key::Wait, "wait", name, fields);
            }
            ("unblock", Some(number), _) => {
                let at = self.waits.iter().position(|wait| wait.number == number);
                let arrow = at.and_then(|at| self.waits.swap_remove(at).arrow);
                if arrow.is_some() {
                    self.point("wait", "woken", &json!({}), &[(ENDS, arrow)]);
                }
                self.end(&Key::Wait);
            }
            ("wake", _, Some(event)) => {
                let arrows = self.arrows_to(|wait| wait.event == Some(event));
                if !arrows.is_empty() {
                    self.point("wait", "wake", &fields.into_arguments(), &arrows);
                }
            }
            _ => {}
        }
    }

    /// The calling thread releases a lock, and lets those go on that wait for it.
    fn hand_over(&mut self, instance: u64) {
        let me = thread::current().id();
        for (part, arrow) in
            self.arrows_to(|wait| wait.instance == Some(instance) && wait.thread != me)
        {
            self.arrow("wait", part, arrow);
        }
    }

    /// A new arrow to each of these.
    fn arrows_to(&mut self, which: impl Fn(&Waiting) -> bool) -> Vec<(&'static str, Option<u64>)> {
        let mut arrows = Vec::new();
        for wait in self.waits.iter_mut().filter(|wait| which(wait)) {
            self.arrows += 1;
            wait.arrow = Some(self.arrows);
            arrows.push((STARTS, wait.arrow));
        }
        arrows
    }

    fn work(&mut self, fields: Fields) {
        let (kind, class) = (fields.text("kind"), fields.text("class"));
        let key = Key::Work(kind.to_owned(), class.to_owned());
        let name = format!("{kind} {class}");
        match fields.text("op") {
            "begin" => self.begin(key, "work", name, fields),
            "end" => self.end(&key),
            _ => {}
        }
    }

    fn fence(&mut self, fields: Fields) {
        let (Some(session), Some(fence)) = (fields.number("session"), fields.number("fence"))
        else {
            return;
        };
        let op = fields.text("op");
        let known = self.fences.get(&(session, fence)).copied();
        let (part, arrow) = match op {
            "wait" => (ENDS, known),
            "publish" | "signal" if known.is_some() => (GOES_ON, known),
            "publish" | "signal" => {
                self.arrows += 1;
                self.fences.insert((session, fence), self.arrows);
                (STARTS, Some(self.arrows))
            }
            _ => return,
        };
        let name = format!("{op} {}", fields.text("name"));
        self.point("fence", &name, &fields.into_arguments(), &[(part, arrow)]);
    }

    fn finding(&mut self, fields: Fields) {
        let name = fields.text("name").to_owned();
        self.write(json!({
            "ph": "i", "s": "t", "cat": "finding", "name": name, "args": fields.into_arguments(),
        }));
    }

    fn begin(&mut self, key: Key, category: &'static str, name: String, fields: Fields) {
        let slice = Slice {
            key,
            category,
            name,
            arguments: fields.into_arguments(),
        };
        self.write_begin(&slice);
        self.track().begin(slice);
    }

    fn end(&mut self, key: &Key) {
        let Some((count, go_on)) = self.track().end(key) else {
            return;
        };
        for _ in 0..count {
            self.write(json!({ "ph": "E" }));
        }
        for slice in &go_on {
            self.write_begin(slice);
        }
    }

    fn write_begin(&mut self, slice: &Slice) {
        let Slice {
            category,
            name,
            arguments,
            ..
        } = slice;
        self.write(json!({ "ph": "B", "cat": category, "name": name, "args": arguments }));
    }

    /// Something that does not last, but has arrows. They need a slice to lie in; of two that are joined the later begins later.
    fn point(
        &mut self,
        category: &str,
        name: &str,
        arguments: &Value,
        arrows: &[(&str, Option<u64>)],
    ) {
        self.write(json!({ "ph": "B", "cat": category, "name": name, "args": arguments }));
        for (part, arrow) in arrows {
            self.arrow(category, part, *arrow);
        }
        self.write(json!({ "ph": "E" }));
    }

    fn arrow(&mut self, category: &str, part: &str, number: Option<u64>) {
        let Some(number) = number else { return };
        let mut arrow = json!({ "ph": part, "cat": category, "name": category, "id": number });
        if part == ENDS {
            // In the slice around it, not in the next one.
            arrow["bp"] = json!("e");
        }
        self.write(arrow);
    }

    /// The calling thread's track.
    fn track(&mut self) -> &mut Track {
        let thread = thread::current();
        let number = self.tracks.len() as u64 + 1;
        if !self.tracks.contains_key(&thread.id()) {
            let name = match thread.name() {
                Some(name) => name.to_owned(),
                None => format!("thread {number}"),
            };
            self.file.add(&json!({
                "ph": "M", "pid": self.process, "tid": number, "name": "thread_name",
                "args": { "name": name },
            }));
        }
        self.tracks
            .entry(thread.id())
            .or_insert_with(|| Track::new(number))
    }

    /// Writes an event of the calling thread, at this moment.
    #[allow(
        clippy::cast_precision_loss,
        reason = "exact for the first hundred days"
    )]
    fn write(&mut self, mut event: Value) {
        let track = self.track().number;
        let time = self.began.elapsed();
        event["pid"] = json!(self.process);
        event["tid"] = json!(track);
        event["ts"] = json!(time.as_nanos() as f64 / 1000.0);
        self.file.add(&event);
    }
}
