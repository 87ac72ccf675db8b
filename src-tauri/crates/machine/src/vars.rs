//! Variables and their scopes: a branch or an iteration sees what is outside and assigns only inside.

use std::sync::Arc;

use query::Value;

/// The variables a thread can see, innermost scope first. Cheap to clone.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Vars(Option<Arc<VarScope>>);

#[derive(Debug, Clone, PartialEq)]
struct VarScope {
    outer: Vars,
    values: Vec<(Arc<str>, Value)>,
}

impl Vars {
    /// A new scope inside this one. Nothing is allocated before its first assignment besides the scope itself.
    pub(crate) fn inside(&self) -> Vars {
        if self.0.is_none() {
            return Vars::default();
        }
        Vars(Some(Arc::new(VarScope { outer: self.clone(), values: Vec::new() })))
    }

    pub fn get(&self, name: &str) -> Option<&Value> {
        let mut scope = self.0.as_deref();
        while let Some(at) = scope {
            if let Some((_, value)) = at.values.iter().find(|(key, _)| &**key == name) {
                return Some(value);
            }
            scope = at.outer.0.as_deref();
        }
        None
    }

    /// Sets a variable in the innermost scope.
    pub(crate) fn assign(&mut self, name: &Arc<str>, value: Value) {
        let scope = self.0.get_or_insert_with(|| Arc::new(VarScope { outer: Vars::default(), values: Vec::new() }));
        let scope = Arc::make_mut(scope);
        match scope.values.iter_mut().find(|(key, _)| key == name) {
            Some((_, old)) => *old = value,
            None => scope.values.push((Arc::clone(name), value)),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.all().is_empty()
    }

    /// Every visible variable once, inner ones hiding outer ones, in the order they were first assigned.
    pub fn all(&self) -> Vec<(&Arc<str>, &Value)> {
        let mut scopes = Vec::new();
        let mut scope = self.0.as_deref();
        while let Some(at) = scope {
            scopes.push(at);
            scope = at.outer.0.as_deref();
        }
        let mut all: Vec<(&Arc<str>, &Value)> = Vec::new();
        for (name, value) in scopes.iter().rev().flat_map(|scope| &scope.values) {
            match all.iter_mut().find(|(key, _)| *key == name) {
                Some(seen) => seen.1 = value,
                None => all.push((name, value)),
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inner_scopes_hide_and_do_not_touch_outer_ones() {
        let name: Arc<str> = "x".into();
        let mut outer = Vars::default();
        outer.assign(&name, Value::from(1));
        let mut inner = outer.inside();
        assert_eq!(inner.get("x"), Some(&Value::from(1)), "seen from inside");
        inner.assign(&name, Value::from(2));
        assert_eq!((outer.get("x"), inner.get("x")), (Some(&Value::from(1)), Some(&Value::from(2))));
        assert_eq!(inner.all().len(), 1);
    }
}
