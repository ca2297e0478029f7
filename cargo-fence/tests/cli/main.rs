//! The binary as a user sees it: arguments in, exit code and two streams out.

mod broken_input;
mod exit_codes;
mod explain;
mod formats;
mod graphs;
mod inputs;
mod json_lines;
mod profiles;
mod program;
mod streams;
