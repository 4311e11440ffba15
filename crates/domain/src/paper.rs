//! Paper as a document: what a ticket says, before any printer's bytes.

use serde::{Deserialize, Serialize};

/// A document for one printer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Its blocks from top to bottom.
    pub blocks: Vec<Block>,
}

/// A piece of paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// A line of text, wrapped where it is too long.
    Text {
        /// The words.
        text: String,
    },
}
