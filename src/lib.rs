//! x
pub mod analysis;
pub mod article;
pub mod backend;
pub mod highlight;
pub mod hits;
pub mod passage;
pub mod pattern;
pub mod proximity;
pub mod query;
pub mod schema;
