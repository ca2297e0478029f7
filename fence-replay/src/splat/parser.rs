//! Line by line through a log: where reports start and end.

use super::building::Building;
use super::joiner::Joiner;
use super::{Kind, Report, prefix};
use crate::lines::{Line, SliceLines};

/// Reads a kernel log line by line; memory is bounded by the largest report that a kernel prints.
#[derive(Debug, Default)]
pub struct Parser {
    joiner: Joiner,
    building: Option<Building>,
}

impl Parser {
    /// Starts before the first line.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next line; hands out a report when the next one starts.
    pub fn line(&mut self, line: &Line<'_>) -> Option<Report> {
        let text = prefix::strip(line.bytes);
        let [before, whole] = self.joiner.push(line.number, text);
        // A line that was held back ends in a piece of a lock's name, so it is no headline.
        if let (Some(joined), Some(building)) = (before, &mut self.building) {
            building.add(&joined);
        }
        let joined = whole?;
        if let Some(kind) = Kind::from_headline(&joined.text) {
            let done = self.building.take().map(Building::finish);
            self.building = Some(Building::new(kind, &joined));
            return done;
        }
        if let Some(building) = &mut self.building {
            building.add(&joined);
        }
        None
    }

    /// Hands out the last report.
    pub fn finish(&mut self) -> Option<Report> {
        if let (Some(joined), Some(building)) = (self.joiner.finish(), &mut self.building) {
            building.add(&joined);
        }
        self.building.take().map(Building::finish)
    }
}

/// Reads all reports of a log that is in memory.
pub fn read_reports(log: &[u8]) -> Vec<Report> {
    let mut parser = Parser::new();
    let mut reports: Vec<Report> = SliceLines::new(log)
        .filter_map(|line| parser.line(&line))
        .collect();
    reports.extend(parser.finish());
    reports
}

/// Whether the text begins as a kernel log does: with a line that has a time, a level or the name of the kernel's log in
/// front.
pub fn is_log(head: &[u8]) -> bool {
    let mut lines = head.split(|&byte| byte == b'\n');
    let first = lines.find(|line| !line.trim_ascii().is_empty());
    first.is_some_and(|line| prefix::strip(line).len() < line.len())
}

/// Whether a line is the headline of a report, with whatever log prefix.
pub fn is_report(line: &[u8]) -> bool {
    Kind::from_headline(prefix::strip(line)).is_some()
}
