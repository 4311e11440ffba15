//! ESC/POS printers, scanners and readers.
