//! Expressions as people write them who think in paths: `$` is the state's input, `$$` the context object. In the service's
//! JSONata neither means anything at the outermost level, so there they are put into its words.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use super::analysis::{Node, NodeKind, analyse};

const INPUT: &str = "$states.input";
const CONTEXT: &str = "$states.context";

/// An expression in the service's words, and where its parts stood before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rooted {
    text: String,
    /// What was put in: where it begins, what was there, and what is there now; in UTF-16 units of the old text.
    replaced: Vec<Replaced>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Replaced {
    at: u32,
    old: u32,
    new: u32,
}

/// Conditions are asked again and again.
static KNOWN: LazyLock<Mutex<HashMap<Arc<str>, Arc<Rooted>>>> = LazyLock::new(Mutex::default);
const MOST_KNOWN: usize = 1_000;

impl Rooted {
    /// What cannot be read stays as it is: whoever compiles it hears why.
    #[must_use]
    pub fn of(text: &str) -> Arc<Rooted> {
        let lock = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(text) {
            return Arc::clone(known);
        }
        let rooted = Arc::new(Rooted::read(text));
        let mut known = lock();
        if known.len() >= MOST_KNOWN {
            known.clear();
        }
        known.insert(text.into(), Arc::clone(&rooted));
        rooted
    }

    fn read(text: &str) -> Rooted {
        let as_it_is = || Rooted { text: text.to_owned(), replaced: Vec::new() };
        if !text.contains('$') {
            return as_it_is();
        }
        let analysis = analyse(text);
        let Some(tree) = analysis.tree.filter(|_| analysis.errors.is_empty()) else { return as_it_is() };
        let mut roots = Vec::new();
        find(&tree, true, &mut roots);
        roots.sort_unstable_by_key(|(end, _)| *end);
        roots.dedup();
        let units: Vec<u16> = text.encode_utf16().collect();
        let (mut out, mut from, mut replaced) = (Vec::with_capacity(units.len()), 0, Vec::new());
        for (end, root) in roots {
            let sign = if root == INPUT { "$" } else { "$$" };
            let Some(at) = (end as usize).checked_sub(sign.len()).filter(|at| *at >= from) else { continue };
            // The sign is where it is said to be, or nothing is touched.
            if units.get(at..end as usize) != Some(&sign.encode_utf16().collect::<Vec<u16>>()[..]) {
                continue;
            }
            out.extend_from_slice(&units[from..at]);
            out.extend(root.encode_utf16());
            let (old, new) = (sign.len() as u32, root.len() as u32);
            replaced.push(Replaced { at: at as u32, old, new });
            from = end as usize;
        }
        out.extend_from_slice(&units[from..]);
        Rooted { text: String::from_utf16_lossy(&out), replaced }
    }

    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where a place in [`Rooted::text`] stood in the text as it was written, in UTF-16 units.
    #[must_use]
    pub fn position(&self, in_text: u32) -> u32 {
        let mut moved = 0;
        for Replaced { at, old, new } in &self.replaced {
            let begin = at + moved;
            if in_text < begin {
                break;
            }
            if in_text < begin + new {
                return (*at + *old).min(*at + (in_text - begin));
            }
            moved += new - old;
        }
        in_text - moved
    }
}

/// Where `$` stands for the input, and `$$` for the context object: the ends of the signs.
fn find(node: &Node, outermost: bool, roots: &mut Vec<(u32, &'static str)>) {
    let outermost = outermost && !node.own_context;
    if node.kind == NodeKind::Variable
        && let Some(end) = node.position
    {
        match node.text.as_str() {
            "" if outermost => roots.push((end, INPUT)),
            "$" => roots.push((end, CONTEXT)),
            _ => {}
        }
    }
    for child in &node.children {
        find(child, outermost, roots);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let expected = expected.replace('①', INPUT).replace('②', CONTEXT);
        assert_eq!(Rooted::of(text).text(), expected, "of {text}");
    }

    #[test]
    fn the_outermost_roots_and_no_others() {
        check("$.total > 100", "①.total > 100");
        check("$sum($.items.price)", "$sum(①.items.price)");
        check("$$.Map.Item.Index=2", "②.Map.Item.Index=2");
        check("$sum($)", "$sum(①)");
        check("$[0]", "①[0]");
        check("[1,2,3][$ > 1]", "[1,2,3][$ > 1]");
        check("$.items[$.price > 1]", "①.items[$.price > 1]");
        check("$.items[price > $$.Map.Item.Index]", "①.items[price > ②.Map.Item.Index]");
        check("$.items.($.price * $limit)", "①.items.($.price * $limit)");
        check("$.items^(>$.price)", "①.items^(>$.price)");
        check("$map($.items, function($v) { $v + $.n })", "$map(①.items, function($v) { $v + ①.n })");
        check("{\"n\": $.n, \"text\": \"$.n and $$.x\"}", "{\"n\": ①.n, \"text\": \"$.n and $$.x\"}");
        check("$.n ? $.a : $.b", "①.n ? ①.a : ①.b");
        check("($x := $.n; $x * 2)", "($x := ①.n; $x * 2)");
        check("/* $.n */ $.n", "/* $.n */ ①.n");
        check("$ ~> $keys", "① ~> $keys");
        check("not a $root.path", "not a $root.path");
        check("$.n + (", "$.n + (");
        check("\"\u{1f600}\" & $.n", "\"\u{1f600}\" & ①.n");
        check("$states.input.n", "$states.input.n");
    }

    #[test]
    fn places_are_told_in_the_text_as_written() {
        let rooted = Rooted::of("$.a + $.b");
        let at = |word: &str| rooted.position(rooted.text().find(word).expect("there") as u32);
        assert_eq!([at(".a"), at("+"), at(".b")], [1, 4, 7]);
        assert_eq!(rooted.position(0), 0);
        assert_eq!(rooted.position(5), 1, "inside of what was put in");
    }
}
