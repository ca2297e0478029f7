//! The renderers on findings as the engine makes them: against real kernel reports, as snapshots, and on hostile text.

mod findings;
mod human;
mod json;
mod kernel_console;
mod kernel_reports;
mod odd_text;
mod short;
mod splat;
