//! What would change in a file, line by line, for a person to read before it is overwritten.

/// Lines kept around a change.
const CONTEXT: usize = 3;
/// Beyond this many lines on both sides the middle is shown as replaced as a whole.
const LIMIT: usize = 2_000;

/// A unified difference without headers; empty if the texts are equal.
pub fn difference(old: &str, new: &str) -> String {
    if old == new {
        return String::new();
    }
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let before = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let after = old[before..].iter().rev().zip(new[before..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (old_middle, new_middle) = (&old[before..old.len() - after], &new[before..new.len() - after]);
    let mut lines: Vec<(char, &str)> = old[..before].iter().map(|line| (' ', *line)).collect();
    lines.extend(middle(old_middle, new_middle));
    lines.extend(old[old.len() - after..].iter().map(|line| (' ', *line)));
    hunks(&lines)
}

fn middle<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<(char, &'t str)> {
    if old.len() > LIMIT || new.len() > LIMIT {
        return old.iter().map(|line| ('-', *line)).chain(new.iter().map(|line| ('+', *line))).collect();
    }
    // Longest common subsequence: `common[i][j]` of what is left from line i and line j.
    let width = new.len() + 1;
    let mut common = vec![0_u16; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i * width + j] = if old[i] == new[j] {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut lines = Vec::new();
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            lines.push((' ', old[i]));
            (i, j) = (i + 1, j + 1);
        } else if i < old.len() && (j == new.len() || common[(i + 1) * width + j] >= common[i * width + j + 1]) {
            lines.push(('-', old[i]));
            i += 1;
        } else {
            lines.push(('+', new[j]));
            j += 1;
        }
    }
    lines
}

fn hunks(lines: &[(char, &str)]) -> String {
    let mut keep = vec![false; lines.len()];
    for (at, _) in lines.iter().enumerate().filter(|(_, (mark, _))| *mark != ' ') {
        let from = at.saturating_sub(CONTEXT);
        let to = (at + CONTEXT + 1).min(lines.len());
        keep[from..to].iter_mut().for_each(|kept| *kept = true);
    }
    let mut text = String::new();
    let (mut old_line, mut new_line) = (1, 1);
    let mut inside = false;
    for (at, (mark, line)) in lines.iter().enumerate() {
        if keep[at] {
            if !inside {
                text.push_str(&format!("@@ -{old_line} +{new_line} @@\n"));
            }
            text.push(*mark);
            text.push_str(line.trim_end_matches(['\n', '\r']));
            text.push('\n');
        }
        inside = keep[at];
        old_line += usize::from(*mark != '+');
        new_line += usize::from(*mark != '-');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_and_its_surroundings() {
        let old = "a\nb\nc\nd\ne\nf\ng\nh\ni\n";
        assert_eq!(difference(old, old), "");
        assert_eq!(
            difference(old, "a\nb\nc\nd\nE\nf\ng\nh\ni\nj\n"),
            "@@ -2 +2 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n i\n+j\n"
        );
        assert_eq!(difference("", "a\n"), "@@ -1 +1 @@\n+a\n");
    }
}
