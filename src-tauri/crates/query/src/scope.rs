//! What a query may look at, and the chance it may ask for.

use crate::Value;

/// What paths, payload templates and intrinsic functions read. The context object and variables are asked for only
/// when a query names them.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    /// `$`
    pub input: &'a Value,
    /// `$$`
    pub context: &'a dyn Fn() -> Value,
    /// `$name`; `None` when no such variable is assigned.
    pub variables: &'a dyn Fn(&str) -> Option<Value>,
}

impl<'a> Scope<'a> {
    /// A scope with an empty context object and no variables.
    #[must_use]
    pub fn of(input: &'a Value) -> Self {
        Self { input, context: &|| Value::Object(crate::Object::new()), variables: &|_| None }
    }

    /// The same context and variables around another `$`.
    #[must_use]
    pub fn with_input<'b>(&self, input: &'b Value) -> Scope<'b>
    where
        'a: 'b,
    {
        Scope { input, context: self.context, variables: self.variables }
    }
}

/// A source of chance. The crate rolls no dice of its own, so that a run can be replayed from its seed.
pub trait Chance {
    /// 64 uniformly distributed bits.
    fn bits(&mut self) -> u64;

    /// Uniform in `[0, 1)`.
    fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A version 4 UUID.
    fn uuid(&mut self) -> String {
        let (high, low) = (self.bits(), self.bits());
        let high = high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000;
        let low = low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000;
        format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            high >> 32,
            high >> 16 & 0xFFFF,
            high & 0xFFFF,
            low >> 48,
            low & 0xFFFF_FFFF_FFFF
        )
    }
}

/// SplitMix64: a small generator of good quality, whose whole state is one number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seeded(pub u64);

impl Chance for Seeded {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_repeats_from_its_seed_and_looks_like_uuids() {
        let (mut a, mut b) = (Seeded(7), Seeded(7));
        let id = a.uuid();
        assert_eq!(id, b.uuid());
        assert_ne!(id, a.uuid());
        assert_eq!(id.len(), 36);
        assert_eq!(&id[14..15], "4", "version");
        assert!(matches!(&id[19..20], "8" | "9" | "a" | "b"), "variant");
        assert!((0..1000).map(|_| a.unit()).all(|x| (0.0..1.0).contains(&x)));
    }
}
