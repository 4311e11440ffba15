//! Links to counter POS systems, one module for each make.
