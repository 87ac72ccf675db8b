//! The policy as plain JSON, for those who make their roles by hand.

use super::{Condition, Statement};
use crate::emit::Tree;
use crate::expr::Expr;

/// An IAM policy document in which every hole is filled by `fill`.
pub fn policy_json(statements: &[Statement], fill: &impl Fn(&Expr) -> String) -> String {
    policy(statements, &|expr| Tree::Text(expr.fill(fill))).to_json()
}

/// A policy document, its values written by the target.
pub(crate) fn policy(statements: &[Statement], value: &impl Fn(&Expr) -> Tree) -> Tree {
    let statements = statements.iter().map(|statement| statement_tree(statement, value)).collect();
    Tree::map([("Version", Tree::text("2012-10-17")), ("Statement", Tree::List(statements))])
}

pub(crate) fn statement_tree(statement: &Statement, value: &impl Fn(&Expr) -> Tree) -> Tree {
    let mut tree = Tree::map([
        ("Sid", Tree::text(&statement.sid)),
        ("Effect", Tree::text("Allow")),
        ("Action", Tree::one_or_list(statement.actions.iter().map(Tree::text).collect())),
    ]);
    let resources = Tree::one_or_list(statement.resources.iter().map(value).collect());
    match comment(statement) {
        Some(comment) => tree.put_with_comment("Resource", resources, comment),
        None => tree.put("Resource", resources),
    }
    if !statement.conditions.is_empty() {
        tree.put("Condition", conditions(&statement.conditions, value));
    }
    tree
}

/// What a reviewer should look at, for languages with comments.
pub(crate) fn comment(statement: &Statement) -> Option<String> {
    if statement.review.is_empty() {
        return None;
    }
    let lines: Vec<String> =
        statement.review.iter().map(|line| format!("review: {}", crate::emit::typescript::comment(line))).collect();
    Some(lines.join("\n"))
}

fn conditions(conditions: &[Condition], value: &impl Fn(&Expr) -> Tree) -> Tree {
    let mut tree = Tree::Map(Vec::new());
    let mut operators: Vec<&str> = Vec::new();
    for condition in conditions {
        if !operators.contains(&condition.operator) {
            operators.push(condition.operator);
        }
    }
    for operator in operators {
        let of = conditions.iter().filter(|condition| condition.operator == operator);
        let keys = of.map(|condition| (condition.key, Tree::one_or_list(condition.values.iter().map(value).collect())));
        tree.put(operator, Tree::map(keys));
    }
    tree
}
