//! What turns what stood in a file into an article: the main text of a page, blocks that are none
//! of the article's, the date that a page shows.
//!
//! Knows texts and trees; neither files nor records.

mod blocks;
pub(super) mod furniture;
pub(super) mod main_text;
pub(super) mod page_date;
mod phrase_finder;
mod phrases;
pub(super) mod residue;
