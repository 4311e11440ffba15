//! The screens, in Leptos.
