//! Tests of class graphs as a whole: properties over random graphs, the bytes of the format, single facts.

mod bytes;
mod facts;
mod properties;
mod random;
