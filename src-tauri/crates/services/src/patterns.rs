//! Patterns: small machines to paste and adapt.
