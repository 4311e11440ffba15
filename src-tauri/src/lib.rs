//! The kiosk and tablet shell, in Tauri.
